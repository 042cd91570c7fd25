"""Conflicts that are found by themselves: computed behind the door, where something changed, and kept as pairs."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cfp.blind import Changes, conflict_pairs
from conference.actor import SYSTEM
from conference.models import Conference, Role
from conference.work import Work
from plumbing.answers import require
from plumbing.kernel import kernel
from reviews import policy
from reviews.models import Assignment, ConflictOfInterest, Reviewer
from reviews.service.people import add_member_rows

DECLARED = "reviewer_declared"
"""The one kind that nobody computes."""
PROPOSALS_AT_ONCE_MAX = 50
"""When more changed, as by an import, everything is computed anew: looking at each is no shorter then."""

Key = tuple[int, int, str]
"""(committee member, proposal, kind)"""


def refresh_conflicts(
    work: Work,
    *,
    conference_id: int,
    proposals: Collection[int] | None = None,
    accounts: Collection[int] | None = None,
) -> None:
    """Computes pairs anew and stores what changed: all; or those that can be others since something about these
    ``proposals`` (authors, declared conflicts) or ``accounts`` (name, address, place on the committee) changed.

    Runs by itself before every commit that changed such, and for all before each assignment. Makes rows for committee
    members that have none. Assignments that a new conflict forbids end; their reviews stay and count for nothing.
    One that the chairs dismissed stays dismissed; when its cause goes it goes too, so that a new cause is found.
    Waits for whoever does the same for this conference: in the hour before a deadline many submit at once, and two
    who each bring one half of a reason have to see each other's.
    """
    # "No key": rows that point at the conference, such as everybody's log entries, are written on meanwhile.
    work.db.execute(select(Conference.id).where(Conference.id == conference_id).with_for_update(key_share=True))
    members, new = _all_members(work, conference_id)
    is_everything = proposals is None and accounts is None
    if is_everything or len(proposals or ()) > PROPOSALS_AT_ONCE_MAX:
        _look(work, conference_id, members, None)
        return
    seen = _look(work, conference_id, members, proposals) if proposals else set()
    # Who wrote one of them, before or now, has got or lost fellow authors, and with them pairs anywhere.
    authors = {reviewer for reviewer, _proposal, kind in seen if kind == "own"}
    again = authors | new | {members[account] for account in accounts or () if account in members}
    if again:
        _look(work, conference_id, {who: number for who, number in members.items() if number in again}, None)


def ensure_reviewer(work: Work, *, conference_id: int, account_id: int) -> int:
    """The number of the committee member's row, made with its conflicts when it was missing. Repeatable."""
    mine = select(Reviewer.id).where(Reviewer.conference_id == conference_id, Reviewer.account_id == account_id)
    known = work.db.scalar(mine)
    if known is not None:
        return known
    held = work.db.scalars(select(Role.kind).where(Role.conference_id == conference_id, Role.account_id == account_id))
    require(policy.can_have_member_row(frozenset(held)))
    refresh_conflicts(work, conference_id=conference_id, accounts=[account_id])
    return work.db.scalars(mine).one()


def watch_authors(db: Session, changes: Changes) -> None:
    """For ``cfp.blind.on_authors_changed``."""
    accounts: dict[int, set[int]] = defaultdict(set)
    if changes.accounts:
        query = select(Reviewer.conference_id, Reviewer.account_id).where(Reviewer.account_id.in_(changes.accounts))
        for conference_id, account_id in db.execute(query):
            accounts[conference_id].add(account_id)
    work = Work(db, SYSTEM, kernel().clock.now())
    for conference_id in sorted(changes.proposals.keys() | accounts.keys()):
        refresh_conflicts(
            work,
            conference_id=conference_id,
            proposals=changes.proposals.get(conference_id, ()),
            accounts=accounts.get(conference_id, ()),
        )


def watch_team(work: Work, conference_id: int, account_id: int, _kind: str) -> None:
    """For ``conference.service.team.on_role_granted``."""
    refresh_conflicts(work, conference_id=conference_id, accounts=[account_id])


def end_assignments(work: Work, pairs: Collection[tuple[int, int]]) -> None:
    """Those of these (committee member, proposal) that are open."""
    if not pairs:
        return
    proposals = {proposal for _reviewer, proposal in pairs}
    for row in work.db.scalars(
        select(Assignment).where(Assignment.proposal_id.in_(proposals), Assignment.ended_at.is_(None))
    ):
        if (row.reviewer_id, row.proposal_id) in pairs:
            row.ended_at = work.now


def _all_members(work: Work, conference_id: int) -> tuple[dict[int, int], set[int]]:
    """Account → number of the committee member's row, made where it was missing; the numbers of those made now."""
    team = set(work.db.scalars(select(Role.account_id).where(Role.conference_id == conference_id)))
    known = dict(
        work.db.execute(select(Reviewer.account_id, Reviewer.id).where(Reviewer.conference_id == conference_id)).all()
    )
    missing = sorted(team - known.keys())
    made = add_member_rows(work, conference_id, missing) if missing else {}
    return known | made, set(made.values())


def _look(work: Work, conference_id: int, members: dict[int, int], proposals: Collection[int] | None) -> set[Key]:
    """Stores what changed between these members and these proposals (None: all); returns what stood before or does now.

    At most eight statements and the rows that are new.
    """
    found = conflict_pairs(work, conference_id, list(members), proposals)
    wanted = {(members[account_id], proposal_id, kind) for account_id, proposal_id, kind in found}
    stored = _stored(work, conference_id, members.values(), proposals)
    gone = [number for key, number in stored.items() if key[2] != DECLARED and key not in wanted]
    if gone:
        work.db.execute(delete(ConflictOfInterest).where(ConflictOfInterest.id.in_(gone)))
    new = sorted(wanted - stored.keys())
    work.db.add_all(
        ConflictOfInterest(
            conference_id=conference_id, reviewer_id=reviewer, proposal_id=proposal, kind=kind, at=work.now
        )
        for reviewer, proposal, kind in new
    )
    end_assignments(work, {(reviewer, proposal) for reviewer, proposal, _kind in new})
    work.db.flush()
    return wanted | stored.keys()


def _stored(
    work: Work, conference_id: int, reviewers: Collection[int], proposals: Collection[int] | None
) -> dict[Key, int]:
    query = select(
        ConflictOfInterest.id,
        ConflictOfInterest.reviewer_id,
        ConflictOfInterest.proposal_id,
        ConflictOfInterest.kind,
    ).where(ConflictOfInterest.conference_id == conference_id, ConflictOfInterest.reviewer_id.in_(reviewers))
    if proposals is not None:
        query = query.where(ConflictOfInterest.proposal_id.in_(proposals))
    return {(row.reviewer_id, row.proposal_id, row.kind): row.id for row in work.db.execute(query)}
