"""Why no plan keeps every hard rule: a smallest set of demands that collide, and the talks that they are about.

First as few talks as possible are left out (elastic); around those, talks and then demands are taken away as long as
what remains is still impossible. What is left is needed: without any one of it, the rest has a plan.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from plumbing.sentences import Sentence, counted, sentence
from plumbing.watch import Watch, watching
from schedule.clashes.kinds import ClashKind, Id
from schedule.clashes.problem import Span
from schedule.solve.free.construct import construct
from schedule.solve.free.cpsat import FOUND, INFEASIBLE, PORTFOLIO, PROVEN, Effort, run_levels
from schedule.solve.free.demands import demands_on, in_words
from schedule.solve.free.evaluate import Evaluator
from schedule.solve.free.layout import Demand, Layout
from schedule.solve.free.lns import Search
from schedule.solve.free.model import FreeModel
from schedule.solve.free.wishes import HARD
from schedule.solve.outcome import SolveOptions
from schedule.solve.problem import ScheduleProblem

T = TypeVar("T")
ASK_SECONDS = 10.0
ELASTIC_TALKS_MAX = 120
"""Above so many talks the first set comes from the search, and the whole is never one model."""
ROUNDS = 6
LONGER_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Reason:
    """One demand of a collision. ``helps`` is True or False where giving way was tried (an hour longer), None
    where only dropping the demand altogether was."""

    demand: Demand
    sentence: Sentence
    suggestion: Sentence
    helps: bool | None = None


@dataclass(frozen=True, slots=True)
class Collision:
    """``minimal``: dropping any one reason, or any one talk, makes the rest possible. Not so when the time was over
    before all was tried."""

    sentence: Sentence
    talks: tuple[Id, ...]
    reasons: tuple[Reason, ...]
    minimal: bool


def find_collision(
    problem: ScheduleProblem, options: SolveOptions | None = None, watch: Watch | None = None
) -> Collision | None:
    """None when a plan exists, or none is proven impossible in the time. Raises ProblemError."""
    options = options or SolveOptions()
    watch = watch or watching(options.time_limit_seconds, None, None)
    return _Finder(problem, options, watch).find()


class _Finder:
    def __init__(self, problem: ScheduleProblem, options: SolveOptions, watch: Watch) -> None:
        self.problem = without_costs(problem)
        workers = options.workers or PORTFOLIO
        work = ASK_SECONDS / 2 if workers == 1 else None
        self.effort = Effort(ASK_SECONDS, workers, options.seed, work)
        self.watch = watch
        self.sure = True

    def find(self) -> Collision | None:
        layout = Layout(self.problem)
        touched = self._touched(layout)
        if touched is None:
            return None
        talks = self._fewest(touched, lambda some: self.impossible(some, ()))
        everything = demands_on(Layout(self.problem, only=talks), talks)
        kept = self._fewest(everything, lambda some: self.impossible(talks, _others(everything, some)))
        dropped = _others(everything, kept)
        talks = self._fewest(talks, lambda some: self.impossible(some, dropped))
        return self._told(layout, talks, kept, dropped)

    def _touched(self, layout: Layout) -> list[int] | None:
        """Talks among which the trouble lies: those that must be left out and their surroundings if that is enough."""
        for number in layout.free:
            if layout.forbidden(number).all():
                return [number]
        left_out = self._left_out(layout)
        if left_out is None:
            return None
        for near in self._surroundings(layout, left_out):
            if self.impossible(near, ()):
                return near
        return None

    def _surroundings(self, layout: Layout, left_out: Collection[int]) -> Iterator[list[int]]:
        """Growing sets around the talks left out: those tied to them, those that fight for the same rooms, all (of a
        large event not: no model holds it)."""
        tied = set(left_out)
        for number in left_out:
            tied |= {pair.other if pair.one == number else pair.one for pair in layout.pairs.get(number, ())}
        tied &= set(layout.talks)
        rivals = tied | {other for number in left_out for other in _rivals(layout, number)}
        for near in (tied, rivals):
            if len(near) <= min(ELASTIC_TALKS_MAX, len(layout.talks) - 1):
                yield sorted(near)
        if len(layout.talks) <= ELASTIC_TALKS_MAX:
            yield list(layout.talks)

    def _left_out(self, layout: Layout) -> list[int] | None:
        """As few talks as possible; none left out means that a plan stands, unless the pins clash."""
        if self._pins_clash(layout):
            return [number for number in layout.fixed if number in layout.talks]
        if len(layout.talks) > ELASTIC_TALKS_MAX:
            search = Search(layout, Evaluator(layout.problem, layout.world), construct(layout, self.watch), self.effort)
            search.run(self.watch, ROUNDS)
            return [number for number in layout.free if number not in search.seats] or None
        model = FreeModel(layout, layout.free, layout.fixed, optional=layout.free)
        answer = run_levels(model, self.effort, self.watch, None)
        if answer.state in (FOUND, PROVEN):
            missing = [number for number in layout.free if number not in answer.seats]
            return missing or None
        return list(layout.talks)

    def _pins_clash(self, layout: Layout) -> bool:
        """Hard trouble among what stands still; that other talks are missing is none."""
        placements = layout.world.placements(layout.fixed)
        found = Evaluator(layout.problem, layout.world)(placements)
        return any(one.wish != "placed" for one in found.broken)

    def impossible(self, talks: Collection[int], dropped: Collection[Demand]) -> bool:
        """Whether these talks alone have no plan without these demands. Not proven counts as possible."""
        if not talks:
            return False
        layout = Layout(self.problem, only=talks, dropped=dropped)
        if any(layout.forbidden(number).all() for number in layout.free):
            return True
        if self._fixed_break(layout):
            return True
        model = FreeModel(layout, layout.free, layout.fixed)
        if model.impossible:
            return True
        answer = run_levels(model, self.effort, self.watch)
        if answer.state not in (INFEASIBLE, FOUND, PROVEN):
            self.sure = False
        return answer.state == INFEASIBLE

    def _fixed_break(self, layout: Layout) -> bool:
        """Whether what is pinned breaks a demand by itself, with the dropped demands left aside."""
        pinned = [number for number in layout.fixed if number in layout.talks]
        rest = {number: seat for number, seat in layout.fixed.items() if number not in pinned}
        for number in pinned:
            room, start = layout.fixed[number]
            model = FreeModel(layout, [], rest)
            tick = layout.tick_at.get(start)
            if tick is not None and model.matrices(number)[0][room, tick] and not self._only_grid(layout, number, tick):
                return True
            rest[number] = (room, start)
        return any(term.count(layout.fixed, layout.world) > 0 for weight, _, term in layout.groups if weight is None)

    @staticmethod
    def _only_grid(layout: Layout, number: int, tick: int) -> bool:
        """Pins may lie off the grid."""
        return bool(layout.forbidden(number)[:, tick].all()) and not any(
            mask[:, tick].any() for demand, mask in layout.bans(number) if demand.what != "grid"
        )

    def _fewest(self, items: Sequence[T], still: Callable[[list[T]], bool]) -> list[T]:
        """Take away large pieces first, then single items, as long as the rest is still impossible."""
        kept, size = list(items), max(1, len(items) // 2)
        while True:
            place = 0
            while place < len(kept):
                if self.watch.is_over():
                    self.sure = False
                    return kept
                rest = kept[:place] + kept[place + size :]
                if still(rest):
                    kept = rest
                else:
                    place += size
            if size == 1:
                return kept
            size = max(1, size // 2)

    def _told(self, layout: Layout, talks: list[int], kept: Sequence[Demand], dropped: Collection[Demand]) -> Collision:
        reasons = tuple(
            Reason(demand, *in_words(layout, demand), self._helps(demand, talks, dropped)) for demand in kept
        )
        ids = tuple(layout.world.blocks[number].id for number in talks)
        titles = ", ".join(f"“{layout.world.blocks[number].title}”" for number in talks)
        said = counted(
            "%(titles)s has no place: its demands collide.",
            "%(titles)s do not go together: the demands on these %(num)s talks collide.",
            len(talks),
            titles=titles,
        )
        return Collision(said, ids, reasons, self.sure)

    def _helps(self, demand: Demand, talks: list[int], dropped: Collection[Demand]) -> bool | None:
        """Whether an hour more of the room, or of the day, makes the talks possible."""
        if demand.what not in (ClashKind.ROOM_CLOSED, ClashKind.OUTSIDE_DAY) or self.watch.is_over():
            return None
        eased = _longer(self.problem, demand)
        return not _Finder(eased, SolveOptions(workers=self.effort.workers), self.watch).impossible(talks, dropped)


def _rivals(layout: Layout, number: int) -> list[int]:
    """Talks that have no room and time but those that this one has, too."""
    shut = layout.forbidden(number)
    return [other for other in layout.talks if other in layout.fixed or not (shut & ~layout.forbidden(other)).any()]


def without_costs(problem: ScheduleProblem) -> ScheduleProblem:
    """Only what is hard, which is all that matters for whether a plan exists. Places of wishes stay."""
    wishes = tuple(wish if wish.level == HARD else replace(wish, weight=0) for wish in problem.wishes)
    return replace(problem, wishes=wishes)


def _others(everything: Collection[Demand], some: Collection[Demand]) -> list[Demand]:
    kept = set(some)
    return [demand for demand in everything if demand not in kept]


def _longer(problem: ScheduleProblem, demand: Demand) -> ScheduleProblem:
    world = problem.world
    if demand.what == ClashKind.OUTSIDE_DAY:
        ordered = sorted(world.days, key=lambda day: day.start)
        after = {one.id: other.start for one, other in zip(ordered, ordered[1:], strict=False)}
        days = tuple(
            replace(day, end=min(day.end + LONGER_MINUTES, after.get(day.id, 1 << 60)))
            if day.id == demand.whom
            else day
            for day in world.days
        )
        return replace(problem, world=replace(world, days=days))
    rooms = tuple(
        replace(room, open=tuple(Span(a - LONGER_MINUTES, b + LONGER_MINUTES) for a, b in room.open))
        if room.id == demand.whom and room.open is not None
        else room
        for room in world.rooms
    )
    return replace(problem, world=replace(world, rooms=rooms))


def collision_words(collision: Collision) -> tuple[Sentence, ...]:
    """The whole explanation, sentence after sentence."""
    lines = [collision.sentence]
    for reason in collision.reasons:
        lines.append(reason.sentence)
        if reason.helps is not False:
            lines.append(sentence("One way out: %(way)s", way=reason.suggestion))
    return tuple(lines)
