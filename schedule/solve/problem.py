"""The question that the free form answers: which talk in which room at which minute of the grid.

The world is the clash finder's own problem. Its blocks that do not close all rooms are the talks to place; breaks
and plenaries stand where their pins put them.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from plumbing.sentences import sentence
from schedule.clashes.kinds import ClashInputError, Id
from schedule.clashes.problem import ClashProblem, Placement, Span
from schedule.solve.errors import ProblemError
from schedule.solve.free.wishes import ClashRule, Wish
from schedule.solve.free.wishes.base import span_faults, whole
from schedule.solve.free.world import World

GRID_MINUTES_MAX = 240
TALKS_MAX = 5_000
WISHES_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Where:
    """A talk, rooms (None: any) and times (None: any). As *allowed*, the talk lies within one of several such
    places; as *forbidden*, it touches none of them."""

    block: Id
    rooms: tuple[Id, ...] | None = None
    spans: tuple[Span, ...] | None = None


@dataclass(frozen=True, slots=True)
class ScheduleProblem:
    """``pins`` must stay exactly; a pin may lie off the grid. ``released`` is the plan that people know: by itself
    it costs nothing, ``FewMoved`` and ``minimal`` read it. The grid of each day starts with the day.
    """

    world: ClashProblem
    grid_minutes: int = 5
    wishes: tuple[Wish, ...] = ()
    pins: tuple[Placement, ...] = ()
    released: tuple[Placement, ...] = ()
    allowed: tuple[Where, ...] = ()
    forbidden: tuple[Where, ...] = ()


def check_schedule_problem(problem: ScheduleProblem) -> World:
    """Raises ProblemError for the first thing that cannot be meant. What only no plan can keep is not told here
    but by ``collide``; a talk that has no place at all is told by ``free.layout``."""
    try:
        world = World(problem.world, problem.pins)
    except ClashInputError as error:
        raise ProblemError(error.place, error.sentence) from error
    _check_frame(problem, world)
    _check_pins(problem, world)
    _check_plan("released", problem.released, world)
    for name, places in (("allowed", problem.allowed), ("forbidden", problem.forbidden)):
        _check_where(name, places, world)
    _check_wishes(problem.wishes, world)
    return world


def _check_frame(problem: ScheduleProblem, world: World) -> None:
    grid = problem.grid_minutes
    if not whole(grid) or not 1 <= grid <= GRID_MINUTES_MAX:
        text = sentence("The grid of %(value)s is not 1 to %(most)s minutes.", value=repr(grid), most=GRID_MINUTES_MAX)
        raise ProblemError("grid_minutes", text)
    if not world.talks:
        raise ProblemError("problem", sentence("There is no talk to place."))
    if len(world.talks) > TALKS_MAX:
        text = sentence(
            "There are %(count)s talks; at most %(most)s are possible.", count=len(world.talks), most=TALKS_MAX
        )
        raise ProblemError("problem", text)
    if not world.rooms:
        raise ProblemError("problem", sentence("There is no room."))
    if not world.days:
        raise ProblemError("problem", sentence("There is no day."))
    for number in world.talks:
        if not world.lengths[number]:
            raise ProblemError(f"talk {world.blocks[number].id}", sentence("The talk has no length."))


def _check_pins(problem: ScheduleProblem, world: World) -> None:
    _check_plan("pin", problem.pins, world)
    for pin in problem.pins:
        number = world.number(pin.block)
        place, room = f"pin of {pin.block}", pin.room
        day = world.table.day_at(pin.start)
        if day is None or pin.start + world.lengths[number] > day.end:
            raise ProblemError(place, sentence("The pin lies outside the days."))
        if world.blocks[number].closes_all and room is None:
            continue
        if room is None or room not in world.room_at:
            raise ProblemError(place, sentence("The pin is in a room that is not part of this event."))
    for number in world.table.closers:
        if number not in world.pins:
            block = world.blocks[number]
            text = sentence("“%(title)s” closes all rooms and needs a fixed time.", title=block.title)
            raise ProblemError(f"block {block.id}", text)


def _check_plan(name: str, plan: Iterable[Placement], world: World) -> None:
    seen: set[Id] = set()
    for placement in plan:
        place = f"{name} of {placement.block}"
        if placement.block not in world.table.position:
            raise ProblemError(place, sentence("The block is not part of the problem."))
        if placement.block in seen:
            raise ProblemError(place, sentence("The block is placed twice."))
        if not whole(placement.start):
            text = sentence("The start %(value)s is not a whole minute.", value=repr(placement.start))
            raise ProblemError(place, text)
        seen.add(placement.block)


def _check_where(name: str, places: Iterable[Where], world: World) -> None:
    for where in places:
        place = f"{name}, talk {where.block}"
        number = world.table.position.get(where.block)
        if number is None or world.blocks[number].closes_all:
            raise ProblemError(place, sentence("The talk does not exist."))
        for room in where.rooms or ():
            if room not in world.room_at:
                raise ProblemError(f"{place}, room {room}", sentence("The room does not exist."))
        for where_fault, text in span_faults(place, where.spans or ()):
            raise ProblemError(where_fault, text)


def _check_wishes(wishes: tuple[Wish, ...], world: World) -> None:
    if len(wishes) > WISHES_MAX:
        text = sentence(
            "There are %(count)s wishes; at most %(most)s are possible.", count=len(wishes), most=WISHES_MAX
        )
        raise ProblemError("wishes", text)
    kinds = set()
    for wish in wishes:
        for place, text in wish.faults(world):
            raise ProblemError(place, text)
        if isinstance(wish, ClashRule):
            if wish.kind in kinds:
                raise ProblemError(f"wish {wish.name}", sentence("“%(rule)s” is there twice.", rule=wish.sentence()))
            kinds.add(wish.kind)
