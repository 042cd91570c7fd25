"""The five published instances: read, judged like their own score view, written, solved."""

from pathlib import Path

import pytest

from schedule.solve.bench import solve_workbook
from schedule.solve.optaplanner import Place, check, read_instance, solve, write_solution
from schedule.solve.optaplanner.cells import open_workbook, score_in
from schedule.solve.optaplanner.problem import ConferenceProblem, Score
from schedule.solve.outcome import LogLine, SolveOptions, Status
from tests.schedule.shared_data import shared_file

FOLDER = "scheduling/optaplanner"
INSTANCES = {
    "18talks-6timeslots-5rooms": (18, 6, 5, 0),
    "36talks-12timeslots-5rooms": (36, 12, 5, 0),
    "72talks-12timeslots-10rooms": (72, 12, 10, 7),
    "108talks-18timeslots-10rooms": (108, 18, 10, 20),
    "216talks-18timeslots-20rooms": (216, 18, 20, 67),
}


def instance(name: str) -> Path:
    return shared_file(f"{FOLDER}/{name}.xlsx")


def as_it_stands(problem: ConferenceProblem) -> tuple[Place | None, ...]:
    return tuple(
        None if talk.timeslot is None or talk.room is None else Place(talk.timeslot, talk.room)
        for talk in problem.talks
    )


@pytest.mark.parametrize("name", INSTANCES)
def test_an_instance_is_read_and_its_score_view_agrees(name: str) -> None:
    problem = read_instance(instance(name))
    gone = sum(len(speaker.unavailable) for speaker in problem.speakers)
    assert (len(problem.talks), len(problem.timeslots), len(problem.rooms), gone) == INSTANCES[name]
    assert len(problem.weights) == 37
    assert problem.pause_minutes == 15
    assert [talk.is_pinned for talk in problem.talks].count(True) == 1
    verdict = check(problem, as_it_stands(problem))
    view = open_workbook(instance(name))["Score view"]
    rows = [tuple(cell.value for cell in row[:4]) for row in view.iter_rows(min_row=5)]
    shown = {rule: (int(count), score_in(score)) for rule, _, count, score in rows if rule and count}
    assert {str(rule): found for rule, found in verdict.by_rule().items()} == shown


@pytest.mark.parametrize("name", INSTANCES)
def test_a_written_instance_reads_back_equal(name: str, tmp_path: Path) -> None:
    problem = read_instance(instance(name))
    write_solution(problem, as_it_stands(problem), tmp_path / "again.xlsx")
    assert read_instance(tmp_path / "again.xlsx") == problem


def test_the_smallest_instance_reaches_its_known_optimum() -> None:
    problem = read_instance(instance("18talks-6timeslots-5rooms"))
    heard: list[LogLine] = []
    plan = solve(problem, SolveOptions(120, workers=1, seed=1, on_better=heard.append), steps_max=150_000)
    assert plan.score == Score(0, 0, -34_245)
    assert plan.course.status == Status.FEASIBLE
    assert plan.course.cost == (0, 0, 34_245)
    assert sum(wish.cost for wish in plan.course.costs) == 34_245
    assert tuple(heard) == plan.course.log


def test_one_worker_of_the_command_gives_the_same_plan_again(tmp_path: Path) -> None:
    plans = []
    for name in ("first.xlsx", "second.xlsx"):
        options = SolveOptions(time_limit_seconds=1.0, workers=1, seed=3)
        solve_workbook(instance("72talks-12timeslots-10rooms"), tmp_path / name, options)
        plans.append([(talk.timeslot, talk.room) for talk in read_instance(tmp_path / name).talks])
    assert plans[0] == plans[1]
