"""A generated conference of 10,000 proposals and 8,000 reviewers: ``python -m tests.bench.assign_large [LOAD]``.

Prints seconds and peak memory of the proven optimum. Load 6 is roomy; load 4 leaves 6 % of the time free.
"""

import resource
import sys
import time

from reviews.assign import SolveOptions, solve
from reviews.assign.check import check_plan
from reviews.assign.generate import generated_problem
from reviews.assign.prepare import prepare
from reviews.assign.problem import UNIT

PROPOSALS, REVIEWERS = 10_000, 8_000


def main() -> None:
    """Generate, solve, check, print."""
    load = int(sys.argv[1]) if len(sys.argv) > 1 else 6
    problem = generated_problem(PROPOSALS, REVIEWERS, load_max=load)
    began = time.monotonic()
    plan = solve(problem, options=SolveOptions(check=False))
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = check_plan(plan, prepare(problem))
    print(f"load {load}: total {plan.total / UNIT:.4f}, proved {verdict.proves_optimum}, {seconds:.1f} s,", end=" ")
    print(f"{peak:.0f} MB, {plan.rounds} rounds, {plan.candidates} candidates")


if __name__ == "__main__":
    main()
