"""Where a person is signed in: each browser can be signed out from any other of the same person, and by nobody else."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.models import AccountLink, AuditEntry
from conference.service import accounts
from conference.work import reading, writing
from tests import factories
from tests.fixtures.app import sign_in

END = re.compile(r"/account/sessions/(\d+)/end")


def browser(app: Flask, account: int) -> FlaskClient:
    return sign_in(app.test_client(), account)


def offered(client: FlaskClient) -> list[int]:
    """Numbers of the sessions that the account page offers to end, oldest first."""
    return sorted(map(int, END.findall(client.get("/account/").text)))


def end(client: FlaskClient, number: int) -> int:
    return client.post(f"/account/sessions/{number}/end").status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/account/").status_code == 200


def logged(account: int) -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(AuditEntry.action).where(AuditEntry.account_id == account)))


def test_another_browser_is_signed_out_from_here(app: Flask, cast: factories.Cast) -> None:
    old, mine, third = (browser(app, cast.ada) for _number in range(3))
    numbers = offered(mine)
    answer = mine.post(f"/account/sessions/{numbers[0]}/end", follow_redirects=True)
    assert (answer.status_code, "That browser is signed out." in answer.text) == (200, True)
    assert [is_in(old), is_in(mine), is_in(third)] == [False, True, True]
    assert (offered(mine), logged(cast.ada)) == (numbers[1:], ["account.end_session"])


def test_this_browser_can_sign_itself_out(app: Flask, cast: factories.Cast) -> None:
    mine = browser(app, cast.ada)
    [number] = offered(mine)
    assert (end(mine, number), is_in(mine)) == (303, False)


def test_somebody_elses_browser_stays_and_looks_like_none(app: Flask, cast: factories.Cast) -> None:
    adas, eves = browser(app, cast.ada), browser(app, cast.eve)
    [number] = offered(adas)
    answers = [eves.post(f"/account/sessions/{each}/end") for each in (number, 999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({_without_request(answer.text, answer.headers["X-Request-Id"]) for answer in answers}) == 1
    assert (is_in(adas), is_in(eves), logged(cast.eve)) == (True, True, [])


def test_a_session_ends_once(app: Flask, cast: factories.Cast) -> None:
    old, mine = browser(app, cast.ada), browser(app, cast.ada)
    number = offered(old)[0]
    assert [end(mine, number), end(mine, number)] == [303, 404]
    assert logged(cast.ada) == ["account.end_session"]


def test_nobody_ends_a_session_without_one(app: Flask, cast: factories.Cast) -> None:
    adas = browser(app, cast.ada)
    [number] = offered(adas)
    assert end(app.test_client(), number) == 401
    assert adas.get(f"/account/sessions/{number}/end").status_code == 405
    assert is_in(adas)


@pytest.fixture
def fay(cast: factories.Cast) -> int:
    """Has an account whose address is not confirmed."""
    with writing(SYSTEM) as work:
        return factories.account(work.db, "Fay New", email_confirmed_at=None).id


def links(account: int) -> int:
    with reading(SYSTEM) as work:
        return len(work.db.scalars(select(AccountLink.id).where(AccountLink.account_id == account)).all())


def test_the_link_to_confirm_is_sent_again_a_few_times(app: Flask, fay: int) -> None:
    client = browser(app, fay)
    answers = [client.post("/account/confirm-again") for _try in range(accounts.LINKS_PER_ADDRESS_MAX + 1)]
    assert [answer.status_code for answer in answers] == [303] * accounts.LINKS_PER_ADDRESS_MAX + [403]
    assert "That was tried too often." in answers[-1].text
    assert links(fay) == accounts.LINKS_PER_ADDRESS_MAX


def test_a_confirmed_address_gets_no_further_link(app: Flask, cast: factories.Cast) -> None:
    assert browser(app, cast.ada).post("/account/confirm-again").status_code == 303
    assert links(cast.ada) == 0


def _without_request(page: str, reference: str) -> str:
    return page.replace(reference, "")
