"""Each relation and group against numbers worked out by hand."""

import numpy as np
import pytest

from schedule.solve.anneal import Amount, Group, Per, Placement, PlaceTables, Relation, When, Where, cost_of, parts_of

# Two days: 0–60, 30–120 and 130–160 on the first, 2000–2045 on the second. Rooms of 10, 30 and 20 seats.
START, END, DAY = [0, 30, 130, 2000], [60, 120, 160, 2045], [0, 0, 0, 1]
ONE = np.array([[0, 1]])


def cost(relation: Relation, times: tuple[int, int], rooms: tuple[int, int]) -> int:
    tables = PlaceTables(
        items=2, time_start=START, time_end=END, time_day=DAY, room_size=[10, 30, 20], relations=(relation,)
    )
    return {part.name: part.cost for part in parts_of(tables, Placement(times, rooms))}[relation.name]


@pytest.mark.parametrize(
    ("when", "where", "amount", "times", "rooms", "expected"),
    [
        (When.OVERLAP, Where.ANYWHERE, Amount.OVERLAP_MINUTES, (0, 1), (0, 1), 30),
        (When.OVERLAP, Where.ANYWHERE, Amount.OVERLAP_MINUTES, (1, 2), (0, 1), 0),
        (When.OVERLAP, Where.SAME_ROOM, Amount.ONCE, (0, 1), (0, 1), 0),
        (When.OVERLAP, Where.SAME_ROOM, Amount.ONCE, (0, 1), (1, 1), 1),
        (When.SAME_TIME, Where.ANYWHERE, Amount.OVERLAP_MINUTES, (1, 1), (0, 1), 90),
        (When.SAME_TIME, Where.ANYWHERE, Amount.OVERLAP_MINUTES, (0, 1), (0, 1), 0),
        (When.SAME_DAY, Where.OTHER_ROOM, Amount.COMBINED_MINUTES, (0, 2), (0, 1), 90),
        (When.SAME_DAY, Where.OTHER_ROOM, Amount.COMBINED_MINUTES, (0, 2), (1, 1), 0),
        (When.SAME_DAY, Where.ANYWHERE, Amount.GAP_MINUTES, (0, 2), (0, 1), 70),
        (When.OTHER_DAY, Where.ANYWHERE, Amount.COMBINED_MINUTES, (0, 3), (0, 1), 105),
        (When.OTHER_DAY, Where.ANYWHERE, Amount.COMBINED_MINUTES, (0, 2), (0, 1), 0),
        (When.SHORT_PAUSE, Where.ANYWHERE, Amount.ONCE, (1, 2), (0, 1), 1),
        (When.SHORT_PAUSE, Where.ANYWHERE, Amount.ONCE, (0, 2), (0, 1), 0),
        (When.SHORT_PAUSE, Where.ANYWHERE, Amount.ONCE, (0, 1), (0, 1), 1),
        (When.NOT_BEFORE, Where.ANYWHERE, Amount.ONCE, (0, 2), (0, 1), 0),
        (When.NOT_BEFORE, Where.ANYWHERE, Amount.ONCE, (2, 0), (0, 1), 1),
        (When.NOT_BEFORE, Where.ANYWHERE, Amount.ONCE, (0, 1), (0, 1), 1),
        (When.ALWAYS, Where.BIGGER_ROOM, Amount.COMBINED_MINUTES, (0, 3), (1, 2), 105),
        (When.ALWAYS, Where.BIGGER_ROOM, Amount.COMBINED_MINUTES, (0, 3), (2, 1), 0),
    ],
)
def test_a_relation_costs_its_amount_where_it_holds(
    when: When, where: Where, amount: Amount, times: tuple[int, int], rooms: tuple[int, int], expected: int
) -> None:
    relation = Relation("wish", 2, when, where, amount, ONE, np.array([3]), pause_minutes=15)
    assert cost(relation, times, rooms) == 3 * expected


@pytest.mark.parametrize(
    ("per", "per_minute", "times", "expected"),
    [
        (Per.TIME, False, (0, 0, 1), 0),
        (Per.TIME, False, (0, 0, 0), 5),
        (Per.TIME, True, (0, 0, 0), 300),
        (Per.DAY, False, (0, 1, 3), 0),
        (Per.DAY, False, (0, 1, 2), 5),
        (Per.SPAN_OF_DAYS, False, (0, 1, 3), 0),
    ],
)
def test_a_group_costs_by_its_count(per: Per, per_minute: bool, times: tuple[int, ...], expected: int) -> None:
    group = Group("few", 1, np.array([0, 1, 2]), per, np.array([0, 0, 0, 5]), per_minute)
    tables = PlaceTables(
        items=3, time_start=START, time_end=END, time_day=DAY, room_size=[1, 2, 3], room_conflict=0, groups=(group,)
    )
    assert cost_of(tables, Placement(times, (0, 1, 2))) == (0, expected, 0)


def test_the_last_step_of_a_group_goes_on() -> None:
    group = Group("few", 2, np.arange(4), Per.TIME, np.array([0, 0, 7]))
    tables = PlaceTables(items=4, time_start=[0], time_end=[9], time_day=[0], room_size=[1] * 4, groups=(group,))
    assert cost_of(tables, Placement([0] * 4, range(4))) == (0, 0, 21)


def test_a_room_is_busy_for_the_changeover_too() -> None:
    tables = PlaceTables(
        items=2,
        time_start=[0, 35],
        time_end=[1, 36],
        time_day=[0, 0],
        room_size=[1],
        length_minutes=[30, 20],
        room_conflict=2,
        changeover_minutes=15,
    )
    assert cost_of(tables, Placement([0, 1], [0, 0])) == (20, 0, 0)
