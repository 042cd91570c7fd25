"""The door to the free form: a problem in, a checked plan with its course out."""

import os
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from plumbing.sentences import sentence
from plumbing.watch import Watch, watching
from schedule.clashes.index import clashes
from schedule.clashes.kinds import ClashKind, Id
from schedule.clashes.problem import Placement
from schedule.solve.errors import CheckError, Infeasible, NoPlanYet, ProblemError
from schedule.solve.free.bound import quality_bound
from schedule.solve.free.construct import construct
from schedule.solve.free.cpsat import INFEASIBLE, PORTFOLIO, PROVEN, Answer, Effort, run_levels
from schedule.solve.free.dense import annealed, is_dense
from schedule.solve.free.evaluate import Evaluation, Evaluator
from schedule.solve.free.layout import Layout
from schedule.solve.free.lns import STEP_SECONDS, STEP_WORK, Search
from schedule.solve.free.model import FreeModel
from schedule.solve.free.places import check_places
from schedule.solve.free.world import Seat
from schedule.solve.outcome import Cost, Course, LogLine, SolveOptions, Status
from schedule.solve.problem import ScheduleProblem

RULE_NAMES = frozenset(kind.value for kind in ClashKind)
WHOLE_TALKS_MAX = 60
"""Up to so many free talks one model of the whole problem is tried, which can prove the optimum."""
WHOLE_SHARE = 0.6
"""Of the time, before the neighbourhood search gets the rest."""
DENSE_SHARE = 0.75
"""Of the time, for the annealing kernel where wishes about pairs rule."""
WORK_PER_SECOND = 0.2
"""Deterministic time for one worker, so that the work runs out before the clock does, even on a busy machine."""
ROUNDS_PER_SECOND = 0.5
"""Neighbourhoods for one worker, for the same reason."""


@dataclass(frozen=True, slots=True)
class SchedulePlan:
    """``placements`` in the order of the world's blocks, breaks and pins with them. ``missing`` talks have no
    place; then, and only then or when a hard rule is broken, the course's status is BROKEN."""

    placements: tuple[Placement, ...]
    course: Course
    by_talk: Mapping[Id, int]
    missing: tuple[Id, ...] = ()


def solve(problem: ScheduleProblem, options: SolveOptions | None = None, watch: Watch | None = None) -> SchedulePlan:
    """The best plan found in the time. Raises ProblemError for what cannot be meant, Infeasible where it is proven
    that no plan keeps every hard rule (``collide`` says why), NoPlanYet when stopped before anything stood.

    One worker with a seed gives the same plan again, as long as its work ends before the time does.
    """
    options = options or SolveOptions()
    if not options.time_limit_seconds > 0:
        text = sentence("%(value)s is no time to work in.", value=repr(options.time_limit_seconds))
        raise ProblemError("time_limit_seconds", text)
    layout = Layout(problem)
    check_places(layout)
    return Run(layout, options, watch or watching(options.time_limit_seconds, None, None)).result()


