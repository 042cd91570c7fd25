"""Where everything lies in the two blocks of memory that compiled code works on.

Passing many arrays to a compiled function costs a reference count for each of them, at every call: more than the work
of a step. So the constants of a problem are one array of int64 and the state of a worker another. The first entries
are a directory: a number, or where a table begins. ``c[c[START] + t]`` is the start of time t.
"""

from typing import NamedTuple

import numpy as np

from schedule.solve.anneal.tables import Ints

# The block of constants: numbers first,
ITEMS, TIMES, ROOMS, DAYS, MOVABLES, ROOM_CONFLICT, BUSY, HAS_FIELD, WIDEST = range(9)
# then tables,
START, MINUTES, DAY, LENGTH, MAY_TIME, MAY_ROOM, MAY_PLACE, MOVABLE, IS_FIXED, PLACE_COST = range(9, 19)
WHEN, WHERE, AMOUNT, LEVEL, PAUSE, MIRRORED, VALUE, HOLDS = range(19, 27)
GROUP_FIRST, GROUP_OF, GROUP_PER, GROUP_LEVEL, GROUP_MINUTES, GROUP_COSTS, GROUP_TOP, IS_MEMBER = range(27, 35)
# then three families of partners, each with these five tables.
BY_TIME, BY_ROOM, BY_BOTH = 35, 40, 45
FIRST, PARTNER, QUESTION, WEIGHT, AT = range(5)
CONSTANTS = 50

# The block of a state; ``OUT`` collects what a step would change, on each level.
RANDOM, TIME, ROOM, COST, OUT, TALLY, BEST_COST, BEST_TIME, BEST_ROOM = range(9)
FIELD, NEAR, BASE, IN_ROOM, IN_ROOM_COUNT, SEAT, COUNTS, COUNTS_WIDTH, JOURNAL = range(9, 18)
STATES = 18


class Block(NamedTuple):
    """One array with its directory; ``size`` says how long each table is (0 for a number)."""

    cells: Ints
    size: tuple[int, ...]

    def table(self, name: int) -> Ints:
        """A view of a table, in one dimension."""
        begin = int(self.cells[name])
        return self.cells[begin : begin + self.size[name]]


def packed(entries: dict[int, "int | np.ndarray"], names: int) -> Block:
    """A block of numbers and tables."""
    tables = {name: np.asarray(entry, dtype=np.int64).ravel() for name, entry in entries.items() if np.ndim(entry)}
    size = tuple(len(tables[name]) if name in tables else 0 for name in range(names))
    cells = np.zeros(names + sum(size), np.int64)
    at = names
    for name in range(names):
        if name in tables:
            cells[name], cells[at : at + size[name]] = at, tables[name]
            at += size[name]
        else:
            cells[name] = entries[name]
    return Block(cells, size)
