"""After a change: keep every hard rule, move as few talks as can be, then make the best of those that move.

``replan`` answers with the least number of moved talks, proven where the problem is small or where a simple count
shows that fewer cannot do. ``frontier`` shows what each further move would buy.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from plumbing.sentences import counted, sentence
from plumbing.watch import Watch, watching
from schedule.clashes.kinds import Id
from schedule.clashes.problem import Placement
from schedule.solve.errors import ProblemError
from schedule.solve.free.construct import Draft
from schedule.solve.free.cpsat import PORTFOLIO, PROVEN, Effort, run_levels
from schedule.solve.free.evaluate import Evaluator
from schedule.solve.free.layout import Layout
from schedule.solve.free.model import FreeModel
from schedule.solve.free.places import check_places
from schedule.solve.free.wishes import FewMoved
from schedule.solve.free.world import Seat
from schedule.solve.outcome import Cost, SolveOptions, Status
from schedule.solve.problem import ScheduleProblem
from schedule.solve.solve import WHOLE_TALKS_MAX, Run, SchedulePlan

FRONTIER_STEPS = 4
CANDIDATES_MAX = 40


@dataclass(frozen=True, slots=True)
class MinimalPlan:
    """``moved`` talks are elsewhere than released; ``told`` are the people of moved talks. ``new`` talks had no
    place before. No plan moves fewer than ``moves_min`` talks; ``proven`` when this one moves just as many."""

    plan: SchedulePlan
    moved: tuple[Id, ...]
    told: tuple[Id, ...]
    new: tuple[Id, ...]
    moves_min: int

    @property
    def proven(self) -> bool:
        return len(self.moved) == self.moves_min and not self.plan.missing


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The best plan found that moves at most ``moves`` talks; ``proven`` when none is better."""

    moves: int
    moved: tuple[Id, ...]
    told: tuple[Id, ...]
    cost: Cost
    placements: tuple[Placement, ...]
    proven: bool


def without_gone(problem: ScheduleProblem) -> ScheduleProblem:
    """The same problem, what was released or pinned for blocks that left the world left out."""
    known = {block.id for block in problem.world.blocks}
    return replace(
        problem,
        released=tuple(placement for placement in problem.released if placement.block in known),
        pins=tuple(placement for placement in problem.pins if placement.block in known),
    )


def replan(problem: ScheduleProblem, options: SolveOptions | None = None, watch: Watch | None = None) -> MinimalPlan:
    """The released plan mended. Raises as ``solve`` does, and ProblemError without a released plan."""
    options = options or SolveOptions()
    watch = watch or watching(options.time_limit_seconds, None, None)
    layout = _layout(problem)
    kept = _kept(layout)
    run = Run(layout, options, watch, kept)
    plan = run.result() if len(layout.free) <= WHOLE_TALKS_MAX else _settled(layout, run)
    moves_min = _forced(layout)
    if plan.course.status is Status.OPTIMAL:
        moves_min = plan.course.cost[1]
    return _told(layout, plan, moves_min)


def frontier(
    problem: ScheduleProblem,
    options: SolveOptions | None = None,
    watch: Watch | None = None,
    steps: int = FRONTIER_STEPS,
) -> tuple[FrontierPoint, ...]:
    """The best cost at the least number of moves and at each of the next ``steps`` numbers, for a chair to weigh.

    The time is shared by the points. Large events are searched around their dearest talks only, unproven.
    """
    options = options or SolveOptions()
    watch = watch or watching(options.time_limit_seconds, None, None)
    least = replan(problem, replace(options, time_limit_seconds=options.time_limit_seconds / 2), watch)
    layout = _layout(problem)
    points = [_point(layout, least.plan.placements, len(least.moved), least.plan.course.status is Status.OPTIMAL)]
    for moves in range(len(least.moved) + 1, len(least.moved) + 1 + steps):
        if watch.is_over() or least.plan.missing:
            break
        watch.tell(50 + 10 * len(points), counted("Trying %(num)s move", "Trying %(num)s moves", moves))
        seconds = options.time_limit_seconds / 2 / steps
        points.append(_better_with(layout, points[-1], moves, replace(options, time_limit_seconds=seconds), watch))
    return tuple(points)


def _layout(problem: ScheduleProblem) -> Layout:
    known = without_gone(problem)
    if not known.released:
        raise ProblemError("released", sentence("There is no released plan to keep."))
    wishes = tuple(wish for wish in known.wishes if type(wish) is not FewMoved)
    layout = Layout(replace(known, wishes=(*wishes, FewMoved(1, known.released))))
    check_places(layout)
    return layout


def _kept(layout: Layout) -> dict[int, Seat]:
    """Released places that still go together, taken one after the other; those with most trouble last."""
    draft = Draft(layout, layout.fixed)
    wanted = {number: layout.released[number] for number in layout.free if number in layout.released}
    trouble = _trouble(layout, wanted)
    for number in sorted(wanted, key=lambda n: (len(trouble[n]), n)):
        room, start = wanted[number]
        if room >= 0 and draft.fits(number, room, layout.tick_at[start]):
            draft.put(number, wanted[number])
    return {number: seat for number, seat in draft.seats.items() if number not in layout.fixed}


