"""Each rule keeps its promise and says its own sentence."""

from dataclasses import replace

import numpy as np
import pytest

from reviews.assign import UNIT, AssignmentProblem, ProblemError, solve
from reviews.assign import rules as rule
from tests.reviews.assign.problems import plain_problem

SCORES = np.random.default_rng(5).random((10, 8)).round(3)
HALF = np.arange(8) < 4


def solved(*rules: rule.Rule, **fields: object) -> tuple[AssignmentProblem, np.ndarray]:
    problem = plain_problem(SCORES, **{"wanted": 3, "load_max": 6, "rules": rules, **fields})
    plan = solve(problem)
    assert plan.is_complete
    assert plan.certificate.is_optimal
    return problem, plan.pairs


def panels(pairs: np.ndarray) -> list[list[int]]:
    return [sorted(int(r) for r in pairs[pairs[:, 0] == p, 1]) for p in range(10)]


def test_one_reviewer_of_an_institution() -> None:
    homes = rule.labels([0, 0, 0, 1, 1, 2, -1, -1])
    _, pairs = solved(rule.PerInstitution(homes))
    for panel in panels(pairs):
        known = [int(homes[r]) for r in panel if homes[r] >= 0]
        assert len(known) == len(set(known))


def test_at_least_one_senior_and_at_most_one_novice() -> None:
    seniors, novices = HALF, np.arange(8) == 7
    _, pairs = solved(rule.AtLeast(seniors, 2), rule.AtMost(novices | (np.arange(8) == 6)))
    assert all(sum(r < 4 for r in panel) >= 2 and sum(r > 5 for r in panel) <= 1 for panel in panels(pairs))


