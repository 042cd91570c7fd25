"""What authors wish: who must not review them, and when they cannot speak."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from cfp.authors import AuthorConflict, Unavailability
from cfp.drafts import ConflictDraft
from cfp.models import Proposal
from conference.models import Account, Role
from conference.work import Work


def set_conflicts(work: Work, proposal: Proposal, conflicts: Sequence[ConflictDraft]) -> None:
    """Keeps what was typed, whether it fits somebody of the committee or not; the author is not told which."""
    stored = {
        row.typed: row
        for row in work.db.scalars(select(AuthorConflict).where(AuthorConflict.proposal_id == proposal.id))
    }
    wanted = {each.typed: each for each in conflicts}
    for typed, row in stored.items():
        if typed not in wanted:
            work.db.delete(row)
        elif row.reason != wanted[typed].reason:
            row.reason = wanted[typed].reason
    for typed in [typed for typed in wanted if typed not in stored]:
        work.db.add(
            AuthorConflict(
                conference_id=proposal.conference_id,
                proposal_id=proposal.id,
                typed=typed,
                account_id=_committee_member(work, proposal.conference_id, typed),
                reason=wanted[typed].reason,
                declared_at=work.now,
            )
        )


def set_away(work: Work, conference_id: int, person_guid: str, times: Sequence[tuple[datetime, datetime]]) -> None:
    """Replaces the times in which this person cannot speak; nothing is written when they are the same."""
    stored = work.db.execute(
        select(Unavailability.starts_at, Unavailability.ends_at).where(
            Unavailability.conference_id == conference_id, Unavailability.person_guid == person_guid
        )
    ).all()
    if sorted((row.starts_at, row.ends_at) for row in stored) == sorted(times):
        return
    work.db.execute(
        delete(Unavailability).where(
            Unavailability.conference_id == conference_id, Unavailability.person_guid == person_guid
        )
    )
    for starts_at, ends_at in times:
        work.db.add(
            Unavailability(conference_id=conference_id, person_guid=person_guid, starts_at=starts_at, ends_at=ends_at)
        )


def _committee_member(work: Work, conference_id: int, typed: str) -> int | None:
    return work.db.scalars(
        select(Account.id)
        .join(Role, Role.account_id == Account.id)
        .where(Role.conference_id == conference_id, Account.email == typed.lower())
        .limit(1)
    ).first()
