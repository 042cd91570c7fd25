"""The whole model with slots, for problems small enough: no gap between the bound and a real plan."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations

from schedule.solve.sessions.domain import Domain, full_domain, hardened
from schedule.solve.sessions.model import Aggregate, Var, build_frame
from schedule.solve.sessions.problem import Place, SessionProblem
from schedule.solve.sessions.relations import talk_pair_costs, track_pair_costs
from schedule.solve.sessions.terms import Term

STARTS_MAX = 60_000
Start = tuple[int, int, int]


@dataclass(eq=False)
class Exact:
    """``at[i][session, room, slot]``: talk i begins there."""

    made: Aggregate
    at: list[dict[Start, Var]] = field(default_factory=list)


def starts_count(problem: SessionProblem) -> int:
    """How many variables the whole model would have."""
    return sum(
        max(0, session.slots - talk.slots + 1) * len(problem.rooms)
        for talk in problem.talks
        for session in problem.sessions
    )


def build_exact(problem: SessionProblem, *, limit: int | None) -> Exact:
    """All plans, slot by slot, that make no single choice costing ``limit`` or more."""
    domain: Domain = hardened(problem, full_domain(problem), limit)
    whole = Exact(build_frame(problem, domain, limit=limit))
    _add_starts(whole)
    _add_cells(whole)
    _add_tracks(whole)
    _add_people(whole)
    _add_order(whole)
    made = whole.made
    if made.objective:
        made.model.minimize(made.cost())
    return whole


def places_of(whole: Exact, values: Var) -> tuple[Place, ...]:
    return tuple(Place(*start) for choices in whole.at for start, var in choices.items() if values.boolean_value(var))


def _add_starts(whole: Exact) -> None:
    made, problem = whole.made, whole.made.problem
    weight = problem.weight(Term.TALK_ROOM)
    for i, talk in enumerate(problem.talks):
        pin = talk.pin
        choices: dict[Start, Var] = {}
        for t, s, r in made.cell:
            if t != talk.track or (i, s) not in made.talk or (pin is not None and pin.room not in (None, r)):
                continue
            for k in range(problem.sessions[s].slots - talk.slots + 1):
                if pin is None or pin.slot in (None, k):
                    choices[s, r, k] = made.bool("")
                    made.charge(choices[s, r, k], weight * talk.slots * int(problem.talk_room[i, r]))
        by_session: defaultdict[int, list[Var]] = defaultdict(list)
        for (s, _, _), var in choices.items():
            by_session[s].append(var)
        for s in made.domain.sessions[i]:
            made.model.add(sum(by_session[s]) == made.talk[i, s])
        whole.at.append(choices)


def _add_cells(whole: Exact) -> None:
    """One talk at a time, only of the track that holds the cell, and no cell held by nobody."""
    made, problem = whole.made, whole.made.problem
    over: defaultdict[Start, list[Var]] = defaultdict(list)
    inside: defaultdict[tuple[int, int, int], list[Var]] = defaultdict(list)
    for i, choices in enumerate(whole.at):
        for (s, r, k), var in choices.items():
            made.model.add_implication(var, made.cell[problem.talks[i].track, s, r])
            inside[problem.talks[i].track, s, r].append(var)
            for slot in range(k, k + problem.talks[i].slots):
                over[s, r, slot].append(var)
    for variables in over.values():
        made.model.add_at_most_one(variables)
    for key, cell in made.cell.items():
        made.model.add_bool_or([~cell, *inside[key]])


def _add_tracks(whole: Exact) -> None:
    made = whole.made
    for (a, b), cost in track_pair_costs(made.problem).items():
        for s in range(len(made.problem.sessions)):
            one = [var for (t, q, _), var in made.cell.items() if t == a and q == s]
            two = [var for (t, q, _), var in made.cell.items() if t == b and q == s]
            for left in one:
                for right in two:
                    both = made.bool("")
                    made.model.add_bool_or([both, ~left, ~right])
                    made.charge(both, cost)


def _holding(whole: Exact, i: int, s: int, *, room: int | None = None, slot: int | None = None) -> Var:
    """Talk i in a room of the session, or over a slot of it."""
    slots = whole.made.problem.talks[i].slots
    return sum(
        var
        for (q, r, k), var in whole.at[i].items()
        if q == s and (room is None or r == room) and (slot is None or k <= slot < k + slots)
    )


def _add_people(whole: Exact) -> None:
    made, problem = whole.made, whole.made.problem
    for (i, j), (one, two) in talk_pair_costs(problem).items():
        for s in made.domain.sessions[i] & made.domain.sessions[j]:
            if one:
                apart = made.bool("")
                for room in range(len(problem.rooms)):
                    here, there = _holding(whole, i, s, room=room), _holding(whole, j, s, room=room)
                    made.model.add(here + made.talk[j, s] - there <= 1 + apart)
                made.charge(apart, one)
            if two:
                _charge_overlap(whole, i, j, s, two)


def _charge_overlap(whole: Exact, i: int, j: int, s: int, cost: int) -> None:
    for slot in range(whole.made.problem.sessions[s].slots):
        both = whole.made.bool("")
        held = _holding(whole, i, s, slot=slot) + _holding(whole, j, s, slot=slot)
        whole.made.model.add(held <= 1 + both)
        whole.made.charge(both, cost)


def _add_order(whole: Exact) -> None:
    made, problem = whole.made, whole.made.problem
    weight = problem.weight(Term.ORDER)
    if not weight:
        return
    width = max(session.slots for session in problem.sessions)
    rooms = len(problem.rooms)
    key = [sum(((s * rooms + r) * width + k) * var for (s, r, k), var in own.items()) for own in whole.at]
    for members in made.members:
        wished = [i for i in members if problem.talks[i].order]
        for i in wished:
            right = made.bool("")
            made.charge(~right, weight) if made.limit is None or weight < made.limit else made.model.add(right == 1)
            earlier = []
            for j in members:
                if j != i:
                    sooner = made.bool("")
                    made.model.add(key[j] < key[i]).only_enforce_if(sooner)
                    made.model.add(key[j] > key[i]).only_enforce_if(~sooner)
                    earlier.append(sooner)
            made.model.add(sum(earlier) == problem.talks[i].order - 1).only_enforce_if(right)
        for i, j in combinations(wished, 2):
            for s in made.domain.sessions[i] & made.domain.sessions[j]:
                _charge_overlap(whole, i, j, s, weight)
