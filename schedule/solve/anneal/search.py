"""Annealing runs, one worker per thread: cooling, restarts, the weights of broken levels, and when to stop.

A worker makes runs of growing length; a run starts hot from a fresh placement, or warm from the best known one. The
temperature falls geometrically with the share of the run that is over. While cooling, a weight says how much quality
one unit of a broken level is worth to the *willingness* of a step; it rises while the run stays broken and falls
while it stays whole, so the search may cross broken plans; in the last part of a run it only rises, so the search
does not settle there. What is best is judged by levels.
"""

import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from plumbing.sentences import sentence
from plumbing.watch import Watch
from schedule.solve.anneal.layout import MOVABLES, Block
from schedule.solve.anneal.moves import stretch
from schedule.solve.anneal.prepare import flatten
from schedule.solve.anneal.start import State, first_placement, state_of
from schedule.solve.anneal.tables import HARD, LEVELS, QUALITY, STABILITY, Placement, PlaceTables
from schedule.solve.errors import NoPlanYet

RUNS = (0.08, 0.22, 0.70)
HOT, COLD, WARM = 0.5, 0.003, 0.12
SAMPLE = 2_000
STRETCHES = 400
STRETCH_SECONDS = 0.05
STRETCH_MIN, STRETCH_MAX = 200, 2_000_000
BROKEN_OFTEN, BROKEN_SELDOM, BROKEN_LATE = 0.85, 0.6, 0.02
LATE = 0.7
WEIGHT_MOST = 1_000.0
WORKERS_MAX = 8

Cost3 = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Better:
    """A better placement was found: after how many seconds, at what cost, by which worker."""

    seconds: float
    cost: Cost3
    worker: int


@dataclass(frozen=True, slots=True)
class Annealed:
    """The best placement of all workers. ``steps`` counts the tried steps of all, ``better`` is in order."""

    placement: Placement
    cost: Cost3
    steps: int
    seconds: float
    better: tuple[Better, ...]
    stopped: bool
    workers: int


@dataclass(frozen=True, slots=True)
class AnnealOptions:
    """``workers`` 0 takes one per processor. ``steps_max`` bounds the steps of each worker.

    One worker with a ``seed`` and ``steps_max`` (and a time limit that it does not reach) always finds the same.
    ``target`` ends the search as soon as a cost at or below it is found (a known bound).
    """

    time_limit_seconds: float = 60.0
    workers: int = 0
    seed: int = 0
    steps_max: int | None = None
    target: Cost3 | None = None
    on_better: Callable[[Better, Placement], None] | None = None


def anneal(
    tables: PlaceTables, options: AnnealOptions, watch: Watch | None = None, start: Placement | None = None
) -> Annealed:
    """The best placement found. ``start`` (checked by nobody: stay in the domains) is where the first run begins, warm.

    A cost with a positive first number is a plan that breaks hard rules: for the caller to judge.
    """
    began = time.monotonic()
    watch = watch or Watch()
    limit = watch.left(options.time_limit_seconds)
    constants = flatten(tables)
    workers = options.workers or min(WORKERS_MAX, _processors())
    desk = _Desk(options, watch, began, limit)
    crew = [_Worker(number, tables, constants, desk, start) for number in range(workers)]
    if workers == 1:
        crew[0].work()
    else:
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(worker.work) for worker in crew]:
                done.result()
    if desk.best is None or desk.best_cost is None:
        raise NoPlanYet
    return Annealed(
        desk.best,
        desk.best_cost,
        sum(worker.steps for worker in crew),
        time.monotonic() - began,
        tuple(desk.better),
        desk.stopped,
        workers,
    )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Desk:
    """Where the workers leave their best, and learn whether to stop."""

    def __init__(self, options: AnnealOptions, watch: Watch, began: float, limit: float) -> None:
        self.options = options
        self.watch = watch
        self.began = began
        self.limit = limit
        self.lock = threading.Lock()
        self.best: Placement | None = None
        self.best_cost: Cost3 | None = None
        self.better: list[Better] = []
        self.stopped = False
        self.reached = False

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def report(self, cost: Cost3, state: State, worker: int) -> None:
        """Take a worker's best if it beats all so far."""
        with self.lock:
            if self.best_cost is not None and cost >= self.best_cost:
                return
            self.best_cost, self.best = cost, state.best
            found = Better(self.seconds(), cost, worker)
            self.better.append(found)
            self.reached = self.options.target is not None and cost <= self.options.target
            if self.options.on_better is not None:
                self.options.on_better(found, self.best)

    def is_over(self) -> bool:
        """Whether every worker should end now."""
        if self.watch.should_stop is not None and self.watch.should_stop():
            self.stopped = True
        return self.stopped or self.reached or self.seconds() >= self.limit

    def tell(self, share: float) -> None:
        self.watch.tell(min(99, int(100 * share)), sentence("Looking for better places"))


