"""Draw the plan at random, so that nobody can count on getting a proposal.

No pair is drawn with a probability above Q (Jecmen and others, NeurIPS 2020: an integer flow with capacities of
Q·1024 gives the best expected total). ``alpha`` above 0 spreads further by perturbed maximisation, Σ s (x − α x²)
(Xu and others, NeurIPS 2023). Whole plans are drawn by dependent rounding with a seed: every wish, load and
nested rule holds in every draw, and every pair keeps its probability exactly.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from plumbing.sentences import Sentence, sentence
from plumbing.watch import OnProgress, ShouldStop, watching
from reviews.assign.candidates import first_candidates
from reviews.assign.certificate import read_prices
from reviews.assign.check import objective_of
from reviews.assign.errors import CertificateError, ProblemError
from reviews.assign.finish import finished_plan, merged
from reviews.assign.flow import Flow, solve_flow
from reviews.assign.interior import Concave, solve_concave
from reviews.assign.network import Layers, Network, build, layers
from reviews.assign.options import SolveOptions
from reviews.assign.plan import AssignmentPlan
from reviews.assign.prepare import Prepared, prepare
from reviews.assign.pricing import price_all
from reviews.assign.problem import UNIT, AssignmentProblem, Ints
from reviews.assign.rounding import round_flow
from reviews.assign.rules.pairs import ProbabilityCap
from reviews.assign.shortfall import big_range
from reviews.assign.solve import solve

SCALE = 1 << 10
FINE_SCALE = 1 << 20
SEGMENTS = 16
SPREAD_PAIRS_MAX = 4_000_000
SPREAD_REVIEWERS_MAX = 3_000
ROUNDS_MAX = 40
MISSING = 4  # weight of a unit that finds no place; everything else is free


@dataclass(frozen=True, eq=False)
class Probabilities:
    """The audit record, for the chair only: pairs and their probability in units of 1/``scale``."""

    proposal: Ints
    reviewer: Ints
    units: Ints
    scale: int

    @property
    def shares(self) -> np.ndarray:
        """Probabilities as floats."""
        return self.units / self.scale

    def measures(self, proposals: int) -> dict[str, float]:
        """How random it is: highest, mean of each proposal's highest, support, entropy, L2 norm."""
        shares = self.shares
        highest = np.zeros(proposals)
        np.maximum.at(highest, self.proposal, shares)
        some = shares[shares > 0]
        return {
            "highest": float(shares.max(initial=0.0)),
            "mean_highest": float(highest.mean()),
            "support": float(len(some)),
            "entropy": float((some * -np.log(some)).sum()) + 0.0,
            "l2": float(np.sqrt((some * some).sum())),
        }


@dataclass(frozen=True, eq=False)
class RandomPlan:
    """One draw: ``plan`` is what was drawn, ``expected`` the mean total of all draws in millionths."""

    plan: AssignmentPlan
    probabilities: Probabilities
    q: float
    alpha: float
    seed: int
    expected: int
    best: int

    def sentence(self) -> Sentence:
        """The draw in words, for the chair."""
        words = "Drawn with seed %(seed)s; no pair was likelier than %(share)s %%; expected loss %(loss)s %%."
        loss = round(100 * (self.best - self.expected) / max(1, abs(self.best)), 2)
        return sentence(words, seed=self.seed, share=round(100 * self.q, 1), loss=loss)

    def report(self) -> dict[str, Any]:
        """The plan's report with the measures of randomness."""
        extra = {"q": self.q, "alpha": self.alpha, "seed": self.seed, "expected_total": self.expected / UNIT}
        quality = self.expected / self.best if self.best else 1.0
        measures = self.probabilities.measures(len(self.plan.problem.proposals))
        return {**self.plan.report(), **extra, "best_total": self.best / UNIT, "quality": quality, **measures}


