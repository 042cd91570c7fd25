"""Chairs confirm and dismiss conflicts: what that changes, what it does not, who is not told.

Dan is in conflict with Ada's proposals, since they have one mail address's house.
"""

import pytest
from flask import Flask
from sqlalchemy import select

from cfp.authors import AuthorConflict, Authorship
from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.models import AuditEntry
from conference.queries import audit_log
from conference.work import reading, writing
from plumbing.answers import Invalid, Missing, Refused
from reviews import service
from reviews.models import Assignment, ConflictOfInterest, Reviewer
from reviews.plans import Options
from reviews.queries.table import load_scores
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import sign_in
from tests.reviews import builders
from tests.reviews.test_blindness import bytes_of
from tests.reviews.test_owed import actor_of

PAGE = "/pyfest27/committee/conflicts"
AdasProposal = tuple[str, int, int]


@pytest.fixture
def adas(cast: Cast) -> AdasProposal:
    """(reference, number, number of Dan's conflict)"""
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, title="Engines")
        service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.cleo)
        service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.gus)
    return made.ref, made.id, number_of(cast.dan_reviewer, made.id)


def number_of(reviewer_id: int, proposal_id: int) -> int:
    with reading(SYSTEM) as work:
        pair = (ConflictOfInterest.reviewer_id == reviewer_id, ConflictOfInterest.proposal_id == proposal_id)
        return work.db.scalars(select(ConflictOfInterest.id).where(*pair)).one()


def rule(cast: Cast, number: int, state: str, ruling: str = "", *, who: int | None = None) -> None:
    with writing(actor_of(who or cast.cleo)) as work:
        service.rule_on_conflict(work, conference_id=cast.conference, conflict_id=number, state=state, ruling=ruling)


def states(proposal_id: int) -> list[tuple[str, str]]:
    with reading(SYSTEM) as work:
        query = select(ConflictOfInterest.kind, ConflictOfInterest.state)
        return [tuple(row) for row in work.db.execute(query.where(ConflictOfInterest.proposal_id == proposal_id))]


def sees(app: Flask, account_id: int, ref: str) -> bool:
    return sign_in(app.test_client(), account_id).get(f"/pyfest27/reviews/{ref}/").status_code == 200


def test_a_dismissed_conflict_is_no_wall_and_is_not_found_again(app: Flask, cast: Cast, adas: AdasProposal) -> None:
    ref, number, conflict = adas
    assert not sees(app, cast.dan, ref)
    rule(cast, conflict, "dismissed", "Another building")
    assert sees(app, cast.dan, ref)
    with writing(SYSTEM) as work:
        service.refresh_conflicts(work, conference_id=cast.conference)
        service.assign_now(work, conference_id=cast.conference, options=Options(2))
        asked = set(work.db.scalars(select(Assignment.reviewer_id).where(Assignment.proposal_id == number)))
    assert states(number) == [("same_domain", "dismissed")]
    assert cast.dan_reviewer in asked


def test_a_review_counts_again_and_stops_counting_when_the_conflict_is_opened(cast: Cast, adas: AdasProposal) -> None:
    _ref, number, conflict = adas
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.dan_reviewer, number, (4, 4))

    def counted() -> int:
        with reading(SYSTEM) as work:
            found = load_scores(work, cast.conference)
            return found[number].summary.count if number in found else 0

    found = [counted()]
    for state in ("dismissed", "found", "dismissed", "confirmed"):
        rule(cast, conflict, state)
        found.append(counted())
    assert found == [0, 1, 0, 1, 0]


def test_a_conflict_that_stands_again_ends_the_assignment(cast: Cast, adas: AdasProposal) -> None:
    _ref, number, conflict = adas
    rule(cast, conflict, "dismissed")
    with writing(SYSTEM) as work:
        service.assign_now(work, conference_id=cast.conference, options=Options(2))
    rule(cast, conflict, "confirmed")
    with reading(SYSTEM) as work:
        query = select(Assignment.ended_at).where(
            Assignment.reviewer_id == cast.dan_reviewer, Assignment.proposal_id == number
        )
        assert work.db.scalars(query).all() == [factories.now()]


def test_another_cause_is_found_when_the_dismissed_one_has_gone(cast: Cast, adas: AdasProposal) -> None:
    _ref, number, conflict = adas
    rule(cast, conflict, "dismissed")
    for account, email in ((cast.eve, "eve@nowhere.example"), (cast.ada, "ada@acme.example")):
        with writing(SYSTEM) as work:
            row = work.db.scalars(select(Authorship).where(Authorship.proposal_id == number)).one()
            row.account_id, row.email = account, email
        if account == cast.eve:
            assert states(number) == []
    assert states(number) == [("same_domain", "found")]


