"""What every export says about a slot, worked out once: local times, unique names, codes and addresses.

schedule.xml and schedule.json hold what takes place in a room. Cancelled slots are left out, because
the formats have no word for them and clients mark what has vanished. Breaks are left out too: clients
that plan recordings and volunteers make a task of every event, a break copied to thirty rooms floods a
phone, and a break for all rooms has no room to stand in. The iCalendar feeds hold all of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from schedule.document import DocConference, DocSlot, DocTalk, Index, ReleaseDocument
from schedule.names import ascii_slug, clean_line, clean_text, web_address

GENERATOR = "Rostrum"
TIMESLOT_DURATION = "00:05"
# A longer duration makes one client refuse the whole file.
DURATION_MINUTES_MAX = 23 * 60 + 59
VERSION_CHARS_MAX = 200
PERSON_NUMBER_BITS = 31

_CODE = re.compile(r"[0-9A-Z]{6}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Person:
    number: int
    guid: UUID
    name: str
    biography: str


@dataclass(frozen=True, slots=True)
class Event:
    """A slot as clients see it. ``start`` and ``date`` are the same local instant; ``code`` is valid."""

    number: int
    guid: UUID
    code: str | None
    slug: str
    url: str | None
    title: str
    subtitle: str
    abstract: str
    language: str
    type_name: str
    track: str
    room: str
    day: int
    date: str
    start: str
    end: str
    duration: str
    persons: tuple[Person, ...]
    links: tuple[tuple[str, str], ...]


class Facts:
    """The shared view of one document; built once for an export."""

    def __init__(self, document: ReleaseDocument) -> None:
        self.document = document
        self.index = Index(document)
        self.zone = ZoneInfo(document.conference.zone)
        self.acronym = acronym_of(document.conference)
        self.base_url = web_address(document.conference.url)
        self.room_names = _room_names(document)
        self._persons = _persons(document)
        self._codes = _codes(document)

    @property
    def version(self) -> str:
        release = self.document.release
        name = clean_line(release.name)
        return f"{release.number}: {name}"[:VERSION_CHARS_MAX] if name else str(release.number)

    @property
    def accent(self) -> str | None:
        return colour_of(self.document.conference.accent)

    def events(self) -> tuple[Event, ...]:
        """What takes place, without breaks, in order of start, room and number."""
        return tuple(self.event(slot) for slot in self.index.slots if not slot.cancelled and slot.kind != "break")

    def event(self, slot: DocSlot) -> Event:
        talk = self.index.talk_of(slot)
        track = self.index.track_of(slot)
        title = clean_line(self.index.title_of(slot))
        starts_at = slot.starts_at.replace(second=0, microsecond=0)
        local = self.local(starts_at)
        return Event(
            number=slot.number,
            guid=slot.guid,
            code=self._codes.get(talk.ref) if talk else None,
            slug=self._slug(slot, title),
            url=talk_address(self.document.conference, talk) if talk else self.base_url,
            title=title,
            subtitle=clean_line(talk.subtitle) if talk else "",
            abstract=clean_text(talk.abstract) if talk else "",
            language=clean_line(talk.language) if talk else "",
            type_name=clean_line(talk.type_name) if talk else slot.kind,
            track=clean_line(track.name) if track else "",
            room=self.room_names[slot.room],
            day=slot.day,
            date=local.isoformat(timespec="seconds"),
            start=f"{local:%H:%M}",
            end=self.local(slot.ends_at.replace(second=0, microsecond=0)).isoformat(timespec="seconds"),
            duration=duration_of(slot.length_minutes),
            persons=tuple(self._persons[ref] for ref in talk.speakers) if talk else (),
            links=_links(talk) if talk else (),
        )

    def local(self, instant: datetime) -> datetime:
        """In the conference's zone, or in UTC where that zone's offset is not of whole minutes."""
        local = instant.astimezone(self.zone)
        offset = local.utcoffset()
        return instant.astimezone(UTC) if offset is not None and offset.seconds % 60 else local

    def _slug(self, slot: DocSlot, title: str) -> str:
        words = ascii_slug(title) or slot.kind
        rest = f"{slot.number}-{words}"
        return f"{self.acronym}-{rest if len(rest) >= 4 else f'{rest}-{slot.kind}'}"


def acronym_of(conference: DocConference) -> str:
    """``[a-z0-9_]`` of four characters or more: what both schemas accept."""
    plain = ascii_slug(conference.acronym or conference.slug, chars_max=40).replace("-", "_")
    return plain if len(plain) >= 4 else f"{plain or 'conference'}_{conference.starts_on.year}"


def talk_address(conference: DocConference, talk: DocTalk) -> str | None:
    """The public page of a talk, below the conference's own page."""
    return web_address(f"{conference.url.rstrip('/')}/talks/{talk.ref}")


def duration_of(minutes: int) -> str:
    """``HH:MM``, two digits each (one client reads fixed positions), under 24:00."""
    hours, rest = divmod(min(minutes, DURATION_MINUTES_MAX), 60)
    return f"{hours:02d}:{rest:02d}"


def colour_of(text: str) -> str | None:
    return text.lower() if _COLOUR.fullmatch(text) else None


def _room_names(document: ReleaseDocument) -> Mapping[UUID | None, str]:
    """Names by which clients tell rooms apart, so each stands once; None (all rooms) is the first room."""
    names: dict[UUID | None, str] = {}
    taken: set[str] = set()
    for place, room in enumerate(document.rooms, start=1):
        name = clean_line(room.name) or clean_line(room.slug) or str(place)
        if name in taken:
            name = f"{name} ({clean_line(room.slug) or place})"
        while name in taken:
            name = f"{name} ({place})"
        taken.add(name)
        names[room.guid] = name
    conference = document.conference
    everywhere = clean_line(conference.venue) or clean_line(conference.title) or acronym_of(conference)
    names[None] = names[document.rooms[0].guid] if document.rooms else everywhere
    return names


def _persons(document: ReleaseDocument) -> dict[str, Person]:
    """By ref. Numbers come from the guid, so that they stay from release to release without a counter."""
    persons: dict[str, Person] = {}
    taken: set[int] = set()
    for speaker in sorted(document.speakers, key=lambda speaker: speaker.guid):
        number = (speaker.guid.int % (1 << PERSON_NUMBER_BITS)) or 1
        while number in taken:
            number += 1
        taken.add(number)
        persons[speaker.ref] = Person(
            number=number,
            guid=speaker.guid,
            name=clean_line(speaker.name),
            biography=clean_text(speaker.biography),
        )
    return persons


def _codes(document: ReleaseDocument) -> dict[str, str]:
    """Valid codes by talk ref; a code that two talks share names neither."""
    valid = [(talk.ref, talk.code) for talk in document.talks if talk.code and _CODE.fullmatch(talk.code)]
    counts: dict[str, int] = {}
    for _ref, code in valid:
        counts[code] = counts.get(code, 0) + 1
    return {ref: code for ref, code in valid if counts[code] == 1}


def _links(talk: DocTalk) -> tuple[tuple[str, str], ...]:
    pairs = ((clean_line(title), web_address(url)) for title, url in talk.links)
    return tuple((title or url, url) for title, url in pairs if url is not None)
