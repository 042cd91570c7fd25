"""What proves a plan: integer prices, one for each thing that is counted.

For any prices the total of every allowed plan is at most the bound that ``check`` computes from them
(Lagrangian duality), so prices whose bound equals the plan's total prove that nothing better exists.
"""

from dataclasses import dataclass

import numpy as np

from reviews.assign.flow import Flow
from reviews.assign.nesting import Nesting
from reviews.assign.network import Layers, Network
from reviews.assign.prepare import Prepared
from reviews.assign.problem import Ints
from reviews.assign.rules.base import LazyRow


@dataclass(frozen=True, eq=False)
class GroupPrices:
    """Prices of one family's groups; owners and columns not listed cost nothing."""

    owner: Ints
    column: Ints
    price: Ints


@dataclass(frozen=True, eq=False)
class Certificate:
    """Prices in millionths. A pair costs ``proposal[p] + reviewer[r]`` and the prices of its groups.

    ``big`` is what a missing review weighs. ``objective`` is the plan's value under that weighing, ``bound``
    what no allowed plan can pass. They are equal when the plan is a proven optimum; ``proof`` says by
    what: "prices" alone, or "search" when a branch-and-bound closed the rest. ``rows`` are pairs that a
    rule does not allow together; ``floor_prices`` say what the floor under each proposal costs.
    """

    proposal: Ints
    reviewer: Ints
    groups: tuple[GroupPrices, ...]
    big: int
    objective: int
    bound: int
    proof: str = "prices"
    rows: tuple[tuple[LazyRow, int], ...] = ()
    floor: int | None = None
    floor_prices: Ints | None = None

    @property
    def gap(self) -> int:
        """What a better plan could gain at most, in millionths."""
        return 0 if self.proof == "search" else self.bound - self.objective

    @property
    def is_optimal(self) -> bool:
        """Whether nothing better exists."""
        return self.gap == 0


@dataclass(frozen=True, eq=False)
class Prices:
    """The prices by which a pair enters: own price of each end, and group prices on the way."""

    proposal: Ints
    reviewer: Ints
    groups: tuple[GroupPrices, ...]
    enter_proposal: Ints
    enter_reviewer: Ints
    layers: Layers

    def of_block(self, first: int, last: int) -> Ints:
        """The price of every pair of proposals ``first`` to ``last`` (exclusive), groups included."""
        by_p, by_r = self.layers.proposal.leaf, self.layers.reviewer.leaf
        if not len(self.layers.proposal.parent):
            proposal_side = self.enter_proposal[first:last, -1][:, None]
        else:
            proposal_side = self.enter_proposal[first:last][:, by_p]
        if not len(self.layers.reviewer.parent):
            reviewer_side = self.enter_reviewer[:, -1][None, :]
        else:
            reviewer_side = self.enter_reviewer[:, by_r[first:last]].T
        return np.asarray(proposal_side + reviewer_side)


def read_prices(prepared: Prepared, layers: Layers, network: Network, flow: Flow) -> Prices:
    """Prices from the potentials of a solved network."""
    enter_proposal = -flow.potential[network.enter_proposal]
    enter_reviewer = flow.potential[network.enter_reviewer]
    groups: list[GroupPrices] = [_nothing()] * len(prepared.families)
    for nesting, enter in ((layers.proposal, enter_proposal), (layers.reviewer, enter_reviewer)):
        for number, found in _group_prices(nesting, enter).items():
            groups[number] = found
    return Prices(enter_proposal[:, -1], enter_reviewer[:, -1], tuple(groups), enter_proposal, enter_reviewer, layers)


def _group_prices(nesting: Nesting, enter: Ints) -> dict[int, GroupPrices]:
    found: dict[int, list[tuple[Ints, Ints, Ints]]] = {}
    for number, parent in enumerate(nesting.parent):
        price = enter[:, number] - enter[:, parent]
        owner = np.flatnonzero(price)
        columns = np.full(len(owner), nesting.column[number])
        found.setdefault(int(nesting.family[number]), []).append((owner, columns, price[owner]))
    return {
        family: GroupPrices(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        for family, parts in found.items()
    }


def _nothing() -> GroupPrices:
    empty = np.zeros(0, dtype=np.int64)
    return GroupPrices(empty, empty, empty)
