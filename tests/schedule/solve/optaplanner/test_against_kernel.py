"""The independent evaluator, the tables and the compiled kernel tell the same cost."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, given, settings

from schedule.solve.anneal import Placement, cost_of
from schedule.solve.anneal.moves import stretch
from schedule.solve.anneal.prepare import flatten
from schedule.solve.anneal.start import state_of
from schedule.solve.optaplanner import ConferenceProblem, Place, check, read_instance, write_solution
from schedule.solve.optaplanner.tabulate import tabulate
from tests.schedule.solve.optaplanner.random_problems import planned

relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
Planned = tuple[ConferenceProblem, tuple[Place, ...]]


def negative(score: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(-number for number in score)


@relaxed
@given(case=planned())
def test_tables_cost_what_the_evaluator_says(case: Planned) -> None:
    problem, places = case
    placement = Placement([place.timeslot for place in places], [place.room for place in places])
    assert cost_of(tabulate(problem), placement) == negative(check(problem, places).score)


@relaxed
@given(case=planned())
def test_the_kernel_ends_where_the_evaluator_agrees(case: Planned) -> None:
    problem, places = case
    tables = tabulate(problem)
    constants = flatten(tables)
    start = Placement([place.timeslot for place in places], [place.room for place in places])
    state = state_of(tables, constants, start, 1)
    if (np.asarray(tables.fixed_time) < 0).any():
        stretch(constants.cells, state.block.cells, 300, 50.0, 1.0, 1.0)
    ended = state.placement
    found = tuple(Place(time, room) for time, room in zip(ended.time.tolist(), ended.room.tolist(), strict=True))
    verdict = check(problem, found)
    assert state.cost == negative(verdict.score)
    assert verdict.outside == ()


@relaxed
@given(case=planned())
def test_a_written_plan_reads_back_equal(case: Planned) -> None:
    problem, places = case
    with TemporaryDirectory() as folder:
        write_solution(problem, places, Path(folder) / "plan.xlsx")
        again = read_instance(Path(folder) / "plan.xlsx")
    assert tuple(Place(talk.timeslot, talk.room) for talk in again.talks) == places
    assert check(again, places) == check(problem, places)
    assert [replace(talk, timeslot=None, room=None) for talk in again.talks] == [
        replace(talk, timeslot=None, room=None) for talk in problem.talks
    ]
    assert (again.timeslots, again.rooms, again.speakers, again.weights) == (
        problem.timeslots,
        problem.rooms,
        problem.speakers,
        problem.weights,
    )
