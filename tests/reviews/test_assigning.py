"""From a chair's wish to reviewers' queues: plan, preview, edit, apply, undo."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from conference.actor import SYSTEM, load_actor
from conference.work import reading, writing
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, Outbox
from plumbing.queue import drain
from reviews import service
from reviews.models import Assignment, AssignmentPlanRow, Reviewer
from reviews.plans import Options, read_plan
from reviews.service import assigning
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import StatementCounter, sign_in
from tests.reviews import builders

BASE = "/pyfest27/committee"


def cleo(app: Flask, cast: Cast) -> FlaskClient:
    return sign_in(app.test_client(), cast.cleo)


def proposals(cast: Cast, *titles: str, **values: Any) -> dict[str, Any]:
    """By title, all by Eve, with whom nobody on the committee is in conflict."""
    with writing(SYSTEM) as work:
        made = {title: factories.proposal(work.db, cast, author=cast.eve, title=title, **values) for title in titles}
    return made


def knows(cast: Cast, **words: str) -> None:
    with writing(SYSTEM) as work:
        for name, text in words.items():
            work.db.get_one(Reviewer, getattr(cast, f"{name}_reviewer")).words = text


def plan_by_page(client: FlaskClient, wanted: int = 1) -> str:
    """Asks for a plan, lets the worker work, returns the plan's reference."""
    started = client.post(f"{BASE}/assignment", data={"reviews_wanted": wanted, "fit_percent": 90})
    assert started.status_code == 303
    drain(kernel())
    ready = client.get(started.location)
    assert ready.status_code == 303, ready.text
    return str(ready.location.rstrip("/").rpartition("/")[2])


def pairs(cast: Cast) -> set[tuple[int, int]]:
    with reading(SYSTEM) as work:
        rows = work.db.execute(
            select(Assignment.reviewer_id, Assignment.proposal_id).where(Assignment.ended_at.is_(None))
        )
        return {tuple(row) for row in rows}


