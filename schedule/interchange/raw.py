"""What a reader of one dialect hands on: the file's own words, not yet judged. Missing is empty."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawPerson:
    name: str
    guid: str = ""
    id: str = ""
    biography: str = ""


@dataclass(frozen=True, slots=True)
class RawRoom:
    name: str
    guid: str = ""
    slug: str = ""
    capacity: str = ""


@dataclass(frozen=True, slots=True)
class RawTrack:
    name: str
    slug: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class RawDay:
    line: int | None
    place: str
    index: str
    date: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class RawEvent:
    """``day`` is the place of the day in the file's list, None where the file does not say."""

    line: int | None
    place: str
    day: int | None
    rooms: tuple[str, ...]
    id: str = ""
    guid: str = ""
    code: str = ""
    slug: str = ""
    url: str = ""
    title: str = ""
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    language: str = ""
    type_name: str = ""
    track: str = ""
    date: str = ""
    start: str = ""
    end: str = ""
    duration: str = ""
    is_break: bool = False
    persons: tuple[RawPerson, ...] = ()
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RawSchedule:
    acronym: str = ""
    title: str = ""
    start: str = ""
    end: str = ""
    zone: str = ""
    url: str = ""
    colour: str = ""
    day_change: str = ""
    rooms: tuple[RawRoom, ...] = ()
    tracks: tuple[RawTrack, ...] = ()
    days: tuple[RawDay, ...] = ()
    events: tuple[RawEvent, ...] = ()
