"""The independent judge gives the published plans the costs that are known, and agrees with the evaluator."""

from pathlib import Path

import pytest

from schedule.solve.sessions import evaluate, faults
from schedule.solve.sessions.check import check_files
from schedule.solve.sessions.cosplib import read_instance
from schedule.solve.sessions.solution import read_solution, write_solution
from tests.schedule.solve.sessions.problems import drawn, every_plan, write_instance
from tests.schedule.solve.sessions.real import cosplib_file

PUBLISHED = [
    ("published-exact", "N2OR", 2),
    ("published-exact", "GECCO19", 1_000_116),
    ("published-exact", "GECCO20", 6_298),
    ("published-exact", "OR60F3", 1_720),
    ("published-extended", "GECCO21", 11_130),
    ("published-extended", "OR60F", 433),
]


@pytest.mark.parametrize(("folder", "name", "cost"), PUBLISHED)
def test_a_published_plan_costs_what_is_known(folder: str, name: str, cost: int) -> None:
    instance, plan = cosplib_file(f"{name}.xlsx"), cosplib_file(f"{folder}/{name}Solution.xlsx")
    verdict = check_files(instance, plan)
    assert (verdict.cost, verdict.faults, verdict.empty_cells) == (cost, (), 0)
    problem = read_instance(instance)
    places = read_solution(plan, problem)
    assert faults(problem, places) == []
    assert list(evaluate(problem, places).counts.values()) == list(verdict.counts.values())


@pytest.mark.parametrize("seed", range(12))
def test_judge_and_evaluator_agree_term_by_term_on_any_plan(seed: int, tmp_path: Path) -> None:
    problem = drawn(seed)
    instance = write_instance(tmp_path / "instance.xlsx", problem)
    again = read_instance(instance)
    plans = [places for number, places in enumerate(every_plan(problem)) if number % 97 == 5][:3]
    for places in plans:
        write_solution(tmp_path / "plan.xlsx", problem, places)
        verdict = check_files(instance, tmp_path / "plan.xlsx")
        assert verdict.is_sound
        assert verdict.cost == evaluate(problem, places).cost == evaluate(again, places).cost
        assert list(verdict.counts.values()) == list(evaluate(again, places).counts.values())


def test_the_judge_sees_a_torn_talk_a_lost_talk_and_a_foreign_cell(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    instance, plan = cosplib_file("N2OR.xlsx"), cosplib_file("published-exact/N2ORSolution.xlsx")
    book = load_workbook(plan)
    sheet = book["sol"]
    sheet["E7"], sheet["B8"], sheet["C9"] = None, None, sheet["D9"].value
    book.save(tmp_path / "broken.xlsx")
    told = " ".join(check_files(instance, tmp_path / "broken.xlsx").faults)
    assert "NEW19A3750 has 1 of 2 slots" in told
    assert "NEW19A3747 has 0 of 1 slots" in told
    assert "NEW19A20 stands in a cell of another track" in told


def test_an_empty_labelled_cell_is_not_sound(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    instance, plan = cosplib_file("GECCO21.xlsx"), cosplib_file("published-exact/GECCO21Solution.xlsx")
    book = load_workbook(plan)
    book["sol"]["C7"] = "GP"
    book.save(tmp_path / "empty.xlsx")
    verdict = check_files(instance, tmp_path / "empty.xlsx")
    assert (verdict.empty_cells, verdict.is_sound) == (1, False)
