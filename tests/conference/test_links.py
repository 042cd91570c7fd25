"""Links from letters: where they lead, when they are used or too old; and too many tries, which take nothing typed."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from plumbing.clock import FixedClock
from tests import factories
from tests.conference.test_pages import link_in, mails
from tests.fixtures.app import sign_in

USED = "This link was used already or is too old. Please ask for a new one."
WANTED = "/pyfest27/cfp/calls/main/go-on"
FAY = {"name": "Fay New", "email": "fay@new.example", "password": "a long enough one", "next": WANTED}
ROLE = "your role does not include this"


def letter_to(address: str, start: str) -> str:
    return link_in(mails(address)[-1][1], start)


def test_after_confirming_one_goes_on_where_one_was(app: Flask, cast: factories.Cast) -> None:
    here, elsewhere = app.test_client(), app.test_client()
    here.post("/account/sign-up", data=FAY)
    path = letter_to("fay@new.example", "/account/confirm/")
    assert here.post(path).headers["Location"] == WANTED
    here.post("/account/sign-up", data={**FAY, "email": "gil@new.example"})
    path = letter_to("gil@new.example", "/account/confirm/")
    assert elsewhere.post(path).headers["Location"] == "/"


def test_after_a_new_password_one_goes_on_where_one_was(client: FlaskClient, cast: factories.Cast) -> None:
    page = client.get("/account/sign-in", query_string={"next": WANTED}).text
    assert f"/account/reset?next={WANTED}" in page
    client.post("/account/reset", data={"email": "ada@acme.example", "next": WANTED})
    path = letter_to("ada@acme.example", "/account/reset/")
    answer = client.post(path, data={"password": "another long one"})
    assert answer.headers["Location"] == f"/account/sign-in?next={WANTED}"


def test_a_used_confirmation_says_so_and_leads_on(app: Flask, cast: factories.Cast) -> None:
    browser, stranger = app.test_client(), app.test_client()
    browser.post("/account/sign-up", data=FAY)
    path = letter_to("fay@new.example", "/account/confirm/")
    assert (USED in stranger.get(path).text, "Yes, this is my address" in stranger.get(path).text) == (False, True)
    browser.post(path)
    for page in (stranger.get(path), stranger.post(path), stranger.get("/account/confirm/nonsense")):
        assert (USED in page.text, 'href="/account/sign-in?next=/account/"' in page.text) == (True, True)
    again = browser.post(path)
    assert (again.status_code, 'href="/account/"' in again.text, ROLE in again.text) == (403, True, False)


def test_an_old_reset_link_leads_to_a_new_one(client: FlaskClient, cast: factories.Cast, clock: FixedClock) -> None:
    client.post("/account/reset", data={"email": "ada@acme.example"})
    path = letter_to("ada@acme.example", "/account/reset/")
    assert USED not in client.get(path).text
    clock.advance(timedelta(hours=3))
    for page in (client.get(path), client.post(path, data={"password": "another long one"})):
        assert (USED in page.text, 'href="/account/reset"' in page.text, ROLE in page.text) == (True, True, False)


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/sign-in", {"email": "ada@acme.example", "password": "wrong"}),
        ("/account/reset", {"email": "ada@acme.example"}),
        ("/account/sign-up", {**FAY, "email": "ada@acme.example"}),
    ],
)
def test_too_many_tries_leave_the_form(
    client: FlaskClient, cast: factories.Cast, path: str, form: dict[str, str]
) -> None:
    answers = [client.post(path, data=form) for _time in range(10)]
    assert answers[-1].status_code == 403
    assert "Please wait 15 minutes and try again." in answers[-1].text
    assert ('value="ada@acme.example"' in answers[-1].text, ROLE in answers[-1].text) == (True, False)


def test_an_invitation_that_was_answered_says_so(app: Flask, cast: factories.Cast) -> None:
    form = {"people": "eve@nowhere.example", "kind": "reviewer", "locale": "en", "track_id": ""}
    sign_in(app.test_client(), cast.cleo).post("/pyfest27/setup/team", data=form)
    path = letter_to("eve@nowhere.example", "/invitation/")
    eve = sign_in(app.test_client(), cast.eve)
    assert eve.post(path + "/accept").status_code == 303
    for again in (eve.post(path + "/accept"), eve.post(path + "/decline")):
        assert (again.status_code, ROLE in again.text) == (403, False)
        assert "This invitation was answered or withdrawn already" in again.text


@pytest.mark.parametrize("wanted", ["/a\r\nSet-Cookie: x=y", "//[", "/\t/evil.example"])
def test_an_address_that_is_none_leads_to_the_start(client: FlaskClient, cast: factories.Cast, wanted: str) -> None:
    form = {"email": "ada@acme.example", "password": factories.PASSWORD, "next": wanted}
    assert client.post("/account/sign-in", data=form).headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/pyf%00est/", "/pyfest27/cfp/proposals/mine/a%00b/"])
def test_an_address_that_no_database_knows_is_not_found(client: FlaskClient, cast: factories.Cast, path: str) -> None:
    assert sign_in(client, cast.ada).get(path).status_code == 404


def test_numbers_that_no_database_knows_are_not_found(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.cleo)
    assert client.post(f"/pyfest27/setup/team/invitations/{2**70}/withdraw").status_code == 404
    assert client.get(f"/pyfest27/setup/log?page={2**70}").status_code == 200


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("eve@nowhere.example", "1 invitation is on its way."),
        ("eve@nowhere.example\nfay@new.example", "2 invitations are on their way."),
    ],
)
def test_one_invitation_is_told_as_one(client: FlaskClient, cast: factories.Cast, people: str, said: str) -> None:
    form = {"people": people, "kind": "reviewer", "locale": "en", "track_id": ""}
    sign_in(client, cast.cleo).post("/pyfest27/setup/team", data=form)
    assert said in client.get("/pyfest27/setup/team").text


def test_an_address_is_the_same_however_its_letters_are_composed(client: FlaskClient, cast: factories.Cast) -> None:
    composed, apart = "j\u00fcrgen@m\u00fchle.example", "Ju\u0308rgen@mu\u0308hle.example"
    client.post("/account/sign-up", data={**FAY, "email": composed})
    answer = client.post("/account/sign-in", data={"email": apart, "password": FAY["password"]})
    assert answer.status_code == 303
