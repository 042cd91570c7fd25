"""The unit of work: a transaction, who acts in it, and the one instant it happens at.

Only ``writing`` and ``writing_blind`` commit. What they emitted is handed on after the commit; nothing leaves
the house inside a transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from conference.actor import Actor
from conference.models import AuditEntry
from plumbing import jobs, outbox
from plumbing.db import Mode
from plumbing.kernel import kernel


@dataclass(slots=True)
class Work:
    """What a service is given: ``db`` to load and change, ``actor`` to ask the policy about, ``now`` for the time."""

    db: Session
    actor: Actor
    now: datetime
    is_blind: bool = False
    has_news: bool = False

    def emit(self, event: outbox.Event, *, conference_id: int | None) -> None:
        """Notes that something happened; letters are made of it after the commit."""
        outbox.emit(self.db, event, now=self.now, conference_id=conference_id)
        self.has_news = True

    def start_job(self, kind: str, params: dict[str, Any], *, conference_id: int | None) -> str:
        """Starts long work after the commit; returns the job's reference."""
        row = jobs.enqueue(
            self.db, kind, params, now=self.now, conference_id=conference_id, account_id=self.actor.account_id
        )
        self.has_news = True
        return row.ref

    def audit(
        self,
        action: str,
        *,
        conference_id: int | None,
        subject: tuple[str, int | None],
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """One line of the audit log. ``subject`` is (kind, id): ("proposal", 17)."""
        self.db.add(
            AuditEntry(
                conference_id=conference_id,
                account_id=self.actor.account_id,
                at=self.now,
                action=action,
                subject_kind=subject[0],
                subject_id=subject[1],
                before=before,
                after=after,
            )
        )


@contextmanager
def _work(mode: Mode, actor: Actor) -> Iterator[Work]:
    shared = kernel()
    with shared.database.session(mode) as db:
        work = Work(db, actor, shared.clock.now(), is_blind=mode.startswith("blind"))
        yield work
    if work.has_news:
        shared.poke()


@contextmanager
def writing(actor: Actor) -> Iterator[Work]:
    """A transaction that commits. Raises ``Conflict`` when somebody was faster."""
    with _work("write", actor) as work:
        yield work


@contextmanager
def reading(actor: Actor) -> Iterator[Work]:
    """A transaction that the database keeps from writing."""
    with _work("read", actor) as work:
        yield work


@contextmanager
def reading_blind(actor: Actor) -> Iterator[Work]:
    """Reads for a reviewer: the database refuses every table that names people."""
    with _work("blind_read", actor) as work:
        yield work


@contextmanager
def writing_blind(actor: Actor) -> Iterator[Work]:
    """Writes of a reviewer: reviews, conflicts, outbox and audit log only."""
    with _work("blind_write", actor) as work:
        yield work
