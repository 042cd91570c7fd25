"""Generated problems of any size: topic mixtures with noise, as large conferences look."""

import numpy as np

from reviews.assign.problem import UNIT, AssignmentProblem, Ints

TOPICS = 40
ROWS = 1_000


def generated_problem(
    proposals: int, reviewers: int, *, seed: int = 1, wanted: int = 3, load_max: int = 6, conflicts: float = 0.001
) -> AssignmentProblem:
    """Scores between 0 and 1 with four decimals; each pair is a conflict with probability ``conflicts``."""
    rng = np.random.default_rng(seed)
    about = rng.dirichlet(np.full(TOPICS, 0.15), proposals).astype(np.float32)
    knows = rng.dirichlet(np.full(TOPICS, 0.15), reviewers).astype(np.float32)
    scores: Ints = np.empty((proposals, reviewers), dtype=np.int64)
    forbidden = np.empty((proposals, reviewers), dtype=bool)
    for first in range(0, proposals, ROWS):
        rows = slice(first, min(first + ROWS, proposals))
        near = about[rows] @ knows.T + 0.1 * rng.random((rows.stop - first, reviewers), dtype=np.float32)
        scores[rows] = np.rint(np.clip(near, 0.0, 1.0) * 10_000).astype(np.int64) * (UNIT // 10_000)
        forbidden[rows] = rng.random((rows.stop - first, reviewers), dtype=np.float32) < conflicts
    return AssignmentProblem(
        tuple(f"p{number}" for number in range(proposals)),
        tuple(f"r{number}" for number in range(reviewers)),
        scores,
        wanted=np.full(proposals, wanted),
        load_max=np.full(reviewers, load_max),
        forbidden=forbidden,
    )
