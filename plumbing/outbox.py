"""The outbox: what happened, written in the same transaction as the fact itself, and delivered later.

The database is the truth and Redis only carries numbers of rows. A row is *composed* into letters (one
delivery row each, unique by row, recipient and kind), and each letter is sent by SMTP. Every step is a
transaction of its own, so a process that dies between two of them leaves a row that the sweep finds.
A letter sent twice carries the same Message-ID and the same bytes.
"""

from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from plumbing.db import Base, Id

RETRY_LADDER = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
CLAIM_LASTS = timedelta(minutes=2)
SWEEP_ROWS_MAX = 500
ATTEMPTS_MAX = 60
"""About five days of tries at two hours each; then the row is given up until somebody asks for another try."""


class Event:
    """A thing that happened: a frozen dataclass of ids (never names), with the ``kind`` it is stored under."""

    kind: ClassVar[str]


class Outbox(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "delivered_at", "due_at"),
        {"info": {"blind": "append"}},
    )

    id: Mapped[Id]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    conference_id: Mapped[int | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    composed_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(default=None)


class Delivery(Base):
    """One letter to one person. ``message`` is what was or will be sent, to the byte."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("outbox_id", "recipient", "kind"),
        CheckConstraint("state IN ('waiting', 'sent', 'failed', 'discarded')", name="state"),
        Index("ix_delivery_scope", "conference_id", "created_at"),
        Index("ix_delivery_state", "conference_id", "state"),
    )

    id: Mapped[Id]
    outbox_id: Mapped[int]
    conference_id: Mapped[int | None]
    recipient: Mapped[str]
    recipient_name: Mapped[str | None]
    kind: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    subject: Mapped[str] = mapped_column()
    message: Mapped[bytes] = mapped_column(LargeBinary())
    state: Mapped[str] = mapped_column(default="waiting")
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    """Of the last attempt."""
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(default=None)
    """What the mail server said, or why it could not be reached; kept until the letter is sent."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent: what a notice makes of an event for one recipient."""

    kind: str
    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str
    locale: str
    calendar: bytes | None = None
    calendar_method: str = "REQUEST"


Composer = Callable[[Session, dict[str, Any], datetime], list[Letter]]
_composers: dict[str, list[Composer]] = {}


def on(kind: str) -> Callable[[Composer], Composer]:
    """Registers a notice for events of this kind. The notice asks the policy anew for each recipient."""

    def register(composer: Composer) -> Composer:
        known = _composers.setdefault(kind, [])
        if composer not in known:
            known.append(composer)
        return composer

    return register


def emit(db: Session, event: Event, *, now: datetime, conference_id: int | None) -> Outbox:
    row = Outbox(
        kind=event.kind,
        payload=asdict(event),  # type: ignore[call-overload]
        conference_id=conference_id,
        created_at=now,
        due_at=now,
    )
    db.add(row)
    return row


def compose(db: Session, kind: str, payload: dict[str, Any], now: datetime) -> list[Letter]:
    """The letters that an event makes; the preview and the sending both ask here, so they cannot differ."""
    return [letter for composer in _composers.get(kind, ()) for letter in composer(db, payload, now)]


def due_ids(db: Session, now: datetime) -> list[int]:
    """Rows that wait, are due and that nobody works on, oldest first; at most ``SWEEP_ROWS_MAX``. One query."""
    query = (
        select(Outbox.id)
        .where(Outbox.delivered_at.is_(None), Outbox.due_at <= now, Outbox.attempts < ATTEMPTS_MAX)
        .where((Outbox.claimed_until.is_(None)) | (Outbox.claimed_until < now))
        .order_by(Outbox.id)
        .limit(SWEEP_ROWS_MAX)
    )
    return list(db.scalars(query))


def claim(db: Session, outbox_id: int, now: datetime) -> bool:
    """Takes the row for ``CLAIM_LASTS``; False when it is done or somebody else has it. Compare and set, one update."""
    result = db.execute(
        update(Outbox)
        .where(Outbox.id == outbox_id, Outbox.delivered_at.is_(None))
        .where((Outbox.claimed_until.is_(None)) | (Outbox.claimed_until < now))
        .values(claimed_until=now + CLAIM_LASTS)
    )
    return bool(result.rowcount)  # type: ignore[attr-defined]


def retry_delay(attempts: int) -> timedelta:
    """How long to wait after the given number of failed attempts (1 or more)."""
    return RETRY_LADDER[min(attempts, len(RETRY_LADDER)) - 1]


def try_again(db: Session, outbox_ids: Collection[int], delivery_ids: Collection[int], *, now: datetime) -> None:
    """Makes these rows due at once, as if never tried, and lets those of their letters that were given up wait again.

    Two updates, the rows first: whoever is sending them at this moment has ended, or finds the letters at its end.
    """
    due = {"due_at": now, "attempts": 0, "delivered_at": None}
    db.execute(update(Outbox).where(Outbox.id.in_(outbox_ids)).values(due))
    waits = {"state": "waiting", "attempts": 0}
    db.execute(update(Delivery).where(Delivery.id.in_(delivery_ids), Delivery.state == "failed").values(waits))
