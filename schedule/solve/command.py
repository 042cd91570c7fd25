"""``rostrum bench schedule``: the engines on public workbooks, without any database."""

import csv
import json
import sys
from pathlib import Path
from typing import Any

import click

from plumbing.files import write_whole
from plumbing.sentences import Sentence, sentence
from plumbing.shell import Finite, refuse_unwritable, stopping
from plumbing.watch import ShouldStop
from schedule.solve.errors import CheckError, Infeasible, NoPlanYet, ProblemError
from schedule.solve.outcome import SolveOptions

SECONDS_DEFAULT = 60.0
COLUMNS = ("instance", "size", "cost", "bound", "status", "seconds", "reference")


@click.command("schedule")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the plan goes (.xlsx).")
@click.option(
    "--time-limit",
    type=Finite(min=0.1),
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
    options = SolveOptions(time_limit_seconds=time_limit, workers=workers, seed=seed)
    if path.is_dir() and out is not None:
        raise click.UsageError(str(sentence("--out goes with one workbook, not with a folder.")))
    refuse_unwritable(out, report)
    try:
        with stopping() as stop:
            rows: Any = (
                _solved(path, out, options, stop.is_set) if path.is_file() else _folder(path, options, stop.is_set)
            )
        if path.is_file():
            _print_facts(rows)
        if report is not None:
            write_whole(report, json.dumps(rows, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    except (ProblemError, Infeasible) as fault:
        raise click.ClickException(str(fault)) from fault
    except NoPlanYet as fault:
        raise click.ClickException(str(_why_none(stopped=stop.is_set()))) from fault
    except CheckError as fault:
        words = sentence("The independent judge refused the plan: %(reason)s", reason=str(fault))
        raise click.ClickException(str(words)) from fault
    except OSError as fault:
        where = str(fault.filename or out or path)
        raise click.ClickException(f"{where}: {fault.strerror or fault}") from fault


def _why_none(*, stopped: bool) -> Sentence:
    if stopped:
        return sentence("The planning was stopped")
    return sentence("The time was over before any plan was found.")


def _folder(folder: Path, options: SolveOptions, should_stop: ShouldStop) -> list[dict[str, Any]]:
    """Every workbook of a folder, one row each as it is done; a broken one gets a row that says why.

    A wish to stop ends the workbook at work with its best so far, and those after it have no row.
    """
    files = sorted(file for file in folder.glob("*.xlsx") if not file.name.startswith((".", "~")))
    if not files:
        raise click.ClickException(str(sentence("There is no .xlsx file in %(folder)s.", folder=folder.name)))
    table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    table.writerow(COLUMNS)
    rows = []
    for file in files:
        if should_stop():
            break
        try:
            facts = _solved(file, None, options, should_stop)
        except (ProblemError, Infeasible) as fault:
            facts = {"instance": file.stem, "status": str(fault)}
        except NoPlanYet:
            facts = {"instance": file.stem, "status": str(_why_none(stopped=should_stop()))}
        table.writerow(["" if facts.get(name) is None else facts[name] for name in COLUMNS])
        sys.stdout.flush()
        rows.append(facts)
    return rows


def _solved(path: Path, out: Path | None, options: SolveOptions, should_stop: ShouldStop) -> dict[str, Any]:
    """Loads the engines only now, so that no other command of ``rostrum`` waits for them or holds them in memory."""
    from schedule.solve.bench import solve_workbook

    return solve_workbook(path, out, options, should_stop)


def _print_facts(facts: dict[str, Any]) -> None:
    table = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    for name in COLUMNS:
        table.writerow([name, "" if facts.get(name) is None else facts[name]])
