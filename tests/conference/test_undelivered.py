"""Letters that the mail server does not take: chairs see which and why, and try again; nobody else learns anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from conference.actor import SYSTEM
from conference.models import AuditEntry
from conference.work import reading, writing
from plumbing import outbox
from plumbing.clock import FixedClock
from plumbing.kernel import kernel
from plumbing.outbox import ATTEMPTS_MAX, Delivery, Event, Letter, Outbox
from plumbing.queue import drain
from tests import factories
from tests.fixtures.app import StatementCounter, sign_in
from tests.plumbing.parts import Rang, connected
from tests.servers.smtp import SmtpServer

LETTERS = "/pyfest27/setup/letters"
REMINDED = ("/pyfest27/", "/pyfest27/setup/", "/pyfest27/decisions/")
REMINDED += ("/pyfest27/committee/", "/pyfest27/decisions/release", "/pyfest27/schedule/releases")
SUBJECT = "es läutet"
"""Stands in the subject of each letter of these tests."""


@dataclass(frozen=True, slots=True)
class Unwritable(Event):
    kind: ClassVar[str] = "test.Unwritable"


@outbox.on("test.Unwritable")
def unwritable(db: Session, payload: dict[str, Any], now: datetime) -> list[Letter]:
    raise KeyError("a secret shelf")


@pytest.fixture
def chair(app: Flask, cast: factories.Cast) -> FlaskClient:
    return sign_in(app.test_client(), cast.cleo)


@pytest.fixture
def server(app: Flask, smtp_server: SmtpServer) -> Iterator[SmtpServer]:
    connected(app, smtp=smtp_server)
    yield smtp_server


def ring(cast: factories.Cast, *people: str) -> None:
    """One letter to each, of one event of the conference; then everything that is due is tried."""
    with writing(SYSTEM) as work:
        work.emit(Rang(list(people)), conference_id=cast.conference)
    drain(kernel())


def words(browser: FlaskClient, path: str = LETTERS) -> str:
    main = BeautifulSoup(browser.get(path).text, "html.parser").main
    assert main is not None
    return " ".join(main.get_text(" ").split())


def rows(browser: FlaskClient) -> list[list[str]]:
    page = BeautifulSoup(browser.get(LETTERS).text, "html.parser")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.select("th, td")] for row in page.select("tbody tr")]


def received(server: SmtpServer) -> list[str]:
    return [mail.recipients[0].partition("@")[0] for mail in server.messages]


def logged() -> list[tuple[str, dict[str, Any] | None]]:
    with reading(SYSTEM) as work:
        query = select(AuditEntry.action, AuditEntry.after).where(AuditEntry.action.startswith("letter."))
        return [(row.action, row.after) for row in work.db.execute(query.order_by(AuditEntry.id))]


def test_nothing_is_said_while_all_letters_are_sent(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer
) -> None:
    ring(cast, "ada", "ben")
    assert [path for path in REMINDED if "letters" in words(chair, path).lower()] == ["/pyfest27/setup/"]
    assert "All letters are sent" in words(chair)
    assert received(server) == ["ada", "ben"]


def test_chairs_see_what_waits_for_a_server_that_is_down_and_send_it_when_it_is_back(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer, clock: FixedClock
) -> None:
    server.stop()
    ring(cast, "ada")
    clock.advance(timedelta(minutes=1))
    ring(cast, "ben", "cleo")
    for path in REMINDED:
        assert "3 letters wait for the mail server. See which, and try again" in words(chair, path)
    seen = words(chair)
    assert "3 letters have waited since 11 Jan 2027, 10:00 CET" in seen
    assert "The mail server said last, or what happened instead: Connection refused" in seen
    assert "The next try is at 11 Jan 2027, 10:01 CET." in seen
    cells = sorted(row[0] for row in rows(chair))
    assert cells == ["ada ada@example.org", "ben ben@example.org", "cleo cleo@example.org"]
    assert SUBJECT not in chair.get(LETTERS).text
    server.start()
    assert chair.post(f"{LETTERS}/try").headers["Location"] == LETTERS
    assert "3 letters are tried again now." in chair.get(LETTERS).text
    drain(kernel())
    assert sorted(received(server)) == ["ada", "ben", "cleo"]
    assert "All letters are sent" in words(chair)
    assert logged() == [("letter.try_now", {"count": 3})]


def test_the_next_try_is_told_with_its_time(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer, clock: FixedClock
) -> None:
    server.refuse(451)
    ring(cast, "ada")
    for wait in (10, 60, 300):
        clock.advance(timedelta(seconds=wait))
        drain(kernel())
    assert "The next try is at 11 Jan 2027, 10:36 CET." in words(chair)
    ((*_whom, written, tried, due, said),) = rows(chair)
    assert (written, tried, due) == ("11 Jan 2027, 10:00 CET", "11 Jan 2027, 10:06 CET", "11 Jan 2027, 10:36 CET")
    assert said == "451 refused by the test"
    server.accept()
    chair.post(f"{LETTERS}/try")
    drain(kernel())
    assert received(server) == ["ada"]


def test_chairs_see_who_was_refused_and_why_and_try_one_again(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer, clock: FixedClock
) -> None:
    server.refuse(554)
    ring(cast, "ada")
    clock.advance(timedelta(minutes=5))
    ring(cast, "ben")
    for path in REMINDED:
        assert "2 letters were refused for good." in words(chair, path)
    assert rows(chair) == [
        [f"{name} {name}@example.org", at, at, "554 refused by the test", "Try again"]
        for name, at in (("ben", "11 Jan 2027, 10:05 CET"), ("ada", "11 Jan 2027, 10:00 CET"))
    ]
    server.accept()
    key = BeautifulSoup(chair.get(LETTERS).text, "html.parser").select("tbody input[name=letter]")[0]["value"]
    assert chair.post(f"{LETTERS}/send-one", data={"letter": key}).status_code == 303
    drain(kernel())
    assert (received(server), [row[0] for row in rows(chair)]) == (["ben"], ["ada ada@example.org"])
    chair.post(f"{LETTERS}/send-one", data={"letter": key})
    assert "There is nothing to try again any more." in chair.get(LETTERS).text
    assert logged() == [("letter.send_again", {"count": 1})]


def test_all_that_was_refused_is_tried_again_at_once(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer
) -> None:
    server.refuse(554)
    ring(cast, "ada", "ben")
    server.accept()
    assert chair.post(f"{LETTERS}/send").status_code == 303
    drain(kernel())
    assert (sorted(received(server)), rows(chair)) == (["ada", "ben"], [])
    assert logged() == [("letter.send_again", {"count": 2})]


def test_a_letter_that_is_refused_again_is_shown_again(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer
) -> None:
    server.refuse(554)
    ring(cast, "ada")
    chair.post(f"{LETTERS}/send")
    drain(kernel())
    assert [row[0] for row in rows(chair)] == ["ada ada@example.org"]


def test_what_was_given_up_counts_as_refused_and_can_be_tried_again(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer
) -> None:
    server.stop()
    ring(cast, "ada")
    with writing(SYSTEM) as work:
        work.db.execute(update(Outbox).values(attempts=ATTEMPTS_MAX - 1, due_at=work.now))
    drain(kernel())
    assert "1 letter was refused for good." in words(chair, "/pyfest27/")
    server.start()
    chair.post(f"{LETTERS}/send")
    drain(kernel())
    assert received(server) == ["ada"]


def test_a_message_that_cannot_be_written_is_told_without_its_words(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer
) -> None:
    with writing(SYSTEM) as work:
        work.emit(Unwritable(), conference_id=cast.conference)
    drain(kernel())
    assert "1 message could not be written." in words(chair, "/pyfest27/")
    assert "1 message could not be written" in words(chair)
    assert "secret shelf" not in chair.get(LETTERS).text
    chair.post(f"{LETTERS}/try")
    with reading(SYSTEM) as work:
        assert work.db.execute(select(Outbox.attempts, Outbox.due_at)).one() == (0, kernel().clock.now())


def test_other_pages_stop_reminding_of_an_old_refusal_and_the_list_keeps_it(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer, clock: FixedClock
) -> None:
    server.refuse(554)
    ring(cast, "ada")
    clock.advance(timedelta(days=15))
    assert "letter was refused" not in words(chair, "/pyfest27/")
    assert [row[0] for row in rows(chair)] == ["ada ada@example.org"]


def test_what_a_server_says_is_one_short_line_of_plain_text(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer
) -> None:
    server.refuse(554)
    ring(cast, "ada")
    said = "554 <script>alert(1)</script>\r\n\x1b[31m" + "see https://help.example " * 10
    with writing(SYSTEM) as work:
        work.db.execute(update(Delivery).values(last_error=said))
    shown = rows(chair)[0][3]
    assert shown.startswith("554 <script>alert(1)</script> [31msee https")
    assert (len(shown), shown[-1]) == (160, "…")
    assert "<script>alert" not in chair.get(LETTERS).text


@pytest.mark.parametrize("who, status", [("ada", 404), ("eve", 404), ("ben", 403), ("gus", 403)])
def test_nobody_but_a_chair_sees_or_tries_anything(
    app: Flask, cast: factories.Cast, server: SmtpServer, who: str, status: int
) -> None:
    server.refuse(554)
    ring(cast, "ada")
    browser = sign_in(app.test_client(), getattr(cast, who))
    answers = [browser.get(LETTERS), browser.post(f"{LETTERS}/try"), browser.post(f"{LETTERS}/send")]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert browser.post(f"{LETTERS}/send-one", data={"letter": "x"}).status_code == status
    assert "letters" not in words(browser, "/pyfest27/").lower()
    assert (drain(kernel()), logged()) == (0, [])


def test_letters_of_accounts_and_of_other_conferences_are_not_these_chairs(
    app: Flask, cast: factories.Cast, chair: FlaskClient, server: SmtpServer
) -> None:
    server.refuse(554)
    with writing(SYSTEM) as work:
        other = factories.conference(work.db, "elsewhere").id
        for where, name in ((None, "forgetful"), (other, "stranger")):
            work.emit(Rang([name]), conference_id=where)
    drain(kernel())
    assert ("All letters are sent" in words(chair), rows(chair)) == (True, [])
    with reading(SYSTEM) as work:
        keys = work.db.scalars(select(Delivery.message_id)).all()
    assert len(keys) == 2
    for key in keys:
        chair.post(f"{LETTERS}/send-one", data={"letter": key})
    chair.post(f"{LETTERS}/send")
    assert (drain(kernel()), logged()) == (0, [])


def test_the_pages_cost_the_same_with_one_letter_and_with_ten(
    cast: factories.Cast, chair: FlaskClient, server: SmtpServer, statements: StatementCounter
) -> None:
    server.refuse(554, times=1)
    ring(cast, "refused")
    server.stop()
    ring(cast, "waiting")
    cost(chair, statements)  # The first look at the decisions also looks for conflicts.
    few = cost(chair, statements)
    server.start()
    server.refuse(554)
    ring(cast, *(f"refused{number}" for number in range(9)))
    server.stop()
    ring(cast, *(f"waiting{number}" for number in range(9)))
    assert (cost(chair, statements), len(rows(chair))) == (few, 20)
    assert max(few.values()) <= 12


def cost(browser: FlaskClient, statements: StatementCounter) -> dict[str, int]:
    found = {}
    for path in (LETTERS, *REMINDED):
        with statements() as seen:
            assert browser.get(path).status_code == 200
        found[path] = len(seen)
    return found


def test_while_all_is_well_the_reminder_costs_one_statement(
    cast: factories.Cast, chair: FlaskClient, statements: StatementCounter
) -> None:
    with statements() as seen:
        chair.get("/pyfest27/")
    assert len([statement for statement in seen if "delivery" in statement]) == 1
