"""From tables to the flat arrays that compiled code walks: one list of partners per item and family of relations.

Three families: relations about time alone, about rooms alone, and about both. Relations that ask the same and stand
on the same level become one *question*; a relation with a direction gives a second question with the sides
exchanged, so that an item always finds itself as "mine". ``ask_*`` describe the questions.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schedule.solve.anneal.tables import (
    FIELD_TIMES_MAX,
    Amount,
    Group,
    Ints,
    Mask,
    Per,
    PlaceTables,
    Relation,
    When,
    Where,
)

Positions = NDArray[np.int32]
Key = tuple[int, int, int, int, int, bool]


class Family(NamedTuple):
    """Partners by item: entries ``first[i]`` to ``first[i + 1]`` are (partner, question, weight), by partner.

    ``at[i, j]`` is the first entry about j, -1 if there is none.
    """

    first: Ints
    partner: Ints
    question: Ints
    weight: Ints
    at: Positions


class Flat(NamedTuple):
    """Everything constant that the compiled code reads."""

    start: Ints
    minutes: Ints
    day: Ints
    length: Ints
    size: Ints
    may_time: Mask
    may_room: Mask
    may_place: Mask
    movable: Ints
    is_fixed: Mask
    place_cost: Ints
    room_conflict: int
    busy: int
    has_field: bool
    when: Ints
    where: Ints
    amount: Ints
    level: Ints
    pause: Ints
    mirrored: Mask
    value: Ints
    holds: Ints
    by_time: Family
    by_room: Family
    by_both: Family
    group_first: Ints
    group_of: Ints
    group_per: Ints
    group_level: Ints
    group_minutes: Mask
    group_costs: Ints
    group_top: Ints
    is_member: Mask


def flatten(tables: PlaceTables) -> Flat:
    """The flat form. Memory: three position tables of items², and times² for each question about time."""
    n = tables.items
    keys: dict[Key, int] = {}
    families = [_Entries(n), _Entries(n), _Entries(n)]
    for relation in tables.relations:
        _add(relation, keys, families)
    asked = np.array([key[:5] for key in keys], dtype=np.int64).reshape(-1, 5)
    mirrored = np.array([key[5] for key in keys], dtype=bool)
    length = np.zeros(n, np.int64) if tables.length_minutes is None else np.array(tables.length_minutes)
    has_field = tables.length_minutes is None and tables.times <= FIELD_TIMES_MAX
    minutes = np.array(tables.time_end - tables.time_start)
    when, where, amount, level, pause = (np.ascontiguousarray(asked[:, column]) for column in range(5))
    by_time, by_room, by_both = (entries.family() for entries in families)
    return Flat(
        np.array(tables.time_start),
        minutes,
        np.array(tables.time_day),
        length,
        np.array(tables.room_size),
        np.array(tables.may_time),
        np.array(tables.may_room),
        np.array(tables.may_place),
        np.flatnonzero(np.array(tables.fixed_time) < 0).astype(np.int64),
        np.array(tables.fixed_time) >= 0,
        np.array(tables.place_cost),
        int(tables.room_conflict),
        int(tables.changeover_minutes),
        has_field,
        when,
        where,
        amount,
        level,
        pause,
        mirrored,
        _values(tables, asked, mirrored) if has_field else np.zeros((len(keys), 1, 1), np.int64),
        _holding(np.array(tables.room_size), asked, mirrored),
        by_time,
        by_room,
        by_both,
        *_groups(tables.groups, n),
    )


class _Entries:
    """Collects the entries of one family."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.parts: list[Ints] = []

    def add(self, mine: Ints, other: Ints, question: int, weight: Ints) -> None:
        self.parts.append(np.stack([mine, other, np.full(len(mine), question), weight], axis=1))

    def family(self) -> Family:
        rows = np.concatenate(self.parts) if self.parts else np.zeros((0, 4), np.int64)
        if len(rows):
            asked = int(rows[:, 2].max()) + 1
            keys, where = np.unique((rows[:, 0] * self.n + rows[:, 1]) * asked + rows[:, 2], return_inverse=True)
            weight = np.zeros(len(keys), np.int64)
            np.add.at(weight, where.ravel(), rows[:, 3])
            pair, question = keys // asked, keys % asked
            rows = np.column_stack([pair // self.n, pair % self.n, question, weight])[weight != 0]
        first = np.searchsorted(rows[:, 0], np.arange(self.n + 1))
        at = np.full((self.n, self.n), -1, dtype=np.int32)
        opens = np.flatnonzero(np.diff(rows[:, 0] * self.n + rows[:, 1], prepend=-1))
        at[rows[opens, 0], rows[opens, 1]] = opens
        partner, question, weight = (np.ascontiguousarray(rows[:, column]) for column in (1, 2, 3))
        return Family(first.astype(np.int64), partner, question, weight, at)


def _add(relation: Relation, keys: dict[Key, int], families: list[_Entries]) -> None:
    """Both views of each pair: the first's and the second's."""
    if not len(relation.pairs):
        return
    if relation.where == Where.ANYWHERE:
        entries = families[0]
    else:
        entries = families[1] if relation.when == When.ALWAYS else families[2]
    first, second = relation.pairs[:, 0], relation.pairs[:, 1]
    about = (int(relation.when), int(relation.where), int(relation.amount), relation.level, relation.pause_minutes)
    for mine, other, mirrored in ((first, second, False), (second, first, relation.has_direction)):
        question = keys.setdefault((*about, mirrored), len(keys))
        entries.add(mine, other, question, relation.weights)


def _values(tables: PlaceTables, asked: Ints, mirrored: Mask) -> Ints:
    """``value[question, my time, other time]``: the amount where the condition on the times holds."""
    start, end, day = (np.asarray(a) for a in (tables.time_start, tables.time_end, tables.time_day))
    overlap = np.maximum(np.minimum.outer(end, end) - np.maximum.outer(start, start), 0)
    gap = np.maximum.outer(start, start) - np.minimum.outer(end, end)
    same_day = day[:, None] == day[None, :]
    minutes = end - start
    amounts = {
        Amount.ONCE: np.ones_like(overlap),
        Amount.OVERLAP_MINUTES: overlap,
        Amount.COMBINED_MINUTES: minutes[:, None] + minutes[None, :],
        Amount.GAP_MINUTES: np.where(same_day, np.maximum(gap, 0), 0),
    }
    found = np.zeros((len(asked), len(start), len(start)), np.int64)
    for question, (when, _, amount, _, pause) in enumerate(asked.tolist()):
        holds = {
            When.ALWAYS: np.ones_like(same_day),
            When.OVERLAP: overlap > 0,
            When.SAME_TIME: np.eye(len(start), dtype=bool),
            When.SAME_DAY: same_day,
            When.OTHER_DAY: ~same_day,
            When.SHORT_PAUSE: (overlap > 0) | (same_day & (gap < pause)),
            When.NOT_BEFORE: end[:, None] > start[None, :],
        }[When(when)]
        table = np.where(holds, amounts[Amount(amount)], 0)
        found[question] = table.T if mirrored[question] else table
    return found


def _holding(size: Ints, asked: Ints, mirrored: Mask) -> Ints:
    """``holds[question, my room, other room]``: 1 where the condition on the rooms holds."""
    same = np.eye(len(size), dtype=np.int64)
    tables = {
        Where.ANYWHERE: np.ones_like(same),
        Where.SAME_ROOM: same,
        Where.OTHER_ROOM: 1 - same,
        Where.BIGGER_ROOM: (size[:, None] > size[None, :]).astype(np.int64),
    }
    found = np.zeros((len(asked), len(size), len(size)), np.int64)
    for question, where in enumerate(asked[:, 1].tolist()):
        table = tables[Where(where)]
        found[question] = table.T if mirrored[question] else table
    return found


def _groups(groups: tuple[Group, ...], n: int) -> tuple[Ints, Ints, Ints, Ints, Mask, Ints, Ints, Mask]:
    """Groups by item, and their costs up to the last count that can happen."""
    is_member = np.zeros((len(groups), n), dtype=bool)
    for g, group in enumerate(groups):
        is_member[g, group.members] = True
    rows = [np.flatnonzero(is_member[:, item]) for item in range(n)]
    first = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    of = np.concatenate(rows).astype(np.int64) if rows else np.zeros(0, np.int64)
    widest = max((len(group.costs) for group in groups), default=2)
    costs = np.zeros((len(groups), widest), np.int64)
    for g, group in enumerate(groups):
        costs[g, : len(group.costs)] = group.costs
    return (
        first,
        of,
        np.array([int(group.per) for group in groups], dtype=np.int64),
        np.array([group.level for group in groups], dtype=np.int64),
        np.array([group.per == Per.TIME and group.per_minute for group in groups], dtype=bool),
        costs,
        np.array([len(group.costs) - 1 for group in groups], dtype=np.int64),
        is_member,
    )
