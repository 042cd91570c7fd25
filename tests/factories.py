"""Rows for tests, with sensible values for everything that a test does not care about.

The permanent cast, in the conference “pyfest27”: Ada submits, Ben reviews, Cleo chairs, Dan is Ada's conflicted
colleague (reviewer, same e-mail domain), Eve has no role. Gus chairs one track.
"""

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from cfp.authors import Authorship
from cfp.models import Call, Proposal
from conference.actor import SYSTEM
from conference.models import Account, Community, Conference, Role, Room, SessionType, Track
from conference.work import writing
from plumbing.kernel import kernel
from plumbing.refs import new_ref
from reviews.models import Criterion, Reviewer, ReviewPhase

PASSWORD = "correct horse battery"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Cast:
    """Numbers and references of the permanent cast."""

    ada: int
    ben: int
    cleo: int
    dan: int
    eve: int
    gus: int
    conference: int
    slug: str
    call: int
    talk_type: int
    paper_type: int
    tracks: tuple[int, int]
    rooms: tuple[int, int]
    ben_reviewer: int
    dan_reviewer: int
    criteria: tuple[int, int]


def now() -> datetime:
    return kernel().clock.now()


def add(db: Session, row: Any) -> Any:
    db.add(row)
    db.flush()
    return row


def account(db: Session, name: str, **values: Any) -> Account:
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "ref": new_ref(),
        "email": f"{name.split()[0].lower()}{number}@example.org",
        "email_confirmed_at": now(),
        "name": name,
        "password_hash": PASSWORD_HASH,
        "created_at": now(),
        "zone": "Europe/Rome",
    }
    made: Account = add(db, Account(**{**defaults, **values}))
    return made


def conference(db: Session, slug: str = "pyfest27", **values: Any) -> Conference:
    community = add(db, Community(slug=f"{slug}-community", name="Py Community", created_at=now()))
    defaults: dict[str, Any] = {
        "slug": slug,
        "community_id": community.id,
        "name": "PyFest 2027",
        "acronym": "pyfest27",
        "zone": "Europe/Rome",
        "locales": ["en", "de", "it"],
        "starts_on": date(2027, 3, 27),
        "ends_on": date(2027, 3, 28),
        "venue": "Palazzo dei Congressi",
        "city": "Bologna",
        "contact_email": "team@example.org",
        "live_at": now(),
        "created_at": now(),
    }
    made: Conference = add(db, Conference(**{**defaults, **values}))
    return made


def role(db: Session, where: int, who: int, kind: str, track_id: int | None = None) -> Role:
    made: Role = add(db, Role(conference_id=where, account_id=who, kind=kind, track_id=track_id, since=now()))
    return made


def track(db: Session, where: int, name: str, **values: Any) -> Track:
    made: Track = add(db, Track(**{"conference_id": where, "slug": name.lower(), "name": name, **values}))
    return made


def room(db: Session, where: int, name: str, **values: Any) -> Room:
    guid = str(uuid5(NAMESPACE_URL, f"{where}/{name}"))
    defaults = {"conference_id": where, "guid": guid, "name": name, "capacity": 100, "features": []}
    made: Room = add(db, Room(**{**defaults, **values}))
    return made


def session_type(db: Session, where: int, name: str, **values: Any) -> SessionType:
    defaults = {"conference_id": where, "slug": name.lower(), "name": name, "kind": "talk", "length_minutes": 30}
    made: SessionType = add(db, SessionType(**{**defaults, **values}))
    return made


def call(db: Session, where: int, **values: Any) -> Call:
    defaults: dict[str, Any] = {
        "conference_id": where,
        "slug": "main",
        "title": "Call for talks and papers",
        "text": "Tell us what you **learned**.",
        "opens_at": now() - timedelta(days=10),
        "closes_at": now() + timedelta(days=20),
        "created_at": now(),
    }
    made: Call = add(db, Call(**{**defaults, **values}))
    return made


