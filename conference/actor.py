"""Who acts: a frozen value, loaded once for a request or a job, and all that policies may know of a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from conference.models import Account, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with roles, nobody (``account_id`` None), or the system itself (commands and jobs)."""

    account_id: int | None = None
    ref: str = ""
    name: str = ""
    email: str = ""
    locale: str = "en"
    zone: str = "UTC"
    is_confirmed: bool = False
    is_administrator: bool = False
    is_system: bool = False
    roles: frozenset[tuple[int, str, int | None]] = field(default_factory=frozenset)
    """(conference id, role, track id or None)"""

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    def is_chair(self, conference_id: int) -> bool:
        return self.is_system or (conference_id, "chair", None) in self.roles

    def is_reviewer(self, conference_id: int) -> bool:
        return (conference_id, "reviewer", None) in self.roles

    def chaired_tracks(self, conference_id: int) -> frozenset[int]:
        """Numbers of the tracks of which this person is track chair."""
        return frozenset(
            track_id
            for where, kind, track_id in self.roles
            if where == conference_id and kind == "track_chair" and track_id is not None
        )

    def is_on_team(self, conference_id: int) -> bool:
        return self.is_system or any(where == conference_id for where, _kind, _track in self.roles)


NOBODY = Actor()
SYSTEM = Actor(name="Rostrum", is_system=True)


ACTOR_COLUMNS = (
    *(Account.id, Account.ref, Account.name, Account.email, Account.locale, Account.zone),
    *(Account.email_confirmed_at, Account.is_administrator),
    *(Role.conference_id, Role.kind, Role.track_id),
)
"""Of an account outer-joined with its roles, so that whoever knows where the account stands needs one query."""


def load_actor(db: Session, account_id: int) -> Actor | None:
    """The actor for an account; None when it is gone. One query."""
    query = select(*ACTOR_COLUMNS).outerjoin(Role, Role.account_id == Account.id).where(Account.id == account_id)
    rows = db.execute(query).all()
    return actor_of(rows) if rows else None


def actor_of(rows: Sequence[Any]) -> Actor:
    """Of rows with ``ACTOR_COLUMNS`` of one account: at least one, and one for each role."""
    account = rows[0]
    return Actor(
        account_id=account.id,
        ref=account.ref,
        name=account.name,
        email=account.email,
        locale=account.locale,
        zone=account.zone,
        is_confirmed=account.email_confirmed_at is not None,
        is_administrator=account.is_administrator,
        roles=frozenset((row.conference_id, row.kind, row.track_id) for row in rows if row.kind is not None),
    )
