"""After a change: keep the released plan as far as possible, and say what fewer or more moves would buy.

A talk *moves* when its session or room is another than the public knows. First the smallest number of moves is
proven, then the best cost at that number; the frontier goes on from there. Within its cell a talk may slide to
another slot only where that costs nothing to avoid; whoever is concerned counts among the people to be told.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from plumbing.sentences import sentence
from plumbing.watch import Watch, watching
from schedule.solve.errors import Infeasible, NoPlanYet, ProblemError
from schedule.solve.outcome import SolveOptions
from schedule.solve.sessions.domain import full_domain
from schedule.solve.sessions.evaluate import evaluate, faults
from schedule.solve.sessions.model import Aggregate, Var, build, hint
from schedule.solve.sessions.pack import Unpacked, pack
from schedule.solve.sessions.problem import Place, Places, SessionProblem
from schedule.solve.sessions.search import Search, forbid, new_solver, read

STEPS_MAX = 50
REPAIRS_MAX = 30


@dataclass(frozen=True, slots=True)
class Drop:
    """What fell away: talks by reference, (person, session) pairs, whole sessions, rooms, single cells."""

    talks: tuple[str, ...] = ()
    away: tuple[tuple[str, int], ...] = ()
    sessions: tuple[int, ...] = ()
    rooms: tuple[int, ...] = ()
    cells: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One point of the frontier. ``told`` are the people whose talk has another session, room or slot."""

    moves: int
    cost: int
    bound: int
    is_fewest: bool
    places: Places
    moved: tuple[str, ...]
    slid: tuple[str, ...]
    told: tuple[str, ...]


def without(problem: SessionProblem, drop: Drop) -> SessionProblem:
    """The problem after the drop-out. Raises ``ProblemError`` for a talk that does not exist."""
    known = {talk.ref: i for i, talk in enumerate(problem.talks)}
    for ref in drop.talks:
        if ref not in known:
            raise ProblemError(f"talks[{ref}]", sentence("This talk is unknown."))
    gone = {known[ref] for ref in drop.talks}
    kept = [i for i in range(len(problem.talks)) if i not in gone]
    closed = set(problem.closed) | set(drop.cells)
    closed |= {(s, r) for s in drop.sessions for r in range(len(problem.rooms))}
    closed |= {(s, r) for s in range(len(problem.sessions)) for r in drop.rooms}
    rows = np.array(kept, dtype=np.int64)
    return replace(
        problem,
        talks=tuple(problem.talks[i] for i in kept),
        talk_session=problem.talk_session[rows],
        talk_room=problem.talk_room[rows],
        closed=frozenset(closed),
        away=problem.away | frozenset(drop.away),
        released=None if problem.released is None else tuple(problem.released[i] for i in kept),
    )


def frontier(
    problem: SessionProblem, *, further: int = 0, options: SolveOptions | None = None, watch: Watch | None = None
) -> tuple[Change, ...]:
    """The plan with fewest moves, then the best with one move more, and so on for ``further`` steps.

    Raises ``ProblemError`` without a released plan, ``Infeasible`` when no plan is left, ``NoPlanYet`` when the time
    was over before the smallest number of moves was known.
    """
    released = problem.released
    if released is None:
        raise ProblemError("released", sentence("There is no released plan to keep to."))
    options = options or SolveOptions()
    watch = watch or watching(options.time_limit_seconds, None, None)
    search = Search(problem, options, watch)
    first = _fewest(search, released)
    found = [_best_at(search, released, first, is_fewest=True)]
    for moves in range(first + 1, first + 1 + min(further, STEPS_MAX)):
        if search.left() <= 0.1 or watch.is_over():
            break
        change = _best_at(search, released, moves, is_fewest=False, known=found[-1])
        if change.cost < found[-1].cost:
            found.append(change)
    return tuple(found)


def _fewest(search: Search, released: Places) -> int:
    """The smallest number of talks that must move, proven."""
    made, moved = _model(search.problem, released)
    made.model.clear_objective()
    made.model.minimize(sum(moved.values()))
    found = _settled(search, made, moved, released, released)
    if found is None or not found.is_closed:
        raise NoPlanYet
    return found.bound


def _best_at(search: Search, released: Places, moves: int, *, is_fewest: bool, known: Change | None = None) -> Change:
    made, moved = _model(search.problem, released)
    made.model.add(sum(moved.values()) <= moves)
    found = _settled(search, made, moved, released, released if known is None else known.places)
    if found is None:
        if known is not None:
            return known
        raise NoPlanYet
    return _change(search.problem, released, found.places, found.bound, is_fewest=is_fewest)


@dataclass(frozen=True, slots=True)
class _Settled:
    places: Places
    is_closed: bool
    bound: int


def _settled(
    search: Search, made: Aggregate, moved: dict[int, Var], released: Places, start: Places
) -> _Settled | None:
    """The best plan of a model, packed; sets of talks that do not fit their cells are forbidden and it runs again.

    None when the time was over. Raises ``Infeasible``.
    """
    hint(made, [place or Place(-1, -1, -1) for place in start])
    for _ in range(REPAIRS_MAX):
        solver = new_solver(search, max(0.1, search.left()))
        status = solver.solve(made.model)
        search.work += solver.response_proto.deterministic_time
        if status == cp_model.INFEASIBLE:
            raise Infeasible(sentence("No plan keeps every hard rule."))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        sessions, rooms = read(made, solver)
        stay = frozenset(i for i, var in moved.items() if not solver.value(var))
        places = pack(search.problem, sessions, rooms, prefer=released, stay=stay)
        if not isinstance(places, Unpacked):
            bound = math.ceil(solver.best_objective_bound - 1e-6) if made.model.has_objective() else 0
            return _Settled(places, status == cp_model.OPTIMAL, bound)
        forbid(made, places, unless=[moved[i] for i in places.talks if i in stay])
    return None


def _model(problem: SessionProblem, released: Places) -> tuple[Aggregate, dict[int, Var]]:
    """The aggregated model with a variable for every talk that had a place: does it leave its cell?"""
    made = build(problem, full_domain(problem), limit=None)
    moved = {}
    for i, place in enumerate(released):
        if place is None:
            continue
        var = moved[i] = made.bool(f"m{i}")
        talk = made.talk.get((i, place.session))
        cell = made.cell.get((problem.talks[i].track, place.session, place.room))
        if talk is None or cell is None:
            made.model.add(var == 1)
        else:
            made.model.add_bool_or([var, talk])
            made.model.add_bool_or([var, cell])
    return made, moved


def _change(problem: SessionProblem, released: Places, places: Places, bound: int, *, is_fewest: bool) -> Change:
    moved: list[str] = []
    slid: list[str] = []
    told: list[str] = []
    for i, (old, new) in enumerate(zip(released, places, strict=True)):
        if old is None or new is None or old == new:
            continue
        (moved if old[:2] != new[:2] else slid).append(problem.talks[i].ref)
        told += problem.talks[i].people
    cost = evaluate(problem, places).cost
    assert not faults(problem, places)  # noqa: S101 — a fault here would be one of this package
    return Change(
        len(moved), cost, min(bound, cost), is_fewest, places, tuple(moved), tuple(slid), tuple(dict.fromkeys(told))
    )
