"""The chairs' page that imports a file: what it shows before, that it takes all or nothing, and who may."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from cfp.uploads import BYTES_MAX, ROWS_MAX
from cfp.views.importing import lines_words
from conference.actor import SYSTEM
from conference.models import AuditEntry
from conference.work import reading, writing
from plumbing.outbox import Outbox
from tests import factories
from tests.cfp.acts import everything
from tests.fixtures.app import StatementCounter, sign_in

IMPORT = "/pyfest27/cfp/proposals/import"
GOOD = "Titel;Vortragende;Track\nWeben;Ada Lovelace;Data\nKnit;Zoe Z.;Web\n"
BAD = "title,language,track\nOne,English,Data\nTwo,Klingon,Data\nThree,German,Knitting\n"


@pytest.fixture
def cleo(client: FlaskClient, cast: factories.Cast) -> FlaskClient:
    return sign_in(client, cast.cleo)


def upload(client: FlaskClient, text: str | bytes, name: str = "talks.csv", call: str = "main") -> TestResponse:
    data = text.encode() if isinstance(text, str) else text
    return client.post(IMPORT, data={"call": call, "file": (io.BytesIO(data), name)})


def preview_path(client: FlaskClient, text: str) -> str:
    answer = upload(client, text)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def titles() -> list[str]:
    return [row.title for row in everything()]


def test_a_file_is_looked_at_and_then_imported(cleo: FlaskClient, cast: factories.Cast) -> None:
    assert f'href="{IMPORT}"' in cleo.get("/pyfest27/cfp/proposals").text
    path = preview_path(cleo, GOOD)
    page = cleo.get(path).text
    assert ("Weben" in page, "Ada Lovelace" in page, "2 new proposals." in page) == (True, True, True)
    assert titles() == []
    done = cleo.post(path, data={"column-title": "Titel", "column-authors": "Vortragende", "column-track": "Track"})
    assert (done.status_code, done.headers["Location"]) == (303, "/pyfest27/cfp/proposals")
    assert [(row.title, row.stage, row.track_id) for row in everything()] == [
        ("Weben", "submitted", cast.tracks[0]),
        ("Knit", "submitted", cast.tracks[1]),
    ]
    assert "2 new, 0 changed, 0 as they were" in cleo.get("/pyfest27/cfp/proposals").text
    with reading(SYSTEM) as work:
        (entry,) = work.db.scalars(select(AuditEntry).where(AuditEntry.action == "proposals.import")).all()
        assert (entry.account_id, entry.after) == (cast.cleo, {"new": 2, "changed": 0, "same": 0})
        assert work.db.scalars(select(Outbox.id)).all() == []


def test_pressing_twice_imports_once(cleo: FlaskClient) -> None:
    path = preview_path(cleo, GOOD)
    assert [cleo.post(path).status_code, cleo.post(path).status_code] == [303, 303]
    assert titles() == ["Weben", "Knit"]
    assert "0 new proposals, 2 that stand here already." in cleo.get(path).text


def test_what_is_wrong_is_told_by_line_and_nothing_is_imported(cleo: FlaskClient) -> None:
    path = preview_path(cleo, BAD)
    for answer in (cleo.get(path), cleo.post(path)):
        assert "“Klingon” is no language that is known here." in answer.text
        assert "This call has no track “Knitting”, only “Data”, “Web”." in answer.text
        assert "Import all of it" not in answer.text
    assert (answer.status_code, titles()) == (422, [])


def test_what_is_wrong_in_many_lines_is_said_once(cleo: FlaskClient) -> None:
    tracks = ["Knitting", "Knitting", "Knitting", "Data", "Knitting", "Sewing"]
    path = preview_path(cleo, "title,track\n" + "".join(f"Talk {n},{track}\n" for n, track in enumerate(tracks)))
    page = cleo.get(path).text
    assert re.findall(r'data-label="Lines">([^<]*)<', page) == ["2–4, 6", "7"]
    assert page.count("This call has no track “Knitting”") == 1


def test_very_many_places_are_counted() -> None:
    words = lines_words([*range(2, 40, 2), 99, 100])
    assert words == "2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24 … and 9 more."


def test_other_columns_can_be_chosen(cleo: FlaskClient) -> None:
    path = preview_path(cleo, "first,second\nA talk,Another talk\n")
    assert "No column looks like a title; say which one it is." in cleo.get(path).text
    page = cleo.get(f"{path}?column-title=second").text
    assert ("Another talk" in page, "Import all of it" in page) == (True, True)
    assert cleo.post(path, data={"column-title": "second", "column-notes": "first"}).status_code == 303
    assert [(row.title, row.notes) for row in everything()] == [("Another talk", "A talk")]


def test_a_guessed_column_can_be_left_out(cleo: FlaskClient) -> None:
    path = preview_path(cleo, BAD)
    answer = cleo.post(path, data={"column-title": "title", "column-language": "", "column-track": ""})
    assert (answer.status_code, titles()) == (303, ["One", "Two", "Three"])
    assert {row.language for row in everything()} == {"en"}


def test_a_track_that_went_away_meanwhile_stops_all_of_it(cleo: FlaskClient, cast: factories.Cast) -> None:
    from conference.models import Track

    path = preview_path(cleo, GOOD)
    assert "Import all of it" in cleo.get(path).text
    with writing(SYSTEM) as work:
        work.db.get_one(Track, cast.tracks[1]).name = "Web and more"
    answer = cleo.post(path)
    assert (answer.status_code, titles()) == (422, [])
    assert "This call has no track “Web”, only “Data”, “Web and more”." in answer.text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "The file is empty."),
        (b"x" * (BYTES_MAX + 1), "At most 5 MB"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused(cleo: FlaskClient, text: bytes, said: str) -> None:
    answer = upload(cleo, text)
    assert (answer.status_code, said in answer.text) == (422, True)


def test_what_was_not_chosen_is_named(cleo: FlaskClient) -> None:
    assert "Choose a file." in cleo.post(IMPORT, data={"call": "main"}).text
    assert "Choose a call." in upload(cleo, GOOD, call="nowhere").text


def test_more_rows_than_a_browser_should_wait_for_are_refused(cleo: FlaskClient) -> None:
    path = preview_path(cleo, "title\n" + "".join(f"Talk {number}\n" for number in range(ROWS_MAX + 1)))
    assert f"More than {ROWS_MAX} rows; please split the file." in cleo.get(path).text
    assert (cleo.post(path).status_code, titles()) == (422, [])


def test_a_header_alone_is_told(cleo: FlaskClient) -> None:
    assert "There is no row below the header." in cleo.get(preview_path(cleo, "title,track\n")).text


def test_only_chairs_of_the_conference_get_there(app: Flask, cleo: FlaskClient, cast: factories.Cast) -> None:
    path = preview_path(cleo, GOOD)
    with writing(SYSTEM) as work:
        other = factories.conference(work.db, "other28")
        factories.role(work.db, other.id, cast.cleo, "chair")
    found = {}
    for name in ("ada", "ben", "gus", "eve"):
        client = sign_in(app.test_client(), getattr(cast, name))
        statuses = [client.get(IMPORT).status_code, client.get(path).status_code, client.post(path).status_code]
        found[name] = [*statuses, upload(client, GOOD).status_code]
    assert found == {"ada": [404] * 4, "ben": [403] * 4, "gus": [403] * 4, "eve": [404] * 4}
    assert app.test_client().post(path).status_code == 401
    assert cleo.get(path.replace("/pyfest27/", "/other28/")).status_code == 404
    assert cleo.get(f"{path}x").status_code == 404
    assert titles() == []


def test_the_preview_costs_the_same_for_one_and_for_ten(cleo: FlaskClient, statements: StatementCounter) -> None:
    counts = []
    for rows in (1, 10):
        path = preview_path(cleo, "title\n" + "".join(f"Talk {number}\n" for number in range(rows)))
        with statements() as seen:
            assert cleo.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 12
