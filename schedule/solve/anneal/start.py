"""A first placement, and the state that the compiled code works on."""

import numpy as np

from schedule.solve.anneal.evaluate import cost_of
from schedule.solve.anneal.kernel import settle
from schedule.solve.anneal.layout import (
    BASE,
    BEST_COST,
    BEST_ROOM,
    BEST_TIME,
    COST,
    COUNTS,
    COUNTS_WIDTH,
    FIELD,
    IN_ROOM,
    IN_ROOM_COUNT,
    JOURNAL,
    NEAR,
    OUT,
    RANDOM,
    ROOM,
    SEAT,
    STATES,
    TALLY,
    TIME,
    Block,
    packed,
)
from schedule.solve.anneal.moves import JOURNAL_LINES, TALLIES
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


def state_of(tables: PlaceTables, constants: Block, placement: Placement, seed: int) -> "State":
    """The state of a placement, settled, with its cost as the best so far."""
    n, rooms, width = tables.items, tables.rooms, max(tables.times, tables.days)
    cost = np.array(cost_of(tables, placement), dtype=np.int64)
    word = (((seed + 1) * GOLDEN) & WORD) or 1
    random = np.array([word], dtype=np.uint64).view(np.int64)
    entries: dict[int, int | Ints] = {
        RANDOM: random,
        TIME: placement.time,
        ROOM: placement.room,
        COST: cost,
        OUT: np.zeros(LEVELS, np.int64),
        TALLY: np.zeros(TALLIES, np.int64),
        BEST_COST: cost,
        BEST_TIME: placement.time,
        BEST_ROOM: placement.room,
        FIELD: np.asarray(tables.time_cost),
        NEAR: np.asarray(tables.room_cost_per_minute),
        BASE: np.asarray(tables.room_cost),
        IN_ROOM: np.zeros((rooms, n), np.int64),
        IN_ROOM_COUNT: np.zeros(rooms, np.int64),
        SEAT: np.zeros(n, np.int64),
        COUNTS: np.zeros((len(tables.groups), width), np.int64),
        COUNTS_WIDTH: width,
        JOURNAL: np.zeros((JOURNAL_LINES, 3), np.int64),
    }
    state = State(packed(entries, STATES))
    settle(constants.cells, state.block.cells)
    return state


class State:
    """The block of a worker, with names for what the uncompiled part reads."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.tally = block.table(TALLY)

    @property
    def placement(self) -> Placement:
        """Where everything stands now."""
        return Placement(self.block.table(TIME), self.block.table(ROOM))

    @property
    def best(self) -> Placement:
        """The best so far."""
        return Placement(self.block.table(BEST_TIME), self.block.table(BEST_ROOM))

    @property
    def cost(self) -> tuple[int, int, int]:
        """What ``placement`` costs."""
        hard, stability, quality = self.block.table(COST).tolist()
        return hard, stability, quality

    @property
    def best_cost(self) -> tuple[int, int, int]:
        """What ``best`` costs."""
        hard, stability, quality = self.block.table(BEST_COST).tolist()
        return hard, stability, quality
