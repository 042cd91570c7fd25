"""What every page shares: guards, headers, and errors that say what happened without telling more."""

import io
import json
import logging
import re

import pytest
from flask import Flask

from plumbing.answers import HIDDEN, YES, Conflict, Invalid, Missing, Refused, no
from plumbing.kernel import kernel
from plumbing.sentences import sentence
from plumbing.web import HEADERS, PAGES, JsonLines, guarded
from tests.factories import Cast
from tests.fixtures.app import sign_in

FAILURES = {
    "refused": (Refused(no("Only the chairs can do this.")), 403, "Only the chairs can do this."),
    "hidden": (Refused(HIDDEN), 404, "There is nothing"),
    "missing": (Missing(), 404, "There is nothing"),
    "conflict": (Conflict(sentence("Somebody was faster.")), 409, "Somebody was faster."),
    "invalid": (Invalid("title", "missing", sentence("Give it a title.")), 422, "Give it a title."),
}


def add(app: Flask, path: str, error: Exception) -> None:
    """A page of its own that raises."""

    def view() -> str:
        raise error

    app.add_url_rule(path, path, guarded("public", lambda: YES)(view))


@pytest.mark.parametrize("name", FAILURES)
def test_each_way_to_fail_has_its_status_and_says_why(app: Flask, name: str) -> None:
    error, status, words = FAILURES[name]
    add(app, "/fails", error)
    page = app.test_client().get("/fails")
    assert (page.status_code, words in page.text) == (status, True)
    answer = app.test_client().get("/fails", headers={"Accept": "application/json"})
    assert (answer.status_code, set(answer.get_json())) == (status, {"error", "request_id"})


def test_what_nobody_foresaw_says_nothing_of_the_inside(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    add(app, "/breaks", RuntimeError("the secret shelf"))
    app.testing = False
    with caplog.at_level(logging.ERROR):
        page = app.test_client().get("/breaks")
    assert (page.status_code, "secret shelf" in page.text) == (500, False)
    assert page.headers["X-Request-Id"] in page.text
    assert "secret shelf" in caplog.text


@pytest.mark.parametrize("status", PAGES)
def test_every_error_page_can_be_drawn(app: Flask, status: int) -> None:
    from plumbing.web import error_page

    with app.test_request_context("/"):
        app.preprocess_request()
        text, code = error_page(status, "For this reason.")
    assert (code, "<h1" in str(text)) == (status, True)


def test_a_guard_that_says_no_is_asked_before_the_view(app: Flask) -> None:
    def view() -> str:
        raise AssertionError("the view ran")

    app.add_url_rule("/shut", "shut", guarded("nobody", lambda: no("Not today."))(view))
    assert app.test_client().get("/shut").status_code == 403


def test_who_is_not_signed_in_is_not_told_to_be(app: Flask, cast: Cast) -> None:
    add(app, "/fails", Refused(no("Not today.")))
    nobody, ada = app.test_client(), sign_in(app.test_client(), cast.ada)
    said = ["You are signed in, but" in client.get("/fails").text for client in (nobody, ada)]
    assert said == [False, True]


@pytest.mark.parametrize("path", ["/", "/nothing/here", "/healthz"])
def test_every_answer_carries_the_headers_and_an_id(app: Flask, path: str) -> None:
    answer = app.test_client().get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert re.fullmatch("[2-9a-z]{10}", answer.headers["X-Request-Id"])


def test_a_form_without_its_token_is_refused_and_changes_nothing(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/account/sign-in", data={"email": "a@example.org", "password": "x" * 12})
    assert answer.status_code == 400
    assert re.fullmatch("[2-9a-z]{10}", answer.headers["X-Request-Id"])


def test_a_body_that_is_too_large_is_refused_by_name(app: Flask) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = app.test_client().post("/account/sign-in", data={"file": (io.BytesIO(b"x" * 5000), "x.pdf")})
    assert (answer.status_code, "<h1" in answer.text) == (413, True)


def test_alive_and_ready_are_two_questions(app: Flask) -> None:
    client = app.test_client()
    assert (client.get("/healthz").status_code, client.get("/readyz").get_json()) == (
        200,
        {"database": True, "queue": False},
    )
    kernel().database.dispose()
    assert client.get("/readyz").status_code == 200


def test_a_static_file_may_be_kept_for_a_year_when_its_address_has_its_digest(app: Flask) -> None:
    with app.test_request_context("/"):
        address = app.jinja_env.globals["static_url"]("css/tokens.css")  # type: ignore[operator]
    assert re.fullmatch(r"/static/css/tokens\.css\?v=[0-9a-f]{10}", address)
    assert "max-age=31536000" in app.test_client().get(address).headers["Cache-Control"]


def test_a_log_line_is_one_json_object_with_its_fields() -> None:
    record = logging.LogRecord("rostrum.web", logging.INFO, "", 1, "request\nof %s", ("two lines",), None)
    record.fields = {"status": 200}
    line = JsonLines().format(record)
    assert ("\n" in line, json.loads(line)["message"], json.loads(line)["status"]) == (
        False,
        "request\nof two lines",
        200,
    )
