"""After a change: the least number of moved talks, held against trying every plan."""

import random
from dataclasses import replace

import pytest

from schedule.clashes import Placement
from schedule.solve.errors import Infeasible, ProblemError
from schedule.solve.free.evaluate import Evaluator
from schedule.solve.free.minimal import frontier, replan, without_gone
from schedule.solve.free.wishes import FewMoved, FewTold, NotEarly, TrackInOneRoom
from schedule.solve.outcome import SolveOptions
from schedule.solve.problem import ScheduleProblem
from schedule.solve.solve import solve
from tests.schedule.solve.free.test_wishes import BIG, DAYS, plan_of, talk, world
from tests.schedule.solve.free.worlds import all_plans, tiny

OPTIONS = SolveOptions(120)


def changed(seed: int) -> ScheduleProblem:
    """A tiny event with any plan released, in which then somebody is away and a talk is new."""
    problem = tiny(seed)
    draw = random.Random(seed)
    wishes = tuple(wish for wish in problem.wishes if not isinstance(wish, FewMoved | FewTold))
    places = [(room.id, start) for room in problem.world.rooms for start in (0, 30, 1440, 1470)]
    released = tuple(Placement(n, *seat) for n, seat in enumerate(draw.sample(places, 2)))
    return replace(problem, wishes=wishes, released=released)


def least_by_trying_all(problem: ScheduleProblem) -> tuple[int, int]:
    """Moved talks and quality of the best plan without broken rules."""
    evaluator = Evaluator(problem)
    where = {at.block: at for at in problem.released}
    found = []
    for plan in all_plans(problem):
        cost = evaluator(plan).cost
        if not cost[0]:
            found.append((sum(at.block in where and where[at.block] != at for at in plan), cost[2]))
    return min(found)


@pytest.mark.parametrize("seed", (0, 1, 6, 10, 21, 24, 37))
def test_fewest_moves_and_then_the_best_quality(seed):
    problem = changed(seed)
    answer = replan(problem, OPTIONS)
    assert (len(answer.moved), answer.plan.course.cost[2]) == least_by_trying_all(problem)
    assert answer.proven
    assert answer.plan.course.cost[:2] == (0, len(answer.moved))


@pytest.mark.parametrize("seed", (0, 6, 10))
def test_frontier_tells_the_best_cost_of_each_number_of_moves(seed):
    problem = changed(seed)
    points = frontier(problem, OPTIONS, steps=2)
    evaluator = Evaluator(problem)
    where = {at.block: at for at in problem.released}
    best: dict[int, int] = {}
    for plan in all_plans(problem):
        cost = evaluator(plan).cost
        if not cost[0]:
            moves = sum(at.block in where and where[at.block] != at for at in plan)
            best[moves] = min(cost[2], best.get(moves, cost[2]))
    for point in points:
        assert point.proven
        assert point.cost[2] == min(cost for moves, cost in best.items() if moves <= point.moves)


def test_nothing_moves_when_nothing_must():
    released = plan_of({"a": ("small", 0), "b": ("big", 60)})
    problem = ScheduleProblem(world(talk("a"), talk("b")), 30, (NotEarly(9, ("a",), 30),), released=released)
    answer = replan(problem, OPTIONS)
    assert (answer.plan.placements, answer.moved, answer.told, answer.new) == (released, (), (), ())


def test_new_talk_goes_where_nobody_must_move():
    released = plan_of({"a": ("big", 0)})
    event = world(talk("a"), talk("new", needs=frozenset({"piano"})), rooms=(BIG,), days=DAYS[:1])
    answer = replan(ScheduleProblem(event, 30, released=released), OPTIONS)
    assert (answer.moved, answer.new) == ((), ("new",))
    assert Placement("new", "big", 60) in answer.plan.placements


def test_people_of_moved_talks_are_told():
    event = world(talk("a", people=("ada", "ben"), minutes=60), talk("b", people=("cleo",), minutes=60), rooms=(BIG,))
    answer = replan(ScheduleProblem(event, 30, released=plan_of({"a": ("big", 0), "b": ("big", 30)})), OPTIONS)
    assert (len(answer.moved), answer.moves_min, answer.proven) == (1, 1, True)
    assert answer.told == (("ada", "ben") if answer.moved == ("a",) else ("cleo",))


def test_few_told_decides_between_equal_numbers_of_moves():
    event = world(talk("a", people=("ada", "ben")), talk("b", people=("cleo",)), rooms=(BIG,))
    released = plan_of({"a": ("big", 0), "b": ("big", 30)})
    problem = ScheduleProblem(event, 30, (FewTold(5, released),), released=released)
    assert replan(problem, OPTIONS).told == ("cleo",)


def test_closed_room_moves_its_talks_only():
    released = plan_of({"a": ("small", 0), "b": ("big", 0), "c": ("big", 60)})
    event = world(talk("a"), talk("b"), talk("c"), rooms=(BIG,))
    answer = replan(ScheduleProblem(event, 30, (TrackInOneRoom(1),), released=released), OPTIONS)
    assert (answer.moved, answer.proven) == (("a",), True)


def test_talks_that_left_need_no_place():
    released = plan_of({"a": ("big", 0), "gone": ("big", 60)})
    problem = ScheduleProblem(world(talk("a")), 30, released=released)
    assert replan(problem, OPTIONS).plan.placements == plan_of({"a": ("big", 0)})
    assert without_gone(problem).released == plan_of({"a": ("big", 0)})
    with pytest.raises(ProblemError):
        solve(problem)


def test_released_place_off_the_grid_is_kept():
    released = plan_of({"a": ("big", 7)})
    assert replan(ScheduleProblem(world(talk("a")), 30, released=released), OPTIONS).moved == ()


def test_impossible_change_is_said():
    event = world(talk("a"), talk("b"), talk("c"), rooms=(BIG,), days=DAYS[:1])
    with pytest.raises(Infeasible):
        replan(ScheduleProblem(event, 30, released=plan_of({"a": ("big", 0)})), OPTIONS)


def test_large_event_is_mended_with_a_proven_count():
    """Above the size of one model: 80 talks fill their rooms, one speaker is suddenly in two places."""
    talks = [talk(f"t{n}", minutes=30, people=("ada",) if n in (0, 20) else ()) for n in range(80)]
    rooms = tuple(replace(BIG, id=f"r{n}") for n in range(11))
    places = {f"t{n}": (f"r{n % 10}", 30 * (n // 20) + 1440 * (n // 10 % 2)) for n in range(80)}
    places["t20"] = ("r10", 0)
    event = world(*talks, rooms=rooms)
    answer = replan(ScheduleProblem(event, 30, released=plan_of(places)), OPTIONS)
    assert (len(answer.moved), answer.moves_min, answer.proven) == (1, 1, True)
    assert answer.plan.course.cost[0] == 0
