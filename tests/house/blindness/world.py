"""A whole conference in which every value that says who somebody is carries a canary.

The same references, numbers and times each time: two worlds differ in nothing but what ``Plan`` says.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from conference.actor import SYSTEM, Actor, load_actor
from conference.models import Account
from conference.work import Work, reading, writing
from plumbing import refs
from plumbing.clock import FixedClock
from plumbing.kernel import EXTENSION
from plumbing.settings import Settings
from reviews.models import Criterion, ReviewPhase
from tests import factories
from tests.fixtures.app import sign_in
from tests.house.blindness.canaries import Words
from wsgi import create_app

BEGIN = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
SLUG = "blindfest"
SECRET = "only-for-tests-" + "b" * 32
LABELS = ["poor", "fair", "good", "very good", "excellent"]
ROLES_HELD = (
    ("ben", "reviewer"),
    ("quin", "reviewer"),
    ("pia", "reviewer"),
    ("dan", "reviewer"),
    ("uma", "reviewer"),
    ("kurt", "chair"),
    ("vera", "chair"),
    ("vera", "reviewer"),
    ("cleo", "chair"),
    ("gus", "track_chair"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """``committee`` 2: other people review, and nothing is decided beyond what was told.

    ``has_schedule``: one is released. ``is_late_judged``: whether anybody was asked about “late”, and what came of it.
    """

    authors: int = 1
    committee: int = 1
    has_schedule: bool = True
    is_late_judged: bool = True

    @property
    def words(self) -> Words:
        return Words(self.authors, self.committee)

    @property
    def is_decided(self) -> bool:
        return self.committee == 1


class References:
    """References made of a label and a count: more of them in one proposal do not shift those of the next."""

    def __init__(self) -> None:
        self.label, self.count = "", 0

    def begin(self, label: str) -> None:
        self.label, self.count = label, 0

    def __call__(self) -> str:
        self.count += 1
        digest = hashlib.sha256(f"{self.label}/{self.count}".encode()).digest()
        return "".join(refs.ALPHABET[byte % len(refs.ALPHABET)] for byte in digest[: refs.REF_CHARS])


@dataclass(slots=True)
class World:
    app: Flask
    clock: FixedClock
    plan: Plan
    references: References = field(default_factory=References)
    people: dict[str, int] = field(default_factory=dict)
    reviewers: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    conference: int = 0
    tracks: tuple[int, int] = (0, 0)
    rooms: tuple[int, int] = (0, 0)
    types: dict[str, int] = field(default_factory=dict)
    criteria: tuple[int, int] = (0, 0)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        return self.plan.words

    def word(self, key: str) -> str:
        return self.plan.words.word(key)

    def actor(self, who: str) -> Actor:
        with reading(SYSTEM) as work:
            found = load_actor(work.db, self.people[who])
        assert found is not None
        return found

    @contextmanager
    def doing(self, who: str, label: str) -> Iterator[Work]:
        """A unit of work of this person, with references of this label, a minute after the last one."""
        self.clock.advance(timedelta(minutes=1))
        self.references.begin(label)
        with writing(self.actor(who)) as work:
            yield work

    def client(self, role: str) -> FlaskClient:
        """This role's one browser; people without an account have one as well."""
        if role not in self.browsers:
            self.browsers[role] = self._signed_in(role)
        return self.browsers[role]

    def _signed_in(self, role: str) -> FlaskClient:
        client = self.app.test_client()
        if role in self.people:
            with self.app.app_context():
                sign_in(client, self.people[role])
        return client

    def role_of(self, address: str) -> str:
        """Whose mailbox this is."""
        for who in (*self.people, "ivy", "nils"):
            if self.address(who) == address:
                return who
        raise KeyError(address)

    def address(self, who: str) -> str:
        return _address(self.words, who)


def make_app(folder: Path, url: str, clock: FixedClock) -> Flask:
    settings = Settings(secret_key=SECRET, instance_dir=str(folder), database_url=url)
    app = create_app(settings, clock=clock)
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def close_caught_mail(app: Flask) -> None:
    """As on a real server: with a mail server set, nobody can read caught mails. Nothing is sent any more."""
    before = app.extensions[EXTENSION]
    app.extensions[EXTENSION] = replace(before, settings=replace(before.settings, smtp_host="127.0.0.1", smtp_port=9))


def make_people(world: World) -> None:
    """Accounts, the conference with its roles, and what reviewing needs."""
    world.references.begin("people")
    with writing(SYSTEM) as work:
        for who in ("ada", "cory", "bea", "rob", "ben", "quin", "pia", "dan", "uma"):
            world.people[who] = _account(work, world, who).id
        for who in ("eve", "gus", "kurt", "vera", "cleo", "admin"):
            email, name = world.address(who), f"{who.title()} Known"
            made = factories.account(work.db, name, email=email, is_administrator=who == "admin")
            world.people[who] = made.id
        _conference(work, world)
        _review_rules(work, world)


def _account(work: Work, world: World, who: str) -> Account:
    kind = "reviewer" if who in ("ben", "quin", "pia", "dan", "uma") else "account"
    about = world.word(f"profile.{who}")
    name = f"{who.title()} {world.word(f'{kind}.{who}')}"
    return factories.account(
        work.db, name, email=world.address(who), affiliation=f"Firm {about}", biography=f"Was born as {about}."
    )


def _address(words: Words, who: str) -> str:
    if who in ("ben", "quin", "pia", "dan", "uma"):
        return f"{words.word(f'mailbox.{who}')}@{who}.example"
    if who == "ada":
        return f"{words.word('email.ada')}@{words.word('domain.ada')}.example"
    if who == "nils":
        return f"{words.word('invited.nils')}@nils.example"
    if who in ("cory", "ivy", "bea", "rob"):
        return f"{words.word(f'email.{who}')}@{'house' if who == 'bea' else who}.example"
    return f"{who}@{'house' if who == 'kurt' else who}.example"


def _conference(work: Work, world: World) -> None:
    db = work.db
    row = factories.conference(db, SLUG, name="Blind Fest 2027", acronym=SLUG)
    world.conference = row.id
    tracks = [
        factories.track(db, row.id, name, colour=colour) for name, colour in (("Data", "teal"), ("Web", "indigo"))
    ]
    rooms = [factories.room(db, row.id, name, position=position) for position, name in enumerate(("Aula", "Lab"))]
    world.tracks, world.rooms = (tracks[0].id, tracks[1].id), (rooms[0].id, rooms[1].id)
    for name, kind in (("Talk", "talk"), ("Paper", "paper")):
        world.types[kind] = factories.session_type(db, row.id, name, kind=kind).id
    factories.call(db, row.id)
    for who, kind in ROLES_HELD:
        factories.role(db, row.id, world.people[who], kind, world.tracks[0] if kind == "track_chair" else None)


def _review_rules(work: Work, world: World) -> None:
    where, day = world.conference, timedelta(days=1)
    window = {"opens_at": work.now - day, "closes_at": work.now + 30 * day}
    factories.add(work.db, ReviewPhase(conference_id=where, reviews_wanted=2, **window))
    made = [
        factories.add(work.db, Criterion(conference_id=where, name=name, labels=LABELS, position=position))
        for position, name in enumerate(("Relevance", "Clarity"))
    ]
    world.criteria = (made[0].id, made[1].id)
