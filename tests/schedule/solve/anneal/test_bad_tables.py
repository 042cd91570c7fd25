"""Tables that cannot be meant are refused with their place."""

from typing import Any

import numpy as np
import pytest

from schedule.solve.anneal import Amount, Group, Per, PlaceTables, Relation, When, Where
from schedule.solve.errors import ProblemError

GOOD: dict[str, Any] = {
    "items": 2,
    "time_start": [0, 60],
    "time_end": [60, 120],
    "time_day": [0, 0],
    "room_size": [10],
}


def relation(**changes: Any) -> Relation:
    facts: dict[str, Any] = {
        "name": "wish",
        "level": 2,
        "when": When.OVERLAP,
        "where": Where.ANYWHERE,
        "amount": Amount.ONCE,
        "pairs": np.array([[0, 1]]),
        "weights": np.array([1]),
    }
    return Relation(**facts | changes)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"items": 0}, "items"),
        ({"time_start": []}, "time_start"),
        ({"time_start": ["a", "b"]}, "time_start"),
        ({"time_start": [0.5, 60]}, "time_start"),
        ({"time_start": [0, 10**13]}, "time_start"),
        ({"time_end": [60]}, "time_end"),
        ({"time_end": [60, 50]}, "time_end[1]"),
        ({"time_day": [0, -1]}, "time_day"),
        ({"room_size": []}, "room_size"),
        ({"length_minutes": [10, 0]}, "length_minutes"),
        ({"may_time": [[True]]}, "may_time"),
        ({"may_time": [[False, False], [True, True]]}, "items[0]"),
        ({"may_place": [[False], [False]]}, "items[0]"),
        ({"time_cost": [[0, 0], [0, 0]]}, "time_cost"),
        ({"fixed_time": [5, -1], "fixed_room": [0, -1]}, "fixed_time[0]"),
        ({"fixed_time": [1, -1]}, "fixed_time"),
        ({"room_conflict": -1}, "room_conflict"),
        ({"relations": (relation(pairs=np.array([[0, 2]])),)}, "relations[wish]"),
        ({"relations": (relation(pairs=np.array([[0, 0]])),)}, "relations[wish]"),
        ({"relations": (relation(weights=np.array([1, 2])),)}, "relations[wish]"),
        ({"relations": (relation(level=3),)}, "relations[wish]"),
        ({"relations": (relation(when=When.ALWAYS),)}, "relations[wish]"),
        ({"groups": (Group("few", 0, np.array([7]), Per.DAY, np.array([0, 1])),)}, "groups[few]"),
        ({"groups": (Group("few", 0, np.array([1]), Per.DAY, np.array([1, 1])),)}, "groups[few]"),
        ({"groups": (Group("few", 0, np.array([1]), Per.DAY, np.array([0, 1]), True),)}, "groups[few]"),
    ],
)
def test_a_fault_is_named_with_its_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(ProblemError) as caught:
        PlaceTables(**GOOD | changes)
    assert caught.value.place == place
    assert str(caught.value.sentence)


def test_tables_cannot_be_changed_afterwards() -> None:
    tables = PlaceTables(**GOOD)
    with pytest.raises(ValueError, match="read-only"):
        tables.time_start[0] = 5
