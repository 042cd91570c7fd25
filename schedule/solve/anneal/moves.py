"""The steps of annealing, compiled: swaps, moves, ejections, kick chains, exchanges of rooms and of times.

A simple step is judged first and taken if it is accepted. A compound one is taken move by move, with a journal, and
taken back if the sum is not accepted. ``c`` and ``s`` are the blocks of ``layout``.
"""

import math
from typing import NamedTuple

import numpy as np

from schedule.solve.anneal.kernel import compiled, minutes_of, put, single_change, swap_change
from schedule.solve.anneal.layout import (
    BEST_COST,
    BEST_ROOM,
    BEST_TIME,
    COST,
    DAY,
    IN_ROOM,
    IN_ROOM_COUNT,
    IS_FIXED,
    ITEMS,
    JOURNAL,
    MAY_PLACE,
    MAY_ROOM,
    MAY_TIME,
    MOVABLE,
    MOVABLES,
    OUT,
    RANDOM,
    ROOM,
    ROOMS,
    START,
    TALLY,
    TIME,
    TIMES,
)
from schedule.solve.anneal.tables import HARD, LEVELS, QUALITY, STABILITY, Ints

SWAP, MOVE, CYCLE, EXCHANGE_ROOMS = 0.80, 0.95, 0.99, 0.996
TRIES = 12
JOURNAL_LINES = 400
TALLIES = 4


class Will(NamedTuple):
    """How much worse a step may be, and how one unit on the first two levels weighs in that."""

    threshold: float
    hard: float
    stability: float


@compiled
def chance(s: Ints) -> float:
    """The next random number in [0, 1): xorshift64*."""
    x = np.uint64(s[s[RANDOM]])
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    s[s[RANDOM]] = np.int64(x)
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def below(s: Ints, limit: int) -> int:
    """A random whole number below a limit."""
    return min(int(chance(s) * limit), limit - 1)


@compiled
def any_item(c: Ints, s: Ints) -> int:
    """A random item that may move."""
    return c[c[MOVABLE] + below(s, c[MOVABLES])]


@compiled
def may(c: Ints, i: int, time: int, room: int) -> bool:
    """Whether an item's domain holds a place."""
    if not c[c[MAY_TIME] + i * c[TIMES] + time] or not c[c[MAY_ROOM] + i * c[ROOMS] + room]:
        return False
    return c[c[MAY_PLACE] + time * c[ROOMS] + room] != 0


@compiled
def accepts(s: Ints, will: Will) -> bool:
    """Whether what ``OUT`` holds is welcome: not much worse by the weights."""
    change = s[s[OUT] + QUALITY] + will.stability * s[s[OUT] + STABILITY] + will.hard * s[s[OUT] + HARD]
    return change <= will.threshold


@compiled
def keep_best(c: Ints, s: Ints) -> None:
    """Remember the placement if it beats the best, level by level."""
    for level in range(LEVELS):
        if s[s[COST] + level] > s[s[BEST_COST] + level]:
            return
        if s[s[COST] + level] < s[s[BEST_COST] + level]:
            for at in range(LEVELS):
                s[s[BEST_COST] + at] = s[s[COST] + at]
            for at in range(c[ITEMS]):
                s[s[BEST_TIME] + at] = s[s[TIME] + at]
                s[s[BEST_ROOM] + at] = s[s[ROOM] + at]
            return


@compiled
def shift(c: Ints, s: Ints, i: int, time: int, room: int, line: int) -> int:
    """Move at once, add the change to ``OUT`` and write the old place into the journal; gives the next free line."""
    at = s[JOURNAL] + 3 * line
    s[at], s[at + 1], s[at + 2] = i, s[s[TIME] + i], s[s[ROOM] + i]
    single_change(c, s, i, time, room, -1)
    put(c, s, i, time, room)
    return line + 1


@compiled
def take_back(c: Ints, s: Ints, lines: int) -> None:
    """Undo the journal, last line first."""
    for line in range(lines - 1, -1, -1):
        at = s[JOURNAL] + 3 * line
        put(c, s, s[at], s[at + 1], s[at + 2])


@compiled
def try_swap(c: Ints, s: Ints, will: Will) -> bool:
    """Exchange the places of two items."""
    for _ in range(TRIES):
        i, j = any_item(c, s), any_item(c, s)
        ti, ri, tj, rj = s[s[TIME] + i], s[s[ROOM] + i], s[s[TIME] + j], s[s[ROOM] + j]
        if (ti != tj or ri != rj) and may(c, i, tj, rj) and may(c, j, ti, ri):
            return swap_if(c, s, i, j, will)
    return False


@compiled
def swap_if(c: Ints, s: Ints, i: int, j: int, will: Will) -> bool:
    """Swap two items if that is accepted."""
    swap_change(c, s, i, j)
    if not accepts(s, will):
        return False
    time, room = s[s[TIME] + i], s[s[ROOM] + i]
    put(c, s, i, s[s[TIME] + j], s[s[ROOM] + j])
    put(c, s, j, time, room)
    return True