class _Worker:
    """One thread: its runs, one after the other."""

    def __init__(
        self, number: int, tables: PlaceTables, constants: Block, desk: _Desk, start: Placement | None
    ) -> None:
        self.number = number
        self.tables = tables
        self.constants = constants
        self.desk = desk
        self.start = start
        self.steps = 0
        self.seed = desk.options.seed * 1_000_003 + number * 7_919

    def share(self) -> float:
        """How much of the whole budget is used, by time, or by steps if these are bounded."""
        most = self.desk.options.steps_max
        return self.desk.seconds() / self.desk.limit if most is None else self.steps / most

    def work(self) -> None:
        """All runs."""
        until = 0.0
        for number, part in enumerate(RUNS):
            begin, until = until, until + part
            if number == 0:
                placement = self.start or first_placement(self.tables, self.seed)
                heat = HOT if self.start is None else WARM
            else:
                placement, heat = first_placement(self.tables, self.seed + number), HOT
            state = state_of(self.tables, self.constants, placement, self.seed + number)
            self.desk.report(state.cost, state, self.number)
            if not self.constants.cells[MOVABLES] or self.desk.is_over():
                return
            self.run(state, heat, begin, until)
            if self.desk.is_over():
                return

    def run(self, state: State, heat: float, begin: float, until: float) -> None:
        """One cooling from ``heat`` while the worker's share goes from ``begin`` to ``until``."""
        constants, cells = self.constants.cells, state.block.cells
        state.tally[:] = 0
        stretch(constants, cells, SAMPLE, -1.0, 1.0, 1.0)
        typical = [float(total) / SAMPLE for total in state.tally[:LEVELS]]
        unit = typical[QUALITY] or typical[STABILITY] or typical[HARD] or 1.0
        weights = [unit / (typical[level] or 1.0) for level in (HARD, STABILITY)]
        bounds = [(weight * COLD, weight * WEIGHT_MOST) for weight in weights]
        steps, known = self._first_stretch(begin, until), state.cost
        while not self.desk.is_over() and (share := self.share()) < until:
            done = max(0.0, (share - begin) / (until - begin))
            temperature = unit * heat * (COLD / heat) ** done
            state.tally[:] = 0
            clock = time.monotonic()
            stretch(constants, cells, steps, temperature, weights[HARD], weights[STABILITY])
            self.steps += steps
            weights = [
                _adapted(weight, int(state.tally[2 + level]) / steps, done, bounds[level])
                for level, weight in enumerate(weights)
            ]
            if self.desk.options.steps_max is None:
                spent = max(1e-4, time.monotonic() - clock)
                steps = int(np.clip(steps * STRETCH_SECONDS / spent, STRETCH_MIN, STRETCH_MAX))
            if state.best_cost < known:
                known = state.best_cost
                self.desk.report(known, state, self.number)
            if self.number == 0:
                self.desk.tell(share)

    def _first_stretch(self, begin: float, until: float) -> int:
        most = self.desk.options.steps_max
        return STRETCH_MIN if most is None else max(1, int(most * (until - begin)) // STRETCHES)


def _adapted(weight: float, broken: float, done: float, bounds: tuple[float, float]) -> float:
    """The weight of a level for the next stretch, from the share of steps in which it was worse than the best."""
    least, most = bounds
    if done > LATE:
        return min(most, weight * (1.3 if broken > BROKEN_LATE else 1.05))
    if broken > BROKEN_OFTEN:
        return min(most, weight * 1.2)
    return max(least, weight / 1.1) if broken < BROKEN_SELDOM else weight
