"""A reviewer's evening: the queue, the screen, saving, sending, and what two windows do to each other."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading, writing
from plumbing.clock import FixedClock
from reviews.models import Assignment, ConflictOfInterest, Review, ReviewScore
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import StatementCounter, sign_in
from tests.reviews import builders

BASE = "/pyfest27/reviews"


def ben(app: Flask, cast: Cast) -> FlaskClient:
    return sign_in(app.test_client(), cast.ben)


def assigned(cast: Cast, count: int = 1, **values: object) -> list[str]:
    """References of proposals that are assigned to Ben."""
    with writing(SYSTEM) as work:
        made = [factories.proposal(work.db, cast, **values) for _ in range(count)]
        builders.assign(work.db, cast, cast.ben_reviewer, *made)
        return [proposal.ref for proposal in made]


def filled(cast: Cast, **values: object) -> dict[str, object]:
    first, second = cast.criteria
    return {f"score-{first}": 4, f"score-{second}": 3, "confidence": 5, "text": "Good.", "version": 0, **values}


def stored(cast: Cast) -> tuple[str, str, int, dict[int, int]]:
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(Review)).one()
        scores = work.db.execute(select(ReviewScore.criterion_id, ReviewScore.value)).all()
        return row.state, row.text, row.version, dict(scores)


def test_sending_stores_the_review_and_leads_to_the_next_proposal(app: Flask, cast: Cast) -> None:
    first, second = assigned(cast, 2)
    answer = ben(app, cast).post(f"{BASE}/{first}/", data=filled(cast, go="next"))
    assert (answer.status_code, answer.location) == (303, f"{BASE}/{second}/")
    assert stored(cast)[::3] == ("submitted", dict(zip(cast.criteria, (4, 3), strict=True)))


def test_the_next_one_is_the_least_reviewed(app: Flask, cast: Cast) -> None:
    refs = assigned(cast, 4)
    with writing(SYSTEM) as work:
        _account, other = builders.another_reviewer(work.db, cast, "Ira Other")
        numbers = dict(work.db.execute(select(Assignment.proposal_id, Assignment.id)).all())
        for number in sorted(numbers)[:-1]:
            builders.review(work.db, cast, other, number)
    answer = ben(app, cast).get(f"{BASE}/next")
    assert answer.location == f"{BASE}/{refs[-1]}/"


def test_a_draft_may_be_incomplete_and_a_review_may_not(app: Flask, cast: Cast) -> None:
    (ref,) = assigned(cast)
    client = ben(app, cast)
    assert client.post(f"{BASE}/{ref}/", data={"text": "Hm", "version": 0, "go": "draft"}).status_code == 303
    answer = client.post(f"{BASE}/{ref}/", data={"text": "Hm, well", "version": 1, "go": "next"})
    assert answer.status_code == 422
    assert "Please choose a score for “Relevance”." in answer.text
    assert "Hm, well" in answer.text
    assert stored(cast)[:2] == ("draft", "Hm")


def test_autosave_answers_with_the_new_version(app: Flask, cast: Cast) -> None:
    (ref,) = assigned(cast)
    client = ben(app, cast)
    versions = [
        client.post(f"{BASE}/{ref}/autosave", data={"text": text, "version": version}).json
        for version, text in enumerate(("a", "ab", "ab"))
    ]
    assert versions == [{"version": 1}, {"version": 2}, {"version": 3}]


def test_a_second_window_gets_both_texts_and_can_go_on(app: Flask, cast: Cast) -> None:
    (ref,) = assigned(cast)
    client = ben(app, cast)
    client.post(f"{BASE}/{ref}/autosave", data={"text": "from the first window", "version": 0})
    late = client.post(f"{BASE}/{ref}/autosave", data={"text": "from the second", "version": 0})
    assert (late.status_code, late.json and late.json["href"]) == (409, f"{BASE}/{ref}/")
    answer = client.post(f"{BASE}/{ref}/", data=filled(cast, text="from the second"))
    assert answer.status_code == 409
    assert "from the first window" in answer.text and "from the second" in answer.text
    assert 'name="version" value="1"' in answer.text
    assert stored(cast)[1] == "from the first window"
    assert client.post(f"{BASE}/{ref}/", data=filled(cast, text="merged", version=1)).status_code == 303
    assert stored(cast)[1] == "merged"


def test_when_the_phase_ends_while_the_form_is_open_the_text_stays_on_the_page(
    app: Flask, cast: Cast, clock: FixedClock
) -> None:
    (ref,) = assigned(cast)
    clock.advance(timedelta(days=31))
    client = ben(app, cast)
    answer = client.post(f"{BASE}/{ref}/", data=filled(cast, text="Just too late"))
    assert answer.status_code == 403
    assert "Just too late" in answer.text and "Reviewing is over." in answer.text and "team@example.org" in answer.text
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Review.id)).all() == []


def test_a_session_that_ended_is_told_as_401_and_nothing_is_stored(app: Flask, cast: Cast) -> None:
    (ref,) = assigned(cast)
    answer = app.test_client().post(f"{BASE}/{ref}/autosave", data={"text": "x", "version": 0})
    assert answer.status_code == 401
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Review.id)).all() == []


def test_a_sent_review_can_be_changed_until_the_phase_ends(app: Flask, cast: Cast) -> None:
    (ref,) = assigned(cast)
    client = ben(app, cast)
    client.post(f"{BASE}/{ref}/", data=filled(cast, go="stay"))
    client.post(f"{BASE}/{ref}/", data=filled(cast, text="Better.", version=1, go="stay"))
    version = stored(cast)[2]
    assert stored(cast)[:2] == ("submitted", "Better.")
    torn = client.post(f"{BASE}/{ref}/autosave", data={"text": "", "version": version})
    assert torn.status_code == 422


def test_declining_needs_a_reason_and_ends_the_assignment(app: Flask, cast: Cast) -> None:
    (ref,) = assigned(cast)
    client = ben(app, cast)
    assert client.post(f"{BASE}/{ref}/decline", data={"reason": " "}).status_code == 422
    assert client.post(f"{BASE}/{ref}/decline", data={"reason": "Not my field"}).status_code == 303
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(Assignment)).one()
    assert (row.ended_at is not None, row.declined_reason) == (True, "Not my field")
    assert client.post(f"{BASE}/{ref}/autosave", data={"text": "x"}).status_code == 403


def test_a_declared_conflict_takes_the_proposal_away_until_it_is_taken_back(app: Flask, cast: Cast) -> None:
    (ref,) = assigned(cast)
    client = ben(app, cast)
    assert client.post(f"{BASE}/{ref}/conflict", data={"conflict_note": "my flat mate"}).status_code == 303
    gone, made_up = client.get(f"{BASE}/{ref}/"), client.get(f"{BASE}/zzzzzzzzzz/")
    assert (gone.status_code, made_up.status_code) == (404, 404)
    with reading(SYSTEM) as work:
        number = work.db.scalars(
            select(ConflictOfInterest.id).where(ConflictOfInterest.kind == "reviewer_declared")
        ).one()
        assert work.db.scalars(select(Assignment.ended_at)).one() is not None
    assert "my flat mate" in client.get(f"{BASE}/profile").text
    assert client.post(f"{BASE}/profile/conflicts/{number}").status_code == 303
    assert client.get(f"{BASE}/{ref}/").status_code == 200


def test_the_profile_keeps_words_and_loads_and_refuses_what_does_not_fit(app: Flask, cast: Cast) -> None:
    client = ben(app, cast)
    wrong = client.post(f"{BASE}/profile", data={"words": "engines", "load_min": 5, "load_max": 3})
    assert wrong.status_code == 422
    assert "The most cannot be below the least." in wrong.text and "engines" in wrong.text
    assert client.post(f"{BASE}/profile", data={"words": "engines", "load_min": 1, "load_max": 3}).status_code == 303
    assert "engines" in client.get(f"{BASE}/profile").text


def test_lists_cost_the_same_for_one_and_for_ten(app: Flask, cast: Cast, statements: StatementCounter) -> None:
    counts: dict[str, list[int]] = {"/": [], "/proposals": [], "/next": []}
    client = ben(app, cast)
    for more in (1, 9):
        assigned(cast, more)
        for page, seen_counts in counts.items():
            with statements() as seen:
                client.get(f"{BASE}{page}")
            seen_counts.append(len(seen))
    assert all(one == ten and ten <= 12 for one, ten in counts.values()), counts


def test_the_screen_costs_at_most_twelve_statements(app: Flask, cast: Cast, statements: StatementCounter) -> None:
    ref = assigned(cast, 10)[0]
    client = ben(app, cast)
    with statements() as seen:
        client.get(f"{BASE}/{ref}/")
    assert len(seen) <= 12


def test_bad_numbers_are_refused_in_words(app: Flask, cast: Cast) -> None:
    (ref,) = assigned(cast)
    client = ben(app, cast)
    for bad in ({"confidence": "6"}, {"confidence": "x"}, {f"score-{cast.criteria[0]}": "9"}, {"score-x": "1"}):
        answer = client.post(f"{BASE}/{ref}/autosave", data={"version": 0, **bad})
        assert (answer.status_code, bool(answer.json and answer.json["error"])) == (422, True), bad
