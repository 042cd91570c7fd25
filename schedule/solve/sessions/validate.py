"""Is this a problem that can be meant? Everything that does not fit is named with its place."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError

if TYPE_CHECKING:
    from schedule.solve.sessions.problem import Ints, SessionProblem


def validated(problem: "SessionProblem") -> dict[str, Any]:
    """The tables as frozen arrays of whole numbers, absent ones as zeros. Raises ``ProblemError``."""
    _check_presence(problem)
    _check_names(problem)
    _check_talks(problem)
    _check_sessions(problem)
    _check_weights(problem)
    talks, tracks = len(problem.talks), len(problem.tracks)
    sessions, rooms = len(problem.sessions), len(problem.rooms)
    tables = {
        "talk_session": _table("talk_session", problem.talk_session, (talks, sessions)),
        "talk_room": _table("talk_room", problem.talk_room, (talks, rooms)),
        "track_session": _table("track_session", problem.track_session, (tracks, sessions)),
        "track_room": _table("track_room", problem.track_room, (tracks, rooms)),
        "session_room": _table("session_room", problem.session_room, (sessions, rooms)),
        "similar": _table("similar", problem.similar, (tracks, tracks)),
    }
    if (tables["similar"] != tables["similar"].T).any():
        raise ProblemError("similar", sentence("The table of similar tracks is not symmetric."))
    _check_size(problem, tables)
    _check_cells(problem)
    _check_pins(problem)
    _check_released(problem)
    return tables


def _check_presence(problem: "SessionProblem") -> None:
    from schedule.solve.sessions.problem import CELLS_MAX, TALKS_MAX

    for place, found, words in (
        ("talks", problem.talks, sentence("There are no talks.")),
        ("tracks", problem.tracks, sentence("There are no tracks.")),
        ("sessions", problem.sessions, sentence("There are no sessions.")),
        ("rooms", problem.rooms, sentence("There are no rooms.")),
    ):
        if not found:
            raise ProblemError(place, words)
    if len(problem.talks) > TALKS_MAX:
        raise ProblemError("talks", sentence("There are more than %(most)s talks.", most=TALKS_MAX))
    if len(problem.sessions) * len(problem.rooms) > CELLS_MAX:
        raise ProblemError("sessions", sentence("There are more than %(most)s cells.", most=CELLS_MAX))


def _check_names(problem: "SessionProblem") -> None:
    for kind, names in (
        ("talks", [talk.ref for talk in problem.talks]),
        ("tracks", [track.name for track in problem.tracks]),
        ("sessions", [session.name for session in problem.sessions]),
        ("rooms", list(problem.rooms)),
    ):
        if "" in names:
            raise ProblemError(kind, sentence("A name is empty."))
        double = _first_double(names)
        if double is not None:
            raise ProblemError(f"{kind}[{double}]", sentence("This name stands twice."))


def _first_double(names: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _check_talks(problem: "SessionProblem") -> None:
    for talk in problem.talks:
        place = f"talks[{talk.ref}]"
        if not 0 <= talk.track < len(problem.tracks):
            raise ProblemError(place, sentence("Its track is unknown."))
        if not _is_whole(talk.slots) or talk.slots < 1:
            raise ProblemError(place, sentence("It needs at least one time slot, as a whole number."))
        if not _is_whole(talk.order) or talk.order < 0:
            raise ProblemError(place, sentence("Its order is not a whole number from 0."))
        if not _is_whole(talk.zone) or abs(talk.zone) > 14 * 60:
            raise ProblemError(place, sentence("Its time zone is further than 14 hours from UTC."))
    longest = max(session.slots for session in problem.sessions)
    for talk in problem.talks:
        if talk.slots > longest:
            raise ProblemError(
                f"talks[{talk.ref}]",
                sentence(
                    "It needs %(slots)s time slots, but the longest session has %(longest)s.",
                    slots=talk.slots,
                    longest=longest,
                ),
            )


def _check_sessions(problem: "SessionProblem") -> None:
    from schedule.solve.sessions.problem import MINUTES_OF_DAY

    for session in problem.sessions:
        place = f"sessions[{session.name}]"
        if not _is_whole(session.slots) or session.slots < 1:
            raise ProblemError(place, sentence("It needs at least one time slot, as a whole number."))
        if not (0 <= session.start <= MINUTES_OF_DAY and 0 <= session.end <= MINUTES_OF_DAY):
            raise ProblemError(place, sentence("Its hours are not times of the day."))


def _check_weights(problem: "SessionProblem") -> None:
    from schedule.solve.sessions.problem import PENALTY_MAX

    values = {str(term): weight for term, weight in problem.weights.items()}
    values |= {"small": problem.zones.small, "big": problem.zones.big}
    for name, weight in values.items():
        if not _is_whole(weight) or not 0 <= weight <= PENALTY_MAX:
            raise ProblemError(
                f"weights[{name}]",
                sentence("A weight is a whole number from 0 to %(most)s.", most=PENALTY_MAX),
            )


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _table(name: str, found: "Ints", shape: tuple[int, int]) -> "Ints":
    from schedule.solve.sessions.problem import PENALTY_MAX

    table: Any = np.asarray(found)
    if table.size == 0 and table.ndim == 1:
        table = np.zeros(shape, dtype=np.int64)
    if table.shape != shape:
        raise ProblemError(
            name,
            sentence(
                "The shape is %(found)s instead of %(expected)s.",
                found=" × ".join(map(str, table.shape)) or "0",
                expected=" × ".join(map(str, shape)),
            ),
        )
    if table.dtype.kind not in "iuf":
        raise ProblemError(name, sentence("A penalty is not a number."))
    for bad, words in (
        (~np.isfinite(table), sentence("A penalty is not a number.")),
        (table < 0, sentence("A penalty is negative.")),
        (table > PENALTY_MAX, sentence("A penalty is above %(most)s.", most=PENALTY_MAX)),
        (table != np.floor(table), sentence("A penalty is not a whole number.")),
    ):
        if bad.any():
            row, column = (int(axis[0]) for axis in np.nonzero(bad))
            raise ProblemError(f"{name}[{row}][{column}]", words)
    whole = table.astype(np.int64)
    whole.setflags(write=False)
    return whole


def _check_size(problem: "SessionProblem", tables: dict[str, "Ints"]) -> None:
    """The sum of all that could cost must stay a whole number that a solver can carry."""
    from schedule.solve.sessions.problem import COST_MAX

    steps = sum(talk.slots for talk in problem.talks)
    highest = max([int(table.max(initial=0)) for table in tables.values()] + [problem.zones.big, 1])
    heaviest = max([*problem.weights.values(), 1])
    if highest * heaviest * (steps + len(problem.sessions) * len(problem.rooms)) > COST_MAX:
        raise ProblemError("weights", sentence("Weights and penalties are too large to be added up."))


def _check_cells(problem: "SessionProblem") -> None:
    sessions, rooms = len(problem.sessions), len(problem.rooms)
    for session, room in problem.closed:
        if not (0 <= session < sessions and 0 <= room < rooms):
            raise ProblemError("closed", sentence("A closed cell names an unknown session or room."))
    if len(problem.closed) == sessions * rooms:
        raise ProblemError("closed", sentence("Every room of every session is closed: no cell is left."))
    for person, session in problem.away:
        if not 0 <= session < sessions:
            raise ProblemError(f"away[{person}]", sentence("The session is unknown."))


def _check_pins(problem: "SessionProblem") -> None:
    for talk in problem.talks:
        pin = talk.pin
        if pin is None:
            continue
        place = f"talks[{talk.ref}].pin"
        if pin.session is not None and not 0 <= pin.session < len(problem.sessions):
            raise ProblemError(place, sentence("The session is unknown."))
        if pin.room is not None and not 0 <= pin.room < len(problem.rooms):
            raise ProblemError(place, sentence("The room is unknown."))
        longest = max(session.slots for session in problem.sessions)
        within = longest if pin.session is None else problem.sessions[pin.session].slots
        if pin.slot is not None and not 0 <= pin.slot <= within - talk.slots:
            raise ProblemError(place, sentence("The talk does not fit at this slot."))


def _check_released(problem: "SessionProblem") -> None:
    plan: Sequence[Any] | None = problem.released
    if plan is None:
        return
    if len(plan) != len(problem.talks):
        raise ProblemError("released", sentence("The released plan does not list every talk once."))
    for talk, place in zip(problem.talks, plan, strict=True):
        if place is None:
            continue
        inside = 0 <= place.session < len(problem.sessions) and 0 <= place.room < len(problem.rooms)
        if not inside or not 0 <= place.slot < problem.sessions[place.session].slots:
            raise ProblemError(f"released[{talk.ref}]", sentence("It names an unknown session, room or slot."))