def test_a_plan_gives_each_what_they_know_and_nothing_happens_before_it_is_applied(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Steam engines in practice", "Gardening with onions")
    knows(cast, ben="steam engines, boilers", dan="onions and gardening")
    client = cleo(app, cast)
    ref = plan_by_page(client)
    assert pairs(cast) == set()
    shown = client.get(f"{BASE}/assignment/{ref}/").text
    assert "engines" in shown and "Ben Bitdiddle" in shown and "Dan Domain" in shown
    client.post(f"{BASE}/assignment/{ref}/apply")
    wanted = {
        (cast.ben_reviewer, made["Steam engines in practice"].id),
        (cast.dan_reviewer, made["Gardening with onions"].id),
    }
    assert pairs(cast) == wanted


def test_each_reviewer_gets_one_letter_whatever_the_number_of_proposals(app: Flask, cast: Cast) -> None:
    proposals(cast, "One", "Two", "Three")
    client = cleo(app, cast)
    ref = plan_by_page(client, wanted=2)
    client.post(f"{BASE}/assignment/{ref}/apply")
    drain(kernel())
    with reading(SYSTEM) as work:
        letters = work.db.execute(select(Delivery.recipient, Delivery.subject).order_by(Delivery.recipient)).all()
    subject = "3 proposals to review for PyFest 2027"
    assert [tuple(letter) for letter in letters] == [("ben@mit.example", subject), ("dan@acme.example", subject)]


def test_nobody_is_assigned_against_a_conflict_of_any_kind(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        of_ada = factories.proposal(work.db, cast, title="By Ada, a colleague of Dan")
        of_ben = factories.proposal(work.db, cast, author=cast.ben, title="By Ben")
    with writing(SYSTEM) as work:
        done = service.assign_now(work, conference_id=cast.conference, options=Options(2))
    assert pairs(cast) == {(cast.ben_reviewer, of_ada.id), (cast.dan_reviewer, of_ben.id)}
    assert (done.pairs, done.missing) == (2, 2)


def test_editing_adds_takes_out_and_swaps_and_says_what_it_costs(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "Steam engines in practice")["Steam engines in practice"]
    knows(cast, ben="steam engines, boilers", dan="onions")
    client = cleo(app, cast)
    ref = plan_by_page(client)
    page = f"{BASE}/assignment/{ref}/{made.ref}"
    assert "Forcing the pair costs" in client.get(f"{page}?price={cast.dan_reviewer}").text
    client.post(page, data={"reviewer": cast.dan_reviewer, "instead_of": cast.ben_reviewer})
    assert stored_pairs(ref) == {(cast.dan_reviewer, made.id, "chair")}
    client.post(page, data={"reviewer": cast.ben_reviewer})
    client.post(page, data={"reviewer": cast.dan_reviewer, "act": "remove"})
    assert stored_pairs(ref) == {(cast.ben_reviewer, made.id, "chair")}
    twice = client.post(page, data={"reviewer": cast.ben_reviewer})
    assert (twice.status_code, "This pair is in the plan already." in twice.text) == (422, True)


def test_a_pair_in_conflict_cannot_be_added_by_hand(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, title="By Ada")
    client = cleo(app, cast)
    ref = plan_by_page(client)
    answer = client.post(f"{BASE}/assignment/{ref}/{made.ref}", data={"reviewer": cast.dan_reviewer})
    assert (answer.status_code, "They are in conflict of interest." in answer.text) == (422, True)
    assert stored_pairs(ref) == {(cast.ben_reviewer, made.id, "solver")}


def test_undo_ends_what_is_unwritten_and_keeps_what_is_written(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "One", "Two")
    client = cleo(app, cast)
    ref = plan_by_page(client, wanted=2)
    client.post(f"{BASE}/assignment/{ref}/apply")
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.ben_reviewer, made["One"].id, state="draft")
    answer = client.post(f"{BASE}/assignment/{ref}/undo", follow_redirects=True)
    assert "3 assignments were taken back." in answer.text
    assert "1 assignment stays" in answer.text
    assert pairs(cast) == {(cast.ben_reviewer, made["One"].id)}
    assert client.post(f"{BASE}/assignment/{ref}/undo").status_code == 409


def test_a_second_plan_builds_on_what_is_assigned_and_avoids_who_gave_back(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "One", "Two")
    with writing(SYSTEM) as work:
        service.assign_now(work, conference_id=cast.conference, options=Options(1))
    first = pairs(cast)
    (given_back,) = {pair for pair in first if pair[0] == cast.ben_reviewer}
    with writing(SYSTEM) as work:
        ben = load_actor(work.db, cast.ben)
        ref = next(each.ref for each in made.values() if each.id == given_back[1])
    assert ben is not None
    with writing(ben) as work:
        service.decline_assignment(work, conference_id=cast.conference, ref=ref, reason="No time")
    with writing(SYSTEM) as work:
        service.assign_now(work, conference_id=cast.conference, options=Options(1))
    assert pairs(cast) == {(cast.dan_reviewer, each.id) for each in made.values()}


def test_what_was_given_back_since_the_plan_is_not_assigned_again(app: Flask, cast: Cast) -> None:
    made = proposals(cast, "One", "Two")
    with writing(SYSTEM) as work:
        service.assign_now(work, conference_id=cast.conference, options=Options(1))
    (given_back,) = {pair for pair in pairs(cast) if pair[0] == cast.ben_reviewer}
    client = cleo(app, cast)
    ref = plan_by_page(client, wanted=1)
    title = next(title for title, each in made.items() if each.id == given_back[1])
    decline = f"/pyfest27/reviews/{made[title].ref}/decline"
    assert sign_in(app.test_client(), cast.ben).post(decline, data={"reason": "No time"}).status_code == 303
    shown = client.post(f"{BASE}/assignment/{ref}/apply", follow_redirects=True).text
    assert "1 pair was left out because the reviewer gave it back since." in shown
    assert given_back not in pairs(cast)


def test_a_plan_that_was_replaced_is_refused_in_words(app: Flask, cast: Cast) -> None:
    proposals(cast, "One")
    client = cleo(app, cast)
    old, new = plan_by_page(client), plan_by_page(client)
    late = client.post(f"{BASE}/assignment/{old}/apply")
    assert (late.status_code, "replaced meanwhile" in late.text) == (409, True)
    assert client.post(f"{BASE}/assignment/{new}/apply").status_code == 303


def test_planning_without_proposals_fails_in_words(app: Flask, cast: Cast) -> None:
    client = cleo(app, cast)
    started = client.post(f"{BASE}/assignment", data={"reviews_wanted": 3, "fit_percent": 70})
    drain(kernel())
    assert "There is no proposal to assign." in client.get(started.location).text


def test_wrong_options_are_refused_at_their_field(app: Flask, cast: Cast) -> None:
    answer = cleo(app, cast).post(f"{BASE}/assignment", data={"reviews_wanted": 0, "fit_percent": 101})
    assert answer.status_code == 422
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Outbox.id)).all() == []