@compiled
def sitting_at(c: Ints, s: Ints, i: int, time: int, room: int) -> int:
    """The item that an item would meet at a place; -1 for none, -2 for several."""
    found = -1
    start = c[c[START] + time]
    end = start + minutes_of(c, i, time)
    row = s[IN_ROOM] + room * c[ITEMS]
    for at in range(row, row + s[s[IN_ROOM_COUNT] + room]):
        j = s[at]
        begin = c[c[START] + s[s[TIME] + j]]
        if j != i and begin < end and start < begin + minutes_of(c, j, s[s[TIME] + j]):
            found = j if found == -1 else -2
    return found


@compiled
def try_move(c: Ints, s: Ints, will: Will) -> bool:
    """Send an item to a random place; whoever alone sits there takes its place, if he may."""
    i = any_item(c, s)
    kind = chance(s)
    t, r = s[s[TIME] + i], s[s[ROOM] + i]
    for _ in range(TRIES):
        time = t if kind < 0.25 else below(s, c[TIMES])
        room = r if kind > 0.75 else below(s, c[ROOMS])
        if not may(c, i, time, room) or (time == t and room == r):
            continue
        j = sitting_at(c, s, i, time, room)
        if j >= 0 and not c[c[IS_FIXED] + j] and may(c, j, t, r) and may(c, i, s[s[TIME] + j], s[s[ROOM] + j]):
            return swap_if(c, s, i, j, will)
        single_change(c, s, i, time, room, -1)
        if not accepts(s, will):
            return False
        put(c, s, i, time, room)
        return True
    return False


@compiled
def cycle(c: Ints, s: Ints) -> int:
    """Kick chain: three items, each to the next one's place."""
    for _ in range(TRIES):
        i, j, k = any_item(c, s), any_item(c, s), any_item(c, s)
        if i == j or j == k or i == k:
            continue
        ti, ri, tj, rj = s[s[TIME] + i], s[s[ROOM] + i], s[s[TIME] + j], s[s[ROOM] + j]
        tk, rk = s[s[TIME] + k], s[s[ROOM] + k]
        if may(c, i, tj, rj) and may(c, j, tk, rk) and may(c, k, ti, ri):
            lines = shift(c, s, i, tj, rj, 0)
            lines = shift(c, s, j, tk, rk, lines)
            return shift(c, s, k, ti, ri, lines)
    return 0


@compiled
def exchange_rooms(c: Ints, s: Ints) -> int:
    """All of one day in two rooms change rooms, as far as they may."""
    day = c[c[DAY] + below(s, c[TIMES])]
    one, other = below(s, c[ROOMS]), below(s, c[ROOMS])
    lines = 0
    for at in range(c[MOVABLES] if one != other else 0):
        i = c[c[MOVABLE] + at]
        time, room = s[s[TIME] + i], s[s[ROOM] + i]
        if (room == one or room == other) and c[c[DAY] + time] == day and lines < JOURNAL_LINES:
            if may(c, i, time, one + other - room):
                lines = shift(c, s, i, time, one + other - room, lines)
    return lines


@compiled
def exchange_times(c: Ints, s: Ints) -> int:
    """All at two times change times, as far as they may."""
    one, other = below(s, c[TIMES]), below(s, c[TIMES])
    lines = 0
    for at in range(c[MOVABLES] if one != other else 0):
        i = c[c[MOVABLE] + at]
        time, room = s[s[TIME] + i], s[s[ROOM] + i]
        if (time == one or time == other) and lines < JOURNAL_LINES and may(c, i, one + other - time, room):
            lines = shift(c, s, i, one + other - time, room, lines)
    return lines


@compiled
def try_compound(c: Ints, s: Ints, kind: float, will: Will) -> bool:
    """One of the steps of several moves."""
    if kind < CYCLE:
        lines = cycle(c, s)
    elif kind < EXCHANGE_ROOMS:
        lines = exchange_rooms(c, s)
    else:
        lines = exchange_times(c, s)
    if accepts(s, will):
        return lines > 0
    take_back(c, s, lines)
    return False


@compiled
def stretch(c: Ints, s: Ints, steps: int, temperature: float, hard_weight: float, stability_weight: float) -> None:
    """Anneal for so many steps at one temperature; everything found is in ``s``.

    With a negative temperature nothing is taken; ``TALLY`` then holds the sums of what each level would change
    (absolute), for a first idea of the scale. Otherwise it counts steps tried, taken, and tried while worse than the
    best on the first and on the second level.
    """
    tally = s[TALLY]
    for _ in range(steps):
        for level in range(LEVELS):
            s[s[OUT] + level] = 0
        kind = chance(s)
        limit = -np.inf if temperature < 0 else -temperature * math.log(1.0 - chance(s))
        will = Will(limit, hard_weight, stability_weight)
        if kind < SWAP:
            taken = try_swap(c, s, will)
        elif kind < MOVE or temperature < 0:
            taken = try_move(c, s, will)
        else:
            taken = try_compound(c, s, kind, will)
        if temperature < 0:
            for level in range(LEVELS):
                s[tally + level] += abs(s[s[OUT] + level])
            continue
        s[tally] += 1
        if taken:
            s[tally + 1] += 1
            for level in range(LEVELS):
                s[s[COST] + level] += s[s[OUT] + level]
            keep_best(c, s)
        s[tally + 2] += s[s[COST] + HARD] > s[s[BEST_COST] + HARD]
        s[tally + 3] += s[s[COST] + STABILITY] > s[s[BEST_COST] + STABILITY]
