"""The independent checker: is this an allowed plan, and do the prices prove what the plan claims?

It shares no code with the solver. It reads the problem, the pairs and the prices, and computes with
integers only:

    bound = Σ_proposals max_k (u k − big (wanted − k))  +  Σ_reviewers max_k (v k − steps(k) − big (low − k)⁺)
          + Σ_groups max_k (w k − cost(k))              +  Σ_open pairs max(0, score − u − v − Σ w)

which no allowed plan can pass, whatever the prices are.
"""

from dataclasses import dataclass

import numpy as np

from plumbing.sentences import Sentence, sentence
from reviews.assign.certificate import Certificate
from reviews.assign.plan import AssignmentPlan, proposal_totals
from reviews.assign.prepare import Prepared
from reviews.assign.problem import UNIT, AssignmentProblem, Ints, Mask
from reviews.assign.rules.base import Family

ROWS = 500


@dataclass(frozen=True)
class Verdict:
    """``faults`` is empty for an allowed plan; ``bound`` and ``objective`` are recomputed, in millionths."""

    faults: tuple[Sentence, ...]
    objective: int
    bound: int

    @property
    def proves_optimum(self) -> bool:
        """Whether the prices alone prove the plan."""
        return not self.faults and self.objective == self.bound


def check_plan(plan: AssignmentPlan, prepared: Prepared) -> Verdict:
    """Judge a plan. ``prepared`` is taken for its words only: bonus and softness, fixed pairs, families."""
    faults = plan_faults(plan.problem, plan.pairs, lacks_reviews=plan.lacks_reviews, rules_short=plan.rules_short)
    faults += _certificate_faults(plan)
    return Verdict(
        tuple(faults), objective_of(prepared, plan.pairs, plan.certificate.big), bound_of(prepared, plan.certificate)
    )


def _certificate_faults(plan: AssignmentPlan) -> list[Sentence]:
    """Rows must follow from a rule, prices of rows may not be negative, the floor must hold."""
    faults = []
    for row, price in plan.certificate.rows:
        together = np.array(row.pairs, dtype=np.int64)
        if price < 0 or not plan.problem.rules[row.rule].broken(plan.problem, together):
            faults.append(sentence("A row of the certificate follows from no rule."))
            break
    floor = plan.certificate.floor
    free = plan.problem.wanted > np.bincount(
        [p for p, _ in {*plan.problem.pinned, *plan.problem.frozen}], minlength=len(plan.problem.wanted)
    )
    if floor is not None and (plan.totals[free] < floor).any():
        faults.append(sentence("A proposal is below the floor."))
    return faults


def plan_faults(
    problem: AssignmentProblem,
    pairs: Ints,
    *,
    lacks_reviews: bool = False,
    rules_short: frozenset[int] = frozenset(),
) -> list[Sentence]:
    """What makes a plan not allowed. What it declares itself is no fault: missing reviews, rules not met in full."""
    faults = []
    fixed = {*problem.pinned, *problem.frozen}
    chosen = [tuple(pair) for pair in pairs.tolist()]
    if len(set(chosen)) != len(chosen):
        faults.append(sentence("A pair stands in the plan twice."))
    if not fixed <= set(chosen):
        faults.append(sentence("A pinned or frozen pair is missing."))
    free = np.array([pair for pair in chosen if pair not in fixed], dtype=np.int64).reshape(-1, 2)
    _, codes = problem.at(free[:, 0], free[:, 1])
    if codes.any():
        faults.append(sentence("A forbidden pair stands in the plan."))
    frozen = np.array(sorted(problem.frozen), dtype=np.int64).reshape(-1, 2)
    given = np.bincount(pairs[:, 0], minlength=problem.shape[0])
    load = np.bincount(pairs[:, 1], minlength=problem.shape[1])
    written = np.bincount(frozen[:, 1], minlength=problem.shape[1])
    over = np.bincount(frozen[:, 0], minlength=problem.shape[0])
    if (given > np.maximum(problem.wanted, over)).any():
        faults.append(sentence("A proposal has more reviews than it wants."))
    if (given < problem.wanted).any() and not lacks_reviews:
        faults.append(sentence("A proposal has fewer reviews than it wants."))
    if (load > np.maximum(problem.load_max, written)).any():
        faults.append(sentence("A reviewer has more reviews than the load allows."))
    return faults + _rule_faults(problem, pairs, rules_short)


