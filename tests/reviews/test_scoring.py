"""The arithmetic of scores: examples by hand, and laws that hold for all."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews import scoring

overalls = st.lists(st.floats(1, 5), min_size=1, max_size=12)
several = st.lists(st.floats(1, 5), min_size=2, max_size=12)
scores = st.dictionaries(st.integers(1, 6), st.integers(1, 5), min_size=1)
weights = st.fixed_dictionaries({key: st.integers(1, 10) for key in range(1, 7)})


@pytest.mark.parametrize(
    ("given_scores", "given_weights", "mean"),
    [
        ({1: 4, 2: 2}, {1: 1, 2: 1}, 3.0),
        ({1: 5, 2: 1}, {1: 3, 2: 1}, 4.0),
        ({1: 5, 2: 1}, {1: 1, 2: 0}, 5.0),
        ({1: 5}, {1: 1, 2: 9}, 5.0),
        ({1: 5, 9: 1}, {1: 2}, 5.0),
        ({1: 5}, {1: 0}, None),
        ({}, {1: 1}, None),
    ],
)
def test_the_mean_of_one_review_goes_by_weight(given_scores, given_weights, mean) -> None:
    assert scoring.overall(given_scores, given_weights) == mean


def test_a_proposal_in_numbers() -> None:
    found = scoring.summary([4.0, 2.0, 3.0], [5, 2, 5])
    assert (found.count, found.overalls, found.mean, found.spread, found.confidence) == (
        3,
        (2.0, 3.0, 4.0),
        3.0,
        1.0,
        4.0,
    )
    assert found.error == pytest.approx(3**-0.5)


def test_without_reviews_nothing_is_claimed() -> None:
    assert scoring.summary([], []) == scoring.Summary(0, (), None, None, None, None, None)


def test_one_review_has_a_mean_and_no_spread() -> None:
    assert scoring.summary([3.5], [4]) == scoring.Summary(1, (3.5,), 3.5, None, None, None, 4.0)


@pytest.mark.parametrize(
    ("values", "agreement"), [([3, 3, 3], 1.0), ([1, 5], 0.0), ([1, 5, 1, 5], 0.0), ([1, 1, 5], 0.0), ([2, 4], 0.5)]
)
def test_agreement_runs_from_as_far_apart_as_can_be_to_all_alike(values, agreement) -> None:
    assert scoring.agreement(values) == pytest.approx(agreement)


@given(scores, weights)
def test_a_weighted_mean_lies_among_its_scores(given_scores, given_weights) -> None:
    found = scoring.overall(given_scores, given_weights)
    assert found is not None
    assert min(given_scores.values()) <= found <= max(given_scores.values())


@given(scores, weights, st.integers(1, 9))
def test_only_the_ratio_of_weights_counts(given_scores, given_weights, factor) -> None:
    scaled = {key: weight * factor for key, weight in given_weights.items()}
    assert scoring.overall(given_scores, scaled) == scoring.overall(given_scores, given_weights)


@given(overalls, st.randoms(use_true_random=False))
def test_the_order_of_reviews_changes_no_bit(values, random) -> None:
    mixed = list(values)
    random.shuffle(mixed)
    assert scoring.summary(mixed, []) == scoring.summary(values, [])


@given(several)
def test_mean_and_spread_are_those_of_the_standard_library(values) -> None:
    assert scoring.mean(values) == pytest.approx(statistics.fmean(values))
    assert scoring.spread(values) == pytest.approx(statistics.stdev(values), abs=1e-9)


@given(several)
def test_agreement_is_a_share(values) -> None:
    found = scoring.agreement(values)
    assert found is not None and 0 <= found <= 1 + 1e-12
