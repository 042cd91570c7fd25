"""One table of all instances: total, proof, time, memory, fairness, randomness, drop-outs."""

import multiprocessing
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from plumbing.sentences import sentence
from plumbing.watch import ShouldStop
from reviews.assign.check import check_plan
from reviews.assign.errors import ProblemError
from reviews.assign.fairness import solve_fair
from reviews.assign.instances import read_instance
from reviews.assign.options import SolveOptions
from reviews.assign.prepare import prepare
from reviews.assign.problem import UNIT, AssignmentProblem
from reviews.assign.randomise import randomise
from reviews.assign.repair import repair
from reviews.assign.solve import solve

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FAIR_LOSS = 0.002
POLL_SECONDS = 0.1
GONE_SHARE = 0.02
GONE_SEED = 1
Q = 0.5
COLUMNS = (
    ("instance", "instance", 24, "s"),
    ("size", "size", 12, "s"),
    ("total", "best total", 12, ".4f"),
    ("proved", "proved", 7, "s"),
    ("seconds", "time s", 8, ".2f"),
    ("megabytes", "peak MB", 8, ".0f"),
    ("worst", "worst", 8, ".4f"),
    ("fair_worst", "fair", 8, ".4f"),
    ("fair_loss", "loss %", 8, ".4f"),
    ("fair_seconds", "time s", 8, ".2f"),
    ("drawn", "Q=.5 %", 8, ".3f"),
    ("lost", "lost", 6, "d"),
    ("changed", "changed", 8, "d"),
    ("repair_loss", "loss %", 8, ".4f"),
)


def bench_folder(
    folder: Path, *, fair: bool, say: Callable[[str], None], should_stop: ShouldStop
) -> list[dict[str, Any]]:
    """A row for each ``.npz`` file, each measured in its own process so that its peak memory is its own.

    A wish to stop ends the instance at work, which then has no row.
    """
    say(" ".join(f"{title:>{width}}" for _, title, width, _ in COLUMNS))
    rows = []
    for path in sorted(folder.glob("*.npz")):
        row = _in_own_process(path, fair, should_stop)
        if row is None:
            break
        rows.append(row)
        say(_line(row))
    return rows


def _line(row: dict[str, Any]) -> str:
    if "fault" in row:
        return f"{row['instance']:>{COLUMNS[0][2]}} {row['fault']}"
    cells = []
    for name, _, width, form in COLUMNS:
        cells.append(f"{row[name]:>{width}{form}}" if row.get(name) is not None else " " * width)
    return " ".join(cells)


def _in_own_process(path: Path, fair: bool, should_stop: ShouldStop) -> dict[str, Any] | None:
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_send_row, args=(sender, path, fair), daemon=True)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    child.start()  # deaf to Ctrl-C, which is for this process to hear
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    sender.close()
    try:
        while not should_stop():
            if receiver.poll(POLL_SECONDS):
                row: dict[str, Any] = receiver.recv()
                return row
        return None
    except EOFError:  # the system ended it, most likely for want of memory
        return {"instance": path.stem, "fault": str(sentence("The planning was stopped"))}
    finally:
        child.kill()
        child.join()
        receiver.close()


def _send_row(sender: "Connection", path: Path, fair: bool) -> None:
    sender.send(measure(path, fair))


def measure(path: Path, fair: bool) -> dict[str, Any]:
    """Everything about one instance; ``fault`` instead when it cannot be read."""
    try:
        problem = read_instance(path)
    except ProblemError as fault:
        return {"instance": path.stem, "fault": str(fault)}
    began = time.monotonic()
    plan = solve(problem, options=SolveOptions(check=False))
    seconds = time.monotonic() - began
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = check_plan(plan, prepare(problem))
    row: dict[str, Any] = {
        "instance": path.stem,
        "size": f"{problem.shape[0]}×{problem.shape[1]}",
        "total": plan.total / UNIT,
        "proved": "yes" if verdict.proves_optimum else "NO",
        "seconds": seconds,
        "megabytes": megabytes,
        "worst": int(plan.totals.min()) / UNIT,
        "rounds": plan.rounds,
        "candidates": plan.candidates,
    }
    if fair:
        began = time.monotonic()
        found = solve_fair(problem, loss_max=FAIR_LOSS)
        row |= {"fair_worst": found.notes["floor"], "fair_loss": 100 * found.notes["loss"]}
        row |= {"fair_seconds": time.monotonic() - began, "fair_proved": found.notes["floor_is_best"]}
    row["drawn"] = _drawn_percent(problem)
    gone = np.random.default_rng(GONE_SEED).choice(
        problem.shape[1], max(1, round(GONE_SHARE * problem.shape[1])), replace=False
    )
    mended = repair(problem, plan, gone_reviewers=gone.tolist())
    row |= {"lost": mended.lost, "changed": mended.added, "repair_loss": 100 * mended.loss}
    return row


def _drawn_percent(problem: AssignmentProblem) -> float | None:
    """What is left of the best total when no pair is likelier than Q; None where nobody can be drawn so seldom."""
    try:
        drawn = randomise(problem, q=Q)
    except ProblemError:
        return None
    return 100 * drawn.expected / max(1, drawn.best)
