"""What the scores of a proposal say together: mean, spread, uncertainty, agreement. Pure arithmetic.

Scores are whole numbers from ``low`` to ``high`` (1 to 5). Sums are kept whole as long as possible, so that the
same scores in another order give the same number to the last bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from reviews.scale import SCORE_MAX, SCORE_MIN


@dataclass(frozen=True, slots=True)
class Summary:
    """All reviews of one proposal in numbers. ``overalls`` is sorted; everything else is None without reviews.

    ``error`` is the standard error s / √n: how far the mean of so few opinions may be off.
    """

    count: int
    overalls: tuple[float, ...]
    mean: float | None
    spread: float | None
    error: float | None
    agreement: float | None
    confidence: float | None


def overall(scores: Mapping[int, int], weights: Mapping[int, int]) -> float | None:
    """The weighted mean of one review: Σ wᵢ·sᵢ / Σ wᵢ over the criteria that it scored.

    ``scores`` and ``weights`` are by criterion. A criterion without a weight (removed meanwhile) or with weight 0
    does not count. None when nothing counts.
    """
    counted = [(scores[key], weights[key]) for key in sorted(scores) if weights.get(key, 0) > 0]
    total = sum(weight for _score, weight in counted)
    return sum(score * weight for score, weight in counted) / total if total else None


def mean(values: Sequence[float]) -> float | None:
    """Σ xᵢ / n; None for no values. The values are added in order of size, so their order does not matter."""
    return sum(sorted(values)) / len(values) if values else None


def spread(values: Sequence[float]) -> float | None:
    """The sample standard deviation √(Σ (xᵢ − x̄)² / (n − 1)); None for fewer than two values."""
    centre = mean(values)
    if centre is None or len(values) < 2:
        return None
    return sqrt(sum((value - centre) ** 2 for value in sorted(values)) / (len(values) - 1))


def agreement(values: Sequence[float], *, low: int = SCORE_MIN, high: int = SCORE_MAX) -> float | None:
    """1 when all say the same, 0 when they are as far apart as the scale allows; None for fewer than two values.

    1 − σ / σ_max, with the population deviation σ = √(Σ (xᵢ − x̄)² / n) and the largest that n values in
    [low, high] can have: k = ⌊n/2⌋ of them at one end and the rest at the other,
    σ_max = (high − low) · √(k (n − k)) / n.
    """
    return _closeness(spread(values), len(values), low, high)


def summary(overalls: Sequence[float], confidences: Sequence[int]) -> Summary:
    """``overalls`` are the weighted means of the submitted reviews, each review counting once."""
    ordered = tuple(sorted(overalls))
    deviation = spread(ordered)
    return Summary(
        count=len(ordered),
        overalls=ordered,
        mean=mean(ordered),
        spread=deviation,
        error=None if deviation is None else deviation / sqrt(len(ordered)),
        agreement=_closeness(deviation, len(ordered), SCORE_MIN, SCORE_MAX),
        confidence=mean(confidences),
    )


def _closeness(deviation: float | None, count: int, low: int, high: int) -> float | None:
    """``agreement`` from the sample deviation of ``count`` values."""
    if deviation is None:
        return None
    half = count // 2
    widest = (high - low) * sqrt(half * (count - half)) / count
    return max(0.0, 1 - deviation * sqrt((count - 1) / count) / widest)
