"""A reviewer's own review: saved as it is typed, sent when it is complete, changed until the phase ends. Blind work."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from conference.work import Work
from plumbing.answers import Conflict, Invalid, require
from plumbing.db import explain_constraint
from plumbing.refs import new_ref
from plumbing.sentences import sentence
from reviews import policy
from reviews.members import Member, the_member
from reviews.models import Assignment, Criterion, Review, ReviewScore
from reviews.scale import SCORES
from reviews.standing import Standing, load_standing

TEXT_CHARS_MAX = 10_000
REASON_CHARS_MAX = 1_000
OTHER_WINDOW = sentence("This review was changed in another window. Both texts are below; nothing is lost.")
explain_constraint("uq_review_reviewer_id_proposal_id", OTHER_WINDOW)


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """What the form holds. ``scores`` are (criterion, score); ``version`` is that of the stored review, 0 for none."""

    scores: tuple[tuple[int, int], ...] = ()
    text: str = ""
    note: str = ""
    confidence: int | None = None
    is_sales_pitch: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Saved:
    version: int
    state: str


def save_review(work: Work, *, conference_id: int, ref: str, draft: ReviewDraft, send: bool = False) -> Saved:
    """Stores the draft, complete or not; with ``send`` (and ever after) it has to be complete.

    Raises ``Conflict`` with the stored draft when another window was faster, ``Invalid`` for what is missing.
    """
    member = the_member(work, conference_id)
    standing = load_standing(work, member, ref)
    require(policy.can_write_review(work.actor, standing.facts, work.now))
    criteria = _criteria(work, conference_id)
    _check_shape(draft, criteria)
    row = work.db.scalar(
        select(Review).where(Review.reviewer_id == member.id, Review.proposal_id == standing.proposal.id)
    )
    scores = {} if row is None else _scores(work, row.id)
    if draft.version != (0 if row is None else row.version):
        raise Conflict(OTHER_WINDOW, stored=None if row is None else _as_draft(row, scores))
    if send or (row is not None and row.state == "submitted"):
        _check_complete(draft, criteria)
    if row is None:
        row = _begin(work, member, standing)
    is_sent_now = send and row.state != "submitted"
    _write(work, row, draft, scores, send=is_sent_now)
    if is_sent_now:
        work.audit("review.send", conference_id=conference_id, subject=("review", row.id))
    return Saved(row.version, row.state)


def decline_assignment(work: Work, *, conference_id: int, ref: str, reason: str) -> None:
    """Gives the assignment back to the chairs; what was drafted stays stored."""
    member = the_member(work, conference_id)
    standing = load_standing(work, member, ref)
    require(policy.can_decline_assignment(work.actor, standing.facts, work.now))
    if not reason:
        raise Invalid("reason", "missing", sentence("Please tell the chairs why, so that they can find someone else."))
    if len(reason) > REASON_CHARS_MAX:
        raise Invalid("reason", "too_long", sentence("At most %(most)s characters, please.", most=REASON_CHARS_MAX))
    row = work.db.scalars(
        select(Assignment).where(Assignment.reviewer_id == member.id, Assignment.proposal_id == standing.proposal.id)
    ).one()
    row.ended_at, row.declined_reason = work.now, reason
    work.audit(
        "assignment.decline",
        conference_id=conference_id,
        subject=("assignment", row.id),
        after={"reason": reason},
    )


def _criteria(work: Work, conference_id: int) -> dict[int, str]:
    """Number → name, in the order of the form."""
    rows = work.db.execute(
        select(Criterion.id, Criterion.name)
        .where(Criterion.conference_id == conference_id)
        .order_by(Criterion.position, Criterion.id)
    )
    return dict(rows.all())


def _scores(work: Work, review_id: int) -> dict[int, ReviewScore]:
    rows = work.db.scalars(select(ReviewScore).where(ReviewScore.review_id == review_id))
    return {row.criterion_id: row for row in rows}


def _check_shape(draft: ReviewDraft, criteria: dict[int, str]) -> None:
    for criterion, score in draft.scores:
        if criterion not in criteria:
            raise Invalid("scores", "unknown", sentence("The chairs changed the criteria. Please load the page again."))
        if score not in SCORES:
            raise Invalid(f"score-{criterion}", "range", sentence("A number from 1 to 5, please."))
    if draft.confidence is not None and draft.confidence not in SCORES:
        raise Invalid("confidence", "range", sentence("A number from 1 to 5, please."))
    for field, text in (("text", draft.text), ("note", draft.note)):
        if len(text) > TEXT_CHARS_MAX:
            raise Invalid(field, "too_long", sentence("At most %(most)s characters, please.", most=TEXT_CHARS_MAX))


def _check_complete(draft: ReviewDraft, criteria: dict[int, str]) -> None:
    given = dict(draft.scores)
    for criterion, name in criteria.items():
        if criterion not in given:
            raise Invalid(f"score-{criterion}", "missing", sentence("Please choose a score for “%(name)s”.", name=name))
    if draft.confidence is None:
        raise Invalid("confidence", "missing", sentence("Please say how sure you are."))


def _begin(work: Work, member: Member, standing: Standing) -> Review:
    row = Review(
        conference_id=member.conference_id,
        ref=new_ref(),
        reviewer_id=member.id,
        proposal_id=standing.proposal.id,
        state="draft",
        started_at=work.now,
        saved_at=work.now,
    )
    work.db.add(row)
    return row


def _write(work: Work, row: Review, draft: ReviewDraft, scores: dict[int, ReviewScore], *, send: bool) -> None:
    row.text, row.note = draft.text, draft.note
    row.confidence, row.is_sales_pitch = draft.confidence, draft.is_sales_pitch
    row.saved_at = work.now
    # Two windows may save within one tick of the clock: the version has to move all the same.
    flag_modified(row, "saved_at")
    if send:
        row.state, row.submitted_at = "submitted", work.now
    work.db.flush()
    for criterion, value in draft.scores:
        if criterion in scores:
            scores[criterion].value = value
        else:
            work.db.add(
                ReviewScore(conference_id=row.conference_id, review_id=row.id, criterion_id=criterion, value=value)
            )


def _as_draft(row: Review, scores: dict[int, ReviewScore]) -> ReviewDraft:
    return ReviewDraft(
        scores=tuple(sorted((number, score.value) for number, score in scores.items())),
        text=row.text,
        note=row.note,
        confidence=row.confidence,
        is_sales_pitch=row.is_sales_pitch,
        version=row.version,
    )
