"""The layered flow network: source → reviewer → groups → pair → groups → proposal.

Nodes: 0 is the source, then reviewers, proposals, groups. Each unit that a proposal wants is supplied
at the source; it arrives through a pair, or through the arc of missing reviews at the price ``big``.
"""

from dataclasses import dataclass

import numpy as np

from reviews.assign.nesting import Nesting, nest
from reviews.assign.prepare import Prepared
from reviews.assign.problem import Ints
from reviews.assign.rules.base import Family, Side, counts_by

SOURCE = 0
COUNT_MAX = 1 << 20  # more pairs than any group holds


@dataclass(frozen=True, eq=False)
class Layers:
    """The two forests of groups; the same for every set of candidates."""

    proposal: Nesting
    reviewer: Nesting


@dataclass(frozen=True, eq=False)
class Arcs:
    """Parallel arrays; ``cost`` is what a unit costs."""

    tail: Ints
    head: Ints
    cap: Ints
    cost: Ints


@dataclass(frozen=True, eq=False)
class Network:
    """Arcs (the candidate pairs come first) and the node by which a pair enters each owner's groups.

    ``enter_proposal[p, set]`` and ``enter_reviewer[r, set]`` name the node of the group, or that of the next
    larger group that can bind; their last column is the owner itself, so that index -1 means "no group".
    """

    arcs: Arcs
    pairs: int
    supply: Ints
    enter_proposal: Ints
    enter_reviewer: Ints


def layers(prepared: Prepared) -> Layers | None:
    """The groups as layers, or None when they do not nest and a flow cannot say them."""
    proposals, reviewers = prepared.problem.shape
    by_proposal = nest(prepared.families, "proposal", reviewers)
    by_reviewer = nest(prepared.families, "reviewer", proposals)
    if by_proposal is None or by_reviewer is None:
        return None
    return Layers(by_proposal, by_reviewer)


def build(prepared: Prepared, layers: Layers, p: Ints, r: Ints, values: Ints, *, big: int, scale: int = 1,
          pair_cap: Ints | int = 1) -> Network:  # fmt: skip
    """The network of these candidate pairs. ``scale`` multiplies every count (for probabilities)."""
    proposals, reviewers = prepared.problem.shape
    first_group = 1 + reviewers + proposals
    own_r, own_p = np.arange(1, 1 + reviewers), np.arange(1 + reviewers, first_group)
    enter_p, groups_p = _groups(prepared, layers.proposal, "proposal", (p, r), own_p, first_group, big, scale)
    next_group = first_group + int((enter_p >= first_group).any() and enter_p.max() - first_group + 1)
    enter_r, groups_r = _groups(prepared, layers.reviewer, "reviewer", (r, p), own_r, next_group, big, scale)
    cap = np.broadcast_to(np.asarray(pair_cap, dtype=np.int64), p.shape)
    pair_arcs = Arcs(enter_r[r, layers.reviewer.leaf[p]], enter_p[p, layers.proposal.leaf[r]], cap, -values)
    missing = Arcs(np.zeros(proposals, np.int64), own_p, prepared.wanted * scale, np.full(proposals, big, np.int64))
    parts = [pair_arcs, groups_p, groups_r, _load_arcs(prepared, own_r, big, scale), missing]
    arcs = Arcs(*(np.concatenate([getattr(part, name) for part in parts]) for name in Arcs.__annotations__))
    nodes = int(max(next_group - 1, enter_r.max(initial=0))) + 1
    supply = np.zeros(nodes, dtype=np.int64)
    supply[SOURCE] = prepared.wanted.sum() * scale
    supply[own_p] = -prepared.wanted * scale
    return Network(arcs, len(p), supply, enter_p, enter_r)


def _load_arcs(prepared: Prepared, own: Ints, big: int, scale: int) -> Arcs:
    """Source → reviewer: the minimum is rewarded, each further review may cost its step."""
    low, high = prepared.low * scale, prepared.high * scale
    if prepared.steps is None:
        rows = [(own, low, np.full(len(own), -big)), (own, high - low, np.zeros(len(own), np.int64))]
    else:
        rows = []
        for r, node in enumerate(own):
            steps = prepared.step_costs(r, prepared.steps)
            cost = steps - np.where(np.arange(len(steps)) < prepared.low[r], big, 0)
            rows.append((np.full(len(cost), node), np.full(len(cost), scale), cost))
    head, cap, cost = (np.concatenate(column).astype(np.int64) for column in zip(*rows, strict=True))
    real = cap > 0
    return Arcs(np.zeros(int(real.sum()), np.int64), head[real], cap[real], cost[real])


def _groups(prepared: Prepared, nesting: Nesting, side: Side, ends: tuple[Ints, Ints], own: Ints,
            first_node: int, big: int, scale: int) -> tuple[Ints, Arcs]:  # fmt: skip
    """Entry nodes of one side and the arcs between group, larger group and owner."""
    sets = len(nesting.parent)
    enter = np.empty((len(own), sets + 1), dtype=np.int64)
    enter[:, -1] = own
    node, parts = first_node, []
    for number in nesting.order:
        family = prepared.families[nesting.family[number]]
        column = int(nesting.column[number])
        high = np.minimum(family.high[:, column], COUNT_MAX) * scale
        low = np.minimum(family.low[:, column] * scale, high)
        offered = counts_by(ends[0], (family.label[ends[1]] == column) - 1, len(own), 1)[:, 0] * scale
        binds = np.flatnonzero((low > 0) | (offered > high))
        above = enter[:, nesting.parent[number]]
        enter[:, number] = above
        enter[binds, number] = np.arange(node, node + len(binds))
        node += len(binds)
        parts += _group_arcs(family, big, enter[binds, number], above[binds], low[binds], high[binds])
    if not parts:
        empty = np.zeros(0, dtype=np.int64)
        return enter, Arcs(empty, empty, empty, empty)
    inner, outer, cap, cost = (np.concatenate(column) for column in zip(*parts, strict=True))
    tail, head = (inner, outer) if side == "proposal" else (outer, inner)
    return enter, Arcs(tail, head, cap, cost)


def _group_arcs(family: Family, big: int, inner: Ints, outer: Ints, low: Ints, high: Ints) -> list[tuple[Ints, ...]]:
    reward = big if family.weight is None else family.weight
    parts = [
        (inner, outer, low, np.full(len(inner), -reward)),
        (inner, outer, np.maximum(high - low, 0), np.zeros(len(inner), np.int64)),
    ]
    if family.over is not None:
        parts.append((inner, outer, np.full(len(inner), COUNT_MAX), np.full(len(inner), family.over)))
    return [tuple(column[part[2] > 0] for column in part) for part in parts]
