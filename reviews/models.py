"""Reviewers, conflicts, assignments, reviews and decisions. A proposal is known here by its number only.

Reviewers work blind, so these tables name reviewers by account number and never by name; what other
people may read of them is the business of ``reviews.policy``.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from conference.models import one_of, within
from plumbing.db import Base, Id
from reviews.scale import SCORE_MAX, SCORE_MIN

VERDICTS = ("accept", "reject", "waitlist")
CONFLICT_KINDS = ("reviewer_declared", "author_declared", "same_domain", "coauthor", "own")
CONFLICT_STATES = ("found", "confirmed", "dismissed")
REVIEW_STATES = ("draft", "submitted")
PLAN_STATES = ("preview", "applied", "undone", "discarded")


class ReviewPhase(Base):
    """When reviewing happens and by which rules; one for a conference."""

    __tablename__ = "review_phase"
    __table_args__ = (
        UniqueConstraint("conference_id"),
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("reviews_wanted BETWEEN 1 AND 20", name="reviews_wanted"),
        {"info": {"blind": "read"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    reviews_wanted: Mapped[int] = mapped_column(default=3)
    guidance: Mapped[str] = mapped_column(Text(), default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Criterion(Base):
    __tablename__ = "criterion"
    __table_args__ = (
        UniqueConstraint("conference_id", "id"),
        CheckConstraint("weight BETWEEN 0 AND 10", name="weight"),
        {"info": {"blind": "read"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    name: Mapped[str]
    help: Mapped[str] = mapped_column(default="")
    weight: Mapped[int] = mapped_column(default=1)
    labels: Mapped[list[str]]
    """Five words, for the scores 1 to 5."""
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(server_default="1")
    __mapper_args__ = {"version_id_col": version}


class Reviewer(Base):
    """A committee member who reviews; ``pseudonym`` is what other reviewers see, ``seed`` orders the queue."""

    __tablename__ = "reviewer"
    __table_args__ = (
        UniqueConstraint("conference_id", "account_id"),
        UniqueConstraint("conference_id", "pseudonym"),
        UniqueConstraint("conference_id", "id"),
        CheckConstraint("load_min >= 0 AND load_max >= load_min", name="load"),
        {"info": {"blind": "write"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    pseudonym: Mapped[int]
    seed: Mapped[int]
    words: Mapped[str] = mapped_column(Text(), default="")
    """What the reviewer knows, in own words; the assignment compares it with the proposals."""
    load_min: Mapped[int] = mapped_column(default=0)
    load_max: Mapped[int] = mapped_column(default=30)
    is_active: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime]


class ConflictOfInterest(Base):
    """A pair that must not meet, unless the chairs dismissed it. The why of a computed pair stays behind the door:
    only its kind is here.
    """

    __tablename__ = "conflict_of_interest"
    __table_args__ = (
        one_of("kind", CONFLICT_KINDS),
        one_of("state", CONFLICT_STATES),
        CheckConstraint("kind <> 'own' OR state <> 'dismissed'", name="own_work"),
        UniqueConstraint("reviewer_id", "proposal_id", "kind"),
        within("reviewer", "reviewer_id"),
        within("proposal", "proposal_id"),
        {"info": {"blind": "write"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    reviewer_id: Mapped[int] = mapped_column(index=True)
    proposal_id: Mapped[int] = mapped_column(index=True)
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    """Only what the reviewer wrote."""
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="found")
    """What the chairs say to it; one that is dismissed is kept, so that it is not found again, and forbids nothing."""
    ruling: Mapped[str] = mapped_column(Text(), default="")
    """The chairs' words on that; whoever declared the conflict reads them."""
    ruled_at: Mapped[datetime | None]


class AssignmentPlanRow(Base):
    """A proposed assignment: previewed, edited, applied, undone. ``plan`` holds pairs, reasons and prices."""

    __tablename__ = "assignment_plan"
    __table_args__ = (one_of("state", PLAN_STATES), UniqueConstraint("conference_id", "id"))

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    ref: Mapped[str] = mapped_column(unique=True)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(default="preview")
    options: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Assignment(Base):
    """A reviewer is asked to review a proposal. Ended, never deleted, when it is taken back."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_reviewer", "conference_id", "reviewer_id"),
        UniqueConstraint("reviewer_id", "proposal_id"),
        within("reviewer", "reviewer_id"),
        within("proposal", "proposal_id"),
        within("assignment_plan", "plan_id"),
        {"info": {"blind": "write"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    reviewer_id: Mapped[int]
    proposal_id: Mapped[int] = mapped_column(index=True)
    plan_id: Mapped[int | None]
    assigned_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    declined_reason: Mapped[str] = mapped_column(Text(), default="")


class Review(Base):
    """One reviewer's judgement of one proposal. ``saved_text`` columns are kept even while half filled."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("reviewer_id", "proposal_id"),
        UniqueConstraint("conference_id", "id"),
        one_of("state", REVIEW_STATES),
        CheckConstraint("confidence BETWEEN 1 AND 5", name="confidence"),
        within("reviewer", "reviewer_id"),
        within("proposal", "proposal_id"),
        {"info": {"blind": "write"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    ref: Mapped[str] = mapped_column(unique=True)
    reviewer_id: Mapped[int]
    proposal_id: Mapped[int] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="draft")
    text: Mapped[str] = mapped_column(Text(), default="")
    """Goes to the author with the decision."""
    note: Mapped[str] = mapped_column(Text(), default="")
    """To the chairs only."""
    confidence: Mapped[int | None]
    is_sales_pitch: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class ReviewScore(Base):
    __tablename__ = "review_score"
    __table_args__ = (
        UniqueConstraint("review_id", "criterion_id"),
        CheckConstraint(f"value BETWEEN {SCORE_MIN} AND {SCORE_MAX}", name="value"),
        within("review", "review_id"),
        within("criterion", "criterion_id"),
        {"info": {"blind": "write"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    review_id: Mapped[int]
    criterion_id: Mapped[int] = mapped_column(index=True)
    value: Mapped[int]


class Decision(Base):
    """What the chairs mean to do; nobody else can see it until it is released downstairs (``cfp.outcomes``)."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("proposal_id"),
        one_of("verdict", VERDICTS),
        within("proposal", "proposal_id"),
        within("decision_release", "release_id"),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    proposal_id: Mapped[int]
    verdict: Mapped[str]
    waitlist_position: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text(), default="")
    """To the author, in the mail; the reviews' texts follow it when the chair says so."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]
    release_id: Mapped[int | None]
    """The release that told it; None while it is private. A changed verdict becomes private again."""
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class DecisionRelease(Base):
    """One act of telling: which decisions went out, with which words."""

    __tablename__ = "decision_release"
    __table_args__ = (UniqueConstraint("conference_id", "id"),)

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    ref: Mapped[str] = mapped_column(unique=True)
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    released_at: Mapped[datetime]
    includes_reviews: Mapped[bool] = mapped_column(default=True)
    letters: Mapped[dict[str, Any]]
    """What went into the letters: {"words": {verdict: {language: text}}, "told": {proposal: [verdict, note]},
    "texts": {proposal: [text of a review]}}."""
    counts: Mapped[dict[str, Any]]
