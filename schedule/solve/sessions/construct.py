"""A first plan by hand: each track, the largest first, into the cheapest gapless run of one room that still is free.

Where no run is left, a track takes single cells. The search may begin without such a plan, but on large problems
it finds its feet much sooner with one.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from schedule.solve.sessions.domain import Cell, Domain, cell_cost, full_domain, talk_cost
from schedule.solve.sessions.pack import Unpacked, pack
from schedule.solve.sessions.problem import Places, SessionProblem
from schedule.solve.sessions.relations import talk_pair_costs, track_pair_costs


@dataclass(eq=False)
class _Board:
    problem: SessionProblem
    domain: Domain
    free: set[Cell]
    sessions: dict[int, int] = field(default_factory=dict)
    rooms: dict[tuple[int, int], list[int]] = field(default_factory=lambda: defaultdict(list))
    meets: list[list[tuple[int, int]]] = field(default_factory=list)
    running: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))


def construct(problem: SessionProblem) -> Places | None:
    """A plan that keeps every hard rule, or None when this simple way finds none."""
    domain = full_domain(problem)
    board = _Board(problem, domain, {cell for own in domain.cells for cell in own})
    board.meets = [[] for _ in problem.talks]
    for (i, j), (whole, _) in talk_pair_costs(problem).items():
        board.meets[i].append((j, whole))
        board.meets[j].append((i, whole))
    sizes = {t: sum(problem.talks[i].slots for i in problem.talks_of(t)) for t in range(len(problem.tracks))}
    for t in sorted(sizes, key=lambda t: (-sizes[t], t)):
        talks = problem.talks_of(t)
        if talks and not (_take_run(board, t, talks) or _take_cells(board, t, talks)):
            return None
    found = pack(problem, [board.sessions[i] for i in range(len(problem.talks))], board.rooms)
    return None if isinstance(found, Unpacked) else found


def _take_run(board: _Board, t: int, talks: list[int]) -> bool:
    """The cheapest run of sessions in one room, as short as possible."""
    count, best = len(board.problem.sessions), None
    for first in range(count):
        for last in range(first, count):
            given = _spread(board, talks, list(range(first, last + 1)))
            if given is None:
                continue
            used = sorted(set(given.values()))
            price = sum(_price(board, i, s) for i, s in given.items()) + _beside(board, t, used)
            for r in _rooms_for(board, talks):
                if all((s, r) in board.free for s in used):
                    cost = price + sum(cell_cost(board.problem, t, s, r) for s in used)
                    if best is None or cost < best[0]:
                        best = (cost, given, {(s, r) for s in used})
            break
    if best is None:
        return False
    _hold(board, t, best[1], best[2])
    return True


def _take_cells(board: _Board, t: int, talks: list[int]) -> bool:
    """Single cells, one for each session in which one is free."""
    rooms = _rooms_for(board, talks)
    cells = {s: r for s, r in sorted(board.free, reverse=True) if r in rooms}
    given = _spread(board, talks, sorted(cells))
    if given is None:
        return False
    _hold(board, t, given, {(s, cells[s]) for s in set(given.values())})
    return True


def _rooms_for(board: _Board, talks: list[int]) -> list[int]:
    pinned = {pin.room for i in talks if (pin := board.problem.talks[i].pin) is not None and pin.room is not None}
    return list(range(len(board.problem.rooms))) if not pinned else sorted(pinned) if len(pinned) == 1 else []


def _spread(board: _Board, talks: list[int], sessions: list[int]) -> dict[int, int] | None:
    """Each talk into the cheapest of these sessions that has slots left: the ordered in order, then the long."""
    problem = board.problem
    left = {s: problem.sessions[s].slots for s in sessions}
    if sum(left.values()) < sum(problem.talks[i].slots for i in talks):
        return None
    given: dict[int, int] = {}
    order = sorted(talks, key=lambda i: (problem.talks[i].order or 10**6, -problem.talks[i].slots, i))
    begun = min(sessions, default=0)
    for i in order:
        talk = problem.talks[i]
        fits = [s for s in sessions if s in board.domain.sessions[i] and left[s] >= talk.slots]
        if talk.order:
            fits = [s for s in fits if s >= begun] or fits
        if not fits:
            return None
        place = min(fits, key=lambda s: (_price(board, i, s), s))
        begun = max(begun, place) if talk.order else begun
        left[place] -= talk.slots
        given[i] = place
    return given


def _price(board: _Board, i: int, s: int) -> int:
    """The talk there, with those of its people's talks that stand there already."""
    return talk_cost(board.problem, i, s) + sum(cost for j, cost in board.meets[i] if board.sessions.get(j) == s)


def _beside(board: _Board, t: int, sessions: list[int]) -> int:
    costs = track_pair_costs(board.problem)
    return sum(costs.get((min(t, other), max(t, other)), 0) for s in sessions for other in board.running[s])


def _hold(board: _Board, t: int, given: dict[int, int], cells: set[Cell]) -> None:
    board.sessions |= given
    board.free -= cells
    for s, r in sorted(cells):
        board.rooms[t, s].append(r)
        board.running[s].append(t)
