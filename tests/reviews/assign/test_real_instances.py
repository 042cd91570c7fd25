"""The public instances: known optima to the last digit, proved; fairness, chance and drop-outs as promised."""

import numpy as np
import pytest

from reviews.assign import solve
from reviews.assign.check import check_plan
from reviews.assign.fairness import solve_fair
from reviews.assign.instances import read_instance
from reviews.assign.options import SolveOptions
from reviews.assign.prepare import prepare
from reviews.assign.problem import UNIT
from reviews.assign.repair import repair
from tests.bench.assign_hotcrp import compare
from tests.bench.assign_published import points
from tests.reviews.assign.real import assignment_file

OPTIMA = {
    "midl": 201.8849,
    "preflib1": 124.25,
    "preflib3": 454.25,
    "aamas2015": 1406.25,
    "iclr18-text_sparse60": 494.5791,
    "gen-300x40": 635.9181,
    "gen-cvpr_sparse60": 5768.8736,
}
FAIR = {"midl": (0.944839, 0.0006), "gen-300x40": (0.4934, 0.0016), "preflib3": (0.75, 0.0)}


@pytest.mark.parametrize("name", sorted(OPTIMA))
def test_the_known_optimum_is_reached_and_proved(name: str) -> None:
    problem = read_instance(assignment_file(f"instances/{name}.npz"))
    plan = solve(problem)
    assert round(plan.total / UNIT, 4) == OPTIMA[name]
    assert check_plan(plan, prepare(problem)).proves_optimum


@pytest.mark.parametrize("name", sorted(FAIR))
def test_the_worst_off_is_lifted_to_the_best_possible(name: str) -> None:
    plan = solve_fair(read_instance(assignment_file(f"instances/{name}.npz")))
    worst, loss = FAIR[name]
    assert plan.notes["floor"] == worst
    assert plan.notes["floor_is_best"]
    assert plan.notes["loss"] <= loss


def test_concave_scores_lift_the_poor_end() -> None:
    problem = read_instance(assignment_file("instances/gen-cvpr_sparse60.npz"))
    plain, soft = solve(problem), solve(problem, options=SolveOptions(softness=5.0))
    assert np.percentile(soft.totals, 5) / UNIT > 1.826
    assert 1 - soft.total / plain.total < 0.005


def test_few_pairs_change_when_reviewers_leave() -> None:
    problem = read_instance(assignment_file("instances/iclr18-text_sparse60.npz"))
    gone = np.random.default_rng(1).choice(problem.shape[1], 58, replace=False)
    mended = repair(problem, solve(problem), gone_reviewers=gone.tolist())
    assert mended.added <= 1.15 * mended.lost
    assert mended.loss <= 0.001


def test_published_points_are_found_again() -> None:
    found = points(assignment_file("published").parent, "preflib1")
    assert len(found) == 24
    assert [row for row in found if abs(row[2] - row[3]) > 5e-7] == []


def test_hotcrp_is_matched_in_every_figure() -> None:
    figures = compare(assignment_file("hotcrp"))
    theirs = figures["HotCRP"]
    for name in ("Rostrum", "Rostrum, fair"):
        ours = figures[name]
        assert ours["sum_pref"] >= theirs["sum_pref"]
        assert ours["worst_rank_frac"] <= theirs["worst_rank_frac"]
        assert ours["load_max"] - ours["load_min"] <= theirs["load_max"] - theirs["load_min"]
        assert (ours["conflicts"], ours["papers_not_3"], ours["neg_pref"]) == (0, 0, 0)
