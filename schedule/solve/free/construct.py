"""A first plan without search: tracks as intervals of a room, the longest first, each talk where nothing forbids it.

Talks that found no place stay out; the next try takes their tracks first ("the wheel that squeaks gets the grease").
What is left over after some tries is the neighbourhood search's affair.
"""

import time
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from plumbing.watch import Watch
from schedule.clashes.kinds import Id
from schedule.solve.free.layout import Layout, Pair
from schedule.solve.free.world import NO_ROOM, Seat, Seats

TRIES_MAX = 6
LEFT_OUT = 1_000_000
PATIENCE_SECONDS = 3.0


def construct(layout: Layout, watch: Watch, start: Seats | None = None, tries: int = TRIES_MAX) -> dict[int, Seat]:
    """Places for as many talks as it can; those in ``start`` keep theirs. Pins and breaks are in the answer."""
    bundles = _bundles(layout, start or {})
    grease: dict[int, int] = defaultdict(int)
    best: dict[int, Seat] = {}
    began = time.monotonic()
    for attempt in range(tries):
        draft = Draft(layout, {**(start or {}), **layout.fixed})
        for place in sorted(range(len(bundles)), key=lambda at: (-grease[at], -_minutes(layout, bundles[at]), at)):
            if _must_end(watch, began):
                break
            left = draft.place_bundle(bundles[place])
            if left:
                grease[place] += 1 + len(left)
        if len(draft.seats) > len(best) or not attempt:
            best = dict(draft.seats)
        if len(best) == len(layout.alive) or watch.is_over():
            break
    return best


def _must_end(watch: Watch, began: float) -> bool:
    """A wish to stop still gets a first plan, if that takes only moments."""
    now = time.monotonic()
    late = watch.deadline is not None and now > watch.deadline
    return late or (now > began + PATIENCE_SECONDS and watch.is_over())


def _bundles(layout: Layout, start: Seats) -> list[list[int]]:
    """The talks of a track in their order; talks without a track one by one."""
    tracks: dict[Id, list[int]] = {}
    bundles: list[list[int]] = []
    for number in layout.free:
        if number in start:
            continue
        track = layout.world.blocks[number].track
        if track is None:
            bundles.append([number])
        elif track in tracks:
            tracks[track].append(number)
        else:
            tracks[track] = [number]
            bundles.append(tracks[track])
    for bundle in bundles:
        bundle.sort(key=lambda number: _rank(layout, number))
    return bundles


def _rank(layout: Layout, number: int) -> tuple[int, int, int]:
    """Given order first; then the talk with fewest places, then the longest."""
    order = layout.world.blocks[number].order
    return (0 if order is None else order, -int(layout.forbidden(number).sum()), -layout.world.lengths[number])


def _minutes(layout: Layout, bundle: Sequence[int]) -> int:
    return sum(layout.world.lengths[number] for number in bundle)


@dataclass(frozen=True)
class Offer:
    """Places for a part of a bundle, and what they cost."""

    cost: float
    places: dict[int, Seat]


