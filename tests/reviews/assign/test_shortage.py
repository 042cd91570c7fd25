"""What cannot be met is listed, and the smallest set that causes it is named and minimal."""

from dataclasses import replace

import numpy as np
import pytest

from reviews.assign import AssignmentProblem, solve
from reviews.assign.rules import AtLeast, AtMost, PerInstitution, Reserve, labels
from reviews.plans import references_of
from tests.reviews.assign.problems import plain_problem


def crowded() -> AssignmentProblem:
    """Seven proposals whose only eligible reviewers are the first four, who can give 18 reviews of 21."""
    scores = np.random.default_rng(2).random((30, 14)).round(3)
    shut = np.zeros((30, 14), dtype=bool)
    shut[:7, 4:] = True
    loads = np.full(14, 9)
    loads[:4] = (4, 4, 5, 5)
    return plain_problem(scores, wanted=3, load_max=loads, forbidden=shut)


def test_the_minimum_cut_is_told_in_words() -> None:
    plan = solve(crowded())
    assert [str(words) for words in plan.causes] == [
        "7 proposals share 4 eligible reviewers: 3 reviews short.",
        "They are p0, p1, p2, p3, p4, p5, p6; they want 21 reviews and r0, r1, r2, r3 can give 18.",
    ]
    assert sum(wish.missing for wish in plan.unmet) == 3
    assert {wish.kind for wish in plan.unmet} == {"reviews"}
    assert not plan.is_complete
    assert plan.certificate.is_optimal


def test_the_named_reviews_are_exactly_what_is_short() -> None:
    problem = crowded()
    relieved = problem.load_max.copy()
    relieved[0] += 3
    assert solve(replace(problem, load_max=relieved)).is_complete
    relieved[0] -= 1
    assert sum(wish.missing for wish in solve(replace(problem, load_max=relieved)).unmet) == 1


def test_somebody_in_conflict_with_everything_gets_nothing_and_a_reason() -> None:
    shut = np.zeros((2, 2), dtype=bool)
    shut[:, 0] = True
    plan = solve(plain_problem(np.ones((2, 2)) / 2, load_max=1, load_min=[1, 0], forbidden=shut))
    assert [wish.kind for wish in plan.unmet] == ["reviews", "load"]
    assert str(plan.unmet[1].sentence) == "r0 gets 0 reviews instead of at least 1."
    assert plan.loads.tolist() == [0, 1]


def test_a_shortage_of_a_rule_names_the_rule() -> None:
    seniors = np.array([True, False, False])
    problem = plain_problem(np.ones((2, 3)) / 2, wanted=1, load_max=[1, 1, 1], rules=(AtLeast(seniors),))
    plan = solve(problem)
    assert [wish.kind for wish in plan.unmet] == ["rule"]
    assert str(plan.unmet[0].sentence).endswith("misses: At least one senior reviewer on each proposal.")


def test_rules_that_only_together_leave_a_gap_are_blamed() -> None:
    problem = plain_problem(np.ones((1, 3)) / 2, wanted=2, rules=(PerInstitution(labels([0, 0, 0])),))
    plan = solve(problem)
    assert str(plan.causes[0]) == (
        "Conflicts and loads would allow all reviews; these rules together do not: "
        "At most 1 reviewer of the same institution on a proposal."
    )


def test_rules_that_are_blamed_speak_the_language_of_the_reader_and_give_no_name_away() -> None:
    rules = (PerInstitution(labels([0, 0, 0])), AtMost(np.array([True, True, False])))
    causes = solve(plain_problem(np.ones((1, 3)) / 2, wanted=2, rules=rules)).causes
    assert [dict(causes[0].params)["rules"], *causes[1:]] == [one.sentence() for one in rules]
    assert [references_of(cause) for cause in causes] == [set(), set()]


def test_one_proposal_or_one_reviewer_is_told_in_the_singular() -> None:
    alone = solve(plain_problem(np.ones((1, 2)) / 2, wanted=2, load_max=[1, 0]))
    assert [str(words) for words in alone.causes] == ["p0 wants 2 reviews and has 1 eligible reviewer with room."]
    shared = solve(plain_problem(np.ones((2, 1)) / 2, load_max=1))
    assert [str(words) for words in shared.causes] == [
        "2 proposals share one eligible reviewer: 1 review short.",
        "They are p0, p1; they want 2 reviews and r0 can give 1.",
    ]
    nobody = solve(plain_problem(np.ones((2, 1)) / 2, forbidden=np.ones((2, 1), dtype=bool)))
    assert [str(words) for words in nobody.causes] == [
        "p0 wants 1 review and has 0 eligible reviewers with room.",
        "p1 wants 1 review and has 0 eligible reviewers with room.",
    ]
    light = solve(plain_problem(np.ones((2, 2)) / 2, load_max=2, load_min=[2, 0], pinned=((0, 1),)))
    assert str(light.unmet[0].sentence) == "r0 gets 1 review instead of at least 2."


def test_a_reserve_counts_as_missing_load() -> None:
    reserve = Reserve(np.array([True, False]))
    plan = solve(plain_problem(np.ones((2, 2)) / 2, load_max=1, rules=(reserve,)))
    assert plan.loads.tolist() == [0, 1]
    assert str(plan.causes[0]) == "2 proposals share 2 eligible reviewers: 1 review short."


@pytest.mark.parametrize("seed", range(20))
def test_dropping_any_named_proposal_changes_the_shortfall_of_the_rest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = plain_problem(rng.random((6, 5)).round(2), wanted=2, load_max=2, forbidden=rng.random((6, 5)) < 0.4)
    plan = solve(problem)
    if not plan.causes:
        assert plan.is_complete
        return
    named = {str(ref) for words in plan.causes for ref in references_of(words)}
    short = sum(wish.missing for wish in plan.unmet)
    keep = [p for p in range(6) if problem.proposals[p] in named]
    assert short == _missing(problem, keep)
    for p in keep:
        assert _missing(problem, [other for other in keep if other != p]) < short


def _missing(problem: AssignmentProblem, keep: list[int]) -> int:
    wanted = np.zeros_like(problem.wanted)
    wanted[keep] = problem.wanted[keep]
    return sum(wish.missing for wish in solve(replace(problem, wanted=wanted)).unmet)
