"""What chairs set up before reviewing: dates, number of reviews, guidance, criteria."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, require
from plumbing.sentences import sentence
from reviews import policy
from reviews.models import Criterion, ReviewPhase, ReviewScore
from reviews.scale import SCORES

REVIEWS_WANTED_MAX = 20
WEIGHT_MAX = 10
CRITERIA_MAX = 12
LINE_CHARS_MAX = 120
HELP_CHARS_MAX = 300
GUIDANCE_CHARS_MAX = 10_000


@dataclass(frozen=True, slots=True)
class PhaseDraft:
    """Instants in UTC. ``version`` is that of the stored phase, 0 for none."""

    opens_at: datetime
    closes_at: datetime
    reviews_wanted: int
    guidance: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class CriterionDraft:
    """``labels`` are the words for the scores 1 to 5."""

    name: str
    help: str
    weight: int
    labels: tuple[str, ...]
    position: int = 0


def save_phase(work: Work, *, conference_id: int, draft: PhaseDraft) -> None:
    require(policy.can_set_up(work.actor, conference_id, work.now))
    if draft.closes_at <= draft.opens_at:
        raise Invalid("closes_at", "order", sentence("Reviewing has to end after it begins."))
    if not 1 <= draft.reviews_wanted <= REVIEWS_WANTED_MAX:
        raise Invalid(
            "reviews_wanted", "range", sentence("A number from 1 to %(most)s, please.", most=REVIEWS_WANTED_MAX)
        )
    if len(draft.guidance) > GUIDANCE_CHARS_MAX:
        raise Invalid("guidance", "too_long", sentence("At most %(most)s characters, please.", most=GUIDANCE_CHARS_MAX))
    row = work.db.scalar(select(ReviewPhase).where(ReviewPhase.conference_id == conference_id))
    if draft.version != (0 if row is None else row.version):
        raise Conflict()
    before = None if row is None else _phase_words(row)
    if row is None:
        row = ReviewPhase(conference_id=conference_id)
        work.db.add(row)
    row.opens_at, row.closes_at = draft.opens_at, draft.closes_at
    row.reviews_wanted, row.guidance = draft.reviews_wanted, draft.guidance
    work.db.flush()
    work.audit(
        "review_phase.change",
        conference_id=conference_id,
        subject=("review_phase", row.id),
        before=before,
        after=_phase_words(row),
    )


def add_criterion(work: Work, *, conference_id: int, draft: CriterionDraft) -> int:
    require(policy.can_set_up(work.actor, conference_id, work.now))
    _check(draft)
    count = work.db.scalar(select(func.count(Criterion.id)).where(Criterion.conference_id == conference_id)) or 0
    if count >= CRITERIA_MAX:
        raise Invalid("name", "too_many", sentence("At most %(most)s criteria, please.", most=CRITERIA_MAX))
    row = Criterion(conference_id=conference_id, labels=[])
    _fill(row, draft)
    row.position = draft.position or count
    work.db.add(row)
    work.db.flush()
    work.audit("criterion.add", conference_id=conference_id, subject=("criterion", row.id), after=_criterion_words(row))
    return row.id


def change_criterion(work: Work, *, conference_id: int, criterion_id: int, version: int, draft: CriterionDraft) -> None:
    """Labels, weight and order may change at any time: means are always computed from what stands now.

    Raises ``Conflict`` when another chair was faster.
    """
    row = _load_criterion(work, conference_id, criterion_id)
    require(policy.can_set_up(work.actor, conference_id, work.now))
    if row.version != version:
        raise Conflict()
    _check(draft)
    before = _criterion_words(row)
    _fill(row, draft)
    row.position = draft.position
    work.audit(
        "criterion.change",
        conference_id=conference_id,
        subject=("criterion", row.id),
        before=before,
        after=_criterion_words(row),
    )


def remove_criterion(work: Work, *, conference_id: int, criterion_id: int) -> None:
    """Only while nobody has scored it; afterwards weight 0 takes it out of all means."""
    row = _load_criterion(work, conference_id, criterion_id)
    require(policy.can_set_up(work.actor, conference_id, work.now))
    if work.db.scalar(select(ReviewScore.id).where(ReviewScore.criterion_id == row.id).limit(1)) is not None:
        raise Invalid(
            "name",
            "in_use",
            sentence("Reviewers have scored this already. Give it weight 0 and it counts for nothing."),
        )
    before = _criterion_words(row)
    work.db.delete(row)
    work.audit("criterion.remove", conference_id=conference_id, subject=("criterion", row.id), before=before)


def _check(draft: CriterionDraft) -> None:
    if not draft.name or len(draft.name) > LINE_CHARS_MAX:
        raise Invalid("name", "length", sentence("Between 1 and %(most)s characters, please.", most=LINE_CHARS_MAX))
    if len(draft.help) > HELP_CHARS_MAX:
        raise Invalid("help", "too_long", sentence("At most %(most)s characters, please.", most=HELP_CHARS_MAX))
    if not 0 <= draft.weight <= WEIGHT_MAX:
        raise Invalid("weight", "range", sentence("A number from 0 to %(most)s, please.", most=WEIGHT_MAX))
    if len(draft.labels) != len(SCORES) or any(len(label) > LINE_CHARS_MAX for label in draft.labels):
        raise Invalid("label_1", "labels", sentence("Five short labels, please, one for each score."))


def _fill(row: Criterion, draft: CriterionDraft) -> None:
    row.name, row.help, row.weight, row.labels = draft.name, draft.help, draft.weight, list(draft.labels)


def _load_criterion(work: Work, conference_id: int, criterion_id: int) -> Criterion:
    row = work.db.get(Criterion, criterion_id)
    if row is None or row.conference_id != conference_id:
        raise Missing()
    return row


def _phase_words(row: ReviewPhase) -> dict[str, object]:
    return {
        "opens_at": row.opens_at.isoformat(),
        "closes_at": row.closes_at.isoformat(),
        "reviews_wanted": row.reviews_wanted,
        "guidance": row.guidance,
    }


def _criterion_words(row: Criterion) -> dict[str, object]:
    return {"name": row.name, "weight": row.weight, "labels": list(row.labels), "position": row.position}
