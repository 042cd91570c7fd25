"""Pages under load: ``python -m tests.bench.bench_web [sqlite] [postgresql]``; prints a table for each database.

World: FOSDEM 2024 imported and released (876 talks, 35 rooms; needs ../shared/data), and a conference with 1,000
proposals, 40 reviewers and 3 reviews each. Times are of requests one after the other, rates of eight clients.
"""

import itertools
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

from bs4 import BeautifulSoup
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import insert, select

from cfp.models import Call, Proposal
from conference import sessions
from conference.actor import SYSTEM
from conference.work import writing
from plumbing.settings import Settings
from reviews.models import Assignment, Review, ReviewScore
from tests import factories
from tests.bench.web import CLIENTS, HEADER, Request, measure, serving
from tests.servers.postgres import start_postgres
from tests.servers.rundir import RunDir
from wsgi import command, create_app

DATA = Path(__file__).parents[3] / "shared/data/schedules/fosdem2024.xml"
BIND = "127.0.0.1:8941"
PROPOSALS, REVIEWERS = 1000, 40


class World:
    """Cookies of the people who ask, and what they ask about."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context():
            app.extensions["rostrum"].database.create_all()
            self.cast = factories.make_cast()
            self.refs = self._fill()
            self.cookies = {name: self._cookie(getattr(self.cast, name)) for name in ("ada", "ben", "cleo")}
        self._import()

    def _fill(self) -> list[str]:
        """A thousand proposals of two hundred people; every third review is Ben's."""
        with writing(SYSTEM) as work:
            db, cast = work.db, self.cast
            db.get_one(Call, cast.call).proposals_per_person_max = PROPOSALS
            people = [factories.account(db, f"Author {n}").id for n in range(200)]
            others = [factories.account(db, f"Judge {n}") for n in range(REVIEWERS - 2)]
            judges = [cast.ben_reviewer, cast.dan_reviewer]
            for person in others:
                factories.role(db, cast.conference, person.id, "reviewer")
                judges.append(factories.reviewer(db, cast.conference, person.id).id)
            made = [
                factories.proposal(db, cast, author=people[n % 200], track_id=cast.tracks[n % 2])
                for n in range(PROPOSALS)
            ]
            now, where = work.now, cast.conference
            pairs = [(judges[(n * 3 + k) % REVIEWERS], made[n].id) for n in range(PROPOSALS) for k in range(3)]
            pairs += [(cast.ben_reviewer, row.id) for row in made if (cast.ben_reviewer, row.id) not in set(pairs)][:60]
            common = {"conference_id": where}
            db.execute(
                insert(Assignment),
                [{**common, "reviewer_id": r, "proposal_id": p, "assigned_at": now} for r, p in pairs],
            )
            sent = [(r, p) for r, p in pairs if r != cast.ben_reviewer]
            db.execute(
                insert(Review),
                [
                    {
                        **common, "ref": f"bench{number}", "reviewer_id": r, "proposal_id": p, "state": "submitted",
                        "text": "Clear and useful.", "confidence": 3, "started_at": now, "saved_at": now,
                        "submitted_at": now, "version": 1,
                    }
                    for number, (r, p) in enumerate(sent)
                ],
            )  # fmt: skip
            reviews = db.execute(select(Review.id)).scalars().all()
            scores = [
                {**common, "review_id": review, "criterion_id": criterion, "value": 1 + review * criterion % 5}
                for review, criterion in itertools.product(reviews, cast.criteria)
            ]
            db.execute(insert(ReviewScore), scores)
            mine = select(Proposal.ref).join(Assignment, Assignment.proposal_id == Proposal.id)
            return list(db.scalars(mine.where(Assignment.reviewer_id == cast.ben_reviewer)))

    def _cookie(self, account_id: int) -> str:
        client = self.app.test_client()
        with writing(SYSTEM) as work:
            token = sessions.open_session(work, account_id=account_id, user_agent="bench")
        with client.session_transaction() as cookie:
            cookie[sessions.COOKIE_KEY] = token
        found = client.get_cookie("session")
        assert found is not None
        return f"session={found.value}"

    def _import(self) -> None:
        for words in (
            ["import", "schedule", str(DATA), "--event", "fosdem2024"],
            ["release", "--event", "fosdem2024", "--name", "Bench", "--despite-clashes"],
        ):
            result = self.app.test_cli_runner().invoke(command(), words, obj=ScriptInfo(create_app=lambda: self.app))
            if result.exit_code != 0:
                raise RuntimeError(result.output)


def get(path: str, cookie: str | None = None, *, gzip: bool = False) -> Request:
    headers = {**({"Cookie": cookie} if cookie else {}), **({"Accept-Encoding": "gzip"} if gzip else {})}

    def ask(connection: HTTPConnection, _number: int) -> int:
        connection.request("GET", path, headers=headers)
        return len(_right(connection.getresponse(), path, 200))

    return ask


