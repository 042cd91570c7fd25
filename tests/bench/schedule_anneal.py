"""The annealing kernel on the published conferences: scores after a time, steps a second, and the first compilation.

    python -m tests.bench.schedule_anneal [--seconds 120] [--workers 2] [--seed 0] [TALKS …]

Reads ``../shared/data/scheduling/optaplanner``; TALKS picks instances by their number of talks.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from schedule.solve.anneal import AnnealOptions, anneal
from schedule.solve.optaplanner import ConferenceProblem, read_instance, solve
from schedule.solve.optaplanner.tabulate import tabulate
from schedule.solve.outcome import SolveOptions

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "scheduling" / "optaplanner"
KNOWN = {18: -34_245, 36: -212_385, 72: -762_165, 108: -1_827_240, 216: -8_384_220}
WARM_UP_STEPS = 1_000
COMPILE = (
    "import time; from tests.bench.schedule_anneal import small, warm_up; problem = small();"
    "clock = time.perf_counter(); warm_up(problem); print(time.perf_counter() - clock)"
)


def small() -> ConferenceProblem:
    """The smallest instance."""
    return read_instance(next(FOLDER.glob("18talks*.xlsx")))


def warm_up(problem: ConferenceProblem) -> None:
    """Load or build the compiled code."""
    anneal(tabulate(problem), AnnealOptions(workers=1, steps_max=WARM_UP_STEPS))


def compilation() -> tuple[float, float]:
    """Seconds until a process has its first plan: with an empty cache, and with what that left there."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        runs = [
            subprocess.run([sys.executable, "-c", COMPILE], env=environment, capture_output=True, text=True, check=True)
            for _ in range(2)
        ]
    return float(runs[0].stdout), float(runs[1].stdout)


def main() -> None:
    """Print one line for each instance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("talks", nargs="*", type=int, default=list(KNOWN))
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    first, later = compilation()
    print(f"first plan: {first:.1f} s with nothing compiled, {later:.1f} s afterwards; load {os.getloadavg()[0]:.1f}")
    warm_up(small())
    for talks in chosen.talks:
        problem = read_instance(next(FOLDER.glob(f"{talks}talks*.xlsx")))
        clock = time.process_time()
        plan = solve(problem, SolveOptions(chosen.seconds, chosen.workers, chosen.seed))
        spent = time.process_time() - clock
        last = plan.course.log[-1].seconds
        print(
            f"{talks:>4} talks  {plan.score}  known {KNOWN.get(talks)}  last gain at {last:.0f} s"
            f"  {plan.steps / plan.course.seconds:,.0f} steps/s  {plan.steps / spent:,.0f} per CPU second"
            f"  load {os.getloadavg()[0]:.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
