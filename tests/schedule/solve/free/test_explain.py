"""Why here, why not there, and what a rule costs."""

from dataclasses import replace

import pytest

from schedule.clashes import ClashKind, Person, Placement, Span
from schedule.solve.errors import ProblemError
from schedule.solve.free.evaluate import evaluate
from schedule.solve.free.explain import prices_of_rules, why_not_here
from schedule.solve.free.wishes import HybridRooms, NotEarly, SeatsForWanted, ZoneComfort
from schedule.solve.outcome import SolveOptions
from schedule.solve.problem import ScheduleProblem, Where
from schedule.solve.solve import solve
from tests.schedule.solve.free.test_wishes import BIG, DAYS, plan_of, talk, world

EVENT = world(talk("a", people=("ada",), interest=50), talk("b", people=("ada",)), talk("c"), days=DAYS[:1])
PLAN = plan_of({"a": ("big", 0), "b": ("small", 60), "c": ("small", 0)})
PROBLEM = ScheduleProblem(EVENT, 30, (SeatsForWanted(2), NotEarly(7, ("b",), 30)))


def test_forbidden_place_names_the_clashes():
    answer = why_not_here(PROBLEM, PLAN, "b", "small", 0)
    assert {clash.kind for clash in answer.forbids} == {ClashKind.ROOM_TWICE, ClashKind.SPEAKER_TWICE}
    assert not answer.possible
    assert str(answer.sentence).startswith("This is forbidden for 2 reasons, such as: “")


def test_possible_place_names_its_price_by_wish():
    answer = why_not_here(PROBLEM, PLAN, "a", "small", 60)
    assert not answer.possible
    answer = why_not_here(PROBLEM, plan_of({"a": ("big", 0), "b": ("big", 60), "c": ("big", 90)}), "a", "small", 0)
    assert answer.possible
    assert answer.price[-1] == 70
    assert [(change.wish, change.before, change.after) for change in answer.changes] == [
        ("seats-for-wanted", 0, 60),
        ("too-small", 0, 10),
    ]
    assert str(answer.sentence) == "This is possible and costs 70 more."


def test_place_against_a_hard_wish_names_the_wish():
    problem = replace(PROBLEM, forbidden=(Where("c", ("big",)),))
    answer = why_not_here(problem, PLAN, "c", "big", 60)
    assert (answer.forbids, [str(text) for text in answer.broken]) == (
        (),
        ["Talks stand only where they are allowed to."],
    )


def test_unknown_talk_is_named():
    with pytest.raises(ProblemError):
        why_not_here(PROBLEM, PLAN, "x", "big", 0)


def test_cost_is_told_by_wish_and_by_talk():
    found = evaluate(PROBLEM, plan_of({"a": ("small", 0), "b": ("big", 0), "c": ("big", 60)}))
    assert found.by_talk == {"a": 70, "b": 7}
    assert [(one.wish, one.cost, one.talks) for one in found.costs if one.level == 2] == [
        ("seats-for-wanted", 60, ("a",)),
        ("too-small", 10, ("a",)),
        ("not-early", 7, ("b",)),
    ]
    assert found.hard == 1


def test_each_hard_rule_has_the_price_that_solving_without_it_shows():
    """Ada is away when the hour is good; Ben's talk must have a piano that stands in the room without cameras."""
    event = world(
        talk("a", people=("x",)),
        talk("b", needs=frozenset({"piano"})),
        rooms=(replace(BIG, features=frozenset({"piano"})), replace(BIG, id="cam", features=frozenset({"hybrid"}))),
        people=(Person("x", "Xenia", (Span(0, 60),)), Person("cleo")),
        days=DAYS[:1],
    )
    problem = ScheduleProblem(event, 30, (ZoneComfort(5, (("x", (Span(60, 120),)),)), HybridRooms(9, ("b",))))
    plan = solve(problem)
    prices = {one.rule: (one.saved, one.proven) for one in prices_of_rules(problem, plan.placements, SolveOptions(120))}
    assert plan.course.cost == (0, 0, 14)
    assert prices == {"missing-feature": (9, True), "speaker-away": (5, True)}


def test_pins_have_a_price_too():
    problem = replace(PROBLEM, pins=(Placement("b", "small", 0),))
    plan = solve(problem)
    assert [(one.rule, one.saved) for one in prices_of_rules(problem, plan.placements) if one.saved] == [("pinned", 7)]
