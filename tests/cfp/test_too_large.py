"""A file of 200 MB: what becomes of it, and of the form that it came with."""

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from cfp.models import Call
from conference.actor import SYSTEM
from conference.work import writing
from plumbing.kernel import kernel
from tests import factories
from tests.cfp.acts import NEW, everything, fields
from tests.fixtures.app import sign_in
from tests.plumbing.parts import web
from tests.servers.chromium import Pages

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZE = 200_000_000
MEGABYTE = 1 << 20
TEXT = "textarea, input[type=text], input[type=email], input[type=url]"
SENTENCE = "The file or the text is larger than the server takes, and nothing was stored."


class Endless(io.RawIOBase):
    """The beginning of a form, then zeros to the end; counts what is taken of it."""

    def __init__(self, head: bytes, size: int) -> None:
        self.head, self.left, self.taken = head, size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(len(buffer), self.left)
        part = self.head[:count].ljust(count, b"\0")
        self.head, self.left, self.taken = self.head[count:], self.left - count, self.taken + count
        buffer[:count] = part
        return count


def form_of(cast: factories.Cast) -> bytes:
    """A whole form in which the file comes last."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in
             {**fields(cast, row="me"), "action": "save"}.items()]  # fmt: skip
    file = '--x\r\nContent-Disposition: form-data; name="paper"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
    return "".join([*parts, file]).encode()


def send(client: FlaskClient, body: Endless, **environ: object) -> TestResponse:
    overrides = {"wsgi.input": body, **environ}
    return client.post(NEW, content_type="multipart/form-data; boundary=x", environ_overrides=overrides)


def test_an_upload_of_200_mb_is_stopped_with_a_sentence(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    body = Endless(form_of(cast), SIZE)
    answer = send(client, body, CONTENT_LENGTH=str(SIZE))
    assert (answer.status_code, SENTENCE in answer.text) == (413, True)
    assert (everything(), body.taken) == ([], 0)


def test_an_upload_that_does_not_say_how_large_it_is_is_stopped_too(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    body = Endless(form_of(cast), SIZE)
    answer = send(client, body, **{"wsgi.input_terminated": True})
    assert (answer.status_code, SENTENCE in answer.text) == (413, True)
    assert everything() == []
    assert body.taken < kernel().settings.upload_bytes_max + MEGABYTE


@pytest.fixture
def big(tmp_path: Path) -> Iterator[Path]:
    """Sparse: takes no room on the disk."""
    path = tmp_path / "big.pdf"
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        file.truncate(SIZE)
    yield path
    path.unlink()


@pytest.mark.browser
def test_the_rest_of_the_form_is_there_when_one_goes_back(
    app: Flask, new_page: Pages, cast: factories.Cast, big: Path
) -> None:
    """Against the real web server: without a script the file travels, and the browser gets its page all the same."""
    with writing(SYSTEM) as work:
        always = {"opens_at": datetime(2020, 1, 1, tzinfo=UTC), "closes_at": datetime(2100, 1, 1, tzinfo=UTC)}
        work.db.execute(update(Call).values(**always))
    cookie = sign_in(app.test_client(), cast.ada).get_cookie("session")
    assert cookie is not None
    with web(kernel().settings) as (_server, url):
        page = new_page(base_url=url, javascript=False)
        page.context.add_cookies([{"name": "session", "value": cookie.value, "url": url}])
        page.goto(NEW)
        typed = write_everywhere(page)
        page.set_input_files("input[type=file][name=paper]", big)
        with page.expect_navigation() as there:
            page.click("button[name=action][value=save]:not([aria-hidden])")
        assert (there.value.status, SENTENCE in page.inner_text("main")) == (413, True)
        page.go_back()
        assert written(page, typed) == typed
    assert {"#title", "#abstract", "#biography"} <= typed.keys()
    assert (len(typed) > 8, everything()) == (True, [])


def write_everywhere(page: "Page") -> dict[str, str]:
    """Into every field for text that can be seen, by its id; each gets words of its own."""
    fields = page.locator(f"main :is({TEXT}):visible")
    names = [f"#{fields.nth(number).get_attribute('id')}" for number in range(fields.count())]
    typed = {name: f"Typed into {name}" for name in names}
    for name, words in typed.items():
        page.fill(name, words)
    return typed


def written(page: "Page", names: Iterable[str]) -> dict[str, str]:
    return {name: page.input_value(name) for name in names}
