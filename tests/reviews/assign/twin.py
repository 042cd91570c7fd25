"""A second opinion that shares no line with the engine: every panel of every proposal, tried.

``best_by_trying`` walks all plans of a tiny problem and weighs them from the words of each rule, lexicographically:
fewest missing (reviews, minimum loads, demanded groups together), then the highest value.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from reviews.assign.problem import AssignmentProblem
from reviews.assign.rules import (
    AtLeast,
    AtMost,
    BidPolicy,
    EvenLoad,
    NotTogether,
    NoTwoCycles,
    PerInstitution,
    PerTrack,
    Roles,
    ScoreFloor,
    TopicCoverage,
    TrackPools,
)

Plan = frozenset[tuple[int, int]]
Weight = tuple[int, int]


def best_by_trying(problem: AssignmentProblem, floor: int | None = None) -> Weight | None:
    """(missing, value) of the best plan; None when no plan is allowed."""
    best: Weight | None = None
    for plan in all_plans(problem):
        if floor is not None and worst_of(problem, plan) < floor:
            continue
        missing, value = weigh(problem, plan)
        if best is None or (-missing, value) > (-best[0], best[1]):
            best = missing, value
    return best


def all_plans(problem: AssignmentProblem) -> Iterator[Plan]:
    """Every plan that breaks no rule; reviews and demands may be missing."""
    fixed = {*problem.pinned, *problem.frozen}
    menus = [list(_panels(problem, p, fixed)) for p in range(problem.shape[0])]
    return (plan for plan in _walk(menus, 0, frozenset(), problem) if _allowed(problem, plan))


def all_complete(problem: AssignmentProblem) -> Iterator[Plan]:
    """Every plan in which nothing is missing."""
    return (plan for plan in all_plans(problem) if weigh(problem, plan)[0] == 0)


def weigh(problem: AssignmentProblem, plan: Plan) -> Weight:
    """What is missing (reviews, loads, demanded groups) and what the pairs are worth less fines."""
    load = [sum(r == mine for _, r in plan) for mine in range(problem.shape[1])]
    missing = int(problem.wanted.sum()) - len(plan)
    missing += sum(max(0, int(low) - has) for low, has in zip(problem.lows, load, strict=True))
    value = sum(_value(problem, p, r) for p, r in plan)
    for rule in problem.rules:
        if isinstance(rule, EvenLoad):
            value -= sum(rule.step * k for has in load for k in range(has))
        short, fine = _short(problem, rule, plan)
        missing, value = missing + short, value - fine
    return missing, value


def _panels(problem: AssignmentProblem, p: int, fixed: set[tuple[int, int]]) -> Iterator[Plan]:
    mine = {r for q, r in fixed if q == p}
    free = [r for r in range(problem.shape[1]) if r not in mine and _free(problem, p, r)]
    for size in range(max(0, int(problem.wanted[p]) - len(mine)) + 1):
        for panel in combinations(free, size):
            yield frozenset((p, r) for r in (*panel, *mine))


def _walk(menus: list[list[Plan]], p: int, plan: Plan, problem: AssignmentProblem) -> Iterator[Plan]:
    if p == len(menus):
        yield plan
        return
    for panel in menus[p]:
        longer = plan | panel
        if all(sum(r == mine for _, r in longer) <= _room(problem, mine) for _, mine in panel):
            yield from _walk(menus, p + 1, longer, problem)


def _room(problem: AssignmentProblem, r: int) -> int:
    return max(int(problem.load_max[r]), sum(mine == r for _, mine in problem.frozen))


def _free(problem: AssignmentProblem, p: int, r: int) -> bool:
    if problem.forbidden is not None and problem.forbidden[p, r]:
        return False
    for rule in problem.rules:
        if isinstance(rule, ScoreFloor) and problem.scores[p, r] < rule.lowest:
            return False
        if isinstance(rule, TrackPools) and rule.pool[r] >= 0 and rule.pool[r] != rule.track[p]:
            return False
        if isinstance(rule, BidPolicy) and rule.never_no and rule.bids[p, r] == -1:
            return False
    return True


def _value(problem: AssignmentProblem, p: int, r: int) -> int:
    value = int(problem.scores[p, r])
    for rule in problem.rules:
        if isinstance(rule, BidPolicy):
            bonus = {2: rule.yes, 1: rule.maybe}.get(int(rule.bids[p, r]), 0)
            value += min(bonus, rule.most)
    return value


def worst_of(problem: AssignmentProblem, plan: Plan) -> int:
    """The total of the worst-off proposal that wants a review and is not settled already."""
    fixed = [p for p, _ in {*problem.pinned, *problem.frozen}]
    totals = [sum(int(problem.scores[p, r]) for p, r in plan if p == mine) for mine in range(problem.shape[0])]
    open_ones = [p for p, wanted in enumerate(problem.wanted) if wanted > fixed.count(p)]
    return min((totals[p] for p in open_ones), default=0)


def _allowed(problem: AssignmentProblem, plan: Plan) -> bool:
    panels = [{r for q, r in plan if q == p} for p in range(problem.shape[0])]
    return all(_keeps(rule, plan, panels, problem.shape[1]) for rule in problem.rules)


def _keeps(rule: object, plan: Plan, panels: list[set[int]], reviewers: int) -> bool:
    if isinstance(rule, PerInstitution):
        homes = [[int(rule.institution[r]) for r in panel if rule.institution[r] >= 0] for panel in panels]
        return all(home.count(place) <= rule.most for home in homes for place in home)
    if isinstance(rule, AtMost):
        return all(sum(bool(rule.members[r]) for r in panel) <= rule.most for panel in panels)
    if isinstance(rule, Roles):
        return all(
            sum(rule.role[r] == role for r in panel) <= high for panel in panels for role, high in enumerate(rule.high)
        )
    if isinstance(rule, PerTrack):
        mine = [[int(rule.track[p]) for p, r in plan if r == who and rule.track[p] >= 0] for who in range(reviewers)]
        return all(tracks.count(track) <= rule.most for tracks in mine for track in tracks)
    if isinstance(rule, NotTogether):
        return not any(a in panel and b in panel for a, b in rule.people for panel in panels)
    if isinstance(rule, NoTwoCycles):
        wrote = set(rule.authors)
        return not any((p, s) in wrote and (q, r) in wrote and (p, r) != (q, s) for p, r in plan for q, s in plan)
    return True


def _short(problem: AssignmentProblem, rule: object, plan: Plan) -> Weight:
    """(demands missing, fines in millionths) of one rule."""
    panels = [[r for q, r in plan if q == p] for p in range(problem.shape[0])]
    if isinstance(rule, AtLeast):
        lacks = [
            max(0, min(rule.least, int(wanted)) - sum(bool(rule.members[r]) for r in panel))
            for panel, wanted in zip(panels, problem.wanted, strict=True)
        ]
        return (sum(lacks), 0) if rule.weight is None else (0, sum(lacks) * rule.weight)
    if isinstance(rule, Roles):
        counts = [[sum(rule.role[r] == role for r in panel) for role in range(len(rule.low))] for panel in panels]
        return sum(max(0, low - has) for count in counts for low, has in zip(rule.low, count, strict=True)), 0
    if isinstance(rule, TopicCoverage):
        lacks = [
            int(rule.proposal_topics[p, topic]) * (not any(rule.reviewer_topics[r, topic] for r in panel))
            for p, panel in enumerate(panels)
            for topic in range(rule.proposal_topics.shape[1])
        ]
        return (sum(lacks), 0) if rule.weight is None else (0, sum(lacks) * rule.weight)
    return 0, 0


def weight_of(problem: AssignmentProblem, pairs: np.ndarray) -> Weight:
    """``weigh`` for the pairs of an engine's plan."""
    return weigh(problem, frozenset((int(p), int(r)) for p, r in pairs))
