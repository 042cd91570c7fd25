"""Wishes that a plan does not meet, and the smallest set of people and proposals that explains why."""

import numpy as np

from plumbing.sentences import Sentence, counted, sentence
from reviews.assign.plan import Flag, Unmet
from reviews.assign.prepare import Prepared
from reviews.assign.problem import AssignmentProblem, Ints, reviews_words
from reviews.assign.rules.base import counts_by
from reviews.assign.words import refs


def find_flags(problem: AssignmentProblem, pairs: Ints) -> tuple[Flag, ...]:
    """Pairs that a rule wants a chair to look at."""
    return tuple(Flag(p, r, words) for rule in problem.rules for p, r, words in rule.flags(problem, pairs))


def find_unmet(prepared: Prepared, pairs: Ints) -> tuple[tuple[Unmet, ...], tuple[Sentence, ...]]:
    """Every wish that is not met, each in words, and what causes the missing reviews."""
    problem = prepared.problem
    given = np.bincount(pairs[:, 0], minlength=problem.shape[0])
    load = np.bincount(pairs[:, 1], minlength=problem.shape[1])
    unmet = [_missing_reviews(problem, int(p), int(given[p])) for p in np.flatnonzero(given < problem.wanted)]
    wanted_low = prepared.low + np.where(prepared.low > 0, prepared.fixed_load, 0)
    unmet += [_light_load(problem, int(r), int(load[r]), int(wanted_low[r])) for r in np.flatnonzero(load < wanted_low)]
    causes = shortage_causes(prepared, given) if (given < problem.wanted).any() else ()
    unmet += _broken_counts(prepared, pairs)
    return tuple(unmet), causes


def _missing_reviews(problem: AssignmentProblem, p: int, given: int) -> Unmet:
    words = counted(
        "%(proposal)s gets %(given)s of %(wanted)s reviews: %(num)s is missing.",
        "%(proposal)s gets %(given)s of %(wanted)s reviews: %(num)s are missing.",
        int(problem.wanted[p]) - given,
        proposal=problem.proposal(p),
        given=given,
        wanted=int(problem.wanted[p]),
    )
    return Unmet("reviews", p, int(problem.wanted[p]) - given, words)


def _light_load(problem: AssignmentProblem, r: int, load: int, low: int) -> Unmet:
    words = counted(
        "%(name)s gets %(num)s review instead of at least %(least)s.",
        "%(name)s gets %(num)s reviews instead of at least %(least)s.",
        load,
        name=problem.reviewer(r),
        least=low,
    )
    return Unmet("load", r, low - load, words)


def _broken_counts(prepared: Prepared, pairs: Ints) -> list[Unmet]:
    """Groups below their minimum, demands and wishes alike."""
    problem = prepared.problem
    unmet = []
    free = _without(pairs, prepared.fixed)
    for family in prepared.families:
        own, other = (0, 1) if family.side == "proposal" else (1, 0)
        counts = counts_by(free[:, own], family.label[free[:, other]], *family.low.shape)
        rule = problem.rules[family.rule].sentence()
        for owner, column in np.argwhere(counts < np.minimum(family.low, family.high)):
            missing = int(family.low[owner, column] - counts[owner, column])
            name = problem.proposal(int(owner)) if family.side == "proposal" else problem.reviewer(int(owner))
            words = sentence("%(owner)s misses: %(rule)s", owner=name, rule=rule)
            unmet.append(Unmet("rule", int(owner), missing, words, family.weight is None, family.rule))
    return unmet


def _without(pairs: Ints, fixed: Ints) -> Ints:
    known = {tuple(pair) for pair in fixed.tolist()}
    return np.array([pair for pair in pairs.tolist() if tuple(pair) not in known], dtype=np.int64).reshape(-1, 2)


