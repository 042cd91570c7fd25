"""The command writes a whole plan or nothing, and says what is wrong in one line."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from reviews.assign.bench import bench_folder
from reviews.assign.command import assign, bench_assign


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    return save(tmp_path / "case.npz", rng.integers(0, 100, (12, 8)), ub=5)


def save(path: Path, scores: np.ndarray, *, ub: int, mask: np.ndarray | None = None) -> Path:
    shape = scores.shape
    shut = np.zeros(shape, dtype=bool) if mask is None else mask
    np.savez(
        path,
        S=scores.astype(np.int16),
        mask=np.packbits(shut),
        scale=100,
        shape=np.array(shape),
        cov=np.full(shape[0], 3),
        ub=np.full(shape[1], ub),
        lb=np.zeros(shape[1], int),
    )
    return path


def run(instance: Path, *more: str) -> Result:
    out = instance.parent / "out.csv"
    return CliRunner().invoke(assign, ["--instance", str(instance), "--out", str(out), *more])


@pytest.mark.parametrize(
    "more", [(), ("--fair",), ("--q", "0.6", "--seed", "3"), ("--alpha", "0.2", "--q", "0.7"), ("--softness", "5")]
)
def test_pairs_and_report_are_written(instance: Path, more: tuple[str, ...]) -> None:
    result = run(instance, "--report", str(instance.parent / "report.json"), *more)
    assert (result.exit_code, result.exception) == (0, None)
    lines = (instance.parent / "out.csv").read_text().splitlines()
    assert lines[0] == "proposal,reviewer"
    pairs = [tuple(map(int, line.split(","))) for line in lines[1:]]
    assert len(pairs) == len(set(pairs)) == 36
    report = json.loads((instance.parent / "report.json").read_text())
    assert (report["pairs"], report["complete"]) == (36, True)


def test_the_same_seed_writes_the_same_file(instance: Path) -> None:
    run(instance, "--q", "0.5", "--seed", "8")
    first = (instance.parent / "out.csv").read_bytes()
    run(instance, "--q", "0.5", "--seed", "8")
    assert (instance.parent / "out.csv").read_bytes() == first


def test_what_cannot_be_met_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    result = run(save(tmp_path / "short.npz", np.ones((12, 8)), ub=4))
    assert result.exit_code == 1
    assert "Not everything that is demanded can be met." in result.output
    assert "12 proposals share 8 eligible reviewers: 4 reviews short." in result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["short.npz"]


def test_a_partial_plan_is_written_only_on_demand(tmp_path: Path) -> None:
    result = run(save(tmp_path / "short.npz", np.ones((12, 8)), ub=4), "--partial")
    assert result.exit_code == 0
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 1 + 32


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--q", "0"), "q: A probability lies above 0"),
        (("--q", "0.1"), "q: With q at 0.1"),
        (("--alpha", "2"), "alpha: Alpha lies between 0 and 1."),
        (("--fair", "--q", "0.5"), "--fair: A floor and a random draw"),
    ],
)
def test_bad_arguments_are_named(instance: Path, more: tuple[str, ...], words: str) -> None:
    result = run(instance, *more)
    assert result.exit_code == 1
    assert words in result.output
    assert not (instance.parent / "out.csv").exists()


@pytest.mark.parametrize(
    "more", [("--seed", "-1"), ("--softness", "nan"), ("--time-limit", "nan"), ("--fair", "--fair-loss", "nan")]
)
def test_numbers_that_nothing_can_be_done_with_are_refused(instance: Path, more: tuple[str, ...]) -> None:
    result = run(instance, *more)
    assert (result.exit_code, "Invalid value for" in result.output) == (2, True)
    assert not (instance.parent / "out.csv").exists()


def test_a_report_that_cannot_be_written_is_named_before_anything_is(instance: Path) -> None:
    result = run(instance, "--report", str(instance.parent / "no" / "report.json"))
    assert (result.exit_code, "no/report.json: No such file or directory" in result.output) == (1, True)
    assert not (instance.parent / "out.csv").exists()


def test_files_that_cannot_be_read_or_written_are_named(instance: Path) -> None:
    missing = run(instance.parent / "none.npz")
    assert (missing.exit_code, "There is no such file" in missing.output) == (1, True)
    target = ["--instance", str(instance), "--out", str(instance.parent / "no" / "out.csv")]
    result = CliRunner().invoke(assign, target)
    assert (result.exit_code, "No such file or directory" in result.output) == (1, True)


def test_the_benchmark_prints_one_line_for_each_instance(instance: Path) -> None:
    (instance.parent / "broken.npz").write_text("no zip")
    report = instance.parent / "rows.json"
    result = CliRunner().invoke(bench_assign, [str(instance.parent), "--report", str(report)])
    assert (result.exit_code, result.exception) == (0, None)
    assert "not a readable .npz file" in result.output
    rows = {row["instance"]: row for row in json.loads(report.read_text())}
    assert (rows["case"]["size"], rows["case"]["proved"]) == ("12×8", "yes")


def test_the_benchmark_leaves_blank_what_cannot_be_drawn(tmp_path: Path) -> None:
    save(tmp_path / "tight.npz", np.ones((1, 3)), ub=1)
    report = tmp_path / "rows.json"
    result = CliRunner().invoke(bench_assign, [str(tmp_path), "--no-fair", "--report", str(report)])
    assert (result.exit_code, result.exception) == (0, None)
    assert json.loads(report.read_text())[0]["drawn"] is None


def test_a_benchmark_that_is_to_stop_keeps_the_rows_so_far(instance: Path) -> None:
    save(instance.parent / "next.npz", np.ones((4, 4)), ub=3)
    said: list[str] = []
    rows = bench_folder(instance.parent, fair=False, say=said.append, should_stop=lambda: len(said) == 2)
    assert [row["instance"] for row in rows] == ["case"]


def test_a_folder_without_instances_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(bench_assign, [str(tmp_path)])
    assert (result.exit_code, "There is no .npz file" in result.output) == (1, True)
