"""Branch and bound for rules that do not nest, and for a floor under the worst-off proposal.

Columns come by pricing and rows when they are broken. The relaxation's prices bound every plan over all pairs;
a left-out pair whose surplus is below minus the gap cannot be in a better plan, so when none is left
the search over the candidates has proved the optimum over all pairs.
"""

import time
from dataclasses import dataclass, replace

import numpy as np

from plumbing.sentences import sentence
from plumbing.watch import Watch
from reviews.assign.candidates import first_candidates
from reviews.assign.certificate import Certificate
from reviews.assign.check import bound_of, objective_of
from reviews.assign.errors import Cancelled, ProblemError
from reviews.assign.finish import finished_plan, merged
from reviews.assign.linear import Extras, Model, RowPrices, build_model, read_row_prices
from reviews.assign.options import SolveOptions
from reviews.assign.plan import AssignmentPlan, proposal_totals
from reviews.assign.prepare import Prepared
from reviews.assign.pricing import price_all
from reviews.assign.problem import UNIT, Ints
from reviews.assign.rules.base import LazyRow
from reviews.assign.shortfall import big_range, is_short

ROUNDS_MAX = 60
BIG_GROWTH = 16
SEARCH_SECONDS_MAX = 600.0
TOLERANCE = 1e-6
OPTIMAL, LIMIT, INFEASIBLE = 0, 1, 2


@dataclass(frozen=True, eq=False)
class SearchPrices:
    """Prices of the relaxation as blocks over all pairs, floor included."""

    prepared: Prepared
    rows: RowPrices

    def of_block(self, first: int, last: int) -> Ints:
        """The price of every pair of proposals ``first`` to ``last`` (exclusive)."""
        prices = self.rows.proposal[first:last, None] + self.rows.reviewer[None, :]
        for family, found in zip(self.prepared.families, self.rows.groups, strict=True):
            table = np.zeros((family.low.shape[0], family.low.shape[1] + 1), dtype=np.int64)
            table[found.owner, found.column] = found.price
            if family.side == "proposal":
                prices = prices + table[first:last][:, family.label]
            else:
                prices = prices + table[:, family.label[first:last]].T
        if self.rows.floor[first:last].any():
            scores, _ = self.prepared.problem.block(first, last)
            prices = prices + (-scores * self.rows.floor[first:last, None]) // UNIT
        return np.asarray(prices)


@dataclass(frozen=True, eq=False)
class Found:
    """The best plan of a search so far, with the prices and the bound of its relaxation."""

    pairs: Ints
    prices: RowPrices
    extras: Extras
    bound: int
    objective: int
    proved: bool
    rounds: int
    candidates: Ints
    stopped: bool


def search(prepared: Prepared, options: SolveOptions, watch: Watch, *, start: Ints | None = None) -> AssignmentPlan:
    """The best plan under rules that do not nest. Raises ``ProblemError`` when no plan reaches the floor."""
    safe, big = big_range(prepared)
    while True:
        found = _search(prepared, big, options, watch, start)
        if found is None:
            raise _no_plan(options.floor, watch)
        if found.stopped or big >= safe or not is_short(prepared, found.pairs):
            break
        big = min(safe, big * BIG_GROWTH)
    certificate = Certificate(
        found.prices.proposal,
        found.prices.reviewer,
        found.prices.groups,
        big,
        found.objective,
        found.bound,
        "search" if found.proved and found.bound > found.objective else "prices",
        tuple(zip(found.extras.rows, found.prices.rows, strict=True)),
        options.floor,
        found.prices.floor,
    )
    return finished_plan(
        prepared,
        merged(prepared, found.pairs),
        certificate,
        options=options,
        mode="search",
        rounds=found.rounds,
        candidates=len(found.candidates),
        seconds=time.monotonic() - watch.began,
        stopped=found.stopped,
    )


def _no_plan(floor: int | None, watch: Watch) -> Exception:
    if watch.is_over():
        return Cancelled()
    words = "No plan gives every proposal a total of %(floor)s."
    return ProblemError("floor", sentence(words, floor=(floor or 0) / UNIT))


