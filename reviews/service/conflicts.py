"""Conflicts of interest that people declare, take back and rule on. What is found by itself: ``finding``."""

from sqlalchemy import select

from cfp.blind import proposals_for_review
from conference.work import Work
from plumbing.answers import YES, Invalid, Missing, require
from plumbing.sentences import sentence
from reviews import policy
from reviews.members import the_member
from reviews.models import ConflictOfInterest, Reviewer
from reviews.policy import ConflictFacts, ProposalFacts
from reviews.service.finding import DECLARED, end_assignments
from reviews.standing import load_standing
from reviews.walls import walls_of_actor

SAID = (DECLARED, "author_declared")
"""Somebody said so: chairs who dismiss it say why."""
NOTE_CHARS_MAX = 300
RULINGS = {"confirmed": "conflict.confirm", "dismissed": "conflict.dismiss", "found": "conflict.reopen"}
"""State → how the log calls the step to it."""


def declare_conflict(work: Work, *, conference_id: int, ref: str, note: str = "") -> None:
    """The actor will not see this proposal any more; an open assignment of it ends. One that the chairs dismissed is
    open again: whoever does not want to judge need not.
    """
    member = the_member(work, conference_id)
    standing = load_standing(work, member, ref)
    require(policy.can_declare_conflict(work.actor, standing.facts, work.now))
    if len(note) > NOTE_CHARS_MAX:
        raise Invalid("note", "too_long", sentence("At most %(most)s characters, please.", most=NOTE_CHARS_MAX))
    proposal_id = standing.proposal.id
    row = work.db.scalar(
        select(ConflictOfInterest).where(
            ConflictOfInterest.reviewer_id == member.id,
            ConflictOfInterest.proposal_id == proposal_id,
            ConflictOfInterest.kind == DECLARED,
        )
    )
    if row is None:
        work.db.add(
            ConflictOfInterest(
                conference_id=conference_id,
                reviewer_id=member.id,
                proposal_id=proposal_id,
                kind=DECLARED,
                note=note,
                at=work.now,
            )
        )
    else:
        row.note, row.at, row.state, row.ruling, row.ruled_at = note, work.now, "found", "", None
    end_assignments(work, {(member.id, proposal_id)})
    work.audit(
        "conflict.declare",
        conference_id=conference_id,
        subject=("proposal", proposal_id),
        after={"reviewer_id": member.id, "note": note},
    )


def retract_conflict(work: Work, *, conference_id: int, conflict_id: int) -> None:
    """Takes back what the actor declared; the log keeps both. Computed kinds stay, and so does one that the chairs
    confirmed: nobody lets themselves in again.
    """
    member = the_member(work, conference_id)
    row = work.db.get(ConflictOfInterest, conflict_id)
    if row is None or row.reviewer_id != member.id or row.kind != DECLARED:
        raise Missing()
    require(policy.can_change_profile(work.actor, conference_id, member.account_id, work.now))
    require(policy.ONLY_CHAIRS if row.state == "confirmed" else YES)
    work.db.delete(row)
    work.audit(
        "conflict.retract",
        conference_id=conference_id,
        subject=("proposal", row.proposal_id),
        before={"reviewer_id": member.id, "note": row.note},
    )


def rule_on_conflict(work: Work, *, conference_id: int, conflict_id: int, state: str, ruling: str = "") -> None:
    """A chair confirms or dismisses a conflict, or opens it again. One that is dismissed forbids nothing any more and
    is not found again while its cause lasts; one that stands again ends the assignment.
    """
    row = work.db.get(ConflictOfInterest, conflict_id)
    if row is None or row.conference_id != conference_id:
        raise Missing()
    require(policy.can_rule_on_conflict(work.actor, *_standing_to(work, row), work.now))
    if state not in RULINGS:
        raise Invalid("state", "unknown", sentence("A conflict is confirmed, dismissed or open."))
    if len(ruling) > NOTE_CHARS_MAX:
        raise Invalid("ruling", "too_long", sentence("At most %(most)s characters, please.", most=NOTE_CHARS_MAX))
    if state == "dismissed" and row.kind in SAID and not ruling:
        raise Invalid("ruling", "missing", sentence("Somebody said so. Please say why it does not stand in the way."))
    before = {"state": row.state, "ruling": row.ruling}
    row.state, row.ruling, row.ruled_at = state, ruling, work.now
    if state != "dismissed":
        end_assignments(work, {(row.reviewer_id, row.proposal_id)})
    work.audit(
        RULINGS[state],
        conference_id=conference_id,
        subject=("proposal", row.proposal_id),
        before=before,
        after={"reviewer_id": row.reviewer_id, "kind": row.kind, "state": state, "ruling": ruling},
    )


def _standing_to(work: Work, row: ConflictOfInterest) -> tuple[ProposalFacts, ConflictFacts]:
    """Raises ``Missing`` for a proposal that is not in review (any more)."""
    walls = walls_of_actor(work, row.conference_id)
    proposals = proposals_for_review(work, row.conference_id, {row.proposal_id})
    if not proposals:
        raise Missing()
    about = work.db.get_one(Reviewer, row.reviewer_id).account_id
    return walls.facts(proposals[0]), ConflictFacts(about == work.actor.account_id, row.kind == "own")
