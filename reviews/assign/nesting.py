"""Do the groups of one side nest? Only then are they a layer of a flow."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from reviews.assign.problem import Ints
from reviews.assign.rules.base import Family, Side


@dataclass(frozen=True, eq=False)
class Nesting:
    """The sets of one side as a forest.

    ``leaf[other]`` is the smallest set that holds a reviewer (or proposal), ``parent[set]`` the next larger;
    -1 is none. ``low``, ``high``, ``reward`` and ``over`` have the shape (owners, sets); ``order`` lists
    the sets with parents first; ``family`` and ``column`` say where each set comes from.
    """

    leaf: Ints
    parent: Ints
    order: tuple[int, ...]
    family: Ints
    column: Ints


def nest(families: tuple[Family, ...], side: Side, others: int) -> Nesting | None:
    """The forest of one side's groups, or None when two groups cross."""
    own = [(number, family) for number, family in enumerate(families) if family.side == side]
    offsets = np.cumsum([0] + [family.low.shape[1] for _, family in own])
    total = int(offsets[-1])
    member = np.full((len(own), others), -1, dtype=np.int64)
    for row, (_, family) in enumerate(own):
        member[row] = np.where(family.label >= 0, family.label + offsets[row], -1)
    size = np.bincount(member[member >= 0].ravel(), minlength=total)
    chains = _chains(member, size)
    parent = np.full(total, -2, dtype=np.int64)
    for above, below in pairwise([np.full(others, -1, dtype=np.int64), *chains]):
        held = below >= 0
        parent[below[held]] = above[held]
    for above, below in pairwise([np.full(others, -1, dtype=np.int64), *chains]):
        held = below >= 0
        if (parent[below[held]] != above[held]).any():
            return None
    parent[parent == -2] = -1
    leaf = np.full(others, -1, dtype=np.int64)
    for level in chains:
        leaf = np.where(level >= 0, level, leaf)
    family_of = np.repeat([number for number, _ in own], np.diff(offsets)).astype(np.int64)
    column = np.concatenate([np.arange(n) for n in np.diff(offsets)]) if own else np.zeros(0, np.int64)
    return Nesting(leaf, parent, _parents_first(parent), family_of, column.astype(np.int64))


def _chains(member: Ints, size: Ints) -> list[Ints]:
    """Level by level, the sets of each reviewer from the largest to the smallest, without gaps."""
    if not len(size):
        return []
    weight = np.where(member >= 0, -size[member] * (len(size) + 1) + member, np.iinfo(np.int64).max)
    order = np.argsort(weight, axis=0, kind="stable")
    return list(np.take_along_axis(member, order, axis=0))


def _parents_first(parent: Ints) -> tuple[int, ...]:
    depth = np.zeros(len(parent), dtype=np.int64)
    for number in range(len(parent)):
        above, steps = int(parent[number]), 0
        while above >= 0:
            above, steps = int(parent[above]), steps + 1
        depth[number] = steps
    return tuple(int(number) for number in np.argsort(depth, kind="stable"))
