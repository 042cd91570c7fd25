"""``rostrum assign`` and ``rostrum bench assign``: the engine on files, without any database."""

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
from reviews.assign.bench import bench_folder
from reviews.assign.errors import Cancelled, ProblemError
from reviews.assign.fairness import solve_fair
from reviews.assign.instances import read_instance
from reviews.assign.options import SolveOptions
from reviews.assign.plan import AssignmentPlan
from reviews.assign.randomise import randomise
from reviews.assign.solve import solve

FAIR_LOSS_PERCENT = 0.2
HEADER = ("proposal", "reviewer")


@click.command("assign")
@click.option("--instance", "path", required=True, type=click.Path(path_type=Path), help="Problem (.npz).")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Where the pairs go (CSV).")
@click.option("--fair", is_flag=True, help="Raise the worst-off proposal as far as --fair-loss allows.")
@click.option(
    "--fair-loss",
    type=Finite(0, 100),
    default=FAIR_LOSS_PERCENT,
    show_default=True,
    help="Percent of the best total that --fair may give up; 100 is the best possible worst-off.",
)
@click.option("--q", type=float, help="Draw at random; no pair is likelier than Q.")
@click.option("--alpha", type=float, help="Draw at random, spread by alpha (0 to 1).")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the draw.")
@click.option("--softness", type=Finite(0, 50), default=0.0, help="Concave scores; 5 is gentle.")
@click.option("--time-limit", type=Finite(min=0.01), help="Seconds; then the best so far.")
@click.option("--partial", is_flag=True, help="Write the plan even when wishes are not met.")
@click.option("--report", type=click.Path(path_type=Path), help="Where the report goes (JSON).")
def assign(path: Path, out: Path, report: Path | None, partial: bool, **asked: Any) -> None:
    """Assign reviewers to the proposals of one instance and prove the result."""
    refuse_unwritable(out, report)
    with stopping() as stop:
        try:
            plan, words = _run(path, stop.is_set, **asked)
        except ProblemError as fault:
            raise click.ClickException(str(fault)) from fault
        except Cancelled as late:
            raise click.ClickException(str(_why_none(stopped=stop.is_set()))) from late
    if not plan.is_complete and not partial:
        raise click.ClickException(_what_is_missing(plan))
    try:
        write_whole(out, _csv_text(plan))
        if report is not None:
            write_whole(report, json.dumps(words, indent=2, sort_keys=True) + "\n")
    except OSError as fault:
        raise click.ClickException(f"{fault.filename or out}: {fault.strerror}") from fault
    _say(plan)


@click.command("assign")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--fair/--no-fair", default=True, help="Fairness takes most of the time.")
@click.option("--report", type=click.Path(path_type=Path), help="Where the rows go (JSON).")
def bench_assign(folder: Path, fair: bool, report: Path | None) -> None:
    """Solve every instance of a folder and print one table."""
    refuse_unwritable(report)
    with stopping() as stop:
        rows = bench_folder(folder, fair=fair, say=click.echo, should_stop=stop.is_set)
    if not rows and not stop.is_set():
        raise click.ClickException(str(sentence("There is no .npz file in %(folder)s.", folder=folder.name)))
    if report is not None:
        write_whole(report, json.dumps(rows, indent=2) + "\n")


def _why_none(*, stopped: bool) -> Sentence:
    if stopped:
        return sentence("The planning was stopped")
    return sentence("The time was over before any plan was found.")


def _run(
    path: Path,
    should_stop: ShouldStop,
    *,
    fair: bool,
    fair_loss: float,
    q: float | None,
    alpha: float | None,
    seed: int,
    softness: float,
    time_limit: float | None,
) -> tuple[AssignmentPlan, dict[str, Any]]:
    problem = read_instance(path)
    options = SolveOptions(softness=softness, time_limit_seconds=time_limit)
    if q is not None or alpha is not None:
        if fair:
            raise ProblemError("--fair", sentence("A floor and a random draw cannot be had together."))
        drawn = randomise(
            problem, q=1.0 if q is None else q, alpha=alpha or 0.0, seed=seed, options=options, should_stop=should_stop
        )
        return drawn.plan, drawn.report()
    if fair:
        loss_max = None if fair_loss >= 100 else fair_loss / 100
        plan = solve_fair(problem, loss_max=loss_max, options=options, should_stop=should_stop)
    else:
        plan = solve(problem, options=options, should_stop=should_stop)
    return plan, plan.report()


def _what_is_missing(plan: AssignmentPlan) -> str:
    unmet = [wish for wish in plan.unmet if wish.demanded]
    words = [str(cause) for cause in plan.causes] + [str(wish.sentence) for wish in unmet[:5]]
    if len(unmet) > 5:
        words.append("…")
    return "\n".join([str(sentence("Not everything that is demanded can be met.")), *words])


def _csv_text(plan: AssignmentPlan) -> str:
    lines = [",".join(HEADER), *(f"{p},{r}" for p, r in plan.pairs.tolist())]
    return "\n".join(lines) + "\n"


def _say(plan: AssignmentPlan) -> None:
    facts = plan.report()
    rows = csv.writer(sys.stdout, delimiter="\t", lineterminator="\n")
    for name in ("total", "worst_proposal", "pairs", "optimal", "proof", "gap", "complete", "stopped", "seconds"):
        rows.writerow([name, facts[name]])
