"""A database that is busy past its timeouts, or away: a clear page, nothing typed lost, and a line in the log."""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse

from conference import sessions
from plumbing import db
from plumbing.clock import FixedClock
from plumbing.db import Busy, Database
from plumbing.kernel import kernel
from plumbing.settings import Settings
from tests import factories
from tests.conference.test_kept import BIOGRAPHY, HERE, SCRIPT, biography, held, profile
from tests.fixtures.app import sign_in
from wsgi import command, create_app

NOBODY_THERE = "postgresql+psycopg://x@127.0.0.1:1/x"
Holder = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def impatient(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with timeouts that a test can wait for."""
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 100)
    monkeypatch.setattr(db, "LOCK_TIMEOUT_MS", 100)
    kernel().database.dispose()
    return app


@pytest.fixture
def held_by_another(impatient: Flask) -> Holder:
    """While the block lasts somebody else's connection keeps everybody from writing."""
    engine = kernel().database.engine

    @contextmanager
    def holding() -> Iterator[None]:
        if engine.dialect.name == "sqlite":
            other = sqlite3.connect(str(engine.url.database), isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            yield
            other.close()
            return
        another = create_engine(engine.url)
        with another.begin() as connection:
            connection.execute(text("LOCK TABLE account, account_session IN EXCLUSIVE MODE"))
            yield
        another.dispose()

    return holding


def told(answer: TestResponse) -> tuple[int, str | None]:
    return answer.status_code, answer.headers.get("Retry-After")


def test_a_form_that_finds_the_database_busy_keeps_its_text_and_can_be_sent_again(
    impatient: Flask, cast: factories.Cast, held_by_another: Holder, caplog: pytest.LogCaptureFixture
) -> None:
    impatient.config["WTF_CSRF_ENABLED"] = True
    client = sign_in(impatient.test_client(), cast.ada)
    token = client.get("/account/").text.split('name="csrf-token" content="')[1].split('"')[0]
    before = biography(cast.ada)
    with held_by_another(), caplog.at_level(logging.ERROR, "rostrum.web"):
        page = client.post("/account/", data={**profile(), "csrf_token": token}, headers=HERE)
        assert told(page) == (503, "30")
        assert "what you typed stands below" in page.text
        assert "Writes programs.\n\nAnd &lt;notes&gt; to them." in page.text
        assert (biography(cast.ada), client.get("/account/").status_code) == (before, 200)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "rostrum.web"]
    assert line.startswith(f"request {page.headers['X-Request-Id']}: the database is busy or away: ")
    assert ("Ada L." in line, "lock" in line) == (False, True)
    again = held(page.text)
    assert {name: value for name, value in again.items() if name != "csrf_token"} == profile()
    assert client.post("/account/", data=again, headers=HERE).status_code == 303
    assert biography(cast.ada) == BIOGRAPHY


def test_a_script_is_told_to_come_again(client: FlaskClient, cast: factories.Cast, held_by_another: Holder) -> None:
    sign_in(client, cast.ada)
    with held_by_another():
        answer = client.post("/account/", data=profile(), headers=SCRIPT)
    assert (*told(answer), sorted(answer.get_json())) == (503, "30", ["error"])


@pytest.mark.parametrize("origin", [{}, {"Origin": "http://evil.example"}])
def test_what_another_site_sent_gets_no_button_from_a_busy_server(
    client: FlaskClient, cast: factories.Cast, held_by_another: Holder, origin: dict[str, str]
) -> None:
    sign_in(client, cast.ada)
    with held_by_another():
        page = client.post("/account/", data=profile(), headers=origin)
    assert (*told(page), "data-resend" in page.text, "Writes programs." in page.text) == (503, "30", False, False)


def test_a_page_is_read_although_it_cannot_be_noted_that_somebody_was_here(
    client: FlaskClient, cast: factories.Cast, held_by_another: Holder, clock: FixedClock
) -> None:
    sign_in(client, cast.ada)
    clock.advance(2 * sessions.SEEN_EVERY)
    with held_by_another():
        assert client.get("/account/").status_code == 200


def test_a_statement_that_takes_too_long_is_a_busy_database(
    _postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has no timeout of statements."""
    monkeypatch.setattr(db, "STATEMENT_TIMEOUT_MS", 50)
    with pytest.raises(Busy, match="statement timeout"), _postgres_database.session("read") as session:
        session.execute(text("SELECT pg_sleep(5)"))


def test_all_connections_in_use_is_a_busy_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "POOL_TIMEOUT_SECONDS", 0.1)
    monkeypatch.setattr(db, "POOL_OVERFLOW_MAX", 0)
    database = Database(database_url, pool_size=1)
    with database.session("read") as one:
        one.execute(text("SELECT 1"))
        with pytest.raises(Busy, match="QueuePool limit"), database.session("read") as two:
            two.execute(text("SELECT 1"))
    database.dispose()


def test_what_waiting_does_not_mend_is_no_busy_database(app: Flask) -> None:
    with pytest.raises(Exception, match="nowhere") as error, kernel().database.session("read") as session:
        session.execute(text("SELECT 1 FROM nowhere"))
    assert not isinstance(error.value, Busy)


@pytest.mark.parametrize("form", [profile(), {"email": "ada@acme.example", "password": "a long secret one"}])
def test_a_database_that_is_away_loses_no_form_and_repeats_no_password(
    settings: Settings, clock: FixedClock, form: dict[str, str]
) -> None:
    away = Database(NOBODY_THERE)
    app = create_app(settings, clock=clock, database=away)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie[sessions.COOKIE_KEY] = "of-a-session"
    page = client.post("/account/", data=form, headers=HERE)
    assert told(page) == (503, "30")
    if "password" in form:
        assert ("a long secret one" in page.text, "data-resend" in page.text) == (False, False)
    else:
        assert held(page.text) == {"csrf_token": held(page.text)["csrf_token"], **form}
    assert [told(client.get(path)) for path in ("/", "/readyz")] == [(503, "30"), (503, "30")]
    with client.session_transaction() as cookie:
        assert cookie[sessions.COOKIE_KEY] == "of-a-session"
    app.config["WTF_CSRF_ENABLED"] = True
    assert told(client.post("/account/", data=profile(), headers=HERE)) == (503, "30")
    away.dispose()


def test_a_command_says_so_and_ends_with_1(settings: Settings, clock: FixedClock) -> None:
    app = create_app(settings, clock=clock, database=Database(NOBODY_THERE))
    done = CliRunner().invoke(command(), ["check"], obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == 1
    assert done.output.startswith("Error: the database is busy or away, please try again: ")
    assert done.output.count("\n") == 1
