"""``rostrum bench schedule``: the engines on public workbooks, without any database."""

import csv
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from plumbing.files import write_whole
from plumbing.sentences import sentence
from schedule.solve import optaplanner
from schedule.solve.errors import CheckError, Infeasible, NoPlanYet, ProblemError
from schedule.solve.optaplanner.write import write_solution as write_conference
from schedule.solve.outcome import Course, SolveOptions
from schedule.solve.sessions import cosplib
from schedule.solve.sessions.check import check_files
from schedule.solve.sessions.solution import write_solution
from schedule.solve.sessions.solve import solve
from schedule.solve.sessions.workbook import sheet_names

SECONDS_DEFAULT = 60.0
OPTAPLANNER_SHEETS = frozenset({"Configuration", "Timeslots", "Rooms", "Speakers", "Talks"})
COLUMNS = ("instance", "size", "cost", "bound", "status", "seconds", "reference")
# Whole costs known for the instances of the collection, by file name: (best known, lower bound).
COSPLIB_REFERENCES = {
    "N2OR": (1, 1),
    "GECCO19": (29, 24),
    "GECCO20": (5773, 5773),
    "GECCO20Poster": (0, 0),
    "GECCO20Workshop": (59325, 59325),
    "GECCO21": (10933, 10933),
    "GECCO22Workshop": (1596, 1596),
    "GECCO23Workshop": (130, 130),
    "OR60": (61, 58),
    "OR60F": (21, 21),
    "OR60F3": (10, 9),
}
# Soft costs of Timefold's own search, by the number of talks.
OPTAPLANNER_REFERENCES = {18: 34_245, 36: 219_240, 72: 827_325, 108: 2_003_235, 216: 10_959_810}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line wants of every run."""

    time_limit: float
    seed: int
    workers: int

    def options(self) -> SolveOptions:
        return SolveOptions(time_limit_seconds=self.time_limit, workers=self.workers, seed=self.seed)


@click.command("schedule")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the plan goes (.xlsx).")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0.1),
    default=SECONDS_DEFAULT,
    show_default=True,
    help="Seconds for one instance; then the best so far.",
)
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Where the report goes (JSON).")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option(
    "--workers", type=click.IntRange(0, 64), default=0, show_default=True, help="0 fits the machine; 1 can be repeated."
)
def bench_schedule(
    path: Path, out: Path | None, time_limit: float, report: Path | None, seed: int, workers: int
) -> None:
    """Solve one workbook of CoSPLib or OptaPlanner, or print a table for a folder of them."""
    asked = Asked(time_limit, seed, workers)
    try:
        if path.is_dir():
            if out is not None:
                raise click.UsageError(str(sentence("--out goes with one workbook, not with a folder.")))
            rows: Any = _folder(path, asked)
        else:
            rows = _one(path, out, asked)
            _print_facts(rows)
        if report is not None:
            write_whole(report, json.dumps(rows, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    except (ProblemError, Infeasible) as fault:
        raise click.ClickException(str(fault)) from fault
    except NoPlanYet as fault:
        raise click.ClickException(str(sentence("The time was over before any plan was found."))) from fault
    except CheckError as fault:
        words = sentence("The independent judge refused the plan: %(reason)s", reason=str(fault))
        raise click.ClickException(str(words)) from fault
    except OSError as fault:
        where = str(fault.filename or out or path)
        raise click.ClickException(f"{where}: {fault.strerror or fault}") from fault


def _one(path: Path, out: Path | None, asked: Asked) -> dict[str, Any]:
    """Solve, write, judge what was written; the facts of the run."""
    if out is not None and not out.parent.is_dir():
        raise ProblemError(str(out), sentence("The folder does not exist."))
    if OPTAPLANNER_SHEETS <= set(sheet_names(path)):
        return _optaplanner(path, out, asked)
    problem = cosplib.read_instance(path)
    plan = solve(problem, asked.options())
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "plan.xlsx" if out is None else out
        write_solution(target, problem, plan.places)
        verdict = check_files(path, target)
    if not verdict.is_sound or verdict.cost != plan.cost:
        raise CheckError(f"{verdict.cost} is not {plan.cost}; {verdict.faults[:3]} {verdict.empty_cells}")
    best, bound = COSPLIB_REFERENCES.get(path.stem, (None, None))
    facts = _facts(path, problem.size, plan.course, best)
    return facts | {"reference_bound": bound, "counts": {str(k): v for k, v in plan.evaluation.counts.items()}}


def _optaplanner(path: Path, out: Path | None, asked: Asked) -> dict[str, Any]:
    problem = optaplanner.read_instance(path)
    plan = optaplanner.solve(problem, asked.options())
    if out is not None:
        write_conference(problem, plan.places, out)
    size = f"{len(problem.talks)} / {len(problem.timeslots)} / {len(problem.rooms)}"
    return _facts(path, size, plan.course, OPTAPLANNER_REFERENCES.get(len(problem.talks)))


def _facts(path: Path, size: str, course: Course, reference: int | None) -> dict[str, Any]:
    return {
        "instance": path.stem,
        "size": size,
        "cost": course.cost[-1],
        "levels": list(course.cost),
        "bound": course.bound,
        "gap": course.gap,
        "status": course.status.value,
        "stopped": course.stopped,
        "seconds": round(course.seconds, 2),
        "workers": course.workers,
        "seed": course.seed,
        "reference": reference,
        "wishes": [
            {"wish": wish.wish, "count": wish.count, "weight": wish.weight, "cost": wish.cost, "level": wish.level}
            for wish in course.costs
        ],
        "log": [
            {"seconds": line.seconds, "cost": line.cost, "bound": line.bound, "phase": line.phase}
            for line in course.log
        ],
    }


def _folder(folder: Path, asked: Asked) -> list[dict[str, Any]]:
    """Every workbook of a folder, one row each as it is done; a broken one gets a row that says why."""
    files = sorted(file for file in folder.glob("*.xlsx") if not file.name.startswith((".", "~")))
    if not files:
        raise click.ClickException(str(sentence("There is no .xlsx file in %(folder)s.", folder=folder.name)))
    table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    table.writerow(COLUMNS)
    rows = []
    for file in files:
        try:
            facts = _one(file, None, asked)
        except (ProblemError, Infeasible) as fault:
            facts = {"instance": file.stem, "status": str(fault)}
        except NoPlanYet:
            facts = {"instance": file.stem, "status": str(sentence("The time was over before any plan was found."))}
        table.writerow(["" if facts.get(name) is None else facts[name] for name in COLUMNS])
        sys.stdout.flush()
        rows.append(facts)
    return rows


def _print_facts(facts: dict[str, Any]) -> None:
    table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    for name in COLUMNS:
        table.writerow([name, "" if facts.get(name) is None else facts[name]])
