"""The criteria of the review form, and what reviews gave by them. Everything here is allowed to blind work."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from conference.work import Work
from reviews import scoring
from reviews.models import Criterion, ReviewScore

Scored = tuple[tuple[str, int, str], ...]
"""(criterion, score, label), in the order of the form."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One criterion as a row of the form; ``labels`` are the words for 1 to 5."""

    id: int
    name: str
    help: str
    weight: int
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """The scores of one review."""

    overall: float | None
    scores: Scored


def load_measures(work: Work, conference_id: int) -> tuple[Measure, ...]:
    """In the order of the form. One query."""
    rows = work.db.execute(
        select(Criterion.id, Criterion.name, Criterion.help, Criterion.weight, Criterion.labels)
        .where(Criterion.conference_id == conference_id)
        .order_by(Criterion.position, Criterion.id)
    )
    return tuple(Measure(row.id, row.name, row.help, row.weight, tuple(row.labels)) for row in rows)


def load_given(work: Work, review_ids: Collection[int], measures: Collection[Measure]) -> dict[int, Given]:
    """By review, for each of them. One query."""
    values: dict[int, dict[int, int]] = {review_id: {} for review_id in review_ids}
    for review_id, criterion, value in work.db.execute(
        select(ReviewScore.review_id, ReviewScore.criterion_id, ReviewScore.value).where(
            ReviewScore.review_id.in_(values)
        )
    ):
        values[review_id][criterion] = value
    weights = {measure.id: measure.weight for measure in measures}
    return {
        review_id: Given(scoring.overall(found, weights), scored(found, measures))
        for review_id, found in values.items()
    }


def scored(values: Mapping[int, int], measures: Collection[Measure]) -> Scored:
    """``values`` are by criterion; a criterion without one is left out."""
    return tuple(
        (measure.name, values[measure.id], measure.labels[values[measure.id] - 1])
        for measure in measures
        if measure.id in values
    )
