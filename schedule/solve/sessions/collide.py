"""When nothing fits: the fewest rules that must give way, and a smallest set that collides.

First an elastic model, in which every rule may be broken and as few as possible are. Then rules are taken away in
ever smaller bunches as long as the rest still collides; what is left is a set of which none can be spared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from plumbing.sentences import Sentence
from plumbing.watch import Watch, watching
from schedule.solve.errors import NoPlanYet
from schedule.solve.outcome import SolveOptions
from schedule.solve.sessions.domain import full_domain
from schedule.solve.sessions.model import Aggregate, build_frame
from schedule.solve.sessions.pack import Unpacked, pack
from schedule.solve.sessions.problem import SessionProblem
from schedule.solve.sessions.rules import HardRule, RuleKind, hard_rules, lifted, rule_words, way_out
from schedule.solve.sessions.search import Search, forbid, new_solver, read

ROUNDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Collision:
    """``rules`` collide and each is needed for that if ``is_minimal``; lifting ``repair`` makes a plan possible."""

    rules: tuple[HardRule, ...]
    sentences: tuple[Sentence, ...]
    repair: tuple[HardRule, ...]
    suggestions: tuple[Sentence, ...]
    is_minimal: bool


def find_collision(
    problem: SessionProblem, options: SolveOptions | None = None, watch: Watch | None = None
) -> Collision | None:
    """Why there is no plan; None when there is one. Raises ``NoPlanYet`` when the time was over before that."""
    options = options or SolveOptions()
    search = Search(problem, options, watch or watching(options.time_limit_seconds, None, None))
    bare = replace(problem, weights={}, released=None)
    repair = fewest_broken(search, bare)
    if not repair:
        return None
    rules, is_minimal = _shrink(search, bare, repair)
    return Collision(
        tuple(rules),
        tuple(rule_words(problem, rule) for rule in rules),
        tuple(repair),
        tuple(way_out(rule) for rule in [*repair, *(rule for rule in rules if rule not in repair)]),
        is_minimal,
    )


def is_possible(search: Search, problem: SessionProblem | None) -> bool | None:
    """Whether a problem has any plan, whatever it costs; None when the time was over."""
    if problem is None:
        return True
    domain = full_domain(problem)
    if not all(domain.sessions):
        return False
    made = build_frame(problem, domain, limit=None)
    pinned_rooms(made)
    for _ in range(ROUNDS_MAX):
        solver = new_solver(search, max(0.1, search.left()))
        status = solver.solve(made.model)
        if status == cp_model.INFEASIBLE:
            return False
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        found = pack(problem, *read(made, solver))
        if not isinstance(found, Unpacked):
            return True
        forbid(made, found)
    return None


def pinned_rooms(made: Aggregate) -> None:
    """A talk that is pinned to a room goes only where its track holds that room."""
    for (i, s), var in made.talk.items():
        talk = made.problem.talks[i]
        if talk.pin is not None and talk.pin.room is not None:
            cell = made.cell.get((talk.track, s, talk.pin.room))
            made.model.add_bool_or([~var, *([] if cell is None else [cell])])


def fewest_broken(search: Search, problem: SessionProblem) -> list[HardRule]:
    """The smallest number of rules to lift so that a plan exists; empty when one exists already.

    Raises ``NoPlanYet`` when the time is over.
    """
    free = lifted(problem, [rule for rule in hard_rules(problem) if rule.kind is not RuleKind.TALK])
    assert free is not None  # noqa: S101 — talks are kept
    made = build_frame(free, full_domain(free), limit=None, may_drop=True)
    broken = {rule: made.bool(str(rule)) for rule in hard_rules(problem)}
    _tie(made, problem, broken)
    made.model.minimize(sum(broken.values()))
    for _ in range(ROUNDS_MAX):
        solver = new_solver(search, max(0.1, search.left()))
        if solver.solve(made.model) != cp_model.OPTIMAL:
            raise NoPlanYet
        repair = [rule for rule, var in broken.items() if solver.value(var)]
        sessions, rooms = read(made, solver)
        rest = lifted(problem, repair)
        if rest is None:
            return repair
        kept = [sessions[i] for i in range(len(problem.talks)) if not solver.value(made.dropped[i])]
        found = pack(rest, kept, rooms)
        if not isinstance(found, Unpacked):
            return repair
        _forbid_rest(made, problem, repair, found, broken)
    raise NoPlanYet


def _forbid_rest(
    made: Aggregate,
    problem: SessionProblem,
    repair: list[HardRule],
    misfit: Unpacked,
    broken: dict[HardRule, cp_model.IntVar],
) -> None:
    """The same talks in so few cells, unless one of their pins gives way: pins can be what does not fit."""
    gone = {rule.one for rule in repair if rule.kind is RuleKind.TALK}
    kept = [i for i, talk in enumerate(problem.talks) if talk.ref not in gone]
    talks = tuple(kept[i] for i in misfit.talks)
    pins = [HardRule(RuleKind.PIN, problem.talks[i].ref) for i in talks]
    unless = [broken[rule] for rule in pins if rule in broken and rule not in repair]
    forbid(made, replace(misfit, talks=talks), unless=unless)


def _tie(made: Aggregate, problem: SessionProblem, broken: dict[HardRule, cp_model.IntVar]) -> None:
    """Choices that break a rule, tied to the variable that says so."""
    names = [session.name for session in problem.sessions]
    for i, var in made.dropped.items():
        made.model.add_implication(var, broken[HardRule(RuleKind.TALK, problem.talks[i].ref)])
    for (i, s), var in made.talk.items():
        talk = problem.talks[i]
        for person in talk.people:
            if (person, s) in problem.away:
                made.model.add_implication(var, broken[HardRule(RuleKind.AWAY, person, names[s])])
        if talk.pin is None:
            continue
        lift = broken[HardRule(RuleKind.PIN, talk.ref)]
        late = talk.pin.slot is not None and talk.pin.slot + talk.slots > problem.sessions[s].slots
        if late or talk.pin.session not in (None, s):
            made.model.add_implication(var, lift)
        if talk.pin.room is not None:
            cell = made.cell.get((talk.track, s, talk.pin.room))
            made.model.add_bool_or([~var, lift, *([] if cell is None else [cell])])
    for (_, s, r), var in made.cell.items():
        if (s, r) in problem.closed:
            made.model.add_implication(var, broken[HardRule(RuleKind.CLOSED, names[s], problem.rooms[r])])


def _shrink(search: Search, problem: SessionProblem, repair: Sequence[HardRule]) -> tuple[list[HardRule], bool]:
    """A set of rules that collides, with the first of the repair in it, and whether none can be spared."""
    everything = hard_rules(problem)
    core = [rule for rule in everything if rule == repair[0] or rule not in repair]
    is_minimal = True
    width = max(1, len(core) // 2)
    while True:
        start = 0
        while start < len(core):
            bunch = core[start : start + width]
            rest = [rule for rule in core if rule not in bunch]
            possible = is_possible(search, lifted(problem, [rule for rule in everything if rule not in rest]))
            if possible is False:
                core = rest
            else:
                is_minimal = is_minimal and (possible is not None or width > 1)
                start += width
        if width == 1:
            return core, is_minimal
        width = max(1, width // 2)
