"""The exact model of one session's slots: a talk, its cell and its first slot."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from schedule.solve.errors import NoPlanYet
from schedule.solve.sessions.problem import Place, SessionProblem
from schedule.solve.sessions.relations import talk_pair_costs
from schedule.solve.sessions.terms import Term

WORK_MAX = 1.0  # deterministic units, about seconds
FIT_WORK_MAX = 100.0
Var = Any


@dataclass(frozen=True, slots=True)
class Group:
    """Talks of one track in one session, the rooms it holds there, and how many of its talks come before."""

    track: int
    session: int
    talks: tuple[int, ...]
    rooms: tuple[int, ...]
    before: int


@dataclass(eq=False)
class _Slots:
    problem: SessionProblem
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    at: dict[int, dict[tuple[int, int], Var]] = field(default_factory=dict)
    holds: dict[tuple[int, int], Var] = field(default_factory=dict)
    objective: list[tuple[Var, int]] = field(default_factory=list)


def pack_groups(
    problem: SessionProblem,
    groups: Sequence[Group],
    prefer: Sequence[Place | None] | None,
    stay: frozenset[int],
) -> dict[int, Place] | None:
    """The cheapest slots for all these talks together, None when they do not fit."""
    made = _Slots(problem)
    session = groups[0].session
    for group in groups:
        for i in group.talks:
            kept = prefer[i] if prefer is not None and i in stay else None
            rooms = group.rooms if kept is None else (kept.room,)
            if not _add_places(made, i, session, rooms):
                return None
        _add_cells(made, group)
        _add_order(made, group)
        _add_rooms_of_pairs(made, group)
    _add_overlaps(made, [i for group in groups for i in group.talks], session)
    _add_preference(made, prefer, session)
    if made.objective:
        made.model.minimize(sum(cost * var for var, cost in made.objective))
    solver = _solved(made.model)
    if solver is None:
        return None
    return {
        i: Place(session, r, k)
        for i, choices in made.at.items()
        for (r, k), var in choices.items()
        if solver.boolean_value(var)
    }


def _solved(model: cp_model.CpModel) -> cp_model.CpSolver | None:
    """The best that a little work finds, or any slots at all; None when there are none."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.catch_sigint_signal = False
    solver.parameters.max_deterministic_time = WORK_MAX
    status = solver.solve(model)
    if status == cp_model.UNKNOWN:
        model.clear_objective()
        solver.parameters.max_deterministic_time = FIT_WORK_MAX
        status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return solver
    if status == cp_model.INFEASIBLE:
        return None
    raise NoPlanYet


def _add_places(made: _Slots, i: int, session: int, rooms: Iterable[int]) -> bool:
    problem, talk = made.problem, made.problem.talks[i]
    pin = talk.pin
    choices = {
        (r, k): made.model.new_bool_var("")
        for r in rooms
        for k in range(problem.sessions[session].slots - talk.slots + 1)
        if pin is None or (pin.room in (None, r) and pin.slot in (None, k))
    }
    if not choices:
        return False
    made.model.add_exactly_one(choices.values())
    made.at[i] = choices
    weight = problem.weight(Term.TALK_ROOM) * talk.slots
    for (r, _), var in choices.items():
        if weight and problem.talk_room[i, r]:
            made.objective.append((var, weight * int(problem.talk_room[i, r])))
    for k in range(problem.sessions[session].slots):
        over = [var for (_, first), var in choices.items() if first <= k < first + talk.slots]
        made.holds[i, k] = sum(over)
    return True


def _add_cells(made: _Slots, group: Group) -> None:
    """One talk at a time in a cell."""
    for r in group.rooms:
        for k in range(made.problem.sessions[group.session].slots):
            made.model.add_at_most_one(
                var
                for i in group.talks
                for (room, first), var in made.at[i].items()
                if room == r and first <= k < first + made.problem.talks[i].slots
            )


def _add_order(made: _Slots, group: Group) -> None:
    """Positions count by room, then by slot, after the talks of earlier sessions."""
    problem = made.problem
    weight = problem.weight(Term.ORDER)
    wished = [i for i in group.talks if problem.talks[i].order]
    if not weight or not wished:
        return
    width = problem.sessions[group.session].slots
    key = {i: sum((r * width + k) * var for (r, k), var in made.at[i].items()) for i in group.talks}
    for i in wished:
        rank = problem.talks[i].order - group.before - 1
        right = made.model.new_bool_var("")
        made.objective.append((~right, weight))
        if not 0 <= rank < len(group.talks):
            made.model.add(right == 0)
            continue
        earlier = []
        for j in group.talks:
            if j != i:
                sooner = made.model.new_bool_var("")
                made.model.add(key[j] < key[i]).only_enforce_if(sooner)
                made.model.add(key[j] > key[i]).only_enforce_if(~sooner)
                earlier.append(sooner)
        made.model.add(sum(earlier) == rank).only_enforce_if(right)
    for i, j in combinations(wished, 2):
        _charge_overlap(made, i, j, group.session, weight)


def _add_rooms_of_pairs(made: _Slots, group: Group) -> None:
    """People wanted in two cells of their own track."""
    if len(group.rooms) < 2:
        return
    for (i, j), (whole, _) in talk_pair_costs(made.problem).items():
        if whole and i in group.talks and j in group.talks:
            apart = made.model.new_bool_var("")
            for r in group.rooms:
                one, two = (sum(var for (q, _), var in made.at[x].items() if q == r) for x in (i, j))
                made.model.add(one - two <= apart)
            made.objective.append((apart, whole))


def _add_overlaps(made: _Slots, talks: list[int], session: int) -> None:
    here = set(talks)
    for (i, j), (_, slot) in talk_pair_costs(made.problem).items():
        if slot and i in here and j in here:
            _charge_overlap(made, i, j, session, slot)


def _charge_overlap(made: _Slots, i: int, j: int, session: int, cost: int) -> None:
    for k in range(made.problem.sessions[session].slots):
        both = made.model.new_bool_var("")
        made.model.add(made.holds[i, k] + made.holds[j, k] <= 1 + both)
        made.objective.append((both, cost))


def _add_preference(made: _Slots, prefer: Sequence[Place | None] | None, session: int) -> None:
    """A tie goes to the plan that the public knows: first by room, then by slot."""
    if prefer is None:
        return
    scale = 3 * len(made.at) + 1
    made.objective = [(var, cost * scale) for var, cost in made.objective]
    for i, choices in made.at.items():
        kept = prefer[i]
        if kept is None or kept.session != session:
            continue
        for (r, k), var in choices.items():
            worse = 2 * (r != kept.room) + (k != kept.slot)
            if worse:
                made.objective.append((var, worse))
