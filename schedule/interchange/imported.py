"""What a foreign schedule file says, made whole: every thing has a stable guid, every time is an instant."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from plumbing.sentences import Sentence

FILE_BYTES_MAX = 32 * 1024 * 1024
EVENTS_MAX = 20_000
TEXT_CHARS_MAX = 100_000
LINE_CHARS_MAX = 1_000
PERSONS_PER_EVENT_MAX = 200
LINKS_PER_EVENT_MAX = 100
WARNINGS_MAX = 500


class UnreadableSchedule(Exception):
    """The file as a whole cannot be read. ``line`` and ``column`` count from 1; None where unknown."""

    def __init__(self, line: int | None, column: int | None, sentence: Sentence) -> None:
        super().__init__(line, column, sentence)
        self.line = line
        self.column = column
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class ImportWarning:
    """Something that was repaired or passed over. ``place`` is a path in the file, in no language."""

    line: int | None
    place: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class ImportedRoom:
    guid: UUID
    slug: str
    name: str
    capacity: int | None


@dataclass(frozen=True, slots=True)
class ImportedTrack:
    """``colour`` is ``#rrggbb``, or empty where the file names none."""

    slug: str
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class ImportedDay:
    index: int
    date: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ImportedSpeaker:
    """``id`` is the source's own key, empty where it names none."""

    guid: UUID
    id: str
    name: str
    biography: str


@dataclass(frozen=True, slots=True)
class ImportedTalk:
    """``guid`` and ``number`` are those of its slot with the lowest number; ``abstract`` is Markdown."""

    guid: UUID
    number: int
    code: str | None
    slug: str
    url: str
    title: str
    subtitle: str
    abstract: str
    language: str
    type_name: str
    track: str | None
    speakers: tuple[UUID, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ImportedSlot:
    """``talk`` is None for breaks, which have a ``title`` of their own; ``room`` None means all rooms."""

    guid: UUID
    number: int
    talk: UUID | None
    kind: Literal["talk", "break"]
    title: str
    room: UUID | None
    day: int
    starts_at: datetime
    length_minutes: int


@dataclass(frozen=True, slots=True)
class ImportedSchedule:
    """``zone`` is always a known IANA name; ``colour`` is ``#rrggbb`` or empty."""

    acronym: str
    title: str
    starts_on: date
    ends_on: date
    zone: str
    url: str
    colour: str
    day_change: time | None
    rooms: tuple[ImportedRoom, ...]
    tracks: tuple[ImportedTrack, ...]
    days: tuple[ImportedDay, ...]
    speakers: tuple[ImportedSpeaker, ...]
    talks: tuple[ImportedTalk, ...]
    slots: tuple[ImportedSlot, ...]
    warnings: tuple[ImportWarning, ...]
