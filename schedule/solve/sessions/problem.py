"""The frozen question of the session form: talks into sessions × rooms × slots, one track in a cell.

A *cell* is a room during a session; its slots are numbered from 0. Everything that names another thing does so
by its index. Costs are whole numbers.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from schedule.solve.sessions.terms import Term

Ints = NDArray[np.int64]

TALKS_MAX = 20_000
CELLS_MAX = 20_000
PENALTY_MAX = 10**9
COST_MAX = 10**15
MINUTES_OF_DAY = 24 * 60


class Place(NamedTuple):
    """Where a talk stands: ``slot`` is its first."""

    session: int
    room: int
    slot: int


Places = tuple[Place | None, ...]


@dataclass(frozen=True, slots=True)
class Pin:
    """What a chair has fixed; None leaves it open."""

    session: int | None = None
    room: int | None = None
    slot: int | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """``order`` is the wanted position within the track from 1, 0 for none; ``zone`` is in minutes from UTC."""

    ref: str
    track: int
    slots: int = 1
    order: int = 0
    zone: int = 0
    people: tuple[str, ...] = ()
    attendees: tuple[str, ...] = ()
    pin: Pin | None = None


@dataclass(frozen=True, slots=True)
class Track:
    name: str
    chairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """``start`` and ``end`` are minutes of the local day."""

    name: str
    slots: int
    start: int = 0
    end: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """Hours that suit a presenter at home, in minutes of the day, and what others cost."""

    local: int = 0
    suits_from: int = 0
    suits_until: int = MINUTES_OF_DAY - 1
    less_from: int = 0
    less_until: int = MINUTES_OF_DAY - 1
    small: int = 1
    big: int = 10


@dataclass(frozen=True, eq=False)
class SessionProblem:
    """Talks, tracks, sessions, rooms, what each pairing costs, and what is fixed, closed or away.

    Tables: ``track_session`` (tracks × sessions), ``track_room``, ``session_room``, ``similar`` (tracks × tracks,
    symmetric), ``talk_session``, ``talk_room``. Weight 0 switches a term off. ``closed`` are cells that may not be
    used, ``away`` sessions in which a person cannot present. ``released`` is the plan that the public knows.
    Raises ``ProblemError`` with the place when anything does not fit.
    """

    talks: tuple[Talk, ...]
    tracks: tuple[Track, ...]
    sessions: tuple[Session, ...]
    rooms: tuple[str, ...]
    weights: dict[Term, int]
    talk_session: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    talk_room: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    track_session: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    track_room: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    session_room: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    similar: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    zones: ZoneRules = ZoneRules()
    closed: frozenset[tuple[int, int]] = frozenset()
    away: frozenset[tuple[str, int]] = frozenset()
    released: Places | None = None

    def __post_init__(self) -> None:
        from schedule.solve.sessions.validate import validated

        for name, value in validated(self).items():
            object.__setattr__(self, name, value)

    @property
    def size(self) -> str:
        """ "158 / 24 / 7 / 8": talks, tracks, sessions, rooms."""
        counts = (len(self.talks), len(self.tracks), len(self.sessions), len(self.rooms))
        return " / ".join(str(number) for number in counts)

    def weight(self, term: Term) -> int:
        return self.weights.get(term, 0)

    def talks_of(self, track: int) -> list[int]:
        return [i for i, talk in enumerate(self.talks) if talk.track == track]

    def zone_penalty(self, talk: int, session: int) -> int:
        """What the hours of the session cost at the presenter's home, for one slot."""
        rules, here = self.zones, self.sessions[session]
        shift = self.talks[talk].zone - rules.local
        start, end = (here.start + shift) % MINUTES_OF_DAY, (here.end + shift) % MINUTES_OF_DAY
        if start < rules.less_from or end > rules.less_until or end < rules.less_from:
            return rules.big
        return rules.small if start < rules.suits_from or end > rules.suits_until else 0
