"""Three ways to begin, each a list of wishes that a chair then changes: nothing here is more than a suggestion.

Weights speak of one unit of the wish's own count: a minute, a talk, a room, a person who stands outside.
"""

from collections.abc import Iterable

from plumbing.sentences import sentence
from schedule.clashes.kinds import ClashKind, Id
from schedule.clashes.problem import ClashProblem
from schedule.solve.free.wishes import (
    ClashRule,
    NotEarly,
    SeatsForWanted,
    TalksPerDay,
    TrackConsecutive,
    TrackInOneRoom,
    TrackOnOneDay,
    WantedTogetherApart,
    Wish,
)

Pairs = tuple[tuple[Id, Id, int], ...]


def academic_tracks(world: ClashProblem, *, first_timers: Iterable[Id] = ()) -> tuple[Wish, ...]:
    """Tracks in one piece and in order, chairs free for their tracks, few changes of room."""
    return (
        ClashRule(200, ClashKind.TRACK_PARALLEL),
        ClashRule(50, ClashKind.TRACK_ORDER),
        ClashRule(100, ClashKind.TRACK_CHAIR_ELSEWHERE),
        ClashRule(20, ClashKind.CHANGEOVER),
        ClashRule(30, ClashKind.TOO_MANY_TALKS),
        ClashRule(10, ClashKind.TOO_SMALL),
        TrackInOneRoom(60),
        TrackOnOneDay(20),
        TrackConsecutive(1),
        *_not_early(world, first_timers),
    )


def user_conference(world: ClashProblem, *, stars: Pairs = (), first_timers: Iterable[Id] = ()) -> tuple[Wish, ...]:
    """What people starred together is apart, what many starred has seats; tracks hang together loosely."""
    return (
        ClashRule(40, ClashKind.TRACK_PARALLEL),
        ClashRule(20, ClashKind.CHANGEOVER),
        ClashRule(0, ClashKind.TOO_SMALL),
        WantedTogetherApart(2, _known(world, stars)),
        SeatsForWanted(1),
        TrackInOneRoom(30),
        TalksPerDay(30, 2),
        *_not_early(world, first_timers),
    )


def barcamp(world: ClashProblem, *, stars: Pairs = ()) -> tuple[Wish, ...]:
    """No tracks to speak of: everybody hears what they came for, in rooms that are big enough."""
    return (
        ClashRule(0, ClashKind.TRACK_PARALLEL),
        ClashRule(0, ClashKind.TRACK_ORDER),
        ClashRule(0, ClashKind.TOO_SMALL),
        ClashRule(5, ClashKind.CHANGEOVER),
        WantedTogetherApart(3, _known(world, stars)),
        SeatsForWanted(1),
    )


def _known(world: ClashProblem, stars: Pairs) -> Pairs:
    """Stars for talks that are to be placed; people also star what was withdrawn."""
    talks = {block.id for block in world.blocks if not block.closes_all}
    return tuple((one, other, count) for one, other, count in stars if one in talks and other in talks)


def _not_early(world: ClashProblem, first_timers: Iterable[Id]) -> tuple[Wish, ...]:
    wanted = set(first_timers)
    talks = tuple(block.id for block in world.blocks if block.id in wanted and not block.closes_all)
    return (NotEarly(15, talks),) if talks else ()


PRESETS = {"academic-tracks": academic_tracks, "user-conference": user_conference, "barcamp": barcamp}
TITLES = {
    "academic-tracks": sentence("Academic tracks"),
    "user-conference": sentence("User conference"),
    "barcamp": sentence("Barcamp"),
}