def _trouble(layout: Layout, wanted: Mapping[int, Seat]) -> dict[int, set[int]]:
    """For each talk the others that its old place no longer goes with; itself where the place alone is lost."""
    found: dict[int, set[int]] = {number: set() for number in wanted}
    draft = Draft(layout, {**wanted, **layout.fixed})
    for number, (room, start) in wanted.items():
        if room < 0 or layout.forbidden(number)[room, layout.tick_at[start]]:
            found[number].add(number)
            continue
        end = start + layout.world.lengths[number]
        for other, (there, begun) in draft.seats.items():
            ended = begun + layout.world.lengths[other]
            if other != number and there == room and layout.exclusive[room] and begun < end and start < ended:
                found[number].add(other)
        for pair in layout.pairs.get(number, ()):
            if pair.weight is None and draft.breaks(pair, number, (room, start)):
                found[number].add(pair.other if pair.one == number else pair.one)
    return found


def _forced(layout: Layout) -> int:
    """So many talks must move in any plan: those whose place is lost, and one of each pair at odds (pairs that
    share no talk)."""
    wanted = {number: layout.released[number] for number in layout.free if number in layout.released}
    trouble = _trouble(layout, wanted)
    moved = {n for n, seat in layout.fixed.items() if n in layout.released and layout.released[n] != seat}
    moved -= set(layout.world.table.closers)
    used = {number for number, others in trouble.items() if number in others or others & layout.fixed.keys()}
    count = len(used) + len(moved)
    for number, others in trouble.items():
        partner = next((other for other in sorted(others) if other not in used), None)
        if number not in used and partner is not None:
            used |= {number, partner}
            count += 1
    return count


def _settled(layout: Layout, run: Run) -> SchedulePlan:
    """A large event: the search stops once nothing is missing and no more talks moved than must."""
    forced = _forced(layout)
    run.enough = lambda cost: cost[0] == 0 and cost[1] <= forced
    plan = run.result()
    if plan.missing:
        return plan
    seats = layout.world.seats(plan.placements)
    free = {number for number in layout.free if seats[number] != layout.released.get(number)}
    return run.refined(seats, free) if free else plan


def _told(layout: Layout, plan: SchedulePlan, moves_min: int) -> MinimalPlan:
    moved, told = _changes(layout, plan.placements)
    new = tuple(layout.world.blocks[n].id for n in layout.talks if n not in layout.released)
    return MinimalPlan(plan, moved, told, new, moves_min)


def _changes(layout: Layout, placements: Iterable[Placement]) -> tuple[tuple[Id, ...], tuple[Id, ...]]:
    """Talks that moved, and their people."""
    world, seats = layout.world, layout.world.seats(placements)
    moved = [n for n in layout.talks if n in seats and n in layout.released and seats[n] != layout.released[n]]
    people = dict.fromkeys(person for number in moved for person in world.required(number))
    return tuple(world.blocks[number].id for number in moved), tuple(people)


def _point(layout: Layout, placements: tuple[Placement, ...], moves: int, proven: bool) -> FrontierPoint:
    moved, told = _changes(layout, placements)
    cost = Evaluator(layout.problem, layout.world)(placements).cost
    return FrontierPoint(moves, moved, told, cost, placements, proven)


def _better_with(
    layout: Layout, before: FrontierPoint, moves: int, options: SolveOptions, watch: Watch
) -> FrontierPoint:
    """One model in which at most so many talks move."""
    seats = layout.world.seats(before.placements)
    free = _candidates(layout, seats)
    whole = len(free) == len(layout.free)
    rooms = None if whole else {seats[number][0] for number in free}
    model = FreeModel(layout, free, seats, rooms=rooms)
    workers = options.workers or PORTFOLIO
    effort = Effort(options.time_limit_seconds, workers, options.seed, _work(options) if workers == 1 else None)
    still = sum(seats[n] != layout.released[n] for n in layout.released if n in layout.talks and n not in free)
    answer = run_levels(model, effort, watch, seats, moves_max=moves - still)
    proven = answer.state == PROVEN and whole
    if not answer.found:
        return replace(before, moves=moves, proven=False)
    point = _point(layout, layout.world.placements(answer.seats), moves, proven)
    better = point.cost[0] == 0 and point.cost[-1] < before.cost[-1]
    return point if better else replace(before, moves=moves, proven=proven)


def _work(options: SolveOptions) -> float:
    return options.time_limit_seconds / 2


def _candidates(layout: Layout, seats: Mapping[int, Seat]) -> set[int]:
    """All free talks of a small event; else those that moved, the new ones, and of each dear track in turn the
    last talk, the first, the last but one: those whose move closes a gap."""
    if len(layout.free) <= WHOLE_TALKS_MAX:
        return set(layout.free)
    changed = [n for n in layout.free if n not in layout.released or seats.get(n) != layout.released[n]]
    costs = Evaluator(layout.problem, layout.world)(layout.world.placements(seats)).by_talk
    tracks: dict[object, list[int]] = {}
    for number in sorted(layout.free, key=lambda n: seats[n][1]):
        block = layout.world.blocks[number]
        if costs.get(block.id, 0):
            tracks.setdefault(("alone", number) if block.track is None else block.track, []).append(number)
    dear = sorted(tracks.values(), key=lambda talks: -max(costs[layout.world.blocks[n].id] for n in talks))
    turns = zip_longest(*(_from_both_ends(talks) for talks in dear))
    chosen = [*changed, *(number for turn in turns for number in turn if number is not None)]
    return set(list(dict.fromkeys(chosen))[: max(CANDIDATES_MAX, len(changed))])


def _from_both_ends(talks: list[int]) -> list[int]:
    half = len(talks) // 2
    pairs = zip_longest(reversed(talks[half:]), talks[:half])
    return [number for pair in pairs for number in pair if number is not None]
