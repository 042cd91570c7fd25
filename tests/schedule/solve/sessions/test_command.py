"""``rostrum bench schedule`` writes a judged plan and a report, or says in one line what is wrong."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from schedule.solve.command import bench_schedule
from schedule.solve.sessions import Talk
from schedule.solve.sessions.check import check_files
from tests.schedule.solve.sessions.problems import best_cost, drawn, plain, write_instance
from tests.schedule.solve.sessions.real import cosplib_file


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(bench_schedule, [str(argument) for argument in arguments])


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return write_instance(tmp_path / "case.xlsx", drawn(8))


def test_the_written_plan_costs_what_the_report_says(instance: Path, tmp_path: Path) -> None:
    out, report = tmp_path / "plan.xlsx", tmp_path / "report.json"
    result = run(instance, "--out", out, "--report", report, "--time-limit", "20", "--workers", "1", "--seed", "3")
    assert (result.exit_code, result.exception) == (0, None)
    facts = json.loads(report.read_text())
    assert check_files(instance, out).cost == facts["cost"] == facts["bound"]
    assert (facts["status"], facts["workers"], facts["seed"], facts["reference"]) == ("optimal", 1, 3, None)
    assert sum(wish["cost"] for wish in facts["wishes"]) == facts["cost"]
    assert facts["log"][-1]["cost"] == facts["cost"]
    assert f"cost\t{facts['cost']}\n" in result.output


def test_the_violations_of_a_written_plan_add_up(instance: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.xlsx"
    assert run(instance, "--out", out, "--workers", "1").exit_code == 0
    rows = list(load_workbook(out)["violations"].iter_rows(values_only=True))
    total = sum(row[column + 1] for row in rows[1:] for column in range(1, len(row), 2) if row[column] == "Total")
    assert rows[1][0] == f"Objective Value = {total}"


def test_a_folder_gives_one_row_for_each_workbook_and_names_the_broken(tmp_path: Path) -> None:
    problem = plain([Talk("a", 0), Talk("b", 0)])
    write_instance(tmp_path / "good.xlsx", problem)
    (tmp_path / "bad.xlsx").write_text("no workbook")
    result = run(tmp_path, "--time-limit", "10", "--workers", "1")
    assert result.exit_code == 0
    head, bad, good = result.output.splitlines()
    assert head.split("\t") == ["instance", "size", "cost", "bound", "status", "seconds", "reference"]
    assert bad.split("\t")[4] == "bad.xlsx: This is not an Excel workbook (.xlsx)."
    assert good.split("\t")[:5] == ["good", "2 / 1 / 2 / 1", str(best_cost(problem)), "0", "optimal"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_interrupted_writes_the_best_so_far(tmp_path: Path, number: signal.Signals) -> None:
    instance, out = cosplib_file("GECCO19.xlsx"), tmp_path / "plan.xlsx"
    thread = threading.Thread(target=interrupt_the_solver, args=(number,), daemon=True)
    thread.start()
    result = run(instance, "--out", out, "--time-limit", "3600", "--workers", "2")
    thread.join()
    assert (result.exit_code, result.exception) == (0, None)
    assert "Stopping with the best so far" in result.output
    assert f"cost\t{check_files(instance, out).cost}\n" in result.output


def interrupt_the_solver(number: signal.Signals) -> None:
    """A signal as soon as a solver runs, which has its guard beside it."""
    while not any("_guard" in thread.name for thread in threading.enumerate()):
        time.sleep(0.01)
    os.kill(os.getpid(), number)


def test_faults_end_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "bad.xlsx").write_text("no workbook")
    (tmp_path / "empty").mkdir()
    crowded = write_instance(tmp_path / "full.xlsx", plain([Talk(f"t{i}", 0) for i in range(5)]))
    for arguments, words in (
        ((tmp_path / "bad.xlsx",), "Error: bad.xlsx: This is not an Excel workbook (.xlsx)."),
        ((tmp_path / "empty",), "Error: There is no .xlsx file in empty."),
        ((crowded,), "Error: No plan keeps every hard rule."),
        ((crowded, "--out", tmp_path / "none" / "plan.xlsx"), "none/plan.xlsx: No such file or directory"),
        ((crowded, "--report", tmp_path / "none" / "facts.json"), "none/facts.json: No such file or directory"),
    ):
        result = run(*arguments)
        assert result.exit_code == 1
        assert result.output.strip().endswith(words)
        assert "Traceback" not in result.output
