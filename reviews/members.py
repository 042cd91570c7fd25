"""Who the asker is on the committee, and which proposals stand behind a wall for that person."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from conference.work import Work
from plumbing.answers import Missing
from reviews.conflicts import stands
from reviews.models import ConflictOfInterest, Reviewer


@dataclass(frozen=True, slots=True)
class Member:
    """A committee member. Chairs have such a row too, since conflicts are kept about them; they need not review."""

    id: int
    account_id: int
    conference_id: int
    pseudonym: int
    seed: int
    is_active: bool
    conflicts: frozenset[int]
    """Numbers of the proposals that this person is in conflict with, of every kind that the chairs did not dismiss."""


def load_member(work: Work, conference_id: int) -> Member | None:
    """The actor's row with the conflicts; None before there is one. One query, allowed to blind work."""
    rows = work.db.execute(
        select(
            Reviewer.id,
            Reviewer.account_id,
            Reviewer.conference_id,
            Reviewer.pseudonym,
            Reviewer.seed,
            Reviewer.is_active,
            ConflictOfInterest.proposal_id,
        )
        .outerjoin(ConflictOfInterest, (ConflictOfInterest.reviewer_id == Reviewer.id) & stands())
        .where(Reviewer.conference_id == conference_id, Reviewer.account_id == work.actor.account_id)
    ).all()
    if not rows:
        return None
    conflicts = frozenset(row.proposal_id for row in rows if row.proposal_id is not None)
    return Member(*rows[0][:6], conflicts=conflicts)


def the_member(work: Work, conference_id: int) -> Member:
    """The same, where there has to be one. Raises ``Missing``: without a row no wall is known, so nothing is shown."""
    member = load_member(work, conference_id)
    if member is None:
        raise Missing()
    return member


def place_in_queue(seed: int, ref: str) -> bytes:
    """Sorts references differently for each reviewer and always alike for one: against favouring what stands first."""
    return hashlib.blake2b(f"{seed}/{ref}".encode(), digest_size=8).digest()
