"""Who acts: a frozen value, loaded once for a request or a job, and all that policies may know of a person."""

from dataclasses import dataclass, field

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


def load_actor(db: Session, account_id: int) -> Actor | None:
    """The actor for an account; None when it is gone. Two queries."""
    account = db.get(Account, account_id)
    if account is None:
        return None
    roles = db.execute(select(Role.conference_id, Role.kind, Role.track_id).where(Role.account_id == account_id)).all()
    return Actor(
        account_id=account.id,
        ref=account.ref,
        name=account.name,
        email=account.email,
        locale=account.locale,
        zone=account.zone,
        is_confirmed=account.email_confirmed_at is not None,
        is_administrator=account.is_administrator,
        roles=frozenset((row.conference_id, row.kind, row.track_id) for row in roles),
    )
