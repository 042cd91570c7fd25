"""Random problems of every kind: the engine's plan is as good as the best of all plans."""

import os

import numpy as np
import pytest

from reviews.assign import ProblemError, SolveOptions, solve
from reviews.assign.check import check_plan
from reviews.assign.fairness import solve_fair
from reviews.assign.prepare import prepare
from reviews.assign.problem import UNIT
from tests.reviews.assign.problems import plain_problem, random_problem
from tests.reviews.assign.twin import all_complete, best_by_trying, weight_of, worst_of

# The long run: ROSTRUM_RANDOM_PROBLEMS=10000 pytest tests/reviews/assign/test_against_twin.py
PROBLEMS = int(os.environ.get("ROSTRUM_RANDOM_PROBLEMS", "600"))
SHARE = 50


@pytest.mark.parametrize("first", range(0, PROBLEMS, SHARE))
@pytest.mark.timeout(1_800)
def test_random_problems_reach_the_best_of_all_plans(first: int) -> None:
    for seed in range(first, min(first + SHARE, PROBLEMS)):
        problem = random_problem(seed)
        plan = solve(problem)
        best = best_by_trying(problem)
        if best is None:  # pinned and written pairs break a rule by themselves: they stay all the same
            assert {*problem.pinned, *problem.frozen} <= set(map(tuple, plan.pairs.tolist()))
        else:
            assert (seed, weight_of(problem, plan.pairs)) == (seed, best)


@pytest.mark.parametrize("seed", range(0, 2_000, 100))
def test_the_checker_agrees_with_the_claim(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem, options=SolveOptions(check=False))
    verdict = check_plan(plan, prepare(problem))
    assert verdict.faults == ()
    assert (verdict.objective, verdict.bound) == (plan.certificate.objective, plan.certificate.bound)
    assert plan.certificate.is_optimal


@pytest.mark.parametrize("seed", range(0, 400, 10))
def test_a_floor_gives_the_best_worst_off_and_the_best_total_above_it(seed: int) -> None:
    problem = random_problem(seed)
    floors = sorted({worst_of(problem, plan) for plan in all_complete(problem)})
    fair = solve_fair(problem)
    if floors:
        assert fair.notes["floor"] * UNIT == pytest.approx(floors[-1])
        assert weight_of(problem, fair.pairs) == best_by_trying(problem, floors[-1])


def test_a_floor_is_held_to_the_last_millionth() -> None:
    """The best plan misses the next floor by one millionth, which is what a solver takes for rounding."""
    scores = np.array([[0.554329, 0.555685, 0.469260], [0.156185, 0.114934, 0.094456]])
    problem = plain_problem(scores, wanted=1, load_max=1)
    plain = solve(problem)
    assert plain.totals.tolist() == [555_685, 156_185]
    for floor, total in ((156_185, 711_870), (114_934, 711_870)):
        assert solve(problem, options=SolveOptions(floor=floor)).total == total
    with pytest.raises(ProblemError, match="floor: "):
        solve(problem, options=SolveOptions(floor=156_186))


@pytest.mark.parametrize("seed", range(30))
def test_fits_of_six_decimals_have_a_best_worst_off(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = plain_problem(rng.random((3, 5)), wanted=3, load_max=[3, 4, 1, 2, 1], frozen=((1, 2), (2, 2)))
    worst = max((worst_of(problem, plan) for plan in all_complete(problem)), default=None)
    fair = solve_fair(problem)
    assert (worst is None) == (not fair.is_complete)
    if worst is not None:
        assert round(fair.notes["floor"] * UNIT) == worst
