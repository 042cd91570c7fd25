"""What must always hold for reviews and decisions; ``rostrum check`` asks. Every check reads and changes nothing."""

from sqlalchemy import and_, select

from cfp.outcomes import outcomes_of
from conference.actor import SYSTEM
from conference.models import Conference
from conference.work import reading
from plumbing.cli import invariant
from reviews.conflicts import stands
from reviews.models import Assignment, ConflictOfInterest, Decision
from reviews.queries.table import OUTCOMES


@invariant
def nobody_is_asked_to_review_against_a_conflict() -> list[str]:
    same_pair = and_(
        ConflictOfInterest.reviewer_id == Assignment.reviewer_id,
        ConflictOfInterest.proposal_id == Assignment.proposal_id,
        stands(),
    )
    with reading(SYSTEM) as work:
        rows = work.db.execute(
            select(Assignment.reviewer_id, Assignment.proposal_id)
            .join(ConflictOfInterest, same_pair)
            .where(Assignment.ended_at.is_(None))
            .distinct()
        ).all()
    return [
        f"reviewer {reviewer} is assigned to proposal {proposal} in spite of a conflict" for reviewer, proposal in rows
    ]


@invariant
def what_was_told_is_what_was_decided() -> list[str]:
    """A decision that belongs to a release has the outcome that its authors read."""
    found = []
    with reading(SYSTEM) as work:
        for conference_id in work.db.scalars(select(Conference.id).order_by(Conference.id)).all():
            told = outcomes_of(work, conference_id)
            rows = work.db.execute(
                select(Decision.proposal_id, Decision.verdict).where(
                    Decision.conference_id == conference_id, Decision.release_id.is_not(None)
                )
            ).all()
            found += [
                f"proposal {number} was decided as {verdict}, but told as {told[number].outcome}"
                for number, verdict in rows
                if number in told and told[number].outcome != OUTCOMES[verdict]
            ]
    return found