def review_save(world: World) -> Request:
    """Each request saves another review of Ben's for the first time or again, as the form's autosave does."""
    cookie, cast = world.cookies["ben"], world.cast
    versions: dict[str, int] = {}
    session: list[tuple[str, str]] = []

    def ask(connection: HTTPConnection, number: int) -> int:
        if not session:
            session.append(form_session(connection, f"/{cast.slug}/reviews/", cookie))
        token, cookie_now = session[0]
        ref = world.refs[own_number(number, len(world.refs))]
        form = {
            "csrf_token": token, "version": str(versions.get(ref, 0)), "text": "Good. " * 40,
            "confidence": "3", **{f"score-{criterion}": "4" for criterion in cast.criteria},
        }  # fmt: skip
        path = f"/{cast.slug}/reviews/{ref}/autosave"
        body = _post(connection, path, form, cookie_now, status=200)
        versions[ref] = json.loads(body)["version"]
        return len(body)

    return ask


def own_number(number: int, count: int) -> int:
    """Below ``count`` and never the same for two clients at once, however far one of them runs ahead."""
    turn, client = divmod(number, CLIENTS)
    return client + CLIENTS * (turn % (count // CLIENTS))


def submit(world: World) -> Request:
    """A whole proposal is written and submitted with one press."""
    cookie, cast = world.cookies["ada"], world.cast
    session: list[tuple[str, str]] = []

    def ask(connection: HTTPConnection, number: int) -> int:
        path = f"/{cast.slug}/cfp/calls/main/new"
        if not session:
            session.append(form_session(connection, path, cookie))
        token, cookie_now = session[0]
        form = {
            "csrf_token": token, "title": f"Talk {number}", "abstract": "What we learned. " * 30,
            "session_type": str(cast.talk_type), "track": str(cast.tracks[0]), "language": "en", "name": "Ada Lovelace",
            "presenter_kind": "user", "action": "submit", "version": "",
        }  # fmt: skip
        return len(_post(connection, path, form, cookie_now, status=303))

    return ask


def form_session(connection: HTTPConnection, path: str, cookie: str) -> tuple[str, str]:
    """A page is opened first, as a browser does: (token of its forms, cookie that it left)."""
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    left = answer.getheader("Set-Cookie") or cookie
    tag = BeautifulSoup(_right(answer, path, 200), "html.parser").find("meta", {"name": "csrf-token"})
    assert tag is not None
    return str(tag["content"]), left.partition(";")[0]


def _post(connection: HTTPConnection, path: str, form: dict[str, str], cookie: str, *, status: int) -> bytes:
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, body=urlencode(form), headers=headers)
    return _right(connection.getresponse(), path, status)


def _right(answer: HTTPResponse, path: str, status: int) -> bytes:
    body = answer.read()
    if answer.status != status:
        text = BeautifulSoup(body, "html.parser").get_text(" ", strip=True)[:600]
        raise AssertionError(f"{path} answered {answer.status}: {text}")
    return body


def asked(world: World) -> list[tuple[str, Request, int]]:
    """(what, how, how often)"""
    slug, chair = world.cast.slug, world.cookies["cleo"]
    return [
        ("agenda of 876 talks", get("/fosdem2024/agenda/", gzip=True), 300),
        ("schedule.xml of 876 talks", get("/fosdem2024/agenda/schedule.xml", gzip=True), 300),
        ("one talk", get(_first_talk(world), gzip=True), 300),
        ("call page", get(f"/{slug}/cfp/"), 200),
        ("list of 1,000 proposals", get(f"/{slug}/cfp/proposals", chair), 60),
        ("decision table of 1,000", get(f"/{slug}/decisions/", chair), 40),
        ("review form", get(f"/{slug}/reviews/{world.refs[0]}/", world.cookies["ben"]), 100),
        ("review save", review_save(world), 200),
        ("submit", submit(world), 100),
    ]


def _first_talk(world: World) -> str:
    with world.app.app_context(), writing(SYSTEM) as work:
        ref = work.db.scalars(select(Proposal.ref).where(Proposal.outcome == "accepted").limit(1)).one()
    return f"/fosdem2024/agenda/talks/{ref}"


@contextmanager
def database(kind: str, folder: str) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder}/bench.sqlite3"
        return
    run_dir = RunDir.create()
    try:
        server = start_postgres(run_dir)
        server.create_database("bench")
        yield server.url("bench")
    finally:
        run_dir.close()


def main() -> None:
    for kind in sys.argv[1:] or ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory() as folder, database(kind, folder) as url:
            settings = Settings(secret_key="x" * 40, instance_dir=folder, bind=BIND, database_url=url)
            world = World(create_app(settings))
            print(f"\n{kind}\n\n{HEADER}", flush=True)
            with serving(settings) as server:
                for name, ask, count in asked(world):
                    print(measure(settings, server, name, ask, count=count).row(), flush=True)
            world.app.extensions["rostrum"].database.dispose()


if __name__ == "__main__":
    main()