class Run:
    """One solve from the first plan to the checked answer. ``start`` are places to begin with."""

    def __init__(
        self, layout: Layout, options: SolveOptions, watch: Watch, start: Mapping[int, Seat] | None = None
    ) -> None:
        self.layout, self.options, self.start = layout, options, dict(start or {})
        self.began = time.monotonic()
        deadline = self.began + options.time_limit_seconds
        if watch.deadline is not None:
            deadline = min(deadline, watch.deadline)
        self.watch = Watch(watch.on_progress, watch.should_stop, deadline, self.began)
        self.workers = options.workers or max(PORTFOLIO, os.cpu_count() or 1)
        self.log: list[LogLine] = []
        self.evaluator = Evaluator(layout.problem, layout.world)
        self.enough: Callable[[Cost], bool] | None = None
        self.floor = quality_bound(layout)
        self.bound: int | None = self.floor

    def result(self) -> SchedulePlan:
        self.watch.tell(0, sentence("Making a first plan"))
        seats = construct(self.layout, self.watch, self.start)
        self._note(self.evaluator(self.layout.world.placements(seats)), "first plan")
        proven = self._is_best(seats)
        shake = is_dense(self.layout) and not proven
        if shake and len(seats) == len(self.layout.alive):
            seats, shake = self._shaken(seats), False
        if not proven and len(self.layout.free) <= WHOLE_TALKS_MAX:
            self.watch.tell(30, sentence("Looking for the best plan"))
            seats, proven = self._whole(seats)
        if shake and not proven and not self.watch.is_over():
            seats = self._shaken(seats)
        if not proven and not self.watch.is_over():
            seats = self._polish(seats)
        return self._checked(seats, proven or self._is_best(seats))

    def _is_best(self, seats: Mapping[int, Seat]) -> bool:
        """Whether the plan costs no more than every plan must."""
        return self._is_best_cost(self.evaluator(self.layout.world.placements(seats)).cost)

    def _is_best_cost(self, cost: Cost) -> bool:
        return cost[:-1] == (0, 0) and cost[-1] <= self.floor

    def _may_end(self, cost: Cost) -> bool:
        """``enough`` lets a caller end the search before the time does."""
        return self._is_best_cost(cost) or (self.enough is not None and self.enough(cost))

    def refined(self, seats: Mapping[int, Seat], free: Collection[int]) -> SchedulePlan:
        """The same plan with these talks placed as well as can be among the others, which stand still."""
        model = FreeModel(self.layout, free, seats)
        seconds = self.options.time_limit_seconds / 2
        answer = run_levels(model, self._effort(seconds, seconds * WORK_PER_SECOND), self.watch, seats)
        best = dict(seats)
        if answer.found:
            found = self.evaluator(self.layout.world.placements(answer.seats))
            if found.cost <= self.evaluator(self.layout.world.placements(best)).cost:
                best = answer.seats
                self._note(found, "moved talks")
        return self._checked(best, self._is_best(best))

    def _effort(self, seconds: float, work: float) -> Effort:
        return Effort(seconds, self.workers, self.options.seed, work if self.workers == 1 else None)

    def _whole(self, seats: dict[int, Seat]) -> tuple[dict[int, Seat], bool]:
        """All free talks in one model, every one placed. Raises Infeasible when proven."""
        seconds = WHOLE_SHARE * self.options.time_limit_seconds
        model = FreeModel(self.layout, self.layout.free, self.layout.fixed)
        for number in model.impossible:
            title = self.layout.world.blocks[number].title
            raise Infeasible(sentence("“%(title)s” has no place beside what is pinned.", title=title))
        answer = run_levels(model, self._effort(seconds, seconds * WORK_PER_SECOND), self.watch, seats)
        if answer.state == INFEASIBLE:
            raise Infeasible(sentence("No plan keeps every hard rule."))
        if not answer.found:
            return seats, False
        found = self.evaluator(self.layout.world.placements(answer.seats))
        before = self.evaluator(self.layout.world.placements(seats))
        self._check_claim(model, answer, found)
        if answer.state != PROVEN and before.cost < found.cost:
            return seats, False
        if answer.values[:2] == answer.bounds[:2]:
            self.bound = max(self.floor, found.cost[-1] - (answer.values[2] - answer.bounds[2]))
        self._note(found, "whole")
        return answer.seats, answer.state == PROVEN

    def _check_claim(self, model: FreeModel, answer: Answer, found: Evaluation) -> None:
        """What the model says that the free talks cost is what the evaluator says, but for what stands still."""
        pinned = {self.layout.world.blocks[number].id for number in self.layout.fixed}
        for one in found.broken:
            if pinned.issuperset(one.talks):
                raise Infeasible(sentence("What is pinned breaks a rule: %(rule)s", rule=one.sentence))
            raise CheckError(f"the model's plan breaks a hard rule: {one.sentence}")
        if not model.seats and answer.state == PROVEN and answer.values[1:] != found.cost[1:]:
            raise CheckError(f"the model counts {answer.values[1:]}, the evaluator {found.cost[1:]}")

    def _shaken(self, seats: dict[int, Seat]) -> dict[int, Seat]:
        """What the annealing kernel makes of the plan, if that is better."""
        self.watch.tell(10, sentence("Looking at pairs of talks"))
        share = DENSE_SHARE if len(self.layout.free) > WHOLE_TALKS_MAX else 1 - WHOLE_SHARE
        seconds = share * self.options.time_limit_seconds
        found = annealed(self.layout, seats, seconds, self.workers, self.options.seed, self.watch)
        if found is None:
            return seats
        judged = self.evaluator(self.layout.world.placements(found))
        if judged.hard:
            found = self._mended(found, judged)
            judged = self.evaluator(self.layout.world.placements(found))
        if judged.cost >= self.evaluator(self.layout.world.placements(seats)).cost:
            return seats
        self._note(judged, "annealing")
        return found

    def _mended(self, seats: dict[int, Seat], judged: Evaluation) -> dict[int, Seat]:
        """What the kernel could not know is wrong is placed again by the rules."""
        wrong = {clash.blocks[-1] for clash in judged.clashes if clash.blocks_release}
        wrong |= {talk for one in judged.broken for talk in one.talks if one.wish not in RULE_NAMES}
        free = set(self.layout.free)
        kept = {n: seat for n, seat in seats.items() if n in free and self.layout.world.blocks[n].id not in wrong}
        return construct(self.layout, self.watch, kept, tries=1)

    def _polish(self, seats: dict[int, Seat]) -> dict[int, Seat]:
        self.watch.tell(40, sentence("Improving the plan"))
        search = Search(
            self.layout,
            self.evaluator,
            seats,
            self._effort(STEP_SECONDS, STEP_WORK),
            self.options.seed,
            on_better=self._note,
        )
        rounds = max(2, int(ROUNDS_PER_SECOND * self.options.time_limit_seconds)) if self.workers == 1 else None
        total, done = max(0.1, self.watch.left(1e9)), 0
        while not self.watch.is_over() and not self._may_end(search.found.cost) and (rounds is None or done < rounds):
            search.step(self.watch)
            done += 1
            share = 1 - self.watch.left(1e9) / total
            self.watch.tell(40 + int(55 * share), sentence("Improving the plan"))
        return search.seats

    def _note(self, found: Evaluation, phase: str) -> None:
        line = LogLine(time.monotonic() - self.began, None if found.hard else found.cost[-1], self.bound, phase)
        self.log.append(line)
        if self.options.on_better is not None:
            self.options.on_better(line)

    def _checked(self, seats: Mapping[int, Seat], proven: bool) -> SchedulePlan:
        """The clash finder has the last word."""
        world = self.layout.world
        placements = world.placements(seats)
        found = self.evaluator(placements)
        fatal = any(clash.blocks_release for clash in clashes(self.layout.problem.world, placements))
        if fatal != any(clash.blocks_release for clash in found.clashes):
            raise CheckError("the evaluator and the clash finder disagree")
        if len(seats) == len(self.layout.fixed) and self.layout.free:
            raise NoPlanYet("no talk was placed in the time")
        status = Status.BROKEN if found.hard else Status.OPTIMAL if proven else Status.FEASIBLE
        bound = found.cost[-1] if status is Status.OPTIMAL else self.bound
        self.watch.tell(100, sentence("Done"))
        stopped = self.watch.should_stop is not None and self.watch.should_stop()
        course = Course(
            status,
            found.cost,
            bound,
            time.monotonic() - self.began,
            tuple(self.log),
            found.costs,
            stopped,
            self.workers,
            self.options.seed,
        )
        return SchedulePlan(placements, course, found.by_talk, found.missing)
