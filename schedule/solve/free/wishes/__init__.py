"""Everything that a chair can wish: small frozen objects, each with a weight or hard, each with its sentence.

The rules of the clash finder are wishes too (``ClashRule``): room and person once at a time, availability, length,
capacity, features, order, changeover, quotas, breaks. Pins, allowed and forbidden places stand in the problem.
"""

from schedule.solve.free.wishes.base import HARD, QUALITY, STABILITY, WEIGHT_MAX, Wish
from schedule.solve.free.wishes.people import FewMoved, FewTold, KindsPerDay, TalksPerDay
from schedule.solve.free.wishes.places import (
    HybridRooms,
    KeynotesAlone,
    NotEarly,
    SeatsForWanted,
    SlotsFor,
    ZoneComfort,
    night_hours,
)
from schedule.solve.free.wishes.rules import ALWAYS_HARD, RULES, ClashRule
from schedule.solve.free.wishes.tracks import (
    SimilarTracksApart,
    TopicsApart,
    TrackConsecutive,
    TrackInOneRoom,
    TrackOnOneDay,
    WantedTogetherApart,
)

__all__ = [
    "ALWAYS_HARD",
    "HARD",
    "QUALITY",
    "RULES",
    "STABILITY",
    "WEIGHT_MAX",
    "ClashRule",
    "FewMoved",
    "FewTold",
    "HybridRooms",
    "KeynotesAlone",
    "KindsPerDay",
    "NotEarly",
    "SeatsForWanted",
    "SimilarTracksApart",
    "SlotsFor",
    "TalksPerDay",
    "TopicsApart",
    "TrackConsecutive",
    "TrackInOneRoom",
    "TrackOnOneDay",
    "WantedTogetherApart",
    "Wish",
    "ZoneComfort",
    "night_hours",
]
