"""What a search may still choose: the sessions of each talk, the cells of each track.

Whatever is not in the domain gets no variable at all: pins, absences and closed cells cost nothing that way,
a neighbourhood is a small domain, and penalties that cannot pay are cut off before the model is built.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from schedule.solve.sessions.problem import Place, SessionProblem
from schedule.solve.sessions.terms import Term

Cell = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Domain:
    """``sessions[i]`` of each talk, ``cells[t]`` of each track."""

    sessions: tuple[frozenset[int], ...]
    cells: tuple[frozenset[Cell], ...]


def full_domain(problem: SessionProblem) -> Domain:
    """Everything that no hard rule forbids."""
    cells = frozenset(
        (s, r) for s in range(len(problem.sessions)) for r in range(len(problem.rooms)) if (s, r) not in problem.closed
    )
    return Domain(
        tuple(allowed_sessions(problem, i) for i in range(len(problem.talks))), (cells,) * len(problem.tracks)
    )


def allowed_sessions(problem: SessionProblem, i: int) -> frozenset[int]:
    """Where a talk is long enough to fit, its people are there and its pin allows it."""
    talk = problem.talks[i]
    pin = talk.pin
    return frozenset(
        s
        for s, session in enumerate(problem.sessions)
        if talk.slots + (0 if pin is None or pin.slot is None else pin.slot) <= session.slots
        and not any((person, s) in problem.away for person in talk.people)
        and (pin is None or pin.session is None or pin.session == s)
    )


def talk_cost(problem: SessionProblem, i: int, s: int) -> int:
    """What a talk costs in a session, whatever the room."""
    cost = problem.weight(Term.TALK_SESSION) * int(problem.talk_session[i, s])
    zone = problem.weight(Term.ZONE)
    if zone:
        cost += zone * problem.zone_penalty(i, s)
    return cost * problem.talks[i].slots


def cell_cost(problem: SessionProblem, t: int, s: int, r: int) -> int:
    """What a track costs in a cell."""
    return (
        problem.weight(Term.TRACK_SESSION) * int(problem.track_session[t, s])
        + problem.weight(Term.TRACK_ROOM) * int(problem.track_room[t, r])
        + problem.weight(Term.SESSION_ROOM) * int(problem.session_room[s, r])
    )


def hardened(problem: SessionProblem, domain: Domain, limit: int | None) -> Domain:
    """Without the choices that alone cost ``limit`` or more; a plan below the limit never makes them."""
    if limit is None:
        return domain
    sessions = tuple(
        frozenset(s for s in own if talk_cost(problem, i, s) < limit) for i, own in enumerate(domain.sessions)
    )
    wanted: list[set[int]] = [set() for _ in problem.tracks]
    for i, own in enumerate(sessions):
        wanted[problem.talks[i].track] |= own
    cells = tuple(
        frozenset((s, r) for s, r in own if s in wanted[t] and cell_cost(problem, t, s, r) < limit)
        for t, own in enumerate(domain.cells)
    )
    return Domain(sessions, cells)


def neighbourhood(
    problem: SessionProblem, domain: Domain, places: Sequence[Place], talks: set[int], sessions: set[int] | None
) -> Domain:
    """The talks in ``talks`` may move (within ``sessions`` if given); all others stay in their cells.

    A cell may change hands when all talks in it are free, or when it is empty.
    """
    held: dict[Cell, set[int]] = {}
    for i, place in enumerate(places):
        held.setdefault((place.session, place.room), set()).add(i)
    fixed = {cell: problem.talks[next(iter(own))].track for cell, own in held.items() if not own <= talks}
    movable = {problem.talks[i].track for i in talks}
    reach = set(range(len(problem.sessions))) if sessions is None else sessions
    free_cells = {
        (s, r) for s in reach for r in range(len(problem.rooms)) if (s, r) not in fixed and (s, r) not in problem.closed
    }
    cells = []
    for t, own in enumerate(domain.cells):
        kept = {cell for cell, track in fixed.items() if track == t}
        cells.append(frozenset(own & (kept | free_cells)) if t in movable else frozenset(kept))
    chosen = [
        frozenset(own & reach) | {places[i].session} if i in talks else frozenset({places[i].session})
        for i, own in enumerate(domain.sessions)
    ]
    return Domain(tuple(chosen), tuple(cells))
