"""Rooms and tracks of a foreign file: told apart by name, as its events do."""

import re
from collections.abc import Iterable
from uuid import UUID

from plumbing.sentences import sentence
from schedule.interchange.imported import LINE_CHARS_MAX, ImportedRoom, ImportedTrack
from schedule.interchange.notes import Keys, Notes, read_guid
from schedule.interchange.raw import RawRoom, RawSchedule, RawTrack
from schedule.names import ascii_slug, clean_line

CAPACITY_MAX = 1_000_000

# What events are put in that have no room: "to be announced" is read as such in every language.
ROOM_UNKNOWN = "TBA"


class Rooms:
    """In the file's own order: its list of rooms, else the order in which they appear."""

    def __init__(self, raw: RawSchedule, keys: Keys, notes: Notes) -> None:
        self._keys = keys
        self._notes = notes
        self._by_name: dict[str, ImportedRoom] = {}
        self._guids: set[UUID] = set()
        self._slugs: set[str] = set()
        for room in raw.rooms:
            self._add(room)
        for event in raw.events:
            for name in event.rooms:
                self._add(RawRoom(name=name))

    def guid_of(self, name: str) -> UUID:
        """Adds the room when the file lists it nowhere."""
        self._add(RawRoom(name=_name(name) or ROOM_UNKNOWN))
        return self._by_name[_name(name) or ROOM_UNKNOWN].guid

    def all(self) -> tuple[ImportedRoom, ...]:
        return tuple(self._by_name.values())

    def _add(self, raw: RawRoom) -> None:
        name = _name(raw.name)
        if not name or name in self._by_name:
            return
        guid = read_guid(raw.guid) or self._keys.guid("room", name)
        if guid in self._guids:
            text = sentence("The room “%(name)s” has the guid of another room and got its own.", name=name)
            self._notes.add(None, name, text)
            guid = self._keys.guid("room", f"{guid}:{name}")
        slug = _free_slug(ascii_slug(raw.slug) or ascii_slug(name) or "room", self._slugs)
        self._guids.add(guid)
        capacity = int(raw.capacity) if re.fullmatch(r"[0-9]{1,7}", raw.capacity) else 0
        self._by_name[name] = ImportedRoom(
            guid=guid,
            slug=slug,
            name=name,
            capacity=capacity if 0 < capacity <= CAPACITY_MAX else None,
        )


class Tracks:
    """By name; an event may also name the slug of a listed track."""

    def __init__(self, raw: RawSchedule) -> None:
        self._by_name: dict[str, ImportedTrack] = {}
        self._slugs: set[str] = set()
        for track in raw.tracks:
            self._add(track)
        self._by_slug = {track.slug: track for track in self._by_name.values()}

    def slug_of(self, name: str) -> str | None:
        """Adds the track when the file lists it nowhere; None for no name."""
        name = _name(name)
        if not name:
            return None
        if name in self._by_name:
            return self._by_name[name].slug
        if name in self._by_slug:
            return name
        self._add(RawTrack(name=name))
        return self._by_name[name].slug

    def all(self) -> tuple[ImportedTrack, ...]:
        return tuple(self._by_name.values())

    def _add(self, raw: RawTrack) -> None:
        name = _name(raw.name)
        if not name or name in self._by_name:
            return
        slug = _free_slug(ascii_slug(raw.slug) or ascii_slug(name) or "track", self._slugs)
        self._by_name[name] = ImportedTrack(slug=slug, name=name, colour=read_colour(raw.colour))


def read_colour(text: str) -> str:
    """``#rrggbb`` in lower case, also from ``#rgb``; empty for anything else."""
    text = text.strip().lower()
    if re.fullmatch(r"#[0-9a-f]{3}", text):
        return "#" + "".join(digit * 2 for digit in text[1:])
    return text if re.fullmatch(r"#[0-9a-f]{6}", text) else ""


def _name(text: str) -> str:
    return clean_line(text)[:LINE_CHARS_MAX]


def _free_slug(slug: str, taken: set[str]) -> str:
    free, count = slug, 2
    while free in taken:
        free, count = f"{slug}-{count}", count + 1
    taken.add(free)
    return free


def names_of(rooms: Iterable[str]) -> str:
    return ", ".join(map(_name, rooms))
