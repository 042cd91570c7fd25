"""One public workbook through its engine: read, solve, write, judge what was written; the facts of the run.

Loading this loads every engine, which costs a second and 120 MB; ``command`` does so only when it is asked to solve.
"""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from plumbing.files import write_whole
from plumbing.sentences import sentence
from plumbing.watch import ShouldStop, Watch, watching
from schedule.solve import optaplanner
from schedule.solve.errors import CheckError, ProblemError
from schedule.solve.optaplanner.write import write_solution as write_conference
from schedule.solve.outcome import Course, SolveOptions
from schedule.solve.sessions import cosplib
from schedule.solve.sessions.check import check_files
from schedule.solve.sessions.solution import write_solution
from schedule.solve.sessions.solve import solve
from schedule.solve.sessions.workbook import sheet_names

STEPS_PER_SECOND = 5_000
"""Of the annealing kernel, for one worker: few enough that the work of a second lasts less, also on a busy machine."""
LONG_SECONDS = 1e6
OPTAPLANNER_SHEETS = frozenset({"Configuration", "Timeslots", "Rooms", "Speakers", "Talks"})
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


def solve_workbook(
    path: Path, out: Path | None, options: SolveOptions, should_stop: ShouldStop | None = None
) -> dict[str, Any]:
    """Raises ``ProblemError``, ``Infeasible``, ``NoPlanYet``, ``CheckError``."""
    if out is not None and not out.parent.is_dir():
        raise ProblemError(str(out), sentence("The folder does not exist."))
    if OPTAPLANNER_SHEETS <= set(sheet_names(path)):
        return _optaplanner(path, out, options, should_stop)
    problem = cosplib.read_instance(path)
    plan = solve(problem, options, _watch(options, should_stop))
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "plan.xlsx"
        write_solution(written, problem, plan.places)
        verdict = check_files(path, written)
        if not verdict.is_sound or verdict.cost != plan.cost:
            raise CheckError(f"{verdict.cost} is not {plan.cost}; {verdict.faults[:3]} {verdict.empty_cells}")
        if out is not None:
            write_whole(out, written.read_bytes())
    best, bound = COSPLIB_REFERENCES.get(path.stem, (None, None))
    facts = _facts(path, problem.size, plan.course, best)
    return facts | {"reference_bound": bound, "counts": {str(k): v for k, v in plan.evaluation.counts.items()}}


def _watch(options: SolveOptions, should_stop: ShouldStop | None) -> Watch:
    """One worker counts its work instead of the seconds, so that a run can be repeated."""
    return watching(None if options.workers == 1 else options.time_limit_seconds, None, should_stop)


def _optaplanner(path: Path, out: Path | None, options: SolveOptions, should_stop: ShouldStop | None) -> dict[str, Any]:
    problem = optaplanner.read_instance(path)
    steps = int(STEPS_PER_SECOND * options.time_limit_seconds) if options.workers == 1 else None
    timed = options if steps is None else replace(options, time_limit_seconds=LONG_SECONDS)
    plan = optaplanner.solve(problem, timed, _watch(options, should_stop), steps_max=steps)
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
