"""Conflicts of interest: declared by reviewers, computed behind the door, kept as pairs."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cfp.blind import conflict_pairs, proposals_for_review
from conference.actor import SYSTEM
from conference.models import Conference, Role
from conference.work import Work
from plumbing.answers import Invalid, Missing, require
from plumbing.kernel import kernel
from plumbing.sentences import sentence
from reviews import policy
from reviews.members import the_member
from reviews.models import Assignment, ConflictOfInterest, Reviewer
from reviews.policy import ConflictFacts, ProposalFacts
from reviews.service.people import add_member_rows
from reviews.standing import load_standing
from reviews.walls import walls_of_actor

DECLARED = "reviewer_declared"
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
        work.db.add(_row(conference_id, member.id, proposal_id, DECLARED, work, note))
    else:
        row.note, row.at, row.state, row.ruling, row.ruled_at = note, work.now, "found", "", None
    _end_assignments(work.db, {(member.id, proposal_id)}, work)
    work.audit(
        "conflict.declare",
        conference_id=conference_id,
        subject=("proposal", proposal_id),
        after={"reviewer_id": member.id, "note": note},
    )


def retract_conflict(work: Work, *, conference_id: int, conflict_id: int) -> None:
    """Takes back what the actor declared; the log keeps both. Computed kinds stay."""
    member = the_member(work, conference_id)
    row = work.db.get(ConflictOfInterest, conflict_id)
    if row is None or row.reviewer_id != member.id or row.kind != DECLARED:
        raise Missing()
    require(policy.can_change_profile(work.actor, conference_id, member.account_id, work.now))
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
        _end_assignments(work.db, {(row.reviewer_id, row.proposal_id)}, work)
    work.audit(
        RULINGS[state],
        conference_id=conference_id,
        subject=("proposal", row.proposal_id),
        before=before,
        after={"reviewer_id": row.reviewer_id, "kind": row.kind, "state": state, "ruling": ruling},
    )


def refresh_conflicts(work: Work, *, conference_id: int) -> int:
    """Computes all pairs anew and stores what changed; returns how many pairs of every kind stand then.

    Runs by itself before every commit that changed authors, and before each assignment. Makes rows for committee
    members that have none. Assignments that a new conflict forbids end; their reviews stay and count for nothing.
    One that the chairs dismissed stays dismissed; when its cause goes it goes too, so that a new cause is found.
    Waits for whoever does the same for this conference: in the hour before a deadline many submit at once.
    """
    # "No key": rows that point at the conference, such as everybody's log entries, are written on meanwhile.
    work.db.execute(select(Conference.id).where(Conference.id == conference_id).with_for_update(key_share=True))
    members = _all_members(work, conference_id)
    found = conflict_pairs(work, conference_id, list(members))
    wanted = {(members[account_id], proposal_id, kind) for account_id, proposal_id, kind in found}
    stored = {
        (row.reviewer_id, row.proposal_id, row.kind): row.id
        for row in work.db.execute(
            select(
                ConflictOfInterest.id,
                ConflictOfInterest.reviewer_id,
                ConflictOfInterest.proposal_id,
                ConflictOfInterest.kind,
            ).where(ConflictOfInterest.conference_id == conference_id)
        )
    }
    gone = [number for key, number in stored.items() if key[2] != DECLARED and key not in wanted]
    if gone:
        work.db.execute(delete(ConflictOfInterest).where(ConflictOfInterest.id.in_(gone)))
    new = sorted(wanted - stored.keys())
    work.db.add_all(_row(conference_id, reviewer, proposal, kind, work) for reviewer, proposal, kind in new)
    _end_assignments(work.db, {(reviewer, proposal) for reviewer, proposal, _kind in new}, work)
    work.db.flush()
    return len(stored) - len(gone) + len(new)


def watch_authors(db: Session, conference_id: int) -> None:
    """For ``cfp.blind.on_authors_changed``."""
    refresh_conflicts(Work(db, SYSTEM, kernel().clock.now()), conference_id=conference_id)


def _standing_to(work: Work, row: ConflictOfInterest) -> tuple[ProposalFacts, ConflictFacts]:
    """Raises ``Missing`` for a proposal that is not in review (any more)."""
    walls = walls_of_actor(work, row.conference_id)
    proposals = proposals_for_review(work, row.conference_id, {row.proposal_id})
    if not proposals:
        raise Missing()
    about = work.db.get_one(Reviewer, row.reviewer_id).account_id
    return walls.facts(proposals[0]), ConflictFacts(about == work.actor.account_id, row.kind == "own")


def _all_members(work: Work, conference_id: int) -> dict[int, int]:
    """Account → number of the committee member's row, made where it was missing."""
    team = set(work.db.scalars(select(Role.account_id).where(Role.conference_id == conference_id)))
    known = dict(
        work.db.execute(select(Reviewer.account_id, Reviewer.id).where(Reviewer.conference_id == conference_id)).all()
    )
    if team - known.keys():
        known |= add_member_rows(work, conference_id, sorted(team - known.keys()))
    return known


def _row(conference_id: int, reviewer: int, proposal: int, kind: str, work: Work, note: str = "") -> ConflictOfInterest:
    return ConflictOfInterest(
        conference_id=conference_id, reviewer_id=reviewer, proposal_id=proposal, kind=kind, note=note, at=work.now
    )


def _end_assignments(db: Session, pairs: set[tuple[int, int]], work: Work) -> None:
    if not pairs:
        return
    proposals = {proposal for _reviewer, proposal in pairs}
    for row in db.scalars(
        select(Assignment).where(Assignment.proposal_id.in_(proposals), Assignment.ended_at.is_(None))
    ):
        if (row.reviewer_id, row.proposal_id) in pairs:
            row.ended_at = work.now
