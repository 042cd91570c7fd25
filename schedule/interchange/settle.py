"""From a file's own words to values that hold together: one slot for each event, talks behind them.

A talk has several slots only where the source says so: events that share title and persons and carry
the same code, or lead to the same page. Everything else is a talk of its own.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from plumbing.sentences import Sentence, sentence
from schedule.interchange.days import Clock, Days
from schedule.interchange.imported import (
    LINE_CHARS_MAX,
    TEXT_CHARS_MAX,
    ImportedDay,
    ImportedSchedule,
    ImportedSlot,
    ImportedTalk,
    UnreadableSchedule,
)
from schedule.interchange.markup import to_markdown
from schedule.interchange.notes import Keys, Notes, read_guid
from schedule.interchange.people import People
from schedule.interchange.places import ROOM_UNKNOWN, Rooms, Tracks, names_of, read_colour
from schedule.interchange.raw import RawEvent, RawSchedule
from schedule.interchange.times import read_date, read_instant
from schedule.names import ascii_slug, clean_line, clean_text, web_address

NUMBER_MAX = 2**53 - 1
NUMBER_BITS = 31

_CODE = re.compile(r"[0-9A-Z]{6}")
_BREAK_TYPES = frozenset({"break", "breaks", "pause", "pausa", "meal", "catering"})
_BREAK_TITLE = re.compile(
    r"((?:morning|midday|afternoon|evening|short|long|coffee|tea|lunch|cake) break|break|breakfast|lunch|dinner|"
    r"coffee|snack time|pause|(?:kaffee|mittags|früh|kuchen)pause|mittagessen|abendessen|frühstück|"
    r"pausa(?: caffè| pranzo)?|colazione|pranzo|cena|petit[- ]déjeuner|déjeuner|dîner|goûter|pause café)"
)


@dataclass(frozen=True, slots=True)
class _Placed:
    """An event with its identity, its moment and what its words became."""

    raw: RawEvent
    guid: UUID
    number: int
    starts_at: datetime
    title: str
    speakers: tuple[UUID, ...]
    is_break: bool


def settle(raw: RawSchedule, *, assumed_zone: str = "") -> ImportedSchedule:
    """Raises UnreadableSchedule only when there is neither a day nor an event with a time."""
    notes, keys = Notes(), Keys(raw)
    clock = Clock(raw, assumed_zone, notes)
    rooms, tracks, people = Rooms(raw, keys, notes), Tracks(raw), People(raw, keys)
    placed = _placed(raw, keys, clock, people, notes)
    days = Days(raw, clock, ((event.raw, event.starts_at) for event in placed), notes)
    slots = tuple(_slot(event, rooms, days, clock, notes) for event in placed)
    talks = _talks(placed, raw, tracks, notes)
    talk_of_slot = {slot: talk.guid for talk, guids in talks for slot in guids}
    all_days = days.all()
    if not all_days:
        text = sentence("The file holds neither days nor events with a time.")
        raise UnreadableSchedule(None, None, text)
    starts_on, ends_on = _dates(raw, clock, all_days, notes)
    return ImportedSchedule(
        acronym=clean_line(raw.acronym)[:LINE_CHARS_MAX],
        title=clean_line(raw.title)[:LINE_CHARS_MAX],
        starts_on=starts_on,
        ends_on=ends_on,
        zone=clock.name,
        url=web_address(raw.url) or "",
        colour=read_colour(raw.colour),
        day_change=clock.day_change,
        rooms=rooms.all(),
        tracks=tracks.all(),
        days=all_days,
        speakers=people.all(),
        talks=tuple(talk for talk, _guids in talks),
        slots=tuple(_with_talk(slot, talk_of_slot.get(slot.guid)) for slot in slots),
        warnings=notes.all(),
    )


def _placed(raw: RawSchedule, keys: Keys, clock: Clock, people: People, notes: Notes) -> list[_Placed]:
    guids = _guids(raw, keys, notes)
    numbers = _numbers(raw, guids)
    days = dict(enumerate(raw.days))
    placed = []
    for event, guid, number in zip(raw.events, guids, numbers, strict=True):
        title = _title(event, number, notes)
        moment = clock.moment_of(event, days.get(event.day) if event.day is not None else None)
        if moment is None:
            text = sentence("“%(title)s” has no readable start and was left out.", title=title)
            notes.add(event.line, event.place, text)
            continue
        placed.append(_Placed(event, guid, number, moment, title, people.guids_of(event), _is_break(event, title)))
    return placed


def _guids(raw: RawSchedule, keys: Keys, notes: Notes) -> list[UUID]:
    """One for each event; what has none or a used one gets one from its own key and its turn."""
    taken: set[UUID] = set()
    turns: Counter[str] = Counter()
    guids = []
    for event in raw.events:
        guid = read_guid(event.guid)
        if event.guid and (guid is None or guid in taken):
            text = sentence("The guid “%(guid)s” was replaced: it is invalid or used twice.", guid=event.guid[:40])
            notes.add(event.line, event.place, text)
        key = event.guid or event.id or event.code or event.slug or _words_of(event)
        while guid is None or guid in taken:
            turns[key] += 1
            turn = turns[key]
            guid = keys.guid("event", key if turn == 1 and not event.guid else f"{key}#{turn}")
        taken.add(guid)
        guids.append(guid)
    return guids


def _numbers(raw: RawSchedule, guids: list[UUID]) -> list[int]:
    """The file's own ids where they are unique and positive, else numbers made from the guid."""
    own = [_own_number(event) for event in raw.events]
    taken = set(own)
    first: set[int] = set()
    numbers = []
    for number, guid in zip(own, guids, strict=True):
        if number == 0 or number in first:
            number = (guid.int % (1 << NUMBER_BITS)) or 1
            while number in taken:
                number += 1
            taken.add(number)
        first.add(number)
        numbers.append(number)
    return numbers


