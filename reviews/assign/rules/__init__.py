"""The rules a chair can set, each one object with its own sentence."""

from reviews.assign.rules.base import NO_LABEL, Family, LazyRow, Rule, labels
from reviews.assign.rules.counts import AtLeast, AtMost, PerInstitution, PerTrack, Roles, TopicCoverage
from reviews.assign.rules.loads import EvenLoad, LateProposals, Reserve
from reviews.assign.rules.pairs import (
    BID_MAYBE,
    BID_NO,
    BID_NONE,
    BID_YES,
    BidPolicy,
    ProbabilityCap,
    ScoreFloor,
    TrackPools,
)
from reviews.assign.rules.together import NotTogether, NoTwoCycles

__all__ = [
    "BID_MAYBE",
    "BID_NO",
    "BID_NONE",
    "BID_YES",
    "NO_LABEL",
    "AtLeast",
    "AtMost",
    "BidPolicy",
    "EvenLoad",
    "Family",
    "LateProposals",
    "LazyRow",
    "NoTwoCycles",
    "NotTogether",
    "PerInstitution",
    "PerTrack",
    "ProbabilityCap",
    "Reserve",
    "Roles",
    "Rule",
    "ScoreFloor",
    "TopicCoverage",
    "TrackPools",
    "labels",
]
