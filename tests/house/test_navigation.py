"""Every page of an event says where in the navigation it stands."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests import factories
from tests.fixtures.app import sign_in

NOWHERE = {"conference.home"}
"""The front page of the event has no line of its own."""


def plain_pages(app: Flask) -> Iterator[tuple[str, str]]:
    """(endpoint, path) of all addresses that need no more than the event."""
    for rule in app.url_map.iter_rules():
        if rule.arguments == {"event_slug"} and "GET" in (rule.methods or ()):
            yield rule.endpoint, rule.rule.replace("<event_slug>", "pyfest27")


@pytest.mark.parametrize("who", ["cleo", "ben", "ada", "eve"])
def test_one_line_of_the_navigation_is_the_current_one(app: Flask, cast: factories.Cast, who: str) -> None:
    client = sign_in(app.test_client(), getattr(cast, who))
    looked, wrong = 0, []
    for endpoint, path in sorted(plain_pages(app)):
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html" or endpoint in NOWHERE:
            continue
        nav = BeautifulSoup(answer.text, "html.parser").select_one("nav.site-nav")
        if nav is not None:
            looked += 1
            wrong += [endpoint] if len(nav.select("[aria-current]")) != 1 else []
    assert wrong == []
    assert looked >= {"cleo": 20, "ben": 5, "ada": 2, "eve": 2}[who]
