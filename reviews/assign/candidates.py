"""Which pairs the solver looks at first: the best of each proposal and of each reviewer."""

import numpy as np

from reviews.assign.prepare import Prepared
from reviews.assign.problem import Ints

ALL_PAIRS_MAX = 150_000  # below this every open pair is a candidate
NEVER = np.iinfo(np.int64).min


def first_candidates(prepared: Prepared, each: int) -> Ints:
    """Sorted keys (proposal × reviewers + reviewer) of the best ``each`` open pairs of everybody.

    One pass over all pairs in chunks; memory is that of one chunk and of ``each`` rows of reviewers.
    """
    proposals, reviewers = prepared.problem.shape
    if proposals * reviewers <= ALL_PAIRS_MAX:
        return np.flatnonzero(prepared.open.ravel()).astype(np.int64)
    found: list[Ints] = []
    best_value = np.full((reviewers, 0), NEVER)
    best_proposal = np.zeros((reviewers, 0), dtype=np.int64)
    for first, last in prepared.chunks():
        values = np.where(prepared.open[first:last], prepared.values(first, last), NEVER)
        found.append(_best_of_rows(values, first, each))
        across = np.ascontiguousarray(values.T)
        kept = _top(across, each)
        best_value = np.hstack([best_value, np.take_along_axis(across, kept, axis=1)])
        best_proposal = np.hstack([best_proposal, kept + first])
        if best_value.shape[1] > each:
            again = _top(best_value, each)
            best_value = np.take_along_axis(best_value, again, axis=1)
            best_proposal = np.take_along_axis(best_proposal, again, axis=1)
    r, column = np.nonzero(best_value > NEVER)
    found.append(best_proposal[r, column] * reviewers + r)
    return np.unique(np.concatenate(found))


def _best_of_rows(values: Ints, first: int, each: int) -> Ints:
    columns = _top(values, each)
    rows = np.repeat(np.arange(len(values)), columns.shape[1])
    flat = columns.ravel()
    real = values[rows, flat] > NEVER
    keys: Ints = (rows[real] + first) * values.shape[1] + flat[real]
    return keys


def _top(table: Ints, each: int) -> Ints:
    if table.shape[1] <= each:
        return np.broadcast_to(np.arange(table.shape[1]), table.shape).copy()
    cut = table.shape[1] - each
    return np.argpartition(table, cut, axis=1)[:, cut:].astype(np.int64)
