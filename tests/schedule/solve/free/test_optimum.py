"""The proven optimum of small events is the one that trying every plan finds."""

import pytest

from plumbing.watch import Watch
from schedule.clashes import Block, ClashProblem, Day, Person, Placement, Room, clashes
from schedule.solve.errors import Infeasible, ProblemError
from schedule.solve.free.cpsat import PROVEN, Effort, run_levels
from schedule.solve.free.evaluate import Evaluator
from schedule.solve.free.layout import Layout
from schedule.solve.free.model import FreeModel
from schedule.solve.outcome import SolveOptions, Status
from schedule.solve.problem import ScheduleProblem
from schedule.solve.solve import solve
from tests.schedule.solve.free.worlds import all_plans, best_of_tiny, tiny

POSSIBLE = (0, 2, 4, 10, 14, 17, 23, 28, 38)
IMPOSSIBLE = (25, 34)


@pytest.mark.parametrize("seed", POSSIBLE)
def test_solver_proves_what_trying_all_plans_finds(seed):
    problem = tiny(seed)
    plan = solve(problem, SolveOptions(120))
    assert plan.course.cost == best_of_tiny(seed)
    assert plan.course.status is Status.OPTIMAL
    assert plan.course.bound == plan.course.cost[-1]
    assert plan.course.gap == 0


@pytest.mark.parametrize("seed", IMPOSSIBLE)
def test_solver_refuses_where_every_plan_breaks_a_hard_rule(seed):
    problem = tiny(seed)
    assert best_of_tiny(seed)[0] > 0
    with pytest.raises((Infeasible, ProblemError)):
        solve(problem, SolveOptions(120))


@pytest.mark.parametrize("seed", range(50, 62))
def test_model_counts_what_the_evaluator_counts(seed):
    """All talks free, so that nothing stands still but pins: both sums are the whole cost."""
    problem = tiny(seed, talks=5)
    layout = Layout(problem)
    model = FreeModel(layout, layout.free, layout.fixed, optional=layout.free)
    answer = run_levels(model, Effort(20.0, 8), Watch())
    found = Evaluator(problem)(layout.world.placements(answer.seats))
    assert answer.state == PROVEN
    assert (answer.values[1], answer.values[2]) == found.cost[1:]
    assert answer.values[0] == len(found.missing) == found.cost[0]


@pytest.mark.parametrize("seed", (2, 10, 14))
def test_part_of_a_plan_is_placed_as_well_as_trying_all_places_for_it(seed):
    """One talk free among others that stand still: the matrices of the model tell the same as the evaluator."""
    problem = tiny(seed)
    layout = Layout(problem)
    evaluator = Evaluator(problem)
    seats = layout.world.seats(solve(problem, SolveOptions(120)).placements)
    for number in layout.free:
        best = min(
            evaluator(plan).cost
            for plan in all_plans(problem)
            if all(seats[n] == seat for n, seat in layout.world.seats(plan).items() if n != number)
        )
        model = FreeModel(layout, [number], seats)
        answer = run_levels(model, Effort(10.0, 1), Watch())
        assert evaluator(layout.world.placements(answer.seats)).cost == best


def test_talk_may_start_at_any_minute_of_the_grid():
    world = ClashProblem((Room("r", "R"),), (Day("d", "D", 3, 103),), (Block("a", "A", 50), Block("b", "B", 50)))
    plan = solve(ScheduleProblem(world, 1))
    assert sorted(at.start for at in plan.placements) == [3, 53]


def test_pins_stay_off_the_grid_and_in_the_answer():
    world = ClashProblem(
        (Room("r", "R"),), (Day("d", "D", 0, 120),), (Block("a", "A", 30), Block("l", "Lunch", 20, closes_all=True))
    )
    pins = (Placement("a", "r", 7), Placement("l", None, 60))
    assert solve(ScheduleProblem(world, 30, pins=pins)).placements == pins


def test_waived_clash_may_stay():
    """A speaker's absence that the chair has waived for one talk does not keep that talk away."""
    from schedule.clashes import Span, Waiver

    world = ClashProblem(
        (Room("r", "R"),),
        (Day("d", "D", 0, 60),),
        (Block("a", "A", 60, people=("p",)),),
        (Person("p", "Ada", away=(Span(0, 10),)),),
    )
    key = clashes(world, (Placement("a", "r", 0),))[0].key
    from dataclasses import replace

    with pytest.raises(ProblemError):
        solve(ScheduleProblem(world))
    plan = solve(ScheduleProblem(replace(world, waivers=(Waiver(key, "joins late"),))))
    assert plan.course.status is Status.OPTIMAL
