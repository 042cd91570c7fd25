"""The dense-pair kernel: items onto (time, room) places by simulated annealing with incremental evaluation.

Describe the question as ``PlaceTables`` (``tables.py`` says what each part means) and call ``anneal``.
"""

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
    "Group",
    "Per",
    "PlaceTables",
    "Placement",
    "Relation",
    "When",
    "Where",
]
