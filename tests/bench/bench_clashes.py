"""How long the clash finder takes: ``python -m tests.bench.bench_clashes [BLOCKS ROOMS DAYS]`` (1000 35 2).

Rooms filled from the morning, tracks of 25 talks in order, every third person speaks several times, lunch
breaks, quotas, limits and changeover; then random edits. Prints p50, p95 and the worst in milliseconds.
"""

import random
import sys
from collections.abc import Callable
from statistics import median, quantiles
from time import perf_counter

from schedule.clashes import (
    Block,
    ClashIndex,
    ClashProblem,
    Day,
    Person,
    Placement,
    Quota,
    Room,
    Span,
    Track,
    clashes,
)

DAY = 24 * 60
OPEN, CLOSE = 9 * 60, 18 * 60
TRIALS = 1000


def conference(blocks: int, rooms: int, days: int, seed: int = 7) -> tuple[ClashProblem, list[Placement]]:
    dice = random.Random(seed)
    people = [
        Person(n, f"Person {n}", (Span(n % days * DAY, n % days * DAY + 720),) if n % 9 == 0 else ())
        for n in range(blocks)
    ]
    tracks = [Track(n, f"Track {n}", (n,)) for n in range(-(-blocks // 25))]
    talks = [
        Block(
            n,
            f"Talk {n}",
            dice.choice([15, 20, 25, 30]),
            people=tuple({dice.randrange(blocks * 2 // 3) for _ in range(dice.choice([1, 1, 2]))}),
            track=n // 25,
            order=n % 25,
            after=(n - 1,) if n % 40 == 1 else (),
            needs=frozenset({"recording"} if n % 5 == 0 else ()),
            interest=dice.randrange(20, 400),
            presenter_kind=dice.choice(["user", "user", "partner", "vendor"]),
        )
        for n in range(blocks)
    ]
    lunches = [Block(f"lunch {day}", "Lunch", 45, closes_all=True) for day in range(days)]
    problem = ClashProblem(
        rooms=tuple(
            Room(n, f"Room {n}", 60 + 25 * (n % 12), frozenset({"recording"} if n % 2 else ()), venue=n % 3)
            for n in range(rooms)
        ),
        days=tuple(Day(day, f"Day {day + 1}", day * DAY + OPEN, day * DAY + CLOSE) for day in range(days)),
        blocks=(*talks, *lunches),
        people=tuple(people),
        tracks=tuple(tracks),
        quotas=(
            Quota("day", "vendor talks", frozenset({"vendor"}), "day", percent_max=20),
            Quota("track", "vendor talks", frozenset({"vendor"}), "track", blocks_max=6),
        ),
        talks_per_day_max=2,
        changeover_minutes=5,
        venue_change_minutes=15,
    )
    plan = [Placement(f"lunch {day}", None, day * DAY + 750) for day in range(days)]
    clocks = [[day, room, day * DAY + OPEN] for day in range(days) for room in range(rooms)]
    for talk in talks:
        clock = clocks[(talk.id // 14) % len(clocks)]
        plan.append(Placement(talk.id, clock[1], clock[2]))
        clock[2] += talk.length_minutes + 5
    return problem, plan


def timed(name: str, act: Callable[[], object], trials: int = TRIALS) -> None:
    spent = []
    for _ in range(trials):
        begun = perf_counter()
        act()
        spent.append(1000 * (perf_counter() - begun))
    p95 = quantiles(spent, n=20)[18]
    print(f"{name:34} p50 {median(spent):8.3f}  p95 {p95:8.3f}  worst {max(spent):8.3f} ms")


def main(blocks: int = 1000, rooms: int = 35, days: int = 2) -> None:
    problem, plan = conference(blocks, rooms, days)
    dice = random.Random(1)
    found = clashes(problem, plan)
    print(f"{blocks} talks, {rooms} rooms, {days} days: {len(found)} clashes")

    def talk() -> int:
        return dice.randrange(blocks)

    def seat() -> tuple[int, int]:
        return dice.randrange(rooms), dice.randrange(days) * DAY + dice.randrange(OPEN, CLOSE, 5)

    index = ClashIndex(problem, plan)
    timed("clashes, the whole plan", lambda: clashes(problem, plan), 20)
    timed("if_moved", lambda: index.if_moved(talk(), *seat()))
    timed("if_swapped", lambda: index.if_swapped(talk(), talk()))
    timed("if_moved, lunch", lambda: index.if_moved("lunch 0", None, seat()[1]), 200)
    timed("free_places, all rooms of a day", lambda: index.free_places(talk(), day=dice.randrange(days)), 300)
    timed("move", lambda: index.move(talk(), *seat()))
    print(f"after these moves: {len(index.clashes())} clashes")
    timed("if_moved, random plan", lambda: index.if_moved(talk(), *seat()))
    timed("free_places, random plan", lambda: index.free_places(talk(), day=dice.randrange(days)), 300)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
