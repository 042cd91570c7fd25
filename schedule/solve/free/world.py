"""The problem by numbers: blocks, rooms and days in the order of the world, and what wishes look up in it."""

from collections.abc import Iterable, Mapping

from schedule.clashes.kinds import Id
from schedule.clashes.problem import Block, ClashProblem, Placement, Span
from schedule.clashes.table import Table, merged

NO_ROOM = -1
Seat = tuple[int, int]
"""The number of a room (``NO_ROOM`` for a block that closes all) and the minute of the start."""
Seats = Mapping[int, Seat]


class World:
    """Raises ClashInputError. ``talks`` are the numbers of all blocks that do not close every room."""

    def __init__(self, problem: ClashProblem, pins: Iterable[Placement] = ()) -> None:
        self.table = Table(problem)
        self.problem = problem
        self.blocks = problem.blocks
        self.lengths = self.table.lengths
        self.rooms = problem.rooms
        self.room_at = {room.id: number for number, room in enumerate(problem.rooms)}
        self.days = sorted(problem.days, key=lambda day: day.start)
        self.talks = [number for number, block in enumerate(problem.blocks) if not block.closes_all]
        self.pins: dict[int, Seat] = {
            self.number(pin.block): self.seat(pin) for pin in pins if pin.block in self.table.position
        }
        closers = (number for number in self.table.closers if number in self.pins)
        spans = [Span(self.pins[number][1], self.pins[number][1] + self.lengths[number]) for number in closers]
        self.breaks = merged(span for span in spans if span.end > span.start)

    def number(self, block: Id) -> int:
        return self.table.position[block]

    def seat(self, placement: Placement) -> Seat:
        """An unknown room becomes ``NO_ROOM``."""
        return self.room_at.get(placement.room, NO_ROOM) if placement.room is not None else NO_ROOM, placement.start

    def seats(self, placements: Iterable[Placement]) -> dict[int, Seat]:
        return {self.number(placement.block): self.seat(placement) for placement in placements}

    def placements(self, seats: Seats) -> tuple[Placement, ...]:
        """In the order of the world's blocks."""
        return tuple(
            Placement(self.blocks[number].id, None if room == NO_ROOM else self.rooms[room].id, start)
            for number, (room, start) in sorted(seats.items())
        )

    def end(self, number: int, seat: Seat) -> int:
        return seat[1] + self.lengths[number]

    def day(self, minute: int) -> int | None:
        """The number of the day, in the order of time."""
        found = self.table.day_at(minute)
        return None if found is None else self.days.index(found)

    def track_talks(self, track: Id) -> list[int]:
        return [number for number in self.table.in_track.get(track, ()) if not self.blocks[number].closes_all]

    def required(self, number: int) -> list[Id]:
        """Who must be there: speakers and chairs of the block."""
        block: Block = self.blocks[number]
        return list(dict.fromkeys((*block.people, *block.chairs)))
