"""Every form of every page, sent as a browser would: what is asked for filled in, all else as it was drawn.

Tests that post by hand send what their writers think of; a field that a template forgot, or drew outside of its form,
is noticed here alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect

from tests import factories
from tests.factories import Cast
from tests.fixtures.forms import sent_by
from tests.house.crowd import Crowd
from tests.house.test_lists import WALKERS, signed_in

TYPED = {
    "email": "zoe@zoe.example",
    "date": "2028-02-01",
    "datetime-local": "2027-06-19T10:00",
    "time": "10:00",
    "number": "7",
    "url": "https://zoe.example/",
    "password": "a long enough one",
}
NAMED = {"people": "Zoe <zoe@zoe.example>", "slug": "zoe", "ends_at": "2027-06-19T11:00", "old": factories.PASSWORD}
REFUSED = {
    "conference.sign_in_post": "nobody has this password",
    "cfp.more_time": "no proposal has this reference",
    "cfp.take_file": "no file was chosen",
    "reviews.save": "a draft may lack scores, so that the page does not ask for them",
    "schedule.undo": "nothing was done yet",
    "schedule.redo": "nothing was undone yet",
}
"""Forms that are told why not, as they must be."""
NOT_SENT = {"conference.sign_out"}
"""The browser would forget who it is."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One form of one page, and what came of it."""

    who: str
    page: str
    action: str
    status: int
    words: str


def test_every_form_is_taken_as_it_is_drawn(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd = Crowd.begin(cast)
    crowd.grow(1)
    clients = {who: signed_in(app, cast, who) for who in WALKERS}
    monkeypatch.setattr(Session, "commit", Session.rollback)  # no form finds what another one has done
    sent = [each for who, client in clients.items() for each in walk(app, client, who)]
    refused = [each for each in sent if each.status >= 400]
    assert [each for each in refused if each.status != 422 or each.action not in REFUSED] == []
    assert {each.action for each in refused} == REFUSED.keys()
    assert len({each.action for each in sent}) > 50


def walk(app: Flask, client: FlaskClient, who: str) -> Iterator[Sent]:
    addresses = app.url_map.bind("localhost")
    ahead, seen, done = ["/"], set(), set()
    while ahead:
        path = ahead.pop(0)
        page = endpoint(addresses, path, "GET")
        if page in (None, "static") or page in seen:
            continue
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        seen.add(page)
        soup = BeautifulSoup(answer.text, "html.parser")
        ahead += [urljoin(path, str(link["href"])) for link in soup.select("a[href]")]
        for form in soup.select("form[method=post]"):
            target = urljoin(path, str(form.get("action") or path))
            action = endpoint(addresses, target, "POST")
            if action not in NOT_SENT and (page, action) not in done:
                done.add((page, action))
                taken = client.post(target, data=filled(form))
                yield Sent(who, str(page), str(action), taken.status_code, complaint(taken.text))


def endpoint(addresses: MapAdapter, address: str, method: str) -> str | None:
    """None for what is not ours."""
    parts = urlsplit(address)
    if parts.netloc or parts.scheme:
        return None
    try:
        found, _values = addresses.match(parts.path, method=method)
    except (HTTPException, RequestRedirect):
        return None
    return str(found)


def filled(form: Tag) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for control in form.select("[name]:not(button, [disabled])"):
        found.setdefault(str(control["name"]), []).extend(sent_by(control))
    for control in form.select("[required]"):
        name = str(control["name"])
        if not any(found.get(name, [])):
            found[name] = [value_for(control)]
    for button in form.select("button[name]")[:1]:
        found.setdefault(str(button["name"]), [str(button.get("value", ""))])
    return {name: values for name, values in found.items() if values}


def value_for(control: Tag) -> str:
    if control.get("type") in ("radio", "checkbox"):
        return str(control.get("value", "y"))
    return NAMED.get(str(control["name"])) or TYPED.get(str(control.get("type")), "Zoe says this")


def complaint(text: str) -> str:
    found = BeautifulSoup(text, "html.parser").select(".error-summary, .error-page__reason, .notice--negative")
    return " | ".join(each.get_text(" ", strip=True)[:200] for each in found)
