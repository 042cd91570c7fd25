"""From tables to the flat arrays that compiled code walks: one list of partners per item and family of relations.

Three families: relations about time alone, about rooms alone, and about both. Relations that ask the same and stand
on the same level become one *question*; a relation with a direction gives a second question with the sides
exchanged, so that an item always finds itself as "mine". ``ask_*`` describe the questions.
"""

import numpy as np

from schedule.solve.anneal.layout import (
    AMOUNT,
    AT,
    BUSY,
    BY_BOTH,
    BY_ROOM,
    BY_TIME,
    CONSTANTS,
    DAY,
    DAYS,
    FIRST,
    GROUP_COSTS,
    GROUP_FIRST,
    GROUP_LEVEL,
    GROUP_MINUTES,
    GROUP_OF,
    GROUP_PER,
    GROUP_TOP,
    HAS_FIELD,
    HOLDS,
    IS_FIXED,
    IS_MEMBER,
    ITEMS,
    LENGTH,
    LEVEL,
    MAY_PLACE,
    MAY_ROOM,
    MAY_TIME,
    MINUTES,
    MIRRORED,
    MOVABLE,
    MOVABLES,
    PARTNER,
    PAUSE,
    PLACE_COST,
    QUESTION,
    ROOM_CONFLICT,
    ROOMS,
    START,
    TIMES,
    VALUE,
    WEIGHT,
    WHEN,
    WHERE,
    WIDEST,
    Block,
    packed,
)
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

Key = tuple[int, int, int, int, int, bool]


def flatten(tables: PlaceTables) -> Block:
    """The block of constants. Memory: three tables of items², and times² for each question about time."""
    n = tables.items
    keys: dict[Key, int] = {}
    families = {BY_TIME: _Entries(n), BY_ROOM: _Entries(n), BY_BOTH: _Entries(n)}
    for relation in tables.relations:
        _add(relation, keys, families)
    asked = np.array([key[:5] for key in keys], dtype=np.int64).reshape(-1, 5)
    mirrored = np.array([key[5] for key in keys], dtype=bool)
    has_field = tables.length_minutes is None and tables.times <= FIELD_TIMES_MAX
    movable = np.flatnonzero(np.asarray(tables.fixed_time) < 0)
    entries: dict[int, int | Ints] = {
        ITEMS: n,
        TIMES: tables.times,
        ROOMS: tables.rooms,
        DAYS: tables.days,
        MOVABLES: len(movable),
        ROOM_CONFLICT: int(tables.room_conflict),
        BUSY: int(tables.changeover_minutes),
        HAS_FIELD: int(has_field),
        START: tables.time_start,
        MINUTES: np.asarray(tables.time_end - tables.time_start),
        DAY: tables.time_day,
        LENGTH: np.zeros(n, np.int64) if tables.length_minutes is None else tables.length_minutes,
        MAY_TIME: np.asarray(tables.may_time, dtype=np.int64),
        MAY_ROOM: np.asarray(tables.may_room, dtype=np.int64),
        MAY_PLACE: np.asarray(tables.may_place, dtype=np.int64),
        MOVABLE: movable,
        IS_FIXED: (np.asarray(tables.fixed_time) >= 0).astype(np.int64),
        PLACE_COST: np.asarray(tables.place_cost),
        **{name: asked[:, column] for column, name in enumerate((WHEN, WHERE, AMOUNT, LEVEL, PAUSE))},
        MIRRORED: mirrored.astype(np.int64),
        VALUE: _values(tables, asked, mirrored) if has_field else np.zeros(0, np.int64),
        HOLDS: _holding(np.asarray(tables.room_size), asked, mirrored),
        **_groups(tables.groups, n),
    }
    for family, found in families.items():
        entries |= {family + name: table for name, table in found.tables().items()}
    return packed(entries, CONSTANTS)


class _Entries:
    """Collects the entries of one family."""

    def __init__(self, n: int) -> None:
        self.n = n
        self.parts: list[Ints] = []

    def add(self, mine: Ints, other: Ints, question: int, weight: Ints) -> None:
        self.parts.append(np.stack([mine, other, np.full(len(mine), question), weight], axis=1))

    def tables(self) -> dict[int, Ints]:
        """The five tables of a family."""
        rows = np.concatenate(self.parts) if self.parts else np.zeros((0, 4), np.int64)
        if len(rows):
            asked = int(rows[:, 2].max()) + 1
            keys, where = np.unique((rows[:, 0] * self.n + rows[:, 1]) * asked + rows[:, 2], return_inverse=True)
            weight = np.zeros(len(keys), np.int64)
            np.add.at(weight, where.ravel(), rows[:, 3])
            pair, question = keys // asked, keys % asked
            rows = np.column_stack([pair // self.n, pair % self.n, question, weight])[weight != 0]
        first = np.searchsorted(rows[:, 0], np.arange(self.n + 1))
        at = np.full((self.n, self.n), -1, dtype=np.int64)
        opens = np.flatnonzero(np.diff(rows[:, 0] * self.n + rows[:, 1], prepend=-1))
        at[rows[opens, 0], rows[opens, 1]] = opens
        return {FIRST: first, PARTNER: rows[:, 1], QUESTION: rows[:, 2], WEIGHT: rows[:, 3], AT: at}


def _add(relation: Relation, keys: dict[Key, int], families: dict[int, _Entries]) -> None:
    """Both views of each pair: the first's and the second's."""
    if not len(relation.pairs):
        return
    if relation.where == Where.ANYWHERE:
        entries = families[BY_TIME]
    else:
        entries = families[BY_ROOM if relation.when == When.ALWAYS else BY_BOTH]
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


def _groups(groups: tuple[Group, ...], n: int) -> dict[int, int | Ints]:
    """Groups by item, and their costs."""
    is_member = np.zeros((len(groups), n), dtype=np.int64)
    for g, group in enumerate(groups):
        is_member[g, group.members] = 1
    rows = [np.flatnonzero(is_member[:, item]) for item in range(n)]
    widest = max((len(group.costs) for group in groups), default=2)
    costs = np.zeros((len(groups), widest), np.int64)
    for g, group in enumerate(groups):
        costs[g, : len(group.costs)] = group.costs
    return {
        WIDEST: widest,
        GROUP_FIRST: np.concatenate([[0], np.cumsum([len(row) for row in rows])]),
        GROUP_OF: np.concatenate(rows),
        GROUP_PER: np.array([int(group.per) for group in groups]),
        GROUP_LEVEL: np.array([group.level for group in groups]),
        GROUP_MINUTES: np.array([group.per == Per.TIME and group.per_minute for group in groups], dtype=np.int64),
        GROUP_COSTS: costs,
        GROUP_TOP: np.array([len(group.costs) - 1 for group in groups]),
        IS_MEMBER: is_member,
    }
