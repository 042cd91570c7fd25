"""Letters that were not sent tell a chair behind a wall nothing of what the committee does there, not even how many.

Eve chairs too and is in conflict with “Bridges”. Ben was asked to review both proposals, both were accepted and told;
the mail server refused everything.
"""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

import schedule.events  # noqa: F401 - all kinds of events
from cfp.events import ProposalSubmitted
from conference.actor import SYSTEM, load_actor
from conference.models import Role
from conference.undelivered import undelivered_page
from conference.work import reading, writing
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, Event, Outbox
from plumbing.queue import drain
from reviews import service
from reviews.models import Assignment, ConflictOfInterest, ReviewPhase
from reviews.plans import Options
from reviews.service import Pick
from reviews.walls import behind_walls, walls_of_actor
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import sign_in
from tests.plumbing.parts import connected
from tests.reviews import builders
from tests.servers.smtp import SmtpServer

LETTERS, LOG = "/pyfest27/setup/letters", "/pyfest27/setup/log"
OPEN, WALLED, REVIEWER = "olga@authors.example", "walt@authors.example", "ben@mit.example"


@pytest.fixture
def refused(app: Flask, cast: Cast, smtp_server: SmtpServer) -> SmtpServer:
    connected(app, smtp=smtp_server)
    smtp_server.refuse(554)
    where = cast.conference
    with writing(SYSTEM) as work:
        authors = [factories.account(work.db, name.partition("@")[0].title(), email=name) for name in (OPEN, WALLED)]
        made = [
            factories.proposal(work.db, cast, author=author.id, title=title)
            for author, title in zip(authors, ("Engines", "Bridges"), strict=True)
        ]
        factories.role(work.db, where, cast.eve, "chair")
        eve = service.ensure_reviewer(work, conference_id=where, account_id=cast.eve)
        builders.conflict(work.db, cast, eve, made[1].id)
        builders.conflict(work.db, cast, cast.dan_reviewer, made[0].id)
        builders.conflict(work.db, cast, cast.dan_reviewer, made[1].id)
        service.assign_now(work, conference_id=where, options=Options(1))
        service.decide(work, conference_id=where, picks=[Pick(each.ref, 0) for each in made], verdict="accept")
    with writing(SYSTEM) as work:
        seen = service.untold(work, conference_id=where).fingerprint
        service.release_decisions(work, conference_id=where, draft=service.ReleaseDraft({}), fingerprint=seen)
    drain(kernel())
    return smtp_server


def addresses(browser: FlaskClient) -> list[str]:
    page = BeautifulSoup(browser.get(LETTERS).text, "html.parser")
    return sorted(cell.text for cell in page.select("tbody th small"))


def received(server: SmtpServer) -> list[str]:
    return sorted(mail.recipients[0] for mail in server.messages)


def test_a_chair_behind_a_wall_sees_and_counts_other_letters_only(app: Flask, cast: Cast, refused: SmtpServer) -> None:
    cleo, eve = (sign_in(app.test_client(), who) for who in (cast.cleo, cast.eve))
    assert (addresses(cleo), addresses(eve)) == ([REVIEWER, OPEN, WALLED], [OPEN])
    assert "3 letters were refused for good." in cleo.get("/pyfest27/").text
    assert "1 letter was refused for good." in eve.get("/pyfest27/").text


def test_a_chair_behind_a_wall_sends_nothing_again_from_there(app: Flask, cast: Cast, refused: SmtpServer) -> None:
    eve = sign_in(app.test_client(), cast.eve)
    refused.accept()
    with reading(SYSTEM) as work:
        keys = work.db.scalars(select(Delivery.message_id).where(Delivery.recipient != OPEN)).all()
    assert len(keys) == 2
    for key in (*keys, "made up"):
        answer = eve.post(f"{LETTERS}/send-one", data={"letter": key}, follow_redirects=True)
        assert "There is nothing to try again any more." in answer.text
    assert "1 letter is tried again now." in eve.post(f"{LETTERS}/send", follow_redirects=True).text
    drain(kernel())
    assert received(refused) == [OPEN]


def test_the_log_counts_no_letters_for_a_chair_behind_a_wall(app: Flask, cast: Cast, refused: SmtpServer) -> None:
    cleo, eve = (sign_in(app.test_client(), who) for who in (cast.cleo, cast.eve))
    cleo.post(f"{LETTERS}/send")
    cleo.post(f"{LETTERS}/try")
    assert ["letter.send_again" in browser.get(LOG).text for browser in (cleo, eve)] == [True, False]
    assert ["letter.try_now" in browser.get(LOG).text for browser in (cleo, eve)] == [True, False]


def test_nothing_is_said_when_all_letters_are_behind_the_wall(app: Flask, cast: Cast, refused: SmtpServer) -> None:
    with writing(SYSTEM) as work:
        work.db.execute(delete(Delivery).where(Delivery.recipient == OPEN))
    cleo, eve = (sign_in(app.test_client(), who) for who in (cast.cleo, cast.eve))
    assert ["were not sent" in browser.get("/pyfest27/").text for browser in (cleo, eve)] == [True, False]
    assert ["All letters are sent" in browser.get(LETTERS).text for browser in (cleo, eve)] == [False, True]


