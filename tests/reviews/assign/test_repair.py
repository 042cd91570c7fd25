"""After people leave: what was lost is replaced, little else moves, written reviews stay."""

from dataclasses import replace

import numpy as np
import pytest

from reviews.assign import AssignmentProblem, solve
from reviews.assign.check import plan_faults
from reviews.assign.repair import change_curve, repair, without
from tests.reviews.assign.problems import plain_problem


@pytest.fixture(params=range(4))
def problem(request: pytest.FixtureRequest) -> AssignmentProblem:
    rng = np.random.default_rng(request.param)
    return plain_problem(rng.random((40, 25)).round(3), wanted=3, load_max=6)


def test_nobody_who_left_is_used_and_every_wish_is_met(problem: AssignmentProblem) -> None:
    mended = repair(problem, solve(problem), gone_reviewers=[0, 7], loss_max=0.01)
    assert mended.plan.loads[[0, 7]].tolist() == [0, 0]
    assert plan_faults(mended.plan.problem, mended.plan.pairs) == []
    assert mended.loss <= 0.01
    assert mended.added == mended.lost + mended.dropped


def test_the_curve_falls_in_changes_and_rises_in_loss(problem: AssignmentProblem) -> None:
    curve = change_curve(problem, solve(problem), gone_reviewers=[3])
    changes = [point.added for point in curve]
    losses = [point.loss for point in curve]
    assert changes == sorted(changes, reverse=True)
    assert losses == sorted(losses)
    assert losses[0] == 0.0
    assert changes[-1] >= curve[-1].lost


def test_a_repair_is_at_least_as_good_as_the_curve(problem: AssignmentProblem) -> None:
    plan = solve(problem)
    curve = change_curve(problem, plan, gone_reviewers=[1, 2])
    for allowed in (0.0005, 0.002, 0.02):
        best = min(point.added for point in curve if point.loss <= allowed)
        assert repair(problem, plan, gone_reviewers=[1, 2], loss_max=allowed).added <= best


def test_nothing_changes_when_nobody_leaves(problem: AssignmentProblem) -> None:
    plan = solve(problem)
    mended = repair(problem, plan)
    assert (mended.lost, mended.added, mended.dropped, mended.loss) == (0, 0, 0, 0.0)
    assert mended.plan.pairs.tolist() == plan.pairs.tolist()


def test_written_reviews_stay_even_of_those_who_left(problem: AssignmentProblem) -> None:
    plan = solve(problem)
    written = tuple(map(tuple, plan.pairs[plan.pairs[:, 1] == 5][:2].tolist()))
    mended = repair(replace(problem, frozen=written), plan, gone_reviewers=[5])
    kept = mended.plan.pairs[mended.plan.pairs[:, 1] == 5].tolist()
    assert [tuple(pair) for pair in kept] == list(written)


def test_late_proposals_get_reviewers_and_the_rest_keeps_theirs() -> None:
    rng = np.random.default_rng(9)
    scores = rng.random((20, 12)).round(3)
    before = plain_problem(scores[:18], wanted=3, load_max=6)
    plan = solve(before)
    after = plain_problem(scores, wanted=3, load_max=6)
    mended = repair(after, plan, loss_max=1.0)
    assert (mended.lost, mended.dropped, mended.added) == (0, 0, 6)
    assert {tuple(pair) for pair in plan.pairs.tolist()} <= {tuple(pair) for pair in mended.plan.pairs.tolist()}


def test_pins_of_those_who_left_go(problem: AssignmentProblem) -> None:
    pinned = replace(problem, pinned=((0, 4), (1, 6)))
    assert without(pinned, [4]).pinned == ((1, 6),)


def test_the_repair_says_what_it_did(problem: AssignmentProblem) -> None:
    mended = repair(problem, solve(problem), gone_reviewers=[0])
    words = str(mended.sentence())
    assert words.startswith(f"{mended.added} pair")
    assert f"for {mended.lost} that were lost" in words
