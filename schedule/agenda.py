"""Pages of the public agenda as plain view values, made of a release document alone."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from conference.locale import PATTERNS, date_words, page_locale, time_words
from plumbing.markdown import to_html
from schedule.clashes import to_minute
from schedule.document import DocDay, DocRoom, DocSlot, DocSpeaker, DocTalk, Index, live
from schedule.grid import ROOMS_PER_GRID, clock_words, frame_of
from schedule.names import initial, language_name, language_tag, sort_key

Link = Callable[..., str]
"""``link("talk", ref=…)``: the address of a page within the release that is shown."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the address asks for; only values that the release knows."""

    view: str
    day: int | None
    """Index of the day; None for all of them, in the list only."""
    track: str = ""
    room: str = ""
    language: str = ""

    @property
    def is_filtered(self) -> bool:
        return bool(self.track or self.room or self.language)

    def query(self) -> dict[str, str]:
        """As the address says it, without what goes without saying."""
        values = {"track": self.track, "room": self.room, "lang": self.language}
        values["view"] = "list" if self.view == "list" else ""
        values["day"] = "all" if self.day is None else str(self.day)
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True)
class Entry:
    """One slot, for the grid and for the list."""

    id: int
    title: str
    lang: str | None
    href: str | None
    time_text: str
    room_text: str
    people_text: str
    track: str
    colour: str | None
    kind: str
    is_cancelled: bool
    row: int = 1
    span: int = 1
    col: int = 1
    colspan: int = 1
    state: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GridView:
    label: str
    rooms: tuple[tuple[str, str, str | None], ...]
    times: tuple[tuple[int, str, bool], ...]
    row_count: int
    start_minute: int
    items: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class HourView:
    text: str
    iso: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class DayView:
    title: str
    id: str
    hours: tuple[HourView, ...]


@dataclass(frozen=True, slots=True)
class SlotView:
    day: str
    time: str
    iso: str
    zone: str
    room: str
    room_href: str | None
    is_cancelled: bool


@dataclass(frozen=True, slots=True)
class PersonView:
    name: str
    affiliation: str
    biography: str
    href: str


@dataclass(frozen=True, slots=True)
class TalkView:
    title: str
    subtitle: str
    lang: str | None
    abstract: str
    type_name: str
    language: str
    track: str
    track_href: str | None
    colour: str | None
    presenter_kind: str
    slots: tuple[SlotView, ...]
    people: tuple[PersonView, ...]
    links: tuple[tuple[str, str], ...]
    is_cancelled: bool


