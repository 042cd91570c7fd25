"""FOSDEM 2024 emptied and planned anew, then a drop-out: ``python -m tests.bench.schedule_free [SECONDS] [--hours]``.

Reads the published schedule for talks, lengths, people, tracks, rooms and days. The file names no capacities, so
none are used. ``--hours`` opens each room only in the hours in which it was really used (tighter than the event was);
otherwise every room of the file is open all day. Prints what was reached; then ten speakers leave, five talks come.
"""

import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from plumbing.watch import watching
from schedule.clashes import Block, ClashProblem, Day, Person, Placement, Room, Span, Track, clashes, to_minute
from schedule.interchange import ImportedSchedule, read_schedule
from schedule.solve.free.minimal import frontier, replan
from schedule.solve.free.terms import Idle
from schedule.solve.free.wishes import TrackConsecutive, TrackInOneRoom, TrackOnOneDay
from schedule.solve.free.world import World
from schedule.solve.outcome import LogLine, SolveOptions
from schedule.solve.problem import ScheduleProblem
from schedule.solve.solve import SchedulePlan, solve

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "schedules" / "fosdem2024.xml"
WISHES = (TrackInOneRoom(60), TrackOnOneDay(20), TrackConsecutive(1))
DEFAULT_SECONDS = 300.0
SECONDS_AFTER = 60.0
LEAVE, COME = 10, 5
SEED = 2024
OPTIONS = SolveOptions(SECONDS_AFTER)


def read_event(data: bytes, *, real_hours: bool = False) -> tuple[ClashProblem, tuple[Placement, ...]]:
    """The event as a clash problem, and its real plan."""
    imported = read_schedule(data, FILE.name)
    talks = {talk.guid: talk for talk in imported.talks}
    slots = [slot for slot in imported.slots if slot.talk is not None and slot.room is not None]
    blocks = []
    for slot in slots:
        talk = talks[slot.talk]
        speakers = tuple(map(str, talk.speakers))
        blocks.append(Block(str(slot.guid), talk.title, slot.length_minutes, people=speakers, track=talk.track))
    plan = tuple(Placement(str(slot.guid), str(slot.room), to_minute(slot.starts_at)) for slot in slots)
    lengths = {block.id: block.length_minutes for block in blocks}
    days = _days(imported, plan, lengths)
    opened = _hours(plan, lengths, days) if real_hours else {}
    rooms = tuple(
        Room(str(room.guid), room.name, room.capacity, open=opened.get(str(room.guid), ()) if real_hours else None)
        for room in imported.rooms
    )
    people = tuple(Person(str(person.guid), person.name) for person in imported.speakers)
    tracks = tuple(Track(track.slug, track.name) for track in imported.tracks)
    return ClashProblem(rooms, days, tuple(blocks), people, tracks), plan


def _days(imported: ImportedSchedule, plan: tuple[Placement, ...], lengths: dict[object, int]) -> tuple[Day, ...]:
    """From the first start to the last end."""
    found = []
    for day in imported.days:
        low, high = to_minute(day.starts_at), to_minute(day.ends_at)
        here = [(at.start, at.start + lengths[at.block]) for at in plan if low <= at.start < high]
        found.append(Day(day.index, str(day.date), min(start for start, _ in here), max(end for _, end in here)))
    return tuple(found)


def _hours(
    plan: tuple[Placement, ...], lengths: dict[object, int], days: tuple[Day, ...]
) -> dict[object, tuple[Span, ...]]:
    used: dict[tuple[object, object], list[tuple[int, int]]] = defaultdict(list)
    for at in plan:
        day = next(day for day in days if day.start <= at.start < day.end)
        used[at.room, day.id].append((at.start, at.start + lengths[at.block]))
    spans: dict[object, tuple[Span, ...]] = {}
    for (room, _), times in sorted(used.items(), key=str):
        span = Span(min(start for start, _ in times), max(end for _, end in times))
        spans[room] = (*spans.get(room, ()), span)
    return spans


def track_figures(world: World, plan: Iterable[Placement]) -> dict[object, tuple[int, int, int]]:
    """Rooms, days and idle minutes of each track."""
    seats = world.seats(plan)
    figures = {}
    for track in world.table.tracks:
        group = tuple(talk for talk in world.track_talks(track) if talk in seats)
        if group:
            rooms = {seats[talk][0] for talk in group}
            days = {world.day(seats[talk][1]) for talk in group}
            figures[track] = (len(rooms), len(days), Idle(group).count(seats, world))
    return figures


