"""Every problem that cannot be meant is refused with its place and a sentence."""

from dataclasses import replace
from math import nan

import pytest

from schedule.clashes import Block, ClashKind, ClashProblem, Day, Person, Placement, Room, Span, Track
from schedule.solve.errors import Infeasible, ProblemError
from schedule.solve.free.minimal import replan
from schedule.solve.free.wishes import (
    ClashRule,
    KeynotesAlone,
    NotEarly,
    SimilarTracksApart,
    SlotsFor,
    TalksPerDay,
    TrackInOneRoom,
    WantedTogetherApart,
    ZoneComfort,
)
from schedule.solve.outcome import SolveOptions
from schedule.solve.problem import ScheduleProblem, Where
from schedule.solve.solve import solve

GOOD = ClashProblem(
    (Room("r", "R", features=frozenset({"piano"})),),
    (Day("d", "D", 0, 100),),
    (Block("a", "A", 30, people=("p",)), Block("l", "Lunch", 10, closes_all=True)),
    (Person("p", "Pam"),),
    (Track("t", "T"),),
)
LUNCH = Placement("l", None, 40)
FINE = ScheduleProblem(GOOD, 5, pins=(LUNCH,))
A = GOOD.blocks[0]


def with_talk(**changes) -> ScheduleProblem:
    return replace(FINE, world=replace(GOOD, blocks=(replace(A, **changes), GOOD.blocks[1])))


def with_world(**changes) -> ScheduleProblem:
    return replace(FINE, world=replace(GOOD, **changes))


def wish(one) -> ScheduleProblem:
    return replace(FINE, wishes=(one,))


