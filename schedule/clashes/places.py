"""Where a block would fit: the whole day's grid at once, to shade it while somebody drags.

Each rule forbids a span of starts in one room, in all rooms or in all but one. A span is a run of bits in an
integer, so a rule costs one ``or`` instead of a walk over cells. That tells the rules a second time, in
another shape; a test holds every cell against ``ClashIndex.if_moved``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schedule.clashes.kinds import ClashKind, Id, Severity, clash_key, pair_key
from schedule.clashes.problem import Day, Room
from schedule.clashes.rules import quota_most
from schedule.clashes.state import NEVER, State

Masks = list[int]
"""Bits of forbidden starts, indexed by severity; index 0 collects what is waived and is never read."""


@dataclass(frozen=True, slots=True)
class PlaceGrid:
    """``worst`` has a string for each room and in it a digit for each start: 0 free, 1 warning, 2 fatal."""

    block: Id
    day: Id
    rooms: tuple[Id | None, ...]
    starts: range
    worst: tuple[str, ...]

    def at(self, room: Id | None, start: int) -> Severity | None:
        digit = int(self.worst[self.rooms.index(room)][self.starts.index(start)])
        return Severity(digit) if digit else None

    def free(self) -> Iterator[tuple[Id | None, int]]:
        """Each room and start without any clash that nobody waived, room by room."""
        for room, row in zip(self.rooms, self.worst, strict=True):
            for start, digit in zip(self.starts, row, strict=True):
                if digit == "0":
                    yield room, start


def place_grid(state: State, number: int, day: Day, rooms: tuple[Id | None, ...], step_minutes: int) -> PlaceGrid:
    """The block must have been lifted from the state."""
    painter = _Painter(state, number, day, step_minutes)
    painter.paint()
    worst = tuple(painter.row(room) for room in rooms)
    return PlaceGrid(painter.block.id, day.id, rooms, painter.starts, worst)


class _Painter:
    def __init__(self, state: State, number: int, day: Day, step_minutes: int) -> None:
        self.state, self.table, self.number, self.day = state, state.table, number, day
        self.block = state.table.blocks[number]
        self.length = self.block.length_minutes
        self.step = step_minutes
        self.starts = range(day.start, day.end, step_minutes)
        self.everywhere: Masks = [0, 0, 0]
        self.inside: dict[Id | None, Masks] = {}
        self.elsewhere: dict[Id | None, Masks] = {}

    def paint(self) -> None:
        self._day_and_people()
        self._closers()
        self._ties()
        self._track()
        self._order()
        self._limits()

    def row(self, place: Id | None) -> str:
        masks = list(self.everywhere)
        room = None if place is None else self.table.rooms.get(place)
        layers = [layer for other, layer in self.elsewhere.items() if other != place]
        for layer in [*layers, self._layer(self.inside, place)]:
            masks[Severity.WARNING] |= layer[Severity.WARNING]
            masks[Severity.FATAL] |= layer[Severity.FATAL]
        if room is not None:
            self._room(room, masks)
        elif place is not None or not self.block.closes_all:
            masks[self._grade(ClashKind.UNKNOWN_ROOM)] |= self._bits(-NEVER, NEVER)
        return self._digits(masks)

    def _day_and_people(self) -> None:
        block = self.block
        if not self.length:
            self.everywhere[self._grade(ClashKind.NO_LENGTH)] |= self._bits(-NEVER, NEVER)
        late = self._bits(self.day.end - self.length + 1, NEVER)
        self.everywhere[self._grade(ClashKind.OUTSIDE_DAY)] |= late
        for person in dict.fromkeys((*block.people, *block.chairs)):
            for start, end in self.table.people[person].away:
                self.everywhere[self._grade(ClashKind.SPEAKER_AWAY, person)] |= self._across(start, end)
        for person in block.chairs:
            if person in block.people:
                self.everywhere[self._grade(ClashKind.CHAIR_SPEAKS, person)] |= self._bits(-NEVER, NEVER)

    def _closers(self) -> None:
        numbers = range(len(self.table.blocks)) if self.block.closes_all else self.table.closers
        for other in self._near(numbers, 0):
            self.everywhere[self._pair_grade(ClashKind.ACROSS_PLENARY, other)] |= self._over(other)

    def _ties(self) -> None:
        table = self.table
        reach = max(table.problem.changeover_minutes, table.problem.venue_change_minutes or 0)
        for person, required in table.ties[self.number].items():
            for other in self._near(table.tied[person], reach):
                place = self.state.rooms[other]
                if required and table.ties[other][person]:
                    masks = self._layer(self.elsewhere, place) if table.shares(place) else self.everywhere
                    masks[self._pair_grade(ClashKind.SPEAKER_TWICE, other, person)] |= self._over(other)
                    self._changeover(other, person)
                elif table.blocks[other].track != self.block.track:
                    grade = self._pair_grade(ClashKind.TRACK_CHAIR_ELSEWHERE, other, person)
                    self._layer(self.elsewhere, place)[grade] |= self._over(other)

    def _changeover(self, other: int, person: Id) -> None:
        table = self.table
        place = self.state.rooms[other]
        there = None if place is None else table.rooms.get(place)
        if there is None or not self.length or not table.lengths[other]:
            return
        grade = self._pair_grade(ClashKind.CHANGEOVER, other, person)
        start, end = self.state.starts[other], self.state.ends[other]
        for room in table.rooms.values():
            needed = table.change_minutes(room, there)
            if needed and room is not there:
                bits = self._bits(end, end + needed)
                bits |= self._bits(start - self.length - needed + 1, start - self.length + 1)
                self._layer(self.inside, room.id)[grade] |= bits

    def _track(self) -> None:
        track = self.block.track
        if track is None or self.table.tracks[track].may_run_parallel:
            return
        for other in self._near(self.table.in_track[track], 0):
            grade = self._pair_grade(ClashKind.TRACK_PARALLEL, other)
            self._layer(self.elsewhere, self.state.rooms[other])[grade] |= self._over(other)

    def _order(self) -> None:
        state, table, block = self.state, self.table, self.block
        for other in table.before[self.number]:
            self._after(ClashKind.PREREQUISITE, other)
        for other in table.behind[self.number]:
            self._before(ClashKind.PREREQUISITE, other)
        if block.track is not None and block.order is not None:
            lower, _, higher = state.ranks[block.track].around(block.order)
            for other in lower:
                self._after(ClashKind.TRACK_ORDER, other)
            for other in higher:
                self._before(ClashKind.TRACK_ORDER, other)

    def _after(self, kind: ClashKind, other: int) -> None:
        if self.state.placed(other):
            self.everywhere[self._pair_grade(kind, other)] |= self._bits(-NEVER, self.state.ends[other])

    def _before(self, kind: ClashKind, other: int) -> None:
        if self.state.placed(other):
            latest = self.state.starts[other] - self.length
            self.everywhere[self._pair_grade(kind, other)] |= self._bits(latest + 1, NEVER)

    def _limits(self) -> None:
        """The groups are the same at every start of one day: those of its first minute."""
        table = self.table
        for scope, counts in table.scopes(self.number, self.day.start).items():
            subject, number, where = scope
            group = self.state.groups.get(scope)
            members, total = (len(group.members) + 1, group.total + 1) if group else (1, 1)
            if subject == "day":
                grade = self._key_grade(ClashKind.TOO_MANY_TALKS, clash_key(ClashKind.TOO_MANY_TALKS, number, where))
                most = table.talks_max(number)
            else:
                quota = table.problem.quotas[int(number)]
                grade = self._key_grade(ClashKind.QUOTA, clash_key(ClashKind.QUOTA, quota.id, where))
                most = quota_most(quota, total)
            if counts and most is not None and members > most:
                self.everywhere[grade] |= self._bits(-NEVER, NEVER)

    def _room(self, room: Room, masks: Masks) -> None:
        block, table = self.block, self.table
        if room.id in table.open:
            fits = 0
            for start, end in table.open[room.id]:
                fits |= self._bits(start, end - self.length + 1)
            masks[self._grade(ClashKind.ROOM_CLOSED, room.id)] |= self._bits(-NEVER, NEVER) & ~fits
        if block.needs - room.features:
            masks[self._grade(ClashKind.MISSING_FEATURE, room.id)] |= self._bits(-NEVER, NEVER)
        if block.interest is not None and room.capacity is not None and room.capacity < block.interest:
            masks[self._grade(ClashKind.TOO_SMALL, room.id)] |= self._bits(-NEVER, NEVER)
        if room.parallel_items or block.closes_all:
            return
        for other in self._near(self.state.in_room.get(room.id, ()), 0):
            if not table.blocks[other].closes_all:
                masks[self._pair_grade(ClashKind.ROOM_TWICE, other, room.id)] |= self._over(other)

    def _near(self, numbers: Iterable[int], reach: int) -> list[int]:
        """Those that the block could meet, or be within ``reach`` minutes of, from some start of the day."""
        starts, ends = self.state.starts, self.state.ends
        first, last = self.day.start - reach, self.day.end + self.length + reach
        return [other for other in numbers if starts[other] <= last and ends[other] >= first and other != self.number]

    def _layer(self, layers: dict[Id | None, Masks], place: Id | None) -> Masks:
        return layers.setdefault(place, [0, 0, 0])

    def _over(self, other: int) -> int:
        return self._across(self.state.starts[other], self.state.ends[other])

    def _across(self, start: int, end: int) -> int:
        """The starts from which the block would share a minute with this time."""
        return self._bits(start - self.length + 1, end) if self.length and start < end else 0

    def _bits(self, first: int, end: int) -> int:
        """The starts of the grid in this half-open span of minutes."""
        low = max(0, -((self.day.start - first) // self.step))
        high = min(len(self.starts), -((self.day.start - end) // self.step))
        return (1 << high) - (1 << low) if low < high else 0

    def _grade(self, kind: ClashKind, *more: Id) -> int:
        if not self.table.waivers:
            return self.table.severities[kind]
        return self._key_grade(kind, clash_key(kind, self.block.id, *more))

    def _pair_grade(self, kind: ClashKind, other: int, *more: Id) -> int:
        if not self.table.waivers:
            return self.table.severities[kind]
        return self._key_grade(kind, pair_key(kind, self.block.id, self.table.blocks[other].id, *more))

    def _key_grade(self, kind: ClashKind, key: str) -> int:
        return 0 if key in self.table.waivers else self.table.severities[kind]

    def _digits(self, masks: Masks) -> str:
        size = len(self.starts)
        fatal = masks[Severity.FATAL]
        warning = masks[Severity.WARNING] & ~fatal
        rows = zip(f"{fatal:0{size}b}", f"{warning:0{size}b}", strict=True)
        return "".join("2" if worst == "1" else mild for worst, mild in rows)[::-1]
