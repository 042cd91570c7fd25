"""A first placement, and the state that the compiled code works on."""

import numpy as np

from schedule.solve.anneal.evaluate import cost_of
from schedule.solve.anneal.kernel import State, settle
from schedule.solve.anneal.moves import JOURNAL
from schedule.solve.anneal.prepare import Flat
from schedule.solve.anneal.tables import LEVELS, Ints, Mask, Placement, PlaceTables

GOLDEN = 0x9E3779B97F4A7C15
WORD = (1 << 64) - 1


def first_placement(tables: PlaceTables, seed: int) -> Placement:
    """Each item at a random allowed place in a free room if there is one; those with the fewest places first."""
    random = np.random.default_rng(seed)
    time, room = np.array(tables.fixed_time), np.array(tables.fixed_room)
    may_time, may_room = np.asarray(tables.may_time), np.asarray(tables.may_room)
    length = np.ones(tables.items) if tables.length_minutes is None else np.asarray(tables.length_minutes)
    tightness = may_time.sum(axis=1) * may_room.sum(axis=1) / length
    order = sorted(np.flatnonzero(time < 0).tolist(), key=lambda item: (float(tightness[item]), random.random()))
    placed = np.flatnonzero(time >= 0).tolist()
    for item in order:
        open_places = np.asarray(tables.may_place) & may_time[item][:, None] & may_room[item][None, :]
        at = np.argwhere(open_places & _free(tables, item, placed, time, room))
        at = at if len(at) else np.argwhere(open_places)
        time[item], room[item] = at[random.integers(len(at))]
        placed.append(item)
    return Placement(time, room)


def _free(tables: PlaceTables, item: int, placed: list[int], time: Ints, room: Ints) -> Mask:
    """The (time, room) at which an item meets none of those placed."""
    free = np.ones((tables.times, tables.rooms), dtype=bool)
    begin, finish = tables.time_start[time[placed]], _ends(tables, time[placed], placed)
    end = _ends(tables, np.arange(tables.times), [item] * tables.times) + tables.changeover_minutes
    finish = finish + tables.changeover_minutes
    meets = (tables.time_start[:, None] < finish[None, :]) & (begin[None, :] < end[:, None])
    times, which = np.nonzero(meets)
    free[times, room[placed][which]] = False
    return free


def _ends(tables: PlaceTables, times: Ints, items: list[int]) -> Ints:
    if tables.length_minutes is None:
        return np.asarray(tables.time_end[times])
    return np.asarray(tables.time_start[times] + tables.length_minutes[items])


def state_of(tables: PlaceTables, flat: Flat, placement: Placement, seed: int) -> State:
    """The state of a placement, settled, with its cost as the best so far."""
    n, rooms = tables.items, tables.rooms
    cost = np.array(cost_of(tables, placement), dtype=np.int64)
    mixed = ((seed + 1) * GOLDEN) & WORD
    state = State(
        np.array(placement.time),
        np.array(placement.room),
        cost,
        np.zeros((LEVELS, n, tables.times), np.int64),
        np.zeros((LEVELS, n, rooms), np.int64),
        np.zeros((LEVELS, n, rooms), np.int64),
        np.zeros((rooms, n), np.int64),
        np.zeros(rooms, np.int64),
        np.zeros(n, np.int64),
        np.zeros((len(tables.groups), max(tables.times, tables.days)), np.int64),
        np.array(placement.time),
        np.array(placement.room),
        cost.copy(),
        np.array([mixed or 1], dtype=np.uint64),
        np.zeros(4, np.int64),
        np.zeros((JOURNAL, 3), np.int64),
    )
    single = (tables.time_cost, tables.room_cost, tables.room_cost_per_minute)
    settle(flat, state, *(np.array(costs) for costs in single))
    return state
