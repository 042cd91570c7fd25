"""Which proposals a chair learns nothing about, and why: what the policy is asked with for whole lists.

Two kinds of wall. A conflict stands for as long as there is one. A review that the chair owes hides what others think
until it is sent, given back or too late: whoever has read the others does not judge alone.
"""

from dataclasses import dataclass

from sqlalchemy import CompoundSelect, Select, exists, false, select, true, union

from cfp.blind import BlindProposal
from conference.work import Work
from plumbing.answers import Answer
from reviews import policy
from reviews.conflicts import stands
from reviews.members import the_member
from reviews.models import Assignment, ConflictOfInterest, Review, Reviewer, ReviewPhase
from reviews.policy import PhaseFacts, ProposalFacts
from reviews.standing import load_phase


@dataclass(frozen=True, slots=True)
class Hidden:
    """How many proposals a page leaves out, for its words below."""

    conflicts: int = 0
    owed: int = 0


@dataclass(frozen=True, slots=True)
class Walls:
    """How the actor stands to the proposals of a conference, by their numbers."""

    conference_id: int
    conflicts: frozenset[int] = frozenset()
    unsent: frozenset[int] = frozenset()
    """Assigned to the actor, and the own review is not sent."""
    phase: PhaseFacts | None = None

    def facts(self, proposal: BlindProposal) -> ProposalFacts:
        return ProposalFacts(
            self.conference_id,
            proposal.track_id,
            is_in_conflict=proposal.id in self.conflicts,
            is_assigned=proposal.id in self.unsent,
            phase=self.phase,
        )

    def answer(self, work: Work, proposal: BlindProposal) -> Answer:
        """``can_judge`` for this proposal."""
        return policy.can_judge(work.actor, self.facts(proposal), work.now)

    def numbers(self, work: Work) -> frozenset[int]:
        """Everything that stands behind a wall of either kind."""
        return self.conflicts | frozenset(number for number in self.unsent if self._is_owed(work, number))

    def _is_owed(self, work: Work, number: int) -> bool:
        facts = ProposalFacts(self.conference_id, is_assigned=number in self.unsent, phase=self.phase)
        return policy.owes_review(work.actor, facts, work.now)


def walls_of_actor(work: Work, conference_id: int) -> Walls:
    """None for the system itself. Raises ``Missing`` for a person without a row. At most three queries."""
    if work.actor.is_system:
        return Walls(conference_id)
    member = the_member(work, conference_id)
    return walls_of_member(work, conference_id, member.id, member.conflicts)


def walls_of_member(work: Work, conference_id: int, member_id: int, conflicts: frozenset[int]) -> Walls:
    """Two queries for somebody who reviews, none for others."""
    if not work.actor.is_reviewer(conference_id):
        return Walls(conference_id, conflicts)
    unsent = work.db.scalars(_unsent().where(Assignment.reviewer_id == member_id))
    return Walls(conference_id, conflicts, frozenset(unsent), load_phase(work, conference_id))


def behind_walls(work: Work, conference_id: int) -> CompoundSelect[int]:
    """``Walls.numbers`` of the actor as a query, for what is asked on every page; a test proves that they agree."""
    where = (Reviewer.conference_id == conference_id, Reviewer.account_id == work.actor.account_id)
    in_conflict = (
        select(ConflictOfInterest.proposal_id)
        .join(Reviewer, Reviewer.id == ConflictOfInterest.reviewer_id)
        .where(*where, stands())
    )
    is_over = exists().where(ReviewPhase.conference_id == conference_id, ReviewPhase.closes_at <= work.now)
    owed = _unsent().join(Reviewer, Reviewer.id == Assignment.reviewer_id).where(*where, ~is_over)
    return union(in_conflict, owed.where(true() if work.actor.is_reviewer(conference_id) else false()))


def _unsent() -> Select[int]:
    """Proposals of assignments that go on, without a review that is sent."""
    is_sent = exists().where(
        Review.reviewer_id == Assignment.reviewer_id,
        Review.proposal_id == Assignment.proposal_id,
        Review.state == "submitted",
    )
    return select(Assignment.proposal_id).where(Assignment.ended_at.is_(None), ~is_sent)
