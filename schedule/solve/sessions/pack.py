"""From sessions and cells to slots: what the aggregated model left open, session by session.

A track alone in one cell, without a wish that reaches into other cells, is put in order directly; everything
else is one small exact model per session.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from schedule.solve.sessions.packmodel import Group, pack_groups
from schedule.solve.sessions.problem import Place, SessionProblem
from schedule.solve.sessions.relations import talk_pair_costs
from schedule.solve.sessions.terms import Term


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Talks of one track that do not fit into so many cells of a session."""

    talks: tuple[int, ...]
    track: int
    session: int
    cells: int


def pack(
    problem: SessionProblem,
    sessions: Sequence[int],
    rooms: Mapping[tuple[int, int], Sequence[int]],
    *,
    prefer: Sequence[Place | None] | None = None,
    stay: frozenset[int] = frozenset(),
) -> tuple[Place, ...] | Unpacked:
    """Places for all talks: ``sessions[i]`` of each, ``rooms[track, session]`` of each track.

    ``prefer`` is a plan whose slots are kept where that costs nothing; talks in ``stay`` keep its room.
    """
    groups: defaultdict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i, s in enumerate(sessions):
        groups[s][problem.talks[i].track].append(i)
    places: list[Place | None] = [None] * len(sessions)
    done: defaultdict[int, int] = defaultdict(int)
    for s in sorted(groups):
        own = [Group(t, s, tuple(talks), tuple(sorted(rooms[t, s])), done[t]) for t, talks in groups[s].items()]
        for bunch in _bunches(problem, own, prefer):
            found = _pack_bunch(problem, bunch, prefer, stay)
            if isinstance(found, Unpacked):
                return found
            for i, place in found.items():
                places[i] = place
        for t, talks in groups[s].items():
            done[t] += len(talks)
    return tuple(place for place in places if place is not None)


def _bunches(problem: SessionProblem, groups: list[Group], prefer: Sequence[Place | None] | None) -> list[list[Group]]:
    """Groups that can be packed apart: only talks that cost in one slot tie tracks together."""
    if not (problem.weight(Term.PRESENTERS_SLOT) or problem.weight(Term.ATTENDEES_SLOT)):
        return [[group] for group in groups]
    at = {i: number for number, group in enumerate(groups) for i in group.talks}
    leader = list(range(len(groups)))

    def head(number: int) -> int:
        while leader[number] != number:
            number = leader[number]
        return number

    for (i, j), (_, slot) in talk_pair_costs(problem).items():
        if slot and i in at and j in at:
            leader[head(at[i])] = head(at[j])
    bunches: defaultdict[int, list[Group]] = defaultdict(list)
    for number, group in enumerate(groups):
        bunches[head(number)].append(group)
    return list(bunches.values())


def _pack_bunch(
    problem: SessionProblem, bunch: list[Group], prefer: Sequence[Place | None] | None, stay: frozenset[int]
) -> dict[int, Place] | Unpacked:
    group = bunch[0]
    pinned = any(problem.talks[i].pin is not None for group in bunch for i in group.talks)
    if len(bunch) == 1 and len(group.rooms) == 1 and not pinned and prefer is None:
        return _in_line(problem, group)
    found = _remembered(problem, tuple(bunch)) if prefer is None else pack_groups(problem, bunch, prefer, stay)
    if found is not None:
        return found
    for group in bunch:
        if pack_groups(problem, [group], prefer, stay) is None:
            return Unpacked(group.talks, group.track, group.session, len(group.rooms))
    raise AssertionError("groups that fit one by one fit together")


@lru_cache(maxsize=4096)
def _remembered(problem: SessionProblem, bunch: tuple[Group, ...]) -> dict[int, Place] | None:
    """The same session comes back in plan after plan."""
    return pack_groups(problem, bunch, None, frozenset())


def _in_line(problem: SessionProblem, group: Group) -> dict[int, Place] | Unpacked:
    """One cell: every wanted position that lies in it goes to one talk that wants it, the rest fills up."""
    total = sum(problem.talks[i].slots for i in group.talks)
    if total > problem.sessions[group.session].slots:
        return Unpacked(group.talks, group.track, group.session, 1)
    line: list[int | None] = [None] * len(group.talks)
    rest = []
    for i in sorted(group.talks, key=lambda i: (problem.talks[i].order, i)):
        rank = problem.talks[i].order - group.before - 1
        if problem.talks[i].order and 0 <= rank < len(line) and line[rank] is None:
            line[rank] = i
        else:
            rest.append(i)
    left = iter(rest)
    places, slot = {}, 0
    for held in line:
        i = next(left) if held is None else held
        places[i] = Place(group.session, group.rooms[0], slot)
        slot += problem.talks[i].slots
    return places
