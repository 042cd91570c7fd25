"""The annealing kernel's part: its plans keep what the clash finder wants, and are taken only if better."""

from dataclasses import replace

from plumbing.watch import watching
from schedule.clashes import Block, Placement, Span
from schedule.solve.free.construct import construct
from schedule.solve.free.dense import annealed, is_dense
from schedule.solve.free.evaluate import Evaluator
from schedule.solve.free.layout import Layout
from schedule.solve.free.wishes import NotEarly, TalksPerDay, TrackConsecutive, TrackInOneRoom, WantedTogetherApart
from schedule.solve.outcome import SolveOptions
from schedule.solve.problem import ScheduleProblem
from schedule.solve.solve import solve
from tests.schedule.solve.free.test_course import crowd

STARS = WantedTogetherApart(1, tuple((a, b, 1 + (a * b) % 7) for a in range(80) for b in range(a + 1, 80, 3)))
WISHES = (STARS, TalksPerDay(5, 1), NotEarly(3, tuple(range(9)), 60), TrackInOneRoom(2))


def busy() -> ScheduleProblem:
    """Stars for a thousand pairs, a room that is closed at noon, a lunch, and a talk pinned off the grid."""
    world = crowd(80, 6)
    closed = replace(world.rooms[0], open=(Span(0, 200), Span(300, 480), Span(1440, 1920)))
    lunch = Block("lunch", "Lunch", 40, closes_all=True)
    world = replace(world, rooms=(closed, *world.rooms[1:]), blocks=(*world.blocks, lunch))
    return ScheduleProblem(world, 10, WISHES, pins=(Placement("lunch", None, 220), Placement(3, 1, 13)))


def test_annealed_plan_is_whole_and_better_than_the_first():
    layout = Layout(busy())
    evaluator = Evaluator(busy())
    watch = watching(60, None, None)
    first = construct(layout, watch)
    seats = annealed(layout, first, 3.0, 1, 0, watch)
    judged = evaluator(layout.world.placements(seats))
    assert judged.hard == 0
    assert judged.cost < evaluator(layout.world.placements(first)).cost
    assert {number: seats[number] for number in layout.fixed} == layout.fixed


def test_solver_asks_the_kernel_where_pairs_rule():
    plan = solve(busy(), SolveOptions(8, workers=1))
    assert "annealing" in [line.phase for line in plan.course.log]
    assert plan.course.cost[0] == 0


def test_kernel_is_not_asked_where_gaps_have_a_price_or_pairs_are_few():
    assert is_dense(Layout(busy()))
    assert not is_dense(Layout(replace(busy(), wishes=(*WISHES, TrackConsecutive(1)))))
    assert not is_dense(Layout(ScheduleProblem(crowd(80, 6), 10, (NotEarly(3, (1,)),))))
