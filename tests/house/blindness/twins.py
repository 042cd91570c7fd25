"""Two worlds side by side: the same answers to the byte, but for what is drawn by lot for each request."""

import re
from dataclasses import dataclass
from difflib import unified_diff

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.house.blindness.canaries import VISITOR
from tests.house.blindness.crawl import FOR_ALL, Crawl, in_guard
from tests.house.blindness.letters import Letters
from tests.house.blindness.unpack import decoded
from tests.house.blindness.world import World

SIGNED = re.compile(rb"[\w-]{16,}\.[\w-]{6}\.[\w-]{27}")
SESSION = re.compile(rb"/account/sessions/\d+/")
"""Numbered in the order in which the test opened browsers."""
WINDOW = re.compile(rb'(name="window" value=")[^"]+')
"""Drawn for each form that is opened, so that two windows are told apart."""
DRAWN = ("Set-Cookie", "Date", "Content-Length")
"""The length is that of the body, which is compared itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def ask(client: FlaskClient, path: str) -> Answer:
    answer = client.get(path)
    return Answer(answer.status_code, _headers(answer), _masked(answer))


def act(client: FlaskClient, path: str, data: dict[str, str]) -> Answer:
    """What a form leads to: the page after the redirect, with what it says was done."""
    answer = client.post(path, data=data, follow_redirects=True)
    return Answer(answer.status_code, _headers(answer), _masked(answer))


def differences(role: str, paths: list[str], one: World, other: World) -> list[str]:
    """Where this role's browser can tell the worlds apart, with the first lines that differ."""
    first, second = one.client(role), other.client(role)
    found = []
    for path in paths:
        mine, theirs = ask(first, path), ask(second, path)
        if mine != theirs:
            found.append(f"{path}: {_first_difference(mine, theirs)}")
    return found


def unlike_letters(role: str, one: Letters, other: Letters) -> list[str]:
    """Where this role's letters tell the worlds apart: another letter, another order, other bytes."""
    mine, theirs = ([mail for mail in letters.mails if mail.role == role] for letters in (one, other))
    kinds, their_kinds = ([mail.kind for mail in mails] for mails in (mine, theirs))
    if kinds != their_kinds:
        return [f"{kinds} against {their_kinds}"]
    pairs = [
        (SIGNED.sub(b"SIGNED", a.message), SIGNED.sub(b"SIGNED", b.message)) for a, b in zip(mine, theirs, strict=True)
    ]
    return [f"{kind}: {_changed_lines(*pair)}" for kind, pair in zip(kinds, pairs, strict=True) if pair[0] != pair[1]]


def paths_of(world: World, crawl: Crawl, role: str) -> list[str]:
    """What this role can open and not everybody, and one thing of each kind that it cannot open."""
    kept: dict[str, None] = {}
    refused: set[str] = set()
    for each in crawl.fetched:
        if each.role != role or (in_guard(world, each.endpoint) in FOR_ALL and role != VISITOR):
            continue
        if each.status < 400:
            kept[each.path] = None
        elif each.endpoint not in refused:
            refused.add(each.endpoint)
            kept[each.path] = None
    return list(kept)


def _headers(answer: TestResponse) -> tuple[tuple[str, str], ...]:
    drawn = answer.headers.get("X-Request-Id", "")
    pairs = ((name, value) for name, value in answer.headers if name not in DRAWN)
    return tuple((name, value.replace(drawn, "REQUEST") if drawn else value) for name, value in pairs)


def _masked(answer: TestResponse) -> bytes:
    """The body without the request's own reference and without signed tokens, which carry the time of day."""
    body = decoded(answer.get_data(), answer.headers.get("Content-Encoding", ""))
    drawn = answer.headers.get("X-Request-Id", "").encode()
    body = body.replace(drawn, b"REQUEST") if drawn else body
    return WINDOW.sub(rb"\1WINDOW", SESSION.sub(b"SESSION", SIGNED.sub(b"SIGNED", body)))


def _first_difference(mine: Answer, theirs: Answer) -> str:
    if mine.status != theirs.status or mine.headers != theirs.headers:
        return f"{mine.status} {mine.headers} against {theirs.status} {theirs.headers}"
    return _changed_lines(mine.body, theirs.body)


def _changed_lines(mine: bytes, theirs: bytes) -> str:
    lines = (part.decode("utf-8", "replace").splitlines() for part in (mine, theirs))
    changed = [line for line in unified_diff(*lines, lineterm="", n=0) if not line.startswith(("---", "+++", "@@"))]
    return " | ".join(line.strip()[:160] for line in changed[:4])
