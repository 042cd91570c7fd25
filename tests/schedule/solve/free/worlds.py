"""Small random events with every kind of wish, and the slow, sure way to the best plan: trying all."""

import random
from collections.abc import Iterator
from functools import cache
from itertools import product

from schedule.clashes import Block, ClashProblem, Day, Person, Placement, Quota, Room, Span, Track
from schedule.solve.free.evaluate import Evaluator
from schedule.solve.free.wishes import (
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
    Wish,
    ZoneComfort,
)
from schedule.solve.problem import ScheduleProblem, Where

DAY = 1440


def tiny(seed: int, talks: int = 3) -> ScheduleProblem:
    """Two rooms, two short days, a grid of 30 minutes."""
    draw = random.Random(seed)
    rooms = (
        Room("r0", "Big", 100, frozenset({"hybrid"})),
        Room(
            "r1",
            "Small",
            20,
            open=draw.choice([None, (Span(0, 90), Span(DAY, DAY + 90))]),
            venue="far",
            parallel_items=draw.random() < 0.2,
        ),
    )
    days = (Day("d0", "Monday", 0, draw.choice([90, 120])), Day("d1", "Tuesday", DAY, DAY + 90))
    people = tuple(
        Person(p, p, away=(Span(0, 30),) if draw.random() < 0.3 else (), talks_per_day_max=draw.choice([None, 1]))
        for p in "abc"
    )
    tracks = (Track("t0", "Ink", ("c",)), Track("t1", "Paper", may_run_parallel=draw.random() < 0.5))
    blocks = tuple(
        Block(
            n,
            f"Talk {n}",
            draw.choice([30, 30, 60]),
            people=tuple(draw.sample("abc", draw.choice([1, 1, 2]))),
            track=draw.choice([None, "t0", "t1"]),
            order=draw.choice([None, 1, 2]),
            after=(n - 1,) if n and draw.random() < 0.2 else (),
            needs=frozenset({"hybrid"}) if draw.random() < 0.1 else frozenset(),
            interest=draw.choice([None, 10, 50, 120]),
            presenter_kind=draw.choice([None, "sponsor", "member"]),
        )
        for n in range(talks)
    )
    closing = (Block("break", "Break", 30, closes_all=True),) if draw.random() < 0.5 else ()
    world = ClashProblem(
        rooms,
        days,
        (*blocks, *closing),
        people,
        tracks,
        quotas=(Quota("q", "Sponsors", frozenset({"sponsor"}), "day", blocks_max=1, percent_max=50),),
        changeover_minutes=draw.choice([0, 10, 30]),
        venue_change_minutes=draw.choice([None, 0, 60]),
    )
    released = tuple(Placement(n, draw.choice(["r0", "r1"]), draw.choice([0, 30, DAY])) for n in range(talks - 1))
    return ScheduleProblem(
        world,
        30,
        tuple(_wishes(draw, talks, released)),
        pins=tuple(Placement("break", None, 30) for _ in closing),
        released=released,
        allowed=(Where(0, ("r0",), (Span(0, 90),)), Where(0, ("r1",))) if draw.random() < 0.2 else (),
        forbidden=(Where(1, None, (Span(0, 30),)),) if draw.random() < 0.2 else (),
    )


def _wishes(draw: random.Random, talks: int, released: tuple[Placement, ...]) -> Iterator[Wish]:
    some = [
        ZoneComfort(3, (("a", (Span(60, 200),)),)),
        TrackOnOneDay(7),
        TrackInOneRoom(6),
        TrackConsecutive(1),
        SimilarTracksApart(5, (("t0", "t1"),)),
        TopicsApart(2, ((0, 1, 3),)),
        WantedTogetherApart(1, ((0, 2, 4), (1, 2, 2))),
        SeatsForWanted(1),
        KeynotesAlone(9, (0,)),
        SlotsFor(8, "Gold", (1,), ("r0",), (Span(0, 60),), reserved=draw.random() < 0.5),
        NotEarly(4, (0, 2), 30),
        HybridRooms(5, (2,)),
        TalksPerDay(3, 1),
        KindsPerDay(3, "Members", frozenset({"member"}), 1),
        FewMoved(1, released),
        FewTold(2, released),
    ]
    for wish in some:
        if draw.random() < 0.6:
            yield wish


def all_plans(problem: ScheduleProblem) -> Iterator[tuple[Placement, ...]]:
    """Every way to put all talks on the grid (and on the places that were released)."""
    evaluator = Evaluator(problem)
    world = evaluator.world
    grid = [t for day in problem.world.days for t in range(day.start, day.end, problem.grid_minutes)]
    blocks = [world.blocks[n].id for n in world.talks]
    places = [(room.id, start) for room in problem.world.rooms for start in grid]
    for seats in product(places, repeat=len(blocks)):
        plan = [Placement(block, *seat) for block, seat in zip(blocks, seats, strict=True)]
        yield (*plan, *problem.pins)


@cache
def best_of_tiny(seed: int) -> tuple[int, ...]:
    """What trying all plans of ``tiny(seed)`` finds."""
    problem = tiny(seed)
    evaluator = Evaluator(problem)
    return min(evaluator(plan).cost for plan in all_plans(problem))
