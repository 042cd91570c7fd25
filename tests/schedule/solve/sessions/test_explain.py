"""Explanations are exact: prices by all plans, collisions of which no rule can be spared."""

from dataclasses import replace

import pytest

from plumbing.watch import watching
from schedule.solve.outcome import SolveOptions
from schedule.solve.sessions import (
    HardRule,
    Pin,
    RuleKind,
    SessionProblem,
    Talk,
    Term,
    evaluate,
    find_collision,
    hard_rules,
    rule_prices,
    solve,
    talk_costs,
    why_not,
)
from schedule.solve.sessions.collide import is_possible
from schedule.solve.sessions.rules import lifted
from schedule.solve.sessions.search import Search
from tests.schedule.solve.sessions.problems import best_cost, drawn, every_plan, plain

ONE = SolveOptions(time_limit_seconds=60, workers=1)


def possible(problem: SessionProblem, enforced: tuple[HardRule, ...]) -> bool:
    """By all plans, with only these rules in force."""
    rest = lifted(problem, [rule for rule in hard_rules(problem) if rule not in enforced])
    return rest is None or next(every_plan(rest), None) is not None


def crowded() -> SessionProblem:
    """Ada and Ben are pinned to one slot; Cleo is away; a room is closed; Dan's talk is innocent."""
    talks = [
        Talk("a", 0, people=("Ada",), pin=Pin(0, 0)),
        Talk("b", 0, people=("Ben",), pin=Pin(0, 0)),
        Talk("c", 1, people=("Cleo",)),
        Talk("d", 1, people=("Dan",)),
    ]
    return plain(talks, tracks=2, slots=(1, 2), rooms=2, away=frozenset({("Dan", 0)}), closed=frozenset({(1, 1)}))


def test_a_collision_names_exactly_the_rules_that_collide() -> None:
    problem = crowded()
    found = find_collision(problem, ONE)
    assert found is not None
    assert found.is_minimal
    pins = {HardRule(RuleKind.PIN, ref) for ref in "ab"}
    talks = {HardRule(RuleKind.TALK, ref) for ref in "ab"}
    assert set(found.rules) == pins | talks
    assert len(found.repair) == 1
    assert possible(problem, tuple(rule for rule in hard_rules(problem) if rule not in found.repair))
    assert any("pinned" in str(words) for words in found.sentences)
    assert len(found.suggestions) >= len(found.rules)


def scarce(seed: int) -> SessionProblem:
    problem = drawn(seed, talks=4)
    away = frozenset((person, seed % len(problem.sessions)) for person in ("Ada", "Ben", "Cleo"))
    pinned = tuple(replace(talk, pin=Pin(session=0)) if i % 2 else talk for i, talk in enumerate(problem.talks))
    return replace(
        problem,
        talks=pinned,
        away=away,
        closed=frozenset({(len(problem.sessions) - 1, 0)})
        if len(problem.sessions) * len(problem.rooms) > 1
        else frozenset(),
    )


@pytest.mark.parametrize("seed", range(30))
def test_no_rule_of_a_collision_can_be_spared(seed: int) -> None:
    problem = scarce(seed)
    found = find_collision(problem, ONE)
    whole = tuple(hard_rules(problem))
    assert (found is None) == possible(problem, whole)
    if found is None:
        return
    assert found.is_minimal
    assert not possible(problem, found.rules)
    for spared in found.rules:
        assert possible(problem, tuple(rule for rule in found.rules if rule != spared))
    assert possible(problem, tuple(rule for rule in whole if rule not in found.repair))
    for kept in found.repair:
        assert not possible(problem, tuple(rule for rule in whole if rule not in found.repair or rule == kept))


def test_possible_asks_for_any_plan_at_all() -> None:
    search = Search(drawn(2), ONE, watching(None, None, None))
    for seed in range(12):
        problem = drawn(seed)
        assert is_possible(search, problem) == (next(every_plan(problem), None) is not None)


def test_why_not_gives_the_exact_price() -> None:
    problem = drawn(8)
    plan = solve(problem, ONE)
    for talk in range(2):
        for session in range(len(problem.sessions)):
            forced = [
                evaluate(problem, places).cost for places in every_plan(problem) if places[talk].session == session
            ]
            answer = why_not(plan, talk, session, options=ONE)
            if forced:
                assert (answer.price, answer.is_exact) == (min(forced) - plan.cost, True)
            else:
                assert answer.price is None


def test_why_not_names_the_first_hard_rule() -> None:
    talks = [Talk("long", 0, slots=2), Talk("b", 0, people=("Ben",)), Talk("c", 0, pin=Pin(1))]
    problem = plain(talks, slots=(1, 3, 3), rooms=1, away=frozenset({("Ben", 2)}), closed=frozenset({(0, 0)}))
    plan = solve(problem, ONE)
    assert "needs 2 time slots; S0 has 1" in str(why_not(plan, 0, 0, options=ONE).sentence)
    assert str(why_not(plan, 1, 2, options=ONE).sentence) == "Ben is away during S2."
    assert str(why_not(plan, 1, 0, 0, options=ONE).sentence) == "R0 is closed during S0."
    assert str(why_not(plan, 2, 2, options=ONE).sentence) == "c is pinned elsewhere."


def test_why_not_shows_what_collides() -> None:
    talks = [Talk("a", 0, pin=Pin(0)), Talk("b", 1)]
    plan = solve(plain(talks, tracks=2, slots=(1, 1)), ONE)
    answer = why_not(plan, 1, 0, options=ONE)
    assert answer.price is None
    assert answer.collision is not None
    assert HardRule(RuleKind.PIN, "a") in answer.collision.rules


def test_the_price_of_a_pin_is_what_its_lifting_saves() -> None:
    talks = [Talk("a", 0, pin=Pin(0)), Talk("b", 0), Talk("c", 0)]
    problem = plain(
        talks,
        slots=(1, 3),
        weights={Term.TALK_SESSION: 3, Term.ROOMS: 1},
        talk_session=[[4, 0], [0, 0], [0, 0]],
        away=frozenset({("Zoe", 0)}),
    )
    plan = solve(problem, ONE)
    prices = rule_prices(plan, options=ONE)
    assert [(found.rule.kind, found.price, found.is_exact) for found in prices] == [
        (RuleKind.PIN, 12, True),
        (RuleKind.AWAY, 0, True),
    ]
    assert plan.cost - best_cost(lifted(problem, [prices[0].rule]) or problem) == 12


def test_the_dearest_talk_comes_first() -> None:
    talks = [Talk("a", 0), Talk("b", 0)]
    problem = plain(talks, slots=(1, 1), weights={Term.TALK_SESSION: 1}, talk_session=[[5, 5], [2, 2]])
    assert talk_costs(solve(problem, ONE)) == [("a", 5), ("b", 2)]
