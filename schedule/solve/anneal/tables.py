"""The kernel's question, free of its domain: which items may stand at which times and rooms, and what that costs.

A *placement* gives each of ``n`` items one of ``T`` times and one of ``R`` rooms. Its cost is three whole numbers,
(hard, stability, quality), compared from left to right and never mixed. They are sums of

* ``time_cost[level, item, time]``, ``room_cost[level, item, room]``, ``place_cost[level, time, room]``, and
  ``room_cost_per_minute[level, item, room]`` times the minutes that the item lasts;
* ``room_conflict`` on the hard level for each minute that two items overlap in one room (a room is busy for
  ``changeover_minutes`` longer than its item);
* each ``Relation``: a weight for a pair of items, times an amount, whenever a condition on both placements holds;
* each ``Group``: a cost for the number of its members in one day or time, or for the days between first and last.

Negative costs are rewards. Time is in minutes; only differences count, so any origin will do. Times may overlap each
other. **Slots with a length of their own**: leave ``length_minutes`` out, an item then lasts as long as its time.
**A fine grid** (say every five minutes): one time per possible start, and ``length_minutes`` per item; ``time_end``
is then not looked at. Bound a day by ``may_time``, so that an item that would end too late may not start there.

Domains are strict: the kernel never leaves ``may_time``, ``may_room`` and ``may_place``. A rule that might have to be
broken belongs into the hard costs instead. Where the number of times is at most ``FIELD_TIMES_MAX`` and items have no
lengths, a move is judged in constant time for all relations that ask about time alone; otherwise in the number of the
item's partners. Relations that ask about rooms alone (``When.ALWAYS``) are always judged in constant time, and may
be dense; relations over both are judged by partner, so keep those sparse (a few dozen partners each).
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from plumbing.sentences import Sentence, sentence
from schedule.solve.errors import ProblemError

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
A = TypeVar("A", bound=NDArray[Any])

LEVELS = 3
HARD, STABILITY, QUALITY = range(LEVELS)
ITEMS_MAX = 3_000
TIMES_MAX = 5_000
ROOMS_MAX = 1_000
CELLS_MAX = 20_000_000
COST_MAX = 10**12
FIELD_TIMES_MAX = 128


class When(IntEnum):
    """What a relation asks about the times of a pair (first, second).

    ``SHORT_PAUSE``: they overlap, or lie on one day with less than ``pause_minutes`` between.
    ``NOT_BEFORE`` has a direction: the first does not end by the start of the second.
    """

    ALWAYS = 0
    OVERLAP = 1
    SAME_TIME = 2
    SAME_DAY = 3
    OTHER_DAY = 4
    SHORT_PAUSE = 5
    NOT_BEFORE = 6


class Where(IntEnum):
    """What a relation asks about the rooms. ``BIGGER_ROOM`` has a direction: the first sits in the bigger room."""

    ANYWHERE = 0
    SAME_ROOM = 1
    OTHER_ROOM = 2
    BIGGER_ROOM = 3


class Amount(IntEnum):
    """What the weight is multiplied by. ``GAP_MINUTES`` lie between two on one day, 0 if they overlap."""

    ONCE = 0
    OVERLAP_MINUTES = 1
    COMBINED_MINUTES = 2
    GAP_MINUTES = 3


class Per(IntEnum):
    """What a group counts: members in each single time, in each day, or the days from its first to its last."""

    TIME = 0
    DAY = 1
    SPAN_OF_DAYS = 2


@dataclass(frozen=True, eq=False)
class Relation:
    """One wish about pairs: each row of ``pairs`` costs its weight × amount where ``when`` and ``where`` hold.

    A pair without direction stands once, either way round. A pair listed twice counts twice.
    ``ALWAYS`` together with ``ANYWHERE`` is refused, and so are ``ALWAYS`` with minutes of overlap or gap.
    """

    name: str
    level: int
    when: When
    where: Where
    amount: Amount
    pairs: Ints
    weights: Ints
    pause_minutes: int = 0

    @property
    def has_direction(self) -> bool:
        """Whether (first, second) differs from (second, first)."""
        return self.when == When.NOT_BEFORE or self.where == Where.BIGGER_ROOM


@dataclass(frozen=True, eq=False)
class Group:
    """One wish about many: ``costs[c]`` for each time (or day) that holds c members; the last step goes on for ever.

    ``(0, 0, 0, 135, 180)`` is free up to two, 135 for three, 180 for four, 225 for five. ``costs[0]`` must be 0.
    ``per_minute`` multiplies by the length of the time (only ``Per.TIME`` without ``length_minutes``).
    With ``Per.SPAN_OF_DAYS`` c is the day number of the last member minus that of the first.
    """

    name: str
    level: int
    members: Ints
    per: Per
    costs: Ints
    per_minute: bool = False


@dataclass(frozen=True, eq=False)
class PlaceTables:
    """The whole question, validated and frozen. Left-out tables are zeros, left-out masks are all true.

    ``time_day`` are small day numbers from 0. ``room_size`` is what ``BIGGER_ROOM`` compares. ``fixed_time`` and
    ``fixed_room`` are -1, or where the item must stay (both or neither; a fixed place may lie outside the masks).
    Raises ``ProblemError`` with the table and the item at fault.
    """

    items: int
    time_start: Ints
    time_end: Ints
    time_day: Ints
    room_size: Ints
    length_minutes: Ints | None = None
    may_time: Mask | None = None
    may_room: Mask | None = None
    may_place: Mask | None = None
    time_cost: Ints | None = None
    room_cost: Ints | None = None
    room_cost_per_minute: Ints | None = None
    place_cost: Ints | None = None
    room_conflict: int = 1
    changeover_minutes: int = 0
    fixed_time: Ints | None = None
    fixed_room: Ints | None = None
    relations: tuple[Relation, ...] = field(default=())
    groups: tuple[Group, ...] = field(default=())

    def __post_init__(self) -> None:
        from schedule.solve.anneal.validate import validated

        for name, value in validated(self).items():
            object.__setattr__(self, name, value)

    @property
    def times(self) -> int:
        """How many times there are."""
        return len(self.time_start)

    @property
    def rooms(self) -> int:
        """How many rooms there are."""
        return len(self.room_size)

    @property
    def days(self) -> int:
        """One more than the highest day number."""
        return int(self.time_day.max()) + 1


@dataclass(frozen=True, eq=False)
class Placement:
    """One answer: a time and a room for each item."""

    time: Ints
    room: Ints

    def __post_init__(self) -> None:
        for name in ("time", "room"):
            object.__setattr__(self, name, frozen(np.array(getattr(self, name), dtype=np.int64)))


def frozen(array: A) -> A:
    """The array, no longer writable."""
    array.setflags(write=False)
    return array


def fault(place: str, words: Sentence) -> ProblemError:
    """A problem with these tables."""
    return ProblemError(place, words)


def whole_numbers(value: ArrayLike, place: str, shape: tuple[int, ...]) -> Ints:
    """The value as frozen int64 of this shape; -1 in ``shape`` takes any length."""
    try:
        given = np.asarray(value)
        array = given.astype(np.int64)
    except (TypeError, ValueError, OverflowError) as error:
        raise fault(place, sentence("These are not whole numbers.")) from error
    if given.dtype.kind not in "iub" and not (given.dtype.kind == "f" and np.array_equal(array, given)) and array.size:
        raise fault(place, sentence("These are not whole numbers."))
    if array.ndim != len(shape) or any(want not in (-1, found) for want, found in zip(shape, array.shape, strict=True)):
        raise fault(place, sentence("The table has the shape %(found)s.", found=" × ".join(map(str, array.shape))))
    if array.size and (int(array.max()) > COST_MAX or int(array.min()) < -COST_MAX):
        raise fault(place, sentence("A number is larger than %(highest)s.", highest=COST_MAX))
    return frozen(array.copy())
