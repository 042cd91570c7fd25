"""What a placement costs, wish by wish, straight from the tables: the slow truth that the kernel is held against.

Shares no code with the kernel. Cost: one pass over the pairs of each relation, and over all pairs in each room.
"""

from typing import NamedTuple

import numpy as np

from schedule.solve.anneal.tables import (
    HARD,
    LEVELS,
    Amount,
    Group,
    Ints,
    Mask,
    Per,
    Placement,
    PlaceTables,
    Relation,
    When,
    Where,
)

ROOM_CONFLICT = "room conflict"
PLACES = "places"


class Part(NamedTuple):
    """What one wish costs on its level, and how many pairs, or group and time, it concerns."""

    name: str
    level: int
    matches: int
    cost: int


class _Side(NamedTuple):
    """Where one side of the pairs stands."""

    time: Ints
    start: Ints
    end: Ints
    day: Ints
    size: Ints
    room: Ints


def cost_of(tables: PlaceTables, placement: Placement) -> tuple[int, int, int]:
    """(hard, stability, quality) of a placement."""
    total = [0] * LEVELS
    for part in parts_of(tables, placement):
        total[part.level] += part.cost
    return total[0], total[1], total[2]


def parts_of(tables: PlaceTables, placement: Placement) -> list[Part]:
    """The cost of each wish, room conflicts and single places included."""
    items = np.arange(tables.items)
    time, room = placement.time, placement.room
    seats = _side(tables, placement, items)
    single = (
        np.asarray(tables.time_cost)[:, items, time]
        + np.asarray(tables.room_cost)[:, items, room]
        + np.asarray(tables.place_cost)[:, time, room]
        + np.asarray(tables.room_cost_per_minute)[:, items, room] * (seats.end - seats.start)
    )
    parts = [Part(PLACES, level, int((single[level] != 0).sum()), int(single[level].sum())) for level in range(LEVELS)]
    parts.append(_room_conflict(tables, placement))
    parts += [_relation_part(tables, placement, relation) for relation in tables.relations]
    parts += [_group_part(tables, placement, group) for group in tables.groups]
    return parts


def stays_inside(tables: PlaceTables, placement: Placement) -> Mask:
    """For each item whether it stands in its domain, or where it is fixed."""
    items = np.arange(tables.items)
    time, room = placement.time, placement.room
    free = np.asarray(tables.may_time)[items, time] & np.asarray(tables.may_room)[items, room]
    free &= np.asarray(tables.may_place)[time, room]
    fixed = np.asarray(tables.fixed_time) >= 0
    return np.where(fixed, (time == tables.fixed_time) & (room == tables.fixed_room), free)


def _side(tables: PlaceTables, placement: Placement, items: Ints) -> _Side:
    time = placement.time[items]
    start = tables.time_start[time]
    end = tables.time_end[time] if tables.length_minutes is None else start + tables.length_minutes[items]
    room = placement.room[items]
    return _Side(time, start, end, tables.time_day[time], tables.room_size[room], room)


def _overlap(one: _Side, other: _Side) -> Ints:
    return np.asarray(np.maximum(np.minimum(one.end, other.end) - np.maximum(one.start, other.start), 0))


def _room_conflict(tables: PlaceTables, placement: Placement) -> Part:
    first, second = np.triu_indices(tables.items, 1)
    meet = placement.room[first] == placement.room[second]
    one, other = _side(tables, placement, first[meet]), _side(tables, placement, second[meet])
    busy = tables.changeover_minutes
    minutes = _overlap(one._replace(end=one.end + busy), other._replace(end=other.end + busy))
    return Part(ROOM_CONFLICT, HARD, int((minutes > 0).sum()), int(minutes.sum()) * tables.room_conflict)


def _relation_part(tables: PlaceTables, placement: Placement, relation: Relation) -> Part:
    first, second = relation.pairs[:, 0], relation.pairs[:, 1]
    one, other = _side(tables, placement, first), _side(tables, placement, second)
    holds = _when(relation, one, other) & _where(relation, one, other)
    amount = np.where(holds, _amount(relation, one, other), 0)
    touched = (amount != 0) & (relation.weights != 0)
    return Part(relation.name, relation.level, int(touched.sum()), int((amount * relation.weights).sum()))


def _when(relation: Relation, one: _Side, other: _Side) -> Mask:
    overlap = _overlap(one, other) > 0
    same_day = one.day == other.day
    gap = np.maximum(one.start, other.start) - np.minimum(one.end, other.end)
    found = {
        When.ALWAYS: same_day | True,
        When.OVERLAP: overlap,
        When.SAME_TIME: one.time == other.time,
        When.SAME_DAY: same_day,
        When.OTHER_DAY: ~same_day,
        When.SHORT_PAUSE: overlap | (same_day & (gap < relation.pause_minutes)),
        When.NOT_BEFORE: one.end > other.start,
    }
    return np.asarray(found[relation.when])


def _where(relation: Relation, one: _Side, other: _Side) -> Mask:
    same = one.room == other.room
    found = {
        Where.ANYWHERE: same | True,
        Where.SAME_ROOM: same,
        Where.OTHER_ROOM: ~same,
        Where.BIGGER_ROOM: one.size > other.size,
    }
    return np.asarray(found[relation.where])


def _amount(relation: Relation, one: _Side, other: _Side) -> Ints:
    if relation.amount == Amount.OVERLAP_MINUTES:
        return _overlap(one, other)
    if relation.amount == Amount.COMBINED_MINUTES:
        return np.asarray((one.end - one.start) + (other.end - other.start))
    if relation.amount == Amount.GAP_MINUTES:
        gap = np.maximum(one.start, other.start) - np.minimum(one.end, other.end)
        return np.where(one.day == other.day, np.maximum(gap, 0), 0)
    return np.ones_like(one.time)


def _group_part(tables: PlaceTables, placement: Placement, group: Group) -> Part:
    times = placement.time[group.members]
    buckets = times if group.per == Per.TIME else tables.time_day[times]
    if group.per == Per.SPAN_OF_DAYS:
        counts = {0: int(buckets.max() - buckets.min()) if len(buckets) else 0}
    else:
        counts = {int(bucket): int((buckets == bucket).sum()) for bucket in np.unique(buckets)}
    cost = touched = 0
    for bucket, count in counts.items():
        one = _step(group, count)
        if group.per_minute:
            one *= int(tables.time_end[bucket] - tables.time_start[bucket])
        cost += one
        touched += one != 0
    return Part(group.name, group.level, touched, cost)


def _step(group: Group, count: int) -> int:
    costs = [int(cost) for cost in group.costs]
    beyond = max(0, count - (len(costs) - 1))
    return costs[min(count, len(costs) - 1)] + beyond * (costs[-1] - costs[-2])
