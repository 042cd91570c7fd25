"""What the solver calls proven is the best of all plans; what has no plan is refused."""

from dataclasses import replace

import pytest

from plumbing.watch import Watch
from schedule.solve.errors import Infeasible, NoPlanYet
from schedule.solve.outcome import LogLine, SolveOptions, Status
from schedule.solve.sessions import Pin, Place, SessionPlan, Talk, Term, evaluate, faults, solve
from schedule.solve.sessions.cosplib import read_instance
from schedule.solve.sessions.model import capacity_cuts
from tests.schedule.solve.sessions.problems import best_cost, drawn, plain
from tests.schedule.solve.sessions.real import cosplib_file

ONE = SolveOptions(time_limit_seconds=60, workers=1)


@pytest.mark.parametrize("seed", range(40))
def test_a_proven_cost_is_the_least_of_all_plans(seed: int) -> None:
    problem = drawn(seed)
    least = best_cost(problem)
    if least is None:
        with pytest.raises(Infeasible):
            solve(problem, ONE)
        return
    plan = solve(problem, ONE)
    assert faults(problem, plan.places) == []
    assert (plan.cost, plan.course.bound, plan.course.status) == (least, least, Status.OPTIMAL)


@pytest.mark.parametrize("seed", [3, 5])
def test_eight_workers_prove_the_same(seed: int) -> None:
    problem = drawn(seed, talks=3)
    assert solve(problem, SolveOptions(time_limit_seconds=60)).cost == best_cost(problem)


def test_one_worker_with_a_seed_repeats_itself() -> None:
    def run() -> tuple[SessionPlan, list[tuple[int | None, int | None, str]]]:
        problem = read_instance(cosplib_file("GECCO20.xlsx"))
        plan = solve(problem, SolveOptions(time_limit_seconds=3, workers=1, seed=7))
        return plan, [(line.cost, line.bound, line.phase) for line in plan.course.log]

    (one, first), (two, second) = run(), run()
    assert len(first) > 1
    assert one.places == two.places
    assert first == second


@pytest.mark.parametrize(("name", "cost"), [("N2OR", 1), ("GECCO20Poster", 0)])
def test_a_small_public_instance_is_proven(name: str, cost: int) -> None:
    plan = solve(read_instance(cosplib_file(f"{name}.xlsx")), SolveOptions(time_limit_seconds=120))
    assert (plan.cost, plan.course.bound, plan.course.status) == (cost, cost, Status.OPTIMAL)


def test_a_weight_of_zero_switches_a_term_off() -> None:
    talks = [Talk("a", 0, people=("Ada",)), Talk("b", 1, people=("Ada",))]
    problem = plain(talks, tracks=2, slots=(1,), rooms=2, weights={Term.PRESENTERS: 7})
    assert solve(problem, ONE).cost == 7
    assert solve(replace(problem, weights={Term.PRESENTERS: 0}), ONE).cost == 0


def test_talks_that_do_not_fit_whole_into_cells_are_refused() -> None:
    talks = [Talk(f"t{i}", 0, slots=2) for i in range(3)]
    with pytest.raises(Infeasible):
        solve(plain(talks, slots=(3,), rooms=2), ONE)


@pytest.mark.parametrize(("lengths", "fits"), [((6, 6, 5, 3), False), ((7, 6, 4, 3), True), ((8, 4, 4, 4), False)])
def test_lengths_that_add_up_must_also_fit_cell_by_cell(lengths: tuple[int, ...], fits: bool) -> None:
    talks = [Talk(f"t{i}", 0, slots=size) for i, size in enumerate(lengths)]
    problem = plain(talks, slots=(10,), rooms=2, weights={Term.PARALLEL: 1})
    if fits:
        assert solve(problem, ONE).cost == 1
        return
    with pytest.raises(Infeasible):
        solve(problem, ONE)


def test_capacity_cuts_keep_every_packing() -> None:
    for slots, capacity in (((1, 2, 3, 5), 6), ((2, 2, 4), 5), ((7, 3, 1), 10), ((3, 3), 10)):
        for sizes, room in capacity_cuts(slots, capacity):
            for chosen in range(1 << len(slots)):
                inside = [i for i in range(len(slots)) if chosen >> i & 1]
                if sum(slots[i] for i in inside) <= capacity:
                    assert sum(sizes[i] for i in inside) <= room


def test_pins_absences_and_closed_cells_are_kept() -> None:
    talks = [Talk("a", 0, pin=Pin(1, 1, 1)), Talk("b", 0, people=("Ben",)), Talk("c", 1)]
    problem = plain(
        talks, tracks=2, rooms=2, away=frozenset({("Ben", 1)}), closed=frozenset({(0, 0)}), weights={Term.ROOMS: 1}
    )
    plan = solve(problem, ONE)
    first, second = plan.places[0], plan.places[1]
    assert first == Place(1, 1, 1)
    assert second is not None
    assert second[:2] == (0, 1)
    assert plan.cost == 0


def test_a_released_plan_is_where_the_search_begins() -> None:
    talks = [Talk("a", 0), Talk("b", 0)]
    released = (Place(0, 0, 0), Place(1, 0, 0))
    problem = plain(talks, weights={Term.PARALLEL: 1}, released=released)
    plan = solve(problem, ONE)
    assert plan.course.log[0].phase == "released"
    assert plan.places == released


def test_stopping_before_the_start_gives_no_plan() -> None:
    with pytest.raises(NoPlanYet):
        solve(drawn(1), ONE, Watch(should_stop=lambda: True))


def test_stopping_keeps_the_best_so_far_and_says_so() -> None:
    problem = read_instance(cosplib_file("GECCO20.xlsx"))
    lines: list[LogLine] = []
    told: list[int] = []
    watch = Watch(
        lambda percent, words: told.append(percent), should_stop=lambda: any(line.cost is not None for line in lines)
    )
    plan = solve(problem, SolveOptions(time_limit_seconds=120, on_better=lines.append), watch)
    assert plan.course.stopped
    assert plan.cost == evaluate(problem, plan.places).cost >= 5773
    assert plan.course.bound is not None
    assert plan.course.bound <= 5773
    assert told[0] == 0
    assert told[-1] == 100


def test_the_costs_of_the_wishes_add_up() -> None:
    problem = drawn(8)
    plan = solve(problem, ONE)
    assert sum(wish.cost for wish in plan.course.costs) == plan.cost
    assert all(wish.count * wish.weight == wish.cost for wish in plan.course.costs)
