"""The question that the clash finder answers: frozen values without database or web.

Time is whole minutes since 1970-01-01 00:00 UTC, because integers compare and shift fast; ``to_minute`` and
``to_instant`` translate. Spans are half-open: what ends at 10:00 does not touch what starts at 10:00.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from plumbing.sentences import sentence
from schedule.clashes.kinds import ClashInputError, ClashKind, Id, Severity, Words

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Span(NamedTuple):
    """Half-open, in minutes since 1970 UTC."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Room:
    """``open`` is None for always; ``parallel_items`` marks a poster hall, where blocks may share the time.

    ``capacity`` None means that nobody counts the seats.
    """

    id: Id
    name: Words
    capacity: int | None = None
    features: frozenset[str] = frozenset()
    open: tuple[Span, ...] | None = None
    parallel_items: bool = False
    venue: Id | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """``label`` serves the sentence only. ``talks_per_day_max`` overrides the problem's."""

    id: Id
    label: Words = ""
    away: tuple[Span, ...] = ()
    talks_per_day_max: int | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """A track that ``may_run_parallel`` to itself (a big one in two rooms) gets no warning for it."""

    id: Id
    name: Words
    chairs: tuple[Id, ...] = ()
    may_run_parallel: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A talk, a session, a break or a plenary: all that takes time.

    ``people`` speak and ``chairs`` lead the block; both must be there, only speaking counts for limits.
    ``order`` is the rank within the track, equal ranks are free among each other; ``after`` names
    blocks that must have ended. ``interest`` is seats wanted, None when unknown. ``presenter_kind``
    is what quotas count. ``closes_all`` stands for breaks and plenaries that close every room; such a
    block needs no room itself. A break in one room is an ordinary block.
    """

    id: Id
    title: Words
    length_minutes: int
    people: tuple[Id, ...] = ()
    chairs: tuple[Id, ...] = ()
    track: Id | None = None
    order: int | None = None
    after: tuple[Id, ...] = ()
    needs: frozenset[str] = frozenset()
    interest: int | None = None
    presenter_kind: str | None = None
    closes_all: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """May end after midnight; days do not overlap."""

    id: Id
    label: Words
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many blocks by these presenter kinds in the programme, in each day or in each track.

    ``percent_max`` is a share of the placed blocks that have any presenter kind, rounded up, so that the
    first talk placed never exceeds it; with both limits the smaller rules. ``only`` names the one day or
    track meant.
    """

    id: Id
    label: Words
    presenter_kinds: frozenset[str]
    per: Literal["programme", "day", "track"] = "programme"
    blocks_max: int | None = None
    percent_max: int | None = None
    only: Id | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A chair's word that a clash is meant to be; the clash stays in the list, marked with the note."""

    key: str
    note: str


@dataclass(frozen=True, slots=True)
class ClashProblem:
    """``severities`` overrides single kinds, for an event that takes the order of a track as a law.

    ``venue_change_minutes`` replaces ``changeover_minutes`` between rooms of different venues.
    """

    rooms: tuple[Room, ...] = ()
    days: tuple[Day, ...] = ()
    blocks: tuple[Block, ...] = ()
    people: tuple[Person, ...] = ()
    tracks: tuple[Track, ...] = ()
    quotas: tuple[Quota, ...] = ()
    talks_per_day_max: int | None = None
    changeover_minutes: int = 0
    venue_change_minutes: int | None = None
    waivers: tuple[Waiver, ...] = ()
    severities: tuple[tuple[ClashKind, Severity], ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """``start`` in minutes since 1970 UTC. ``room`` may be None for a block that closes all rooms."""

    block: Id
    room: Id | None
    start: int


def to_minute(instant: datetime) -> int:
    """Raises ClashInputError for a naive instant and for one between two minutes."""
    if instant.utcoffset() is None:
        raise ClashInputError(instant.isoformat(), sentence("The instant has no time zone."))
    minutes, rest = divmod(instant - EPOCH, MINUTE)
    if rest:
        raise ClashInputError(instant.isoformat(), sentence("The instant is not a whole minute."))
    return minutes


def to_instant(minute: int) -> datetime:
    return EPOCH + minute * MINUTE
