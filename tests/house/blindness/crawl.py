"""Fetches everything as somebody, follows every link, and looks for canaries in status, headers and body."""

import html
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from plumbing.web import JsonLines
from tests.house.blindness.canaries import FIRST, OWNERS, ROLES, VISITOR, forbidden, found_in
from tests.house.blindness.routes import Address, addresses, get_endpoints, secret_paths
from tests.house.blindness.unpack import decoded, text_in
from tests.house.blindness.world import ROLES_HELD, World

LINKS_PER_ENDPOINT_MAX = 12
REFUSALS_ENOUGH = 2
STRANGERS_ENOUGH = 6
"""Things of other people that are refused to somebody who may open the own ones; the own ones come first."""
FOR_ALL = ("public", "public_event")
LOOKS_AT_ALL = (VISITOR, "ada")
"""Public pages are the same for everybody: these look at every one, the others at two of each kind."""
VARIES = (VISITOR, "ada", "bea", "ben", "dan", "uma", "gus", "kurt", "vera", "cleo")
"""Ask for each page in several ways; the others stand to the pages as one of these does."""
FOR_MEMBERS = ("signed_in", "event_member")
LINK = re.compile(r"""(?:href|src|hx-get|data-href|data-src)=["']([^"'#]+)""")
SEARCHED = FIRST.word("name.main")[:-3]
"""Enough of a name to find it by, and not all of it, since a page may repeat what it was asked."""
QUERIES = (
    f"?q={SEARCHED}&sort=author&order=up&by=authors&author={SEARCHED}&show=authors&columns=authors&track=0",
    "?q=-a&sort=email&state=!accepted&not=accepted&reviewer=1&verdict=accept&group=verdict&page=-1&per_page=0",
)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer: who asked for what, and which canaries are in it."""

    role: str
    endpoint: str
    path: str
    status: int
    seen: frozenset[str]
    cache: str
    kind: str

    @property
    def leaks(self) -> set[str]:
        return forbidden(self.role, set(self.seen))


@dataclass(slots=True)
class Crawl:
    fetched: list[Fetched] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)
    endpoints: dict[str, str] = field(default_factory=dict)

    @property
    def leaks(self) -> list[str]:
        """Readable lines: role, address, canaries."""
        return sorted(
            {f"{each.role}: {each.path} → {', '.join(sorted(each.leaks))}" for each in self.fetched if each.leaks}
        )

    def seen_by(self, role: str) -> set[str]:
        return {key for each in self.fetched if each.role == role for key in each.seen}

    def answered(self) -> set[str]:
        """Endpoints that answered somebody with something else than an error."""
        return {each.endpoint for each in self.fetched if each.status < 400}


class Walker:
    """One role's browser."""

    def __init__(self, world: World, role: str, crawl: Crawl) -> None:
        self.world, self.role, self.crawl = world, role, crawl
        self.client: FlaskClient = world.client(role)
        self.adapter = world.app.url_map.bind("localhost")
        self.met: set[str] = set()
        self.links_of: dict[str, int] = {}
        self.refusals: dict[str, int] = {}
        self.readable = get_endpoints(world)

    def walk(self, all_addresses: list[Address]) -> None:
        varied: set[str] = set()
        own = [self.world.refs[name] for name, owners in OWNERS.items() if self.role in owners]
        waiting = sorted((each.path for each in all_addresses), key=lambda path: not any(ref in path for ref in own))
        while waiting:
            path = waiting.pop(0)
            if path in self.met:
                continue
            self.met.add(path)
            endpoint = self.endpoint(path)
            if self._is_shut(endpoint):
                continue
            answer = self.fetch(path)
            self._note_refusal(endpoint, answer)
            waiting += [link for link in self._links(answer, path) if link not in self.met]
            if (endpoint, answer.status_code < 400) not in varied and "?" not in path:
                varied.add((endpoint, answer.status_code < 400))
                self._vary(path, answer)

    def _is_shut(self, endpoint: str) -> bool:
        """Seen enough: turned away twice by a guard that looks at the person only, or public and seen twice."""
        is_members = self._guard(endpoint) in FOR_MEMBERS and self.role != VISITOR
        return self.refusals.get(endpoint, 0) >= (STRANGERS_ENOUGH if is_members else REFUSALS_ENOUGH)

    def _note_refusal(self, endpoint: str, answer: TestResponse) -> None:
        guard = self._guard(endpoint)
        if guard in FOR_ALL and self.role not in LOOKS_AT_ALL:
            self.refusals[endpoint] = self.refusals.get(endpoint, 0) + 1
        turned_away = answer.status_code in (401, 403, 404) or "/account/sign-in" in answer.headers.get("Location", "")
        if guard in FOR_ALL or not turned_away:
            return
        if guard.startswith("team:") and self._holds(guard):
            return
        self.refusals[endpoint] = self.refusals.get(endpoint, 0) + 1

    def _guard(self, endpoint: str) -> str:
        return in_guard(self.world, endpoint)

    def _holds(self, guard: str) -> bool:
        held = {kind for who, kind in ROLES_HELD if who == self.role}
        return bool(held & set(guard.removeprefix("team:").split("|")))

    def _vary(self, path: str, answer: TestResponse) -> None:
        """The same page asked for in other ways."""
        is_public = self._guard(self.endpoint(path)) in FOR_ALL
        if self.role not in VARIES or (is_public and self.role not in LOOKS_AT_ALL):
            return
        self.fetch(path, {"Accept": "application/json"})
        if answer.status_code < 400:
            self.fetch(path, {"HX-Request": "true", "Accept-Encoding": "gzip"})
            for query in QUERIES:
                self.fetch(path + query)

    def fetch(self, path: str, headers: dict[str, str] | None = None) -> TestResponse:
        answer = self.client.get(path, headers=headers)
        self.crawl.fetched.append(self._noted(path, answer))
        return answer

    def post(self, path: str, data: dict[str, str]) -> TestResponse:
        answer = self.client.post(path, data=data)
        self.crawl.fetched.append(self._noted(path, answer))
        return answer

    def endpoint(self, path: str) -> str:
        """Asked for every link of every page, so each answer is kept."""
        bare = urlsplit(path).path
        if bare not in self.crawl.endpoints:
            self.crawl.endpoints[bare] = self._matched(bare)
        return self.crawl.endpoints[bare]

    def _matched(self, path: str) -> str:
        for method in ("GET", "POST"):
            try:
                return self.adapter.match(path, method=method)[0]
            except Exception:  # noqa: BLE001 - a link to nowhere has no endpoint, whatever the map says about it
                continue
        return ""

    def _noted(self, path: str, answer: TestResponse) -> Fetched:
        return Fetched(
            role=self.role,
            endpoint=self.endpoint(path),
            path=path,
            status=answer.status_code,
            seen=frozenset(found_in(everything_in(answer))),
            cache=answer.headers.get("Cache-Control", ""),
            kind=answer.mimetype or "",
        )

    def _links(self, answer: TestResponse, path: str) -> Iterator[str]:
        targets = [answer.headers["Location"]] if "Location" in answer.headers else []
        if answer.mimetype == "text/html":
            targets += [html.unescape(found) for found in LINK.findall(answer.get_data(as_text=True))]
        for target in targets:
            parts = urlsplit(urljoin(f"http://localhost{path}", target))
            if parts.hostname != "localhost" or parts.path.startswith("/static/"):
                continue
            endpoint = self.endpoint(parts.path)
            self.links_of[endpoint] = self.links_of.get(endpoint, 0) + 1
            if endpoint in self.readable and self.links_of[endpoint] <= LINKS_PER_ENDPOINT_MAX:
                yield parts.path + (f"?{parts.query}" if parts.query else "")