def _own_number(event: RawEvent) -> int:
    text = event.id.strip()
    number = int(text) if re.fullmatch(r"[0-9]{1,16}", text, re.ASCII) else 0
    return number if number <= NUMBER_MAX else 0


def _slot(event: _Placed, rooms: Rooms, days: Days, clock: Clock, notes: Notes) -> ImportedSlot:
    raw = event.raw
    names = raw.rooms
    if not event.is_break and len(names) != 1:
        text = _room_sentence(event)
        notes.add(raw.line, raw.place, text)
        names = names[:1] or (ROOM_UNKNOWN,)
    return ImportedSlot(
        guid=event.guid,
        number=event.number,
        talk=None,
        kind="break" if event.is_break else "talk",
        title=event.title if event.is_break else "",
        room=rooms.guid_of(names[0]) if len(names) == 1 else None,
        day=days.of(raw, event.starts_at).index,
        starts_at=event.starts_at,
        length_minutes=clock.length_of(raw, event.starts_at),
    )


def _room_sentence(event: _Placed) -> Sentence:
    if not event.raw.rooms:
        return sentence("“%(title)s” names no room and was put in “%(room)s”.", title=event.title, room=ROOM_UNKNOWN)
    return sentence(
        "“%(title)s” stands in several rooms (%(rooms)s) and was put in the first.",
        title=event.title,
        rooms=names_of(event.raw.rooms),
    )


def _with_talk(slot: ImportedSlot, talk: UUID | None) -> ImportedSlot:
    return ImportedSlot(
        slot.guid,
        slot.number,
        talk,
        slot.kind,
        slot.title,
        slot.room,
        slot.day,
        slot.starts_at,
        slot.length_minutes,
    )


