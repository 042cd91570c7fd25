"""A chair who owes a review learns nothing of what others think of that proposal until it is sent, given back or late.

Cleo chairs and reviews; she is asked about “Engines” (nothing sent) and “Bridges” (sent). Rivalda reviewed both.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from conference.actor import SYSTEM, Actor, load_actor
from conference.models import Role
from conference.queries import audit_log
from conference.work import reading, writing
from reviews import service
from reviews.models import Assignment, AssignmentPlanRow, Review, Reviewer, ReviewPhase, ReviewScore
from reviews.plans import Options
from reviews.service import Pick
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import sign_in
from tests.reviews import builders
from tests.reviews.test_blindness import COMMITTEE, DECISIONS, RIVAL, RIVAL_TEXT, bytes_of, decide, holds, seen

FIRST = "Send your own review first"
NOTE = "Words to the authors of engines"


@dataclass(frozen=True, slots=True)
class Desk:
    owed: str
    owed_id: int
    sent: str
    sent_id: int
    me: int
    rival: int
    plan: str


@pytest.fixture
def desk(cast: Cast) -> Desk:
    with writing(SYSTEM) as work:
        db = work.db
        factories.role(db, cast.conference, cast.cleo, "reviewer")
        owed, sent = (factories.proposal(db, cast, author=cast.eve, title=title) for title in ("Engines", "Bridges"))
        me = service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.cleo)
        _account, rival = builders.another_reviewer(db, cast, RIVAL)
        for one in (cast.ben_reviewer, cast.dan_reviewer):
            db.execute(update(Reviewer).where(Reviewer.id == one).values(is_active=False))
        plan = service.assign_now(work, conference_id=cast.conference, options=Options(2)).plan_ref
        for proposal in (owed, sent):
            builders.review(db, cast, rival, proposal.id, scores=(5, 1), text=RIVAL_TEXT, is_sales_pitch=True)
        builders.review(db, cast, me, sent.id, scores=(3, 3), text="My own words")
    for ref in (owed.ref, sent.ref):
        decide(cast, ref, "waitlist")
    with writing(SYSTEM) as work:
        service.write_note(work, conference_id=cast.conference, ref=owed.ref, version=1, note=NOTE)
    return Desk(owed.ref, owed.id, sent.ref, sent.id, me, rival, plan)


def pages(desk: Desk) -> list[str]:
    filters = (
        "",
        "?verdict=none",
        "?verdict=waitlist",
        "?verdict=private",
        "?sort=verdict",
        "?sort=mean",
        "?sort=count",
    )
    return [
        *(f"{DECISIONS}/{each}" for each in (*filters, "?sort=spread&dir=asc", "?sort=confidence&dir=asc")),
        f"{DECISIONS}/waitlist",
        f"{DECISIONS}/release",
        f"{DECISIONS}/{desk.owed}/",
        f"{DECISIONS}/{desk.owed}/paper.pdf",
        f"{COMMITTEE}/progress",
        f"{COMMITTEE}/reviewers",
        f"{COMMITTEE}/conflicts",
        f"{COMMITTEE}/assignment/{desk.plan}/",
        f"{COMMITTEE}/assignment/{desk.plan}/{desk.owed}",
        f"/pyfest27/reviews/{desk.owed}/",
        f"/pyfest27/cfp/proposals/{desk.owed}",
    ]


def test_what_others_think_changes_no_byte_of_any_page(app: Flask, cast: Cast, desk: Desk) -> None:
    client = sign_in(app.test_client(), cast.cleo)
    client.get(f"{DECISIONS}/")
    before = seen(client, pages(desk))
    theirs = select(Review.id).where(Review.proposal_id == desk.owed_id)
    with writing(SYSTEM) as work:
        work.db.execute(
            update(Review).where(Review.id.in_(theirs)).values(text="Other words", confidence=1, is_sales_pitch=False)
        )
        work.db.execute(update(ReviewScore).where(ReviewScore.review_id.in_(theirs)).values(value=2))
        service.decide(work, conference_id=cast.conference, picks=[Pick(desk.owed, 2)], verdict="accept")
    assert seen(client, pages(desk)) == before


def test_only_a_number_tells_that_somebody_sent_a_review(app: Flask, cast: Cast, desk: Desk) -> None:
    client = sign_in(app.test_client(), cast.cleo)
    before = seen(client, pages(desk))
    with writing(SYSTEM) as work:
        work.db.execute(
            update(Review).where(Review.proposal_id == desk.owed_id).values(state="draft", submitted_at=None)
        )
    after = seen(client, pages(desk))
    assert [path for path in before if before[path] != after[path]] == [f"{COMMITTEE}/progress"]
    assert (b"1 / 2" in before[f"{COMMITTEE}/progress"], b"0 / 2" in after[f"{COMMITTEE}/progress"]) == (True, True)


def test_the_row_and_the_page_say_what_has_to_come_first(app: Flask, cast: Cast, desk: Desk) -> None:
    client = sign_in(app.test_client(), cast.cleo)
    table = client.get(f"{DECISIONS}/").text
    row = re.search(rf'<tr id="row-{desk.owed}".*?</tr>', table, re.DOTALL)
    assert row is not None and FIRST in row[0] and f"/reviews/{desk.owed}/" in row[0]
    page = client.get(f"{DECISIONS}/{desk.owed}/")
    assert (page.status_code, FIRST in page.text, f"/pyfest27/reviews/{desk.owed}/" in page.text) == (403, True, True)
    for path, raw in seen(client, pages(desk)).items():
        assert (path, holds(raw, RIVAL_TEXT, NOTE)) == (path, [])


def test_no_page_names_who_reviews_it(app: Flask, cast: Cast, desk: Desk) -> None:
    """Rivalda's name stands on lists of people; her numbers there are those of the other proposal alone."""
    client = sign_in(app.test_client(), cast.cleo)
    plan = client.get(f"{COMMITTEE}/assignment/{desk.plan}/").text
    assert ("Engines" in plan, "Bridges" in plan, RIVAL in plan) == (False, True, True)
    assert client.get(f"{COMMITTEE}/assignment/{desk.plan}/{desk.owed}").status_code == 404
    people = re.search(rf"{RIVAL}</th>(.*?)</tr>", client.get(f"{COMMITTEE}/progress").text, re.DOTALL)
    assert people is not None and "1 / 1" in people[1]