def test_what_a_chair_is_in_conflict_with_is_in_no_part_of_the_plan(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        own = factories.proposal(work.db, cast, author=cast.cleo, title="By the chair")
        factories.proposal(work.db, cast, author=cast.eve, title="By Eve")
    client = cleo(app, cast)
    ref = plan_by_page(client, wanted=2)
    text = client.get(f"{BASE}/assignment/{ref}/").text
    assert "By Eve" in text and "By the chair" not in text
    assert "You are in conflict with 1 proposal." in text
    assert client.get(f"{BASE}/assignment/{ref}/{own.ref}").status_code == 404
    assert len(stored_pairs(ref)) == 4
    wrong = {"conference_id": cast.conference, "plan_ref": ref, "proposal_id": own.id, "reviewer_id": cast.ben_reviewer}
    assert (
        client.post(f"{BASE}/assignment/{ref}/{own.ref}", data={"act": "remove", "reviewer": wrong}).status_code == 404
    )


def test_plan_pages_cost_the_same_for_one_and_for_ten(app: Flask, cast: Cast, statements: StatementCounter) -> None:
    client = cleo(app, cast)
    counts: dict[str, list[int]] = {"list": [], "plan": [], "panel": [], "reviewers": [], "progress": []}
    for more in (1, 9):
        made = proposals(cast, *(f"{more} {number}" for number in range(more)))
        ref = plan_by_page(client)
        client.post(f"{BASE}/assignment/{ref}/apply")
        one = next(iter(made.values())).ref
        for name, path in (
            ("list", "assignment"),
            ("plan", f"assignment/{ref}/"),
            ("panel", f"assignment/{ref}/{one}"),
            ("reviewers", "reviewers"),
            ("progress", "progress"),
        ):
            with statements() as seen:
                assert client.get(f"{BASE}/{path}").status_code == 200
            counts[name].append(len(seen))
    assert all(one == ten for one, ten in counts.values()), counts
    assert max(counts[name][1] for name in ("list", "plan", "reviewers", "progress")) <= 12, counts


def stored_pairs(ref: str) -> set[tuple[int, int, str]]:
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(AssignmentPlanRow).where(AssignmentPlanRow.ref == ref)).one()
        return {(pair.reviewer, pair.proposal, pair.origin) for pair in read_plan(row.plan).pairs}


def test_only_chairs_plan(app: Flask, cast: Cast) -> None:
    statuses = [
        sign_in(app.test_client(), who).get(f"{BASE}/assignment").status_code
        for who in (cast.cleo, cast.gus, cast.ben, cast.eve)
    ]
    assert statuses == [200, 403, 403, 404]
    assert assigning.JOB == "assign"
