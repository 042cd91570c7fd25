"""The compiled part: a placement with its cost, what one step would change, and a stretch of annealing.

Everything here is ``numba`` code without the interpreter lock: threads run side by side. Costs are whole numbers on
three levels that are never added to each other; only the *willingness* to accept a worse step weighs the levels.
``field``[level, item, time] holds what an item would pay for relations about time at every time, so such a step is
judged by one subtraction; it is brought up to date when a step is taken. ``near`` and ``base`` do the same for rooms:
the cost is minutes × near + base.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from schedule.solve.anneal.prepare import Family, Flat
from schedule.solve.anneal.tables import HARD, LEVELS, Ints

compiled = njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")


class State(NamedTuple):
    """A placement and what is kept up to date beside it.

    ``tally`` counts steps tried, taken, and tried while worse than the best on the first and on the second level.
    """

    time: Ints
    room: Ints
    cost: Ints
    field: Ints
    near: Ints
    base: Ints
    in_room: Ints
    in_room_count: Ints
    seat: Ints
    counts: Ints
    best_time: Ints
    best_room: Ints
    best_cost: Ints
    random: NDArray[np.uint64]
    tally: Ints
    journal: Ints


@compiled
def minutes_of(flat: Flat, item: int, time: int) -> int:
    """How long an item lasts at a time."""
    return flat.length[item] if flat.length[item] > 0 else flat.minutes[time]


@compiled
def amount_of(flat: Flat, question: int, mine: int, my_time: int, other: int, other_time: int) -> int:
    """The amount where the condition on the times holds, 0 where not."""
    if flat.has_field:
        return flat.value[question, my_time, other_time]
    if flat.mirrored[question]:
        mine, my_time, other, other_time = other, other_time, mine, my_time
    start, begin = flat.start[my_time], flat.start[other_time]
    end, finish = start + minutes_of(flat, mine, my_time), begin + minutes_of(flat, other, other_time)
    same_day = flat.day[my_time] == flat.day[other_time]
    gap = max(start, begin) - min(end, finish)
    if not is_so(flat, question, my_time == other_time, same_day, gap, end > begin):
        return 0
    amount = flat.amount[question]
    if amount == 1:
        return max(-gap, 0)
    if amount == 2:
        return end - start + finish - begin
    if amount == 3:
        return max(gap, 0) if same_day else 0
    return 1


@compiled
def is_so(flat: Flat, question: int, same_time: bool, same_day: bool, gap: int, not_before: bool) -> bool:
    """Whether the condition on the times holds; the numbers are those of ``When``."""
    when = flat.when[question]
    if when == 1:
        return gap < 0
    if when == 2:
        return same_time
    if when == 3:
        return same_day
    if when == 4:
        return not same_day
    if when == 5:
        return gap < 0 or (same_day and gap < flat.pause[question])
    return not_before or when != 6


@compiled
def crossing(flat: Flat, one: int, time: int, other: int, other_time: int) -> int:
    """Minutes for which two items claim a room at once."""
    start, begin = flat.start[time], flat.start[other_time]
    end = start + minutes_of(flat, one, time) + flat.busy
    finish = begin + minutes_of(flat, other, other_time) + flat.busy
    return max(0, min(end, finish) - max(start, begin))


@compiled
def pair_in(
    flat: Flat, family: Family, i: int, ti: int, ri: int, j: int, tj: int, rj: int, out: Ints, sign: int
) -> None:
    """Add sign × what the pair costs in one family to ``out``."""
    entry = family.at[i, j]
    if entry < 0:
        return
    last = family.first[i + 1]
    while entry < last and family.partner[entry] == j:
        question = family.question[entry]
        if flat.holds[question, ri, rj]:
            found = family.weight[entry] * amount_of(flat, question, i, ti, j, tj)
            out[flat.level[question]] += sign * found
        entry += 1


@compiled
def pair_cost(flat: Flat, i: int, ti: int, ri: int, j: int, tj: int, rj: int, out: Ints, sign: int) -> None:
    """Add sign × everything that the pair costs to ``out``, groups aside."""
    pair_in(flat, flat.by_time, i, ti, ri, j, tj, rj, out, sign)
    pair_in(flat, flat.by_room, i, ti, ri, j, tj, rj, out, sign)
    pair_in(flat, flat.by_both, i, ti, ri, j, tj, rj, out, sign)
    if ri == rj:
        out[HARD] += sign * flat.room_conflict * crossing(flat, i, ti, j, tj)


@compiled
def walk(flat: Flat, state: State, family: Family, i: int, time: int, room: int, out: Ints, sign: int) -> None:
    """Add sign × what an item at a place pays towards all its partners in a family."""
    for entry in range(family.first[i], family.first[i + 1]):
        j = family.partner[entry]
        question = family.question[entry]
        if flat.holds[question, room, state.room[j]]:
            found = family.weight[entry] * amount_of(flat, question, i, time, j, state.time[j])
            out[flat.level[question]] += sign * found


@compiled
def room_cost(flat: Flat, state: State, i: int, time: int, room: int) -> int:
    """What an item pays on the hard level for meeting others in a room."""
    minutes = 0
    for at in range(state.in_room_count[room]):
        j = state.in_room[room, at]
        if j != i:
            minutes += crossing(flat, i, time, j, state.time[j])
    return minutes * flat.room_conflict


@compiled
def step_of(flat: Flat, g: int, count: int) -> int:
    """What a count costs a group."""
    top = flat.group_top[g]
    if count <= top:
        return flat.group_costs[g, count]
    return flat.group_costs[g, top] + (count - top) * (flat.group_costs[g, top] - flat.group_costs[g, top - 1])


@compiled
def span_of(state: State, g: int, gone: int, come: int) -> int:
    """Days from the first to the last member, with one day's count lowered and another's raised."""
    first, last = -1, -1
    for day in range(state.counts.shape[1]):
        if state.counts[g, day] - (day == gone) + (day == come) > 0:
            first = day if first < 0 else first
            last = day
    return last - first


@compiled
def group_change(flat: Flat, state: State, i: int, time: int, out: Ints, partner: int) -> None:
    """Add what moving an item to a time changes for its groups; a swap leaves those of ``partner`` alone."""
    for entry in range(flat.group_first[i], flat.group_first[i + 1]):
        g = flat.group_of[entry]
        if partner >= 0 and flat.is_member[g, partner]:
            continue
        gone, come = state.time[i], time
        if flat.group_per[g] != 0:
            gone, come = flat.day[gone], flat.day[come]
        if gone == come:
            continue
        if flat.group_per[g] == 2:
            change = step_of(flat, g, span_of(state, g, gone, come)) - step_of(flat, g, span_of(state, g, -1, -1))
        else:
            less = step_of(flat, g, state.counts[g, gone] - 1) - step_of(flat, g, state.counts[g, gone])
            more = step_of(flat, g, state.counts[g, come] + 1) - step_of(flat, g, state.counts[g, come])
            if flat.group_minutes[g]:
                less, more = less * flat.minutes[gone], more * flat.minutes[come]
            change = less + more
        out[flat.group_level[g]] += change


@compiled
def single_change(flat: Flat, state: State, i: int, time: int, room: int, out: Ints, partner: int) -> None:
    """Add to ``out`` what moving one item to a place changes, all others staying."""
    t, r = state.time[i], state.room[i]
    for level in range(LEVELS):
        change = state.field[level, i, time] - state.field[level, i, t]
        change += flat.place_cost[level, time, room] - flat.place_cost[level, t, r]
        change += minutes_of(flat, i, time) * state.near[level, i, room] + state.base[level, i, room]
        change -= minutes_of(flat, i, t) * state.near[level, i, r] + state.base[level, i, r]
        out[level] += change
    if not flat.has_field:
        walk(flat, state, flat.by_time, i, time, room, out, 1)
        walk(flat, state, flat.by_time, i, t, r, out, -1)
    walk(flat, state, flat.by_both, i, time, room, out, 1)
    walk(flat, state, flat.by_both, i, t, r, out, -1)
    out[HARD] += room_cost(flat, state, i, time, room) - room_cost(flat, state, i, t, r)
    group_change(flat, state, i, time, out, partner)


@compiled
def swap_change(flat: Flat, state: State, i: int, j: int, out: Ints) -> None:
    """Add to ``out`` what exchanging the places of two items changes."""
    ti, ri, tj, rj = state.time[i], state.room[i], state.time[j], state.room[j]
    single_change(flat, state, i, tj, rj, out, j)
    single_change(flat, state, j, ti, ri, out, i)
    pair_cost(flat, i, tj, rj, j, ti, ri, out, 1)
    pair_cost(flat, i, ti, ri, j, tj, rj, out, 1)
    pair_cost(flat, i, tj, rj, j, tj, rj, out, -1)
    pair_cost(flat, i, ti, ri, j, ti, ri, out, -1)


@compiled
def put(flat: Flat, state: State, i: int, time: int, room: int) -> None:
    """Move an item and bring everything but ``cost`` up to date."""
    t, r = state.time[i], state.room[i]
    if flat.has_field and time != t:
        family = flat.by_time
        for entry in range(family.first[i], family.first[i + 1]):
            question, weight = family.question[entry], family.weight[entry]
            row = state.field[flat.level[question], family.partner[entry]]
            new, old = flat.value[question, time], flat.value[question, t]
            for at in range(row.shape[0]):
                row[at] += weight * (new[at] - old[at])
    minutes, before = minutes_of(flat, i, time), minutes_of(flat, i, t)
    if room != r or minutes != before:
        _tell_rooms(flat, state, i, room, minutes, before)
    for entry in range(flat.group_first[i], flat.group_first[i + 1]):
        g = flat.group_of[entry]
        by_time = flat.group_per[g] == 0
        state.counts[g, t if by_time else flat.day[t]] -= 1
        state.counts[g, time if by_time else flat.day[time]] += 1
    if room != r:
        last = state.in_room[r, state.in_room_count[r] - 1]
        state.in_room[r, state.seat[i]] = last
        state.seat[last] = state.seat[i]
        state.in_room_count[r] -= 1
        state.seat[i] = state.in_room_count[room]
        state.in_room[room, state.seat[i]] = i
        state.in_room_count[room] += 1
    state.time[i], state.room[i] = time, room


@compiled
def _tell_rooms(flat: Flat, state: State, i: int, room: int, minutes: int, before: int) -> None:
    """Bring ``near`` and ``base`` of the partners up to date."""
    family, r = flat.by_room, state.room[i]
    for entry in range(family.first[i], family.first[i + 1]):
        question, weight, j = family.question[entry], family.weight[entry], family.partner[entry]
        base = state.base[flat.level[question], j]
        new, old = flat.holds[question, room], flat.holds[question, r]
        if flat.amount[question] == 2:
            near = state.near[flat.level[question], j]
            for at in range(base.shape[0]):
                near[at] += weight * (new[at] - old[at])
                base[at] += weight * (minutes * new[at] - before * old[at])
        else:
            for at in range(base.shape[0]):
                base[at] += weight * (new[at] - old[at])


@compiled
def settle(flat: Flat, state: State, time_cost: Ints, room_costs: Ints, per_minute: Ints) -> None:
    """Build everything but ``cost`` and the best from ``time`` and ``room``."""
    n = len(state.time)
    state.field[:] = time_cost
    state.base[:] = room_costs
    state.near[:] = per_minute
    state.counts[:] = 0
    state.in_room_count[:] = 0
    for i in range(n):
        room, time = state.room[i], state.time[i]
        state.seat[i] = state.in_room_count[room]
        state.in_room[room, state.seat[i]] = i
        state.in_room_count[room] += 1
        for entry in range(flat.group_first[i], flat.group_first[i + 1]):
            g = flat.group_of[entry]
            state.counts[g, time if flat.group_per[g] == 0 else flat.day[time]] += 1
        if flat.has_field:
            family = flat.by_time
            for entry in range(family.first[i], family.first[i + 1]):
                question = family.question[entry]
                row = state.field[flat.level[question], family.partner[entry]]
                row += family.weight[entry] * flat.value[question, time]
        family = flat.by_room
        minutes = minutes_of(flat, i, time)
        for entry in range(family.first[i], family.first[i + 1]):
            question, weight, j = family.question[entry], family.weight[entry], family.partner[entry]
            level = flat.level[question]
            combined = flat.amount[question] == 2
            state.base[level, j] += weight * (minutes if combined else 1) * flat.holds[question, room]
            if combined:
                state.near[level, j] += weight * flat.holds[question, room]