def shortage_causes(prepared: Prepared, given: Ints) -> tuple[Sentence, ...]:
    """The minimum cut in words: which proposals share too few eligible reviewers, and by how much.

    By max-flow and min-cut the shortfall of the proposals named is exactly what is missing. The cut
    nearest to the proposals is taken, so that no proposal stands in it without need.
    """
    problem = prepared.problem
    short = np.flatnonzero(given < problem.wanted)
    proposals = _tight_proposals(prepared)
    if not len(proposals):
        rules = [rule.sentence() for rule in problem.rules]
        words = "Conflicts and loads would allow all reviews; these rules together do not: %(rules)s"
        return (sentence(words, rules=rules[0] if rules else ""), *rules[1:])
    wanted = int(prepared.wanted[proposals].sum())
    reach = prepared.open[proposals].sum(axis=0)
    eligible = np.flatnonzero(reach > 0)
    offered = int(np.minimum(reach, prepared.high).sum())
    if len(proposals) == 1 or not len(eligible):
        told = tuple(_alone(prepared, int(p)) for p in proposals)
    else:
        told = _together(problem, proposals, eligible, wanted, offered)
    rest = [p for p in short if p not in set(proposals.tolist())]
    more = (sentence("Rules keep reviews from %(proposals)s too.", proposals=refs(problem.proposals[p] for p in rest)),)
    return (*told, *(more if rest else ()))


def _alone(prepared: Prepared, p: int) -> Sentence:
    return counted(
        "%(proposal)s wants %(reviews)s and has %(num)s eligible reviewer with room.",
        "%(proposal)s wants %(reviews)s and has %(num)s eligible reviewers with room.",
        int((prepared.open[p] & (prepared.high > 0)).sum()),
        proposal=prepared.problem.proposal(p),
        reviews=reviews_words(int(prepared.wanted[p])),
    )


def _together(
    problem: AssignmentProblem, proposals: Ints, eligible: Ints, wanted: int, offered: int
) -> tuple[Sentence, ...]:
    """Several proposals and those whom they share; one such reviewer needs words of its own in many languages."""
    counts = {"proposals_count": len(proposals), "reviewers_count": len(eligible)}
    short_by = counted(
        "%(proposals_count)s proposals share %(reviewers_count)s eligible reviewers: %(num)s review short.",
        "%(proposals_count)s proposals share %(reviewers_count)s eligible reviewers: %(num)s reviews short.",
        wanted - offered,
        **counts,
    )
    if len(eligible) == 1:
        short_by = counted(
            "%(proposals_count)s proposals share one eligible reviewer: %(num)s review short.",
            "%(proposals_count)s proposals share one eligible reviewer: %(num)s reviews short.",
            wanted - offered,
            proposals_count=len(proposals),
        )
    named = sentence(
        "They are %(proposals)s; they want %(wanted)s reviews and %(reviewers)s can give %(offered)s.",
        proposals=refs(problem.proposals[p] for p in proposals),
        wanted=wanted,
        reviewers=refs(problem.reviewers[r] for r in eligible),
        offered=offered,
    )
    return short_by, named


def _tight_proposals(prepared: Prepared) -> Ints:
    """Proposals on the short side of the minimum cut of loads and open pairs, without the other rules."""
    from ortools.graph.python import max_flow

    problem = prepared.problem
    proposals, reviewers = problem.shape
    p, r = np.nonzero(prepared.open)
    source, sink = proposals + reviewers, proposals + reviewers + 1
    solver = max_flow.SimpleMaxFlow()
    own_p, own_r = np.arange(proposals), proposals + np.arange(reviewers)
    solver.add_arcs_with_capacity(np.full(proposals, source), own_p, prepared.wanted)
    solver.add_arcs_with_capacity(p, own_r[r], np.ones(len(p), dtype=np.int64))
    solver.add_arcs_with_capacity(own_r, np.full(reviewers, sink), prepared.high)
    solver.solve(source, sink)
    if solver.optimal_flow() == int(prepared.wanted.sum()):
        return np.zeros(0, dtype=np.int64)
    side = np.asarray(solver.get_source_side_min_cut(), dtype=np.int64)
    return np.sort(side[side < proposals])
