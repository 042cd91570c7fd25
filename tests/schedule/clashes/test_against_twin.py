"""Random plans and random edits: the finder says exactly what a plain O(n²) telling of the rules says."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schedule.clashes import (
    Block,
    Clash,
    ClashIndex,
    ClashKind,
    ClashProblem,
    Day,
    Person,
    Placement,
    Room,
    Waiver,
    clashes,
)
from schedule.clashes.kinds import Id
from tests.schedule.clashes.plans import placements, problems, seats
from tests.schedule.clashes.twin import Fact, Twin

many = settings(max_examples=150, suppress_health_check=list(HealthCheck))
some = settings(many, max_examples=40)
ROOM_KINDS = {"room-twice", "room-closed", "missing-feature", "too-small"}


def fact(problem: ClashProblem, clash: Clash) -> Fact:
    about: object = clash.person
    if clash.kind.value in ROOM_KINDS:
        about = clash.room
    elif clash.kind.value == "too-many-talks":
        about = clash.person, next(day.id for day in problem.days if day.start == clash.start)
    elif clash.kind.value == "quota":
        about = "q", quota_part(problem, clash)
    return Fact(clash.kind.value, frozenset(clash.blocks), about)


def quota_part(problem: ClashProblem, clash: Clash) -> object:
    per = problem.quotas[0].per
    if per == "day":
        return next(day.id for day in problem.days if day.start == clash.start)
    if per == "track":
        return next(block.track for block in problem.blocks if block.id == clash.blocks[0])
    return None


def agree(problem: ClashProblem, found: tuple[Clash, ...], plan: tuple[Placement, ...]) -> None:
    twin = Twin(problem, plan)
    facts = [fact(problem, clash) for clash in found]
    assert set(facts) == twin.facts()
    assert len(facts) == len(set(facts)) == len({clash.key for clash in found})
    assert [clash.severity for clash in found] == [twin.severity(one.kind) for one in facts]


def with_some_waived(problem: ClashProblem, plan: tuple[Placement, ...], picks: list[bool]) -> ClashProblem:
    found = clashes(problem, plan)
    waivers = [Waiver(clash.key, "meant so") for clash, pick in zip(found, picks, strict=False) if pick]
    return replace(problem, waivers=tuple(waivers))


@many
@given(st.data())
def test_every_clash_of_a_plan_is_found_and_no_other(data: st.DataObject) -> None:
    problem = data.draw(problems())
    plan = data.draw(placements(problem))
    agree(problem, clashes(problem, plan), plan)


@many
@given(st.data())
def test_an_edited_plan_has_the_clashes_of_the_plan_made_afresh(data: st.DataObject) -> None:
    problem = data.draw(problems())
    index = ClashIndex(problem, data.draw(placements(problem)))
    ids = st.sampled_from([block.id for block in problem.blocks])
    for _ in range(data.draw(st.integers(1, 6))):
        before = {clash.key: clash for clash in index.clashes()}
        verb = data.draw(st.sampled_from(["move", "move", "remove", "swap", "change"]))
        if verb == "move":
            edit = (data.draw(ids), *data.draw(seats))
            expected, delta = index.if_moved(*edit), index.move(*edit)
        elif verb == "remove":
            block = data.draw(ids)
            expected, delta = index.if_removed(block), index.remove(block)
        elif verb == "swap":
            placed = [placement.block for placement in index.placements]
            if not placed:
                continue
            pair = [data.draw(st.sampled_from(placed)) for _ in range(2)]
            expected, delta = index.if_swapped(*pair), index.swap(*pair)
        else:
            blocks = data.draw(st.sets(ids))
            moved = [Placement(block, *data.draw(seats)) for block in sorted(blocks)]
            removed = data.draw(st.sets(ids)) - blocks
            expected, delta = index.if_changed(moved, removed), index.change(moved, removed)
        after = {clash.key: clash for clash in index.clashes()}
        assert delta == expected
        assert index.clashes() == clashes(problem, index.placements)
        assert {clash.key: clash for clash in delta.gone} == {k: c for k, c in before.items() if k not in after}
        assert {clash.key: clash for clash in delta.new} == {k: c for k, c in after.items() if k not in before}
        told_anew = {k: c for k, c in after.items() if k in before and before[k] != c}
        assert {clash.key: clash for clash in delta.changed} == told_anew
    agree(problem, index.clashes(), index.placements)


@many
@given(st.data())
def test_every_cell_of_the_free_places_is_the_worst_that_a_move_there_would_mean(data: st.DataObject) -> None:
    problem = data.draw(problems())
    plan = data.draw(placements(problem))
    problem = with_some_waived(problem, plan, data.draw(st.lists(st.booleans(), max_size=12)))
    index = ClashIndex(problem, plan)
    block = data.draw(st.sampled_from(problem.blocks)).id
    hold_grid_against_moves(index, block, data.draw(st.sampled_from(["mon", "tue"])), step_minutes=5)


def hold_grid_against_moves(index: ClashIndex, block: Id, day: Id, step_minutes: int) -> None:
    plan = index.placements
    rooms = (*(room.id for room in index.problem.rooms), None, "nowhere")
    grid = index.free_places(block, day=day, rooms=rooms, step_minutes=step_minutes)
    assert index.placements == plan
    for room in rooms:
        for start in grid.starts:
            index.move(block, room, start)
            told = [clash.severity for clash in index.of(block) if not clash.waived]
            assert grid.at(room, start) == max(told, default=None), (room, start, index.of(block))


def test_the_grid_is_right_to_the_minute_where_walks_orders_and_poster_halls_meet() -> None:
    problem = ClashProblem(
        rooms=(Room("a", "A"), Room("b", "B", venue="annex"), Room("posters", "P", parallel_items=True)),
        days=(Day("mon", "Monday", 0, 240), Day("tue", "Tuesday", 240, 480)),
        people=(Person("ada"), Person("ben"), Person("cleo")),
        blocks=(
            Block(0, "Dragged", 20, people=("ada", "ben"), after=(1,)),
            Block(1, "First", 20, people=("ada",)),
            Block(2, "Poster", 30, people=("ben",)),
            Block(3, "Late on Monday", 30, chairs=("cleo",)),
            Block(4, "Next", 20, people=("cleo",), after=(0,)),
        ),
        changeover_minutes=7,
        venue_change_minutes=16,
    )
    seats = {1: ("a", 30), 2: ("posters", 120), 3: ("b", 205), 4: ("a", 400)}
    plan = [Placement(block, *seat) for block, seat in seats.items()]
    duel = ClashIndex(problem, plan).if_moved(4, "b", 205).new
    waivers = tuple(Waiver(clash.key, "a duel") for clash in duel if clash.kind is ClashKind.ROOM_TWICE)
    problem = replace(problem, waivers=waivers)
    for block in (0, 1, 2, 4):
        for day in ("mon", "tue"):
            hold_grid_against_moves(ClashIndex(problem, plan), block, day, step_minutes=1)


@some
@given(st.data())
def test_a_waiver_marks_its_clash_and_changes_no_other(data: st.DataObject) -> None:
    problem = data.draw(problems())
    plan = data.draw(placements(problem))
    waiving = with_some_waived(problem, plan, data.draw(st.lists(st.booleans(), max_size=12)))
    keys = {waiver.key for waiver in waiving.waivers}
    found = clashes(waiving, plan)
    assert {clash.key for clash in found if clash.waived} == keys
    assert tuple(replace(clash, waiver=None) for clash in found) == clashes(problem, plan)


@some
@given(st.data())
def test_the_order_of_the_placements_does_not_change_the_list(data: st.DataObject) -> None:
    problem = data.draw(problems())
    plan = data.draw(placements(problem))
    other = tuple(data.draw(st.permutations(plan)))
    assert clashes(problem, plan) == clashes(problem, other) == clashes(problem, iter(plan))
