"""Bad input is refused by name and place, before any solver sees it."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from reviews.assign import UNIT, AssignmentProblem, ProblemError, SparseScores, solve, to_units
from reviews.assign import rules as rule
from reviews.assign.explain import explain_pair
from reviews.assign.instances import read_instance
from reviews.assign.randomise import randomise
from reviews.assign.repair import repair
from reviews.assign.similarity import similarity
from tests.reviews.assign.problems import plain_problem

TWO = [[0.5, 0.2], [0.1, 0.9]]


def refused(**fields: object) -> tuple[str, str]:
    with pytest.raises(ProblemError) as caught:
        plain_problem(np.array(fields.pop("scores", TWO)), **fields)
    return caught.value.place, str(caught.value.sentence)


def test_an_empty_problem_is_refused() -> None:
    none = np.zeros((0, 0), dtype=np.int64)
    with pytest.raises(ProblemError, match="proposals: There is no proposal to assign."):
        AssignmentProblem((), (), none, wanted=1, load_max=1)
    with pytest.raises(ProblemError, match="reviewers: There is no reviewer to assign."):
        AssignmentProblem(("p",), (), none.reshape(1, 0) if none.size else np.zeros((1, 0), int), wanted=1, load_max=1)


def test_the_place_of_a_score_that_is_not_a_number_is_named() -> None:
    with pytest.raises(ProblemError, match=r"scores\[1\]\[0\]: This score is not a number\."):
        to_units(np.array([[0.1, 0.2], [np.nan, 0.3]]))
    with pytest.raises(ProblemError, match=r"scores\[0\]\[1\]: This score is not a number\."):
        AssignmentProblem(("p",), ("r", "s"), np.array([[0.1, np.inf]]), wanted=1, load_max=1)


def test_negative_scores_are_refused_unless_the_source_has_them() -> None:
    place, words = refused(scores=[[0.5, -0.2], [0.1, 0.9]])
    assert (place, words) == ("scores[0][1]", "The score -0.2 is not between 0.0 and 1000.")
    assert solve(plain_problem(np.array([[0.5, -0.2]]), lowest=-UNIT)).total == UNIT // 2


def test_scores_that_are_not_whole_numbers_are_refused() -> None:
    with pytest.raises(ProblemError, match="scores: Scores are whole numbers, in millionths."):
        AssignmentProblem(("p",), ("r",), np.array([[0.5]]), wanted=1, load_max=1)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"wanted": [1, 1, 1]}, "wanted"),
        ({"load_max": [1]}, "load_max"),
        ({"load_min": [1, 1, 1]}, "load_min"),
        ({"forbidden": np.zeros((2, 3), dtype=bool)}, "forbidden"),
        ({"wanted": [1, -1]}, "wanted[1]"),
        ({"wanted": [1, 0.5]}, "wanted"),
        ({"load_max": [1, 20_000]}, "load_max[1]"),
        ({"wanted": [3, 1]}, "wanted[0]"),
        ({"pinned": ((0, 5),)}, "pinned"),
        ({"frozen": ((-1, 0),)}, "frozen"),
        ({"forbidden": np.full((2, 2), 7)}, "forbidden"),
    ],
)
def test_shapes_and_counts_that_do_not_fit_name_their_field(fields: dict[str, object], place: str) -> None:
    assert refused(**fields)[0] == place


def test_loads_that_cannot_be_met_are_named() -> None:
    assert refused(load_min=[2, 0], load_max=[1, 1]) == (
        "load_min[0]",
        "r0 shall write at least 2 and at most 1 reviews.",
    )
    assert refused(load_min=2, load_max=2) == (
        "load_min",
        "The minimum loads ask for 4 reviews, but only 2 are wanted.",
    )


def test_pins_that_contradict_are_named() -> None:
    shut = np.array([[True, False], [False, False]])
    assert refused(pinned=((0, 0),), forbidden=shut) == (
        "pinned",
        "r0 is pinned to p0, but the pair is forbidden: This pair is marked as a conflict of interest.",
    )
    assert refused(pinned=((0, 0), (0, 1)))[1] == "p0 has more pins than wanted reviews."
    assert refused(pinned=((0, 0), (1, 0)))[1] == "r0 has more pins than the load allows."


def test_a_reference_that_stands_twice_is_refused() -> None:
    with pytest.raises(ProblemError, match="reviewers: The reference r stands here twice."):
        AssignmentProblem(("p",), ("r", "r"), np.zeros((1, 2), dtype=np.int64), wanted=1, load_max=1)


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        (rule.PerInstitution(rule.labels([0])), "institution"),
        (rule.PerInstitution(rule.labels([0, -2])), "institution[1]"),
        (rule.AtLeast(np.array([True])), "members"),
        (rule.Roles(rule.labels([0, 1]), ("chair",), (0,), (1,)), "role"),
        (rule.Roles(rule.labels([0, 0]), ("chair",), (2,), (1,)), "role"),
        (rule.TopicCoverage(np.ones((2, 2), bool), np.ones((2, 3), bool)), "reviewer_topics"),
        (rule.TrackPools(rule.labels([0]), rule.labels([0, 0])), "track"),
        (rule.BidPolicy(np.zeros((2, 3), np.int8)), "bids"),
        (rule.BidPolicy(np.zeros((2, 2), np.int8), yes=-1), "bids"),
        (rule.EvenLoad(-1), "step"),
        (rule.LateProposals(5), "reviews"),
        (rule.NotTogether(((0, 9),)), "people"),
        (rule.NotTogether(((1, 1),)), "people"),
        (rule.NoTwoCycles(((9, 0),)), "authors"),
        (rule.ProbabilityCap(0.0), "q"),
        (rule.PerTrack(rule.labels([0]), 1), "track"),
    ],
)
def test_rules_that_do_not_fit_name_their_field(broken: rule.Rule, place: str) -> None:
    assert refused(rules=(broken,))[0] == place


def test_sparse_scores_name_what_is_wrong() -> None:
    def listed(p: list[int], r: list[int], s: list[int]) -> SparseScores:
        return SparseScores((2, 2), np.array(p), np.array(r), np.array(s))

    with pytest.raises(ProblemError, match="A pair is listed twice."):
        listed([0, 0], [1, 1], [1, 2])
    with pytest.raises(ProblemError, match="A pair lies outside the table"):
        listed([0, 2], [1, 1], [1, 2])
    with pytest.raises(ProblemError, match="differ in length"):
        listed([0], [1, 1], [1, 2])
    with pytest.raises(ProblemError, match=r"scores\[1\]\[0\]"):
        AssignmentProblem(("p", "q"), ("r", "s"), listed([1], [0], [-5]), wanted=1, load_max=1)


def test_questions_about_what_does_not_exist_are_refused() -> None:
    problem = plain_problem(np.array(TWO))
    plan = solve(problem)
    with pytest.raises(ProblemError, match="pair: The pair"):
        explain_pair(problem, plan, 0, 7)
    with pytest.raises(ProblemError, match="gone_reviewers: Reviewer 9 does not exist."):
        repair(problem, plan, gone_reviewers=[9])
    for asked in ({"q": 0.0}, {"q": 1.5}, {"q": float("nan")}, {"alpha": -0.1}, {"alpha": 1.1}):
        with pytest.raises(ProblemError):
            randomise(problem, **asked)
    with pytest.raises(ProblemError, match="texts: No text has any words."):
        similarity([["", " "]], [""])


def test_files_that_are_no_instances_are_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemError, match="There is no such file"):
        read_instance(tmp_path / "none.npz")
    (tmp_path / "text.npz").write_text("not a zip")
    with pytest.raises(ProblemError, match="not a readable .npz file"):
        read_instance(tmp_path / "text.npz")
    (tmp_path / "cut.npz").write_bytes(b"PK\x03\x04 cut")
    with pytest.raises(ProblemError, match="not a readable .npz file"):
        read_instance(tmp_path / "cut.npz")
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "one.npy").rename(tmp_path / "one.npz")
    with pytest.raises(ProblemError, match="not a readable .npz file"):
        read_instance(tmp_path / "one.npz")
    with zipfile.ZipFile(tmp_path / "odd.npz", "w") as odd:
        odd.writestr("S.npy", b"\x93NUMPY\x01\x00\x10\x00{'descr': '<f8', ")
    with pytest.raises(ProblemError, match="not a readable .npz file"):
        read_instance(tmp_path / "odd.npz")
    np.savez(tmp_path / "few.npz", S=np.zeros((1, 1)))
    with pytest.raises(ProblemError, match="The array cov is missing"):
        read_instance(tmp_path / "few.npz")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"S": np.array([[np.nan, 1.0]])}, r"scores\[0\]\[0\]"),
        ({"S": np.zeros((2, 2))}, "S: The shape"),
        ({"S": np.array([["a", "b"]])}, "scores"),
        ({"mask": np.zeros(2, np.uint8)}, "mask"),
        ({"scale": 0}, "scale"),
        ({"shape": np.array([1.5, 2.0])}, "shape"),
        ({"cov": np.array([9])}, r"wanted\[0\]"),
        ({"ub": np.array([1, 2, 3])}, "load_max"),
        ({"lb": np.array([-1, 0])}, r"load_min\[0\]"),
        ({"S": np.array([[1.0, -1e300]])}, r"scores\[0\]\[1\]: The score -1e\+300"),
        ({"S": np.array([[1, 2**62]])}, r"scores\[0\]\[1\]: The score"),
        ({"S": np.array([["1", "2"]], "datetime64[D]")}, "scores: Scores are numbers"),
        ({"scale": "10"}, "scale"),
        ({"scale": np.array(None)}, "case.npz: This is not a readable"),
        ({"scale": -0.0}, "scale"),
        ({"shape": np.array([2**62, 2**62])}, "shape: More than"),
        ({"cov": np.array(1)}, "wanted: The shape is 0 instead of 1"),
        ({"cov": np.array(["1"])}, "wanted: Only whole numbers"),
        ({"ub": np.array(["2020", "2021"], "datetime64[Y]")}, "load_max: Only whole numbers"),
        ({"ub": np.array([1j, 1])}, "load_max: Only whole numbers"),
        ({"lb": np.array([1e300, 0])}, r"load_min\[0\]"),
    ],
)
def test_arrays_of_an_instance_that_do_not_fit_are_named(tmp_path: Path, change: dict[str, object], place: str) -> None:
    good = {
        "S": np.array([[0.5, 1.0]]),
        "mask": np.zeros(1, np.uint8),
        "scale": 1,
        "shape": np.array([1, 2]),
        "cov": np.array([1]),
        "ub": np.array([1, 1]),
        "lb": np.array([0, 0]),
    }
    np.savez(tmp_path / "case.npz", **(good | change))
    with pytest.raises(ProblemError, match=place):
        read_instance(tmp_path / "case.npz")


@pytest.mark.parametrize("name", ["pi", "ri"])
@pytest.mark.parametrize("places", [np.array([0.5]), np.array(["0"]), np.array([np.nan]), np.array([[0]])])
def test_places_of_listed_pairs_are_whole_numbers_or_are_named(tmp_path: Path, name: str, places: np.ndarray) -> None:
    good = {"pi": np.array([0]), "ri": np.array([0]), "s": np.array([1.0]), "scale": 1, "shape": np.array([1, 1])}
    np.savez(
        tmp_path / "case.npz", cov=np.ones(1, int), ub=np.ones(1, int), lb=np.zeros(1, int), **good | {name: places}
    )
    with pytest.raises(ProblemError, match=f"{name}: "):
        read_instance(tmp_path / "case.npz")


def test_a_file_that_unpacks_to_too_much_is_named_before_it_is_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("S.npy", b"")
    packed = bytearray((tmp_path / "bomb.npz").read_bytes())
    entry = packed.index(b"PK\x01\x02")
    packed[entry + 24 : entry + 28] = (3 * 10**9).to_bytes(4, "little")
    (tmp_path / "bomb.npz").write_bytes(packed)
    with pytest.raises(ProblemError, match="The file is too large"):
        read_instance(tmp_path / "bomb.npz")
