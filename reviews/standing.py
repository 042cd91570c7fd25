"""How a member stands to one proposal: what the policy is asked with. Allowed to blind work."""

from dataclasses import dataclass

from sqlalchemy import select

from cfp.blind import BlindProposal, proposal_for_review
from conference.work import Work
from plumbing.answers import Missing
from reviews.members import Member
from reviews.models import Assignment, Review, ReviewPhase
from reviews.policy import PhaseFacts, ProposalFacts


@dataclass(frozen=True, slots=True)
class Standing:
    proposal: BlindProposal
    facts: ProposalFacts


def load_phase(work: Work, conference_id: int) -> PhaseFacts | None:
    """One query."""
    row = work.db.execute(
        select(ReviewPhase.opens_at, ReviewPhase.closes_at).where(ReviewPhase.conference_id == conference_id)
    ).one_or_none()
    return None if row is None else PhaseFacts(row.opens_at, row.closes_at)


def load_standing(work: Work, member: Member, ref: str) -> Standing:
    """Raises ``Missing`` for what is not there, and in the same words for what stands behind a wall. Five queries."""
    proposal = proposal_for_review(work, member.conference_id, ref)
    if proposal is None or proposal.id in member.conflicts:
        raise Missing()
    key = (member.id, proposal.id)
    assigned = work.db.scalar(
        select(Assignment.id).where(
            Assignment.reviewer_id == key[0], Assignment.proposal_id == key[1], Assignment.ended_at.is_(None)
        )
    )
    state = work.db.scalar(select(Review.state).where(Review.reviewer_id == key[0], Review.proposal_id == key[1]))
    facts = ProposalFacts(
        conference_id=member.conference_id,
        track_id=proposal.track_id,
        is_assigned=assigned is not None,
        has_sent_review=state == "submitted",
        phase=load_phase(work, member.conference_id),
    )
    return Standing(proposal, facts)
