"""Talks that are alike: same track, length, sessions and costs, and nothing that ties one of them to another talk.

Any two of them may change places without a change in cost. So a model needs not say which of them is in a session,
only how many: one whole number in place of many choices, and no search among plans that differ in names alone.
"""

from collections import defaultdict

from schedule.solve.sessions.domain import Domain, talk_cost
from schedule.solve.sessions.problem import SessionProblem
from schedule.solve.sessions.relations import talk_pair_costs
from schedule.solve.sessions.terms import Term

Alike = tuple[int, ...]


def each_alone(problem: SessionProblem) -> list[Alike]:
    """Every talk by itself."""
    return [(i,) for i in range(len(problem.talks))]


def alike(problem: SessionProblem, domain: Domain) -> list[Alike]:
    """All talks, those that are alike together, in the order of their first."""
    tied = {i for pair in talk_pair_costs(problem) for i in pair}
    groups: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for i, talk in enumerate(problem.talks):
        sessions = sorted(domain.sessions[i])
        costs = tuple(talk_cost(problem, i, s) for s in sessions)
        alone = i in tied or talk.pin is not None or _is_placed(problem, i)
        groups[(talk.track, talk.slots, tuple(sessions), costs, i if alone else None)].append(i)
    return sorted(tuple(members) for members in groups.values())


def _is_placed(problem: SessionProblem, i: int) -> bool:
    """Whether it matters where in its session or in which room the talk is."""
    ordered = problem.weight(Term.ORDER) and problem.talks[i].order
    return bool(ordered or (problem.weight(Term.TALK_ROOM) and problem.talk_room[i].any()))
