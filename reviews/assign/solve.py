"""``solve``: from a problem to a proven plan.

Flow on the best candidates, prices from the residual network, all other pairs priced, those that pay
added, until none pays. Rules that do not nest go to ``search``.
"""

import time
from dataclasses import dataclass

import numpy as np

from plumbing.sentences import sentence
from plumbing.watch import OnProgress, ShouldStop, Watch, watching
from reviews.assign.candidates import first_candidates
from reviews.assign.certificate import Certificate, Prices, read_prices
from reviews.assign.check import check_plan
from reviews.assign.errors import Cancelled, CertificateError
from reviews.assign.finish import finished_plan, merged
from reviews.assign.flow import solve_flow
from reviews.assign.network import Layers, build, layers
from reviews.assign.options import SolveOptions
from reviews.assign.plan import AssignmentPlan
from reviews.assign.prepare import Prepared, prepare
from reviews.assign.pricing import price_all
from reviews.assign.problem import AssignmentProblem, Ints
from reviews.assign.search import search
from reviews.assign.shortfall import big_range, is_short

ROUNDS_MAX = 60
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
    on_progress: OnProgress | None = None,
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
    if nested is None or options.floor is not None or any(rule.is_lazy for rule in problem.rules):
        plan = search(prepared, options, watch)
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


def solve_nested(
    prepared: Prepared, nested: Layers, candidates: Ints, options: SolveOptions, watch: Watch
) -> FlowResult:
    """Rounds of flow and pricing until no left-out pair pays, or the watch says stop."""
    width = prepared.problem.shape[1]
    safe, big = big_range(prepared)
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
        if missed.is_empty and big < safe and is_short(prepared, pairs):
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


def _check(plan: AssignmentPlan, prepared: Prepared) -> None:
    verdict = check_plan(plan, prepared)
    if verdict.faults:
        raise CertificateError(str(verdict.faults[0]))
    claimed = plan.certificate
    if (verdict.objective, verdict.bound) != (claimed.objective, claimed.bound):
        raise CertificateError(f"{verdict.objective} {verdict.bound} {claimed.objective} {claimed.bound}")
