"""``solve``: from a problem to a plan, with what is proven about it.

First a glance for a bound. Then all penalties far above the bound are struck out: a plan that costs less than
the least of them proves that striking lost nothing, and what is proven of such plans holds for all. Then
neighbourhoods around the best plan; then the proof, with everything struck that costs more than that plan.
"""

import math
from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from plumbing.sentences import sentence
from plumbing.watch import Watch, watching
from schedule.solve.errors import CheckError, Infeasible, NoPlanYet
from schedule.solve.outcome import Course, SolveOptions, Status, WishCost
from schedule.solve.sessions.alike import alike
from schedule.solve.sessions.construct import construct
from schedule.solve.sessions.domain import Domain, cell_cost, full_domain, hardened, talk_cost
from schedule.solve.sessions.evaluate import Evaluation, evaluate, faults
from schedule.solve.sessions.exact import STARTS_MAX, build_exact, places_of, starts_count
from schedule.solve.sessions.lns import improve
from schedule.solve.sessions.model import Aggregate, build, hint
from schedule.solve.sessions.problem import Places, SessionProblem
from schedule.solve.sessions.relations import talk_pair_costs, track_pair_costs
from schedule.solve.sessions.search import Patience, Search, new_solver, run
from schedule.solve.sessions.terms import Term, term_words

ROUNDS_MAX = 40
GLANCE_SHARE = 0.03
GLANCE_SECONDS_MIN = 1.0
GLANCE_SECONDS_MAX = 10.0
STRIKE_SHARE = 0.4
PATIENCE_SHARE = 0.2
STUCK_SHARE = 0.1
LIMIT_MIN = 100
LIMIT_FACTOR = 3
PROOF_SHARE = 0.4
LNS_SHARE = 0.6
CLOSE_SHARE = 0.1
EARLY_SHARE = 0.5
LARGE_CHOICES = 8_000
IDLE_ROUNDS_MAX = 16
UNCAPPED = 10**18


@dataclass(frozen=True, eq=False)
class SessionPlan:
    """A whole plan, what it costs, and how the run went."""

    problem: SessionProblem
    places: Places
    evaluation: Evaluation
    course: Course

    @property
    def cost(self) -> int:
        return self.evaluation.cost


def solve(problem: SessionProblem, options: SolveOptions | None = None, watch: Watch | None = None) -> SessionPlan:
    """The cheapest plan found and the bound proven. Raises ``Infeasible`` or ``NoPlanYet``.

    With one worker and a seed the answer is the same each time: the limit then counts work, not seconds.
    A released plan that keeps all hard rules is where the search begins.
    """
    options = options or SolveOptions()
    if watch is None:
        watch = watching(None if options.workers == 1 else options.time_limit_seconds, None, None)
    search = Search(problem, options, watch)
    watch.tell(0, sentence("Reading talks and cells"))
    if watch.should_stop is not None and watch.should_stop():
        raise NoPlanYet
    _begin(search)
    if search.places is not None and _is_large(problem):
        improve(search, seconds=search.left() * EARLY_SHARE, idle_max=IDLE_ROUNDS_MAX)
    _glance(search)
    if not _strike(search):
        _prove(search, share=PROOF_SHARE)
    if not search.is_over() and search.places is not None:
        hopeful = search.is_within(CLOSE_SHARE)
        improve(search, seconds=search.left() * LNS_SHARE, idle_max=IDLE_ROUNDS_MAX if hopeful else math.inf)
    _prove(search, share=1.0)
    return finished(search)


def _is_large(problem: SessionProblem) -> bool:
    """Whether the whole model takes so long to begin that neighbourhoods come first."""
    return len(problem.talks) * len(problem.sessions) > LARGE_CHOICES


def finished(search: Search) -> SessionPlan:
    """The plan of a search, checked against every hard rule."""
    if search.places is None or search.cost is None:
        raise NoPlanYet
    broken = faults(search.problem, search.places)
    if broken:
        raise CheckError(str(broken[0][1]))
    found = evaluate(search.problem, search.places)
    course = Course(
        Status.OPTIMAL if search.is_proven else Status.FEASIBLE,
        (0, 0, found.cost),
        search.bound,
        search.seconds,
        tuple(search.log),
        wish_costs(search.problem, found),
        stopped=not search.is_proven,
        workers=search.workers,
        seed=search.options.seed,
    )
    search.watch.tell(100, sentence("Done"))
    return SessionPlan(search.problem, search.places, found, course)


def wish_costs(problem: SessionProblem, found: Evaluation) -> tuple[WishCost, ...]:
    """Every term that costs something, the dearest first, with its talks, the dearest first."""
    rows = []
    for term in Term:
        weight, count = problem.weight(term), found.counts[term]
        if not weight or not count:
            continue
        share: dict[int, int] = {}
        for what, number, talks in found.findings:
            if what is term:
                for i in talks:
                    share[i] = share.get(i, 0) + number
        refs = tuple(problem.talks[i].ref for i in sorted(share, key=lambda i: (-share[i], i)))
        rows.append(WishCost(term.value, term_words(term), count, weight, weight * count, 2, refs))
    return tuple(sorted(rows, key=lambda row: -row.cost))