def _rule_faults(problem: AssignmentProblem, pairs: Ints, rules_short: frozenset[int]) -> list[Sentence]:
    """Broken rules, unless the fixed pairs alone break them.

    What even the empty plan breaks is a minimum; it is excused only for a rule that is declared short.
    """
    fixed = np.array(sorted({*problem.pinned, *problem.frozen}), dtype=np.int64).reshape(-1, 2)
    faults = []
    for index, rule in enumerate(problem.rules):
        minimum = {str(words) for words in rule.broken(problem, fixed[:0])}
        excused = {str(words) for words in rule.broken(problem, fixed)} - minimum
        if index in rules_short:
            excused |= minimum
        faults += [words for words in rule.broken(problem, pairs) if str(words) not in excused][:1]
    return faults


def objective_of(prepared: Prepared, pairs: Ints, big: int) -> int:
    """The value of the free pairs, less what is missing at the weight of ``big``, less steps and wishes."""
    problem = prepared.problem
    fixed = {*problem.pinned, *problem.frozen}
    free = np.array([pair for pair in map(tuple, pairs.tolist()) if pair not in fixed], dtype=np.int64)
    free = free.reshape(-1, 2)
    value = int(prepared.values_at(free[:, 0], free[:, 1]).sum())
    given = np.bincount(free[:, 0], minlength=problem.shape[0])
    load = np.bincount(free[:, 1], minlength=problem.shape[1])
    value -= big * int((prepared.wanted - given).sum() + np.maximum(prepared.low - load, 0).sum())
    if prepared.steps is not None:
        for r in np.flatnonzero(load):
            first = int(prepared.fixed_load[r])
            value -= int(prepared.steps[first : first + load[r]].sum())
    for family in prepared.families:
        own, other = (0, 1) if family.side == "proposal" else (1, 0)
        count = np.zeros(family.low.shape, dtype=np.int64)
        for pair in free:
            if family.label[pair[other]] >= 0:
                count[pair[own], family.label[pair[other]]] += 1
        value -= int(_group_cost(family, count, big).sum())
    return value


def _group_cost(family: Family, count: Ints, big: int) -> Ints:
    weight = big if family.weight is None else family.weight
    short = np.maximum(np.minimum(family.low, family.high) - count, 0) * weight
    beyond = np.maximum(count - family.high, 0) * (family.over or 0)
    return np.asarray(short + beyond)


def bound_of(prepared: Prepared, certificate: Certificate) -> int:
    """What no allowed plan can pass, by these prices; exact integers over every open pair."""
    u, v, big = certificate.proposal, certificate.reviewer, certificate.big
    bound = int(np.maximum(-big * prepared.wanted, u * prepared.wanted).sum())
    bound += sum(_reviewer_term(prepared, r, int(v[r]), big) for r in range(len(v)))
    prices = [_dense(family, found) for family, found in zip(prepared.families, certificate.groups, strict=True)]
    for family, price in zip(prepared.families, prices, strict=True):
        bound += _family_term(prepared, family, price, big)
    for first in range(0, len(u), ROWS):
        last = min(first + ROWS, len(u))
        left = prepared.values(first, last) - u[first:last, None] - v[None, :]
        for family, price in zip(prepared.families, prices, strict=True):
            left -= _pair_prices(family, price, first, last)
        left += _floor_gain(prepared, certificate, first, last)
        for row, row_price in certificate.rows:
            for p, r in row.pairs:
                if first <= p < last:
                    left[p - first, r] -= row_price
        bound += int(left[prepared.open[first:last] & (left > 0)].sum())
    return bound + _rows_term(prepared, certificate) + _floor_term(prepared, certificate)


