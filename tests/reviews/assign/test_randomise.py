"""Draws: capped, exact in every count, repeatable by their seed, right on average."""

import numpy as np
import pytest

from reviews.assign import UNIT, AssignmentProblem, ProblemError, solve
from reviews.assign.check import plan_faults
from reviews.assign.interior import Concave, solve_concave
from reviews.assign.randomise import randomise
from reviews.assign.rounding import round_flow
from reviews.assign.rules import NotTogether, PerInstitution, ProbabilityCap, labels
from tests.reviews.assign.problems import plain_problem

SCORES = np.random.default_rng(11).random((12, 9)).round(2)
HOMES = PerInstitution(labels([0, 0, 1, 1, 2, 2, -1, -1, -1]))


def problem(*rules: object, **fields: object) -> AssignmentProblem:
    return plain_problem(SCORES, **{"wanted": 3, "load_max": 5, "load_min": 2, "rules": rules, **fields})


@pytest.mark.parametrize(("alpha", "rules"), [(0.0, ()), (0.3, ()), (0.0, (HOMES,)), (0.3, (HOMES,))])
@pytest.mark.parametrize("seed", range(5))
def test_every_draw_keeps_wishes_loads_and_rules(alpha: float, rules: tuple, seed: int) -> None:
    asked = problem(*rules, frozen=((0, 0),), pinned=((1, 1),))
    drawn = randomise(asked, q=0.6, alpha=alpha, seed=seed)
    assert plan_faults(asked, drawn.plan.pairs) == []
    loads = drawn.plan.loads
    assert (loads.min() >= 2, loads.max() <= 5) == (True, True)
    units, scale = drawn.probabilities.units, drawn.probabilities.scale
    free = units < scale
    assert units[free].max() <= 0.6 * scale
    totals = np.bincount(drawn.probabilities.proposal, weights=units)
    assert totals.tolist() == [3 * scale] * 12


def test_a_seed_repeats_its_draw_and_another_changes_it() -> None:
    first, again, other = (randomise(problem(), q=0.5, seed=seed).plan.pairs.tolist() for seed in (4, 4, 5))
    assert first == again
    assert first != other


def test_q_one_without_alpha_is_the_best_plan() -> None:
    drawn = randomise(problem(), q=1.0)
    assert drawn.expected == drawn.best == drawn.plan.total
    assert drawn.plan.certificate.is_optimal


def test_frequencies_follow_the_probabilities() -> None:
    asked = problem()
    drawn = randomise(asked, q=0.5, seed=0)
    draws, hits = 400, np.zeros(asked.shape)
    for seed in range(draws):
        pairs = randomise(asked, q=0.5, seed=seed).plan.pairs
        hits[pairs[:, 0], pairs[:, 1]] += 1
    expected = np.zeros(asked.shape)
    expected[drawn.probabilities.proposal, drawn.probabilities.reviewer] = drawn.probabilities.shares
    error = np.abs(hits / draws - expected)
    assert error[(expected == 0) | (expected == 1)].max(initial=0) == 0
    assert error.max() < 4.5 * 0.5 / np.sqrt(draws)  # 4.5 standard deviations of the least certain pair


def test_rounding_keeps_every_expectation_exactly() -> None:
    """Two halves around one square: up and down are equally likely, so each arc is whole half of the time."""
    tail, head = np.array([0, 0, 1, 1]), np.array([2, 3, 2, 3])
    seen = [
        tuple(round_flow(tail, head, np.array([2, 2, 2, 2]), 4, 4, np.random.default_rng(seed)).tolist())
        for seed in range(200)
    ]
    assert set(seen) == {(4, 0, 0, 4), (0, 4, 4, 0)}
    assert 70 < seen.count((4, 0, 0, 4)) < 130


def test_a_cap_of_a_rule_binds_where_it_applies() -> None:
    only = np.zeros((12, 9), dtype=bool)
    only[0] = True
    drawn = randomise(problem(ProbabilityCap(0.4, only)), q=1.0)
    shares = drawn.probabilities
    first = shares.shares[shares.proposal == 0]
    assert first.max() <= 0.4
    assert shares.shares[shares.proposal > 0].max() == 1.0


def test_more_alpha_spreads_more_and_costs_more() -> None:
    found = [randomise(problem(), q=0.9, alpha=alpha) for alpha in (0.0, 0.2, 0.6)]
    entropy = [drawn.probabilities.measures(12)["entropy"] for drawn in found]
    assert entropy == sorted(entropy)
    assert [drawn.expected for drawn in found] == sorted((drawn.expected for drawn in found), reverse=True)


