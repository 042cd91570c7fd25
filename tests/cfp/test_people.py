"""One person has one name in a conference, however many invite the person, and by whichever address."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from cfp.authors import Authorship
from cfp.drafts import ProfileDraft
from cfp.importer import ImportedAuthor, ImportedProposal
from cfp.importing import import_proposals
from cfp.invitations import invitation_token
from cfp.people import guid_of_address
from cfp.service.authors import accept_invitation, add_coauthor
from conference.actor import SYSTEM, Actor, load_actor
from conference.models import Account
from conference.work import Work, reading, writing
from plumbing.kernel import kernel
from tests import factories

NEW = "zoe@elsewhere.example"
SECONDS_TO_OVERTAKE = 0.5
"""In this time the second would be done if it did not wait for the first."""


def actor(account_id: int) -> Actor:
    with reading(SYSTEM) as work:
        found = load_actor(work.db, account_id)
    assert found is not None
    return found


def talks(cast: factories.Cast, *authors: int) -> list[str]:
    with writing(SYSTEM) as work:
        return [factories.proposal(work.db, cast, author=who).ref for who in authors]


def invite(work: Work, cast: factories.Cast, ref: str, email: str = NEW) -> None:
    add_coauthor(work, conference_id=cast.conference, ref=ref, name="Zoe", email=email)


def guids(email: str = NEW) -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Authorship.person_guid).where(Authorship.email == email)))


def import_one(work: Work, cast: factories.Cast, email: str = NEW) -> None:
    author = ImportedAuthor("Zoe", email)
    row = ImportedProposal(1, "one", "Imported", "Words.", "", (author,), "", "", "en", "user", None)
    import_proposals(work, conference_id=cast.conference, call_slug="main", rows=[row])


def at_once(app: Flask, *acts: tuple[Actor, Callable[[Work], None]]) -> None:
    """Each in a transaction of its own, none of which has ended when the others write."""
    together = threading.Barrier(len(acts))
    faults: list[BaseException] = []

    def run(who: Actor, act: Callable[[Work], None]) -> None:
        try:
            with app.app_context(), writing(who) as work:
                act(work)
                work.db.flush()
                if not kernel().database.is_sqlite:  # There the second begins when the first has ended.
                    together.wait(20)
        except BaseException as fault:  # noqa: BLE001 - told by the test, in its own thread
            faults.append(fault)
            together.abort()

    threads = [threading.Thread(target=run, args=each) for each in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_two_who_invite_the_same_new_address_at_once_mean_one_person(app: Flask, cast: factories.Cast) -> None:
    one, two = talks(cast, cast.ada, cast.eve)
    at_once(
        app,
        (actor(cast.ada), lambda work: invite(work, cast, one)),
        (actor(cast.eve), lambda work: invite(work, cast, two, "Zoe@Elsewhere.example")),
        (SYSTEM, lambda work: import_one(work, cast)),
    )
    assert (len(guids()), len(set(guids()))) == (3, 1)


def test_an_invitation_to_the_address_that_an_account_has_now_means_its_person(cast: factories.Cast) -> None:
    mine, other = talks(cast, cast.ada, cast.eve)
    with writing(SYSTEM) as work:
        work.db.get_one(Account, cast.ada).email = NEW
        before = work.db.scalars(select(Authorship.person_guid).where(Authorship.account_id == cast.ada)).one()
    with writing(actor(cast.eve)) as work:
        invite(work, cast, other)
    with writing(SYSTEM) as work:
        import_one(work, cast)
    assert guids() == [before, before]


def test_who_accepts_one_of_two_invitations_is_one_person_in_both(cast: factories.Cast) -> None:
    own, one, two = talks(cast, cast.dan, cast.ada, cast.eve)
    for who, ref in ((cast.ada, one), (cast.eve, two)):
        with writing(actor(who)) as work:
            invite(work, cast, ref)
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(Authorship).where(Authorship.email == NEW).order_by(Authorship.id)).first()
        mine = work.db.scalars(select(Authorship.person_guid).where(Authorship.account_id == cast.dan)).one()
    assert row is not None and row.invited_at is not None
    with writing(actor(cast.dan)) as work:
        token = invitation_token(row.ref, row.invited_at)
        accept_invitation(work, conference_id=cast.conference, token=token, profile=ProfileDraft("Dan", "", ""))
    assert guids() == [mine, mine]


def test_accepting_two_addresses_at_once_makes_one_person(app: Flask, cast: factories.Cast) -> None:
    one, two = talks(cast, cast.ada, cast.eve)
    tokens = []
    for who, ref, email in ((cast.ada, one, NEW), (cast.eve, two, "zoe@home.example")):
        with writing(actor(who)) as work:
            invite(work, cast, ref, email)
            row = work.db.scalars(select(Authorship).where(Authorship.email == email)).one()
            assert row.invited_at is not None
            tokens.append(invitation_token(row.ref, row.invited_at))
    zoe, profile = actor(cast.dan), ProfileDraft("Zoe", "", "")

    def accept_second() -> None:
        with app.app_context(), writing(zoe) as work:
            accept_invitation(work, conference_id=cast.conference, token=tokens[1], profile=profile)

    second = threading.Thread(target=accept_second)
    with writing(zoe) as work:
        accept_invitation(work, conference_id=cast.conference, token=tokens[0], profile=profile)
        work.db.flush()
        second.start()
        second.join(SECONDS_TO_OVERTAKE)
    second.join()
    with reading(SYSTEM) as work:
        rows = work.db.execute(select(Authorship.person_guid).where(Authorship.account_id == cast.dan)).all()
    assert (len(rows), len(set(rows))) == (2, 1)


@pytest.mark.parametrize("other", ["another conference", "another server"])
def test_a_name_made_of_an_address_tells_it_to_nobody(app: Flask, other: str) -> None:
    made = guid_of_address(1, NEW)
    assert made == guid_of_address(1, f" {NEW.upper()} ")
    if other == "another conference":
        assert guid_of_address(2, NEW) != made
    else:
        object.__setattr__(kernel().settings, "secret_key", "y" * 48)
        assert guid_of_address(1, NEW) != made
