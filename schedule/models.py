"""Days, slots, the undo log and frozen releases. A slot is a room and a time, with a talk or a break in it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from conference.models import one_of, within
from plumbing.db import Base, Id

SLOT_KINDS = ("talk", "break", "plenary")
LENGTH_MINUTES_MAX = 24 * 60


class Day(Base):
    """A day of the programme; it may end after midnight, and what runs then still belongs to it."""

    __tablename__ = "day"
    __table_args__ = (
        UniqueConstraint("conference_id", "date"),
        UniqueConstraint("conference_id", "id"),
        CheckConstraint("starts_at < ends_at", name="window"),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    date: Mapped[date] = mapped_column(Date())
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Slot(Base):
    """A place in the plan. ``number`` and ``guid`` are public and stay the same for as long as the talk is the same.

    What is taken out of the plan keeps its row without day and time, so that it comes back under the same name.
    """

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("conference_id", "guid"),
        UniqueConstraint("conference_id", "number"),
        UniqueConstraint("conference_id", "id"),
        within("room", "room_id"),
        within("day", "day_id"),
        within("proposal", "proposal_id"),
        one_of("kind", SLOT_KINDS),
        CheckConstraint(f"length_minutes BETWEEN 1 AND {LENGTH_MINUTES_MAX}", name="length"),
        CheckConstraint("(kind = 'talk') = (proposal_id IS NOT NULL)", name="talk"),
        CheckConstraint("(day_id IS NULL) = (starts_at IS NULL)", name="placed"),
        Index("ix_slot_place", "conference_id", "day_id", "room_id"),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    number: Mapped[int]
    guid: Mapped[str]
    kind: Mapped[str] = mapped_column(default="talk")
    title: Mapped[str] = mapped_column(default="")
    """Of a break or plenary; a talk's title is the proposal's."""
    proposal_id: Mapped[int | None] = mapped_column(index=True)
    room_id: Mapped[int | None]
    """None for a break or plenary that fills all rooms."""
    day_id: Mapped[int | None]
    starts_at: Mapped[datetime | None]
    length_minutes: Mapped[int]
    is_pinned: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class ScheduleEdit(Base):
    """One act in the editor, with the slots before and after, so that it can be undone and redone."""

    __tablename__ = "schedule_edit"
    __table_args__ = (Index("ix_schedule_edit_at", "conference_id", "id"),)

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    action: Mapped[str]
    before: Mapped[list[Any]]
    after: Mapped[list[Any]]
    undone_at: Mapped[datetime | None]


class ClashWaiver(Base):
    """A chair saw this clash and means it."""

    __tablename__ = "clash_waiver"
    __table_args__ = (UniqueConstraint("conference_id", "key"),)

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    key: Mapped[str]
    note: Mapped[str] = mapped_column(Text(), default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]


class Release(Base):
    """A published schedule: one frozen document with everything that the public sees. Never changed."""

    __tablename__ = "release"
    __table_args__ = (
        UniqueConstraint("conference_id", "number"),
        UniqueConstraint("conference_id", "name"),
        UniqueConstraint("conference_id", "id"),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    number: Mapped[int]
    name: Mapped[str]
    notes: Mapped[str] = mapped_column(Text(), default="")
    released_at: Mapped[datetime]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    digest: Mapped[str]
    """SHA-256 of the document, in hex; part of every ETag."""
    document: Mapped[bytes] = mapped_column(LargeBinary())
    """zlib-compressed canonical JSON of ``schedule.document.ReleaseDocument``."""
    difference: Mapped[dict[str, Any]]


class Programme(Base):
    """A PDF that was made of a release."""

    __tablename__ = "programme"
    __table_args__ = (
        UniqueConstraint("release_id", "paper", "locale"),
        within("release", "release_id"),
        one_of("paper", ("A4", "A5")),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    release_id: Mapped[int]
    paper: Mapped[str]
    locale: Mapped[str]
    blob_key: Mapped[str]
    page_count: Mapped[int]
    bytes_count: Mapped[int]
    made_at: Mapped[datetime]