def test_a_wish_gives_way_when_scores_weigh_more() -> None:
    problem = plain_problem(np.array([[0.9, 0.5]]), rules=(rule.AtLeast(np.array([False, True]), 1, UNIT // 10),))
    plan = solve(problem)
    assert plan.pairs.tolist() == [[0, 0]]
    assert plan.is_complete
    assert [wish.demanded for wish in plan.unmet] == [False]
    dearer = plain_problem(np.array([[0.9, 0.5]]), rules=(rule.AtLeast(np.array([False, True]), 1, UNIT // 2),))
    assert solve(dearer).pairs.tolist() == [[0, 1]]


def test_roles_are_counted_on_each_proposal() -> None:
    roles = rule.labels([0, 0, 0, 1, 1, 1, 1, 1])
    _, pairs = solved(rule.Roles(roles, ("senior", "member"), (1, 2), (1, 2)))
    assert all(sum(r < 3 for r in panel) == 1 for panel in panels(pairs))


def test_topics_are_covered_when_the_price_is_right() -> None:
    topics = np.zeros((10, 2), dtype=bool)
    topics[:, 0] = True
    knows = np.zeros((8, 2), dtype=bool)
    knows[[2, 3, 4], 0] = True
    _, pairs = solved(rule.TopicCoverage(topics, knows, weight=None))
    assert all(set(panel) & {2, 3, 4} for panel in panels(pairs))


def test_a_reviewer_collects_few_proposals_of_a_track() -> None:
    track = rule.labels([0] * 5 + [1] * 5)
    _, pairs = solved(rule.PerTrack(track, 2), load_max=8)
    for r in range(8):
        mine = [int(track[p]) for p in pairs[pairs[:, 1] == r, 0]]
        assert max(mine.count(0), mine.count(1)) <= 2


def test_pools_keep_to_their_track_and_floors_to_their_score() -> None:
    track, pool = rule.labels([0] * 5 + [1] * 5), rule.labels([0, 0, 1, 1, -1, -1, -1, -1])
    problem, pairs = solved(rule.TrackPools(track, pool), rule.ScoreFloor(UNIT // 20))
    assert all(pool[r] in (-1, track[p]) for p, r in pairs)
    assert all(problem.scores[p, r] >= UNIT // 20 for p, r in pairs)


def test_a_declined_bid_is_kept_and_a_bid_counts_up_to_its_cap() -> None:
    bids = np.zeros((1, 3), dtype=np.int8)
    bids[0] = (rule.BID_NO, rule.BID_YES, rule.BID_NONE)
    scores = np.array([[0.9, 0.3, 0.5]])
    capped = rule.BidPolicy(bids, yes=UNIT, most=UNIT // 10)
    assert solve(plain_problem(scores, rules=(capped,))).pairs.tolist() == [[0, 2]]
    free = rule.BidPolicy(bids, yes=UNIT, most=UNIT, alone_below=UNIT // 2)
    plan = solve(plain_problem(scores, rules=(free,)))
    assert plan.pairs.tolist() == [[0, 1]]
    assert [str(flag.sentence) for flag in plan.flags] == ["r1 has p0 because of the bid alone."]
    assert plan.total == 3 * UNIT // 10


def test_load_is_shared_evenly_at_a_price() -> None:
    scores = np.tile(np.linspace(0.9, 0.2, 8), (10, 1))
    plain = solve(plain_problem(scores, wanted=2, load_max=10))
    even = solve(plain_problem(scores, wanted=2, load_max=10, rules=(rule.EvenLoad(UNIT),)))
    assert plain.loads.tolist() == [10, 10, 0, 0, 0, 0, 0, 0]
    assert sorted(even.loads.tolist()) == [2, 2, 2, 2, 3, 3, 3, 3]
    assert even.certificate.is_optimal


def test_a_reserve_and_room_for_late_proposals_stay_free() -> None:
    reserve = rule.Reserve(np.arange(8) == 0, kept=4)
    _, pairs = solved(reserve, rule.LateProposals(9))
    load = np.bincount(pairs[:, 1], minlength=8)
    assert load[0] <= 2
    assert 8 * 6 - len(pairs) >= 9 + 4


def test_co_authors_do_not_meet_and_nobody_reviews_each_other() -> None:
    apart = rule.NotTogether(((0, 1), (1, 2), (2, 3), (3, 4)))
    writes = rule.NoTwoCycles(tuple((p, p % 8) for p in range(10)))
    problem, pairs = solved(apart, writes)
    assert all(not {a, b} <= set(panel) for a, b in apart.people for panel in panels(pairs))
    assert writes.broken(problem, pairs) == []
    assert writes.lazy_rows(problem, 1, pairs) == []


def test_two_people_who_review_each_other_are_found() -> None:
    problem = plain_problem(SCORES[:2, :2])
    cycle = rule.NoTwoCycles(((0, 0), (1, 1)))
    found = cycle.broken(problem, np.array([[0, 1], [1, 0]]))
    assert [str(words) for words in found] == ["r1 and r0 review each other's proposals, p0 and p1."]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (rule.ScoreFloor(UNIT // 4), "No reviewer below a fit of 0.25."),
        (rule.PerInstitution(rule.labels([0])), "At most 1 reviewer of the same institution on a proposal."),
        (rule.PerTrack(rule.labels([0]), 2), "At most 2 proposals of the same track for a reviewer."),
        (rule.AtLeast(HALF), "At least one senior reviewer on each proposal."),
        (rule.AtMost(HALF), "At most one novice on each proposal."),
        (
            rule.Roles(HALF, ("chair", "member"), (0, 1), (1, 3)),
            "Reviewers per proposal by role: chair 0–1, member 1–3.",
        ),
        (
            rule.TopicCoverage(np.ones((1, 1)), np.ones((1, 1))),
            "Each topic of a proposal is known to at least one of its reviewers.",
        ),
        (rule.TrackPools(HALF, HALF), "Reviewers of a track's pool review only that track."),
        (
            rule.BidPolicy(np.zeros((1, 1))),
            "Nobody reviews what they declined, and a bid adds at most 0.25 to the fit.",
        ),
        (rule.ProbabilityCap(0.5), "No pair is drawn with a probability above 50 %."),
        (rule.EvenLoad(UNIT // 10), "Load is shared evenly: each further review costs 0.1 more."),
        (rule.Reserve(HALF), "4 reviewers are kept in reserve for emergencies."),
        (rule.LateProposals(3), "Room for 3 reviews of late proposals is left free."),
        (rule.NotTogether(()), "Co-authors do not review the same proposal."),
        (rule.NoTwoCycles(()), "No two people review each other's proposals."),
    ],
)
def test_each_rule_says_its_own_sentence(made: rule.Rule, words: str) -> None:
    assert str(made.sentence()) == words


def test_room_for_late_proposals_is_found_beside_what_is_pinned() -> None:
    """Two of four reviews are pinned; the room is left by those who have some, not by those who are full already."""
    problem = plain_problem(
        np.full((2, 4), 0.5),
        wanted=[1, 3],
        load_max=[1, 1, 0, 2],
        pinned=((0, 0), (1, 3)),
        rules=(rule.LateProposals(2),),
    )
    plan = solve(problem)
    assert plan.pairs.tolist() == [[0, 0], [1, 3]]
    assert [wish.missing for wish in plan.unmet] == [2]
    with pytest.raises(ProblemError, match="3 reviews cannot be left free; 2 can"):
        replace(problem, rules=(rule.LateProposals(3),))
