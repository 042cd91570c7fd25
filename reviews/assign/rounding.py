"""Draw whole plans from probabilities, so that every pair keeps its probability and every count its bounds.

Integer dependent rounding on a flow (Srinivasan 2001; Gandhi and others 2006): as long as some arc carries
a broken amount, a cycle of broken arcs is pushed by a random amount, up or down, so that one of them becomes
whole and every expectation stays. Amounts are integers in units of 1/``scale``, so nothing is ever lost.
"""

import numpy as np

from reviews.assign.problem import Ints


def round_flow(tail: Ints, head: Ints, units: Ints, nodes: int, scale: int, rng: np.random.Generator) -> Ints:
    """Whole amounts (multiples of ``scale``) on every arc; each is the floor or the ceiling of what it was.

    The flow into each node equals that out of it, up to whole amounts at sources and sinks, which stay.
    """
    left = units % scale
    walk = _Walk(tail, head, left, nodes)
    amount = units.astype(np.int64).copy()
    for arc in np.flatnonzero(left):
        while amount[arc] % scale:
            cycle = walk.cycle_from(int(arc))
            _push(cycle, amount, scale, rng, walk)
    return amount


class _Walk:
    """The graph of broken arcs, undirected; arcs leave it when they become whole."""

    def __init__(self, tail: Ints, head: Ints, left: Ints, nodes: int) -> None:
        self.ends = [(int(a), int(b)) for a, b in zip(tail, head, strict=True)]
        self.around: list[dict[int, None]] = [{} for _ in range(nodes)]
        for arc in np.flatnonzero(left):
            for node in self.ends[arc]:
                self.around[node][int(arc)] = None

    def remove(self, arc: int) -> None:
        """The arc is whole now."""
        for node in self.ends[arc]:
            self.around[node].pop(arc, None)

    def cycle_from(self, arc: int) -> list[tuple[int, int]]:
        """A cycle of broken arcs met by walking from this arc; +1 is along the arc, -1 against it.

        No node has exactly one broken arc, since the amounts at a node add up to whole ones.
        """
        start, node = self.ends[arc]
        path, seen = [(arc, 1)], {start: 0, node: 1}
        while True:
            last = path[-1][0]
            step = next(other for other in self.around[node] if other != last)
            tail, head = self.ends[step]
            path.append((step, 1) if tail == node else (step, -1))
            node = head if tail == node else tail
            if node in seen:
                return path[seen[node] :]
            seen[node] = len(path)


def _push(cycle: list[tuple[int, int]], amount: Ints, scale: int, rng: np.random.Generator, walk: _Walk) -> None:
    """Push the cycle up by ``up`` or down by ``down``, with odds that keep every expectation."""
    left = [(int(amount[arc]) % scale, sign) for arc, sign in cycle]
    up = min(scale - rest if sign > 0 else rest for rest, sign in left)
    down = min(rest if sign > 0 else scale - rest for rest, sign in left)
    push = up if rng.integers(up + down) < down else -down
    for arc, sign in cycle:
        amount[arc] += sign * push
        if amount[arc] % scale == 0:
            walk.remove(arc)