def tell(name: str, world: ClashProblem, plan: tuple[Placement, ...], real: tuple[Placement, ...]) -> None:
    """Print what a chair would ask first."""
    numbered = World(world)
    known = {block.id for block in world.blocks}
    ours = track_figures(numbered, plan)
    theirs = track_figures(numbered, [at for at in real if at.block in known])
    fatal = sum(clash.blocks_release for clash in clashes(world, plan))
    more = [track for track in ours if track in theirs and ours[track][0] > theirs[track][0]]
    print(f"{name}: {len(plan)} of {len(world.blocks)} talks placed, {fatal} fatal clashes")
    for words, place in (("rooms", 0), ("days", 1), ("idle minutes", 2)):
        totals = [sum(figure[place] for figure in figures.values()) for figures in (ours, theirs)]
        print(f"  {words} of tracks, summed: {totals[0]} (real plan {totals[1]})")
    print(
        f"  tracks in more rooms than in the real plan: {len(more)}; without gaps: "
        f"{sum(not idle for _, _, idle in ours.values())} of {len(ours)} "
        f"(real plan {sum(not idle for _, _, idle in theirs.values())})",
        flush=True,
    )


def changed(world: ClashProblem) -> tuple[ClashProblem, set[str]]:
    """Ten speakers leave with their talks; five talks come to five tracks. Returns the new talks' ids too."""
    draw = random.Random(SEED)
    speakers = sorted({str(person) for block in world.blocks for person in block.people})
    gone = set(draw.sample(speakers, LEAVE))
    kept = tuple(block for block in world.blocks if not gone & set(map(str, block.people)))
    models = draw.sample(sorted(kept, key=lambda block: str(block.id)), COME)
    people = tuple(Person(f"new{n}", f"Newcomer {n}") for n in range(COME))
    new = tuple(
        replace(model, id=f"new{n}", title=f"New talk {n}", people=(f"new{n}",)) for n, model in enumerate(models)
    )
    world = replace(world, blocks=kept + new, people=(*world.people, *people))
    return world, {str(block.id) for block in new}


def tell_frontier(after: ClashProblem, released: tuple[Placement, ...]) -> None:
    """What further moves would buy."""
    began = time.monotonic()
    points = frontier(ScheduleProblem(after, 5, WISHES, released=_still(after, released)), OPTIONS)
    told = ", ".join(f"{point.moves} moves cost {point.cost[-1]} ({len(point.told)} told)" for point in points)
    print(f"  frontier: {told}; {time.monotonic() - began:.1f} s", flush=True)


def solved(problem: ScheduleProblem, seconds: float) -> SchedulePlan:
    """Solve and tell each better plan."""
    options = SolveOptions(seconds, on_better=_tell_line)
    return solve(problem, options, watching(seconds, None, None))


def _tell_line(line: LogLine) -> None:
    print(f"    {line.seconds:7.1f} s  cost {line.cost}  {line.phase}", flush=True)


def main() -> None:
    """Plan, tell, change, plan again, tell."""
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    seconds = float(words[0]) if words else DEFAULT_SECONDS
    world, real = read_event(FILE.read_bytes(), real_hours="--hours" in sys.argv)
    began = time.monotonic()
    problem = ScheduleProblem(world, 5, WISHES)
    plan = solved(problem, seconds)
    print(f"{plan.course.status}, cost {plan.course.cost}, {time.monotonic() - began:.1f} s")
    tell("FOSDEM 2024", world, plan.placements, real)
    after, new = changed(world)
    for name, released in (("after the change, from this plan", plan.placements), ("from the real plan", real)):
        began = time.monotonic()
        mended = replan(ScheduleProblem(after, 5, WISHES, released=_still(after, released)), OPTIONS)
        seconds = time.monotonic() - began
        print(
            f"{LEAVE} speakers left with {len(world.blocks) + len(new) - len(after.blocks)} talks, {len(new)} came:",
            f"{len(mended.moved)} talks moved (proven least: {mended.proven}), {len(mended.told)} people told",
            f"beside those of the {len(mended.new)} new talks, {seconds:.1f} s, cost {mended.plan.course.cost}",
        )
        tell(name, after, mended.plan.placements, real)
        tell_frontier(after, released)


def _still(world: ClashProblem, plan: Iterable[Placement]) -> tuple[Placement, ...]:
    """What of a plan is still there."""
    known = {block.id for block in world.blocks}
    return tuple(at for at in plan if at.block in known)


if __name__ == "__main__":
    main()
