"""``solve``: from a problem to a proven plan.

Flow on the best candidates, prices from the residual network, all other pairs priced, those that pay
added, until none pays. Rules that do not nest go to ``search``.
"""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from plumbing.sentences import sentence
from reviews.assign.candidates import first_candidates
from reviews.assign.certificate import Certificate, Prices, read_prices
from reviews.assign.check import check_plan
from reviews.assign.errors import Cancelled, CertificateError
from reviews.assign.flow import solve_flow
from reviews.assign.network import Layers, build, layers
from reviews.assign.options import Progress, ShouldStop, SolveOptions, Watch, watching
from reviews.assign.plan import AssignmentPlan
from reviews.assign.prepare import Prepared, prepare
from reviews.assign.pricing import price_all
from reviews.assign.problem import AssignmentProblem, Ints
from reviews.assign.rules.base import counts_by
from reviews.assign.unmet import find_flags, find_unmet

ROUNDS_MAX = 60
PRICE_MAX = 1 << 44
BIG_GROWTH = 64


@dataclass(frozen=True, eq=False)
class FlowResult:
    """The best pairs of the free part, with the prices and the bound over all pairs."""

    pairs: Ints
    prices: Prices
    big: int
    objective: int
    bound: int
    rounds: int
    candidates: Ints
    stopped: bool


def solve(
    problem: AssignmentProblem,
    *,
    options: SolveOptions | None = None,
    on_progress: Progress | None = None,
    should_stop: ShouldStop | None = None,
) -> AssignmentPlan:
    """The plan with most reviews, fewest broken wishes and the highest total, proven.

    ``on_progress(percent, sentence)`` is called between rounds; ``should_stop`` is asked there too. A run
    that is stopped returns its best plan so far with ``stopped`` and its gap; ``Cancelled`` is raised when
    there is none.
    """
    options = options or SolveOptions()
    watch = watching(options.time_limit_seconds, on_progress, should_stop)
    watch.tell(0, sentence("Reading rules and conflicts"))
    if should_stop is not None and should_stop():
        raise Cancelled
    prepared = prepare(problem, keep=options.keep, softness=options.softness)
    nested = layers(prepared)
    if nested is None or any(rule.is_lazy for rule in problem.rules):
        from reviews.assign.search import search

        plan = search(prepared, watch=watch)
    else:
        plan = flow_plan(prepared, nested, options, watch)
    if options.check:
        _check(plan, prepared)
    watch.tell(100, sentence("Done"))
    return plan


def flow_plan(prepared: Prepared, nested: Layers, options: SolveOptions, watch: Watch) -> AssignmentPlan:
    """The plan of a problem whose rules nest."""
    result = solve_nested(prepared, nested, first_candidates(prepared, options.candidates), options, watch)
    certificate = Certificate(
        result.prices.proposal,
        result.prices.reviewer,
        result.prices.groups,
        result.big,
        result.objective,
        result.bound,
    )
    pairs = merged(prepared, result.pairs)
    return finished_plan(
        prepared,
        pairs,
        certificate,
        rounds=result.rounds,
        options=options,
        candidates=len(result.candidates),
        seconds=time.monotonic() - watch.began,
        stopped=result.stopped,
    )


def finished_plan(prepared: Prepared, pairs: Ints, certificate: Certificate, **facts: Any) -> AssignmentPlan:
    """A plan with everything that follows from its pairs."""
    problem = prepared.problem
    scores, _ = problem.at(pairs[:, 0], pairs[:, 1])
    unmet, causes = find_unmet(prepared, pairs)
    flags = find_flags(problem, pairs)
    total = int(scores.sum())
    return AssignmentPlan(problem, pairs, total, certificate, unmet, flags, causes, **facts)


def merged(prepared: Prepared, pairs: Ints) -> Ints:
    """Chosen and fixed pairs together, sorted."""
    together = np.concatenate([pairs, prepared.fixed])
    return together[np.lexsort((together[:, 1], together[:, 0]))]


def solve_nested(
    prepared: Prepared, nested: Layers, candidates: Ints, options: SolveOptions, watch: Watch
) -> FlowResult:
    """Rounds of flow and pricing until no left-out pair pays, or the watch says stop."""
    width = prepared.problem.shape[1]
    safe, big = _big_range(prepared)
    for number in range(1, ROUNDS_MAX + 1):
        percent = min(95, 5 + 90 * (number - 1) // (number + 2))
        watch.tell(
            percent,
            sentence("Round %(round)s: %(pairs)s candidate pairs", round=number, pairs=len(candidates)),
        )
        p, r = candidates // width, candidates % width
        values = prepared.values_at(p, r)
        network = build(prepared, nested, p, r, values, big=big)
        flow = solve_flow(network)
        chosen = flow.units[: network.pairs] > 0
        pairs = np.column_stack([p[chosen], r[chosen]])
        prices = read_prices(prepared, nested, network, flow)
        missed = price_all(prepared, prices, candidates, options.candidates)
        objective = -int((flow.units * network.arcs.cost).sum()) - _owed(prepared, big)
        over = watch.is_over()
        if missed.is_empty and big < safe and _is_short(prepared, pairs):
            big = min(safe, big * BIG_GROWTH)
        elif missed.is_empty or over or number == ROUNDS_MAX:
            break
        if over:
            break
        candidates = np.union1d(candidates, missed.keys)
    bound = objective + missed.worth
    return FlowResult(pairs, prices, big, objective, bound, number, candidates, not missed.is_empty)


def _owed(prepared: Prepared, big: int) -> int:
    """The sum of all rewards for minimum loads and groups: the flow pays them, the objective fines them."""
    owed = big * int(prepared.low.sum())
    for family in prepared.families:
        weight = big if family.weight is None else family.weight
        owed += weight * int(np.minimum(family.low, family.high).sum())
    return owed


def _is_short(prepared: Prepared, pairs: Ints) -> bool:
    """Whether a review or a demand is missing (a larger weight might still find it)."""
    if len(pairs) < int(prepared.wanted.sum()):
        return True
    if (np.bincount(pairs[:, 1], minlength=prepared.problem.shape[1]) < prepared.low).any():
        return True
    for family in prepared.families:
        if family.weight is None:
            own, other = (0, 1) if family.side == "proposal" else (1, 0)
            counts = counts_by(pairs[:, own], family.label[pairs[:, other]], *family.low.shape)
            if (counts < np.minimum(family.low, family.high)).any():
                return True
    return False


def _big_range(prepared: Prepared) -> tuple[int, int]:
    """(the weight that outweighs any chain of exchanges, the weight to begin with)"""
    problem = prepared.problem
    widest = 1
    for first, last in prepared.chunks():
        values = prepared.values(first, last)
        widest = max(widest, int(values.max(initial=0)), -int(values.min(initial=0)))
    widest *= 2
    widest += sum(family.weight or 0 for family in prepared.families) + sum(
        f.over or 0 for f in prepared.families
    )
    widest += int(prepared.steps[-1]) if prepared.steps is not None and len(prepared.steps) else 0
    safe = min(PRICE_MAX, widest * (min(problem.shape) + 2))
    return safe, min(safe, 4 * widest)


def _check(plan: AssignmentPlan, prepared: Prepared) -> None:
    verdict = check_plan(plan, prepared)
    if verdict.faults:
        raise CertificateError(str(verdict.faults[0]))
    claimed = plan.certificate
    if (verdict.objective, verdict.bound) != (claimed.objective, claimed.bound) and claimed.proof == "prices":
        raise CertificateError(f"{verdict.objective} {verdict.bound} {claimed.objective} {claimed.bound}")
