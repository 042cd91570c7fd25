"""The blind review screen. Everything here is allowed to blind work."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from cfp.blind import BlindProposal, proposal_for_review
from conference.work import Work
from plumbing.answers import Answer, Missing
from reviews import policy
from reviews.conflicts import reviewer_in_conflict
from reviews.members import Member
from reviews.models import Review, Reviewer, ReviewScore
from reviews.policy import PhaseFacts, ProposalFacts
from reviews.queries.given import Measure, Scored, load_given, load_measures
from reviews.queries.mine import Phase, Queue, Task, my_phase, my_queue
from reviews.service.reviewing import ReviewDraft


@dataclass(frozen=True, slots=True)
class OwnReview:
    draft: ReviewDraft
    state: str
    saved_at: datetime | None


@dataclass(frozen=True, slots=True)
class OtherReview:
    """A colleague's review under a pseudonym; ``sent_at`` is shown to the day only."""

    pseudonym: int
    sent_at: datetime
    overall: float | None
    confidence: int | None
    scores: Scored
    text: str


@dataclass(frozen=True, slots=True)
class Screen:
    proposal: BlindProposal
    measures: tuple[Measure, ...]
    own: OwnReview
    others: tuple[OtherReview, ...]
    queue: Queue
    phase: Phase | None
    may_write: Answer
    may_decline: Answer
    may_see_others: Answer


def load_screen(work: Work, member: Member, ref: str) -> Screen:
    """Seven queries, two more once the others may be seen. Raises ``Missing`` alike for made up and for walled off."""
    queue = my_queue(work, member)
    task = next((task for task in queue.tasks if task.proposal.ref == ref), None)
    proposal = task.proposal if task else proposal_for_review(work, member.conference_id, ref)
    if proposal is None or proposal.id in member.conflicts:
        raise Missing()
    phase = my_phase(work, member.conference_id)
    measures = load_measures(work, member.conference_id)
    own = _own_review(work, member, proposal.id)
    facts = _facts(member, proposal, task, own, phase)
    may_see_others = policy.can_read_other_reviews(work.actor, facts, work.now)
    return Screen(
        proposal=proposal,
        measures=measures,
        own=own,
        others=_others(work, member, proposal.id, measures) if may_see_others else (),
        queue=queue,
        phase=phase,
        may_write=policy.can_write_review(work.actor, facts, work.now),
        may_decline=policy.can_decline_assignment(work.actor, facts, work.now),
        may_see_others=may_see_others,
    )


def with_typed(screen: Screen, draft: ReviewDraft) -> Screen:
    """The same screen with what was typed instead of what is stored."""
    return replace(screen, own=replace(screen.own, draft=draft))


def _facts(
    member: Member, proposal: BlindProposal, task: Task | None, own: OwnReview, phase: Phase | None
) -> ProposalFacts:
    return ProposalFacts(
        conference_id=member.conference_id,
        track_id=proposal.track_id,
        is_assigned=task is not None,
        has_sent_review=own.state == "sent",
        phase=None if phase is None else PhaseFacts(phase.opens_at, phase.closes_at),
    )


def _own_review(work: Work, member: Member, proposal_id: int) -> OwnReview:
    """Two queries."""
    row = work.db.execute(
        select(
            Review.id,
            Review.text,
            Review.note,
            Review.confidence,
            Review.is_sales_pitch,
            Review.version,
            Review.state,
            Review.saved_at,
        ).where(Review.reviewer_id == member.id, Review.proposal_id == proposal_id)
    ).one_or_none()
    if row is None:
        return OwnReview(ReviewDraft(), "todo", None)
    scores = work.db.execute(select(ReviewScore.criterion_id, ReviewScore.value).where(ReviewScore.review_id == row.id))
    draft = ReviewDraft(
        tuple(sorted(scores.all())), row.text, row.note, row.confidence, row.is_sales_pitch, row.version
    )
    return OwnReview(draft, "sent" if row.state == "submitted" else "draft", row.saved_at)


def _others(work: Work, member: Member, proposal_id: int, measures: tuple[Measure, ...]) -> tuple[OtherReview, ...]:
    """Two queries. Whoever is in conflict by now counts for nothing, here as in the means."""
    rows = work.db.execute(
        select(Review.id, Reviewer.pseudonym, Review.submitted_at, Review.confidence, Review.text)
        .join(Reviewer, Reviewer.id == Review.reviewer_id)
        .where(Review.proposal_id == proposal_id, Review.state == "submitted", Review.reviewer_id != member.id)
        .where(~reviewer_in_conflict())
        .order_by(Reviewer.pseudonym)
    ).all()
    given = load_given(work, [row.id for row in rows], measures)
    return tuple(
        OtherReview(
            pseudonym=row.pseudonym,
            sent_at=row.submitted_at,
            overall=given[row.id].overall,
            confidence=row.confidence,
            scores=given[row.id].scores,
            text=row.text,
        )
        for row in rows
    )