def _rows_term(prepared: Prepared, certificate: Certificate) -> int:
    """Each row allows so many pairs; prices below zero would not be a bound."""
    fixed = {*prepared.problem.pinned, *prepared.problem.frozen}
    return sum(
        abs(price) * max(0, row.most - sum(pair in fixed for pair in row.pairs)) for row, price in certificate.rows
    )


def _floor_gain(prepared: Prepared, certificate: Certificate, first: int, last: int) -> Ints:
    """What a pair is worth more because it lifts its proposal to the floor, rounded up."""
    if certificate.floor_prices is None or not certificate.floor_prices[first:last].any():
        return np.zeros((1, 1), dtype=np.int64)
    scores, _ = prepared.problem.block(first, last)
    return np.asarray(-((-scores * certificate.floor_prices[first:last, None]) // UNIT))


def _floor_term(prepared: Prepared, certificate: Certificate) -> int:
    if certificate.floor_prices is None or certificate.floor is None:
        return 0
    fixed = np.array(sorted({*prepared.problem.pinned, *prepared.problem.frozen}), dtype=np.int64).reshape(-1, 2)
    has = proposal_totals(prepared.problem, fixed)
    return -sum(
        int(certificate.floor_prices[p]) * (certificate.floor - int(has[p])) // UNIT
        for p in np.flatnonzero(certificate.floor_prices)
    )


def _reviewer_term(prepared: Prepared, r: int, price: int, big: int) -> int:
    low, high = int(prepared.low[r]), int(prepared.high[r])
    if prepared.steps is None:
        return max(price * k - big * max(low - k, 0) for k in (0, min(low, high), high))
    best, paid = -big * low, 0
    for k in range(1, high + 1):
        paid += int(prepared.steps[int(prepared.fixed_load[r]) + k - 1])
        best = max(best, price * k - paid - big * max(low - k, 0))
    return best


def _family_term(prepared: Prepared, family: Family, price: Ints, big: int) -> int:
    """Σ over the groups of max_k (w k − cost(k)); k is at most the number of open pairs in the group."""
    size = _group_sizes(prepared.open, family)
    high = np.minimum(family.high, size) if family.over is None else size
    best = None
    for k in (np.zeros_like(size), np.minimum(family.low, high), np.minimum(family.high, high), high):
        value = price * k - _group_cost(family, k, big)
        best = value if best is None else np.maximum(best, value)
    return int(best.sum()) if best is not None else 0


def _group_sizes(open_pairs: Mask, family: Family) -> Ints:
    size = np.zeros(family.low.shape, dtype=np.int64)
    order = np.argsort(family.label, kind="stable")
    order = order[family.label[order] >= 0]
    if not len(order):
        return size
    found, starts = np.unique(family.label[order], return_index=True)
    table = open_pairs if family.side == "proposal" else open_pairs.T
    for first in range(0, len(table), ROWS):
        rows = table[first : first + ROWS][:, order]
        size[first : first + ROWS, found] = np.add.reduceat(rows, starts, axis=1, dtype=np.int64)
    return size


def _dense(family: Family, found: object) -> Ints:
    price = np.zeros(family.low.shape, dtype=np.int64)
    price[found.owner, found.column] = found.price  # type: ignore[attr-defined]
    return price


def _pair_prices(family: Family, price: Ints, first: int, last: int) -> Ints:
    """Price of the family's group of every pair in a block; the added column is "in no group"."""
    padded = np.hstack([price, np.zeros((len(price), 1), dtype=np.int64)])
    if family.side == "proposal":
        return np.asarray(padded[first:last][:, family.label])
    return np.asarray(padded[:, family.label[first:last]].T)