def _talks(
    placed: list[_Placed], raw: RawSchedule, tracks: Tracks, notes: Notes
) -> list[tuple[ImportedTalk, tuple[UUID, ...]]]:
    """Each talk with the guids of its slots, in the order of the file."""
    general = web_address(raw.url)
    groups: list[list[_Placed]] = []
    group_of: dict[object, list[_Placed]] = {}
    for event in placed:
        if event.is_break:
            continue
        marks = _marks(event, general)
        group = next((group_of[mark] for mark in marks if mark in group_of), None)
        if group is None:
            groups.append(group := [])
        group.append(event)
        group_of.update(dict.fromkeys(marks, group))
    talks = []
    for events in groups:
        first = min(events, key=lambda event: event.number)
        talks.append((_talk(first, tracks, notes), tuple(event.guid for event in events)))
    return talks


def _marks(event: _Placed, general: str | None) -> list[object]:
    """Events that share one of these are one talk. The address of the whole programme says nothing."""
    marks: list[object] = []
    if _CODE.fullmatch(event.raw.code):
        marks.append(("code", event.raw.code, event.title, event.speakers))
    address = web_address(event.raw.url)
    if address is not None and address != general:
        marks.append(("url", address, event.title, event.speakers))
    return marks


def _talk(event: _Placed, tracks: Tracks, notes: Notes) -> ImportedTalk:
    raw = event.raw
    return ImportedTalk(
        guid=event.guid,
        number=event.number,
        code=raw.code if _CODE.fullmatch(raw.code) else None,
        slug=ascii_slug(raw.slug or event.title, chars_max=100),
        url=web_address(raw.url) or "",
        title=event.title,
        subtitle=notes.limited(raw.line, raw.place, clean_line(raw.subtitle), LINE_CHARS_MAX),
        abstract=_abstract(raw, notes),
        language=clean_line(raw.language)[:35],
        type_name=notes.limited(raw.line, raw.place, clean_line(raw.type_name), LINE_CHARS_MAX),
        track=tracks.slug_of(raw.track),
        speakers=event.speakers,
        links=_links(raw),
    )


def _title(event: RawEvent, number: int, notes: Notes) -> str:
    title = notes.limited(event.line, event.place, clean_line(event.title), LINE_CHARS_MAX)
    if title:
        return title
    notes.add(event.line, event.place, sentence("The event has no title."))
    return clean_line(event.slug)[:LINE_CHARS_MAX] or f"#{number}"


def _abstract(raw: RawEvent, notes: Notes) -> str:
    """Abstract and description together, unless one holds the other."""
    parts = [
        to_markdown(notes.limited(raw.line, raw.place, text, TEXT_CHARS_MAX))
        for text in (raw.abstract, raw.description)
    ]
    if parts[0] in parts[1] or parts[1] in parts[0]:
        return max(parts, key=len)
    return clean_text("\n\n".join(parts))


def _links(raw: RawEvent) -> tuple[tuple[str, str], ...]:
    pairs = ((clean_line(title)[:LINE_CHARS_MAX], web_address(url)) for title, url in raw.links)
    return tuple((title or url, url) for title, url in pairs if url is not None)


def _is_break(event: RawEvent, title: str) -> bool:
    """Nobody speaks, and the type or the whole title is a word for a break."""
    if event.persons and not event.is_break:
        return False
    return (
        event.is_break
        or event.type_name.strip().casefold() in _BREAK_TYPES
        or _BREAK_TITLE.fullmatch(title.casefold()) is not None
    )


def _dates(raw: RawSchedule, clock: Clock, days: tuple[ImportedDay, ...], notes: Notes) -> tuple[date, date]:
    """As the file says, where that holds all its days."""
    dates = [day.date for day in days]
    starts_on, ends_on = (_date(text, clock) for text in (raw.start, raw.end))
    if starts_on is None or ends_on is None or starts_on > ends_on:
        if raw.start or raw.end:
            notes.add(None, "conference", sentence("The dates of the conference were taken from its days."))
        return min(dates), max(dates)
    return starts_on, ends_on


def _date(text: str, clock: Clock) -> date | None:
    instant = read_instant(text, clock.zone)
    return instant.astimezone(clock.zone).date() if instant else read_date(text)


def _words_of(event: RawEvent) -> str:
    return " · ".join([clean_line(event.title), *(clean_line(person.name) for person in event.persons)])
