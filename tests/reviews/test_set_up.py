"""Chairs' set-up of the reviewing: dates in the conference's zone, criteria, reviewers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading, writing
from reviews.models import Criterion, Reviewer, ReviewPhase
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import sign_in
from tests.reviews import builders

BASE = "/pyfest27/committee"


def cleo(app: Flask, cast: Cast) -> FlaskClient:
    return sign_in(app.test_client(), cast.cleo)


def phase(**values: Any) -> dict[str, Any]:
    wanted = {"opens_at": "2027-02-01T08:00", "closes_at": "2027-02-20T23:59", "reviews_wanted": 3, "version": 1}
    return {**wanted, "guidance": "Be *kind*.", **values}


def criterion(**values: Any) -> dict[str, Any]:
    labels = {f"label_{at}": word for at, word in enumerate(("no", "hardly", "so so", "rather", "yes"), start=1)}
    return {"name": "Useful", "help": "", "weight": 2, "position": 5, **labels, **values}


def test_dates_are_typed_in_the_zone_of_the_conference_and_stored_in_utc(app: Flask, cast: Cast) -> None:
    client = cleo(app, cast)
    assert client.post(f"{BASE}/", data=phase()).status_code == 303
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(ReviewPhase)).one()
    assert (row.opens_at, row.closes_at) == (
        datetime(2027, 2, 1, 7, 0, tzinfo=UTC),
        datetime(2027, 2, 20, 22, 59, tzinfo=UTC),
    )
    assert 'value="2027-02-01T08:00"' in client.get(f"{BASE}/").text
    assert "<em>kind</em>" in sign_in(app.test_client(), cast.ben).get("/pyfest27/reviews/").text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"closes_at": "2027-01-31T08:00"}, "Reviewing has to end after it begins."),
        ({"reviews_wanted": 21}, "Number must be between 1 and 20."),
        ({"opens_at": "tomorrow"}, "Not a valid datetime value."),
        ({"guidance": "x" * 10_001}, "At most 10000 characters, please"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(app: Flask, cast: Cast, values: dict[str, Any], words: str) -> None:
    answer = cleo(app, cast).post(f"{BASE}/", data=phase(**values))
    assert (answer.status_code, words in answer.text) == (422, True), answer.text
    assert str(values.get("guidance", "Be *kind*.")) in answer.text


def test_two_chairs_do_not_overwrite_each_other(app: Flask, cast: Cast) -> None:
    client = cleo(app, cast)
    client.post(f"{BASE}/", data=phase(guidance="First"))
    late = client.post(f"{BASE}/", data=phase(guidance="Second"))
    assert (late.status_code, "Second" in late.text) == (409, True)
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(ReviewPhase.guidance)).one() == "First"


def test_a_criterion_is_added_changed_and_removed(app: Flask, cast: Cast) -> None:
    client = cleo(app, cast)
    assert client.post(f"{BASE}/criteria/new", data=criterion()).status_code == 303
    with reading(SYSTEM) as work:
        made = work.db.scalars(select(Criterion).where(Criterion.name == "Useful")).one()
    assert (made.weight, made.labels[4]) == (2, "yes")
    client.post(f"{BASE}/criteria/{made.id}", data=criterion(name="Very useful", weight=0, version=1))
    assert "does not count" in client.get(f"{BASE}/").text
    client.post(f"{BASE}/criteria/{made.id}/remove")
    assert "Very useful" not in client.get(f"{BASE}/").text


def test_a_criterion_that_was_scored_stays(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        proposal = factories.proposal(work.db, cast, author=cast.eve)
        builders.review(work.db, cast, cast.ben_reviewer, proposal.id)
    answer = cleo(app, cast).post(f"{BASE}/criteria/{cast.criteria[0]}/remove", follow_redirects=True)
    assert "Reviewers have scored this already." in answer.text and "Relevance" in answer.text


def test_a_new_weight_changes_all_means_at_once(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        proposal = factories.proposal(work.db, cast, author=cast.eve)
        builders.review(work.db, cast, cast.ben_reviewer, proposal.id, (5, 1))
    client = cleo(app, cast)
    assert '<span class="score-range__value">3.0</span>' in client.get("/pyfest27/decisions/").text
    client.post(f"{BASE}/criteria/{cast.criteria[0]}", data=criterion(weight=3, version=1))
    assert '<span class="score-range__value">4.0</span>' in client.get("/pyfest27/decisions/").text


def test_a_chair_puts_a_reviewer_on_hold(app: Flask, cast: Cast) -> None:
    client = cleo(app, cast)
    page = f"{BASE}/reviewers/{cast.ben_reviewer}"
    assert client.post(page, data={"words": "looms", "load_min": 1, "load_max": 4}).status_code == 303
    with reading(SYSTEM) as work:
        row = work.db.get_one(Reviewer, cast.ben_reviewer)
    assert (row.words, row.load_min, row.load_max, row.is_active) == ("looms", 1, 4, False)
    assert "on hold" in client.get(f"{BASE}/reviewers").text


def test_a_reviewer_of_another_conference_is_not_there(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        other = factories.conference(work.db, "other27")
        stranger = factories.reviewer(work.db, other.id, cast.eve)
    client = cleo(app, cast)
    assert client.get(f"{BASE}/reviewers/{stranger.id}").status_code == 404
    assert client.get(f"{BASE}/criteria/999999").status_code == 404


def test_whoever_gets_the_role_is_a_reviewer_from_the_first_visit_on(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        own = factories.proposal(work.db, cast, author=cast.eve, title="By Eve herself")
        factories.role(work.db, cast.conference, cast.eve, "reviewer")
    client = sign_in(app.test_client(), cast.eve)
    assert "Nothing is assigned to you yet" in client.get("/pyfest27/reviews/").text
    assert client.get(f"/pyfest27/reviews/{own.ref}/").status_code == 404
    assert "By Eve herself" not in client.get("/pyfest27/reviews/proposals").text
    assert "Eve Elsewhere" in cleo(app, cast).get(f"{BASE}/reviewers").text


def test_progress_counts_names_who_is_late_and_what_came_back(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        made = [factories.proposal(work.db, cast, author=cast.eve, title=f"Engines {at}") for at in range(3)]
        builders.assign(work.db, cast, cast.ben_reviewer, *made)
        builders.review(work.db, cast, cast.ben_reviewer, made[0].id)
        builders.review(work.db, cast, cast.ben_reviewer, made[1].id, (), state="draft", submitted_at=None)
        work.db.scalars(select(ReviewPhase)).one().closes_at = factories.now()
    text = cleo(app, cast).get(f"{BASE}/progress").text
    assert "Ben Bitdiddle: 1 of 3 sent" in text
    gus = sign_in(app.test_client(), cast.gus).get(f"{BASE}/progress")
    assert (gus.status_code, f"{BASE}/reviewers" in gus.text) == (200, False)
