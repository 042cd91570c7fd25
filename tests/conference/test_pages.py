"""The pages of the conference floor, as each person meets them."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.models import Account, AuditEntry, Conference, Role, Room
from conference.work import reading, writing
from plumbing.kernel import kernel
from plumbing.outbox import Delivery
from plumbing.queue import drain
from tests import factories
from tests.fixtures.app import StatementCounter, sign_in

CHAIR_PAGES = (
    "/pyfest27/",
    "/pyfest27/setup/",
    "/pyfest27/setup/facts",
    "/pyfest27/setup/track/new",
    "/pyfest27/setup/session_type/new",
    "/pyfest27/setup/room/new",
    "/pyfest27/setup/team",
    "/pyfest27/setup/log",
)


def mails(recipient: str) -> list[tuple[str, str]]:
    """(subject, text of the message) of all letters to an address, oldest first."""
    drain(kernel())
    with reading(SYSTEM) as work:
        rows = work.db.execute(
            select(Delivery.subject, Delivery.message).where(Delivery.recipient == recipient).order_by(Delivery.id)
        )
        return [(row.subject, text_of(row.message)) for row in rows]


def text_of(message: bytes) -> str:
    body = message_from_bytes(message, policy=default).get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def link_in(message: str, path: str) -> str:
    found = re.search(re.escape(path) + r"([\w-]{20,})", message)
    assert found is not None
    return path + found.group(1)


def test_signing_up_confirming_and_signing_in(client: FlaskClient, cast: factories.Cast) -> None:
    form = {"name": "Fay New", "email": "Fay@New.example", "password": "a long enough one", "next": "/pyfest27/"}
    assert client.post("/account/sign-up", data=form).status_code == 303
    [(subject, message)] = mails("fay@new.example")
    assert subject == "Please confirm your mail address"
    path = link_in(message, "/account/confirm/")
    assert client.get(path).status_code == 200
    with reading(SYSTEM) as work:
        assert work.db.scalar(select(Account.email_confirmed_at).where(Account.email == "fay@new.example")) is None
    assert client.post(path).status_code == 303
    assert "Fay New" in client.get("/").text
    assert client.post(path).status_code == 403
    client.post("/account/sign-out")
    assert "Fay New" not in client.get("/").text
    wrong = client.post("/account/sign-in", data={"email": "fay@new.example", "password": "no"})
    assert wrong.status_code == 422
    assert "Address and password do not belong together." in wrong.text
    right = {"email": "fay@new.example", "password": "a long enough one", "next": "/pyfest27/"}
    assert client.post("/account/sign-in", data=right).headers["Location"] == "/pyfest27/"


def test_a_known_address_is_not_given_away(client: FlaskClient, cast: factories.Cast) -> None:
    form = {"name": "Ada", "email": "ada@acme.example", "password": "a long enough one"}
    known = client.post("/account/sign-up", data=form)
    unknown = client.post("/account/sign-up", data={**form, "email": "nobody@acme.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [subject for subject, _text in mails("ada@acme.example")] == ["You have an account already"]


def test_the_log_in_is_rate_limited(client: FlaskClient, cast: factories.Cast) -> None:
    statuses = [
        client.post("/account/sign-in", data={"email": "ada@acme.example", "password": "no"}).status_code
        for _ in range(10)
    ]
    assert statuses == [422] * 8 + [403] * 2
    right = {"email": "ada@acme.example", "password": factories.PASSWORD}
    assert client.post("/account/sign-in", data=right).status_code == 403


@pytest.mark.parametrize(
    "wanted", ["//evil.example/x", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_link_leads_elsewhere_after_the_log_in(client: FlaskClient, cast: factories.Cast, wanted: str) -> None:
    form = {"email": "ada@acme.example", "password": factories.PASSWORD, "next": wanted}
    assert client.post("/account/sign-in", data=form).headers["Location"] == "/"


def test_a_reset_ends_all_sessions(app: Flask, cast: factories.Cast) -> None:
    browser = sign_in(app.test_client(), cast.ada)
    other = app.test_client()
    other.post("/account/reset", data={"email": "ada@acme.example"})
    [(_subject, message)] = mails("ada@acme.example")
    path = link_in(message, "/account/reset/")
    assert other.post(path, data={"password": "short"}).status_code == 422
    assert other.post(path, data={"password": "another long one"}).status_code == 303
    assert browser.get("/account/").status_code == 303
    again = {"email": "ada@acme.example", "password": "another long one"}
    assert other.post("/account/sign-in", data=again).status_code == 303


def test_the_profile_of_two_windows(app: Flask, cast: factories.Cast) -> None:
    browser = sign_in(app.test_client(), cast.ada)
    form = {
        "name": "Ada L.",
        "affiliation": "A",
        "biography": "B",
        "locale": "de",
        "zone": "Europe/Rome",
        "version": "1",
    }
    assert browser.post("/account/", data=form).status_code == 303
    second = browser.post("/account/", data={**form, "biography": "typed in the other window"})
    assert second.status_code == 409
    assert "typed in the other window" in second.text
    with reading(SYSTEM) as work:
        assert work.db.get_one(Account, cast.ada).biography == "B"


def test_changing_the_password_signs_other_browsers_out(app: Flask, cast: factories.Cast) -> None:
    mine, other = sign_in(app.test_client(), cast.ada), sign_in(app.test_client(), cast.ada)
    form = {"old": "wrong", "password": "a whole new phrase"}
    assert mine.post("/account/password", data=form).status_code == 422
    assert mine.post("/account/password", data={**form, "old": factories.PASSWORD}).status_code == 303
    assert (mine.get("/account/").status_code, other.get("/account/").status_code) == (200, 303)


@pytest.mark.parametrize("page", CHAIR_PAGES[1:])
def test_set_up_pages_are_for_chairs(app: Flask, cast: factories.Cast, page: str) -> None:
    def status(who: int) -> int:
        return sign_in(app.test_client(), who).get(page).status_code

    assert (status(cast.cleo), status(cast.ben), status(cast.gus), status(cast.eve)) == (200, 403, 403, 404)


def test_a_chair_adds_changes_and_removes_a_room(app: Flask, cast: factories.Cast) -> None:
    chair = sign_in(app.test_client(), cast.cleo)
    assert chair.post("/pyfest27/setup/room/new", data={"name": "Attic", "capacity": "12"}).status_code == 303
    with reading(SYSTEM) as work:
        room_id = work.db.scalars(select(Room.id).where(Room.name == "Attic")).one()
    path = f"/pyfest27/setup/room/{room_id}"
    assert chair.post(path, data={"name": "Aula", "capacity": "12"}).status_code == 422
    assert chair.post(path, data={"name": "Attic", "capacity": "-1"}).status_code == 422
    loft = {"name": "Loft", "capacity": "20", "features": "video, video, step-free", "version": "1"}
    assert chair.post(path, data=loft).status_code == 303
    with reading(SYSTEM) as work:
        room = work.db.get_one(Room, room_id)
        assert (room.name, room.capacity, room.features) == ("Loft", 20, ["video", "step-free"])
        actions = work.db.scalars(select(AuditEntry.action).where(AuditEntry.subject_kind == "room")).all()
        assert list(actions) == ["room.add", "room.change"]
    assert chair.post(f"{path}/remove").status_code == 303
    with reading(SYSTEM) as work:
        assert work.db.get(Room, room_id) is None


def test_a_part_of_another_conference_cannot_be_touched(app: Flask, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        other = factories.conference(work.db, "elsewhere")
        room_id = factories.room(work.db, other.id, "Their room").id
    chair = sign_in(app.test_client(), cast.cleo)
    assert chair.get(f"/pyfest27/setup/room/{room_id}").status_code == 404
    assert chair.post(f"/pyfest27/setup/room/{room_id}", data={"name": "Mine"}).status_code == 404
    assert chair.post(f"/pyfest27/setup/room/{room_id}/remove").status_code == 404


def test_two_chairs_change_the_facts(app: Flask, cast: factories.Cast) -> None:
    chair = sign_in(app.test_client(), cast.cleo)
    form = {
        "name": "PyFest", "slug": "other", "acronym": "pf", "description": "one", "starts_on": "2027-03-27",
        "ends_on": "2027-03-28", "zone": "Europe/Rome", "locales": ["en", "it"], "accent": "rust",
        "contact_email": "team@example.org", "version": "1",
    }  # fmt: skip
    assert chair.post("/pyfest27/setup/facts", data=form).status_code == 303
    second = chair.post("/pyfest27/setup/facts", data={**form, "description": "two"})
    assert second.status_code == 409
    assert "two" in second.text and "one" in second.text
    backwards = chair.post("/pyfest27/setup/facts", data={**form, "version": "2", "ends_on": "2027-03-01"})
    assert backwards.status_code == 422
    assert "The last day must not be before the first." in backwards.text
    with reading(SYSTEM) as work:
        stored = work.db.get_one(Conference, cast.conference)
        assert (stored.slug, stored.description, stored.locales) == ("pyfest27", "one", ["en", "it"])


def test_inviting_accepting_and_removing(app: Flask, cast: factories.Cast) -> None:
    chair = sign_in(app.test_client(), cast.cleo)
    bad = chair.post(
        "/pyfest27/setup/team",
        data={"people": "eve@nowhere.example\nnot one", "kind": "reviewer", "locale": "en", "track_id": ""},
    )
    assert bad.status_code == 422
    assert "Line 2 is no mail address: not one" in bad.text
    form = {"people": "Eve <eve@nowhere.example>", "kind": "reviewer", "locale": "de", "track_id": ""}
    assert chair.post("/pyfest27/setup/team", data=form).status_code == 303
    [(_subject, message)] = mails("eve@nowhere.example")
    path = link_in(message, "/invitation/")
    eve = sign_in(app.test_client(), cast.eve)
    assert eve.get(path).status_code == 200
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Role.kind).where(Role.account_id == cast.eve)).all() == []
    assert eve.post(path + "/accept").status_code == 303
    assert eve.post(path + "/accept").status_code == 403
    with reading(SYSTEM) as work:
        role = work.db.scalars(select(Role).where(Role.account_id == cast.eve)).one()
        assert role.kind == "reviewer"
    assert chair.post(f"/pyfest27/setup/team/{role.id}/remove").status_code == 303
    with reading(SYSTEM) as work:
        assert work.db.get(Role, role.id) is None


def test_the_last_chair_stays(app: Flask, cast: factories.Cast) -> None:
    chair = sign_in(app.test_client(), cast.cleo)
    with reading(SYSTEM) as work:
        role_id = work.db.scalars(select(Role.id).where(Role.account_id == cast.cleo)).one()
    answer = chair.post(f"/pyfest27/setup/team/{role_id}/remove", follow_redirects=True)
    assert "A conference needs at least one chair." in answer.text


def test_an_administrator_makes_a_community_and_a_conference(app: Flask, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        work.db.get_one(Account, cast.eve).is_administrator = True
    eve = sign_in(app.test_client(), cast.eve)
    assert sign_in(app.test_client(), cast.ada).get("/communities/new").status_code == 404
    made = eve.post("/communities/new", data={"name": "Users", "slug": "users", "description": ""})
    assert made.headers["Location"] == "/communities/users"
    form = {
        "name": "Users Day", "slug": "account", "acronym": "ud", "starts_on": "2027-05-01", "ends_on": "2027-05-02",
        "zone": "Europe/Berlin", "locales": ["de"], "accent": "rust", "contact_email": "a@b.example",
    }  # fmt: skip
    assert eve.post("/communities/users/new-conference", data=form).status_code == 422
    made = eve.post("/communities/users/new-conference", data={**form, "slug": "usersday"})
    assert made.headers["Location"] == "/usersday/setup/"
    assert app.test_client().get("/usersday/").status_code == 404
    assert eve.post("/usersday/setup/live/1").status_code == 303
    assert app.test_client().get("/usersday/").status_code == 200


def test_joining_and_leaving_a_community(app: Flask, cast: factories.Cast) -> None:
    ada = sign_in(app.test_client(), cast.ada)
    assert "0 members" in ada.get("/communities/pyfest27-community").text
    assert ada.post("/communities/pyfest27-community/join").status_code == 303
    assert "1 member" in ada.get("/communities/pyfest27-community").text
    assert ada.post("/communities/pyfest27-community/leave").status_code == 303
    assert ada.post("/communities/pyfest27-community/leave").status_code == 404


@pytest.mark.parametrize("page", ["/", "/pyfest27/setup/", "/pyfest27/setup/team", "/pyfest27/setup/log", "/account/"])
def test_pages_cost_the_same_with_more_rows(
    app: Flask, cast: factories.Cast, statements: StatementCounter, page: str
) -> None:
    browser = sign_in(app.test_client(), cast.cleo)
    with statements() as few:
        browser.get(page)
    with writing(SYSTEM) as work:
        for number in range(10):
            factories.conference(work.db, f"more{number}")
            factories.track(work.db, cast.conference, f"Track {number}")
            factories.room(work.db, cast.conference, f"Room {number}")
            person = factories.account(work.db, f"Person {number}")
            factories.role(work.db, cast.conference, person.id, "reviewer")
            work.audit("test", conference_id=cast.conference, subject=("test", number))
    with statements() as many:
        browser.get(page)
    assert len(few) == len(many)
    assert len(many) <= 12


def test_the_language_switch_remembers(client: FlaskClient) -> None:
    assert client.get("/language/de?next=/account/sign-in").headers["Location"] == "/account/sign-in"
    assert '<html lang="de"' in client.get("/").text
    assert client.get("/language/xx").status_code == 404
