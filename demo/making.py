"""What all parts of the demo share: one transaction, one lot, and units of work at any moment of the past."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from conference.actor import Actor, load_actor
from conference.models import Account, Membership
from conference.work import Work
from demo.log_ins import PASSWORD
from demo.people import Crowd, Person
from demo.writing import Writer
from plumbing import refs
from plumbing.refs import new_ref

SEED = 1927
SALT = b"salt of the demo"


@dataclass(slots=True)
class Making:
    """The demo while it is made. ``now`` is the moment of making; everything else happens before it."""

    db: Session
    now: datetime
    lot: random.Random
    crowd: Crowd
    writer: Writer
    community_id: int = 0
    accounts: dict[str, int] = field(default_factory=dict)
    """By address."""
    _actors: dict[int, Actor] = field(default_factory=dict)

    def ago(self, days: float) -> datetime:
        """So many days before now; negative for what is still to come."""
        return self.now - timedelta(days=days)

    def morning(self, days: float, zone: str) -> datetime:
        """Nine o'clock so many days before now, where ``zone`` is."""
        return local(self.ago(days).date(), 9, 0, zone)

    def evening(self, days: float, zone: str) -> datetime:
        """The last minute of the day so many days before now; what deadlines are made of."""
        return local(self.ago(days).date(), 23, 59, zone)

    def work(self, account_id: int, at: datetime) -> Work:
        """A unit of work of this person at that moment, within the one transaction."""
        if account_id not in self._actors:
            actor = load_actor(self.db, account_id)
            if actor is None:
                raise LookupError(f"There is no account {account_id}.")
            self._actors[account_id] = actor
        return Work(self.db, self._actors[account_id], at)

    def forget_roles(self) -> None:
        """After roles were given: the actors are loaded anew."""
        self._actors.clear()

    def account(self, person: Person, *, days: float, is_administrator: bool = False) -> int:
        """The person's account, made so many days ago when there is none yet; and the membership."""
        known = self.accounts.get(person.email)
        if known is not None:
            return known
        since = self.ago(days)
        row = Account(
            ref=new_ref(),
            email=person.email,
            email_confirmed_at=since + timedelta(minutes=7),
            name=person.name,
            affiliation=person.affiliation,
            biography=person.biography,
            password_hash=password_hash(),
            locale=person.locale,
            zone=person.zone,
            is_administrator=is_administrator,
            created_at=since,
        )
        self.db.add(row)
        self.db.flush()
        self.accounts[person.email] = row.id
        Work(self.db, Actor(account_id=row.id), since).audit(
            "account.sign_up", conference_id=None, subject=("account", row.id)
        )
        if self.community_id:
            self.db.add(Membership(community_id=self.community_id, account_id=row.id, joined_at=since))
        return row.id


@contextmanager
def the_same_every_time() -> Iterator[random.Random]:
    """Random numbers and references that are the same each time."""
    lot = random.Random(SEED)  # noqa: S311 (a demo, not a secret)
    source = random.Random(SEED + 1)  # noqa: S311
    with refs.use(lambda: "".join(source.choices(refs.ALPHABET, k=refs.REF_CHARS))):
        yield lot


@cache
def password_hash() -> str:
    """One hash for all, always the same: computing it is meant to be slow."""
    return PasswordHasher().hash(PASSWORD, salt=SALT)


def next_weekday(after: date, weekday: int) -> date:
    """The first day from ``after`` on that is a ``weekday`` (Monday is 0)."""
    return after + timedelta(days=(weekday - after.weekday()) % 7)


def local(day: date, hours: int, minutes: int, zone: str) -> datetime:
    """The instant of a wall clock."""
    return datetime.combine(day, time(hours, minutes), ZoneInfo(zone)).astimezone(UTC)


def guid(*names: object) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(map(str, ("demo", *names)))))
