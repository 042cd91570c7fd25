"""What a clash is: its kinds, how grave each is, and the value that pages, solver and export show."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from hashlib import blake2b

from plumbing.sentences import Sentence, sentence

Id = int | str
Words = str | Sentence


class Severity(IntEnum):
    """Larger is worse, so ``max`` finds the worst."""

    WARNING = 1
    FATAL = 2


class ClashKind(StrEnum):
    UNKNOWN_ROOM = "unknown-room"
    NO_LENGTH = "no-length"
    OUTSIDE_DAY = "outside-day"
    ACROSS_PLENARY = "across-plenary"
    ROOM_TWICE = "room-twice"
    ROOM_CLOSED = "room-closed"
    MISSING_FEATURE = "missing-feature"
    TOO_SMALL = "too-small"
    SPEAKER_TWICE = "speaker-twice"
    SPEAKER_AWAY = "speaker-away"
    CHANGEOVER = "changeover"
    TOO_MANY_TALKS = "too-many-talks"
    CHAIR_SPEAKS = "chair-speaks"
    TRACK_CHAIR_ELSEWHERE = "track-chair-elsewhere"
    PREREQUISITE = "prerequisite"
    TRACK_ORDER = "track-order"
    TRACK_PARALLEL = "track-parallel"
    QUOTA = "quota"


WARNINGS = frozenset(
    {
        ClashKind.TOO_SMALL,
        ClashKind.CHANGEOVER,
        ClashKind.TOO_MANY_TALKS,
        ClashKind.CHAIR_SPEAKS,
        ClashKind.TRACK_CHAIR_ELSEWHERE,
        ClashKind.TRACK_ORDER,
        ClashKind.TRACK_PARALLEL,
        ClashKind.QUOTA,
    }
)
SEVERITIES: Mapping[ClashKind, Severity] = {
    kind: Severity.WARNING if kind in WARNINGS else Severity.FATAL for kind in ClashKind
}
TITLES: Mapping[ClashKind, Sentence] = {
    ClashKind.UNKNOWN_ROOM: sentence("Unknown room"),
    ClashKind.NO_LENGTH: sentence("No length"),
    ClashKind.OUTSIDE_DAY: sentence("Outside the day"),
    ClashKind.ACROSS_PLENARY: sentence("Across a plenary or break"),
    ClashKind.ROOM_TWICE: sentence("Room used twice"),
    ClashKind.ROOM_CLOSED: sentence("Room not available"),
    ClashKind.MISSING_FEATURE: sentence("Missing in the room"),
    ClashKind.TOO_SMALL: sentence("Room too small"),
    ClashKind.SPEAKER_TWICE: sentence("Person in two places"),
    ClashKind.SPEAKER_AWAY: sentence("Person not available"),
    ClashKind.CHANGEOVER: sentence("Too little time to change rooms"),
    ClashKind.TOO_MANY_TALKS: sentence("Too many talks in a day"),
    ClashKind.CHAIR_SPEAKS: sentence("Session chair speaks"),
    ClashKind.TRACK_CHAIR_ELSEWHERE: sentence("Track chair wanted twice"),
    ClashKind.PREREQUISITE: sentence("Before what it builds on"),
    ClashKind.TRACK_ORDER: sentence("Order within the track"),
    ClashKind.TRACK_PARALLEL: sentence("Track against itself"),
    ClashKind.QUOTA: sentence("Quota exceeded"),
}


@dataclass(frozen=True, slots=True)
class Clash:
    """One thing wrong with a plan.

    ``blocks`` stand by start, then as in the problem (a group's blocks only as in the problem).
    ``room`` is None when more than one room is concerned. ``start`` and ``end`` (minutes since 1970,
    UTC) frame the trouble: the shared minutes of a pair, the block itself, the day of a group; None
    for a quota over the whole programme. ``key`` fits an HTML id. ``waiver`` is the chair's note.
    """

    kind: ClashKind
    severity: Severity
    blocks: tuple[Id, ...]
    sentence: Sentence
    key: str
    person: Id | None = None
    room: Id | None = None
    start: int | None = None
    end: int | None = None
    waiver: str | None = None

    @property
    def waived(self) -> bool:
        return self.waiver is not None

    @property
    def blocks_release(self) -> bool:
        return self.severity is Severity.FATAL and self.waiver is None


@dataclass(frozen=True, slots=True)
class ClashDelta:
    """What a change of plan does: clashes gone, new, and still there (same key) but told differently.

    ``changed`` holds them as they would be afterwards.
    """

    gone: tuple[Clash, ...] = ()
    new: tuple[Clash, ...] = ()
    changed: tuple[Clash, ...] = ()

    @property
    def worst_new(self) -> Severity | None:
        """The worst of the new clashes that nobody has waived."""
        return max((clash.severity for clash in self.new if not clash.waived), default=None)


class ClashInputError(ValueError):
    """The problem or the plan makes no sense; ``place`` says where (``block 17``), ``sentence`` why."""

    def __init__(self, place: str, sentence: Sentence) -> None:
        super().__init__(place, sentence)
        self.place = place
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def clash_key(kind: ClashKind, *parts: Id | None) -> str:
    """The same for the same trouble in every plan: ``room-twice-`` and 16 hexadecimal digits.

    ``parts`` name the trouble without its time, so a waiver survives a move of both talks. Where the
    room is the trouble it is a part, so a waiver for one small room says nothing about another.
    """
    digest = blake2b("\x1f".join(map(repr, parts)).encode(), digest_size=8).hexdigest()
    return f"{kind.value}-{digest}"


def pair_key(kind: ClashKind, one: Id, other: Id, *more: Id | None) -> str:
    first, second = sorted((one, other), key=repr)
    return clash_key(kind, first, second, *more)


def listing_order(clash: Clash) -> tuple[int, int, str]:
    """Fatal before warning, then by time; the key, which starts with the kind, settles the rest."""
    return (-clash.severity, -1 if clash.start is None else clash.start, clash.key)
