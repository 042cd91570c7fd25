"""The lines of this floor in the navigation of a conference."""

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select

from cfp.models import Call
from conference.actor import Actor
from conference.chrome import AccountLine, Door, NavLine, account_navigation, front_door, navigation
from conference.current import ConferenceFacts
from conference.locale import instant_words
from conference.work import reading

WRITING = (
    "cfp.new", "cfp.create", "cfp.edit", "cfp.save", "cfp.proposal", "cfp.history", "cfp.compare", "cfp.compare_new",
    "cfp.withdraw", "cfp.decline", "cfp.change_authors",
)  # fmt: skip

CALLS = ("cfp.call", "cfp.set_up", "cfp.new_call", "cfp.edit_call")
PROPOSALS = (
    "cfp.chair_proposal", "cfp.chair_history", "cfp.choose_file", "cfp.take_file", "cfp.preview_import_page",
    "cfp.apply_import",
)  # fmt: skip

account_navigation(AccountLine(lambda: _("My proposals"), "cfp.mine_everywhere", "file-text"))


@navigation
def lines(actor: Actor, conference: ConferenceFacts) -> list[NavLine]:
    within = CALLS if actor.is_signed_in else (*CALLS, *WRITING)
    found = [NavLine(_("Call"), "cfp.calls", 10, within)]
    if actor.is_signed_in:
        found.append(NavLine(_("My proposals"), "cfp.mine", 20, WRITING))
    if actor.is_chair(conference.id) or actor.chaired_tracks(conference.id):
        found.append(NavLine(_("Proposals"), "cfp.proposals", 40, PROPOSALS))
    return found


@front_door
def doors(actor: Actor, conference: ConferenceFacts) -> list[Door]:
    """To the calls that are open, with their deadline. One query."""
    with reading(actor) as work:
        rows = work.db.execute(
            select(Call.title, Call.slug, Call.closes_at)
            .where(Call.conference_id == conference.id, Call.opens_at <= work.now, Call.closes_at > work.now)
            .order_by(Call.closes_at)
        ).all()
    return [
        Door(
            row.title,
            _("Send in a talk or a paper until %(deadline)s.", deadline=instant_words(row.closes_at, conference.zone)),
            url_for("cfp.call", slug=row.slug),
            10,
        )
        for row in rows
    ]
