"""A conference as the sheets say it, and a plan for it. Places are indices; minutes are counted from the first day."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError
from schedule.solve.optaplanner.names import Rule

Tags = frozenset[str]
DAY_MINUTES = 24 * 60
TALKS_MAX = 3_000
WEIGHT_MAX = 10**7


class Score(NamedTuple):
    """As the sheets write it: penalties are negative, higher is better, compared from left to right."""

    hard: int
    medium: int
    soft: int

    def __str__(self) -> str:
        return f"{self.hard}hard/{self.medium}medium/{self.soft}soft"


NOTHING = Score(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Wishes:
    """Tags that times or rooms should have, or should not."""

    required: Tags = frozenset()
    preferred: Tags = frozenset()
    prohibited: Tags = frozenset()
    undesired: Tags = frozenset()


@dataclass(frozen=True, slots=True)
class Timeslot:
    """``start`` and ``end`` are minutes of the day."""

    day: date
    start: int
    end: int
    talk_types: Tags
    tags: Tags = frozenset()

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Room:
    """``unavailable`` are indices of timeslots."""

    name: str
    capacity: int
    talk_types: Tags
    tags: Tags = frozenset()
    unavailable: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Speaker:
    """``unavailable`` are indices of timeslots."""

    name: str
    times: Wishes = field(default=Wishes())
    rooms: Wishes = field(default=Wishes())
    unavailable: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Talk:
    """``speakers``, ``prerequisites`` and all places are indices into the problem; None is no place."""

    code: str
    title: str
    talk_type: str
    speakers: tuple[int, ...] = ()
    themes: Tags = frozenset()
    sectors: Tags = frozenset()
    audience_types: Tags = frozenset()
    audience_level: int = 1
    contents: Tags = frozenset()
    language: str = "en"
    times: Wishes = field(default=Wishes())
    rooms: Wishes = field(default=Wishes())
    exclusive: Tags = frozenset()
    prerequisites: frozenset[int] = frozenset()
    favourites: int = 0
    crowd_risk: int = 0
    is_pinned: bool = False
    timeslot: int | None = None
    room: int | None = None
    published_timeslot: int | None = None
    published_room: int | None = None


@dataclass(frozen=True, slots=True)
class ConferenceProblem:
    """The whole question. ``weights`` are sizes, not signed; a rule that is not there weighs nothing.

    Raises ``ProblemError`` for an empty problem, for a talk without any possible place and for a pinned one
    without a place.
    """

    name: str
    pause_minutes: int
    weights: dict[Rule, Score]
    timeslots: tuple[Timeslot, ...]
    rooms: tuple[Room, ...]
    speakers: tuple[Speaker, ...]
    talks: tuple[Talk, ...]

    def __post_init__(self) -> None:
        for place, found in (("Timeslots", self.timeslots), ("Rooms", self.rooms), ("Talks", self.talks)):
            if not found:
                raise ProblemError(place, sentence("There is nothing here to plan with."))
        if len(self.talks) > TALKS_MAX:
            raise ProblemError("Talks", sentence("There are more than %(highest)s talks.", highest=TALKS_MAX))
        for talk in self.talks:
            place = f"Talks, {talk.code}"
            if talk.is_pinned and (talk.timeslot is None or talk.room is None):
                raise ProblemError(place, sentence("This talk is pinned, but has no timeslot and room to stay in."))
            if not talk.is_pinned and not (self.open_times(talk) and self.open_rooms(talk)):
                raise ProblemError(place, sentence("No timeslot or no room takes talks of this type."))

    def open_times(self, talk: Talk) -> list[int]:
        """Where a talk may stand by its type."""
        return [at for at, slot in enumerate(self.timeslots) if talk.talk_type in slot.talk_types]

    def open_rooms(self, talk: Talk) -> list[int]:
        """Where a talk may stand by its type."""
        return [at for at, room in enumerate(self.rooms) if talk.talk_type in room.talk_types]

    def weight(self, rule: Rule) -> Score:
        """The size of a rule's weight on each level."""
        return self.weights.get(rule, NOTHING)


@dataclass(frozen=True, slots=True)
class Place:
    """Indices of a timeslot and of a room."""

    timeslot: int
    room: int
