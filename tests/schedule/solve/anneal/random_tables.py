"""Small random questions that use every kind of relation, group and table."""

import numpy as np

from schedule.solve.anneal import Amount, Group, Per, PlaceTables, Relation, When, Where


def random_tables(seed: int, *, items: int = 12, times: int = 6, rooms: int = 4, lengths: bool = False) -> PlaceTables:
    random = np.random.default_rng(seed)
    start = np.sort(random.integers(0, 300, times))
    groups = tuple(
        Group(
            f"group {per.name}",
            int(random.integers(0, 3)),
            random.integers(0, items, 5),
            per,
            np.array([0, 0, 3, 9]),
            per_minute=per == Per.TIME and not lengths,
        )
        for per in Per
    )
    return PlaceTables(
        items=items,
        time_start=start,
        time_end=start + random.integers(20, 90, times),
        time_day=np.sort(random.integers(0, 3, times)),
        room_size=random.integers(1, 5, rooms) * 10,
        length_minutes=random.integers(10, 70, items) if lengths else None,
        may_time=random.random((items, times)) < 0.9,
        may_room=random.random((items, rooms)) < 0.9,
        time_cost=random.integers(-3, 5, (3, items, times)),
        room_cost=random.integers(-3, 5, (3, items, rooms)),
        room_cost_per_minute=random.integers(-3, 5, (3, items, rooms)),
        place_cost=random.integers(-3, 5, (3, times, rooms)),
        room_conflict=7,
        changeover_minutes=int(random.integers(0, 9)),
        relations=tuple(_relations(random, items)),
        groups=groups,
    )


def _relations(random: np.random.Generator, items: int) -> list[Relation]:
    found = []
    for when in When:
        where, amount = Where(int(random.integers(0, 4))), Amount(int(random.integers(0, 4)))
        if when == When.ALWAYS:
            where = Where(int(random.integers(1, 4)))
            amount = Amount.COMBINED_MINUTES if random.random() < 0.5 else Amount.ONCE
        pairs = random.integers(0, items, (20, 2))
        pairs = pairs[pairs[:, 0] != pairs[:, 1]]
        weights = random.integers(-5, 10, len(pairs))
        pause = int(random.integers(0, 40))
        found.append(Relation(when.name, int(random.integers(0, 3)), when, where, amount, pairs, weights, pause))
    return found
