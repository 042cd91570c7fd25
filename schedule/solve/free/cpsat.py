"""Running CP-SAT level by level: first the talks left out, then stability, then quality, each held before the next."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from ortools.sat.python import cp_model

from plumbing.watch import Watch
from schedule.solve.free.model import FreeModel
from schedule.solve.free.world import Seat

PORTFOLIO = 8
"""Workers even on two cores: their diversity finds and proves sooner than one good strategy."""
LOOK_SECONDS = 0.1
INFEASIBLE, UNKNOWN, FOUND, PROVEN = "infeasible", "unknown", "found", "proven"


@dataclass(frozen=True)
class Effort:
    """How hard to try. ``work`` bounds deterministic time, which makes one worker's answer repeatable."""

    seconds: float
    workers: int = PORTFOLIO
    seed: int = 0
    work: float | None = None


@dataclass(frozen=True)
class Answer:
    """``values`` and ``bounds`` are those of the model's three levels; ``state`` tells how sure they are."""

    state: str
    seats: dict[int, Seat]
    values: tuple[int, int, int] = (0, 0, 0)
    bounds: tuple[int, int, int] = (0, 0, 0)

    @property
    def found(self) -> bool:
        return self.state in (FOUND, PROVEN)


def run_levels(
    free: FreeModel,
    effort: Effort,
    watch: Watch,
    hint: Mapping[int, Seat] | None = None,
    moves_max: int | None = None,
) -> Answer:
    """The best places for the model's free talks. ``moves_max`` bounds stability instead of making it least."""
    if hint is not None:
        free.hint(hint)
    values, bounds, proven = list(free.sums.bases), list(free.sums.bases), True
    seats: dict[int, Seat] | None = None
    levels = [level for level in range(3) if free.sums.lines[level]] or [2]
    if moves_max is not None and 1 in levels:
        free.model.add(free.sums.expression(1) <= moves_max)
        levels = [level for level in levels if level != 1] or [2]
    for level in levels:
        expression = free.sums.expression(level)
        free.model.minimize(expression)
        solver, status = _run(free, effort, watch)
        if status == cp_model.INFEASIBLE:
            return Answer(INFEASIBLE, {}) if seats is None else _answer(seats, values, bounds, False)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Answer(UNKNOWN, {}) if seats is None else _answer(seats, values, bounds, False)
        seats = free.read(solver)
        for each in range(3):
            values[each] = round(solver.value(free.sums.expression(each)))
        bounds[level] = _whole_bound(solver, values[level])
        proven = proven and status == cp_model.OPTIMAL
        if level != levels[-1]:
            free.model.add(expression <= values[level])
            free.hint(seats)
    return _answer(seats or {}, values, bounds, proven)


def _answer(seats: dict[int, Seat], values: list[int], bounds: list[int], proven: bool) -> Answer:
    one, two, three = values
    low, middle, high = bounds
    return Answer(PROVEN if proven else FOUND, seats, (one, two, three), (low, middle, high))


def _whole_bound(solver: cp_model.CpSolver, value: int) -> int:
    """Costs are whole numbers, so a bound may be rounded up."""
    bound = solver.best_objective_bound
    return min(value, int(-((-bound + 1e-6) // 1)))


def _run(free: FreeModel, effort: Effort, watch: Watch) -> tuple[cp_model.CpSolver, int]:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = effort.workers
    solver.parameters.random_seed = effort.seed
    solver.parameters.catch_sigint_signal = False
    solver.parameters.linearization_level = 2 if effort.workers > 1 else 1
    if effort.work is not None:
        solver.parameters.max_deterministic_time = effort.work
    solver.parameters.max_time_in_seconds = watch.left(effort.seconds)
    with _Stopper(solver, watch):
        status = solver.solve(free.model)
    return solver, int(status)


class _Stopper:
    """Looks now and then whether somebody wants the run to stop: the solver itself only knows the time."""

    def __init__(self, solver: cp_model.CpSolver, watch: Watch) -> None:
        self._solver, self._watch = solver, watch
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        if self._watch.should_stop is not None:
            self._thread = threading.Thread(target=self._look, daemon=True)
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(LOOK_SECONDS):
            if self._watch.is_over():
                self._solver.stop_search()
