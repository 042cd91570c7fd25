"""Solve the network exactly, and read integer prices from what is left of it."""

from dataclasses import dataclass

import numpy as np

from reviews.assign.network import SOURCE, Arcs, Network
from reviews.assign.problem import Ints


@dataclass(frozen=True, eq=False)
class Flow:
    """Units on each arc, and the potential of each node (the source is 0).

    On every arc with room left ``cost + potential[tail] - potential[head]`` is at least 0.
    """

    units: Ints
    potential: Ints


class FlowRefused(Exception):
    """The solver did not say OPTIMAL on a network that always has a solution."""


def solve_flow(network: Network) -> Flow:
    """The cheapest flow and its prices."""
    # Imported where it is used, like all solvers here: web processes know this package, only workers need the solver.
    from ortools.graph.python import min_cost_flow

    arcs = network.arcs
    solver = min_cost_flow.SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(arcs.tail, arcs.head, arcs.cap, arcs.cost)
    solver.set_nodes_supplies(np.arange(len(network.supply)), network.supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise FlowRefused(str(status))
    units = np.asarray(solver.flows(np.arange(len(arcs.tail))), dtype=np.int64)
    return Flow(units, potentials(arcs, units, len(network.supply)))


def potentials(arcs: Arcs, units: Ints, nodes: int) -> Ints:
    """Shortest distances in the residual network (Bellman and Ford, all arcs at once), source at 0.

    An optimal flow leaves no negative cycle, so this ends after at most ``nodes`` rounds.
    """
    forward, backward = units < arcs.cap, units > 0
    tail = np.concatenate([arcs.tail[forward], arcs.head[backward]])
    head = np.concatenate([arcs.head[forward], arcs.tail[backward]])
    cost = np.concatenate([arcs.cost[forward], -arcs.cost[backward]])
    distance = np.zeros(nodes, dtype=np.int64)
    if not len(head):
        return distance
    order = np.argsort(head, kind="stable")
    tail, head, cost = tail[order], head[order], cost[order]
    first = np.flatnonzero(np.r_[True, head[1:] != head[:-1]])
    reached = head[first]
    for _ in range(nodes + 1):
        shorter = np.minimum(np.minimum.reduceat(distance[tail] + cost, first), distance[reached])
        if (shorter == distance[reached]).all():
            settled: Ints = distance - distance[SOURCE]
            return settled
        distance[reached] = shorter
    raise FlowRefused("negative cycle")
