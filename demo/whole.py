"""The whole demo, in one transaction.

``make_all`` is deterministic: the same moment gives the same rows and the same files. Everything happens in one
transaction, so a demo that was interrupted leaves nothing behind, and it is made only once.
"""

from sqlalchemy import select

from conference.actor import SYSTEM
from conference.models import Community, Membership
from conference.service.setup import make_community
from conference.work import Work
from demo import circle, evenings, quiet, summit
from demo.cast import invent, open_accounts
from demo.making import Making, the_same_every_time
from demo.people import Crowd
from demo.texts import unwrapped
from demo.writing import Writer
from plumbing.kernel import kernel

COMMUNITY = "quandrell-circle"
DESCRIPTION = unwrapped("""
The independent user group of everybody who works with Quandrell: four thousand members in nine
countries, four chapters, six working groups. We exchange what works and what does not, and we tell the vendor.
""")


def make_all() -> None:
    """Makes the demo unless it is there already."""
    shared = kernel()
    with the_same_every_time() as lot, shared.database.session("write") as db:
        if db.scalar(select(Community.id).where(Community.slug == COMMUNITY)) is not None:
            return
        making = Making(db, shared.clock.now(), lot, Crowd(lot), Writer(lot))
        before = quiet.last_row(making)
        work = Work(db, SYSTEM, making.ago(420))
        making.community_id = make_community(work, name="Quandrell Circle", slug=COMMUNITY, description=DESCRIPTION)
        cast = invent(making.crowd)
        accounts = open_accounts(making, cast)
        _make_organiser(making, accounts["chair"])
        for event in (circle, summit, evenings):
            event.make(making, shared.blobs, cast, accounts)
        quiet.keep_some_letters(making, after=before)
        quiet.count_as_delivered(making, after=before)


def _make_organiser(making: Making, account_id: int) -> None:
    """The chair may add conferences to the community."""
    query = select(Membership).where(Membership.account_id == account_id)
    making.db.scalars(query).one().is_organiser = True
    making.db.flush()