BAD = {
    "no talk": (replace(FINE, world=replace(GOOD, blocks=()), pins=()), "problem", "There is no talk to place."),
    "only breaks": (with_world(blocks=GOOD.blocks[1:]), "problem", "There is no talk to place."),
    "no room": (with_world(rooms=()), "problem", "There is no room."),
    "no day": (replace(FINE, world=replace(GOOD, days=()), pins=()), "problem", "There is no day."),
    "no length": (with_talk(length_minutes=0), "talk a", "The talk has no length."),
    "NaN length": (with_talk(length_minutes=nan), "block a", "length_minutes is nan, not a whole number."),
    "too long": (with_talk(length_minutes=60), "talk a", "“A” (60 minutes) is longer than any opening."),
    "circle": (
        with_world(blocks=(replace(A, after=("b",)), Block("b", "B", 5, after=("a",)), GOOD.blocks[1])),
        "block a",
        "The order goes in a circle: A → B → A.",
    ),
    "speaker away": (
        with_world(people=(Person("p", "Pam", away=(Span(0, 100),)),)),
        "talk a",
        "“A” has no time at which all are there; Pam is away.",
    ),
    "speaker never long enough": (
        with_world(people=(Person("p", "Pam", away=(Span(20, 80),)),)),
        "talk a",
        "“A” has no time at which all are there; Pam is away.",
    ),
    "feature": (with_talk(needs=frozenset({"organ"})), "talk a", "No room that is open has what “A” needs: organ."),
    "room never open": (
        with_world(rooms=(replace(GOOD.rooms[0], open=()),)),
        "talk a",
        "“A” (30 minutes) is longer than any opening.",
    ),
    "grid": (replace(FINE, grid_minutes=0), "grid_minutes", "The grid of 0 is not 1 to 240 minutes."),
    "grid NaN": (replace(FINE, grid_minutes=nan), "grid_minutes", "The grid of nan is not 1 to 240 minutes."),
    "break without time": (
        replace(FINE, pins=()),
        "block l",
        "“Lunch” closes all rooms and needs a fixed time.",
    ),
    "pin outside": (
        replace(FINE, pins=(LUNCH, Placement("a", "r", 90))),
        "pin of a",
        "The pin lies outside the days.",
    ),
    "pin before the days": (
        replace(FINE, pins=(LUNCH, Placement("a", "r", -5))),
        "pin of a",
        "The pin lies outside the days.",
    ),
    "pin in unknown room": (
        replace(FINE, pins=(LUNCH, Placement("a", "x", 0))),
        "pin of a",
        "The pin is in a room that is not part of this event.",
    ),
    "pin without room": (
        replace(FINE, pins=(LUNCH, Placement("a", None, 0))),
        "pin of a",
        "The pin is in a room that is not part of this event.",
    ),
    "pin of unknown block": (
        replace(FINE, pins=(LUNCH, Placement("x", "r", 0))),
        "pin of x",
        "The block is not part of the problem.",
    ),
    "pinned twice": (replace(FINE, pins=(LUNCH, LUNCH)), "pin of l", "The block is placed twice."),
    "pin at NaN": (
        replace(FINE, pins=(LUNCH, Placement("a", "r", nan))),
        "pin of a",
        "The start nan is not a whole minute.",
    ),
    "released unknown": (
        replace(FINE, released=(Placement("x", "r", 0),)),
        "released of x",
        "The block is not part of the problem.",
    ),
    "allowed unknown": (replace(FINE, allowed=(Where("x"),)), "allowed, talk x", "The talk does not exist."),
    "allowed break": (replace(FINE, allowed=(Where("l"),)), "allowed, talk l", "The talk does not exist."),
    "forbidden room": (
        replace(FINE, forbidden=(Where("a", ("x",)),)),
        "forbidden, talk a, room x",
        "The room does not exist.",
    ),
    "allowed backwards": (
        replace(FINE, allowed=(Where("a", None, (Span(9, 3),)),)),
        "allowed, talk a",
        "A time ends before it starts.",
    ),
    "nothing allowed": (
        replace(FINE, allowed=(Where("a", (), None),)),
        "talk a",
        "“A” is allowed in no place where it could be.",
    ),
    "negative weight": (wish(TrackInOneRoom(-1)), "wish track-one-room", "The weight is negative: -1."),
    "NaN weight": (wish(TrackInOneRoom(nan)), "wish track-one-room", "The weight nan is not a whole number."),
    "true as weight": (wish(TrackInOneRoom(True)), "wish track-one-room", "The weight True is not a whole number."),
    "huge weight": (
        wish(TrackInOneRoom(10**9)),
        "wish track-one-room",
        "The weight 1000000000 is above 1000000.",
    ),
    "unknown track": (
        wish(TrackInOneRoom(1, ("x",))),
        "wish track-one-room, track x",
        "The track does not exist.",
    ),
    "unknown keynote": (wish(KeynotesAlone(1, ("x",))), "wish keynotes-alone, talk x", "The talk does not exist."),
    "break as keynote": (
        wish(KeynotesAlone(1, ("l",))),
        "wish keynotes-alone, talk l",
        "This is a break or a plenary, not a talk.",
    ),
    "stars for oneself": (
        wish(WantedTogetherApart(1, (("a", "a", 2),))),
        "wish wanted-together-apart, talk a",
        "A talk cannot stand apart from itself.",
    ),
    "track against itself": (
        wish(SimilarTracksApart(1, (("t", "t"),))),
        "wish similar-tracks-apart, track t",
        "A track cannot stand apart from itself.",
    ),
    "unknown person": (
        wish(ZoneComfort(1, (("x", ()),))),
        "wish zone-comfort, person x",
        "The person does not exist.",
    ),
    "comfort backwards": (
        wish(ZoneComfort(1, (("p", (Span(5, 5),)),))),
        "wish zone-comfort, person p",
        "A time ends before it starts.",
    ),
    "slots room": (wish(SlotsFor(1, "", ("a",), ("x",))), "wish slots-for, room x", "The room does not exist."),
    "early minutes": (wish(NotEarly(1, ("a",), -3)), "wish not-early", "-3 is no number of minutes."),
    "negative most": (wish(TalksPerDay(1, -1)), "wish talks-per-day", "-1 is not a whole number from 0."),
    "rule twice": (
        replace(FINE, wishes=(ClashRule(1, ClashKind.QUOTA), ClashRule(2, ClashKind.QUOTA))),
        "wish rule",
        "“Quotas of presenter kinds hold.” is there twice.",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_problem_is_named(case):
    problem, place, words = BAD[case]
    with pytest.raises(ProblemError) as error:
        solve(problem)
    assert (error.value.place, str(error.value.sentence)) == (place, words)


@pytest.mark.parametrize("seconds", (0, -1.0, nan))
def test_time_that_is_none_is_refused(seconds):
    with pytest.raises(ProblemError) as error:
        solve(FINE, SolveOptions(seconds))
    assert error.value.place == "time_limit_seconds"


def test_good_problem_is_not_refused():
    assert solve(FINE).course.cost == (0, 0, 0)


def test_pins_that_clash_are_told_before_any_search():
    blocks = (*GOOD.blocks, Block("b", "B", 30))
    pins = (LUNCH, Placement("a", "r", 0), Placement("b", "r", 10))
    with pytest.raises(Infeasible) as error:
        solve(replace(FINE, world=replace(GOOD, blocks=blocks), pins=pins))
    assert str(error.value) == "What is pinned clashes: “A” and “B” are in R at the same time."


def test_nothing_released_cannot_be_kept():
    with pytest.raises(ProblemError) as error:
        replan(FINE)
    assert str(error.value) == "released: There is no released plan to keep."


def test_talk_without_place_beside_the_pins_is_named():
    """Pam speaks all day in a pinned talk, so her other talk cannot be."""
    world = replace(
        GOOD,
        rooms=(*GOOD.rooms, Room("s", "S")),
        blocks=(Block("a", "A", 100, people=("p",)), Block("b", "B", 30, people=("p",))),
    )
    with pytest.raises(Infeasible) as error:
        solve(ScheduleProblem(world, 5, pins=(Placement("a", "r", 0),)))
    assert str(error.value) == "“B” has no place beside what is pinned."


def test_hard_wish_that_the_pins_break_is_named():
    world = replace(GOOD, blocks=(A, Block("b", "B", 30)))
    problem = ScheduleProblem(world, 5, (NotEarly(None, ("a",), 60),), pins=(Placement("a", "r", 0),))
    with pytest.raises(Infeasible) as error:
        solve(problem)
    assert str(error.value) == (
        "What is pinned breaks a rule: First-timers do not speak in the first 60 minutes of a day."
    )