def test_deciding_ordering_and_noting_are_refused_and_nothing_is_half_done(app: Flask, cast: Cast, desk: Desk) -> None:
    client = sign_in(app.test_client(), cast.cleo)
    both = [f"{desk.sent}.1", f"{desk.owed}.2"]
    answers = [
        client.post(f"{DECISIONS}/{desk.owed}/verdict?version=2", data={"verdict": "reject"}),
        client.post(f"{DECISIONS}/", data={"verdict": "reject", "pick": both}),
        client.post(f"{DECISIONS}/{desk.owed}/note", data={"note": "x", "version": "2"}),
        client.post(f"{DECISIONS}/waitlist", data={"ref": [desk.owed, desk.sent]}),
    ]
    assert [(answer.status_code, FIRST in answer.text) for answer in answers] == [(403, True)] * 4
    with reading(SYSTEM) as work:
        news = service.untold(work, conference_id=cast.conference)
        assert (set(news.verdicts.values()), news.notes[desk.owed_id]) == ({"waitlist"}, NOTE)


def test_letters_of_the_preview_leave_it_out_and_the_release_tells_it(app: Flask, cast: Cast, desk: Desk) -> None:
    client = sign_in(app.test_client(), cast.cleo)
    preview = client.post(f"{DECISIONS}/release/preview", data={"includes_reviews": "1"}).text
    assert ("Bridges" in preview, "Engines" in preview, NOTE in preview) == (True, False, False)
    letters = [client.post(f"{DECISIONS}/release/letter", data={"letter": n}).status_code for n in (0, 1)]
    assert letters == [200, 404]
    fingerprint = re.search(r'name="fingerprint" value="(\w+)"', preview)
    assert fingerprint is not None
    client.post(f"{DECISIONS}/release", data={"fingerprint": fingerprint[1], "includes_reviews": "1"})
    with reading(SYSTEM) as work:
        assert service.untold(work, conference_id=cast.conference).verdicts == {}


