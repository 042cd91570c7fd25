"""The session form on the public instances: cost, bound and seconds, each plan judged from its file.

    python -m tests.bench.schedule_sessions [SECONDS] [NAME ...]

Prints a table in Markdown. Run it alone on the machine: the portfolio of eight workers shares the processors.
"""

import os
import sys
import tempfile
from pathlib import Path

from schedule.solve.bench import COSPLIB_REFERENCES
from schedule.solve.outcome import SolveOptions
from schedule.solve.sessions import SessionPlan, solve
from schedule.solve.sessions.check import check_files
from schedule.solve.sessions.cosplib import read_instance
from schedule.solve.sessions.solution import write_solution

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "scheduling" / "cosplib"
SECONDS = 300.0


def solved(name: str, seconds: float) -> SessionPlan:
    """One instance, with the written plan judged."""
    path = FOLDER / f"{name}.xlsx"
    problem = read_instance(path)
    plan = solve(problem, SolveOptions(time_limit_seconds=seconds))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "plan.xlsx"
        write_solution(target, problem, plan.places)
        verdict = check_files(path, target)
    if not verdict.is_sound or verdict.cost != plan.cost:
        raise SystemExit(f"{name}: the judge says {verdict.cost}, {verdict.faults[:3]}")
    return plan


def best_at(plan: SessionPlan) -> float:
    """When the final cost was first reached."""
    return next(line.seconds for line in plan.course.log if line.cost == plan.cost)


def main(arguments: list[str]) -> None:
    seconds = float(arguments[0]) if arguments else SECONDS
    names = arguments[1:] or list(COSPLIB_REFERENCES)
    print(
        "| instance | talks / tracks / sessions / rooms | cost | bound | status | best at, s | seconds | known | load |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name in names:
        plan = solved(name, seconds)
        known = "{} (≥ {})".format(*COSPLIB_REFERENCES[name]) if name in COSPLIB_REFERENCES else ""
        course = plan.course
        cells = (
            name,
            plan.problem.size,
            plan.cost,
            course.bound,
            course.status.value,
            f"{best_at(plan):.0f}",
            f"{course.seconds:.0f}",
            known,
            f"{os.getloadavg()[0]:.1f}",
        )
        print(f"| {' | '.join(str(cell) for cell in cells)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
