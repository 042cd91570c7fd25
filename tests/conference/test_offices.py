"""The first administrator of an installation, and organisers of communities: appointed from the shell."""

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.models import Account, AuditEntry, Membership
from conference.work import reading, writing
from tests import factories
from tests.fixtures.app import sign_in
from wsgi import command


@pytest.fixture
def run(app: Flask) -> object:
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(command(), words)


def said(result: Result) -> tuple[int, str]:
    return result.exit_code, result.output.strip()


def logged() -> list[tuple[str, object, object]]:
    with reading(SYSTEM) as work:
        query = select(AuditEntry).where(AuditEntry.subject_kind == "account").order_by(AuditEntry.id)
        return [(entry.action, entry.before, entry.after) for entry in work.db.scalars(query)]


def test_the_first_administrator_adds_a_community(run, client: FlaskClient, cast: factories.Cast) -> None:
    """Eve has no role anywhere."""
    sign_in(client, cast.eve)
    community = {"name": "Looms of the North", "slug": "north", "description": "Weavers."}
    assert client.post("/communities/new", data=community).status_code == 404
    assert said(run("administrator", "Eve@Nowhere.example")) == (
        0,
        "Eve@Nowhere.example is now an administrator.",
    )
    assert client.post("/communities/new", data=community).status_code == 303
    assert 'href="/communities/north/new-conference"' in client.get("/communities/north").text


def test_an_administrator_can_give_any_conference_its_chair(run, client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.eve)
    assert client.get("/pyfest27/setup/team").status_code == 404
    run("administrator", "eve@nowhere.example")
    assert client.get("/pyfest27/setup/team").status_code == 200


def test_an_organiser_adds_conferences_to_that_community_alone(run, client: FlaskClient, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        assert work.db.scalars(select(Membership).where(Membership.account_id == cast.eve)).all() == []
    sign_in(client, cast.eve)
    where = "/communities/pyfest27-community/new-conference"
    assert client.get(where).status_code == 403
    assert said(run("organiser", "eve@nowhere.example", "--community", "pyfest27-community")) == (
        0,
        "eve@nowhere.example is now an organiser of pyfest27-community.",
    )
    assert client.get(where).status_code == 200
    assert client.get("/communities/new").status_code == 404
    run("organiser", "eve@nowhere.example", "--community", "pyfest27-community", "--end")
    assert client.get(where).status_code == 403


def test_an_office_can_be_ended_and_each_change_is_logged_once(run, client: FlaskClient, cast: factories.Cast) -> None:
    words = "administrator", "eve@nowhere.example"
    assert said(run(*words, "--end"))[1].endswith("was not an administrator before; nothing has changed.")
    run(*words)
    assert said(run(*words)) == (0, "eve@nowhere.example was an administrator before; nothing has changed.")
    assert said(run(*words, "--end")) == (0, "eve@nowhere.example is no longer an administrator.")
    assert logged() == [
        ("account.administrator", {"appointed": False}, {"appointed": True}),
        ("account.administrator", {"appointed": True}, {"appointed": False}),
    ]
    sign_in(client, cast.eve)
    assert client.get("/communities/new").status_code == 404


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            ["administrator", "fay@new.example"],
            "There is no account with the address fay@new.example. Please create it on the sign-up page first.",
        ),
        (["administrator", "no address"], "no address: This is not a mail address."),
        (
            ["organiser", "eve@nowhere.example", "--community", "nowhere"],
            "There is no community “nowhere”.",
        ),
    ],
)
def test_who_cannot_be_appointed_is_told_why(run, cast: factories.Cast, words: list[str], reason: str) -> None:
    assert said(run(*words)) == (1, f"Error: {reason}")


def test_nobody_gets_an_office_by_an_address_that_is_not_theirs(run, cast: factories.Cast) -> None:
    """Anybody can sign up with any address; only its owner can confirm it."""
    with writing(SYSTEM) as work:
        work.db.get_one(Account, cast.eve).email_confirmed_at = None
    assert said(run("administrator", "eve@nowhere.example")) == (
        1,
        "Error: eve@nowhere.example: The address of this account is not confirmed yet.",
    )