def test_a_plan_that_is_made_now_cannot_be_changed_there(app: Flask, cast: Cast, desk: Desk) -> None:
    with writing(SYSTEM) as work:
        row = work.db.scalars(select(AssignmentPlanRow).where(AssignmentPlanRow.ref == desk.plan)).one()
        row.state = "preview"
    client = sign_in(app.test_client(), cast.cleo)
    path = f"{COMMITTEE}/assignment/{desk.plan}/{desk.owed}"
    assert client.post(path, data={"act": "remove", "reviewer": desk.rival}).status_code == 404


def test_the_log_leaves_out_what_was_thought_of_it(cast: Cast, desk: Desk) -> None:
    hidden = {"decision.change", "decision.note"}
    assert not hidden & subjects(cast, desk.owed_id)
    assert "decision.change" in subjects(cast, desk.sent_id)
    send_own(cast, desk)
    assert hidden <= subjects(cast, desk.owed_id)


@pytest.mark.parametrize("how", ["sent", "given back", "over", "no reviewer any more"])
def test_the_wall_falls(app: Flask, cast: Cast, desk: Desk, how: str) -> None:
    client = sign_in(app.test_client(), cast.cleo)
    assert client.get(f"{DECISIONS}/{desk.owed}/").status_code == 403
    with writing(SYSTEM) as work:
        if how == "given back":
            row = work.db.scalars(
                select(Assignment).where(Assignment.reviewer_id == desk.me, Assignment.proposal_id == desk.owed_id)
            ).one()
            row.ended_at, row.declined_reason = work.now, "no time"
        if how == "over":
            phase = work.db.scalars(select(ReviewPhase)).one()
            phase.closes_at = work.now
        if how == "no reviewer any more":
            row = work.db.scalars(select(Role).where(Role.account_id == cast.cleo, Role.kind == "reviewer")).one()
            work.db.delete(row)
    if how == "sent":
        send_own(cast, desk)
    raw = bytes_of(client, f"{DECISIONS}/{desk.owed}/")
    assert holds(raw, RIVAL, RIVAL_TEXT, NOTE) == [RIVAL, RIVAL_TEXT, NOTE]
    assert "Engines" in client.post(f"{DECISIONS}/release/preview", data={"includes_reviews": "1"}).text


def test_a_draft_is_not_enough_and_an_hour_before_the_end_neither(app: Flask, cast: Cast, desk: Desk) -> None:
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, desk.me, desk.owed_id, state="draft", submitted_at=None)
        work.db.scalars(select(ReviewPhase)).one().closes_at = work.now + timedelta(hours=1)
    assert sign_in(app.test_client(), cast.cleo).get(f"{DECISIONS}/{desk.owed}/").status_code == 403


def test_another_chair_sees_it_all_the_while(app: Flask, cast: Cast, desk: Desk) -> None:
    with writing(SYSTEM) as work:
        factories.role(work.db, cast.conference, cast.eve, "chair")
        service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.gus)
        factories.role(work.db, cast.conference, cast.gus, "chair")
    raw = bytes_of(sign_in(app.test_client(), cast.gus), f"{DECISIONS}/{desk.owed}/")
    assert holds(raw, RIVAL, RIVAL_TEXT, NOTE) == [RIVAL, RIVAL_TEXT, NOTE]


def send_own(cast: Cast, desk: Desk) -> None:
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, desk.me, desk.owed_id)


def subjects(cast: Cast, proposal_id: int) -> set[str]:
    """Actions on this proposal that Cleo reads in the log."""
    with reading(actor_of(cast.cleo)) as work:
        lines, _count = audit_log(work, cast.conference, zone="UTC", page=1)
    return {line.action for line in lines if line.subject == f"proposal {proposal_id}"}


def actor_of(account_id: int) -> Actor:
    with reading(SYSTEM) as work:
        found = load_actor(work.db, account_id)
    assert found is not None
    return found