def test_who_wrote_it_can_never_be_let_in(cast: Cast) -> None:
    with writing(SYSTEM) as work:
        own = factories.proposal(work.db, cast, author=cast.ben)
        service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.cleo)
    with pytest.raises(Refused, match="Nobody reviews what they wrote themselves"):
        rule(cast, number_of(cast.ben_reviewer, own.id), "dismissed", "let him")
    assert states(own.id) == [("own", "found")]


def test_dismissing_what_somebody_said_needs_words(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, author=cast.eve, title="Engines")
        builders.conflict(work.db, cast, cast.ben_reviewer, made.id)
    number = number_of(cast.ben_reviewer, made.id)
    client = sign_in(app.test_client(), cast.cleo)
    client.get(PAGE)
    with pytest.raises(Invalid, match="Please say why"):
        rule(cast, number, "dismissed")
    answer = client.post(f"{PAGE}/{number}", data={"state": "dismissed", "ruling": " "})
    assert (answer.status_code, "Please say why" in answer.text) == (422, True)
    long = "word " * 80
    answer = client.post(f"{PAGE}/{number}", data={"state": "dismissed", "ruling": long})
    assert (answer.status_code, long.strip() in answer.text) == (422, True)
    answer = client.post(f"{PAGE}/{number}", data={"state": "perhaps", "ruling": "x"})
    assert (answer.status_code, states(made.id)) == (422, [("reviewer_declared", "found")])


def test_whoever_declared_it_reads_the_words_and_may_declare_again(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, author=cast.eve, title="Engines")
        builders.conflict(work.db, cast, cast.ben_reviewer, made.id)
    client = sign_in(app.test_client(), cast.cleo)
    client.get(PAGE)
    number = number_of(cast.ben_reviewer, made.id)
    answer = client.post(f"{PAGE}/{number}", data={"state": "dismissed", "ruling": "Ten years ago"})
    assert answer.status_code == 303
    ben = sign_in(app.test_client(), cast.ben)
    profile = ben.get("/pyfest27/reviews/profile").text
    assert ("dismissed by the chairs" in profile, "Ten years ago" in profile) == (True, True)
    answer = ben.post(f"/pyfest27/reviews/{made.ref}/conflict", data={"conflict_note": "Still"})
    assert (answer.status_code, states(made.id)) == (303, [("reviewer_declared", "found")])
    assert "Ten years ago" not in ben.get("/pyfest27/reviews/profile").text


def test_nobody_takes_back_what_the_chairs_confirmed(app: Flask, cast: Cast) -> None:
    """Not even a chair who reviews too, and would then see what others think of it."""
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, author=cast.eve, title="Engines")
        builders.conflict(work.db, cast, cast.ben_reviewer, made.id)
    cleo, ben = sign_in(app.test_client(), cast.cleo), sign_in(app.test_client(), cast.ben)
    cleo.get(PAGE)
    number = number_of(cast.ben_reviewer, made.id)
    back = f"/pyfest27/reviews/profile/conflicts/{number}"
    cleo.post(f"{PAGE}/{number}", data={"state": "confirmed"})
    assert back not in ben.get("/pyfest27/reviews/profile").text
    refused = ben.post(back)
    assert (refused.status_code, states(made.id)) == (403, [("reviewer_declared", "confirmed")])
    cleo.post(f"{PAGE}/{number}", data={"state": "found"})
    assert back in ben.get("/pyfest27/reviews/profile").text
    assert (ben.post(back).status_code, states(made.id)) == (303, [])


def test_every_step_is_in_the_log(cast: Cast, adas: AdasProposal) -> None:
    for state in ("dismissed", "found", "confirmed"):
        rule(cast, adas[2], state, f"because {state}")
    with reading(SYSTEM) as work:
        query = select(AuditEntry.action, AuditEntry.account_id, AuditEntry.before, AuditEntry.after)
        rows = work.db.execute(query.where(AuditEntry.action.like("conflict.%")).order_by(AuditEntry.id)).all()
    assert [row.action for row in rows] == ["conflict.dismiss", "conflict.reopen", "conflict.confirm"]
    assert rows[0].account_id == cast.cleo
    assert rows[1].before == {"state": "dismissed", "ruling": "because dismissed"}
    assert rows[0].after == {
        "reviewer_id": cast.dan_reviewer,
        "kind": "same_domain",
        "state": "dismissed",
        "ruling": "because dismissed",
    }


