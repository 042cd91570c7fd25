"""The problem laid out for look-ups: blocks by position, who is tied to what, limits, severities, waivers."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from schedule.clashes.check import check_problem
from schedule.clashes.kinds import SEVERITIES, Id
from schedule.clashes.problem import Block, ClashProblem, Day, Room, Span

# What a limit counts in: ("day", person, day) or ("quota", its position, a day or a track or None).
Scope = tuple[str, Id, Id | None]


class Table:
    """Blocks go by their position in the problem; everything else by its id. Never changes."""

    def __init__(self, problem: ClashProblem) -> None:
        check_problem(problem)
        self.problem = problem
        self.blocks = problem.blocks
        self.position = {block.id: number for number, block in enumerate(problem.blocks)}
        self.lengths = [block.length_minutes for block in problem.blocks]
        self.rooms = {room.id: room for room in problem.rooms}
        self.people = {person.id: person for person in problem.people}
        self.tracks = {track.id: track for track in problem.tracks}
        self.days = {day.id: day for day in problem.days}
        self._days = sorted(problem.days, key=lambda day: day.start)
        self._day_starts = [day.start for day in self._days]
        self.open = {room.id: merged(room.open) for room in problem.rooms if room.open is not None}
        self.waivers = {waiver.key: waiver.note for waiver in problem.waivers}
        self.severities = {**SEVERITIES, **dict(problem.severities)}
        self.closers = [number for number, block in enumerate(self.blocks) if block.closes_all]
        self._tie()
        self._chain()

    def _tie(self) -> None:
        """``ties[block]``: person → must be there (speaks, leads) or only wanted (chairs the track)."""
        self.ties: list[dict[Id, bool]] = []
        self.tied: dict[Id, list[int]] = {}
        self.in_track: dict[Id, list[int]] = {}
        for number, block in enumerate(self.blocks):
            ties: dict[Id, bool] = {}
            if block.track is not None:
                ties.update(dict.fromkeys(self.tracks[block.track].chairs, False))
                self.in_track.setdefault(block.track, []).append(number)
            ties.update(dict.fromkeys((*block.people, *block.chairs), True))
            self.ties.append(ties)
            for person in ties:
                self.tied.setdefault(person, []).append(number)

    def _chain(self) -> None:
        self.before = [[self.position[other] for other in dict.fromkeys(block.after)] for block in self.blocks]
        self.behind: list[list[int]] = [[] for _ in self.blocks]
        for number, earlier in enumerate(self.before):
            for other in earlier:
                self.behind[other].append(number)

    def day_at(self, minute: int) -> Day | None:
        place = bisect_right(self._day_starts, minute) - 1
        return self._days[place] if place >= 0 and minute < self._days[place].end else None

    def talks_max(self, person: Id) -> int | None:
        own = self.people[person].talks_per_day_max
        return self.problem.talks_per_day_max if own is None else own

    def change_minutes(self, one: Room, other: Room) -> int:
        between = self.problem.venue_change_minutes
        if between is not None and one.venue != other.venue:
            return between
        return self.problem.changeover_minutes

    def shares(self, room: Id | None) -> bool:
        """Whether several blocks may run in the room at a time."""
        return room is not None and room in self.rooms and self.rooms[room].parallel_items

    def scopes(self, number: int, start: int) -> dict[Scope, bool]:
        """The groups that a block at this start belongs to; False where it only adds to a quota's total."""
        block = self.blocks[number]
        day = self.day_at(start)
        found: dict[Scope, bool] = {}
        if day is not None:
            for person in block.people:
                if self.talks_max(person) is not None:
                    found["day", person, day.id] = True
        if block.presenter_kind is not None:
            for number, where in self._quotas(block, day):
                counts = block.presenter_kind in self.problem.quotas[number].presenter_kinds
                found["quota", number, where] = counts
        return found

    def _quotas(self, block: Block, day: Day | None) -> Iterator[tuple[int, Id | None]]:
        for number, quota in enumerate(self.problem.quotas):
            if quota.per == "programme":
                yield number, None
                continue
            where = block.track if quota.per == "track" else None if day is None else day.id
            if where is not None and quota.only in (None, where):
                yield number, where


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time in as few spans as possible, so that a block across a seam still fits."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return tuple(found)