def randomise(
    problem: AssignmentProblem,
    *,
    q: float = 1.0,
    alpha: float = 0.0,
    seed: int = 0,
    options: SolveOptions | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> RandomPlan:
    """Draw a plan. Raises ``ProblemError`` for q, alpha, or rules with which no probabilities exist."""
    _check_arguments(problem, q, alpha)
    options = options or SolveOptions()
    watch = watching(options.time_limit_seconds, on_progress, should_stop)
    watch.tell(0, sentence("Finding the best total"))
    base = solve(problem, options=options, should_stop=should_stop)
    prepared = prepare(problem, keep=options.keep, softness=options.softness)
    nested = layers(prepared)
    if nested is None or any(rule.is_lazy for rule in problem.rules):
        raise ProblemError("rules", sentence("Plans can be drawn only under rules that nest."))
    watch.tell(40, sentence("Finding the probabilities"))
    drawn = _spread(prepared, nested, q, alpha, base) if alpha > 0 else _capped(prepared, nested, q, base)
    watch.tell(80, sentence("Drawing"))
    rng = np.random.default_rng(seed)
    whole = round_flow(drawn.tail, drawn.head, drawn.units, drawn.nodes, drawn.scale, rng)
    chosen = whole[: len(drawn.p)] > 0
    pairs = merged(prepared, np.column_stack([drawn.p[chosen], drawn.r[chosen]]))
    watch.tell(100, sentence("Done"))
    return _result(prepared, base, drawn, pairs, (q, alpha, seed), options)


@dataclass(frozen=True, eq=False)
class _Drawable:
    """A flow of probabilities: the arcs of pairs first, then those of groups and loads."""

    p: Ints
    r: Ints
    tail: Ints
    head: Ints
    units: Ints
    nodes: int
    scale: int


def _check_arguments(problem: AssignmentProblem, q: float, alpha: float) -> None:
    if not 0.0 < q <= 1.0:
        raise ProblemError("q", sentence("A probability lies above 0 and is at most 1."))
    if not 0.0 <= alpha <= 1.0:
        raise ProblemError("alpha", sentence("Alpha lies between 0 and 1."))
    if alpha > 0 and (problem.lowest < 0):
        raise ProblemError("alpha", sentence("Spreading by alpha needs scores that are not negative."))


def _caps(prepared: Prepared, p: Ints, r: Ints, q: float, scale: int) -> Ints:
    """The highest probability of each pair, in units, rounded down."""
    most = np.full(p.shape, q)
    for rule in prepared.problem.rules:
        if isinstance(rule, ProbabilityCap):
            bound = rule.most if rule.only is None else np.where(rule.only[p, r], rule.most, 1.0)
            most = np.minimum(most, bound)
    return np.floor(most * scale + 1e-9).astype(np.int64)


def _capped(prepared: Prepared, nested: Layers, q: float, base: AssignmentPlan) -> _Drawable:
    """The best expected total with no pair above q: candidates, flow, pricing, as for a single plan."""
    keys = first_candidates(prepared, _first_each(prepared, q))
    return _priced_flow(prepared, nested, keys, q, 0.0, base)


def _first_each(prepared: Prepared, q: float) -> int:
    return int(max(30, 2 * prepared.wanted.max(initial=1) / q))


def _priced_flow(
    prepared: Prepared, nested: Layers, keys: Ints, q: float, alpha: float, base: AssignmentPlan
) -> _Drawable:
    width = prepared.problem.shape[1]
    big = big_range(prepared)[0]
    for _ in range(ROUNDS_MAX):
        p, r = keys // width, keys % width
        parts = SEGMENTS if alpha > 0 else 1
        network, values = _segmented(prepared, nested, p, r, q, alpha, parts, big)
        flow = solve_flow(network)
        prices = read_prices(prepared, nested, network, flow)
        missed = price_all(prepared, prices, keys, 30)
        if missed.is_empty:
            break
        keys = np.union1d(keys, missed.keys)
    missing = int(flow.units[network.arcs.cost == big].sum())
    if missing or _owed(network, flow, big) > SCALE * _demands_short(base):
        words = "With q at %(q)s some proposals cannot be filled; raise q or the loads."
        raise ProblemError("q", sentence(words, q=q))
    pair_units = flow.units[: network.pairs].reshape(len(keys), parts).sum(axis=1)
    arcs = network.arcs
    rest = slice(network.pairs, None)
    return _Drawable(
        p,
        r,
        np.concatenate([arcs.tail[: network.pairs : parts], arcs.tail[rest]]),
        np.concatenate([arcs.head[: network.pairs : parts], arcs.head[rest]]),
        np.concatenate([pair_units, flow.units[rest]]),
        len(network.supply),
        SCALE,
    )


def _owed(network: Network, flow: Flow, big: int) -> int:
    """Units of minimum loads and demanded groups that are not given: their arcs are rewarded by ``big``."""
    rewarded = network.arcs.cost < -big // 2
    return int((network.arcs.cap - flow.units)[rewarded].sum())


def _demands_short(base: AssignmentPlan) -> int:
    """What even the best plan cannot give."""
    return sum(wish.missing for wish in base.unmet if wish.demanded and wish.kind != "reviews")


def _segmented(
    prepared: Prepared, nested: Layers, p: Ints, r: Ints, q: float, alpha: float, parts: int, big: int
) -> tuple[Network, Ints]:
    """Each pair as ``parts`` arcs of falling worth: the concave gain s (x − α x²) in straight pieces."""
    caps = _caps(prepared, p, r, q, SCALE)
    edges = (np.arange(parts + 1)[None, :] * caps[:, None]) // parts
    middle = (edges[:, 1:] + edges[:, :-1]) / (2 * SCALE)
    scores = prepared.values_at(p, r)
    worth = np.rint(scores[:, None] * (1.0 - 2.0 * alpha * middle)).astype(np.int64)
    many_p, many_r = np.repeat(p, parts), np.repeat(r, parts)
    pair_cap = np.diff(edges, axis=1).ravel()
    network = build(prepared, nested, many_p, many_r, worth.ravel(), big=big, scale=SCALE, pair_cap=pair_cap)
    return network, scores


def _spread(prepared: Prepared, nested: Layers, q: float, alpha: float, base: AssignmentPlan) -> _Drawable:
    """Perturbed maximisation: exact by interior point, in straight pieces where groups, size or short loads forbid it.

    The flow without spreading is asked first, for it tells whether there are any probabilities.
    """
    proposals, reviewers = prepared.problem.shape
    exact = proposals * reviewers <= SPREAD_PAIRS_MAX and reviewers <= SPREAD_REVIEWERS_MAX
    if prepared.families or prepared.steps is not None or not exact or _demands_short(base):
        return _priced_flow(prepared, nested, first_candidates(prepared, _first_each(prepared, q)), q, alpha, base)
    _capped(prepared, nested, q, base)
    return _drawable(prepared, nested, spread_shares(prepared, q, alpha), q)


def spread_shares(prepared: Prepared, q: float, alpha: float) -> np.ndarray:
    """The probabilities of perturbed maximisation as a table of floats, exact to about 1e-9."""
    proposals, reviewers = prepared.problem.shape
    every_p, every_r = np.arange(proposals)[:, None], np.arange(reviewers)[None, :]
    scores = prepared.values(0, proposals) / UNIT
    shape = (proposals, reviewers)
    caps = _caps(prepared, np.broadcast_to(every_p, shape), np.broadcast_to(every_r, shape), q, FINE_SCALE)
    caps = np.where(prepared.open, caps, 0)
    if (caps.sum(axis=1) < prepared.wanted * FINE_SCALE).any():
        p = int(np.flatnonzero(caps.sum(axis=1) < prepared.wanted * FINE_SCALE)[0])
        words = "With q at %(q)s %(proposal)s cannot be filled."
        raise ProblemError("q", sentence(words, q=q, proposal=prepared.problem.proposal(p)))
    high = np.minimum(prepared.high, prepared.wanted.sum())
    return solve_concave(
        Concave(
            scores,
            alpha * scores,
            caps / FINE_SCALE,
            prepared.wanted.astype(np.float64),
            prepared.low.astype(np.float64),
            high.astype(np.float64),
        )
    )


def _drawable(prepared: Prepared, nested: Layers, shares: np.ndarray, q: float) -> _Drawable:
    """Shares as whole units with exact counts: rounded down, and the rest given out by one flow.

    Pairs with next to no share come in only when the others cannot hold the rest.
    """
    for least, slack in ((0.5, 8), (0.0, 8), (0.0, FINE_SCALE >> 10)):
        p, r = np.nonzero(shares * FINE_SCALE > least)
        units = _whole_units(prepared, nested, p, r, shares[p, r], _caps(prepared, p, r, q, FINE_SCALE), slack)
        if units is not None:
            break
    else:
        raise CertificateError("the shares do not add up")
    own_r = np.arange(prepared.problem.shape[1])
    load = np.bincount(r, weights=units, minlength=len(own_r)).astype(np.int64)
    return _Drawable(
        p,
        r,
        np.concatenate([1 + r, np.zeros(len(own_r), np.int64)]),
        np.concatenate([1 + len(own_r) + p, 1 + own_r]),
        np.concatenate([units, load]),
        1 + len(own_r) + prepared.problem.shape[0],
        FINE_SCALE,
    )


def _whole_units(
    prepared: Prepared, nested: Layers, p: Ints, r: Ints, shares: np.ndarray, caps: Ints, slack: int
) -> Ints | None:
    """Units near the shares that add up on both sides; None when these pairs cannot."""
    floor = np.minimum(np.maximum(np.floor(shares * FINE_SCALE).astype(np.int64) - 2, 0), caps)
    given = np.bincount(p, weights=floor, minlength=prepared.problem.shape[0]).astype(np.int64)
    load = np.bincount(r, weights=floor, minlength=prepared.problem.shape[1]).astype(np.int64)
    left = replace(
        prepared,
        wanted=prepared.wanted * FINE_SCALE - given,
        low=np.maximum(prepared.low * FINE_SCALE - load, 0),
        high=prepared.high * FINE_SCALE - load,
    )
    room = np.minimum(caps - floor, slack)
    network = build(left, nested, p, r, np.zeros(len(p), np.int64), big=MISSING, pair_cap=room)
    units = solve_flow(network).units
    cost = network.arcs.cost
    light = int(left.low.sum()) - int(units[cost == -MISSING].sum())
    if light or int(units[cost == MISSING].sum()):
        return None
    return np.asarray(floor + units[: network.pairs])


def _result(
    prepared: Prepared,
    base: AssignmentPlan,
    drawn: _Drawable,
    pairs: Ints,
    asked: tuple[float, float, int],
    options: SolveOptions,
) -> RandomPlan:
    """The draw beside the best plan, whose prices say what this draw gives up."""
    problem = prepared.problem
    units = drawn.units[: len(drawn.p)]
    used = units > 0
    p = np.concatenate([drawn.p[used], prepared.fixed[:, 0]])
    r = np.concatenate([drawn.r[used], prepared.fixed[:, 1]])
    every = np.concatenate([units[used], np.full(len(prepared.fixed), drawn.scale)])
    expected = sum(int(s) * int(n) for s, n in zip(problem.at(p, r)[0], every, strict=True)) // drawn.scale
    objective = objective_of(prepared, pairs, base.certificate.big)
    certificate = replace(base.certificate, objective=objective, proof="prices")
    plan = finished_plan(prepared, pairs, certificate, options=options, candidates=len(drawn.p), seconds=base.seconds)
    q, alpha, seed = asked
    return RandomPlan(plan, Probabilities(p, r, every, drawn.scale), q, alpha, seed, expected, base.total)
