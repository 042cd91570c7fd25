"""Events where wishes about pairs rule (stars, likeness): the annealing kernel makes the plan that search polishes.

The kernel cannot say all that a chair wishes: gaps of tracks are left out, rooms and days of a track become wishes
about its pairs. So its plan is a proposal that the evaluator judges; it is asked only where gaps have no price.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from plumbing.watch import Watch
from schedule.clashes.problem import Span
from schedule.solve.anneal import (
    HARD,
    QUALITY,
    STABILITY,
    Amount,
    AnnealOptions,
    Group,
    Per,
    Placement,
    PlaceTables,
    Relation,
    When,
    Where,
    anneal,
)
from schedule.solve.anneal.tables import CELLS_MAX, ITEMS_MAX, TIMES_MAX
from schedule.solve.errors import NoPlanYet
from schedule.solve.free.layout import Layout
from schedule.solve.free.model import FreeModel
from schedule.solve.free.terms import Days, Idle, Limit, Rooms
from schedule.solve.free.world import NO_ROOM, Seat, Seats

PAIRS_MIN = 400
"""Below so many priced pairs the neighbourhood search alone does well."""

Ints = NDArray[np.int64]
Row = tuple[int, int, int]


def is_dense(layout: Layout) -> bool:
    """Whether the kernel suits: many priced pairs, no priced gaps, no poster halls, and not too large."""
    priced = sum(pair.weight is not None for number in layout.free for pair in layout.pairs.get(number, ())) // 2
    gaps = any(isinstance(term, Idle) for _, _, term in layout.groups)
    times, items = len(layout.ticks), len(layout.free)
    fits = 2 * items <= ITEMS_MAX and 2 * times <= TIMES_MAX and 4 * items * times <= CELLS_MAX
    return priced >= PAIRS_MIN and fits and not gaps and not layout.halls.any()


def annealed(
    layout: Layout, seats: Seats, seconds: float, workers: int, seed: int, watch: Watch
) -> dict[int, Seat] | None:
    """A plan for all free talks, or None where the kernel found none in its own terms. ``seats`` is where it begins."""
    tables = _Tables(layout)
    steps = None if workers != 1 else int(20_000 * seconds)
    options = AnnealOptions(seconds, workers=min(workers, 2), seed=seed, steps_max=steps)
    try:
        found = anneal(tables.place_tables(), options, watch, tables.start(seats))
    except NoPlanYet:
        return None
    return tables.seats(found.placement) if not found.cost[HARD] else None


class _Tables:
    """Items are the free talks, then what stands still in the rooms: pins, and the hours in which a room is closed.
    These have times of their own, which no talk may use."""

    def __init__(self, layout: Layout) -> None:
        self.layout, self.free = layout, layout.free
        self.item = {number: place for place, number in enumerate(self.free)}
        self.still = list(self._still())
        self.times = len(layout.ticks)
        self.items = len(self.free) + len(self.still)

    def _still(self) -> Iterator[Row]:
        """Room, start and length."""
        world = self.layout.world
        for number, (room, start) in self.layout.fixed.items():
            if room != NO_ROOM:
                yield room, start, world.lengths[number]
        for room, value in enumerate(world.rooms):
            for day in world.days if value.id in world.table.open else ():
                low = day.start
                for span in (*world.table.open[value.id], Span(day.end, day.end)):
                    if span.end > day.start and low < min(span.start, day.end):
                        yield room, low, min(span.start, day.end) - low
                    low = max(low, span.end)

    def place_tables(self) -> PlaceTables:
        layout, count = self.layout, len(self.free)
        alone = FreeModel(layout, (), layout.fixed)
        starts = np.concatenate([layout.ticks, np.array([start for _, start, _ in self.still], dtype=np.int64)])
        days = [max(0, layout.world.day(int(start)) or 0) for start in starts]
        lengths = [layout.world.lengths[n] for n in self.free] + [length for _, _, length in self.still]
        may_time = np.zeros((self.items, len(starts)), dtype=bool)
        may_room = np.ones((self.items, len(layout.world.rooms)), dtype=bool)
        time_cost = np.zeros((3, self.items, len(starts)), dtype=np.int64)
        room_cost = np.zeros((3, self.items, len(layout.world.rooms)), dtype=np.int64)
        for place, number in enumerate(self.free):
            banned, *levels = alone.matrices(number)
            may_time[place, : self.times] = (~banned).any(axis=0)
            may_room[place] = (~banned).any(axis=1)
            for level, prices in zip((STABILITY, QUALITY), levels, strict=True):
                by_time = prices.min(axis=0)
                time_cost[level, place, : self.times] = by_time
                room_cost[level, place] = (prices - by_time[None, :]).max(axis=1)
        fixed_time, fixed_room = np.full(self.items, -1), np.full(self.items, -1)
        for place, (room, _, _) in enumerate(self.still):
            fixed_time[count + place], fixed_room[count + place] = self.times + place, room
        return PlaceTables(
            items=self.items,
            time_start=starts,
            time_end=starts + 1,
            time_day=np.array(days),
            room_size=np.array([room.capacity or 0 for room in layout.world.rooms]),
            length_minutes=np.array(lengths),
            may_time=may_time,
            may_room=may_room,
            time_cost=time_cost,
            room_cost=room_cost,
            fixed_time=fixed_time,
            fixed_room=fixed_room,
            relations=tuple(self._relations()),
            groups=tuple(self._groups()),
        )

    def _relations(self) -> Iterator[Relation]:
        rows: dict[tuple[str, int], list[Row]] = {}
        for number in self.free:
            for pair in self.layout.pairs.get(number, ()):
                if pair.one == number and pair.other in self.item:
                    level, weight = (HARD, 1) if pair.weight is None else (QUALITY, pair.weight)
                    rows.setdefault((pair.kind, level), []).append((self.item[number], self.item[pair.other], weight))
        kinds = {
            "meet": (When.OVERLAP, Where.OTHER_ROOM, 0),
            "before": (When.NOT_BEFORE, Where.ANYWHERE, 0),
            "close": (When.SHORT_PAUSE, Where.OTHER_ROOM, self.layout.longest_change),
        }
        for (kind, level), found in rows.items():
            yield _relation(kind, level, found, *kinds[kind])
        yield from self._hang_together()

    def _hang_together(self) -> Iterator[Relation]:
        """A room (or day) more costs a group its weight; here each pair apart costs its share of that."""
        for weight, _, term in self.layout.groups:
            if isinstance(term, Rooms | Days):
                group = [self.item[talk] for talk in term.group if talk in self.item]
                share = max(1, 2 * (weight or 1000) // max(1, len(group) - 1))
                rows = [(one, other, share) for one, other in combinations(group, 2)]
                if rows and isinstance(term, Rooms):
                    yield _relation("rooms", QUALITY, rows, When.ALWAYS, Where.OTHER_ROOM, 0)
                elif rows:
                    yield _relation("days", QUALITY, rows, When.OTHER_DAY, Where.ANYWHERE, 0)

    def _groups(self) -> Iterator[Group]:
        """Limits by day; shares are the evaluator's alone."""
        for weight, level, term in self.layout.groups:
            if isinstance(term, Limit) and term.most is not None and term.day == 0:
                members = np.array([self.item[talk] for talk in term.group if talk in self.item])
                each, beyond = (1 if weight is None else weight), np.arange(1, 4)
                steps = [0] * (term.most + 1) + [int(each * (1 if term.once else more)) for more in beyond]
                if len(members) > term.most:
                    yield Group("limit", HARD if weight is None else level, members, Per.DAY, np.array(steps))

    def start(self, seats: Seats) -> Placement | None:
        """Where the plan is whole the kernel begins there."""
        if any(number not in seats for number in self.free):
            return None
        times = [self.layout.tick_at[seats[number][1]] for number in self.free]
        rooms = [seats[number][0] for number in self.free]
        times += [self.times + place for place in range(len(self.still))]
        rooms += [room for room, _, _ in self.still]
        return Placement(np.array(times), np.array(rooms))

    def seats(self, placement: Placement) -> dict[int, Seat]:
        found = dict(self.layout.fixed)
        for place, number in enumerate(self.free):
            found[number] = (int(placement.room[place]), int(self.layout.ticks[placement.time[place]]))
        return found


def _relation(name: str, level: int, rows: list[Row], when: When, where: Where, pause: int) -> Relation:
    pairs = np.array([(one, other) for one, other, _ in rows], dtype=np.int64)
    weights = np.array([weight for _, _, weight in rows], dtype=np.int64)
    return Relation(name, level, when, where, Amount.ONCE, pairs, weights, pause)
