"""From the problem as asked to the problem as solved: rules applied, fixed pairs taken out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from reviews.assign.problem import UNIT, AssignmentProblem, Ints, Mask
from reviews.assign.rules.base import Family, counts_by

CHUNK_PAIRS = 4_000_000
SOFTNESS_MAX = 50.0


@dataclass(frozen=True, eq=False)
class KeepBonus:
    """Pairs of an earlier plan (n × 2, none twice) worth ``bonus`` millionths more: one number, or one each."""

    pairs: Ints
    bonus: int | Ints

    def of(self, p: Ints, r: Ints, width: int) -> Ints:
        """The bonus of single pairs."""
        keys = self.pairs[:, 0] * width + self.pairs[:, 1]
        order = np.argsort(keys)
        each = np.broadcast_to(np.asarray(self.bonus, dtype=np.int64), keys.shape)[order]
        wanted = p * width + r
        place = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
        return np.where(keys[order][place] == wanted, each[place], 0)


@dataclass(frozen=True, eq=False)
class Prepared:
    """What is left to decide. ``open`` says which pairs may be chosen; fixed pairs are not among them.

    ``wanted``, ``low``, ``high`` and the bounds of ``families`` are what the fixed pairs leave.
    ``steps`` holds the cost of the first, second … review of anybody, fixed ones included.
    """

    problem: AssignmentProblem
    open: Mask
    wanted: Ints
    low: Ints
    high: Ints
    fixed: Ints
    fixed_load: Ints
    steps: Ints | None
    families: tuple[Family, ...]
    keep: KeepBonus | None = None
    softness: float = 0.0

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Ranges of proposals whose pairs fit in the memory budget."""
        proposals, reviewers = self.problem.shape
        rows = max(1, CHUNK_PAIRS // reviewers)
        for first in range(0, proposals, rows):
            yield first, min(first + rows, proposals)

    def values(self, first: int, last: int) -> Ints:
        """What each pair of proposals ``first`` to ``last`` (exclusive) counts for; do not write into it."""
        scores, _ = self.problem.block(first, last)
        p = np.arange(first, last)[:, None]
        values = self._shaped(scores, p, np.arange(self.problem.shape[1])[None, :])
        if self.keep is not None and len(self.keep.pairs):
            inside = (self.keep.pairs[:, 0] >= first) & (self.keep.pairs[:, 0] < last)
            row, column = self.keep.pairs[inside].T
            values = values.copy()
            values[row - first, column] += np.broadcast_to(self.keep.bonus, inside.shape)[inside]
        return values

    def values_at(self, p: Ints, r: Ints) -> Ints:
        """What single pairs count for."""
        scores, _ = self.problem.at(p, r)
        values = self._shaped(scores, p, r)
        if self.keep is not None and len(self.keep.pairs):
            values = values + self.keep.of(p, r, self.problem.shape[1])
        return values

    def _shaped(self, scores: Ints, p: Ints, r: Ints) -> Ints:
        for rule in self.problem.rules:
            if rule.adjusts:
                scores = rule.adjust(self.problem, p, r, scores)
        return softened(scores, self.softness) if self.softness else scores

    def step_costs(self, r: int, steps: Ints) -> Ints:
        """What each further review of one reviewer costs, after the fixed ones."""
        first = int(self.fixed_load[r])
        return steps[first : first + int(self.high[r])]


def softened(scores: Ints, softness: float) -> Ints:
    """Concave scores (1 − e^(−k s)) / k: a gain counts for more where the fit is poor. Slope 1 at zero."""
    return np.rint(-np.expm1(-softness * (scores / UNIT)) / softness * UNIT).astype(np.int64)


def prepare(problem: AssignmentProblem, *, keep: KeepBonus | None = None, softness: float = 0.0) -> Prepared:
    """Apply every rule and take out pinned and frozen pairs."""
    fixed = np.array(sorted({*problem.pinned, *problem.frozen}), dtype=np.int64).reshape(-1, 2)
    low, high = problem.lows, problem.load_max
    steps = None
    families: list[Family] = []
    for index, rule in enumerate(problem.rules):
        low, high = rule.loads(problem, low, high)
        families += rule.families(problem, index)
        more = rule.steps(problem)
        if more is not None:
            steps = more if steps is None else steps + more
    load = np.bincount(fixed[:, 1], minlength=problem.shape[1])
    taken = np.bincount(fixed[:, 0], minlength=problem.shape[0])
    return Prepared(
        problem=problem,
        open=_open(problem, fixed),
        wanted=np.maximum(problem.wanted - taken, 0),
        low=np.maximum(low - load, 0),
        high=np.maximum(high - load, 0),
        fixed=fixed,
        fixed_load=load,
        steps=steps,
        families=tuple(_left_over(family, fixed) for family in families),
        keep=keep,
        softness=min(softness, SOFTNESS_MAX),
    )


def _open(problem: AssignmentProblem, fixed: Ints) -> Mask:
    proposals, reviewers = problem.shape
    allowed = np.ones(problem.shape, dtype=bool)
    rows = max(1, CHUNK_PAIRS // reviewers)
    for first in range(0, proposals, rows):
        last = min(first + rows, proposals)
        scores, codes = problem.block(first, last)
        allowed[first:last] = codes == 0
        for rule in problem.rules:
            shut = rule.closes(problem, np.arange(first, last)[:, None], np.arange(reviewers)[None, :], scores)
            if shut is not None:
                allowed[first:last] &= ~shut
    allowed[fixed[:, 0], fixed[:, 1]] = False
    return allowed


def _left_over(family: Family, fixed: Ints) -> Family:
    own, other = (0, 1) if family.side == "proposal" else (1, 0)
    taken = counts_by(fixed[:, own], family.label[fixed[:, other]], *family.low.shape)
    return replace(family, low=np.maximum(family.low - taken, 0), high=np.maximum(family.high - taken, 0))
