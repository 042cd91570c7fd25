"""The call and the content of proposals: what is proposed, never by whom (that is ``cfp.authors``)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conference.models import PRESENTER_KINDS, one_of, within
from plumbing.db import Base, Id

KINDS = ("talk", "paper")
STAGES = ("draft", "submitted", "withdrawn")
OUTCOMES = ("undecided", "accepted", "rejected", "waitlisted")
ANSWERS = ("unanswered", "confirmed", "declined")


class Call(Base):
    """A call for papers and talks: the window, the text, and which tracks and types it takes."""

    __tablename__ = "call"
    __table_args__ = (
        UniqueConstraint("conference_id", "slug"),
        UniqueConstraint("conference_id", "id"),
        within("track", "track_id"),
        CheckConstraint("opens_at < closes_at", name="window"),
        {"info": {"blind": "read"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    slug: Mapped[str]
    title: Mapped[str]
    text: Mapped[str] = mapped_column(Text(), default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    track_id: Mapped[int | None]
    """A special track's own call; None: all tracks that are not special."""
    proposals_per_person_max: Mapped[int] = mapped_column(default=10)
    abstract_chars_max: Mapped[int] = mapped_column(default=1500)
    paper_pages_max: Mapped[int] = mapped_column(default=20)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Proposal(Base):
    """What was sent in. Stage, outcome and answer are three facts with three owners (see docs/lifecycle.md)."""

    __tablename__ = "proposal"
    __table_args__ = (
        UniqueConstraint("conference_id", "id"),
        UniqueConstraint("conference_id", "guid"),
        within("call", "call_id"),
        within("track", "track_id"),
        within("session_type", "session_type_id"),
        one_of("kind", KINDS),
        one_of("stage", STAGES),
        one_of("outcome", OUTCOMES),
        one_of("answer", ANSWERS),
        one_of("presenter_kind", PRESENTER_KINDS),
        Index("ix_proposal_stage", "conference_id", "stage"),
        {"info": {"blind": "read"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    ref: Mapped[str] = mapped_column(unique=True)
    guid: Mapped[str]
    call_id: Mapped[int]
    kind: Mapped[str] = mapped_column(default="talk")
    title: Mapped[str] = mapped_column(default="")
    abstract: Mapped[str] = mapped_column(Text(), default="")
    notes: Mapped[str] = mapped_column(Text(), default="")
    """To the committee; reviewers read it, and the form says so."""
    track_id: Mapped[int | None]
    session_type_id: Mapped[int | None]
    language: Mapped[str] = mapped_column(default="en")
    presenter_kind: Mapped[str] = mapped_column(default="user")
    length_minutes: Mapped[int | None]
    """Set when it differs from the type's (imports, agreements with the chair)."""
    interest: Mapped[int | None]
    """Seats that are expected to be wanted; None when nobody guessed."""
    links: Mapped[list[Any]]
    """[title, address] pairs, public after the release."""
    stage: Mapped[str] = mapped_column(default="draft")
    outcome: Mapped[str] = mapped_column(default="undecided")
    answer: Mapped[str] = mapped_column(default="unanswered")
    answer_reason: Mapped[str] = mapped_column(Text(), default="")
    withdraw_reason: Mapped[str] = mapped_column(Text(), default="")
    extended_until: Mapped[datetime | None]
    """A later deadline that a chair gave to this proposal alone."""
    edit: Mapped[int] = mapped_column(default=0)
    """Number of the newest row of its history."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class ProposalEdit(Base):
    """One saved state of a proposal's content; the history that authors and chairs can read and compare."""

    __tablename__ = "proposal_edit"
    __table_args__ = (
        UniqueConstraint("proposal_id", "number"),
        within("proposal", "proposal_id"),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    proposal_id: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]]


class Paper(Base):
    """The PDF of a paper as reviewers get it: rewritten, without anything that says who wrote it."""

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("proposal_id", "number"),
        UniqueConstraint("conference_id", "id"),
        within("proposal", "proposal_id"),
        {"info": {"blind": "read"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    proposal_id: Mapped[int] = mapped_column(index=True)
    number: Mapped[int]
    blob_key: Mapped[str]
    """Of the rewritten file. The file as it was uploaded is ``cfp.authors.PaperOriginal``."""
    bytes_count: Mapped[int]
    page_count: Mapped[int]
    page_size: Mapped[str] = mapped_column(default="")
    """“A4”, or millimetres."""
    removed: Mapped[list[str]]
    """What the rewriting took out: keys of ``cfp.files.REMOVED``."""
    uploaded_at: Mapped[datetime]
