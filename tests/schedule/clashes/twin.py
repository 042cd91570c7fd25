"""The clash rules told a second time, slowly and plainly, to hold the real finder against.

Shares with it the input values and nothing else: every time is a set of minutes, every rule looks at all
blocks or all pairs, and nothing is kept from one plan to the next. Good for small plans only.
"""

from itertools import combinations, permutations
from typing import NamedTuple

from schedule.clashes import Block, ClashProblem, Day, Placement, Room

FATAL = {
    "unknown-room",
    "no-length",
    "outside-day",
    "across-plenary",
    "room-twice",
    "room-closed",
    "missing-feature",
    "speaker-twice",
    "speaker-away",
    "prerequisite",
}


class Fact(NamedTuple):
    kind: str
    blocks: frozenset
    about: object = None


class Twin:
    def __init__(self, problem: ClashProblem, placements: tuple[Placement, ...]) -> None:
        self.problem = problem
        self.at = {placement.block: placement for placement in placements}
        self.placed = [block for block in problem.blocks if block.id in self.at]
        self.rooms = {room.id: room for room in problem.rooms}

    def facts(self) -> set[Fact]:
        found: set[Fact] = set()
        for block in self.placed:
            found |= self.alone(block)
        for one, other in combinations(self.placed, 2):
            found |= self.together(one, other)
        for earlier, later in permutations(self.placed, 2):
            found |= self.in_turn(earlier, later)
        return found | self.days_full() | self.quotas()

    def severity(self, kind: str) -> int:
        given = {name.value: level for name, level in self.problem.severities}
        return int(given.get(kind, 2 if kind in FATAL else 1))

    def minutes(self, block: Block) -> set[int]:
        start = self.at[block.id].start
        return set(range(start, start + block.length_minutes))

    def room(self, block: Block) -> Room | None:
        return self.rooms.get(self.at[block.id].room)

    def day(self, block: Block) -> Day | None:
        start = self.at[block.id].start
        return next((day for day in self.problem.days if day.start <= start < day.end), None)

    def alone(self, block: Block) -> set[Fact]:
        ids, minutes, found = frozenset({block.id}), self.minutes(block), set()
        place, room, day = self.at[block.id].room, self.room(block), self.day(block)
        if not minutes:
            found.add(Fact("no-length", ids))
        if day is None or not minutes <= set(range(day.start, day.end)):
            found.add(Fact("outside-day", ids))
        for person in self.problem.people:
            away = {minute for span in person.away for minute in range(span.start, span.end)}
            if person.id in block.people + block.chairs and away & minutes:
                found.add(Fact("speaker-away", ids, person.id))
            if person.id in block.people and person.id in block.chairs:
                found.add(Fact("chair-speaks", ids, person.id))
        if room is None:
            return found if block.closes_all and place is None else found | {Fact("unknown-room", ids)}
        if room.open is not None:
            # Doors also count the instant itself, or a block without length would be welcome at any time.
            open_now = {2 * m for s in room.open for m in range(s.start, s.end + 1)}
            open_now |= {2 * m + 1 for s in room.open for m in range(s.start, s.end)}
            start = self.at[block.id].start
            if not set(range(2 * start, 2 * (start + block.length_minutes) + 1)) <= open_now:
                found.add(Fact("room-closed", ids, room.id))
        if any(need not in room.features for need in block.needs):
            found.add(Fact("missing-feature", ids, room.id))
        if None not in (room.capacity, block.interest) and block.interest > room.capacity:
            found.add(Fact("too-small", ids, room.id))
        return found

    def together(self, one: Block, other: Block) -> set[Fact]:
        ids, found = frozenset({one.id, other.id}), set()
        here, there = self.at[one.id].room, self.at[other.id].room
        poster_hall = here == there and here in self.rooms and self.rooms[here].parallel_items
        must, wanted = self.must(one) & self.must(other), self.wanted(one) & self.wanted(other)
        if self.minutes(one) & self.minutes(other):
            if one.closes_all or other.closes_all:
                found.add(Fact("across-plenary", ids))
            elif here == there and here in self.rooms and not poster_hall:
                found.add(Fact("room-twice", ids, here))
            if not poster_hall:
                found |= {Fact("speaker-twice", ids, person) for person in must}
            if here != there and one.track != other.track:
                found |= {Fact("track-chair-elsewhere", ids, person) for person in wanted - must}
            if here != there and one.track == other.track is not None and self.track_stays_whole(one):
                found.add(Fact("track-parallel", ids))
        elif self.minutes(one) and self.minutes(other) and here != there and here in self.rooms and there in self.rooms:
            first, second = sorted((one, other), key=lambda block: self.at[block.id].start)
            gap = min(self.minutes(second)) - max(self.minutes(first)) - 1
            needed = self.problem.changeover_minutes
            if self.rooms[here].venue != self.rooms[there].venue and self.problem.venue_change_minutes is not None:
                needed = self.problem.venue_change_minutes
            if gap < needed:
                found |= {Fact("changeover", ids, person) for person in must}
        return found

    def must(self, block: Block) -> set:
        return {*block.people, *block.chairs}

    def wanted(self, block: Block) -> set:
        chairs = {person for track in self.problem.tracks if track.id == block.track for person in track.chairs}
        return self.must(block) | chairs

    def track_stays_whole(self, block: Block) -> bool:
        return any(track.id == block.track and not track.may_run_parallel for track in self.problem.tracks)

    def in_turn(self, earlier: Block, later: Block) -> set[Fact]:
        ids, found = frozenset({earlier.id, later.id}), set()
        too_early = self.at[later.id].start < self.at[earlier.id].start + earlier.length_minutes
        if too_early and earlier.id in later.after:
            found.add(Fact("prerequisite", ids))
        if too_early and earlier.track == later.track is not None and None not in (earlier.order, later.order):
            between = [
                block
                for block in self.placed
                if block.track == earlier.track
                and block.order is not None
                and earlier.order < block.order < later.order
            ]
            if earlier.order < later.order and not between:
                found.add(Fact("track-order", ids))
        return found

    def days_full(self) -> set[Fact]:
        found = set()
        for person in self.problem.people:
            most = person.talks_per_day_max
            most = self.problem.talks_per_day_max if most is None else most
            for day in self.problem.days:
                talks = [b for b in self.placed if person.id in b.people and self.day(b) == day]
                if most is not None and len(talks) > most:
                    found.add(Fact("too-many-talks", frozenset(b.id for b in talks), (person.id, day.id)))
        return found

    def quotas(self) -> set[Fact]:
        found = set()
        for quota in self.problem.quotas:
            parts = {"programme": [None], "day": self.problem.days, "track": self.problem.tracks}[quota.per]
            for part in parts:
                where = None if part is None else part.id
                if quota.only not in (None, where):
                    continue
                those = [b for b in self.placed if b.presenter_kind is not None and self.belongs(b, quota.per, where)]
                counted = [b for b in those if b.presenter_kind in quota.presenter_kinds]
                over_count = quota.blocks_max is not None and len(counted) > quota.blocks_max
                # One block fewer would already be at or above the share: so this one is past its rounding up.
                over_share = (
                    quota.percent_max is not None
                    and counted
                    and ((len(counted) - 1) * 100 >= quota.percent_max * len(those))
                )
                if over_count or over_share:
                    found.add(Fact("quota", frozenset(b.id for b in counted), (quota.id, where)))
        return found

    def belongs(self, block: Block, per: str, where: object) -> bool:
        if per == "day":
            day = self.day(block)
            return day is not None and day.id == where
        return per == "programme" or block.track == where
