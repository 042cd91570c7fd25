"""The dense-pair kernel: items onto (time, room) places by simulated annealing with incremental evaluation.

Describe the question as ``PlaceTables`` (``tables.py`` says what each part means) and call ``anneal``.
"""

from schedule.solve.anneal.evaluate import Part, cost_of, parts_of, stays_inside
from schedule.solve.anneal.search import Annealed, AnnealOptions, Better, anneal
from schedule.solve.anneal.tables import (
    HARD,
    LEVELS,
    QUALITY,
    STABILITY,
    Amount,
    Group,
    Per,
    Placement,
    PlaceTables,
    Relation,
    When,
    Where,
)

__all__ = [
    "HARD",
    "LEVELS",
    "QUALITY",
    "STABILITY",
    "Amount",
    "AnnealOptions",
    "Annealed",
    "Better",
    "Group",
    "Part",
    "Per",
    "PlaceTables",
    "Placement",
    "Relation",
    "When",
    "Where",
    "anneal",
    "cost_of",
    "parts_of",
    "stays_inside",
]