def test_a_message_that_could_not_be_written_is_not_counted_behind_a_wall_either(
    app: Flask, cast: Cast, refused: SmtpServer
) -> None:
    with writing(SYSTEM) as work:
        work.db.execute(update(Outbox).values(composed_at=None, delivered_at=None, last_error="KeyError: x"))
        work.db.execute(delete(Delivery))
    cleo, eve = (sign_in(app.test_client(), who) for who in (cast.cleo, cast.eve))
    assert "3 messages could not be written" in cleo.get(LETTERS).text
    assert "1 message could not be written" in eve.get(LETTERS).text


def test_a_chair_who_owes_a_review_sees_the_letters_when_it_is_sent(
    app: Flask, cast: Cast, refused: SmtpServer
) -> None:
    with writing(SYSTEM) as work:
        factories.role(work.db, cast.conference, cast.cleo, "reviewer")
        me = service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.cleo)
        number = work.db.scalars(select(Assignment.proposal_id).order_by(Assignment.proposal_id).limit(1)).one()
        work.db.add(Assignment(conference_id=cast.conference, reviewer_id=me, proposal_id=number, assigned_at=work.now))
    cleo = sign_in(app.test_client(), cast.cleo)
    assert addresses(cleo) == [WALLED]
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, me, number)
    assert addresses(cleo) == [REVIEWER, OPEN, WALLED]


def test_a_chair_of_whom_no_wall_is_known_sees_what_is_no_matter_of_the_committee(
    app: Flask, cast: Cast, refused: SmtpServer
) -> None:
    with writing(SYSTEM) as work:
        stranger = factories.account(work.db, "New Chair").id
        factories.role(work.db, cast.conference, stranger, "chair")
        number = work.db.scalars(select(Assignment.proposal_id).order_by(Assignment.proposal_id.desc()).limit(1)).one()
        work.emit(ProposalSubmitted(number), conference_id=cast.conference)
    drain(kernel())
    with reading(SYSTEM) as work:
        actor = load_actor(work.db, stranger)
    assert actor is not None
    with reading(actor) as work:
        page = undelivered_page(work, cast.conference)
    assert ([letter.address for letter in page.refused], page.trouble.refused) == ([WALLED], 1)


def test_the_walls_as_a_query_are_the_walls(app: Flask, cast: Cast) -> None:
    """Everything that makes a wall or takes one down, for chairs who review and others, before and after the end."""
    with writing(SYSTEM) as work:
        db = work.db
        factories.role(db, cast.conference, cast.cleo, "reviewer")
        me = service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.cleo)
        made = [factories.proposal(db, cast, author=cast.eve) for _number in range(7)]
        builders.conflict(db, cast, me, made[0].id)
        builders.conflict(db, cast, me, made[1].id)
        db.execute(
            update(ConflictOfInterest).where(ConflictOfInterest.proposal_id == made[1].id).values(state="dismissed")
        )
        builders.assign(db, cast, me, *made[2:6])
        builders.review(db, cast, me, made[3].id)
        builders.review(db, cast, me, made[4].id, state="draft", submitted_at=None)
        db.execute(update(Assignment).where(Assignment.proposal_id == made[5].id).values(ended_at=work.now))
        builders.conflict(db, cast, cast.ben_reviewer, made[6].id)
    numbers = [each.id for each in made]
    assert both(cast, cast.cleo) == {numbers[0], numbers[2], numbers[4]}
    assert both(cast, cast.ben) == {numbers[6]}
    with writing(SYSTEM) as work:
        work.db.execute(update(ReviewPhase).values(closes_at=work.now, opens_at=work.now - timedelta(days=1)))
    assert both(cast, cast.cleo) == {numbers[0]}
    with writing(SYSTEM) as work:
        work.db.execute(update(ReviewPhase).values(closes_at=work.now + timedelta(days=1)))
        work.db.execute(delete(Role).where(Role.account_id == cast.cleo, Role.kind == "reviewer"))
    assert both(cast, cast.cleo) == {numbers[0]}


def both(cast: Cast, who: int) -> set[int]:
    """What the two ways to ask say; they must say the same."""
    with reading(SYSTEM) as work:
        actor = load_actor(work.db, who)
    assert actor is not None
    with reading(actor) as work:
        asked = set(work.db.scalars(behind_walls(work, cast.conference)))
        assert asked == walls_of_actor(work, cast.conference).numbers(work)
    return asked


IN_SIGHT = {
    "every chair": {"TeamInvited", "ProposalSubmitted", "ProposalWithdrawn", "ProposalConfirmed", "ProposalDeclined"}
    | {"ScheduleReleased"},
    "every chair once the proposal is sent in": {"CoauthorInvited"},
    "chairs without a wall there": {"DecisionTold", "ReviewsAssigned"},
    "nobody, since it belongs to no conference": {"AddressToConfirm", "PasswordToReset", "AddressUsedAgain"}
    | {"PasswordChanged"},
}
"""Who may know that a letter of this kind was not sent."""


def test_of_every_kind_of_letter_it_is_said_which_chairs_may_know_that_it_was_not_sent() -> None:
    kinds = {each.kind for each in Event.__subclasses__() if not each.kind.startswith("test.")}
    assert kinds == set().union(*IN_SIGHT.values())
