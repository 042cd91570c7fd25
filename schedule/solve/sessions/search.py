"""The state of one search, and one run of the solver on one model that feeds it."""

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from plumbing.sentences import sentence
from plumbing.watch import Watch
from schedule.solve.outcome import LogLine, SolveOptions
from schedule.solve.sessions.evaluate import evaluate
from schedule.solve.sessions.model import Aggregate, Var
from schedule.solve.sessions.pack import Unpacked, pack
from schedule.solve.sessions.problem import Place, SessionProblem

Rough = tuple[list[int], dict[tuple[int, int], list[int]]]

PORTFOLIO = 8
PACK_PAUSE = 8.0
NEAR_SHARE = 0.2
POLL_SECONDS = 0.2
WORK_PER_SECOND = 0.2  # deterministic units for a second of the limit: one worker ends by work, not by the clock


@dataclass(eq=False)
class Search:
    """The best plan so far, the best bound, and the talks that were found not to fit together."""

    problem: SessionProblem
    options: SolveOptions
    watch: Watch
    places: tuple[Place, ...] | None = None
    cost: int | None = None
    bound: int = 0
    log: list[LogLine] = field(default_factory=list)
    misfits: set[Unpacked] = field(default_factory=set)
    work: float = 0.0
    began: float = field(default_factory=time.monotonic)
    bettered: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def workers(self) -> int:
        return self.options.workers or PORTFOLIO

    @property
    def is_proven(self) -> bool:
        return self.cost is not None and self.bound >= self.cost

    @property
    def is_near(self) -> bool:
        """Whether cost and bound are so close that a proof can be hoped for."""
        return self.is_within(NEAR_SHARE)

    def is_within(self, share: float) -> bool:
        """Whether the best plan costs at most this share of itself more than the bound."""
        return self.cost is not None and self.cost - self.bound <= share * self.cost

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def left(self) -> float:
        """Seconds until the limit; in one-worker mode counted by work, so that a run can be repeated."""
        if self.workers == 1:
            return self.options.time_limit_seconds - self.work / WORK_PER_SECOND
        return self.options.time_limit_seconds - self.seconds

    def is_over(self) -> bool:
        return self.is_proven or self.left() <= 0.05 or self.watch.is_over()

    def offer(self, places: tuple[Place, ...], phase: str, *, sideways: bool = False) -> bool:
        """Keep a plan if it is cheaper than the best; ``sideways`` takes another one of equal cost too."""
        cost = evaluate(self.problem, places).cost
        with self.lock:
            if self.cost is not None and cost >= self.cost:
                if sideways and cost == self.cost:
                    self.places = places
                return False
            self.places, self.cost = places, cost
        self._note(phase)
        return True

    def prove(self, bound: float, phase: str) -> None:
        """No plan costs less than ``bound``."""
        whole = math.ceil(bound - 1e-6)
        if self.cost is not None:
            whole = min(whole, self.cost)
        if whole > self.bound:
            self.bound = whole
            self._note(phase)

    def _note(self, phase: str) -> None:
        self.bettered = time.monotonic()
        line = LogLine(round(self.seconds, 3), self.cost, self.bound, phase)
        self.log.append(line)
        if self.options.on_better is not None:
            self.options.on_better(line)
        if self.cost is not None:
            share = min(95, int(100 * self.seconds / max(0.1, self.options.time_limit_seconds)))
            self.watch.tell(share, sentence("Cost %(cost)s, bound %(bound)s", cost=self.cost, bound=self.bound))


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a run may last without any plan, and without a better plan or bound once it has one."""

    without_plan: float
    without_better: float


ENDLESS = Patience(math.inf, math.inf)


@dataclass(frozen=True, slots=True)
class Answer:
    """``bound`` holds within the model that was run; None when it has no solution at all."""

    has_solution: bool
    is_closed: bool
    bound: int | None


class _Listener(cp_model.CpSolverSolutionCallback):
    """Packs solutions into slots as they come, as long as that takes a small part of the time; the last at the end."""

    def __init__(self, search: Search, made: Aggregate, phase: str, enough: int | None, sideways: bool) -> None:
        super().__init__()
        self.search, self.made, self.phase, self.enough = search, made, phase, enough
        self.sideways = sideways
        self.waiting: Rough | None = None
        self.free_at = 0.0
        self.has_found = False
        self.fault: Exception | None = None

    def on_solution_callback(self) -> None:
        self.waiting = read(self.made, self)
        self.has_found = True
        now = time.monotonic()
        if self.search.workers == 1 or now >= self.free_at:
            try:
                self.settle()
            except (AssertionError, ValueError, KeyError) as fault:
                self.fault = fault
                self.stop_search()
            done = time.monotonic()
            self.free_at = done + PACK_PAUSE * (done - now)
        cost = self.search.cost
        if self.search.watch.is_over() or (cost is not None and self.enough is not None and cost < self.enough):
            self.stop_search()

    def settle(self) -> None:
        """Pack what waits and offer it."""
        if self.waiting is None:
            return
        found = pack(self.search.problem, *self.waiting)
        self.waiting = None
        if isinstance(found, Unpacked):
            self.search.misfits.add(found)
        else:
            self.search.offer(found, self.phase, sideways=self.sideways)


def read(made: Aggregate, values: cp_model.CpSolver | cp_model.CpSolverSolutionCallback) -> Rough:
    """The session of each talk and the rooms of each track in each session."""
    sessions = [-1] * len(made.problem.talks)
    waiting = [list(members) for members in made.groups]
    for (g, s), var in made.count.items():
        for _ in range(values.value(var)):
            sessions[waiting[g].pop()] = s
    rooms: dict[tuple[int, int], list[int]] = {}
    for (t, s, r), var in made.cell.items():
        if values.value(var):
            rooms.setdefault((t, s), []).append(r)
    return sessions, rooms


def run(
    search: Search,
    made: Aggregate,
    *,
    seconds: float,
    phase: str,
    enough: int | None = None,
    seed: int = 0,
    cap: int | None = None,
    patience: Patience | None = None,
    sideways: bool = False,
) -> Answer:
    """Solve one model; better plans go to the search as they come. ``enough`` ends it at a cost below.

    ``cap`` tells that bounds of this model hold for the whole problem up to that cost. With ``patience`` it ends
    early when nothing comes, and ``seconds`` is exceeded when a proof is near. One worker alone counts by work and
    ends by that.
    """
    for misfit in search.misfits:
        forbid(made, misfit)
    longest = seconds
    if patience is not None and search.workers == 1:
        longest, patience = min(seconds, 2 * patience.without_plan), None
    elif patience is not None:
        longest = search.left()
    solver = new_solver(search, longest, seed)
    listener = _Listener(search, made, phase, enough, sideways)
    if cap is not None:
        solver.best_bound_callback = lambda bound: search.prove(min(bound, cap), phase)
    over = threading.Event()
    usual = math.inf if search.workers == 1 else seconds
    guard = threading.Thread(target=_guard, args=(solver, listener, over, patience or ENDLESS, usual), daemon=True)
    guard.start()
    try:
        status = solver.solve(made.model, listener)
    finally:
        over.set()
        guard.join()
    search.work += solver.response_proto.deterministic_time
    if listener.fault is not None:
        raise listener.fault
    listener.settle()
    if status == cp_model.INFEASIBLE:
        return Answer(False, True, None)
    bound = math.ceil(solver.best_objective_bound - 1e-6) if made.objective else 0
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(True, status == cp_model.OPTIMAL, bound)
    return Answer(False, False, bound if abs(bound) < 10**17 else 0)


def new_solver(search: Search, seconds: float, seed: int = 0) -> cp_model.CpSolver:
    """A solver with the workers, seed and time of this search."""
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = search.workers
    parameters.random_seed = (search.options.seed + seed) % 2**31
    parameters.linearization_level = 2
    parameters.catch_sigint_signal = False
    if search.workers == 1:
        parameters.max_deterministic_time = max(0.01, seconds * WORK_PER_SECOND)
    else:
        parameters.max_time_in_seconds = max(0.05, search.watch.left(seconds))
    return solver


def _guard(
    solver: cp_model.CpSolver, listener: _Listener, over: threading.Event, patience: Patience, usual: float
) -> None:
    """Ends the run within moments of a wish to stop; when patience is at its end; and after the ``usual`` seconds
    unless the proof is near, for then a new start would lose more than it could find."""
    began = time.monotonic()
    while not over.wait(POLL_SECONDS):
        if listener.search.watch.is_over() or _is_idle(listener, began, patience, usual):
            solver.stop_search()
            return


def _is_idle(listener: _Listener, began: float, patience: Patience, usual: float) -> bool:
    now, search = time.monotonic(), listener.search
    if not listener.has_found and now - began > patience.without_plan:
        return True
    stuck = listener.has_found and now - max(began, search.bettered) > patience.without_better
    return (stuck or now - began > usual) and not search.is_near


def forbid(made: Aggregate, misfit: Unpacked, unless: Sequence[Var] = ()) -> None:
    """These talks never again in so few cells of one session, unless one of these variables is true."""
    t, s = misfit.track, misfit.session
    talks = set(misfit.talks)
    there = {g: held for g in made.groups_of[t] if (held := len(talks & set(made.groups[g])))}
    if any((g, s) not in made.count for g in there) or (t, s) not in made.used:
        return
    more = made.bool("")
    made.model.add(made.cells_of(t, s) >= misfit.cells + 1).only_enforce_if(more)
    made.model.add_bool_or([more, *unless, *(_fewer(made, g, s, held) for g, held in there.items())])


def _fewer(made: Aggregate, g: int, s: int, held: int) -> Var:
    """A literal: fewer than ``held`` talks of the group are in the session."""
    if len(made.groups[g]) == 1:
        return ~made.count[g, s]
    fewer = made.bool("")
    made.model.add(made.count[g, s] <= held - 1).only_enforce_if(fewer)
    return fewer