def in_guard(world: World, endpoint: str) -> str:
    """The guard that the page declares."""
    return str(getattr(world.app.view_functions.get(endpoint), "guard", ""))


def everything_in(answer: TestResponse) -> str:
    """Status line, headers and the unpacked body."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers if name != "Set-Cookie")
    cookies = "\n".join(value for name, value in answer.headers if name == "Set-Cookie")
    body = decoded(answer.get_data(), answer.headers.get("Content-Encoding", ""))
    return f"{answer.status}\n{headers}\n{cookies}\n{text_in(body)}"


def crawl_everything(world: World) -> Crawl:
    """As every role; those without an account fetch what their letters lead to."""
    found = Crawl()
    with listening(found.logged):
        everything = addresses(world)
        for role in ROLES:
            walker = Walker(world, role, found)
            walker.walk(everything)
            walker.client.get("/language/en")
        for role, paths in secret_paths(world).items():
            walker = Walker(world, role, found)
            for path in paths:
                walker.fetch(path)
    return found


@contextmanager
def listening(lines: list[str]) -> Iterator[None]:
    """Notes every log line as the server would write it."""

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keep, logger = Keep(), logging.getLogger("rostrum")
    keep.setFormatter(JsonLines())
    before = logger.level
    logger.addHandler(keep)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(keep)
        logger.setLevel(before)
