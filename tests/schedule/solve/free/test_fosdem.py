"""A slice of a real event: one day and some tracks of FOSDEM 2024, emptied and planned anew."""

from dataclasses import replace

from schedule.clashes import ClashProblem, clashes
from schedule.solve.free.minimal import replan
from schedule.solve.free.world import World
from schedule.solve.outcome import SolveOptions
from schedule.solve.problem import ScheduleProblem
from schedule.solve.solve import solve
from tests.bench.schedule_free import WISHES, read_event, track_figures
from tests.schedule.shared_data import shared_file

OPTIONS = SolveOptions(120)


def sunday(tracks: int) -> tuple[ClashProblem, tuple]:
    world, real = read_event(shared_file("schedules/fosdem2024.xml").read_bytes(), real_hours=True)
    day = world.days[1]
    where = {at.block: at for at in real if day.start <= at.start < day.end}
    names = sorted({str(block.track) for block in world.blocks if block.id in where})[:tracks]
    blocks = tuple(block for block in world.blocks if block.id in where and block.track in names)
    rooms = {where[block.id].room for block in blocks}
    kept = replace(world, blocks=blocks, days=(day,), rooms=tuple(room for room in world.rooms if room.id in rooms))
    return kept, tuple(where[block.id] for block in blocks)


def test_real_tracks_fit_their_real_hours_in_no_more_rooms_and_without_more_gaps():
    world, real = sunday(12)
    plan = solve(ScheduleProblem(world, 5, WISHES), OPTIONS)
    numbered = World(world)
    ours, theirs = track_figures(numbered, plan.placements), track_figures(numbered, real)
    assert plan.missing == ()
    assert not [clash for clash in clashes(world, plan.placements) if clash.blocks_release]
    assert all(ours[track][0] <= theirs[track][0] for track in theirs)
    assert sum(idle for _, _, idle in ours.values()) <= sum(idle for _, _, idle in theirs.values())


def test_speaker_who_leaves_moves_nobody():
    world, real = sunday(12)
    gone = world.blocks[5].people[0]
    left = replace(world, blocks=tuple(block for block in world.blocks if gone not in block.people))
    answer = replan(ScheduleProblem(left, 5, WISHES, released=real), OPTIONS)
    assert (answer.moved, answer.told, answer.proven) == ((), (), True)
    assert len(answer.plan.placements) == len(left.blocks)
