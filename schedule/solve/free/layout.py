"""The problem laid out for search: the ticks of the grid, what each talk may not, what places cost, who meets whom.

Single talks become matrices over rooms and ticks; pairs become entries by talk; groups stay terms. Each hard thing
carries the ``Demand`` that it comes from, so that explanations can drop demands one by one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schedule.clashes.kinds import ClashKind, Id, Severity, clash_key, pair_key
from schedule.clashes.problem import Day, Quota, Span
from schedule.clashes.table import merged
from schedule.solve.free.terms import Before, Days, Elsewhere, Idle, Limit, Meet, Rooms, Spot, Term, Told
from schedule.solve.free.wishes import ALWAYS_HARD, HARD, QUALITY, STABILITY, ClashRule, Wish
from schedule.solve.problem import ScheduleProblem, Where, check_schedule_problem

Mask = NDArray[np.bool_]
Prices = NDArray[np.int64]
PIN, ALLOWED, FORBIDDEN, WISH, GRID = "pin", "allowed", "forbidden", "wish", "grid"
GroupTerm = Rooms | Days | Idle | Limit | Told
RULE_WEIGHT = 10
"""What a warning costs when the chair has set no price."""


class Demand(NamedTuple):
    """A hard thing: ``what`` is a kind of clash, a pin, an allowed or forbidden place or a hard wish; ``whom`` the
    block, person, room or day concerned, or the number of the wish."""

    what: str
    whom: Id | None = None


class Pair(NamedTuple):
    """``kind`` is meet, before or close. Hard where ``weight`` is None."""

    kind: str
    one: int
    other: int
    weight: int | None


class Layout:
    """Raises ProblemError. ``only`` leaves out all other talks; ``dropped`` demands are not asked for."""

    def __init__(
        self,
        problem: ScheduleProblem,
        *,
        only: Collection[int] | None = None,
        dropped: Collection[Demand] = (),
    ) -> None:
        self.problem = problem
        self.world = world = check_schedule_problem(problem)
        self.dropped = frozenset(dropped)
        self.talks = [number for number in world.talks if only is None or number in only]
        self.alive = {*self.talks, *world.table.closers}
        freed = {world.number(demand.whom) for demand in self.dropped if demand.what == PIN and demand.whom is not None}
        self.fixed = {n: seat for n, seat in world.pins.items() if n in self.alive and n not in freed}
        self.free = [number for number in self.talks if number not in self.fixed]
        self._read_rules()
        self._read_ticks()
        self._read_wishes()
        self._read_pairs()

    def _read_rules(self) -> None:
        severities = self.world.table.severities
        rules = [wish for wish in self.problem.wishes if isinstance(wish, ClashRule)]
        self.hard_kinds = {kind for kind in ClashKind if severities[kind] is Severity.FATAL} | ALWAYS_HARD
        self.hard_kinds |= {rule.kind for rule in rules if rule.weight is None}
        self.rule_weights = {kind: RULE_WEIGHT for kind in ClashKind if kind not in self.hard_kinds}
        self.rule_weights |= {
            rule.kind: rule.weight for rule in rules if rule.weight is not None and rule.kind in self.rule_weights
        }

    def _read_ticks(self) -> None:
        world, grid = self.world, self.problem.grid_minutes
        minutes = {minute for day in world.days for minute in range(day.start, self._last_minute(day), grid)}
        self._regular = frozenset(minutes)
        self.released = world.seats(self.problem.released)
        minutes |= {self.released[number][1] for number in self.free if number in self.released}
        self.ticks = np.array(sorted(minutes), dtype=np.int64)
        starts = np.array([day.start for day in world.days], dtype=np.int64)
        ends = np.array([day.end for day in world.days], dtype=np.int64)
        self.tick_day = np.searchsorted(starts, self.ticks, side="right") - 1
        self.tick_day_end = np.where(self.tick_day >= 0, ends[self.tick_day], -1)
        self.tick_at = {int(minute): place for place, minute in enumerate(self.ticks)}
        self.halls = np.array([room.parallel_items for room in world.rooms], dtype=bool)
        once = ClashKind.ROOM_TWICE
        self.exclusive = np.array(
            [not room.parallel_items and Demand(once, room.id) not in self.dropped for room in world.rooms], dtype=bool
        )

    def _last_minute(self, day: Day) -> int:
        """The end of the day; where its end is dropped, as late as all talks in a row could need."""
        if Demand(ClashKind.OUTSIDE_DAY, day.id) not in self.dropped:
            return day.end
        later = min((other.start for other in self.world.days if other.start >= day.end), default=1 << 62)
        return min(later, day.end + sum(self.world.lengths[number] for number in self.talks))

    def _read_wishes(self) -> None:
        self.groups: list[tuple[int | None, int, GroupTerm]] = []
        self._spots: dict[int, list[tuple[int, Wish, Spot | Elsewhere]]] = defaultdict(list)
        self._wish_pairs: list[tuple[int | None, Meet | Before]] = []
        for place, wish in enumerate(self.problem.wishes):
            if wish.weight == 0 or (wish.level == HARD and Demand(WISH, place) in self.dropped):
                continue
            for term in wish.terms(self.world):
                self._sort_in(place, wish, term)
        for demand, key, limit in self._limits():
            kind = ClashKind(demand.what)
            if key in self.world.table.waivers or not limit.group:
                continue
            if kind not in self.hard_kinds:
                self.groups.append((self.rule_weights[kind], QUALITY, limit))
            elif demand not in self.dropped:
                self.groups.append((None, HARD, limit))

    def _limits(self) -> Iterator[tuple[Demand, str, Limit]]:
        """Talks a day of one person, and quotas, as the clash finder counts them."""
        table, kind = self.world.table, ClashKind.TOO_MANY_TALKS
        for person in table.people.values():
            theirs = tuple(n for n in sorted(self.alive) if person.id in self.world.blocks[n].people)
            most = table.talks_max(person.id)
            if most is not None and len(theirs) > most:
                for place, day in enumerate(self.world.days):
                    key = clash_key(kind, person.id, day.id)
                    yield Demand(kind, person.id), key, Limit(theirs, most, day=place, once=True)
        for quota in table.problem.quotas:
            for where, whole, scope in self._quota_scopes(quota):
                group = tuple(n for n in whole if self.world.blocks[n].presenter_kind in quota.presenter_kinds)
                limit = Limit(group, quota.blocks_max, quota.percent_max, whole, scope, once=True)
                yield Demand(ClashKind.QUOTA, quota.id), clash_key(ClashKind.QUOTA, quota.id, where), limit

    def _quota_scopes(self, quota: Quota) -> Iterator[tuple[Id | None, tuple[int, ...], int | None]]:
        blocks = self.world.blocks
        whole = tuple(n for n in sorted(self.alive) if blocks[n].presenter_kind is not None)
        if quota.per == "programme":
            yield None, whole, None
        elif quota.per == "day":
            for place, day in enumerate(self.world.days):
                if quota.only in (None, day.id):
                    yield day.id, whole, place
        else:
            for track in self.world.table.tracks:
                if quota.only in (None, track):
                    yield track, tuple(n for n in whole if blocks[n].track == track), None

    def _sort_in(self, place: int, wish: Wish, term: Term) -> None:
        if isinstance(term, Spot | Elsewhere):
            self._spots[term.talk].append((place, wish, term))
        elif isinstance(term, Meet | Before):
            if term.one in self.alive and term.other in self.alive:
                self._wish_pairs.append((wish.weight, term))
        else:
            self.groups.append((wish.weight, wish.level, term))

    def _read_pairs(self) -> None:
        """``pairs`` by talk; the same pair is there for both of its talks."""
        prices: dict[tuple[str, int, int], int] = defaultdict(int)
        hard: set[tuple[str, int, int]] = set()
        for kind, one, other, weight in (*self._rule_pairs(), *self._wished_pairs()):
            key = (kind, one, other) if kind == "before" or one < other else (kind, other, one)
            if weight is None:
                hard.add(key)
            else:
                prices[key] += weight
        self.pairs: dict[int, list[Pair]] = defaultdict(list)
        for key in sorted(hard | prices.keys()):
            pair = Pair(*key, None if key in hard else prices[key])
            if pair.weight != 0:
                self.pairs[pair.one].append(pair)
                self.pairs[pair.other].append(pair)

    def _wished_pairs(self) -> Iterator[Pair]:
        for weight, term in self._wish_pairs:
            kind, times = ("meet", term.times) if isinstance(term, Meet) else ("before", 1)
            yield Pair(kind, term.one, term.other, None if weight is None else weight * times)

    def _rule_pairs(self) -> Iterator[Pair]:
        yield from self._people_pairs()
        table = self.world.table
        for number in sorted(self.alive):
            for earlier in table.before[number]:
                if earlier in self.alive:
                    kind = ClashKind.PREREQUISITE
                    yield from self._ruled("before", kind, earlier, number, Demand(kind, table.blocks[number].id))
        for track in table.tracks.values():
            talks = [number for number in table.in_track.get(track.id, ()) if number in self.alive]
            if not track.may_run_parallel:
                for one, other in combinations(talks, 2):
                    kind = ClashKind.TRACK_PARALLEL
                    yield from self._ruled("meet", kind, one, other, Demand(kind, track.id))
            for one, other in _neighbours([(table.blocks[number].order, number) for number in talks]):
                kind = ClashKind.TRACK_ORDER
                yield from self._ruled("before", kind, one, other, Demand(kind, track.id))

    def _people_pairs(self) -> Iterator[Pair]:
        table = self.world.table
        self.cliques: list[list[int]] = []
        for person, tied in table.tied.items():
            present = [number for number in tied if number in self.alive]
            required = [number for number in present if table.ties[number][person]]
            self._add_clique(person, required)
            for one, other in combinations(present, 2):
                if table.ties[one][person] and table.ties[other][person]:
                    kind = ClashKind.SPEAKER_TWICE
                    yield from self._ruled("meet", kind, one, other, Demand(kind, person), person)
                    if self.longest_change:
                        kind = ClashKind.CHANGEOVER
                        yield from self._ruled("close", kind, one, other, Demand(kind, person), person)
                elif table.blocks[one].track != table.blocks[other].track:
                    kind = ClashKind.TRACK_CHAIR_ELSEWHERE
                    yield from self._ruled("meet", kind, one, other, Demand(kind, person), person)

    def _add_clique(self, person: Id, required: list[int]) -> None:
        """Talks no two of which may ever share a minute: one constraint instead of many pairs."""
        plain = not self.halls.any() and not self.world.table.waivers
        kind = ClashKind.SPEAKER_TWICE
        if plain and len(required) > 1 and kind in self.hard_kinds and Demand(kind, person) not in self.dropped:
            self.cliques.append(required)

    def _ruled(self, shape: str, kind: ClashKind, one: int, other: int, demand: Demand, *more: Id) -> Iterator[Pair]:
        blocks = self.world.blocks
        if pair_key(kind, blocks[one].id, blocks[other].id, *more) in self.world.table.waivers:
            return
        if kind not in self.hard_kinds:
            yield Pair(shape, one, other, self.rule_weights[kind])
        elif demand not in self.dropped:
            yield Pair(shape, one, other, None)

    @cached_property
    def last_end(self) -> int:
        """No talk on the grid ends later."""
        return int(self.ticks[-1]) + max(self.world.lengths)

    @cached_property
    def longest_change(self) -> int:
        problem = self.problem.world
        return max(problem.changeover_minutes, problem.venue_change_minutes or 0)

    @cached_property
    def change_minutes(self) -> NDArray[np.int64]:
        """Minutes needed from room to room; 0 within a room."""
        rooms = self.world.rooms
        needed = [
            [0 if one is other else self.world.table.change_minutes(one, other) for other in rooms] for one in rooms
        ]
        return np.array(needed, dtype=np.int64)

    def forbidden(self, number: int) -> Mask:
        """Rooms × ticks where the talk may not start, whatever else is placed (breaks and plenaries counted)."""
        if number not in self._forbidden:
            full = np.zeros((len(self.world.rooms), len(self.ticks)), dtype=bool)
            for demand, mask in self.bans(number):
                if demand not in self.dropped:
                    full |= mask
            self._forbidden[number] = full
        return self._forbidden[number]

    @cached_property
    def _forbidden(self) -> dict[int, Mask]:
        return {}

    @cached_property
    def _prices(self) -> dict[int, tuple[Prices, Prices]]:
        return {}

    def bans(self, number: int) -> Iterator[tuple[Demand, Mask]]:
        """What forbids places to one talk, each with its mask (rooms × ticks, or one row)."""
        block = self.world.blocks[number]
        yield Demand(GRID), self._off_grid(number)
        for kind, whom, mask in self._unary_clashes(number):
            if kind in self.hard_kinds:
                yield Demand(kind, whom), mask
        allowed = [where for where in self.problem.allowed if where.block == block.id]
        if allowed:
            yield Demand(ALLOWED, block.id), ~np.logical_or.reduce([self._inside(number, at) for at in allowed])
        for where in self.problem.forbidden:
            if where.block == block.id:
                yield Demand(FORBIDDEN, block.id), self._touched(number, where)
        for place, wish, term in self._spots.get(number, ()):
            if wish.level == HARD:
                yield Demand(WISH, place), self.counts(term) > 0

    def prices(self, number: int) -> tuple[Prices, Prices]:
        """Stability and quality cost of each place, rooms × ticks, other talks not counted."""
        if number not in self._prices:
            shape = (len(self.world.rooms), len(self.ticks))
            levels = (np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64))
            for kind, _, mask in self._unary_clashes(number):
                if kind not in self.hard_kinds:
                    levels[1][:] += self.rule_weights[kind] * mask
            for _, wish, term in self._spots.get(number, ()):
                if wish.weight is not None:
                    levels[0 if wish.level == STABILITY else 1][:] += wish.weight * self.counts(term)
            self._prices[number] = levels
        return self._prices[number]

    def counts(self, term: Spot | Elsewhere) -> Prices:
        """What a term of one talk counts, rooms × ticks."""
        rooms = len(self.world.rooms)
        if isinstance(term, Elsewhere):
            full = np.ones((rooms, len(self.ticks)), dtype=np.int64)
            if term.room >= 0:
                full[term.room] = self.ticks != term.start
            return full
        by_room = np.ones(rooms, dtype=np.int64) if term.by_room is None else np.array(term.by_room, dtype=np.int64)
        return np.outer(by_room, term.at(self.ticks, self.world.lengths[term.talk]))

    def _off_grid(self, number: int) -> Mask:
        own = self.released.get(number, (0, -1))[1]
        return np.array([[minute not in self._regular and minute != own for minute in self.ticks.tolist()]])

    def _unary_clashes(self, number: int) -> Iterator[tuple[ClashKind, Id | None, Mask]]:
        """Clashes of one talk with the place alone; waived ones are none."""
        world, block, length = self.world, self.world.blocks[number], self.world.lengths[number]
        ends = self.ticks + length
        late = ends > self.tick_day_end
        yield ClashKind.OUTSIDE_DAY, None, (late & (self.tick_day < 0))[None, :]
        for place, day in enumerate(world.days):
            yield ClashKind.OUTSIDE_DAY, day.id, (late & (self.tick_day == place))[None, :]
        for closer in world.table.closers:
            closing = world.blocks[closer]
            key = pair_key(ClashKind.ACROSS_PLENARY, block.id, closing.id)
            span = Span(world.pins[closer][1], world.pins[closer][1] + world.lengths[closer])
            if key not in world.table.waivers and closer in self.alive and span.end > span.start:
                yield ClashKind.ACROSS_PLENARY, closing.id, self._touching([span], length)
        for person in world.required(number):
            away = world.table.people[person].away
            if away and clash_key(ClashKind.SPEAKER_AWAY, block.id, person) not in world.table.waivers:
                yield ClashKind.SPEAKER_AWAY, person, self._touching(away, length)
        for person in dict.fromkeys(block.chairs):
            key = clash_key(ClashKind.CHAIR_SPEAKS, block.id, person)
            if person in block.people and key not in world.table.waivers:
                yield ClashKind.CHAIR_SPEAKS, block.id, np.ones((1, len(self.ticks)), dtype=bool)
        yield from self._room_clashes(number)

    def _room_clashes(self, number: int) -> Iterator[tuple[ClashKind, Id | None, Mask]]:
        world, block, length = self.world, self.world.blocks[number], self.world.lengths[number]
        for place, room in enumerate(world.rooms):
            if room.id in world.table.open:
                yield (
                    ClashKind.ROOM_CLOSED,
                    room.id,
                    self._row(ClashKind.ROOM_CLOSED, number, place, ~self._within(world.table.open[room.id], length)),
                )
        always = np.ones((1, len(self.ticks)), dtype=bool)
        for place, room in enumerate(world.rooms):
            if block.needs - room.features:
                kind = ClashKind.MISSING_FEATURE
                yield kind, block.id, self._row(kind, number, place, always)
            if block.interest is not None and room.capacity is not None and room.capacity < block.interest:
                kind = ClashKind.TOO_SMALL
                yield kind, block.id, self._row(kind, number, place, always)

    def _row(self, kind: ClashKind, number: int, room: int, row: Mask) -> Mask:
        full = np.zeros((len(self.world.rooms), len(self.ticks)), dtype=bool)
        key = clash_key(kind, self.world.blocks[number].id, self.world.rooms[room].id)
        if key not in self.world.table.waivers:
            full[room] = row[0]
        return full

    def _touching(self, spans: Iterable[Span], length: int) -> Mask:
        hit = np.zeros(len(self.ticks), dtype=bool)
        for low, high in spans:
            hit |= (self.ticks < high) & (self.ticks + length > low)
        return hit[None, :]

    def _within(self, spans: Iterable[Span], length: int) -> Mask:
        hit = np.zeros(len(self.ticks), dtype=bool)
        for low, high in merged(spans):
            hit |= (self.ticks >= low) & (self.ticks + length <= high)
        return hit[None, :]

    def _inside(self, number: int, where: Where) -> Mask:
        row = np.ones((1, len(self.ticks)), dtype=bool)
        if where.spans is not None:
            row = self._within(where.spans, self.world.lengths[number])
        return self._in_rooms(where) & row

    def _touched(self, number: int, where: Where) -> Mask:
        row = np.ones((1, len(self.ticks)), dtype=bool)
        if where.spans is not None:
            row = self._touching(where.spans, self.world.lengths[number])
        return self._in_rooms(where) & row

    def _in_rooms(self, where: Where) -> Mask:
        return np.array([[where.rooms is None or room.id in where.rooms] for room in self.world.rooms])


def _neighbours(ranked: list[tuple[int | None, int]]) -> Iterator[tuple[int, int]]:
    """Each talk with those of the next higher rank, as the clash finder compares them."""
    ranks: dict[int, list[int]] = defaultdict(list)
    for rank, number in ranked:
        if rank is not None:
            ranks[rank].append(number)
    for lower, higher in pairwise(sorted(ranks)):
        for one in ranks[lower]:
            for other in ranks[higher]:
                yield one, other
