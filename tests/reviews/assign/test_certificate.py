"""The checker stands alone: it accepts true plans and catches every kind of lie."""

from dataclasses import replace

import numpy as np
import pytest

from reviews.assign import AssignmentPlan, AssignmentProblem, SolveOptions, solve
from reviews.assign.check import check_plan, plan_faults
from reviews.assign.prepare import prepare
from reviews.assign.rules import PerInstitution, labels
from tests.reviews.assign.problems import plain_problem


@pytest.fixture
def problem() -> AssignmentProblem:
    rng = np.random.default_rng(7)
    return plain_problem(
        rng.random((12, 8)).round(3),
        wanted=3,
        load_max=6,
        load_min=3,
        forbidden=rng.random((12, 8)) < 0.1,
        rules=(PerInstitution(labels([0, 0, 1, 1, -1, -1, 2, 2])),),
    )


@pytest.fixture
def plan(problem: AssignmentProblem) -> AssignmentPlan:
    return solve(problem)


def test_prices_alone_prove_the_best_plan(problem: AssignmentProblem, plan: AssignmentPlan) -> None:
    assert plan.mode == "flow"
    assert check_plan(plan, prepare(problem)).proves_optimum


def test_a_worse_plan_is_allowed_but_not_proved(problem: AssignmentProblem, plan: AssignmentPlan) -> None:
    turned = replace(problem, scores=problem.scores.max() - problem.scores)
    worse = replace(plan, pairs=solve(turned).pairs)
    verdict = check_plan(worse, prepare(problem))
    assert verdict.faults == ()
    assert verdict.objective < verdict.bound == plan.certificate.bound


@pytest.mark.parametrize("change", [-1, 1])
def test_other_prices_never_bound_below_the_best(problem: AssignmentProblem, plan: AssignmentPlan, change: int) -> None:
    for place in range(problem.shape[0]):
        moved = plan.certificate.proposal.copy()
        moved[place] += change * 50_000
        certificate = replace(plan.certificate, proposal=moved)
        verdict = check_plan(replace(plan, certificate=certificate), prepare(problem))
        assert verdict.bound >= plan.certificate.objective


def test_every_kind_of_wrong_plan_is_named(problem: AssignmentProblem, plan: AssignmentPlan) -> None:
    forbidden = np.argwhere(problem.forbidden)[0]
    twice = np.vstack([plan.pairs, plan.pairs[:1]])
    assert str(plan_faults(problem, twice)[0]) == "A pair stands in the plan twice."
    wrong = np.vstack([plan.pairs[1:], forbidden])
    assert "A forbidden pair stands in the plan." in map(str, plan_faults(problem, wrong))
    few = plan.pairs[1:]
    assert [str(words) for words in plan_faults(problem, few)] == ["A proposal has fewer reviews than it wants."]
    assert plan_faults(problem, few, lacks_reviews=True) == []
    one_load = replace(problem, load_max=np.full(8, 4), load_min=np.zeros(8, int), rules=())
    assert "A reviewer has more reviews than the load allows." in map(str, plan_faults(one_load, plan.pairs))


def test_a_broken_rule_is_named(problem: AssignmentProblem) -> None:
    loose = solve(replace(problem, rules=()))
    assert "reviewers of one institution" in " ".join(map(str, plan_faults(problem, loose.pairs)))


def test_a_missing_pin_is_named(problem: AssignmentProblem, plan: AssignmentPlan) -> None:
    absent = next((p, r) for p in range(12) for r in range(8) if r not in plan.reviewers_of(p))
    frozen = replace(problem, frozen=(absent,))
    assert "A pinned or frozen pair is missing." in map(str, plan_faults(frozen, plan.pairs))


def test_few_candidates_reach_the_same_proven_optimum() -> None:
    rng = np.random.default_rng(3)
    scores = rng.integers(0, 10**6, (500, 320)) / 10**6  # more pairs than are taken at once
    problem = plain_problem(scores, wanted=3, load_max=5)
    narrow, wide = (solve(problem, options=SolveOptions(candidates=each)) for each in (4, 300))
    assert narrow.rounds > 1
    assert narrow.candidates < wide.candidates
    assert (narrow.total, narrow.certificate.is_optimal) == (wide.total, True)