def proposal(db: Session, cast: Cast, *, author: int | None = None, **values: Any) -> Proposal:
    """A submitted talk of Ada (or of ``author``) with one authorship."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "conference_id": cast.conference,
        "ref": new_ref(),
        "guid": str(uuid5(NAMESPACE_URL, f"{cast.conference}/proposal/{number}")),
        "call_id": cast.call,
        "title": f"Talk number {number}",
        "abstract": "An abstract of some length that says what the talk is about.",
        "track_id": cast.tracks[0],
        "session_type_id": cast.talk_type,
        "links": [],
        "stage": "submitted",
        "created_at": now(),
        "changed_at": now(),
        "submitted_at": now(),
    }
    made: Proposal = add(db, Proposal(**{**defaults, **values}))
    authorship(db, made, author if author is not None else cast.ada, is_owner=True)
    return made


def authorship(db: Session, proposal: Proposal, account_id: int, **values: Any) -> Authorship:
    person = db.get_one(Account, account_id)
    defaults: dict[str, Any] = {
        "conference_id": proposal.conference_id,
        "ref": new_ref(),
        "proposal_id": proposal.id,
        "person_guid": str(uuid5(NAMESPACE_URL, f"{proposal.conference_id}/person/{account_id}")),
        "account_id": account_id,
        "email": person.email,
        "name": person.name,
        "affiliation": person.affiliation,
        "biography": person.biography,
        "position": 0,
        "accepted_at": now(),
    }
    made: Authorship = add(db, Authorship(**{**defaults, **values}))
    return made


def reviewer(db: Session, where: int, account_id: int, **values: Any) -> Reviewer:
    """The reviewer row only; the role is ``role(db, where, account_id, "reviewer")``."""
    number = next(_numbers)
    defaults = {
        "conference_id": where,
        "account_id": account_id,
        "pseudonym": 1000 + number,
        "seed": number,
        "since": now(),
    }
    made: Reviewer = add(db, Reviewer(**{**defaults, **values}))
    return made


def make_cast() -> Cast:
    """Writes the whole cast in one transaction."""
    with writing(SYSTEM) as work:
        db = work.db
        people = {
            "ada": account(db, "Ada Lovelace", email="ada@acme.example", affiliation="Acme Engines"),
            "ben": account(db, "Ben Bitdiddle", email="ben@mit.example"),
            "cleo": account(db, "Cleo Chair", email="cleo@pyfest.example"),
            "dan": account(db, "Dan Domain", email="dan@acme.example", affiliation="Acme Engines"),
            "eve": account(db, "Eve Elsewhere", email="eve@nowhere.example"),
            "gus": account(db, "Gus Guide", email="gus@tracks.example"),
        }
        where = conference(db)
        tracks = (track(db, where.id, "Data", colour="teal"), track(db, where.id, "Web", colour="indigo"))
        rooms = (room(db, where.id, "Aula"), room(db, where.id, "Lab", capacity=40, position=1))
        types = (session_type(db, where.id, "Talk"), session_type(db, where.id, "Paper", kind="paper"))
        for name, kind, track_id in (
            ("ben", "reviewer", None),
            ("dan", "reviewer", None),
            ("cleo", "chair", None),
            ("gus", "track_chair", tracks[0].id),
        ):
            role(db, where.id, people[name].id, kind, track_id)
        reviewers = [reviewer(db, where.id, people[name].id) for name in ("ben", "dan")]
        made = Cast(
            **{name: person.id for name, person in people.items()},
            conference=where.id,
            slug=where.slug,
            call=call(db, where.id).id,
            talk_type=types[0].id,
            paper_type=types[1].id,
            tracks=(tracks[0].id, tracks[1].id),
            rooms=(rooms[0].id, rooms[1].id),
            ben_reviewer=reviewers[0].id,
            dan_reviewer=reviewers[1].id,
            criteria=_review_set_up(db, where.id),
        )
    return made


def _review_set_up(db: Session, where: int) -> tuple[int, int]:
    day = timedelta(days=1)
    add(db, ReviewPhase(conference_id=where, opens_at=now() - day, closes_at=now() + 30 * day, reviews_wanted=2))
    labels = ["poor", "fair", "good", "very good", "excellent"]
    first, second = (
        add(db, Criterion(conference_id=where, name=name, labels=labels, position=position))
        for position, name in enumerate(("Relevance", "Clarity"))
    )
    return first.id, second.id
