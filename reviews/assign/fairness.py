"""The worst-off proposal: the highest floor that all can reach, what it costs, and a softer lever.

``solve_fair`` gives the best total with every proposal at or above the floor. Without a limit on the loss the
floor is T*, the best possible worst-off. The upper end is known before any search (nobody can do
better than the proposal whose best reviewers add up to least), and totals move on the grid of the scores, so
few floors are left to try.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from plumbing.sentences import sentence
from plumbing.watch import OnProgress, ShouldStop, Watch, watching
from reviews.assign.errors import Cancelled, ProblemError
from reviews.assign.options import SolveOptions
from reviews.assign.plan import AssignmentPlan, proposal_totals
from reviews.assign.prepare import Prepared, prepare
from reviews.assign.problem import UNIT, AssignmentProblem, Ints
from reviews.assign.solve import solve

STEPS_MAX = 40


@dataclass(frozen=True, eq=False)
class _Quest:
    """What stays the same while floors are tried."""

    problem: AssignmentProblem
    options: SolveOptions
    watch: Watch
    best_total: int
    loss_max: float | None

    def attempt(self, floor: int) -> AssignmentPlan | None:
        """The best plan at this floor; None when there is none, or it costs too much."""
        options = replace(self.options, floor=floor, time_limit_seconds=self.watch.left(86_400.0))
        try:
            plan = solve(self.problem, options=options, should_stop=self.watch.should_stop)
        except (ProblemError, Cancelled):
            return None
        if not plan.is_complete:
            return None
        return plan if self.loss_max is None or self.loss(plan) <= self.loss_max else None

    def loss(self, plan: AssignmentPlan) -> float:
        """The share of the best total that a plan gives up."""
        return (self.best_total - plan.total) / max(1, abs(self.best_total))


def solve_fair(
    problem: AssignmentProblem,
    *,
    loss_max: float | None = None,
    options: SolveOptions | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> AssignmentPlan:
    """The best total at the highest floor that costs at most ``loss_max`` of it (None: any price, so T*).

    ``notes`` of the plan hold ``floor``, ``floor_is_best`` (proved that no higher floor qualifies), ``floor_limit``
    (no plan at all is above it), ``loss`` (share of the best total) and ``best_total``.
    """
    options = options or SolveOptions()
    watch = watching(options.time_limit_seconds, on_progress, should_stop)
    watch.tell(0, sentence("Finding the best total"))
    plain = solve(problem, options=options, should_stop=should_stop)
    prepared = prepare(problem, keep=options.keep, softness=options.softness)
    asked = np.flatnonzero(prepared.wanted > 0)
    if not len(asked) or not plain.is_complete:
        return replace(plain, notes=_notes(plain, asked, plain.total, proved=False, limit=None))
    limit = int(reachable(prepared)[asked].min())
    grid = _grid(prepared)
    quest = _Quest(problem, options, watch, plain.total, loss_max)
    best, proved = _highest(quest, plain, asked, limit, grid)
    watch.tell(100, sentence("Done"))
    return replace(best, notes=_notes(best, asked, plain.total, proved=proved, limit=limit))


def _highest(quest: _Quest, plain: AssignmentPlan, asked: Ints, limit: int, grid: int) -> tuple[AssignmentPlan, bool]:
    """The plan at the highest floor that qualifies: the limit first, then halving on the grid."""
    best, low, high = plain, int(plain.totals[asked].min()), limit
    for step in range(STEPS_MAX):
        if high <= low:
            return best, True
        middle = high if step == 0 else low + max(grid, -(-(high - low) // 2 // grid) * grid)
        middle = min(middle, high)
        quest.watch.tell(min(95, 10 + 5 * step), sentence("Trying a floor of %(floor)s", floor=middle / UNIT))
        found = quest.attempt(middle)
        if found is not None:
            best, low = found, int(found.totals[asked].min())
        elif not quest.watch.is_over():
            high = middle - grid
        if quest.watch.is_over():
            return replace(best, stopped=True), False
    return best, False


def _notes(plan: AssignmentPlan, asked: Ints, best_total: int, *, proved: bool, limit: int | None) -> dict[str, Any]:
    floor = int(plan.totals[asked].min()) if len(asked) else 0
    return {
        "floor": floor / UNIT,
        "floor_is_best": proved,
        "floor_limit": None if limit is None else limit / UNIT,
        "loss": (best_total - plan.total) / max(1, abs(best_total)),
        "best_total": best_total / UNIT,
    }


def reachable(prepared: Prepared) -> Ints:
    """For each proposal the total of its best open reviewers and its fixed ones: nobody can do better."""
    problem = prepared.problem
    totals = proposal_totals(problem, prepared.fixed)
    lowest = np.iinfo(np.int64).min // 4
    for first, last in prepared.chunks():
        scores, _ = problem.block(first, last)
        ranked = -np.sort(-np.where(prepared.open[first:last], scores, lowest), axis=1)
        most = int(prepared.wanted[first:last].max(initial=0))
        best = np.where(np.arange(most)[None, :] < prepared.wanted[first:last, None], ranked[:, :most], 0)
        totals[first:last] += np.where(best > lowest, best, 0).sum(axis=1)
    return totals


def _grid(prepared: Prepared) -> int:
    """The greatest step in which every total can move."""
    grid = 0
    for first, last in prepared.chunks():
        scores, _ = prepared.problem.block(first, last)
        distinct = np.unique(scores[prepared.open[first:last]])
        grid = int(np.gcd.reduce(np.append(distinct, grid)))
        if grid == 1:
            break
    return max(1, grid)
