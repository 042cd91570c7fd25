"""Where every block stands now, with the groups that limits count; put and lift keep them right."""

from bisect import bisect_left, insort
from collections.abc import Iterable

from schedule.clashes.kinds import Id
from schedule.clashes.table import Scope, Table

NEVER = 1 << 62
Seat = tuple[Id | None, int]


class Group:
    """``members`` count against a limit; ``total`` is all blocks that a share is taken of."""

    __slots__ = ("members", "total")

    def __init__(self) -> None:
        self.members: set[int] = set()
        self.total = 0


class Ranks:
    """The placed blocks of a track by their order rank."""

    __slots__ = ("_at", "_ranks")

    def __init__(self) -> None:
        self._ranks: list[int] = []
        self._at: dict[int, set[int]] = {}

    def add(self, rank: int, number: int) -> None:
        if rank not in self._at:
            self._at[rank] = set()
            insort(self._ranks, rank)
        self._at[rank].add(number)

    def discard(self, rank: int, number: int) -> None:
        self._at[rank].discard(number)
        if not self._at[rank]:
            del self._at[rank]
            self._ranks.remove(rank)

    def around(self, rank: int) -> tuple[set[int], set[int], set[int]]:
        """The blocks of the next lower rank that has any, of the rank itself, and of the next higher."""
        place = bisect_left(self._ranks, rank)
        own = self._at.get(rank, set())
        above = place + 1 if own else place
        lower = self._at[self._ranks[place - 1]] if place else set()
        higher = self._at[self._ranks[above]] if above < len(self._ranks) else set()
        return lower, own, higher


class State:
    """A block that is not placed starts at NEVER and ends at -NEVER, so it overlaps nothing."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rooms: list[Id | None] = [None] * len(table.blocks)
        self.starts = [NEVER] * len(table.blocks)
        self.ends = [-NEVER] * len(table.blocks)
        self.in_room: dict[Id | None, set[int]] = {}
        self.groups: dict[Scope, Group] = {}
        self.ranks: dict[Id, Ranks] = {track: Ranks() for track in table.in_track}

    def placed(self, number: int) -> bool:
        return self.starts[number] != NEVER

    def seat(self, number: int) -> Seat | None:
        return (self.rooms[number], self.starts[number]) if self.placed(number) else None

    def set(self, number: int, seat: Seat | None) -> None:
        if self.placed(number):
            self._lift(number)
        if seat is not None:
            self._put(number, *seat)

    def overlapping(self, number: int, others: Iterable[int]) -> list[int]:
        """Those of the others that share at least a minute with the block; one without length shares none."""
        start, end = self.starts[number], self.ends[number]
        starts, ends = self.starts, self.ends
        if start >= end:
            return []
        return [
            other
            for other in others
            if starts[other] < end and start < ends[other] and starts[other] < ends[other] and other != number
        ]

    def _put(self, number: int, room: Id | None, start: int) -> None:
        table = self.table
        block = table.blocks[number]
        self.rooms[number] = room
        self.starts[number] = start
        self.ends[number] = start + table.lengths[number]
        self.in_room.setdefault(room, set()).add(number)
        for scope, counts in table.scopes(number, start).items():
            group = self.groups.setdefault(scope, Group())
            group.total += 1
            if counts:
                group.members.add(number)
        if block.track is not None and block.order is not None:
            self.ranks[block.track].add(block.order, number)

    def _lift(self, number: int) -> None:
        table = self.table
        block = table.blocks[number]
        for scope in table.scopes(number, self.starts[number]):
            group = self.groups[scope]
            group.total -= 1
            group.members.discard(number)
        if block.track is not None and block.order is not None:
            self.ranks[block.track].discard(block.order, number)
        self.in_room[self.rooms[number]].discard(number)
        self.rooms[number] = None
        self.starts[number] = NEVER
        self.ends[number] = -NEVER
