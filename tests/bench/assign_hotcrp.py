"""The conference of 1,000 papers that HotCRP's autoassigner solved, solved here and judged by the same evaluator.

    python -m tests.bench.assign_hotcrp [FOLDER]

Reads exactly what HotCRP's autoassigner saw (``hotcrp_pairs.csv``). The score of a pair is the preference;
where nothing was said the topics decide, a hundredth as much. Load is 50 for everybody. Pairs that a reviewer
ranks worse than HotCRP's worst are shut.
"""

import csv
import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from reviews.assign import UNIT, AssignmentProblem, solve
from reviews.assign.fairness import solve_fair

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "assignment" / "hotcrp"
WANTED = 3
LOAD = 50
SHOWN = ("sum_pref", "worst_rank_frac", "mean_rank_frac", "load_min", "load_max", "neg_pref", "papers_with_0_pos")
PREFERENCE_MAX = 20


def read_problem(folder: Path, worst_rank: float) -> tuple[AssignmentProblem, list[int], list[str]]:
    """The problem with the papers and the reviewers in the order of its arrays."""
    with (folder / "hotcrp_pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    papers = sorted({int(row["paper"]) for row in rows})
    people = sorted({row["email"] for row in rows})
    at_paper = {paper: p for p, paper in enumerate(papers)}
    at_person = {email: r for r, email in enumerate(people)}
    scores = np.zeros((len(papers), len(people)), dtype=np.int64)
    shut = np.ones(scores.shape, dtype=bool)
    for row in rows:
        p, r = at_paper[int(row["paper"])], at_person[row["email"]]
        preference, topics = int(row["preference"]), int(row["topic_score"])
        scores[p, r] = (preference + PREFERENCE_MAX) * UNIT + (topics * UNIT // 100 if preference == 0 else 0)
        rank = int(row["rank_index"]) / int(row["rank_bound"])
        shut[p, r] = bool(int(row["conflict"])) or round(rank, 3) > worst_rank
    problem = AssignmentProblem(
        tuple(map(str, papers)),
        tuple(people),
        scores,
        wanted=WANTED,
        load_max=LOAD,
        load_min=LOAD,
        forbidden=shut,
        lowest=-UNIT,
    )
    return problem, papers, people


def evaluator(folder: Path) -> ModuleType:
    """The evaluator that stands beside the data."""
    spec = importlib.util.spec_from_file_location("hotcrp_evaluate", folder / "evaluate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compare(folder: Path) -> dict[str, dict[str, Any]]:
    """The evaluator's figures for HotCRP's assignment and for ours, with our seconds."""
    judge = evaluator(folder)
    theirs = judge.evaluate(judge.load(folder / "hotcrp_assignment_default.csv"))
    problem, papers, people = read_problem(folder, theirs["worst_rank_frac"])
    found = {"HotCRP": theirs}
    for name, run in (("Rostrum", solve), ("Rostrum, fair", solve_fair)):
        began = time.monotonic()
        plan = run(problem)
        figures = judge.evaluate([(papers[p], people[r]) for p, r in plan.pairs.tolist()])
        found[name] = figures | {"seconds": round(time.monotonic() - began, 2), "proved": plan.certificate.is_optimal}
    return found


def main() -> None:
    """Print the table."""
    found = compare(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for name, figures in found.items():
        print(name, {key: figures.get(key) for key in (*SHOWN, "conflicts", "papers_not_3", "seconds", "proved")})


if __name__ == "__main__":
    main()
