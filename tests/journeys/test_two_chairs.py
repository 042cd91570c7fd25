"""Two chairs change the same thing of the set-up: who comes second reads both texts, and decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from cfp.models import Call
from conference.actor import SYSTEM
from conference.models import Conference, Room, SessionType, Track
from conference.work import reading, writing
from reviews.models import Criterion, ReviewPhase
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import sign_in
from tests.fixtures.forms import form_of

FIRST, SECOND = "What the first chair wrote", "What the second chair wrote"


@dataclass(frozen=True, slots=True)
class Place:
    """A form of the set-up: where it is, one field of it, and where that is stored."""

    path: Callable[[Cast], str]
    field: str
    column: Any


PLACES = {
    "facts": Place(lambda cast: "/pyfest27/setup/facts", "description", Conference.description),
    "track": Place(lambda cast: f"/pyfest27/setup/track/{cast.tracks[0]}", "name", Track.name),
    "session type": Place(lambda cast: f"/pyfest27/setup/session_type/{cast.talk_type}", "name", SessionType.name),
    "room": Place(lambda cast: f"/pyfest27/setup/room/{cast.rooms[0]}", "name", Room.name),
    "call": Place(lambda cast: "/pyfest27/cfp/set-up/main", "text", Call.text),
    "reviewing": Place(lambda cast: "/pyfest27/committee/", "guidance", ReviewPhase.guidance),
    "criterion": Place(lambda cast: f"/pyfest27/committee/criteria/{cast.criteria[0]}", "help", Criterion.help),
}


@pytest.fixture(params=PLACES.values(), ids=PLACES.keys())
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.param
    return found


def chairs(app: Flask, cast: Cast) -> list[FlaskClient]:
    with writing(SYSTEM) as work:
        factories.role(work.db, cast.conference, cast.eve, "chair")
    return [sign_in(app.test_client(), who) for who in (cast.cleo, cast.eve)]


def stored(place: Place) -> str:
    """Of the row with the lowest number, which is the one that ``path`` names."""
    with reading(SYSTEM) as work:
        return str(work.db.scalars(select(place.column).order_by(place.column.class_.id)).first())


def both_texts(answer: TestResponse) -> tuple[list[str], list[str]]:
    """(typed, stored), field by field."""
    page = BeautifulSoup(answer.text, "html.parser")
    typed, kept = (
        [each.text for each in page.select(f"[{side}] .versus__text")] for side in ("data-typed", "data-stored")
    )
    return typed, kept


def test_who_comes_second_reads_both_texts_and_nothing_is_overwritten(app: Flask, cast: Cast, place: Place) -> None:
    first, second = chairs(app, cast)
    path = place.path(cast)
    seen_by_first, seen_by_second = form_of(first.get(path)), form_of(second.get(path))
    assert first.post(path, data={**seen_by_first, place.field: FIRST}).status_code == 303
    late = second.post(path, data={**seen_by_second, place.field: SECOND})
    assert (late.status_code, both_texts(late)) == (409, ([SECOND], [FIRST]))
    assert form_of(late)[place.field] == [SECOND]
    assert stored(place) == FIRST


def test_whoever_saves_again_after_reading_both_replaces_what_was_read(app: Flask, cast: Cast, place: Place) -> None:
    first, second = chairs(app, cast)
    path = place.path(cast)
    seen = form_of(second.get(path))
    first.post(path, data={**seen, place.field: FIRST})
    late = second.post(path, data={**seen, place.field: SECOND})
    assert second.post(path, data=form_of(late)).status_code == 303
    assert stored(place) == SECOND


def test_what_came_after_the_reading_is_not_replaced_either(app: Flask, cast: Cast, place: Place) -> None:
    first, second = chairs(app, cast)
    path = place.path(cast)
    seen = form_of(second.get(path))
    first.post(path, data={**seen, place.field: "Not yet"})
    late = form_of(second.post(path, data={**seen, place.field: SECOND}))
    assert first.post(path, data={**form_of(first.get(path)), place.field: FIRST}).status_code == 303
    once_more = second.post(path, data=late)
    assert (once_more.status_code, both_texts(once_more)) == (409, ([SECOND], [FIRST]))
    assert stored(place) == FIRST


def test_a_form_that_does_not_say_what_was_shown_changes_nothing(app: Flask, cast: Cast, place: Place) -> None:
    chair, _other = chairs(app, cast)
    before, path = stored(place), place.path(cast)
    form = {**form_of(chair.get(path)), place.field: SECOND}
    del form["version"]
    said: list[dict[str, str]] = [{}, *({"version": each} for each in ("", "x", "0", "9" * 40, "²"))]
    answers = [chair.post(path, data={**form, **each}) for each in said]
    assert [(each.status_code, both_texts(each)[0]) for each in answers] == [(409, [SECOND])] * len(said)
    assert stored(place) == before


def test_choices_dates_and_ticks_are_told_in_words(app: Flask, cast: Cast) -> None:
    first, second = chairs(app, cast)
    path = PLACES["track"].path(cast)
    seen = form_of(second.get(path))
    first.post(path, data={**seen, "colour": "plum"} | {"is_special": "y"})
    late = second.post(path, data={**seen, "colour": "sky"})
    assert both_texts(late) == (["sky", "No"], ["plum", "Yes"])
    path = PLACES["facts"].path(cast)
    seen = form_of(second.get(path))
    first.post(path, data={**seen, "starts_on": "2027-03-26", "locales": ["en", "it"]})
    late = second.post(path, data={**seen, "venue": ""})
    typed = ["March 27, 2027", "(empty)", "English, Deutsch, Italiano"]
    assert both_texts(late) == (typed, ["March 26, 2027", "Palazzo dei Congressi", "English, Italiano"])


def test_the_same_text_twice_leaves_nothing_to_choose(app: Flask, cast: Cast) -> None:
    first, second = chairs(app, cast)
    path = PLACES["call"].path(cast)
    form = {**form_of(first.get(path)), "text": FIRST}
    assert [each.post(path, data=form).status_code for each in (first, second)] == [303, 409]
    answer = second.post(path, data=form)
    assert "The two say the same; take either." in answer.text
    assert both_texts(answer) == ([], [])
