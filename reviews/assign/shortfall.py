"""How much a missing review must weigh, and whether one is missing."""

import numpy as np

from reviews.assign.prepare import Prepared
from reviews.assign.problem import Ints
from reviews.assign.rules.base import counts_by

PRICE_MAX = 1 << 44


def is_short(prepared: Prepared, pairs: Ints) -> bool:
    """Whether a review or a demand is missing (a larger weight might still find it)."""
    if len(pairs) < int(prepared.wanted.sum()):
        return True
    if (np.bincount(pairs[:, 1], minlength=prepared.problem.shape[1]) < prepared.low).any():
        return True
    for family in prepared.families:
        if family.weight is None:
            own, other = (0, 1) if family.side == "proposal" else (1, 0)
            counts = counts_by(pairs[:, own], family.label[pairs[:, other]], *family.low.shape)
            if (counts < np.minimum(family.low, family.high)).any():
                return True
    return False


def big_range(prepared: Prepared) -> tuple[int, int]:
    """(the weight that outweighs any chain of exchanges, the weight to begin with)"""
    problem = prepared.problem
    widest = 1
    for first, last in prepared.chunks():
        values = prepared.values(first, last)
        widest = max(widest, int(values.max(initial=0)), -int(values.min(initial=0)))
    widest *= 2
    widest += sum(family.weight or 0 for family in prepared.families) + sum(f.over or 0 for f in prepared.families)
    widest += int(prepared.steps[-1]) if prepared.steps is not None and len(prepared.steps) else 0
    safe = min(PRICE_MAX, widest * (min(problem.shape) + 2))
    return safe, min(safe, 4 * widest)
