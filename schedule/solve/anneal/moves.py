"""The steps of annealing, compiled: swaps, moves, ejections, kick chains, exchanges of rooms and of times.

A simple step is judged first and taken if it is accepted. A compound one is taken move by move, with a journal, and
taken back if the sum is not accepted.
"""

import math
from typing import NamedTuple

import numpy as np

from schedule.solve.anneal.kernel import State, compiled, put, single_change, swap_change
from schedule.solve.anneal.prepare import Flat
from schedule.solve.anneal.tables import HARD, LEVELS, QUALITY, STABILITY, Ints

SWAP, MOVE, CYCLE, ROOMS = 0.80, 0.95, 0.99, 0.996
TRIES = 12
JOURNAL = 400


class Will(NamedTuple):
    """How much worse a step may be, and how one unit on the first two levels weighs in that."""

    threshold: float
    hard: float
    stability: float


@compiled
def chance(state: State) -> float:
    """The next random number in [0, 1): xorshift64*."""
    x = state.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state.random[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def below(state: State, limit: int) -> int:
    """A random whole number below a limit."""
    return min(int(chance(state) * limit), limit - 1)


@compiled
def may(flat: Flat, i: int, time: int, room: int) -> bool:
    """Whether an item's domain holds a place."""
    return flat.may_time[i, time] and flat.may_room[i, room] and flat.may_place[time, room]


@compiled
def accepts(out: Ints, will: Will) -> bool:
    """Whether a change is welcome: never worse on the first level that differs, or not much worse by the weights."""
    return out[QUALITY] + will.stability * out[STABILITY] + will.hard * out[HARD] <= will.threshold


@compiled
def keep_best(state: State) -> None:
    """Remember the placement if it beats the best, level by level."""
    for level in range(LEVELS):
        if state.cost[level] > state.best_cost[level]:
            return
        if state.cost[level] < state.best_cost[level]:
            state.best_cost[:] = state.cost
            state.best_time[:] = state.time
            state.best_room[:] = state.room
            return


@compiled
def shift(flat: Flat, state: State, i: int, time: int, room: int, out: Ints, at: int) -> int:
    """Move at once, add the change to ``out`` and write the old place into the journal; gives the next free line."""
    state.journal[at, 0], state.journal[at, 1], state.journal[at, 2] = i, state.time[i], state.room[i]
    single_change(flat, state, i, time, room, out, -1)
    put(flat, state, i, time, room)
    return at + 1


@compiled
def take_back(flat: Flat, state: State, lines: int) -> None:
    """Undo the journal, last line first."""
    for at in range(lines - 1, -1, -1):
        put(flat, state, state.journal[at, 0], state.journal[at, 1], state.journal[at, 2])


@compiled
def try_swap(flat: Flat, state: State, out: Ints, will: Will) -> bool:
    """Exchange the places of two items."""
    movable = flat.movable
    for _ in range(TRIES):
        i, j = movable[below(state, len(movable))], movable[below(state, len(movable))]
        if i == j or (state.time[i] == state.time[j] and state.room[i] == state.room[j]):
            continue
        if may(flat, i, state.time[j], state.room[j]) and may(flat, j, state.time[i], state.room[i]):
            return swap_if(flat, state, i, j, out, will)
    return False


@compiled
def swap_if(flat: Flat, state: State, i: int, j: int, out: Ints, will: Will) -> bool:
    """Swap two items if that is accepted."""
    swap_change(flat, state, i, j, out)
    if not accepts(out, will):
        return False
    time, room = state.time[i], state.room[i]
    put(flat, state, i, state.time[j], state.room[j])
    put(flat, state, j, time, room)
    return True


@compiled
def sitting_at(flat: Flat, state: State, i: int, time: int, room: int) -> int:
    """The movable item that an item would meet at a place; -1 for none, -2 for several."""
    found = -1
    for at in range(state.in_room_count[room]):
        j = state.in_room[room, at]
        begin = flat.start[state.time[j]]
        length = flat.length[j] if flat.length[j] > 0 else flat.minutes[state.time[j]]
        mine = flat.length[i] if flat.length[i] > 0 else flat.minutes[time]
        if j != i and begin < flat.start[time] + mine and flat.start[time] < begin + length:
            found = j if found == -1 else -2
    return found


@compiled
def try_move(flat: Flat, state: State, out: Ints, will: Will) -> bool:
    """Send an item to a random place; whoever sits there takes its place, if he may."""
    i = flat.movable[below(state, len(flat.movable))]
    kind = chance(state)
    for _ in range(TRIES):
        time = state.time[i] if kind < 0.25 else below(state, len(flat.start))
        room = state.room[i] if kind > 0.75 else below(state, len(flat.size))
        if not may(flat, i, time, room) or (time == state.time[i] and room == state.room[i]):
            continue
        j = sitting_at(flat, state, i, time, room)
        if j >= 0 and not flat.is_fixed[j] and may(flat, j, state.time[i], state.room[i]):
            if may(flat, i, state.time[j], state.room[j]):
                return swap_if(flat, state, i, j, out, will)
        single_change(flat, state, i, time, room, out, -1)
        if not accepts(out, will):
            return False
        put(flat, state, i, time, room)
        return True
    return False


@compiled
def cycle(flat: Flat, state: State, out: Ints) -> int:
    """Kick chain: three items, each to the next one's place."""
    movable = flat.movable
    for _ in range(TRIES):
        i, j, k = (
            movable[below(state, len(movable))],
            movable[below(state, len(movable))],
            movable[below(state, len(movable))],
        )
        if i == j or j == k or i == k:
            continue
        ti, ri, tj, rj, tk, rk = (
            state.time[i],
            state.room[i],
            state.time[j],
            state.room[j],
            state.time[k],
            state.room[k],
        )
        if may(flat, i, tj, rj) and may(flat, j, tk, rk) and may(flat, k, ti, ri):
            lines = shift(flat, state, i, tj, rj, out, 0)
            lines = shift(flat, state, j, tk, rk, out, lines)
            return shift(flat, state, k, ti, ri, out, lines)
    return 0


@compiled
def exchange_rooms(flat: Flat, state: State, out: Ints) -> int:
    """All of one day in two rooms change rooms, as far as they may."""
    day = flat.day[below(state, len(flat.day))]
    r, s = below(state, len(flat.size)), below(state, len(flat.size))
    lines = 0
    for i in flat.movable:
        if r != s and flat.day[state.time[i]] == day and state.room[i] in (r, s) and lines < JOURNAL:
            room = s if state.room[i] == r else r
            if may(flat, i, state.time[i], room):
                lines = shift(flat, state, i, state.time[i], room, out, lines)
    return lines


@compiled
def exchange_times(flat: Flat, state: State, out: Ints) -> int:
    """All at two times change times, as far as they may."""
    t, u = below(state, len(flat.day)), below(state, len(flat.day))
    lines = 0
    for i in flat.movable:
        if t != u and state.time[i] in (t, u) and lines < JOURNAL:
            time = u if state.time[i] == t else t
            if may(flat, i, time, state.room[i]):
                lines = shift(flat, state, i, time, state.room[i], out, lines)
    return lines


@compiled
def try_compound(flat: Flat, state: State, kind: float, out: Ints, will: Will) -> bool:
    """One of the steps of several moves."""
    if kind < CYCLE:
        lines = cycle(flat, state, out)
    elif kind < ROOMS:
        lines = exchange_rooms(flat, state, out)
    else:
        lines = exchange_times(flat, state, out)
    if accepts(out, will):
        return lines > 0
    take_back(flat, state, lines)
    return False


@compiled
def sample(flat: Flat, state: State, steps: int) -> Ints:
    """Sums over random steps, none taken, of what each level would change (absolute), and how many changed it."""
    found = np.zeros((LEVELS, 2), np.int64)
    out = np.zeros(LEVELS, np.int64)
    for _ in range(steps):
        out[:] = 0
        if chance(state) < SWAP:
            try_swap(flat, state, out, Will(-np.inf, 0.0, 0.0))
        else:
            try_move(flat, state, out, Will(-np.inf, 0.0, 0.0))
        for level in range(LEVELS):
            found[level, 0] += abs(out[level])
            found[level, 1] += out[level] != 0
    return found


@compiled
def stretch(
    flat: Flat, state: State, steps: int, temperature: float, hard_weight: float, stability_weight: float
) -> None:
    """Anneal for so many steps at one temperature; all results are in ``state``."""
    out = np.zeros(LEVELS, np.int64)
    for _ in range(steps):
        out[:] = 0
        kind = chance(state)
        will = Will(-temperature * math.log(1.0 - chance(state)), hard_weight, stability_weight)
        if kind < SWAP:
            taken = try_swap(flat, state, out, will)
        elif kind < MOVE:
            taken = try_move(flat, state, out, will)
        else:
            taken = try_compound(flat, state, kind, out, will)
        state.tally[0] += 1
        if taken:
            state.tally[1] += 1
            state.cost[:] += out
            keep_best(state)
        if state.cost[HARD] > state.best_cost[HARD]:
            state.tally[2] += 1
        if state.cost[STABILITY] > state.best_cost[STABILITY]:
            state.tally[3] += 1