@pytest.mark.parametrize("seed", range(12))
def test_exact_spreading_adds_up_on_tight_and_tied_problems(seed: int) -> None:
    rng = np.random.default_rng(seed)
    asked = plain_problem(rng.integers(0, 5, (24, 13)) / 4, wanted=3, load_max=6, load_min=int(rng.integers(0, 6)))
    for q in (0.45, 0.7, 1.0):
        drawn = randomise(asked, q=q, alpha=0.1, seed=seed)
        assert plan_faults(asked, drawn.plan.pairs) == []
        units, scale = drawn.probabilities.units, drawn.probabilities.scale
        assert np.bincount(drawn.probabilities.proposal, weights=units).tolist() == [3 * scale] * 24
        loads = np.bincount(drawn.probabilities.reviewer, weights=units, minlength=13)
        assert loads.max() <= 6 * scale


def test_straight_pieces_come_close_to_the_exact_spread() -> None:
    nobody = PerInstitution(labels([-1] * 8 + [0]), most=9)
    exact, pieces = randomise(problem(), q=0.8, alpha=0.4), randomise(problem(nobody), q=0.8, alpha=0.4)
    assert pieces.expected / exact.expected == pytest.approx(1.0, abs=2e-3)


def test_the_interior_point_finds_a_known_optimum() -> None:
    """One proposal, two reviewers, gains 1 and 0.6, bend one half of the gain: 1 − x = 0.6 (1 − y), x + y = 1."""
    gain = np.array([[1.0, 0.6]])
    one = np.ones(1)
    shares = solve_concave(Concave(gain, gain / 2, np.ones((1, 2)), one, np.zeros(2), np.ones(2)))
    assert shares == pytest.approx(np.array([[0.625, 0.375]]), abs=1e-9)


def test_a_cap_that_leaves_too_few_is_named() -> None:
    for alpha in (0.0, 0.5):
        with pytest.raises(ProblemError) as caught:
            randomise(problem(), q=0.2, alpha=alpha)
        assert caught.value.place == "q"


@pytest.mark.parametrize("alpha", [0.0, 0.5])
def test_a_cap_under_which_a_minimum_load_cannot_be_met_is_named(alpha: float) -> None:
    """The second reviewer owes two reviews and may have three pairs, each with a probability of 0.6 at most."""
    shut = np.array([[False, True, False]] + [[False] * 3] * 3)
    asked = plain_problem(np.full((4, 3), 0.5), wanted=1, load_max=4, load_min=[0, 2, 0], forbidden=shut)
    with pytest.raises(ProblemError, match="q: With q at 0.6"):
        randomise(asked, q=0.6, alpha=alpha)
    assert randomise(asked, q=0.7, alpha=alpha, seed=4).plan.loads[1] == 2


@pytest.mark.parametrize("alpha", [0.0, 0.5])
def test_a_minimum_load_that_nobody_can_meet_is_told_by_the_draw_as_by_the_plan(alpha: float) -> None:
    shut = np.array([[False, True, False]] * 3)
    asked = plain_problem(np.full((3, 3), 0.5), wanted=1, load_max=3, load_min=[0, 1, 0], forbidden=shut)
    drawn = randomise(asked, q=0.6, alpha=alpha)
    assert [wish.sentence for wish in drawn.plan.unmet] == [wish.sentence for wish in solve(asked).unmet]
    assert len(drawn.plan.pairs) == 3


def test_loads_too_small_for_all_reviews_are_named_when_spread() -> None:
    with pytest.raises(ProblemError, match="q: With q at 1.0"):
        randomise(plain_problem(np.full((3, 3), 0.5), wanted=2, load_max=1), alpha=0.5)


def test_rules_that_do_not_nest_cannot_be_drawn() -> None:
    with pytest.raises(ProblemError, match="rules: Plans can be drawn only under rules that nest."):
        randomise(problem(NotTogether(((0, 1),))), q=0.5)


def test_the_report_tells_the_price_of_chance() -> None:
    drawn = randomise(problem(), q=0.5, seed=3)
    report = drawn.report()
    assert report["expected_total"] == drawn.expected / UNIT
    assert report["quality"] == drawn.expected / drawn.best
    assert report["highest"] == 0.5
    assert str(drawn.sentence()).startswith("Drawn with seed 3; no pair was likelier than 50.0 %;")
