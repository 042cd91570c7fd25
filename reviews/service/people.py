"""Committee members and their reviewing: who they are, what they know, how much they take."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from conference.work import Work
from plumbing.answers import Invalid, Missing, require
from plumbing.refs import new_ref
from plumbing.sentences import sentence
from reviews import policy
from reviews.models import Reviewer

PSEUDONYMS_LEAST = 60
SEED_MAX = 2**31
LOAD_MAX = 500
WORDS_CHARS_MAX = 5000


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """Own words on what one knows, and how many reviews one takes."""

    words: str
    load_min: int
    load_max: int
    is_active: bool = True


def add_member_rows(work: Work, conference_id: int, accounts: Sequence[int]) -> dict[int, int]:
    """Rows with pseudonyms drawn by lot, so that the number of a reviewer does not say who came first."""
    taken = set(work.db.scalars(select(Reviewer.pseudonym).where(Reviewer.conference_id == conference_id)))
    most = max(PSEUDONYMS_LEAST, 2 * (len(taken) + len(accounts)))
    lot = random.Random(new_ref())  # noqa: S311 (an order, not a secret)
    free = [number for number in range(1, most + 1) if number not in taken]
    numbers = lot.sample(free, len(accounts))
    rows = [
        Reviewer(
            conference_id=conference_id,
            account_id=account_id,
            pseudonym=number,
            seed=lot.randrange(SEED_MAX),
            since=work.now,
        )
        for account_id, number in zip(accounts, numbers, strict=True)
    ]
    work.db.add_all(rows)
    work.db.flush()
    return {row.account_id: row.id for row in rows}


def change_profile(work: Work, *, conference_id: int, reviewer_id: int, draft: ProfileDraft) -> None:
    """By the reviewer or by a chair. Raises ``Invalid`` for loads that do not fit together."""
    row = _load(work, conference_id, reviewer_id)
    require(policy.can_change_profile(work.actor, conference_id, row.account_id, work.now))
    _check(draft)
    before = {"load_min": row.load_min, "load_max": row.load_max, "is_active": row.is_active}
    row.words, row.load_min, row.load_max = draft.words, draft.load_min, draft.load_max
    row.is_active = draft.is_active
    work.audit(
        "reviewer.change",
        conference_id=conference_id,
        subject=("reviewer", row.id),
        before=before,
        after={"load_min": row.load_min, "load_max": row.load_max, "is_active": row.is_active},
    )


def _check(draft: ProfileDraft) -> None:
    if not 0 <= draft.load_min <= LOAD_MAX:
        raise Invalid("load_min", "range", sentence("A number from 0 to %(most)s, please.", most=LOAD_MAX))
    if not 0 <= draft.load_max <= LOAD_MAX:
        raise Invalid("load_max", "range", sentence("A number from 0 to %(most)s, please.", most=LOAD_MAX))
    if draft.load_max < draft.load_min:
        raise Invalid("load_max", "below_least", sentence("The most cannot be below the least."))
    if len(draft.words) > WORDS_CHARS_MAX:
        raise Invalid("words", "too_long", sentence("At most %(most)s characters, please.", most=WORDS_CHARS_MAX))


def _load(work: Work, conference_id: int, reviewer_id: int) -> Reviewer:
    row = work.db.get(Reviewer, reviewer_id)
    if row is None or row.conference_id != conference_id:
        raise Missing()
    return row
