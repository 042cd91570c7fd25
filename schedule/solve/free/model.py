"""The CP-SAT model of some free talks among others that stand still; with all talks free it is the whole problem.

Each talk has a start and an interval, and one literal for each room and each price there: choosing the literal puts
the start among the ticks with that price. What stands still only shapes these domains. So a model is as large as
its free talks, whatever the size of the event.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from ortools.sat.python import cp_model

from schedule.solve.free.layout import Layout, Mask, Pair, Prices
from schedule.solve.free.world import NO_ROOM, Seat, Seats

BAN = -1
Line = list[tuple[cp_model.IntVar, int]]


@dataclass
class TalkVars:
    """``rooms`` holds a literal for each room that is possible; ``placed`` is None where the talk must be placed."""

    start: cp_model.IntVar
    length: int
    rooms: dict[int, cp_model.IntVar]
    placed: cp_model.IntVar | None
    ticks: np.ndarray
    interval: cp_model.IntervalVar | None = None

    @property
    def if_placed(self) -> list[cp_model.IntVar]:
        return [] if self.placed is None else [self.placed]


@dataclass
class Sums:
    """The levels of the cost as linear expressions; ``bases`` are their constants."""

    lines: tuple[Line, Line, Line] = field(default_factory=lambda: ([], [], []))
    bases: list[int] = field(default_factory=lambda: [0, 0, 0])

    def add(self, level: int, literal: cp_model.IntVar, weight: int) -> None:
        if weight:
            self.lines[level].append((literal, weight))

    def expression(self, level: int) -> cp_model.LinearExpr:
        line = self.lines[level]
        variables, weights = [var for var, _ in line], [weight for _, weight in line]
        return cp_model.LinearExpr.weighted_sum(variables, weights) + self.bases[level]


class FreeModel:
    """``seats`` stand still. ``optional`` talks may be left out, which level 0 counts. ``rooms`` narrows the search."""

    def __init__(
        self,
        layout: Layout,
        free: Collection[int],
        seats: Seats,
        *,
        optional: Collection[int] = (),
        rooms: Collection[int] | None = None,
    ) -> None:
        from schedule.solve.free.encode import encode_groups
        from schedule.solve.free.pairs import encode_pairs

        self.layout, self.world = layout, layout.world
        self.free = sorted(free)
        self.seats = {number: seat for number, seat in seats.items() if number not in set(self.free)}
        self.model = cp_model.CpModel()
        self.sums = Sums()
        self.rooms = set(range(len(self.world.rooms))) if rooms is None else set(rooms)
        self.impossible: list[int] = []
        self._busy: dict[int, Mask] = {}
        self.talks: dict[int, TalkVars] = {}
        self._days: dict[tuple[int, int], cp_model.IntVar | int] = {}
        for number in self.free:
            self._add_talk(number, number in optional)
        self._keep_rooms()
        self._keep_cliques()
        encode_pairs(self)
        encode_groups(self)

    def matrices(self, number: int) -> tuple[Mask, Prices, Prices]:
        """Where the talk may not start, and what each place costs, with what stands still."""
        layout = self.layout
        banned = layout.forbidden(number) | self._occupied(self.world.lengths[number])
        stability, quality = layout.prices(number)
        priced = quality
        for pair in layout.pairs.get(number, ()):
            other = pair.other if pair.one == number else pair.one
            if other not in self.seats:
                continue
            hit = hits(layout, pair, number, self.seats[other])
            if pair.weight is None:
                banned = banned | hit
            else:
                priced = priced + pair.weight * hit
        shut = np.array([room not in self.rooms for room in range(len(self.world.rooms))], dtype=bool)
        return banned | shut[:, None], stability, priced

    def _occupied(self, length: int) -> Mask:
        """Rooms × ticks that something still holds, for a talk of this length."""
        if length not in self._busy:
            ticks = self.layout.ticks
            busy = np.zeros((len(self.world.rooms), len(ticks)), dtype=bool)
            for number, (room, start) in self.seats.items():
                if room != NO_ROOM and self.layout.exclusive[room] and not self.world.blocks[number].closes_all:
                    low = np.searchsorted(ticks, start - length, side="right")
                    high = np.searchsorted(ticks, start + self.world.lengths[number], side="left")
                    busy[room, low:high] = True
            self._busy[length] = busy
        return self._busy[length]

    def _add_talk(self, number: int, may_drop: bool) -> None:
        model = self.model
        banned, stability, quality = self.matrices(number)
        if banned.all() and not may_drop:
            self.impossible.append(number)
        may_drop = may_drop or bool(banned.all())
        placed = model.new_bool_var(f"placed{number}") if may_drop else None
        if placed is not None:
            self.sums.add(0, placed, -1)
            self.sums.bases[0] += 1
        used = np.flatnonzero(~banned.all(axis=0))
        minutes = self.layout.ticks[used].tolist() or [0]
        start = model.new_int_var_from_domain(cp_model.Domain.from_values(minutes), f"start{number}")
        talk = TalkVars(start, self.world.lengths[number], {}, placed, self.layout.ticks[used])
        for rooms, row in _classes(banned, stability, quality):
            self._add_class(number, talk, rooms, row)
        model.add_exactly_one([*talk.rooms.values(), *([] if placed is None else [placed.negated()])])
        self.talks[number] = talk

    def _add_class(self, number: int, talk: TalkVars, rooms: list[int], row: tuple[Mask, Prices, Prices]) -> None:
        """Rooms alike for this talk: literals by price choose among the ticks, literals by room among the rooms."""
        model, ticks = self.model, self.layout.ticks
        banned, stability, quality = row
        for room in rooms:
            talk.rooms[room] = model.new_bool_var(f"room{number}_{room}")
        chosen = [talk.rooms[room] for room in rooms]
        prices: dict[tuple[int, int], list[int]] = {}
        for tick in np.flatnonzero(~banned).tolist():
            prices.setdefault((int(stability[tick]), int(quality[tick])), []).append(int(ticks[tick]))
        whole = len(prices) == 1 and len(rooms) == 1
        literals = []
        for (moved, cost), minutes in prices.items():
            literal = chosen[0] if whole else model.new_bool_var(f"price{number}")
            literals.append(literal)
            domain = cp_model.Domain.from_values(minutes)
            model.add_linear_expression_in_domain(talk.start, domain).only_enforce_if(literal)
            self.sums.add(1, literal, moved)
            self.sums.add(2, literal, cost)
        if not whole:
            model.add(sum(literals) == sum(chosen))

    def _keep_rooms(self) -> None:
        for room in range(len(self.world.rooms)):
            if not self.layout.exclusive[room]:
                continue
            intervals = []
            for number, talk in self.talks.items():
                if room in talk.rooms:
                    name = f"in{number}_{room}"
                    intervals.append(
                        self.model.new_optional_fixed_size_interval_var(talk.start, talk.length, talk.rooms[room], name)
                    )
            if len(intervals) > 1:
                self.model.add_no_overlap(intervals)

    def _keep_cliques(self) -> None:
        self.apart: set[tuple[int, int]] = set()
        for clique in self.layout.cliques:
            ours = [number for number in clique if number in self.talks]
            if len(ours) > 1:
                self.model.add_no_overlap([self.interval(number) for number in ours])
                self.apart.update(combinations(sorted(ours), 2))

    def interval(self, number: int) -> cp_model.IntervalVar:
        talk = self.talks[number]
        if talk.interval is None:
            new, name = self.model, f"at{number}"
            if talk.placed is None:
                talk.interval = new.new_fixed_size_interval_var(talk.start, talk.length, name)
            else:
                talk.interval = new.new_optional_fixed_size_interval_var(talk.start, talk.length, talk.placed, name)
        return talk.interval

    def stays(self, number: int, seat: Seat) -> cp_model.IntVar | None:
        """A literal that implies this place; None where the talk cannot be there."""
        talk = self.talks[number]
        if seat[0] not in talk.rooms or seat[1] not in talk.ticks:
            return None
        literal = self.model.new_bool_var(f"stays{number}")
        self.model.add_implication(literal, talk.rooms[seat[0]])
        self.model.add(talk.start == seat[1]).only_enforce_if(literal)
        return literal

    def on_day(self, number: int, day: int) -> cp_model.IntVar | int:
        """Whether the talk is on the day: a literal, or 0 or 1 where that is known."""
        talk = self.talks[number]
        key = (number, day)
        if key not in self._days:
            mine = self.layout.tick_day[np.searchsorted(self.layout.ticks, talk.ticks)]
            here = talk.ticks[mine == day].tolist()
            if not here:
                self._days[key] = 0
            elif len(here) == len(talk.ticks):
                self._days[key] = 1 if talk.placed is None else talk.placed
            else:
                literal = self.model.new_bool_var(f"day{number}_{day}")
                away = talk.ticks[mine != day].tolist()
                inside, outside = cp_model.Domain.from_values(here), cp_model.Domain.from_values(away)
                self.model.add_linear_expression_in_domain(talk.start, inside).only_enforce_if(literal)
                unless = [literal.negated(), *talk.if_placed]
                self.model.add_linear_expression_in_domain(talk.start, outside).only_enforce_if(unless)
                if talk.placed is not None:
                    self.model.add_implication(literal, talk.placed)
                self._days[key] = literal
        return self._days[key]

    def hint(self, seats: Mapping[int, Seat]) -> None:
        """Start the search from these places, where they are possible."""
        self.model.clear_hints()
        for number, talk in self.talks.items():
            seat = seats.get(number)
            there = seat is not None and seat[0] in talk.rooms and bool(np.isin(seat[1], talk.ticks))
            if talk.placed is not None:
                self.model.add_hint(talk.placed, there)
            if seat is None or not there:
                continue
            self.model.add_hint(talk.start, seat[1])
            for room, literal in talk.rooms.items():
                self.model.add_hint(literal, room == seat[0])

    def read(self, solver: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> dict[int, Seat]:
        """The places of all, those that stand still and those found; talks left out are absent."""
        found = dict(self.seats)
        for number, talk in self.talks.items():
            for room, literal in talk.rooms.items():
                if solver.boolean_value(literal):
                    found[number] = (room, solver.value(talk.start))
        return found


def _classes(
    banned: Mask, stability: Prices, quality: Prices
) -> Iterable[tuple[list[int], tuple[Mask, Prices, Prices]]]:
    """Rooms grouped by what they forbid and cost; rooms without any place are left out."""
    rows = np.where(banned, BAN, stability), np.where(banned, BAN, quality)
    groups: dict[bytes, list[int]] = {}
    for room in range(len(banned)):
        if not banned[room].all():
            groups.setdefault(rows[0][room].tobytes() + rows[1][room].tobytes(), []).append(room)
    for rooms in groups.values():
        yield rooms, (banned[rooms[0]], stability[rooms[0]], quality[rooms[0]])


def hits(layout: Layout, pair: Pair, number: int, there: Seat) -> Mask:
    """Rooms × ticks where the talk would do what the pair counts, its partner standing ``there``."""
    world, ticks = layout.world, layout.ticks
    other = pair.other if pair.one == number else pair.one
    length, room, begun = world.lengths[number], *there
    ended = begun + world.lengths[other]
    rooms = len(world.rooms)
    if pair.kind == "before":
        row = ticks + length > begun if pair.one == number else ticks < ended
        return np.broadcast_to(row, (rooms, len(ticks)))
    if pair.kind == "meet":
        hit = np.tile((ticks < ended) & (ticks + length > begun), (rooms, 1))
        if room != NO_ROOM and (layout.halls[room] or layout.exclusive[room]):
            hit[room] = False
        return hit
    if room == NO_ROOM:
        return np.zeros((rooms, len(ticks)), dtype=bool)
    gap = np.maximum(begun - (ticks + length), ticks - ended)
    needed = layout.change_minutes[:, room]
    return (gap >= 0)[None, :] & (gap[None, :] < needed[:, None])
