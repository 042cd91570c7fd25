"""Drop-outs: 2 % of the reviewers leave, drawn with five seeds: ``python -m tests.bench.assign_dropouts [FOLDER]``.

Prints lost and changed pairs, the loss, and what keeping every other pair would cost.
"""

import sys
import time
from pathlib import Path

import numpy as np

from reviews.assign import solve
from reviews.assign.instances import read_instance
from reviews.assign.repair import BONUS_MAX, change_curve, repair

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "assignment" / "instances"
NAMES = ("midl", "aamas2015", "iclr18-text_sparse60", "gen-300x40", "gen-cvpr_sparse60")
SEEDS = range(5)
SHARE = 0.02


def main() -> None:
    """Print one line for each instance and seed."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for name in NAMES:
        problem = read_instance(folder / f"{name}.npz")
        plan = solve(problem)
        for seed in SEEDS:
            count = max(1, round(SHARE * problem.shape[1]))
            gone = np.random.default_rng(seed).choice(problem.shape[1], count, replace=False).tolist()
            began = time.monotonic()
            mended = repair(problem, plan, gone_reviewers=gone)
            seconds = time.monotonic() - began
            firm = change_curve(problem, plan, gone_reviewers=gone, keep_bonuses=(BONUS_MAX,))[-1]
            print(
                f"{name:22} seed {seed}: {mended.lost:4} lost, {mended.added:4} changed",
                f"(× {mended.added / mended.lost:.3f}), loss {100 * mended.loss:.4f} %, {seconds:.1f} s;",
                f"keeping all: {firm.added} changed, {100 * firm.loss:.4f} %",
                flush=True,
            )


if __name__ == "__main__":
    main()
