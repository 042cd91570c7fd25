"""A reviewer's own work: the queue, how far it is, what comes next. Everything here is allowed to blind work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from cfp.blind import BlindProposal, proposals_for_review
from conference.work import Work
from reviews.members import Member, place_in_queue
from reviews.models import Assignment, ConflictOfInterest, Review, Reviewer, ReviewPhase


@dataclass(frozen=True, slots=True)
class Phase:
    opens_at: datetime
    closes_at: datetime
    guidance: str

    def stage(self, now: datetime) -> str:
        if now < self.opens_at:
            return "before"
        return "open" if now < self.closes_at else "closed"


@dataclass(frozen=True, slots=True)
class Task:
    """One assigned proposal. ``state`` is todo, draft or sent."""

    proposal: BlindProposal
    state: str


@dataclass(frozen=True, slots=True)
class Queue:
    """All tasks in the reviewer's own order."""

    tasks: tuple[Task, ...]

    @property
    def done(self) -> int:
        return sum(task.state == "sent" for task in self.tasks)

    def around(self, ref: str) -> tuple[int, str | None, str | None]:
        """(position from 1, reference before, reference after); position 0 for what is not in the queue."""
        refs = [task.proposal.ref for task in self.tasks]
        if ref not in refs:
            return 0, None, refs[0] if refs else None
        at = refs.index(ref)
        return at + 1, refs[at - 1] if at else None, refs[at + 1] if at + 1 < len(refs) else None


@dataclass(frozen=True, slots=True)
class Declared:
    """A conflict that this person declared, with what the chairs said to it."""

    id: int
    note: str
    at: datetime
    state: str
    ruling: str


@dataclass(frozen=True, slots=True)
class Profile:
    words: str
    load_min: int
    load_max: int
    is_active: bool
    declared: tuple[Declared, ...]


def my_phase(work: Work, conference_id: int) -> Phase | None:
    """One query."""
    row = work.db.execute(
        select(ReviewPhase.opens_at, ReviewPhase.closes_at, ReviewPhase.guidance).where(
            ReviewPhase.conference_id == conference_id
        )
    ).one_or_none()
    return None if row is None else Phase(*row)


def my_queue(work: Work, member: Member) -> Queue:
    """Three queries."""
    states = _states(work, member)
    found = proposals_for_review(work, member.conference_id, states.keys() - member.conflicts)
    tasks = [Task(proposal, states[proposal.id]) for proposal in found]
    return Queue(tuple(sorted(tasks, key=lambda task: place_in_queue(member.seed, task.proposal.ref))))


def next_ref(work: Work, member: Member, *, after: str | None = None) -> str | None:
    """The unsent proposal with the fewest reviews, ties in the reviewer's own order; ``after`` only as the last.

    Four queries.
    """
    open_tasks = [task for task in my_queue(work, member).tasks if task.state != "sent"]
    counts = _review_counts(work, [task.proposal.id for task in open_tasks])
    ranked = sorted(open_tasks, key=lambda task: (task.proposal.ref == after, counts.get(task.proposal.id, 0)))
    return ranked[0].proposal.ref if ranked else None


def all_readable(work: Work, member: Member) -> list[BlindProposal]:
    """Every proposal without a wall, in the reviewer's own order. Two queries."""
    found = proposals_for_review(work, member.conference_id)
    free = [proposal for proposal in found if proposal.id not in member.conflicts]
    return sorted(free, key=lambda proposal: place_in_queue(member.seed, proposal.ref))


def my_profile(work: Work, member: Member) -> Profile:
    """Two queries."""
    row = work.db.execute(
        select(Reviewer.words, Reviewer.load_min, Reviewer.load_max, Reviewer.is_active).where(Reviewer.id == member.id)
    ).one()
    declared = work.db.execute(
        select(
            ConflictOfInterest.id,
            ConflictOfInterest.note,
            ConflictOfInterest.at,
            ConflictOfInterest.state,
            ConflictOfInterest.ruling,
        )
        .where(ConflictOfInterest.reviewer_id == member.id, ConflictOfInterest.kind == "reviewer_declared")
        .order_by(ConflictOfInterest.id)
    ).all()
    return Profile(*row, declared=tuple(Declared(*line) for line in declared))


def _states(work: Work, member: Member) -> dict[int, str]:
    """By number of the proposals that are assigned now."""
    rows = work.db.execute(
        select(Assignment.proposal_id, Review.state)
        .outerjoin(
            Review,
            (Review.reviewer_id == Assignment.reviewer_id) & (Review.proposal_id == Assignment.proposal_id),
        )
        .where(Assignment.reviewer_id == member.id, Assignment.ended_at.is_(None))
    )
    words = {None: "todo", "draft": "draft", "submitted": "sent"}
    return {row.proposal_id: words[row.state] for row in rows}


def _review_counts(work: Work, proposals: Collection[int]) -> dict[int, int]:
    rows = work.db.execute(
        select(Review.proposal_id, func.count(Review.id))
        .where(Review.proposal_id.in_(proposals), Review.state == "submitted")
        .group_by(Review.proposal_id)
    )
    return dict(rows.all())
