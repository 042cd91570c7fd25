"""The facts of a conference as a browser sends them: the chapter it belongs to, its languages in their order."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.models import Chapter, Community, Conference
from conference.work import reading, writing
from tests import factories
from tests.factories import Cast
from tests.fixtures.app import sign_in
from tests.fixtures.forms import form_of

FACTS = "/pyfest27/setup/facts"


def chapter(community: str, name: str) -> int:
    with writing(SYSTEM) as work:
        found = work.db.scalars(select(Community.id).where(Community.slug == community)).one()
        made: int = factories.add(work.db, Chapter(community_id=found, slug=name.lower(), name=name)).id
    return made


def stored(slug: str = "pyfest27") -> Conference:
    with reading(SYSTEM) as work:
        return work.db.scalars(select(Conference).where(Conference.slug == slug)).one()


@pytest.fixture
def chair(app: Flask, cast: Cast) -> FlaskClient:
    return sign_in(app.test_client(), cast.cleo)


def test_a_conference_belongs_to_a_chapter_and_stays_there_when_something_else_is_saved(chair: FlaskClient) -> None:
    milan = chapter("pyfest27-community", "Milan")
    assert chair.post(FACTS, data={**form_of(chair.get(FACTS)), "chapter_id": str(milan)}).status_code == 303
    assert stored().chapter_id == milan
    assert "Bologna · Milan" in chair.get("/communities/pyfest27-community").text
    assert chair.post(FACTS, data={**form_of(chair.get(FACTS)), "venue": "Town hall"}).status_code == 303
    assert (stored().venue, stored().chapter_id) == ("Town hall", milan)
    form = {**form_of(chair.get(FACTS)), "venue": "Library"}
    del form["chapter_id"]
    assert chair.post(FACTS, data=form).status_code == 303
    assert (stored().venue, stored().chapter_id) == ("Library", milan)
    assert chair.post(FACTS, data={**form_of(chair.get(FACTS)), "chapter_id": ""}).status_code == 303
    assert stored().chapter_id is None


def test_a_chapter_of_another_community_is_no_choice(chair: FlaskClient) -> None:
    with writing(SYSTEM) as work:
        factories.conference(work.db, "elsewhere")
    theirs = chapter("elsewhere-community", "Rome")
    for wrong in (str(theirs), "x", "9" * 40):
        assert chair.post(FACTS, data={**form_of(chair.get(FACTS)), "chapter_id": wrong}).status_code == 422
    assert stored().chapter_id is None


def test_a_conference_is_made_within_a_chapter(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        admin = factories.account(work.db, "Ida Admin", is_administrator=True)
    milan = chapter("pyfest27-community", "Milan")
    browser = sign_in(app.test_client(), admin.id)
    path = "/communities/pyfest27-community/new-conference"
    wanted: dict[str, Any] = {"name": "Evening", "slug": "evening", "acronym": "ev", "locales": ["it"]}
    wanted |= {"starts_on": "2027-05-01", "ends_on": "2027-05-01", "chapter_id": str(milan)}
    made = browser.post(path, data=form_of(browser.get(path)) | wanted)
    assert made.headers["Location"] == "/evening/setup/"
    assert (stored("evening").chapter_id, stored("evening").locales) == (milan, ["it"])


def test_languages_are_ticked_one_by_one_and_the_default_stays_the_first(chair: FlaskClient, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        work.db.get_one(Conference, cast.conference).locales = ["it", "en"]
    boxes = BeautifulSoup(chair.get(FACTS).text, "html.parser").select("input[type=checkbox][name=locales]")
    assert [(box["value"], box.has_attr("checked"), box.has_attr("required")) for box in boxes] == [
        ("it", True, False),
        ("en", True, False),
        ("de", False, False),
    ]
    assert chair.post(FACTS, data={**form_of(chair.get(FACTS)), "venue": "Town hall"}).status_code == 303
    assert stored().locales == ["it", "en"]


def test_a_community_does_not_show_the_conferences_of_another_of_its_name(chair: FlaskClient) -> None:
    with writing(SYSTEM) as work:
        factories.conference(work.db, "namesake", name="Somebody else's day")
    page = chair.get("/communities/pyfest27-community").text
    assert ("PyFest 2027" in page, "Somebody else" in page) == (True, False)
