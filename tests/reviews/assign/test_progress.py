"""A run talks while it works, stops when asked, and returns the best so far with its gap."""

import numpy as np
import pytest

from reviews.assign import Cancelled, SolveOptions, solve
from reviews.assign.fairness import solve_fair
from reviews.assign.generate import generated_problem
from reviews.assign.repair import change_curve
from reviews.assign.rules import NotTogether
from tests.reviews.assign.problems import plain_problem


def test_progress_rises_to_a_hundred_with_words() -> None:
    said: list[tuple[int, str]] = []
    problem = generated_problem(600, 300, load_max=7)
    solve(
        problem, options=SolveOptions(candidates=5), on_progress=lambda share, words: said.append((share, str(words)))
    )
    shares = [share for share, _ in said]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0, 100)
    assert said[0][1] == "Reading rules and conflicts"
    assert said[1][1].startswith("Round 1: ")


def test_a_run_that_is_stopped_before_it_begins_has_no_plan() -> None:
    with pytest.raises(Cancelled):
        solve(generated_problem(20, 10), should_stop=lambda: True)


def test_a_run_that_is_stopped_returns_the_best_so_far_with_its_gap() -> None:
    problem = generated_problem(600, 300, load_max=7)
    asked = iter([False])
    plan = solve(problem, options=SolveOptions(candidates=4), should_stop=lambda: next(asked, True))
    best = solve(problem)
    assert plan.stopped
    assert not plan.certificate.is_optimal
    assert plan.certificate.bound >= best.certificate.objective >= plan.certificate.objective


def test_a_search_that_is_out_of_time_returns_a_plan_with_its_gap() -> None:
    scores = np.random.default_rng(1).random((60, 40))
    chain = NotTogether(tuple((r, r + 1) for r in range(39)))
    problem = plain_problem(scores, wanted=3, load_max=5, rules=(chain,))
    plan = solve(problem, options=SolveOptions(time_limit_seconds=20.0))
    assert chain.broken(problem, plan.pairs) == []
    assert plan.certificate.gap >= 0


def test_fairness_out_of_time_keeps_what_it_has() -> None:
    problem = generated_problem(300, 150, load_max=7)
    plan = solve_fair(problem, options=SolveOptions(time_limit_seconds=0.05))
    assert plan.is_complete
    assert plan.notes["floor"] >= solve(problem).totals.min() / 1e6


def test_a_curve_stops_between_its_points() -> None:
    problem = generated_problem(60, 30, load_max=8)
    plan = solve(problem)
    asked = iter([False] * 4)
    curve = change_curve(problem, plan, gone_reviewers=[0], should_stop=lambda: next(asked, True))
    assert 1 <= len(curve) < 10