def _search(prepared: Prepared, big: int, options: SolveOptions, watch: Watch, start: Ints | None) -> Found | None:
    """Relaxation and pricing, then search, until no left-out pair could improve the plan."""
    keys = first_candidates(prepared, options.candidates) if start is None else start
    extras = Extras(floor=options.floor or 0, floored=_obvious_floored(prepared, options.floor))
    best: Found | None = None
    for number in range(1, ROUNDS_MAX + 1):
        watch.tell(min(95, 10 * number), sentence("Search round %(round)s", round=number))
        keys, extras, prices = _relax(prepared, keys, big, extras, options, watch)
        pairs, extras, proved = _integer(prepared, keys, big, extras, options, watch)
        if pairs is None:
            if best is not None or not proved or len(keys) == int(prepared.open.sum()):
                return best
            keys = np.flatnonzero(prepared.open.ravel()).astype(np.int64)
            continue
        prices = _with_rows(prices, extras)
        objective = objective_of(prepared, merged(prepared, pairs), big)
        bound = max(objective, bound_of(prepared, _trial(prices, big, extras, options)))
        more = _worth_trying(prepared, SearchPrices(prepared, prices), keys, bound - objective)
        over = watch.is_over()
        best = Found(
            pairs, prices, extras, bound, objective, proved and not len(more), number, keys, over or not proved
        )
        if not len(more) or over:
            return replace(best, stopped=not best.proved)
        keys = np.union1d(keys, more)
    return best


def _obvious_floored(prepared: Prepared, floor: int | None) -> tuple[int, ...]:
    """Proposals for which the floor is more than half of what the best reviewers could give: rows at once."""
    if floor is None:
        return ()
    return tuple(int(p) for p in np.flatnonzero(prepared.wanted > 0) if _best_total(prepared, int(p)) < floor * 1.3)


def _best_total(prepared: Prepared, p: int) -> int:
    scores, _ = prepared.problem.block(p, p + 1)
    open_scores = np.sort(scores[0][prepared.open[p]])[::-1]
    return int(open_scores[: prepared.wanted[p]].sum())


def _with_rows(prices: RowPrices, extras: Extras) -> RowPrices:
    """Rows found by the search itself have no price yet."""
    return replace(prices, rows=(*prices.rows, *([0] * (len(extras.rows) - len(prices.rows)))))


def _trial(prices: RowPrices, big: int, extras: Extras, options: SolveOptions) -> Certificate:
    rows = tuple(zip(extras.rows, prices.rows, strict=True))
    return Certificate(
        prices.proposal, prices.reviewer, prices.groups, big, 0, 0, "prices", rows, options.floor, prices.floor
    )


def _worth_trying(prepared: Prepared, prices: SearchPrices, keys: Ints, gap: int) -> Ints:
    """Left-out pairs whose surplus is above minus the gap: only they could be in a better plan."""
    if gap <= 0:
        return np.zeros(0, dtype=np.int64)
    width, found = prepared.problem.shape[1], []
    for first, last in prepared.chunks():
        left = prepared.values(first, last) - prices.of_block(first, last)
        near = np.flatnonzero((left > -gap) & prepared.open[first:last]) + first * width
        found.append(np.setdiff1d(near, keys, assume_unique=True))
    return np.concatenate(found)


