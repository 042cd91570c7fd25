"""Progress, stopping, repeatable runs, and large events that no single model holds."""

import random

import pytest

from plumbing.watch import Watch
from schedule.clashes import Block, ClashKind, ClashProblem, Day, Person, Room, Track, clashes
from schedule.solve.errors import NoPlanYet
from schedule.solve.free.bound import quality_bound
from schedule.solve.free.layout import Layout
from schedule.solve.free.presets import PRESETS, TITLES, user_conference
from schedule.solve.free.wishes import (
    NotEarly,
    TrackConsecutive,
    TrackInOneRoom,
    TrackOnOneDay,
    WantedTogetherApart,
    Wish,
)
from schedule.solve.outcome import SolveOptions, Status
from schedule.solve.problem import ScheduleProblem
from schedule.solve.solve import solve
from tests.schedule.solve.free.worlds import best_of_tiny, tiny


def crowd(talks: int = 90, rooms: int = 6) -> ClashProblem:
    """A two-day event with tracks and busy people, fuller than half."""
    draw = random.Random(7)
    people = tuple(Person(n, f"P{n}") for n in range(talks // 2))
    tracks = tuple(Track(n, f"T{n}") for n in range(8))
    blocks = tuple(
        Block(n, f"Talk {n}", draw.choice([20, 30, 45]), people=(draw.randrange(talks // 2),), track=n % 8)
        for n in range(talks)
    )
    days = (Day(0, "Sat", 0, 480), Day(1, "Sun", 1440, 1920))
    return ClashProblem(tuple(Room(n, f"R{n}") for n in range(rooms)), days, blocks, people, tracks)


TRACKS: tuple[Wish, ...] = (TrackInOneRoom(60), TrackOnOneDay(20), TrackConsecutive(1))
STARS = WantedTogetherApart(1, tuple((n, n + 11, 1 + n % 5) for n in range(0, 70, 3)))


def test_one_worker_and_a_seed_give_the_same_plan_again():
    problem = ScheduleProblem(crowd(84, 6), 5, (*TRACKS, STARS))
    runs = [solve(problem, SolveOptions(12, workers=1, seed=3)).placements for _ in range(2)]
    assert runs[0] == runs[1]


def test_large_event_is_placed_without_fatal_clash():
    problem = ScheduleProblem(crowd(), 5, (*TRACKS, STARS))
    plan = solve(problem, SolveOptions(4))
    assert plan.missing == ()
    assert not [clash for clash in clashes(problem.world, plan.placements) if clash.blocks_release]
    assert plan.course.status in (Status.FEASIBLE, Status.OPTIMAL)
    assert plan.course.bound <= plan.course.cost[-1]


def test_log_tells_better_and_better_plans_and_listeners_hear_it():
    heard = []
    plan = solve(ScheduleProblem(crowd(), 5, (*TRACKS, STARS)), SolveOptions(3, on_better=heard.append))
    costs = [line.cost for line in plan.course.log if line.cost is not None]
    assert tuple(heard) == plan.course.log
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == plan.course.cost[-1]


def test_progress_is_told():
    told = []
    solve(tiny(2), SolveOptions(120), Watch(lambda percent, words: told.append((percent, str(words)))))
    assert told[0] == (0, "Making a first plan")
    assert told[-1] == (100, "Done")


def test_stopped_run_answers_with_the_best_so_far():
    problem = ScheduleProblem(crowd(), 5, (*TRACKS, STARS))
    plan = solve(problem, SolveOptions(600), Watch(should_stop=lambda: True))
    assert plan.course.stopped
    assert len(plan.placements) == 90


def test_first_plan_that_reaches_the_bound_is_proven_at_once():
    problem = ScheduleProblem(crowd(), 5, TRACKS)
    plan = solve(problem, SolveOptions(30))
    assert (plan.course.status, plan.course.cost[-1]) == (Status.OPTIMAL, quality_bound(Layout(problem)))


@pytest.mark.parametrize("seed", (0, 2, 4, 10, 14, 17, 23, 28, 41))
def test_bound_is_never_above_the_best_plan(seed):
    problem = tiny(seed)
    assert quality_bound(Layout(problem)) <= best_of_tiny(seed)[-1]


def test_bound_knows_that_a_long_track_needs_two_days():
    blocks = tuple(Block(n, f"Talk {n}", 60, track="t") for n in range(3))
    days = (Day(0, "Sat", 0, 120), Day(1, "Sun", 1440, 1560))
    event = ClashProblem((Room(0, "R"), Room(1, "S")), days, blocks, (), (Track("t", "T"),))
    problem = ScheduleProblem(event, 30, (TrackInOneRoom(60), TrackOnOneDay(20)))
    assert quality_bound(Layout(problem)) == 20
    assert solve(problem).course.cost == (0, 0, 20)


def test_too_full_event_says_what_is_missing():
    """Seventy talks of an hour cannot stand in sixty-four hours; above the size of one model nothing is proven."""
    blocks = tuple(Block(n, f"Talk {n}", 60) for n in range(70))
    days = (Day(0, "Sat", 0, 480),)
    event = ClashProblem(tuple(Room(n, f"R{n}") for n in range(8)), days, blocks)
    plan = solve(ScheduleProblem(event, 60), SolveOptions(2))
    assert (plan.course.status, len(plan.missing), len(plan.placements)) == (Status.BROKEN, 6, 64)
    assert plan.course.cost[0] == 6
    assert str(plan.course.costs[0].sentence) == "Every talk has a place."


@pytest.mark.parametrize("name", PRESETS)
def test_presets_make_good_plans(name):
    event = crowd(24, 3)
    problem = ScheduleProblem(event, 5, PRESETS[name](event))
    plan = solve(problem, SolveOptions(4))
    assert plan.course.cost[0] == 0
    assert len({wish.kind for wish in problem.wishes if hasattr(wish, "kind")} - set(ClashKind)) == 0


def test_presets_pass_over_talks_that_left():
    event = crowd(24, 3)
    wishes = user_conference(event, stars=((1, 2, 9), (1, "gone", 4)), first_timers=(3, "gone"))
    assert WantedTogetherApart(2, ((1, 2, 9),)) in wishes
    assert NotEarly(15, (3,)) in wishes
    assert set(TITLES) == set(PRESETS)


def test_no_time_for_any_plan_is_an_error_of_its_own():
    with pytest.raises(NoPlanYet):
        solve(ScheduleProblem(crowd(), 5), SolveOptions(60), Watch(deadline=0.0))