class Draft:
    """A plan that grows. ``fits`` asks all hard rules about one talk at one place."""

    def __init__(self, layout: Layout, seats: Seats) -> None:
        self.layout, self.world = layout, layout.world
        self.seats: dict[int, Seat] = {}
        self.busy: list[list[tuple[int, int]]] = [[] for _ in self.world.rooms]
        self.hard_groups: dict[int, list[int]] = defaultdict(list)
        self.rows: dict[tuple[int, int], int] = {}
        for place, (weight, _, term) in enumerate(layout.groups):
            for talk in term.talks() if weight is None else ():
                self.hard_groups[talk].append(place)
        for number, seat in seats.items():
            self.put(number, seat)

    def put(self, number: int, seat: Seat) -> None:
        self.seats[number] = seat
        room, start = seat
        if room != NO_ROOM and not self.world.blocks[number].closes_all:
            insort(self.busy[room], (start, start + self.world.lengths[number]))

    def lift(self, number: int) -> None:
        room, start = self.seats.pop(number)
        self.busy[room].remove((start, start + self.world.lengths[number]))

    def fits(self, number: int, room: int, tick: int) -> bool:
        if self.layout.forbidden(number)[room, tick]:
            return False
        start = int(self.layout.ticks[tick])
        if self.layout.exclusive[room] and not self._room_is_free(room, start, start + self.world.lengths[number]):
            return False
        seat = (room, start)
        for pair in self.layout.pairs.get(number, ()):
            if pair.weight is None and self.breaks(pair, number, seat):
                return False
        return all(self._keeps(place, number, seat) for place in self.hard_groups.get(number, ()))

    def _room_is_free(self, room: int, start: int, end: int) -> bool:
        busy = self.busy[room]
        at = bisect_left(busy, (end, 0))
        return at == 0 or busy[at - 1][1] <= start

    def _keeps(self, place: int, number: int, seat: Seat) -> bool:
        term = self.layout.groups[place][2]
        return term.count({**self.seats, number: seat}, self.world) <= term.count(self.seats, self.world)

    def breaks(self, pair: Pair, number: int, seat: Seat) -> bool:
        """Whether the talk at this place would do what the pair counts."""
        other = pair.other if pair.one == number else pair.one
        there = self.seats.get(other)
        if there is None:
            return False
        lengths = self.world.lengths
        (room, start), (at, begun) = seat, there
        end, ended = start + lengths[number], begun + lengths[other]
        if pair.kind == "before":
            return end > begun if pair.one == number else start < ended
        if pair.kind == "meet":
            return start < ended and begun < end and room != at
        if NO_ROOM in (room, at):
            return False
        return 0 <= max(begun - end, start - ended) < int(self.layout.change_minutes[room, at])

    def price(self, number: int, seat: Seat) -> int:
        """Quality of a place among those placed, groups not counted; stability weighs as heavily as a lost hour."""
        tick = self.layout.tick_at[seat[1]]
        moved, cost = (int(matrix[seat[0], tick]) for matrix in self.layout.prices(number))
        for pair in self.layout.pairs.get(number, ()):
            if pair.weight is not None and self.breaks(pair, number, seat):
                cost += pair.weight
        return cost + 1000 * moved

    def place_bundle(self, bundle: list[int]) -> list[int]:
        """Room after room until all are placed or no room takes any more; returns those left out."""
        left = list(bundle)
        while left:
            offers = [offer for room in self._rooms_to_try(left) for offer in self._offers(left, room) if offer.places]
            if not offers:
                break
            best = min(offers, key=lambda offer: offer.cost)
            for number, seat in best.places.items():
                self.put(number, seat)
            left = [number for number in left if number not in best.places]
        return left

    def _rooms_to_try(self, talks: list[int]) -> list[int]:
        """Of empty rooms that are alike for these talks only the first."""
        seen, found = set(), []
        for room, value in enumerate(self.world.rooms):
            if self.busy[room]:
                found.append(room)
                continue
            kind = (value.parallel_items, value.venue, *(self._row(number, room) for number in talks))
            if kind not in seen:
                found.append(room)
            seen.add(kind)
        return found

    def _row(self, number: int, room: int) -> int:
        key = (number, room)
        if key not in self.rows:
            matrices = (self.layout.forbidden(number), *self.layout.prices(number))
            self.rows[key] = hash(tuple(matrix[room].tobytes() for matrix in matrices))
        return self.rows[key]

    def _offers(self, talks: list[int], room: int) -> list[Offer]:
        """For each day as the first: as many talks as fit, then on through the other days of the same room."""
        offers = []
        for first in range(len(self.world.days)):
            days = [first, *(day for day in range(len(self.world.days)) if day != first)]
            offers.append(self._fill(talks, room, days))
        return offers

    def _fill(self, talks: list[int], room: int, days: list[int]) -> Offer:
        left, places, cost = list(talks), dict[int, Seat](), 0.0
        for used, day in enumerate(days):
            if not left:
                break
            placed, spent = self._fill_day(left, room, day)
            places.update(placed)
            left = [number for number in left if number not in placed]
            cost += spent + (100 * used if placed else 0)
        for number in places:
            self.lift(number)
        cost += LEFT_OUT * len(left) / max(1, len(talks))
        return Offer(cost + 0.01 * self._slack(room, days[0]), places)

    def _fill_day(self, talks: list[int], room: int, day: int) -> tuple[dict[int, Seat], float]:
        """Puts the talks for now (the caller lifts them): at each tick the first that fits."""
        layout, lengths = self.layout, self.world.lengths
        ticks = np.flatnonzero(layout.tick_day == day).tolist()
        left, placed, cost, tick = list(talks), dict[int, Seat](), 0.0, ticks[0]
        first, last, busy = None, 0, 0
        while tick <= ticks[-1] and left:
            number = next((n for n in left if self._may_come(n, left) and self.fits(n, room, tick)), None)
            start = int(layout.ticks[tick])
            if number is None:
                tick = max(tick + 1, self._next_free(room, start))
                continue
            cost += self.price(number, (room, start))
            placed[number] = (room, start)
            self.put(number, (room, start))
            left.remove(number)
            first, last, busy = start if first is None else first, start + lengths[number], busy + lengths[number]
            tick = tick + 1 if not layout.exclusive[room] else int(np.searchsorted(layout.ticks, last))
        return placed, cost + (0 if first is None else last - first - busy)

    def _may_come(self, number: int, left: list[int]) -> bool:
        """Not before one of the same bundle that must precede it."""
        return not any(
            pair.kind == "before" and pair.other == number and pair.one in left
            for pair in self.layout.pairs.get(number, ())
        )

    def _next_free(self, room: int, start: int) -> int:
        """The first tick at which what holds the room now has ended."""
        busy = self.busy[room]
        at = bisect_right(busy, (start, 1 << 62)) - 1
        if at < 0 or busy[at][1] <= start or not self.layout.exclusive[room]:
            return 0
        return int(np.searchsorted(self.layout.ticks, busy[at][1]))

    def _slack(self, room: int, day: int) -> int:
        """Minutes of the day that the room still has: the tighter, the better."""
        frame = self.world.days[day]
        used = sum(end - start for start, end in self.busy[room] if frame.start <= start < frame.end)
        return frame.end - frame.start - used
