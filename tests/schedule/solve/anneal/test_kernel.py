"""The compiled kernel against the slow evaluation, against brute force, and against itself."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbing.watch import Watch
from schedule.solve.anneal import (
    HARD,
    QUALITY,
    Amount,
    AnnealOptions,
    Placement,
    PlaceTables,
    Relation,
    When,
    Where,
    anneal,
    cost_of,
    stays_inside,
)
from schedule.solve.anneal.layout import BASE, COUNTS, FIELD, NEAR
from schedule.solve.anneal.moves import stretch
from schedule.solve.anneal.prepare import flatten
from schedule.solve.anneal.start import first_placement, state_of
from tests.schedule.solve.anneal.random_tables import random_tables


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), lengths=st.booleans())
def test_cost_after_thousands_of_steps_is_what_the_placement_costs(seed: int, lengths: bool) -> None:
    tables = random_tables(seed, lengths=lengths)
    constants = flatten(tables)
    state = state_of(tables, constants, first_placement(tables, seed), seed)
    for temperature in (1e6, 10.0, 1.0):
        stretch(constants.cells, state.block.cells, 1_000, temperature, 2.0, 2.0)
        assert state.cost == cost_of(tables, state.placement)
        assert state.best_cost == cost_of(tables, state.best)
        assert stays_inside(tables, state.placement).all()
    fresh = state_of(tables, constants, state.placement, 1)
    for table in (FIELD, NEAR, BASE, COUNTS):
        assert np.array_equal(fresh.block.table(table), state.block.table(table))


@pytest.mark.parametrize("seed", range(4))
def test_tiny_problems_reach_the_optimum_of_brute_force(seed: int) -> None:
    tables = random_tables(seed, items=3, times=4, rooms=2, lengths=seed % 2 == 1)
    places = list(itertools.product(range(tables.times), range(tables.rooms)))
    best = min(
        cost_of(tables, placement)
        for chosen in itertools.product(places, repeat=tables.items)
        if stays_inside(tables, placement := Placement(*np.array(chosen).T)).all()
    )
    found = anneal(tables, AnnealOptions(workers=1, seed=seed, steps_max=20_000))
    assert found.cost == best
    assert cost_of(tables, found.placement) == best


def test_one_worker_with_a_seed_and_a_step_limit_finds_the_same_again() -> None:
    tables = random_tables(5, items=30, times=12)
    first, again = (anneal(tables, AnnealOptions(workers=1, seed=9, steps_max=20_000)) for _ in range(2))
    assert first.steps == again.steps
    assert np.array_equal(first.placement.time, again.placement.time)
    assert np.array_equal(first.placement.room, again.placement.room)
    assert [better.cost for better in first.better] == [better.cost for better in again.better]


def test_two_workers_share_the_better_plan() -> None:
    tables = random_tables(6, items=20)
    found = anneal(tables, AnnealOptions(workers=2, seed=1, steps_max=5_000))
    costs = [better.cost for better in found.better]
    assert costs == sorted(costs, reverse=True)
    assert found.cost == costs[-1] == cost_of(tables, found.placement)


def test_fixed_items_stay_even_outside_their_domain() -> None:
    tables = random_tables(7)
    may_time = np.array(tables.may_time)
    may_time[0, 2] = False
    fixed_time, fixed_room = np.full(12, -1), np.full(12, -1)
    fixed_time[[0, 1]], fixed_room[[0, 1]] = (2, 0), (1, 3)
    tables = replace(tables, may_time=may_time, fixed_time=fixed_time, fixed_room=fixed_room)
    found = anneal(tables, AnnealOptions(workers=1, seed=1, steps_max=5_000))
    assert found.placement.time[[0, 1]].tolist() == [2, 0]
    assert found.placement.room[[0, 1]].tolist() == [1, 3]
    assert stays_inside(tables, found.placement).all()


def test_a_problem_of_fixed_items_alone_is_its_own_answer() -> None:
    tables = PlaceTables(
        items=1, time_start=[0], time_end=[9], time_day=[0], room_size=[1], fixed_time=[0], fixed_room=[0]
    )
    assert anneal(tables, AnnealOptions(workers=1)).cost == (0, 0, 0)


def test_a_stop_ends_the_run_with_what_there_is() -> None:
    tables = random_tables(8)
    found = anneal(tables, AnnealOptions(time_limit_seconds=200, workers=1), Watch(should_stop=lambda: True))
    assert found.stopped
    assert found.cost == cost_of(tables, found.placement)


def test_reaching_the_target_ends_the_run() -> None:
    tables = PlaceTables(items=2, time_start=[0, 9], time_end=[9, 18], time_day=[0, 0], room_size=[1])
    found = anneal(tables, AnnealOptions(time_limit_seconds=200, workers=1, target=(0, 0, 0)))
    assert found.cost == (0, 0, 0)
    assert not found.stopped


def test_a_hard_rule_outweighs_any_quality() -> None:
    pair = np.array([[0, 1]])
    together = Relation("together", QUALITY, When.SAME_TIME, Where.ANYWHERE, Amount.ONCE, pair, np.array([-(10**9)]))
    apart = Relation("apart", HARD, When.SAME_TIME, Where.ANYWHERE, Amount.ONCE, pair, np.array([1]))
    tables = PlaceTables(
        items=2,
        time_start=[0, 9],
        time_end=[9, 18],
        time_day=[0, 0],
        room_size=[1, 1],
        relations=(together, apart),
    )
    found = anneal(tables, AnnealOptions(workers=1, steps_max=2_000))
    assert found.cost == (0, 0, 0)


def test_a_warm_start_is_never_lost() -> None:
    tables = random_tables(9, items=30, times=12)
    good = anneal(tables, AnnealOptions(workers=1, seed=3, steps_max=20_000))
    again = anneal(tables, AnnealOptions(workers=1, seed=4, steps_max=100), start=good.placement)
    assert again.cost <= good.cost