def test_the_page_explains_without_naming_an_author(app: Flask, cast: Cast, adas: AdasProposal) -> None:
    page = sign_in(app.test_client(), cast.cleo).get(PAGE).text
    assert "Engines" in page and "in the same house as one of its authors" in page and "Dan" in page
    assert "Ada" not in page and "acme.example" not in page


def test_filters_find_by_name_title_and_state(app: Flask, cast: Cast, adas: AdasProposal) -> None:
    client = sign_in(app.test_client(), cast.cleo)
    queries = ("q=dan+engines", "q=nobody", "state=found", "state=dismissed", "state=perhaps", "show=all")
    assert ["Engines" in client.get(f"{PAGE}?{query}").text for query in queries] == [
        True,
        False,
        True,
        False,
        True,
        True,
    ]


def test_a_chair_is_told_nothing_of_own_conflicts_nor_of_proposals_behind_walls(app: Flask, cast: Cast) -> None:
    """An author names Gus, who chairs: neither the page nor a made-up number nor the log tells him, even when
    another chair dismissed it.
    """
    with writing(SYSTEM) as work:
        factories.role(work.db, cast.conference, cast.gus, "chair")
        for account in (cast.cleo, cast.gus):
            service.ensure_reviewer(work, conference_id=cast.conference, account_id=account)
        made = factories.proposal(work.db, cast, author=cast.ada, title="Engines")
        about = {"conference_id": cast.conference, "proposal_id": made.id, "account_id": cast.gus}
        words = {"typed": "gus@chair.example", "reason": "we quarrel", "declared_at": factories.now()}
        factories.add(work.db, AuthorConflict(**about, **words))
        gus = work.db.scalars(select(Reviewer.id).where(Reviewer.account_id == cast.gus)).one()
    own, dans = number_of(gus, made.id), number_of(cast.dan_reviewer, made.id)
    client = sign_in(app.test_client(), cast.gus)
    page = client.get(PAGE).text
    assert ("Engines" in page, "You are in conflict with 1 proposal" in page) == (False, True)
    for number in (own, dans, 999_999):
        with pytest.raises((Refused, Missing)) as refusal:
            rule(cast, number, "dismissed", "mine", who=cast.gus)
        assert isinstance(refusal.value, Missing) or refusal.value.answer.hidden
        assert client.post(f"{PAGE}/{number}", data={"state": "dismissed", "ruling": "x"}).status_code == 404
    rule(cast, own, "dismissed", "They only disagree")
    page = bytes_of(client, PAGE)
    assert (b"Engines" in page, b"They only disagree" in page, b"an author asks" in page) == (True, False, False)
    assert client.post(f"{PAGE}/{own}", data={"state": "found"}).status_code == 404
    told = {who: logged(cast, who) for who in (cast.gus, cast.cleo)}
    assert told == {cast.gus: [], cast.cleo: ["conflict.dismiss"]}


def logged(cast: Cast, account_id: int) -> list[str]:
    with reading(actor_of(account_id)) as work:
        lines, _count = audit_log(work, cast.conference, zone="UTC", page=1)
    return [line.action for line in lines if line.action.startswith("conflict.")]


def test_a_chair_who_owes_a_review_sees_no_conflict_of_that_proposal(
    app: Flask, cast: Cast, adas: AdasProposal
) -> None:
    _ref, number, conflict = adas
    client = sign_in(app.test_client(), cast.cleo)
    assert "Engines" in client.get(PAGE).text
    with writing(SYSTEM) as work:
        factories.role(work.db, cast.conference, cast.cleo, "reviewer")
        me = work.db.scalars(select(Reviewer.id).where(Reviewer.account_id == cast.cleo)).one()
        builders.assign(work.db, cast, me, work.db.get_one(Proposal, number))
    assert "Engines" not in client.get(PAGE).text
    assert client.post(f"{PAGE}/{conflict}", data={"state": "dismissed"}).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("gus", 403), ("ada", 404), ("eve", 404)])
def test_only_chairs_come_here(app: Flask, cast: Cast, adas: AdasProposal, who: str, status: int) -> None:
    client = sign_in(app.test_client(), getattr(cast, who))
    answers = [client.get(PAGE), client.post(f"{PAGE}/{adas[2]}", data={"state": "dismissed"})]
    assert [answer.status_code for answer in answers] == [status, status]
    assert states(adas[1]) == [("same_domain", "found")]
