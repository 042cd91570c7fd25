"""What collides is told as a smallest set: dropping any one of it makes the rest possible."""

import pytest

from plumbing.watch import Watch
from schedule.clashes import Block, ClashProblem, Day, Person, Placement, Room, Span
from schedule.solve.free.collide import _Finder, collision_words, find_collision
from schedule.solve.free.demands import demands_on
from schedule.solve.free.layout import Demand, Layout
from schedule.solve.free.wishes import NotEarly, TalksPerDay, TrackInOneRoom
from schedule.solve.outcome import SolveOptions
from schedule.solve.problem import ScheduleProblem, Where
from tests.schedule.solve.free.test_wishes import BIG, DAYS, talk, world
from tests.schedule.solve.free.worlds import best_of_tiny, tiny

MONDAY = {"days": DAYS[:1]}

CASES = {
    "too much for one room": ScheduleProblem(world(*(talk(c) for c in "abc"), rooms=(BIG,), **MONDAY), 30),
    "one person too often": ScheduleProblem(world(*(talk(c, people=("ada",)) for c in "abc"), talk("d"), **MONDAY), 30),
    "away": ScheduleProblem(
        world(
            talk("a", people=("x",)), talk("b"), people=(Person("x", "Xaver", (Span(0, 90),)), Person("cleo")), **MONDAY
        ),
        30,
    ),
    "pins in one place": ScheduleProblem(
        world(talk("a"), talk("b"), talk("c")), 30, pins=(Placement("a", "big", 0), Placement("b", "big", 30))
    ),
    "pin and need": ScheduleProblem(
        world(talk("a"), talk("b", needs=frozenset({"piano"})), **MONDAY),
        30,
        pins=(Placement("a", "big", 30),),
    ),
    "order and time": ScheduleProblem(
        world(talk("a"), talk("b", after=("a",)), talk("c")), 30, allowed=(Where("b", None, (Span(0, 90),)),)
    ),
    "a hard wish": ScheduleProblem(
        world(talk("a"), talk("b"), rooms=(BIG,), **MONDAY), 30, (NotEarly(None, ("a", "b")),)
    ),
    "two hard wishes": ScheduleProblem(
        world(talk("a", track="ink", people=("ada",)), talk("b", track="ink", people=("ada",)), **MONDAY),
        30,
        (TalksPerDay(None, 1), TrackInOneRoom(None)),
    ),
    "lunch": ScheduleProblem(
        world(talk("a"), Block("l", "Lunch", 30, closes_all=True), **MONDAY),
        30,
        pins=(Placement("l", None, 45),),
        allowed=(Where("a", None, (Span(0, 90),)),),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_dropping_any_one_reason_or_talk_makes_the_rest_possible(case):
    problem = CASES[case]
    collision = find_collision(problem, SolveOptions(60))
    layout = Layout(problem)
    finder = _Finder(problem, SolveOptions(), Watch())
    talks = [layout.world.number(block) for block in collision.talks]
    reasons = [reason.demand for reason in collision.reasons]
    others = [demand for demand in demands_on(Layout(problem, only=talks), talks) if demand not in reasons]
    assert collision.minimal
    assert finder.impossible(talks, others)
    assert [demand for demand in reasons if finder.impossible(talks, [*others, demand])] == []
    assert [number for number in talks if finder.impossible([n for n in talks if n != number], others)] == []


def test_reasons_are_the_ones_meant():
    reasons = {case: {r.demand for r in find_collision(CASES[case], SolveOptions(60)).reasons} for case in CASES}
    assert reasons["too much for one room"] == {Demand("room-twice", "big"), Demand("outside-day", "mo")}
    assert reasons["one person too often"] == {Demand("speaker-twice", "ada"), Demand("outside-day", "mo")}
    assert reasons["away"] == {Demand("speaker-away", "x"), Demand("outside-day", "mo")}
    assert reasons["pins in one place"] == {Demand("pin", "a"), Demand("pin", "b"), Demand("room-twice", "big")}
    assert Demand("prerequisite", "b") in reasons["order and time"]
    assert Demand("wish", 0) in reasons["a hard wish"]
    assert reasons["two hard wishes"] == {Demand("wish", 0)}


def test_explanation_is_in_words_with_ways_out():
    event = ClashProblem(
        (Room("r", "Red hall", open=(Span(0, 60),)),),
        (Day("d", "Friday", 0, 200),),
        (Block("a", "Alpha", 60), Block("b", "Beta", 60)),
    )
    collision = find_collision(ScheduleProblem(event, 30), SolveOptions(60))
    assert [str(line) for line in collision_words(collision)] == [
        "“Alpha”, “Beta” do not go together: the demands on these 2 talks collide.",
        "Red hall is not available all the time.",
        "One way out: Open Red hall an hour longer.",
        "Red hall holds one talk at a time.",
        "One way out: Find another room like Red hall.",
    ]
    assert [reason.helps for reason in collision.reasons] == [True, None]


def test_way_out_that_does_not_help_is_not_offered():
    event = ClashProblem(
        (Room("r", "Red hall", open=(Span(60, 70),)),), (Day("d", "Friday", 0, 200),), (Block("a", "Alpha", 190),)
    )
    collision = find_collision(ScheduleProblem(event, 5), SolveOptions(60))
    assert [(reason.demand, reason.helps) for reason in collision.reasons] == [(Demand("room-closed", "r"), False)]
    assert [str(line) for line in collision_words(collision)][1:] == ["Red hall is not available all the time."]


def test_possible_problem_has_no_collision():
    assert find_collision(tiny(2), SolveOptions(60)) is None


@pytest.mark.parametrize("seed", (25, 34))
def test_collision_is_found_wherever_trying_all_plans_finds_none(seed):
    assert best_of_tiny(seed)[0] > 0
    assert find_collision(tiny(seed), SolveOptions(60)).minimal


def test_trouble_is_found_in_a_crowd():
    """Two talks of sixty collide; nobody else is named."""
    crowd = [talk(f"t{n}", minutes=30) for n in range(16)]
    event = world(*crowd, talk("x", people=("ada",), minutes=90), talk("y", people=("ada",), minutes=90), **MONDAY)
    event = ClashProblem(
        tuple(Room(n, f"R{n}") for n in range(8)), event.days, event.blocks, event.people, event.tracks
    )
    collision = find_collision(ScheduleProblem(event, 30), SolveOptions(120))
    assert set(collision.talks) == {"x", "y"}


def test_trouble_in_a_large_event_is_found_around_the_talks_left_out():
    """Three hours of piano talks on two hours of piano, among a hundred and fifty others."""
    piano = [talk(name, needs=frozenset({"piano"})) for name in "xyz"]
    crowd = [talk(f"t{n}", minutes=30) for n in range(150)]
    rooms = (BIG, *(Room(n, f"R{n}") for n in range(45)))
    event = ClashProblem(rooms, DAYS[:1], (*crowd, *piano))
    collision = find_collision(ScheduleProblem(event, 30), SolveOptions(120))
    assert set(collision.talks) == {"x", "y", "z"}
    assert collision.minimal
