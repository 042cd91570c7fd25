"""Reviews with scores that agree about as much as real ones do, and texts that fit the scores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from conference.actor import Actor
from conference.work import Work
from demo.founding import Founded
from demo.making import Making
from demo.submitting import Planned
from demo.texts import lines
from plumbing.refs import new_ref
from reviews.models import Assignment, AssignmentPlanRow, Review, ReviewScore
from reviews.service.assigning import assign_now
from reviews.service.finding import refresh_conflicts

LENIENCE_SPREAD = 0.4
NOISE_SPREAD = 0.65
CRITERION_SPREAD = 0.5
PITCH_SHARE = {"sponsor": 0.5, "vendor": 0.3, "partner": 0.15}


@dataclass(frozen=True, slots=True)
class Pace:
    """How far reviewing got: shares of the assignments that were sent, drafted, and left alone."""

    begins: datetime
    days: float
    sent: float
    drafted: float


def write_reviews(making: Making, event: Founded, plans: Iterable[Planned], pace: Pace) -> None:
    """One review for each open assignment, as far as the pace goes. Written directly, since they are many."""
    by_number = {plan.id: plan for plan in plans}
    accounts = {reviewer: account for account, reviewer in event.reviewers.items()}
    lenience = {reviewer: making.lot.gauss(0, LENIENCE_SPREAD) for reviewer in sorted(accounts)}
    rows = making.db.scalars(
        select(Assignment)
        .where(Assignment.conference_id == event.id, Assignment.ended_at.is_(None))
        .order_by(Assignment.id)
    ).all()
    moments = sorted(making.lot.uniform(0, pace.days) for _row in rows)
    for row, days in zip(making.lot.sample(rows, len(rows)), moments, strict=True):
        drawn = making.lot.random()
        if drawn < pace.sent + pace.drafted:
            at = pace.begins + timedelta(days=days)
            plan = by_number[row.proposal_id]
            review = _review(making, event, row, plan, lenience[row.reviewer_id], at, is_sent=drawn < pace.sent)
            if review.state == "submitted":
                work = Work(making.db, Actor(account_id=accounts[row.reviewer_id]), at)
                work.audit("review.send", conference_id=event.id, subject=("review", review.id))


def assign(making: Making, event: Founded, at: datetime) -> None:
    """By the engine, as the chair would. How long it took differs each time, so it is not kept."""
    refresh_conflicts(making.work(event.chair, at), conference_id=event.id)
    done = assign_now(making.work(event.chair, at), conference_id=event.id)
    making.db.flush()
    mine = AssignmentPlanRow.ref == done.plan_ref
    plan = making.db.scalars(select(AssignmentPlanRow.plan).where(mine)).one()
    making.db.execute(update(AssignmentPlanRow).where(mine).values(plan={**plan, "seconds": 0.0}))


def means(making: Making, event: Founded, weights: Mapping[int, int]) -> dict[int, float]:
    """Weighted mean of the sent reviews of each proposal."""
    rows = making.db.execute(
        select(Review.proposal_id, ReviewScore.criterion_id, ReviewScore.value)
        .join(ReviewScore, ReviewScore.review_id == Review.id)
        .where(Review.conference_id == event.id, Review.state == "submitted")
    ).all()
    sums: dict[int, float] = {}
    parts: dict[int, int] = {}
    for proposal, criterion, value in rows:
        sums[proposal] = sums.get(proposal, 0) + weights[criterion] * value
        parts[proposal] = parts.get(proposal, 0) + weights[criterion]
    return {proposal: sums[proposal] / parts[proposal] for proposal in sums}


def _review(
    making: Making, event: Founded, row: Assignment, plan: Planned, lenience: float, at: datetime, *, is_sent: bool
) -> Review:
    lot = making.lot
    felt = plan.quality + lenience + lot.gauss(0, NOISE_SPREAD)
    is_pitch = lot.random() < PITCH_SHARE.get(plan.owner.kind, 0) and felt < 3.4
    review = Review(
        conference_id=event.id,
        ref=new_ref(),
        reviewer_id=row.reviewer_id,
        proposal_id=row.proposal_id,
        state="submitted" if is_sent else "draft",
        text=_text(making, plan, felt, is_pitch, is_sent=is_sent),
        note=lot.choice(lines("reviews")["note/all"]) if is_sent and lot.random() < 0.2 else "",
        confidence=lot.choices((2, 3, 4, 5), (15, 35, 35, 15))[0] if is_sent else None,
        is_sales_pitch=is_pitch,
        started_at=at - timedelta(minutes=lot.randint(6, 55)),
        saved_at=at,
        submitted_at=at if is_sent else None,
    )
    making.db.add(review)
    making.db.flush()
    scored = event.criteria if is_sent else event.criteria[: lot.randint(0, len(event.criteria) - 1)]
    for criterion in scored:
        value = _score(felt + lot.gauss(0, CRITERION_SPREAD) - (1.2 if is_pitch else 0))
        making.db.add(
            ReviewScore(conference_id=event.id, review_id=review.id, criterion_id=criterion, value=value),
        )
    return review


def _text(making: Making, plan: Planned, felt: float, is_pitch: bool, *, is_sent: bool) -> str:
    lot, texts = making.lot, lines("reviews")
    parts = [lot.choice(texts[f"text/{_score(felt)}"])]
    if not is_sent:
        return parts[0]
    if is_pitch:
        parts.append(lot.choice(texts["pitch/all"]))
    elif lot.random() < 0.6:
        parts.append(lot.choice(texts["add/paper" if plan.type_name == "Paper" else "add/all"]))
    if lot.random() < 0.25:
        parts.append(lot.choice(texts["add/all"]))
    return "\n\n".join(dict.fromkeys(parts))


def _score(felt: float) -> int:
    return max(1, min(5, round(felt)))
