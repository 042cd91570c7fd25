"""A plan that knows its clashes while it is edited: a change costs what hangs on the blocks it touches."""

from collections.abc import Iterable, Mapping

from plumbing.sentences import sentence
from schedule.clashes.check import check_start
from schedule.clashes.kinds import Clash, ClashDelta, ClashInputError, Id, listing_order
from schedule.clashes.places import PlaceGrid, place_grid
from schedule.clashes.problem import ClashProblem, Placement
from schedule.clashes.rules import clashes_around, group_clash
from schedule.clashes.state import Seat, State
from schedule.clashes.table import Scope, Table

Changes = Mapping[int, Seat | None]


def clashes(problem: ClashProblem, placements: Iterable[Placement]) -> tuple[Clash, ...]:
    """Every clash of the plan, fatal first, then by time; the same for placements in any order.

    Blocks without a placement clash with nothing. Raises ClashInputError.
    """
    return ClashIndex(problem, placements).clashes()


class ClashIndex:
    """Holds one plan. ``if_…`` asks, the plain verb does; both say what goes and what comes.

    Not for two threads at once: a question moves the block and moves it back.
    """

    def __init__(self, problem: ClashProblem, placements: Iterable[Placement]) -> None:
        """Raises ClashInputError."""
        self._table = Table(problem)
        self._state = State(self._table)
        scopes: set[Scope] = set()
        for number, seat in self._seats(placements).items():
            self._state.set(number, seat)
        for number, start in enumerate(self._state.starts):
            if self._state.placed(number):
                scopes.update(self._table.scopes(number, start))
        self._found = self._around(range(len(self._table.blocks)), scopes)
        self._listed: tuple[Clash, ...] | None = None

    @property
    def problem(self) -> ClashProblem:
        return self._table.problem

    @property
    def placements(self) -> tuple[Placement, ...]:
        """In the order of the problem's blocks."""
        seats = ((block.id, self._state.seat(number)) for number, block in enumerate(self._table.blocks))
        return tuple(Placement(block, *seat) for block, seat in seats if seat is not None)

    def clashes(self) -> tuple[Clash, ...]:
        if self._listed is None:
            self._listed = tuple(sorted(self._found.values(), key=listing_order))
        return self._listed

    def of(self, block: Id) -> tuple[Clash, ...]:
        """The clashes that concern this block."""
        self._number(block)
        return tuple(clash for clash in self.clashes() if block in clash.blocks)

    def if_moved(self, block: Id, room: Id | None, start: int) -> ClashDelta:
        """Also for a block that is not placed yet."""
        return self.if_changed([Placement(block, room, start)])

    def if_removed(self, block: Id) -> ClashDelta:
        return self.if_changed(removed=[block])

    def if_swapped(self, one: Id, other: Id) -> ClashDelta:
        return self.if_changed(self._swapped(one, other))

    def if_changed(self, placements: Iterable[Placement] = (), removed: Iterable[Id] = ()) -> ClashDelta:
        """Many changes at once, such as a shift of all that follows."""
        before, after = self._try(self._changes(placements, removed), keep=False)
        return _delta(before, after)

    def move(self, block: Id, room: Id | None, start: int) -> ClashDelta:
        return self.change([Placement(block, room, start)])

    def remove(self, block: Id) -> ClashDelta:
        return self.change(removed=[block])

    def swap(self, one: Id, other: Id) -> ClashDelta:
        """Each takes the other's room and start."""
        return self.change(self._swapped(one, other))

    def change(self, placements: Iterable[Placement] = (), removed: Iterable[Id] = ()) -> ClashDelta:
        """All or nothing: raises ClashInputError before anything has moved."""
        before, after = self._try(self._changes(placements, removed), keep=True)
        for key in before:
            del self._found[key]
        self._found.update(after)
        self._listed = None
        return _delta(before, after)

    def free_places(
        self, block: Id, *, day: Id, rooms: Iterable[Id | None] | None = None, step_minutes: int = 5
    ) -> PlaceGrid:
        """How bad it would be to drop the block at each start of the day's grid, in these rooms or in all."""
        if day not in self._table.days:
            raise ClashInputError(f"day {day}", sentence("The day does not exist."))
        if step_minutes < 1:
            raise ClashInputError("step_minutes", sentence("The step is shorter than a minute."))
        number = self._number(block)
        asked = tuple(self._table.rooms if rooms is None else rooms)
        seat = self._state.seat(number)
        self._state.set(number, None)
        try:
            return place_grid(self._state, number, self._table.days[day], asked, step_minutes)
        finally:
            self._state.set(number, seat)

    def _number(self, block: Id) -> int:
        number = self._table.position.get(block)
        if number is None:
            raise ClashInputError(f"block {block}", sentence("The block is not part of the problem."))
        return number

    def _seats(self, placements: Iterable[Placement]) -> dict[int, Seat]:
        seats: dict[int, Seat] = {}
        for placement in placements:
            number = self._number(placement.block)
            check_start(placement)
            if number in seats:
                raise ClashInputError(f"placement of block {placement.block}", sentence("The block is placed twice."))
            seats[number] = placement.room, placement.start
        return seats

    def _changes(self, placements: Iterable[Placement], removed: Iterable[Id]) -> Changes:
        changes: dict[int, Seat | None] = {self._number(block): None for block in removed}
        for number, seat in self._seats(placements).items():
            if number in changes:
                block = self._table.blocks[number].id
                raise ClashInputError(f"block {block}", sentence("The block is both placed and removed."))
            changes[number] = seat
        return changes

    def _swapped(self, one: Id, other: Id) -> list[Placement]:
        seats = []
        for block in (other, one):
            seat = self._state.seat(self._number(block))
            if seat is None:
                raise ClashInputError(f"block {block}", sentence("The block has no place to swap."))
            seats.append(seat)
        return [] if one == other else [Placement(one, *seats[0]), Placement(other, *seats[1])]

    def _try(self, changes: Changes, *, keep: bool) -> tuple[dict[str, Clash], dict[str, Clash]]:
        """What hangs on the changed blocks before and after. A group that a block stays in cannot change."""
        state, scopes = self._state, set[Scope]()
        for number, seat in changes.items():
            old = self._table.scopes(number, state.starts[number]) if state.placed(number) else {}
            new = {} if seat is None else self._table.scopes(number, seat[1])
            scopes |= old.keys() ^ new.keys()
        before = self._around(changes, scopes)
        undo = {number: state.seat(number) for number in changes}
        for number, seat in changes.items():
            state.set(number, seat)
        after = self._around(changes, scopes)
        if not keep:
            for number, seat in undo.items():
                state.set(number, seat)
        return before, after

    def _around(self, numbers: Iterable[int], scopes: Iterable[Scope]) -> dict[str, Clash]:
        """By key, so that a pair found from both of its blocks is there once."""
        found = {clash.key: clash for number in numbers for clash in clashes_around(self._state, number)}
        for scope in scopes:
            clash = group_clash(self._state, scope)
            if clash is not None:
                found[clash.key] = clash
        return found


def _delta(before: Mapping[str, Clash], after: Mapping[str, Clash]) -> ClashDelta:
    def listed(found: Iterable[Clash]) -> tuple[Clash, ...]:
        return tuple(sorted(found, key=listing_order))

    return ClashDelta(
        gone=listed(clash for key, clash in before.items() if key not in after),
        new=listed(clash for key, clash in after.items() if key not in before),
        changed=listed(clash for key, clash in after.items() if key in before and before[key] != clash),
    )