class Agenda:
    """The views of one release, with addresses made by ``link``."""

    def __init__(self, index: Index, link: Link) -> None:
        self.index, self.link = index, link
        self.document = index.document
        self.zone = ZoneInfo(self.document.conference.zone)

    def choice(self, view: str, day: str, track: str, room: str, language: str, *, at: datetime) -> Choice:
        """Unknown values are as good as none, so that addresses cannot multiply. Without a day it is that of ``at``."""
        days = {str(each.index) for each in self.document.days}
        open_days = self.open_days()
        today = [each for each in open_days if each.starts_at <= at < each.ends_at]
        first = next((each.index for each in [*today, *open_days]), None)
        is_list = view == "list"
        return Choice(
            view="list" if is_list else "grid",
            day=int(day) if day in days else None if is_list and day == "all" else first,
            track=track if track in self.index.track_by_slug else "",
            room=room if room in {each.slug for each in self.document.rooms} else "",
            language=language if language in self.languages() else "",
        )

    def open_days(self) -> list[DocDay]:
        """Days on which something takes place; those that hold what was cancelled alone are in the list of all days."""
        days = [day for day in self.document.days if live(self.index.slots_of_day(day.index))]
        return days or list(self.document.days)

    def languages(self) -> list[str]:
        return sorted({talk.language for talk in self.document.talks if talk.language})

    def slots(self, choice: Choice, *, cancelled: bool) -> list[DocSlot]:
        every = self.index.slots if choice.day is None else self.index.slots_of_day(choice.day)
        return [slot for slot in every if (cancelled or not slot.cancelled) and self._fits(slot, choice)]

    def _fits(self, slot: DocSlot, choice: Choice) -> bool:
        talk, room, track = self.index.talk_of(slot), self.index.room_of(slot), self.index.track_of(slot)
        if choice.track and (track is None or track.slug != choice.track):
            return False
        if choice.room and room is not None and room.slug != choice.room:
            return False
        return not choice.language or (talk is not None and talk.language == choice.language)

    def grids(self, choice: Choice) -> list[GridView]:
        """One grid, or several side by side of forty rooms each; rooms without a slot that day are left out."""
        day = self.index.day_by_index.get(choice.day or 0)
        slots = self.slots(choice, cancelled=False)
        if day is None or not slots:
            return []
        used = {slot.room for slot in slots}
        rooms = [room for room in self.document.rooms if room.guid in used] or list(self.document.rooms[:1])
        return [
            self._grid(day, slots, rooms[first : first + ROOMS_PER_GRID])
            for first in range(0, len(rooms), ROOMS_PER_GRID)
        ]

    def _grid(self, day: DocDay, slots: list[DocSlot], rooms: Sequence[DocRoom]) -> GridView:
        frame = frame_of(
            max(day.starts_at, min(slot.starts_at for slot in slots)),
            min(day.ends_at, max(slot.ends_at for slot in slots)),
            [(slot.starts_at, slot.ends_at) for slot in slots],
            self.zone,
            whole=True,
        )
        columns = {room.guid: col for col, room in enumerate(rooms, start=1)}
        shown = [slot for slot in slots if slot.room is None or slot.room in columns]
        items = tuple(
            replace(
                self.entry(slot),
                row=frame.row(slot.starts_at),
                span=frame.span(slot.starts_at, slot.length_minutes),
                col=columns[slot.room] if slot.room is not None else 1,
                colspan=1 if slot.room is not None else len(columns),
            )
            for slot in shown
        )
        heads = tuple((room.name, "", self.link("index", view="list", room=room.slug)) for room in rooms)
        return GridView(
            label=_("Programme of %(day)s", day=date_words(day.date)),
            rooms=heads,
            times=tuple(frame.times()),
            row_count=frame.row_count,
            start_minute=to_minute(frame.starts_at),
            items=items,
        )

    def days(self, choice: Choice) -> list[DayView]:
        """The list: by day and by the time at which slots begin."""
        found = []
        for day in self.document.days:
            if choice.day not in (None, day.index):
                continue
            slots = [slot for slot in self.slots(choice, cancelled=True) if slot.day == day.index]
            if slots:
                found.append(DayView(date_words(day.date), f"day-{day.index}", tuple(self._hours(slots))))
        return found

    def _hours(self, slots: list[DocSlot]) -> Iterable[HourView]:
        starts = dict.fromkeys(slot.starts_at for slot in slots)
        for start in starts:
            local = start.astimezone(self.zone)
            entries = tuple(self.entry(slot) for slot in slots if slot.starts_at == start)
            yield HourView(time_words(start, self.document.conference.zone), local.isoformat(), entries)

    def entry(self, slot: DocSlot) -> Entry:
        talk, track, room = self.index.talk_of(slot), self.index.track_of(slot), self.index.room_of(slot)
        return Entry(
            id=slot.number,
            title=self.index.title_of(slot),
            lang=language_tag(talk.language) if talk else None,
            href=self.link("talk", ref=talk.ref) if talk else None,
            time_text=clock_words(slot.starts_at, slot.length_minutes, self.zone),
            room_text=room.name if room else _("All rooms"),
            people_text=", ".join(person.name for person in self.index.speakers_of(talk)) if talk else "",
            track=track.name if track else "",
            colour=(track.colour_name or "slate") if track else None,
            kind=slot.kind,
            is_cancelled=slot.cancelled,
        )

    def talk(self, talk: DocTalk) -> TalkView:
        track = self.index.track_by_slug[talk.track] if talk.track is not None else None
        slots = self.index.slots_of_talk(talk.ref)
        return TalkView(
            title=talk.title,
            subtitle=talk.subtitle,
            lang=language_tag(talk.language),
            abstract=to_html(talk.abstract),
            type_name=talk.type_name,
            language=language_name(talk.language, PATTERNS[page_locale()]),
            track=track.name if track else "",
            track_href=self.link("index", view="list", day="all", track=track.slug) if track else None,
            colour=(track.colour_name or "slate") if track else None,
            presenter_kind=talk.presenter_kind,
            slots=tuple(self._slot(slot) for slot in slots),
            people=tuple(self.person(person) for person in self.index.speakers_of(talk)),
            links=talk.links,
            is_cancelled=bool(slots) and all(slot.cancelled for slot in slots),
        )

    def _slot(self, slot: DocSlot) -> SlotView:
        room = self.index.room_of(slot)
        day = self.index.day_by_index[slot.day]
        return SlotView(
            day=date_words(day.date),
            time=clock_words(slot.starts_at, slot.length_minutes, self.zone),
            iso=slot.starts_at.astimezone(self.zone).isoformat(),
            zone=self.document.conference.zone,
            room=room.name if room else "",
            room_href=self.link("index", view="list", day=slot.day, room=room.slug) if room else None,
            is_cancelled=slot.cancelled,
        )

    def person(self, person: DocSpeaker) -> PersonView:
        href = self.link("speaker", ref=person.ref)
        return PersonView(person.name, person.affiliation, to_html(person.biography), href)

    def speakers(self) -> list[tuple[str, list[PersonView]]]:
        """By first letter of the name, those who have a talk that takes place."""
        groups: dict[str, list[PersonView]] = {}
        for person in sorted(self.document.speakers, key=lambda each: (sort_key(each.name), each.name)):
            if any(not slot.cancelled for slot in self.index.slots_of_speaker(person.ref)):
                groups.setdefault(initial(person.name), []).append(
                    PersonView(person.name, person.affiliation, "", self.link("speaker", ref=person.ref))
                )
        return list(groups.items())

    def entries_of(self, person: DocSpeaker) -> list[tuple[str, Entry]]:
        """(day, slot) of one speaker."""
        return [
            (date_words(self.index.day_by_index[slot.day].date), self.entry(slot))
            for slot in self.index.slots_of_speaker(person.ref)
        ]
