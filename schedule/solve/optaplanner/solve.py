"""Solving a conference: annealing on the kernel's tables, judged by the independent evaluator."""

from plumbing.watch import Watch
from schedule.solve.anneal import Annealed, AnnealOptions, Better, Placement, anneal
from schedule.solve.errors import CheckError
from schedule.solve.optaplanner.check import Verdict, check
from schedule.solve.optaplanner.names import SENTENCES, Rule
from schedule.solve.optaplanner.plan import ConferencePlan
from schedule.solve.optaplanner.problem import ConferenceProblem, Place
from schedule.solve.optaplanner.tabulate import tabulate
from schedule.solve.outcome import Course, LogLine, SolveOptions, Status, WishCost


def solve(
    problem: ConferenceProblem,
    options: SolveOptions | None = None,
    watch: Watch | None = None,
    *,
    steps_max: int | None = None,
) -> ConferencePlan:
    """A plan with the course of the run. Costs are the negative of scores, so lower is better.

    A plan that breaks hard rules has the status ``BROKEN``: the sheets weigh hard rules too, so there is always a best
    plan, and its costs say what is broken. ``steps_max`` with one worker and a seed makes the run repeatable.
    Raises ``ProblemError`` for what cannot be meant and ``CheckError`` if kernel and evaluator disagree.
    """
    options = options or SolveOptions()
    hear = None
    if options.on_better is not None:
        tell = options.on_better

        def hear(found: Better, _: Placement) -> None:
            tell(_line(found))

    found = anneal(
        tabulate(problem),
        AnnealOptions(options.time_limit_seconds, options.workers, options.seed, steps_max, on_better=hear),
        watch,
    )
    times, rooms = found.placement.time.tolist(), found.placement.room.tolist()
    places = tuple(Place(time, room) for time, room in zip(times, rooms, strict=True))
    verdict = check(problem, places)
    if tuple(-number for number in verdict.score) != found.cost or verdict.outside:
        raise CheckError(f"{found.cost} is not {verdict.score}; outside: {verdict.outside}")
    return ConferencePlan(problem, places, verdict.score, _course(problem, options, found, verdict), found.steps)


def _line(found: Better) -> LogLine:
    return LogLine(found.seconds, found.cost[-1], None, "broken" if found.cost[0] else "annealing")


def _course(problem: ConferenceProblem, options: SolveOptions, found: Annealed, verdict: Verdict) -> Course:
    return Course(
        Status.BROKEN if found.cost[0] else Status.FEASIBLE,
        found.cost,
        None,
        found.seconds,
        tuple(_line(better) for better in found.better),
        wish_costs(problem, verdict),
        found.stopped,
        found.workers,
        options.seed,
    )


def wish_costs(problem: ConferenceProblem, verdict: Verdict) -> tuple[WishCost, ...]:
    """What each rule costs on each level it weighs on; ``count`` is the minutes (or matches) that the weight meets."""
    found = []
    for rule, (_, score) in verdict.by_rule().items():
        for level, (size, part) in enumerate(zip(problem.weight(rule), score, strict=True)):
            if size:
                talks = _worst_first(problem, verdict, rule)
                weight = size if part <= 0 else -size
                found.append(WishCost(rule, SENTENCES[rule], -part // weight, weight, -part, level, talks))
    return tuple(sorted(found, key=lambda cost: (cost.level, -cost.cost)))


def _worst_first(problem: ConferenceProblem, verdict: Verdict, rule: Rule) -> tuple[str, ...]:
    """Codes of the talks that a rule concerns, those with the lowest score first."""
    total: dict[int, tuple[int, ...]] = {}
    for match in verdict.matches:
        if match.rule == rule:
            for talk in match.talks:
                before = total.get(talk, (0, 0, 0))
                total[talk] = tuple(a + b for a, b in zip(before, match.score, strict=True))
    return tuple(problem.talks[talk].code for talk in sorted(total, key=lambda talk: (total[talk], talk)))