def _begin(search: Search) -> None:
    """With the plan that the public knows, or with one made by hand."""
    released = search.problem.released
    if released is not None and not faults(search.problem, released):
        search.offer(tuple(place for place in released if place is not None), "released")
        return
    made = construct(search.problem)
    if made is not None and not faults(search.problem, made):
        search.offer(tuple(place for place in made if place is not None), "construction")


def magnitudes(problem: SessionProblem, domain: Domain) -> list[int]:
    """The powers of ten among all that a single choice can cost, largest first."""
    costs = {problem.weight(term) for term in (Term.ROOMS, Term.PARALLEL, Term.CONSECUTIVE, Term.ORDER)}
    costs |= {talk_cost(problem, i, s) for i, own in enumerate(domain.sessions) for s in own}
    costs |= {cell_cost(problem, t, s, r) for t, own in enumerate(domain.cells) for s, r in own}
    costs |= set(track_pair_costs(problem).values()) | {one for one, _ in talk_pair_costs(problem).values()}
    return sorted({10 ** (len(str(cost)) - 1) for cost in costs if cost >= 10}, reverse=True)


def _model(search: Search, base: Domain, limit: int | None) -> Aggregate:
    """Everything, with the choices struck out that cost the limit or more."""
    domain = hardened(search.problem, base, limit)
    return build(search.problem, domain, limit=limit, groups=alike(search.problem, domain))


def _glance(search: Search) -> None:
    """A bound, and with luck a plan, from the whole model: it tells which penalties are worth striking."""
    base = full_domain(search.problem)
    known = None if search.cost is None else search.cost + 1
    made = _model(search, base, known)
    seconds = min(max(GLANCE_SECONDS_MIN, GLANCE_SHARE * search.options.time_limit_seconds), GLANCE_SECONDS_MAX)
    if search.places is not None:
        hint(made, search.places)
    answer = run(search, made, seconds=min(seconds, search.left()), phase="glance", cap=UNCAPPED)
    if answer.is_closed and not answer.has_solution:
        raise Infeasible(sentence("No plan keeps every hard rule."))


def _strike(search: Search) -> bool:
    """Solve without the penalties far above the bound; a plan below the limit shows that nothing was lost.

    When no plan comes, the limit rises. False when no limit was shown to be right.
    """
    base, whole = full_domain(search.problem), search.options.time_limit_seconds
    least = max(LIMIT_MIN, LIMIT_FACTOR * search.bound)
    limits = [limit for limit in reversed(magnitudes(search.problem, base)) if limit >= least]
    for limit in limits:
        if search.is_over() or (search.cost is not None and search.cost < limit):
            return False
        made = _model(search, base, limit)
        if search.places is not None:
            hint(made, search.places)
        answer = run(
            search,
            made,
            seconds=min(STRIKE_SHARE * whole, search.left()),
            patience=Patience(PATIENCE_SHARE * whole, STUCK_SHARE * whole),
            phase=f"below {limit}",
            cap=limit,
        )
        if answer.is_closed and not answer.has_solution:
            search.prove(limit, f"nothing below {limit}")
            continue
        if answer.bound is not None:
            search.prove(min(limit, answer.bound), f"below {limit}")
        if search.cost is not None and search.cost < limit:
            return True
    return False


def _prove(search: Search, *, share: float) -> None:
    """Solve with everything struck that costs as much as the best plan; again when that has come far down."""
    base = full_domain(search.problem)
    steps = magnitudes(search.problem, base)
    until = search.left() * (1 - share)
    patience = None if share == 1.0 else Patience(math.inf, STUCK_SHARE * search.options.time_limit_seconds)
    for number in range(ROUNDS_MAX):
        left = search.left() - until
        if search.is_proven or (number and left <= 0.05) or search.watch.is_over():
            return
        known, misfits = search.cost, len(search.misfits)
        limit = None if known is None else known + 1
        made = _model(search, base, limit)
        if search.places is not None:
            hint(made, search.places)
        enough = None if known is None else next((low for low in steps if low < known // 4), None)
        answer = run(
            search,
            made,
            seconds=max(0.05, left),
            phase="proof",
            enough=enough,
            seed=number,
            cap=UNCAPPED if known is None else known,
            patience=patience,
        )
        if answer.is_closed and not answer.has_solution:
            raise Infeasible(sentence("No plan keeps every hard rule."))
        if answer.bound is not None:
            search.prove(answer.bound if known is None else min(answer.bound, known), "proof")
        if len(search.misfits) > misfits or (enough is not None and search.cost is not None and search.cost < enough):
            continue
        if answer.is_closed:
            _prove_exactly(search)
        return


def _prove_exactly(search: Search) -> None:
    """The bound of the aggregated model is not reached by slots: the whole model, if it is small enough."""
    if starts_count(search.problem) > STARTS_MAX or search.is_over():
        return
    whole = build_exact(search.problem, limit=None if search.cost is None else search.cost + 1)
    solver = new_solver(search, search.left())
    status: Any = solver.solve(whole.made.model)
    search.work += solver.response_proto.deterministic_time
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        search.offer(places_of(whole, solver), "slots")
        search.prove(solver.best_objective_bound, "slots")
    elif status == cp_model.INFEASIBLE:
        raise Infeasible(sentence("No plan keeps every hard rule."))