def _relax(
    prepared: Prepared, keys: Ints, big: int, extras: Extras, options: SolveOptions, watch: Watch
) -> tuple[Ints, Extras, RowPrices]:
    """The relaxation over all pairs: add columns that pay and rows that its support breaks."""
    width = prepared.problem.shape[1]
    while True:
        model = build_model(prepared, keys, prepared.values_at(keys // width, keys % width), big, extras)
        solution, duals = solve_relaxation(model)
        prices = read_row_prices(prepared, model, duals)
        missed = price_all(prepared, SearchPrices(prepared, prices), keys, options.candidates)
        share = solution[: len(keys)]
        broken = _broken_by_shares(prepared, keys, share, extras)
        low = _below_floor(prepared, keys, share, extras, options.floor)
        if watch.is_over() or (missed.worth <= len(keys) // 10 and not broken and not low):
            return keys, extras, prices
        keys = np.union1d(keys, missed.keys)
        extras = replace(extras, rows=extras.rows + broken, floored=extras.floored + low)


def solve_relaxation(model: Model) -> tuple[np.ndarray, list[np.ndarray]]:
    """Shares of every column and the duals of every block."""
    from scipy.optimize import linprog
    from scipy.sparse import vstack

    upper, bound, signs = [], [], []
    equal = next(block for block in model.blocks if block.kind == "proposal")
    for block in model.blocks:
        if block.kind != "proposal":
            flip = -1.0 if np.isinf(block.high).all() else 1.0
            upper.append(block.matrix * flip)
            bound.append(block.high if flip > 0 else -block.low)
            signs.append(flip)
    result = linprog(
        model.cost,
        A_ub=vstack(upper).tocsr(),
        b_ub=np.concatenate(bound),
        A_eq=equal.matrix,
        b_eq=equal.low,
        bounds=np.column_stack([np.zeros(len(model.upper)), model.upper]),
        method="highs",
    )
    if result.x is None:
        return np.zeros(len(model.cost)), [np.zeros(len(block.low)) for block in model.blocks]
    duals, at = [], 0
    for block in model.blocks:
        if block.kind == "proposal":
            duals.append(result.eqlin.marginals)
            continue
        flip = signs[len(duals) - 1]
        duals.append(result.ineqlin.marginals[at : at + len(block.low)] * flip)
        at += len(block.low)
    return result.x, duals


def _broken_by_shares(prepared: Prepared, keys: Ints, share: np.ndarray, extras: Extras) -> tuple[LazyRow, ...]:
    """Lazy rows whose shares add up to more than allowed."""
    if not any(rule.is_lazy for rule in prepared.problem.rules):
        return ()
    width = prepared.problem.shape[1]
    support = np.flatnonzero(share > TOLERANCE)
    part = {(int(keys[at] // width), int(keys[at] % width)): share[at] for at in support}
    pairs = merged(prepared, np.column_stack([keys[support] // width, keys[support] % width]))
    part.update({(int(p), int(r)): 1.0 for p, r in prepared.fixed})
    return tuple(
        row
        for row in _rows_of(prepared, pairs, extras)
        if sum(part.get(pair, 0.0) for pair in row.pairs) > row.most + 1e-4
    )


def _rows_of(prepared: Prepared, pairs: Ints, extras: Extras) -> tuple[LazyRow, ...]:
    known = set(extras.rows)
    fixed = {tuple(pair) for pair in prepared.fixed.tolist()}
    rules = enumerate(prepared.problem.rules)
    rows = [row for index, rule in rules for row in rule.lazy_rows(prepared.problem, index, pairs)]
    return tuple(row for row in rows if row not in known and not set(row.pairs) <= fixed)


def _below_floor(
    prepared: Prepared, keys: Ints, share: np.ndarray, extras: Extras, floor: int | None
) -> tuple[int, ...]:
    """Proposals below the floor that have no row yet."""
    if floor is None:
        return ()
    width = prepared.problem.shape[1]
    scores, _ = prepared.problem.at(keys // width, keys % width)
    total = np.bincount(keys // width, weights=scores * share, minlength=prepared.problem.shape[0])
    fixed = proposal_totals(prepared.problem, prepared.fixed)
    low = np.flatnonzero((total + fixed < floor - 0.5) & (prepared.wanted > 0))
    return tuple(int(p) for p in low if p not in set(extras.floored))


def _integer(
    prepared: Prepared, keys: Ints, big: int, extras: Extras, options: SolveOptions, watch: Watch
) -> tuple[Ints | None, Extras, bool]:
    """Whole pairs: search, add the rows that the plan breaks, search again."""
    width = prepared.problem.shape[1]
    while True:
        model = build_model(prepared, keys, prepared.values_at(keys // width, keys % width), big, extras)
        solution, proved = solve_integer(model, watch.left(SEARCH_SECONDS_MAX))
        if solution is None:
            return None, extras, proved
        chosen = keys[solution[: len(keys)] > 0.5]
        pairs = np.column_stack([chosen // width, chosen % width])
        broken = _rows_of(prepared, merged(prepared, pairs), extras)
        whole = (solution[: len(keys)] > 0.5).astype(np.float64)
        low = _below_floor(prepared, keys, whole, extras, options.floor)
        if not broken and not low:
            return pairs, extras, proved
        if watch.is_over():
            return None, extras, False
        extras = replace(extras, rows=extras.rows + broken, floored=extras.floored + low)


def solve_integer(model: Model, seconds: float) -> tuple[np.ndarray | None, bool]:
    """The best whole solution and whether it is proved; None when there is none."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    result = milp(
        model.cost,
        constraints=[LinearConstraint(block.matrix, block.low, block.high) for block in model.blocks],
        integrality=model.whole.astype(np.int64),
        bounds=Bounds(0, model.upper),
        options={"mip_rel_gap": 0.0, "time_limit": seconds},
    )
    return result.x, result.status in (OPTIMAL, INFEASIBLE)
