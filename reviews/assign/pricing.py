"""Price every pair that was left out; those worth more than their price come in."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from reviews.assign.prepare import Prepared
from reviews.assign.problem import Ints


class Prices(Protocol):
    """Anything that knows the price of every pair."""

    def of_block(self, first: int, last: int) -> Ints:
        """The price of every pair of proposals ``first`` to ``last`` (exclusive)."""


@dataclass(frozen=True, eq=False)
class Missed:
    """Left-out pairs worth more than their price: the best of everybody, and the sum of all."""

    keys: Ints
    worth: int

    @property
    def is_empty(self) -> bool:
        """Whether the candidates held the optimum."""
        return self.worth == 0


def price_all(prepared: Prepared, prices: Prices, candidates: Ints, each: int) -> Missed:
    """All pairs in chunks. ``worth`` bounds what they could add; at most ``each`` per proposal come back."""
    width = prepared.problem.shape[1]
    worth, found, surplus = 0, [], []
    for first, last in prepared.chunks():
        left = prepared.values(first, last) - prices.of_block(first, last)
        inside = candidates[np.searchsorted(candidates, first * width) : np.searchsorted(candidates, last * width)]
        left.ravel()[inside - first * width] = 0
        missed = np.flatnonzero((left > 0) & prepared.open[first:last])
        values = left.ravel()[missed]
        worth += int(values.sum())
        best = _best_per_owner(missed // width, values, each)
        found.append(missed[best] + first * width)
        surplus.append(values[best])
    keys, values = np.concatenate(found), np.concatenate(surplus)
    by_reviewer = _best_per_owner(keys % width, values, each)
    by_proposal = _best_per_owner(keys // width, values, max(1, each // 3))
    return Missed(np.unique(np.concatenate([keys[by_reviewer], keys[by_proposal]])), worth)


def _best_per_owner(owner: Ints, value: Ints, each: int) -> Ints:
    """Places of the ``each`` largest values of every owner."""
    order = np.lexsort((-value, owner))
    owner = owner[order]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    return order[rank < each]
