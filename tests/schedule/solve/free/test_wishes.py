"""Every wish changes the answer: without it the plan is one, with it the other."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from schedule.clashes import (
    Block,
    ClashKind,
    ClashProblem,
    Day,
    Person,
    Placement,
    Quota,
    Room,
    Severity,
    Span,
    Track,
    Waiver,
    clashes,
    to_minute,
)
from schedule.solve.errors import Infeasible, ProblemError
from schedule.solve.free.collide import find_collision
from schedule.solve.free.evaluate import evaluate
from schedule.solve.free.layout import Demand
from schedule.solve.free.wishes import (
    ClashRule,
    FewMoved,
    FewTold,
    HybridRooms,
    KeynotesAlone,
    KindsPerDay,
    NotEarly,
    SeatsForWanted,
    SimilarTracksApart,
    SlotsFor,
    TalksPerDay,
    TopicsApart,
    TrackConsecutive,
    TrackInOneRoom,
    TrackOnOneDay,
    WantedTogetherApart,
    ZoneComfort,
    night_hours,
)
from schedule.solve.outcome import SolveOptions, Status
from schedule.solve.problem import ScheduleProblem, Where
from schedule.solve.solve import solve

TUESDAY = 1440
BIG, SMALL = Room("big", "Big", 200, frozenset({"hybrid", "piano"})), Room("small", "Small", 20)
DAYS = (Day("mo", "Monday", 0, 120), Day("tu", "Tuesday", TUESDAY, TUESDAY + 120))
ADA, BEN, CLEO = (Person(name, name.title()) for name in ("ada", "ben", "cleo"))
INK, PAPER = Track("ink", "Ink", ("cleo",)), Track("paper", "Paper")


def world(*blocks: Block, **more) -> ClashProblem:
    given = {"rooms": (BIG, SMALL), "days": DAYS, "people": (ADA, BEN, CLEO), "tracks": (INK, PAPER)}
    return ClashProblem(blocks=blocks, **{**given, **more})


def talk(name: str, **more) -> Block:
    return Block(name, name.title(), more.pop("minutes", 60), **more)


A, B, C = talk("a"), talk("b"), talk("c")
TWO = world(A, B)
TRACKED = world(talk("a", track="ink"), talk("b", track="ink"))
ONE_ROOM_ONE_DAY = {"rooms": (BIG,), "days": DAYS[:1]}

# wish, world, a plan that breaks the wish, how often
CASES = {
    "zone comfort": (
        ZoneComfort(3, (("ada", (Span(0, 120),)),)),
        world(talk("a", people=("ada",))),
        {"a": ("big", 30)},
        1,
    ),
    "track on one day": (TrackOnOneDay(3), TRACKED, {"a": ("big", 0), "b": ("big", TUESDAY)}, 1),
    "track in one room": (TrackInOneRoom(3), TRACKED, {"a": ("big", 0), "b": ("small", 60)}, 1),
    "track consecutive": (
        TrackConsecutive(3),
        world(talk("a", track="ink", minutes=30), talk("b", track="ink", minutes=30)),
        {"a": ("big", 0), "b": ("big", 90)},
        60,
    ),
    "similar tracks apart": (
        SimilarTracksApart(3, (("ink", "paper"),)),
        world(talk("a", track="ink"), talk("b", track="paper")),
        {"a": ("big", 0), "b": ("small", 30)},
        1,
    ),
    "topics apart": (TopicsApart(3, (("a", "b", 5),)), TWO, {"a": ("big", 0), "b": ("small", 0)}, 5),
    "wanted together apart": (
        WantedTogetherApart(3, (("a", "b", 40),)),
        TWO,
        {"a": ("big", 0), "b": ("small", 0)},
        40,
    ),
    "seats for wanted": (SeatsForWanted(3), world(talk("a", interest=50)), {"a": ("small", 0)}, 30),
    "keynotes alone": (KeynotesAlone(3, ("a",)), TWO, {"a": ("big", 0), "b": ("small", 30)}, 1),
    "slots by room": (SlotsFor(3, "Gold", ("a",), ("big",)), TWO, {"a": ("small", 0), "b": ("big", 0)}, 1),
    "slots by time": (
        SlotsFor(3, "Gold", ("a",), None, (Span(0, 60),)),
        TWO,
        {"a": ("small", 30), "b": ("big", 0)},
        1,
    ),
    "reserved slots": (
        SlotsFor(3, "Gold", ("a",), ("big",), None, reserved=True),
        TWO,
        {"a": ("big", 0), "b": ("big", 60)},
        1,
    ),
    "first-timers not early": (NotEarly(3, ("a",), 30), TWO, {"a": ("big", 0), "b": ("big", 60)}, 1),
    "hybrid rooms": (HybridRooms(3, ("a",)), TWO, {"a": ("small", 0), "b": ("big", 0)}, 1),
    "talks a day": (
        TalksPerDay(3, 1),
        world(talk("a", people=("ada",)), talk("b", people=("ada",))),
        {"a": ("big", 0), "b": ("big", 60)},
        1,
    ),
    "kinds a day": (
        KindsPerDay(3, "Sponsors", frozenset({"gold"}), 1),
        world(talk("a", presenter_kind="gold"), talk("b", presenter_kind="gold")),
        {"a": ("big", 0), "b": ("big", 60)},
        1,
    ),
    "few moved": (FewMoved(3, (Placement("a", "small", 60),)), TWO, {"a": ("big", 60), "b": ("big", 0)}, 1),
    "few told": (
        FewTold(3, (Placement("a", "small", 60),)),
        world(talk("a", people=("ada", "ben"))),
        {"a": ("big", 60)},
        2,
    ),
    "room big enough": (
        ClashRule(3, ClashKind.TOO_SMALL),
        world(talk("a", interest=50)),
        {"a": ("small", 0)},
        1,
    ),
    "changeover": (
        ClashRule(3, ClashKind.CHANGEOVER),
        world(talk("a", people=("ada",)), talk("b", people=("ada",)), changeover_minutes=10),
        {"a": ("big", 0), "b": ("small", 60)},
        1,
    ),
    "too many talks": (
        ClashRule(3, ClashKind.TOO_MANY_TALKS),
        world(talk("a", people=("ada",)), talk("b", people=("ada",)), talks_per_day_max=1),
        {"a": ("big", 0), "b": ("big", 60)},
        1,
    ),
    "track chair elsewhere": (
        ClashRule(3, ClashKind.TRACK_CHAIR_ELSEWHERE),
        world(talk("a", track="ink"), talk("b", track="paper", people=("cleo",))),
        {"a": ("big", 0), "b": ("small", 0)},
        1,
    ),
    "track order": (
        ClashRule(3, ClashKind.TRACK_ORDER),
        world(talk("a", track="ink", order=1), talk("b", track="ink", order=2)),
        {"b": ("big", 0), "a": ("big", 60)},
        1,
    ),
    "track against itself": (
        ClashRule(3, ClashKind.TRACK_PARALLEL),
        TRACKED,
        {"a": ("big", 0), "b": ("small", 0)},
        1,
    ),
    "quota": (
        ClashRule(3, ClashKind.QUOTA),
        world(
            talk("a", presenter_kind="gold"),
            talk("b", presenter_kind="gold"),
            quotas=(Quota("q", "Gold", frozenset({"gold"}), "day", 1),),
        ),
        {"a": ("big", 0), "b": ("big", 60)},
        1,
    ),
}


def plan_of(places: dict) -> tuple[Placement, ...]:
    return tuple(Placement(block, *seat) for block, seat in places.items())


@pytest.mark.parametrize("case", CASES)
def test_wish_is_counted_kept_and_when_hard_demanded(case):
    wish, event, places, count = CASES[case]
    bad = plan_of(places)
    soft = ScheduleProblem(event, 30, (wish,))
    costs = {one.wish: one for one in evaluate(soft, bad).costs}
    name = wish.kind.value if isinstance(wish, ClashRule) else wish.name
    assert (costs[name].count, costs[name].cost) == (count, 3 * count)
    assert str(costs[name].sentence).endswith(".")

    pins = tuple(Placement(at.block, at.room, at.start) for at in bad)
    as_before = solve(replace(soft, pins=pins, wishes=(replace(wish, weight=3),)), SolveOptions(60))
    assert as_before.course.cost == evaluate(soft, bad).cost

    free = solve(soft, SolveOptions(60))
    assert free.course.status is Status.OPTIMAL
    assert sum(free.course.cost) < sum(evaluate(soft, bad).cost)

    hard = replace(soft, wishes=(replace(wish, weight=None),))
    assert evaluate(hard, bad).hard >= 1
    assert solve(hard, SolveOptions(60)).course.cost[0] == 0


@pytest.mark.parametrize("case", CASES)
def test_weightless_wish_costs_nothing(case):
    wish, event, places, _ = CASES[case]
    found = evaluate(ScheduleProblem(event, 30, (replace(wish, weight=0),)), plan_of(places))
    assert wish.sentence() not in {one.sentence for one in found.costs}


FATAL = {
    "room once": (world(A, B, **ONE_ROOM_ONE_DAY), {"a": ("big", 0), "b": ("big", 30)}),
    "person once": (
        world(talk("a", people=("ada",)), talk("b", people=("ada",))),
        {"a": ("big", 0), "b": ("small", 30)},
    ),
    "session chair once": (
        world(talk("a", chairs=("ada",)), talk("b", people=("ada",))),
        {"a": ("big", 0), "b": ("small", 30)},
    ),
    "speaker away": (
        world(talk("a", people=("x",)), people=(CLEO, Person("x", away=(Span(0, 30),)))),
        {"a": ("big", 0)},
    ),
    "room closed": (world(A, rooms=(replace(BIG, open=(Span(30, 120),)),)), {"a": ("big", 0)}),
    "length fits": (world(A), {"a": ("big", 90)}),
    "features": (world(talk("a", needs=frozenset({"piano"}))), {"a": ("small", 0)}),
    "after": (world(A, talk("b", after=("a",))), {"a": ("big", 60), "b": ("big", 0)}),
    "break": (world(A, Block("l", "Lunch", 30, closes_all=True)), {"a": ("big", 0), "l": (None, 0)}),
}


@pytest.mark.parametrize("case", FATAL)
def test_what_the_clash_finder_forbids_is_kept(case):
    event, places = FATAL[case]
    closers = tuple(Placement(b.id, None, 0) for b in event.blocks if b.closes_all)
    problem = ScheduleProblem(event, 30, pins=closers)
    assert evaluate(problem, plan_of(places)).hard == 1
    plan = solve(problem, SolveOptions(60))
    assert plan.course.cost == (0, 0, 0)
    assert plan.course.status is Status.OPTIMAL


def test_warning_made_fatal_by_the_world_is_hard():
    event = world(
        talk("a", track="ink", order=1),
        talk("b", track="ink", order=2),
        severities=((ClashKind.TRACK_ORDER, Severity.FATAL),),
    )
    reverse = plan_of({"b": ("big", 0), "a": ("big", 60)})
    assert evaluate(ScheduleProblem(event, 30, (ClashRule(1, ClashKind.TRACK_ORDER),)), reverse).hard == 1


def test_chair_who_speaks_in_the_own_session_has_a_price_wherever_it_stands():
    """The block is chaired by its only speaker: no place mends that, so a plan costs it, or there is none."""
    event = world(talk("a", people=("ada",), chairs=("ada",)), B)
    plan = solve(ScheduleProblem(event, 30, (ClashRule(3, ClashKind.CHAIR_SPEAKS),)), SolveOptions(60))
    assert (plan.course.status, plan.course.cost, plan.course.bound) == (Status.OPTIMAL, (0, 0, 3), 3)
    never = ScheduleProblem(event, 30, (ClashRule(None, ClashKind.CHAIR_SPEAKS),))
    with pytest.raises(ProblemError, match="talk a: A session chair does not speak in the session."):
        solve(never, SolveOptions(60))
    collision = find_collision(never, SolveOptions(60))
    assert [reason.demand for reason in collision.reasons] == [Demand(ClashKind.CHAIR_SPEAKS, "a")]
    key = clashes(event, plan.placements)[0].key
    waived = replace(never, world=replace(event, waivers=(Waiver(key, "it is a tutorial"),)))
    assert solve(waived, SolveOptions(60)).course.cost == (0, 0, 0)


def test_hard_wish_that_nothing_can_keep_is_refused():
    event = world(A, B, **ONE_ROOM_ONE_DAY)
    with pytest.raises(Infeasible):
        solve(ScheduleProblem(event, 30, (NotEarly(None, ("a", "b"), 60),)), SolveOptions(60))


def test_allowed_and_forbidden_places_are_kept():
    allowed = ScheduleProblem(
        TWO, 30, allowed=(Where("a", ("small",), (Span(30, 90),)), Where("a", None, (Span(0, 10),)))
    )
    assert Placement("a", "small", 30) in solve(allowed).placements
    assert evaluate(allowed, plan_of({"a": ("small", 60), "b": ("big", 0)})).hard == 1
    forbidden = ScheduleProblem(
        world(A), 30, forbidden=(Where("a", ("big",)), Where("a", None, (Span(0, 59), Span(0, 200))))
    )
    placed = solve(forbidden).placements[0]
    assert (placed.room, placed.start >= TUESDAY) == ("small", True)


def test_breaks_are_no_gap_of_a_track():
    event = world(
        talk("a", track="ink"),
        talk("b", track="ink"),
        Block("l", "Lunch", 60, closes_all=True),
        days=(Day("mo", "Monday", 0, 180),),
    )
    problem = ScheduleProblem(event, 30, (TrackConsecutive(1),), pins=(Placement("l", None, 60),))
    assert solve(problem).course.cost == (0, 0, 0)


def test_levels_are_never_mixed():
    """However dear quality is, a released talk stays if it can."""
    problem = ScheduleProblem(
        TWO,
        30,
        (FewMoved(1, (Placement("a", "big", 0),)), NotEarly(1_000_000, ("a",), 30)),
    )
    plan = solve(problem)
    assert Placement("a", "big", 0) in plan.placements
    assert plan.course.cost == (0, 0, 1_000_000)


def test_night_is_told_by_the_clock_of_the_zone():
    """Ten in the morning in Berlin is one at night in San Francisco."""
    start = to_minute(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    spans = night_hours("America/Los_Angeles", (Day("d", "D", start, start + 600),), wakes=time(7), sleeps=time(22))
    assert spans == (Span(start - 120, start + 420),)


def test_night_is_empty_where_everybody_is_awake():
    start = to_minute(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    day = Day("d", "D", start, start + 600)
    assert night_hours("Europe/Berlin", (day,), wakes=time(7), sleeps=time(22)) == ()


def test_remote_speaker_gets_the_evening():
    start = to_minute(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    day = Day("d", "D", start, start + 600)
    hours = night_hours("America/Los_Angeles", (day,), wakes=time(7), sleeps=time(22))
    event = world(talk("a", people=("ada",)), days=(day,))
    plan = solve(ScheduleProblem(event, 30, (ZoneComfort(5, (("ada", hours),)),)))
    assert (plan.course.cost, plan.placements[0].start >= start + 420) == ((0, 0, 0), True)


@pytest.mark.parametrize(
    ("most", "said"), [(1, "Nobody speaks more than once a day."), (2, "Nobody speaks more than 2 times a day.")]
)
def test_wish_about_one_talk_is_said_in_the_singular(most, said):
    assert str(TalksPerDay(1, most).sentence()) == said
    talks = {1: "Gold: at most 1 talk a day.", 2: "Gold: at most 2 talks a day."}[most]
    assert str(KindsPerDay(1, "Gold", frozenset({"sponsor"}), most).sentence()) == talks
