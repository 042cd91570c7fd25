"""Every pair has a reason in words, and the price of forcing it is exact."""

from dataclasses import replace

import numpy as np
import pytest

from plumbing.sentences import sentence
from reviews.assign import UNIT, explain_pair, prices, solve
from reviews.assign.rules import BID_NO, BidPolicy, PerInstitution, labels
from reviews.assign.words import with_names
from tests.reviews.assign.problems import plain_problem, random_problem
from tests.reviews.assign.twin import best_by_trying

SCORES = np.array([[0.9, 0.8, 0.1], [0.9, 0.2, 0.3]])


def test_the_words_of_a_conflict_come_first() -> None:
    codes = np.array([[0, 2, 0], [0, 0, 0]])
    reasons = (sentence("Same employer."), sentence("Wrote together in %(year)s.", year=2026))
    problem = plain_problem(SCORES, load_max=1, forbidden=codes, reasons=reasons)
    why = explain_pair(problem, solve(problem), 0, 1)
    assert (why.kind, why.price) == ("conflict", None)
    assert str(why.sentences[0]) == "Wrote together in 2026."


def test_a_declined_bid_is_the_reason() -> None:
    bids = np.zeros((2, 3), dtype=np.int8)
    bids[0, 0] = BID_NO
    problem = plain_problem(SCORES, rules=(BidPolicy(bids),))
    why = explain_pair(problem, solve(problem), 0, 0)
    assert (why.kind, str(why.sentences[0])) == ("rule", "r0 declined p0 when bidding.")


def test_who_is_full_is_full_with_named_proposals_and_has_a_price() -> None:
    problem = plain_problem(SCORES, load_max=1)
    plan = solve(problem)
    assert plan.pairs.tolist() == [[0, 1], [1, 0]]
    why = explain_pair(problem, plan, 0, 0)
    assert (why.kind, why.price) == ("full", pytest.approx(0.5))
    assert [str(words) for words in why.sentences] == [
        "r0 is full with 1 review: p1.",
        "Forcing the pair costs 0.5 of the total.",
        "2 pairs change.",
    ]


def test_an_institution_that_is_full_is_named_with_its_people() -> None:
    problem = plain_problem(SCORES[:1], wanted=2, rules=(PerInstitution(labels([0, 0, 1])),))
    why = explain_pair(problem, solve(problem), 0, 1)
    assert why.kind == "group"
    assert str(why.sentences[0]) == ("At most 1 reviewer of the same institution on a proposal. It is taken by r0.")


def test_a_chosen_pair_tells_rank_and_prices() -> None:
    problem = plain_problem(SCORES, load_max=1)
    plan = solve(problem)
    why = explain_pair(problem, plan, 0, 1)
    assert (why.kind, why.chosen, why.price) == ("chosen", True, None)
    assert str(why.sentences[0]) == "r1 fits p0 with 0.8: number 2 of 3 without a conflict."
    found = prices(plan)
    assert why.surplus == pytest.approx(0.8 - found.proposals[0] - found.reviewers[1])
    assert why.surplus >= 0


def test_pins_and_written_reviews_say_so() -> None:
    problem = plain_problem(SCORES, pinned=((0, 2),), frozen=((1, 1),))
    plan = solve(problem)
    assert explain_pair(problem, plan, 0, 2).kind == "pinned"
    assert explain_pair(problem, plan, 1, 1).kind == "frozen"
    forced = explain_pair(problem, plan, 0, 0)
    assert str(forced.sentences[-1]) == "It cannot be forced: p0 has more pins than wanted reviews."


def test_names_replace_references_only_when_shown() -> None:
    problem = plain_problem(SCORES, load_max=1)
    words = explain_pair(problem, solve(problem), 0, 0).sentences[0]
    assert str(with_names(words, {"r0": "Ben", "p1": "On bees"})) == "Ben is full with 1 review: On bees."
    assert str(words) == "r0 is full with 1 review: p1."


@pytest.mark.parametrize("seed", range(0, 1_000, 25))
def test_the_price_of_forcing_equals_that_of_trying_everything(seed: int) -> None:
    problem = random_problem(seed)
    plan = solve(problem)
    best = best_by_trying(problem)
    for p in range(problem.shape[0]):
        for r in range(problem.shape[1]):
            why = explain_pair(problem, plan, p, r)
            if why.price is None or best is None:
                continue
            forced = best_by_trying(replace(problem, pinned=(*problem.pinned, (p, r))))
            if forced is not None and forced[0] == best[0]:
                assert round(why.price * UNIT) == best[1] - forced[1]
                assert why.surplus <= 0 or plan.mode == "search"
