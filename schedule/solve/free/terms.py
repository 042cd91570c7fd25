"""What wishes are made of: a few shapes of cost that both the evaluator and the solver understand.

Each term counts one thing in a plan (``count``); a wish multiplies it by its weight. ``encode.py`` tells the same
terms to CP-SAT. A plan may leave talks out; terms then speak of the others.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schedule.clashes.problem import Span
from schedule.solve.free.world import Seats, World

Ints = NDArray[np.int64]
Reach = Literal["starts", "touches", "leaves"]


@dataclass(frozen=True, slots=True)
class Spot:
    """One talk in some rooms at some times. ``by_room`` is the count in each room (None: 1 in all).

    ``spans`` None means always; else the talk counts if it starts in one of them, touches one, or leaves them
    (lies within none), as ``reach`` says.
    """

    talk: int
    by_room: tuple[int, ...] | None = None
    spans: tuple[Span, ...] | None = None
    reach: Reach = "touches"

    def count(self, seats: Seats, world: World) -> int:
        if self.talk not in seats:
            return 0
        room, start = seats[self.talk]
        where = 1 if self.by_room is None else self.by_room[room]
        return where * int(self.at(np.array([start]), world.lengths[self.talk])[0])

    def at(self, starts: Ints, length: int) -> NDArray[np.bool_]:
        """Whether each start counts."""
        if self.spans is None:
            return np.ones(len(starts), dtype=bool)
        hit = np.zeros(len(starts), dtype=bool)
        for low, high in self.spans:
            if self.reach == "starts":
                hit |= (starts >= low) & (starts < high)
            elif self.reach == "touches":
                hit |= (starts < high) & (starts + length > low)
            else:
                hit |= (starts >= low) & (starts + length <= high)
        return ~hit if self.reach == "leaves" else hit

    def talks(self) -> tuple[int, ...]:
        return (self.talk,)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One talk that is not exactly at this place."""

    talk: int
    room: int
    start: int

    def count(self, seats: Seats, world: World) -> int:
        return int(self.talk in seats and seats[self.talk] != (self.room, self.start))

    def talks(self) -> tuple[int, ...]:
        return (self.talk,)


@dataclass(frozen=True, slots=True)
class Meet:
    """Two talks that share a minute, except side by side in one poster hall; ``times`` what it counts."""

    one: int
    other: int
    times: int = 1

    def count(self, seats: Seats, world: World) -> int:
        if self.one not in seats or self.other not in seats:
            return 0
        (room, start), (there, begun) = seats[self.one], seats[self.other]
        over = start < begun + world.lengths[self.other] and begun < start + world.lengths[self.one]
        return self.times * int(over and room != there)

    def talks(self) -> tuple[int, ...]:
        return (self.one, self.other)


@dataclass(frozen=True, slots=True)
class Before:
    """Two talks of which the second starts before the first has ended."""

    one: int
    other: int

    def count(self, seats: Seats, world: World) -> int:
        if self.one not in seats or self.other not in seats:
            return 0
        return int(seats[self.other][1] < world.end(self.one, seats[self.one]))

    def talks(self) -> tuple[int, ...]:
        return (self.one, self.other)


@dataclass(frozen=True, slots=True)
class Rooms:
    """Rooms of a group beyond the first."""

    group: tuple[int, ...]

    def count(self, seats: Seats, world: World) -> int:
        return max(0, len({seats[talk][0] for talk in self.group if talk in seats}) - 1)

    def talks(self) -> tuple[int, ...]:
        return self.group


@dataclass(frozen=True, slots=True)
class Days:
    """Days of a group beyond the first."""

    group: tuple[int, ...]

    def count(self, seats: Seats, world: World) -> int:
        return max(0, len({world.day(seats[talk][1]) for talk in self.group if talk in seats}) - 1)

    def talks(self) -> tuple[int, ...]:
        return self.group


@dataclass(frozen=True, slots=True)
class Idle:
    """Minutes between a group's first start and last end of each day that neither its talks nor breaks fill."""

    group: tuple[int, ...]

    def count(self, seats: Seats, world: World) -> int:
        return sum(self.by_day(seats, world).values())

    def by_day(self, seats: Seats, world: World) -> dict[int | None, int]:
        days: dict[int | None, list[int]] = {}
        for talk in self.group:
            if talk in seats:
                days.setdefault(world.day(seats[talk][1]), []).append(talk)
        return {day: self._idle(talks, seats, world) for day, talks in days.items()}

    @staticmethod
    def _idle(talks: list[int], seats: Seats, world: World) -> int:
        first = min(seats[talk][1] for talk in talks)
        last = max(world.end(talk, seats[talk]) for talk in talks)
        busy = sum(world.lengths[talk] for talk in talks)
        closed = sum(span.end - span.start for span in world.breaks if first < span.start and span.end < last)
        return max(0, last - first - busy - closed)

    def talks(self) -> tuple[int, ...]:
        return self.group


@dataclass(frozen=True, slots=True)
class Limit:
    """Talks of a group beyond ``most``, or beyond ``percent`` (rounded up) of ``whole``; on one day or on all.

    ``once`` counts an excess of any size as one, as the clash finder does.
    """

    group: tuple[int, ...]
    most: int | None
    percent: int | None = None
    whole: tuple[int, ...] = ()
    day: int | None = None
    once: bool = False

    def count(self, seats: Seats, world: World) -> int:
        inside = sum(self._counts(talk, seats, world) for talk in self.group)
        share = inside if self.most is None else self.most
        if self.percent is not None:
            total = sum(self._counts(talk, seats, world) for talk in self.whole)
            share = min(share, -(-self.percent * total // 100))
        return min(1, max(0, inside - share)) if self.once else max(0, inside - share)

    def _counts(self, talk: int, seats: Seats, world: World) -> bool:
        return talk in seats and (self.day is None or world.day(seats[talk][1]) == self.day)

    def talks(self) -> tuple[int, ...]:
        return self.group


@dataclass(frozen=True, slots=True)
class Told:
    """One person who must be told: some talk is not at the place that was released."""

    places: tuple[Elsewhere, ...]

    def count(self, seats: Seats, world: World) -> int:
        return int(any(place.count(seats, world) for place in self.places))

    def talks(self) -> tuple[int, ...]:
        return tuple(place.talk for place in self.places)


Term = Spot | Elsewhere | Meet | Before | Rooms | Days | Idle | Limit | Told
