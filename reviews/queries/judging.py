"""One proposal as chairs judge it: content without authors, reviews with the reviewers' names, the decision."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cfp.blind import BlindProposal, proposal_for_review
from cfp.outcomes import OutcomeFacts, outcomes_of
from conference.models import Account
from conference.work import Work
from plumbing.answers import Missing, require
from reviews.conflicts import reviewer_in_conflict
from reviews.models import Decision, Review, Reviewer
from reviews.queries.given import Measure, Scored, load_given, load_measures
from reviews.queries.table import NO_SCORES, DecisionFacts, Scores, load_scores
from reviews.walls import walls_of_actor


@dataclass(frozen=True, slots=True)
class JudgedReview:
    """A sent review. ``is_void``: its reviewer came into conflict, so it counts for nothing."""

    name: str
    sent_at: datetime
    overall: float | None
    confidence: int | None
    scores: Scored
    text: str
    note: str
    is_sales_pitch: bool
    is_void: bool


@dataclass(frozen=True, slots=True)
class JudgedProposal:
    proposal: BlindProposal
    reviews: tuple[JudgedReview, ...]
    scores: Scores
    decision: DecisionFacts | None
    told: OutcomeFacts


def judged_proposal(work: Work, conference_id: int, ref: str) -> JudgedProposal:
    """Twelve queries at most. ``Refused`` behind a wall, ``Missing`` for what the actor may not know of."""
    proposal = proposal_for_review(work, conference_id, ref)
    if proposal is None:
        raise Missing()
    require(walls_of_actor(work, conference_id).answer(work, proposal))
    measures = load_measures(work, conference_id)
    row = work.db.execute(
        select(Decision.verdict, Decision.waitlist_position, Decision.version, Decision.note).where(
            Decision.proposal_id == proposal.id
        )
    ).one_or_none()
    return JudgedProposal(
        proposal=proposal,
        reviews=_reviews(work, proposal.id, measures),
        scores=load_scores(work, conference_id, proposal.id).get(proposal.id, NO_SCORES),
        decision=None if row is None else DecisionFacts(*row),
        told=outcomes_of(work, conference_id)[proposal.id],
    )


def _reviews(work: Work, proposal_id: int, measures: tuple[Measure, ...]) -> tuple[JudgedReview, ...]:
    """By name. Two queries."""
    rows = work.db.execute(
        select(
            Review.id,
            Account.name,
            Review.submitted_at,
            Review.confidence,
            Review.text,
            Review.note,
            Review.is_sales_pitch,
            reviewer_in_conflict().label("is_void"),
        )
        .join(Reviewer, Reviewer.id == Review.reviewer_id)
        .join(Account, Account.id == Reviewer.account_id)
        .where(Review.proposal_id == proposal_id, Review.state == "submitted")
        .order_by(Account.name, Review.id)
    ).all()
    given = load_given(work, [row.id for row in rows], measures)
    return tuple(
        JudgedReview(
            name=row.name,
            sent_at=row.submitted_at,
            overall=given[row.id].overall,
            confidence=row.confidence,
            scores=given[row.id].scores,
            text=row.text,
            note=row.note,
            is_sales_pitch=bool(row.is_sales_pitch),
            is_void=bool(row.is_void),
        )
        for row in rows
    )
