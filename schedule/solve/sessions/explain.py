"""Why a plan is as it is: what each talk costs, why a talk stands not there, what each hard rule costs.

Prices are differences between two runs; each says whether both were proven.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from plumbing.sentences import Sentence, sentence
from plumbing.watch import Watch, watching
from schedule.solve.errors import Infeasible, NoPlanYet
from schedule.solve.outcome import SolveOptions, Status
from schedule.solve.sessions.collide import Collision, find_collision
from schedule.solve.sessions.evaluate import broken_rules
from schedule.solve.sessions.problem import Pin, Place, SessionProblem
from schedule.solve.sessions.rules import HardRule, RuleKind, hard_rules, lifted, rule_words
from schedule.solve.sessions.solve import SessionPlan, solve


@dataclass(frozen=True, slots=True)
class WhyNot:
    """``price`` is how much more the best plan with the talk there costs; None when there is none."""

    sentence: Sentence
    price: int | None
    is_exact: bool
    plan: SessionPlan | None = None
    collision: Collision | None = None


@dataclass(frozen=True, slots=True)
class RulePrice:
    """What a hard rule costs: how much cheaper the best plan without it is."""

    rule: HardRule
    sentence: Sentence
    price: int
    is_exact: bool


def talk_costs(plan: SessionPlan) -> list[tuple[str, int]]:
    """Each talk that has a part in some cost, the dearest first."""
    costs = plan.evaluation.by_talk(plan.problem)
    return [(plan.problem.talks[i].ref, cost) for i, cost in sorted(costs.items(), key=lambda x: (-x[1], x[0]))]


def why_not(
    plan: SessionPlan,
    talk: int,
    session: int,
    room: int | None = None,
    *,
    options: SolveOptions | None = None,
    watch: Watch | None = None,
) -> WhyNot:
    """Why a talk does not stand in that session (and room): the first hard rule, or the exact price."""
    problem = plan.problem
    words = _first_rule(problem, talk, session, room)
    if words is not None:
        return WhyNot(words, None, True)
    forced = replace(
        problem,
        talks=tuple(
            replace(item, pin=Pin(session, room, item.pin.slot if item.pin else None)) if i == talk else item
            for i, item in enumerate(problem.talks)
        ),
        released=None,
    )
    options = options or SolveOptions()
    try:
        other = solve(forced, options, watch)
    except Infeasible:
        found = find_collision(forced, options, watch)
        return WhyNot(sentence("No plan with this keeps every hard rule."), None, True, collision=found)
    except NoPlanYet:
        return WhyNot(sentence("The time was over before any plan was found."), None, False)
    price = other.cost - plan.cost
    exact = plan.course.status is Status.OPTIMAL and other.course.status is Status.OPTIMAL
    return WhyNot(_price_words(price, exact), price, exact, plan=other)


def _price_words(price: int, exact: bool) -> Sentence:
    if price < 0:
        return sentence("This is possible and even %(price)s cheaper.", price=-price)
    if not exact:
        return sentence("This is possible and costs at most %(price)s more.", price=price)
    if price == 0:
        return sentence("This is possible and costs the same.")
    return sentence("This is possible, but costs %(price)s more.", price=price)


def _first_rule(problem: SessionProblem, talk: int, session: int, room: int | None) -> Sentence | None:
    """The first hard rule that a place breaks by itself."""
    item, where = problem.talks[talk], problem.sessions[session]
    if item.slots > where.slots:
        return sentence(
            "%(talk)s needs %(slots)s time slots; %(session)s has %(most)s.",
            talk=item.ref,
            slots=item.slots,
            session=where.name,
            most=where.slots,
        )
    slot = item.pin.slot if item.pin is not None and item.pin.slot is not None else 0
    rooms: Iterable[int] = range(len(problem.rooms)) if room is None else [room]
    reasons = [list(broken_rules(problem, talk, Place(session, r, slot))) for r in rooms]
    return reasons[0][0] if all(reasons) else None


def rule_prices(
    plan: SessionPlan,
    rules: Iterable[HardRule] | None = None,
    *,
    options: SolveOptions | None = None,
    watch: Watch | None = None,
) -> list[RulePrice]:
    """What each pin, absence and closed cell costs, the dearest first; those for which time was left."""
    problem = plan.problem
    asked = [rule for rule in hard_rules(problem) if rule.kind is not RuleKind.TALK] if rules is None else list(rules)
    options = options or SolveOptions()
    watch = watch or watching(options.time_limit_seconds * max(1, len(asked)), None, None)
    prices = []
    for rule in asked:
        if watch.is_over():
            break
        freed = lifted(problem, [rule])
        if freed is None:
            continue
        start = plan.places if rule.kind is not RuleKind.TALK else None
        inner = watching(options.time_limit_seconds, None, watch.should_stop)
        other = solve(replace(freed, released=start), options, inner)
        exact = plan.course.status is Status.OPTIMAL and other.course.status is Status.OPTIMAL
        prices.append(RulePrice(rule, rule_words(problem, rule), max(0, plan.cost - other.cost), exact))
    return sorted(prices, key=lambda found: -found.price)
