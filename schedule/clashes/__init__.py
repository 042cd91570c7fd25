"""The clash finder: the one truth about a plan that the editor, the solver's check and the export share.

``clashes(problem, placements)`` lists everything wrong with a plan; a ``ClashIndex`` keeps that list while
the plan is edited, answers "what if", and shades where a block fits. Pure: no clock, no database, no web.
"""

from schedule.clashes.index import ClashIndex, clashes
from schedule.clashes.kinds import (
    SEVERITIES,
    TITLES,
    Clash,
    ClashDelta,
    ClashInputError,
    ClashKind,
    Severity,
)
from schedule.clashes.places import PlaceGrid
from schedule.clashes.problem import (
    Block,
    ClashProblem,
    Day,
    Person,
    Placement,
    Quota,
    Room,
    Span,
    Track,
    Waiver,
    to_instant,
    to_minute,
)

__all__ = [
    "SEVERITIES",
    "TITLES",
    "Block",
    "Clash",
    "ClashDelta",
    "ClashIndex",
    "ClashInputError",
    "ClashKind",
    "ClashProblem",
    "Day",
    "Person",
    "PlaceGrid",
    "Placement",
    "Quota",
    "Room",
    "Severity",
    "Span",
    "Track",
    "Waiver",
    "clashes",
    "to_instant",
    "to_minute",
]
