"""The chairs' list of conflicts: who must not meet which proposal, how that is known, what the chairs said to it.

Nothing on it is about the asker or about a proposal behind the asker's walls, and no author's name: how an author
and a reviewer hang together stays behind the door, so only the kind is told.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cfp.blind import BlindProposal
from conference.models import Account
from conference.work import Work
from plumbing.answers import require
from reviews import policy
from reviews.models import ConflictOfInterest, Reviewer
from reviews.queries.committee import judged_proposals
from reviews.walls import Hidden

STATES_ORDER = {"found": 0, "dismissed": 1, "confirmed": 2}


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """``note`` is what the reviewer wrote who declared it, ``ruling`` the chairs' words."""

    id: int
    name: str
    proposal: BlindProposal
    kind: str
    state: str
    note: str
    ruling: str
    ruled_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConflictList:
    lines: tuple[ConflictLine, ...]
    hidden: Hidden


def conflict_list(work: Work, conference_id: int) -> ConflictList:
    """Those that nobody has ruled on first, then by title and name. Six queries."""
    require(policy.can_list_conflicts(work.actor, conference_id, work.now))
    judged = judged_proposals(work, conference_id)
    proposals = {proposal.id: proposal for proposal in judged.found}
    rows = work.db.execute(
        select(
            ConflictOfInterest.id,
            Account.name,
            ConflictOfInterest.proposal_id,
            ConflictOfInterest.kind,
            ConflictOfInterest.state,
            ConflictOfInterest.note,
            ConflictOfInterest.ruling,
            ConflictOfInterest.ruled_at,
        )
        .join(Reviewer, Reviewer.id == ConflictOfInterest.reviewer_id)
        .join(Account, Account.id == Reviewer.account_id)
        .where(ConflictOfInterest.conference_id == conference_id, Reviewer.account_id != (work.actor.account_id or 0))
    )
    lines = [
        ConflictLine(
            row.id,
            row.name,
            proposals[row.proposal_id],
            row.kind,
            row.state,
            row.note,
            row.ruling,
            row.ruled_at,
        )
        for row in rows
        if row.proposal_id in proposals
    ]
    lines.sort(key=lambda line: (STATES_ORDER[line.state], line.proposal.title.casefold(), line.name, line.id))
    return ConflictList(tuple(lines), judged.hidden)
