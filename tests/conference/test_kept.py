"""A form that comes without a session or without its token: nothing typed is lost, and nothing is done unasked."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from cfp.authors import UnsentForm
from conference.actor import SYSTEM
from conference.models import Account, AccountSession
from conference.work import reading, writing
from tests import factories
from tests.cfp.acts import NEW, NEW_AUTOSAVE, begin, edit_path, fields, page_path, stored
from tests.fixtures.app import sign_in

HERE = {"Origin": "http://localhost", "Referer": "http://localhost/account/"}
SCRIPT = {"Accept": "application/json", **HERE}
BIOGRAPHY = "Writes programs.\n\nAnd <notes> to them."


@pytest.fixture
def guarded(app: Flask, cast: factories.Cast) -> Flask:
    """The application with its tokens checked, as in real life."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def profile(biography: str = BIOGRAPHY) -> dict[str, str]:
    return {"name": "Ada L.", "affiliation": "A", "biography": biography, "locale": "en", "zone": "Europe/Rome",
            "version": "1"}  # fmt: skip


def held(page: str) -> dict[str, str]:
    """The fields of the page's form that can be sent once more."""
    form = page.split("data-resend>")[1].split("</form>")[0]
    return {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}


def biography(who: int) -> str:
    with reading(SYSTEM) as work:
        return work.db.scalars(select(Account.biography).where(Account.id == who)).one()


def test_a_form_with_an_old_token_is_shown_with_its_text_and_can_be_sent_again(
    guarded: Flask, cast: factories.Cast
) -> None:
    client = sign_in(guarded.test_client(), cast.ada)
    before = biography(cast.ada)
    page = client.post("/account/", data={**profile(), "csrf_token": "old"}, headers=HERE)
    assert page.status_code == 400
    assert "nothing is lost: what you typed stands below" in page.text
    assert "Writes programs.\n\nAnd &lt;notes&gt; to them." in page.text
    assert biography(cast.ada) == before
    again = held(page.text)
    assert {name: value for name, value in again.items() if name != "csrf_token"} == profile()
    assert client.post("/account/", data=again, headers=HERE).status_code == 303
    assert biography(cast.ada) == BIOGRAPHY


def test_a_form_without_a_session_waits_for_the_log_in(guarded: Flask, cast: factories.Cast) -> None:
    page = guarded.test_client().post("/account/", data=profile(), headers=HERE)
    assert page.status_code == 401
    assert 'href="/account/sign-in?next=/account/"' in page.text
    client = sign_in(guarded.test_client(), cast.ada)
    second = client.post("/account/", data=held(page.text), headers=HERE)
    assert second.status_code == 400
    assert client.post("/account/", data=held(second.text), headers=HERE).status_code == 303
    assert biography(cast.ada) == BIOGRAPHY


def test_a_form_of_a_session_that_was_ended_keeps_its_text_too(app: Flask, cast: factories.Cast) -> None:
    client = sign_in(app.test_client(), cast.ada)
    with writing(SYSTEM) as work:
        work.db.query(AccountSession).update({"revoked_at": work.now})
    page = client.post("/account/", data=profile(), headers=HERE)
    assert (page.status_code, held(page.text)["biography"]) == (401, BIOGRAPHY)


@pytest.mark.parametrize("origin", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}])
def test_what_another_site_sent_does_not_come_back_with_a_button(
    guarded: Flask, cast: factories.Cast, origin: dict[str, str]
) -> None:
    client = sign_in(guarded.test_client(), cast.ada)
    page = client.post("/account/", data=profile(), headers=origin)
    assert (page.status_code, "data-resend" in page.text, "Writes programs." in page.text) == (400, False, False)


def test_a_password_is_never_repeated(guarded: Flask, cast: factories.Cast) -> None:
    form = {"email": "ada@acme.example", "password": "a long secret one"}
    page = guarded.test_client().post("/account/sign-in", data=form, headers=HERE)
    assert (page.status_code, "a long secret one" in page.text, "data-resend" in page.text) == (401, False, False)


def test_autosave_without_session_or_token_answers_401_and_brings_a_new_token(
    guarded: Flask, cast: factories.Cast
) -> None:
    client = guarded.test_client()
    lost = client.post(NEW_AUTOSAVE, data=fields(cast, title="Half a ti"), headers=SCRIPT)
    assert (lost.status_code, lost.get_json()["sign_in"]) == (401, "/account/sign-in?next=/account/")
    again = {**fields(cast, title="Half a ti"), "csrf_token": lost.get_json()["csrf"]}
    assert client.post(NEW_AUTOSAVE, data=again, headers=SCRIPT).get_json() == {"version": 1}
    with reading(SYSTEM) as work:
        assert [row["title"] for row in work.db.scalars(select(UnsentForm.content))] == [["Half a ti"]]


def test_autosave_of_a_review_with_an_old_token_answers_401(guarded: Flask, cast: factories.Cast) -> None:
    client = sign_in(guarded.test_client(), cast.ben)
    answer = client.post("/pyfest27/reviews/abc/autosave", data={"text": "Long words"}, headers=SCRIPT)
    assert (answer.status_code, sorted(answer.get_json())) == (401, ["csrf", "error", "person", "sign_in"])


def test_a_proposal_whose_token_is_gone_comes_back_in_its_own_form(
    app: Flask, client: FlaskClient, cast: factories.Cast
) -> None:
    ref = begin(sign_in(client, cast.ada), cast)
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post(edit_path(ref), data=fields(cast, title="Typed for hours", base="1"), headers=HERE)
    assert (answer.status_code, 'value="Typed for hours"' in answer.text) == (422, True)
    assert "please press the button again" in answer.text
    withdrawn = client.post(page_path(ref, "withdraw"), data={"reason": "I am ill, sadly"}, headers=HERE)
    assert (withdrawn.status_code, held(withdrawn.text)["reason"]) == (400, "I am ill, sadly")
    assert (stored(ref).title, stored(ref).stage) == ("Engines that weave", "draft")
    assert client.get(NEW).status_code == 200
