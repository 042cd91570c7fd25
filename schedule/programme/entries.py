"""What the templates of the programme are given: plain values in the language of the print."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from markupsafe import Markup

from plumbing.markdown import to_html
from schedule.document import DocDay, DocSlot, DocTalk, DocTrack, Index, ReleaseDocument, live
from schedule.names import initial, language_tag, sort_key
from schedule.programme.wording import Wording, direction

NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class TrackLabel:
    """``css`` is the class that carries its colours."""

    name: str
    css: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One slot in the list of talks. ``repeats`` is the anchor of the slot where the talk is described, when
    it is not this one; ``others`` says when and where else the talk is given."""

    anchor: str
    day: DocDay
    start: str
    span: str
    room: str
    title: str
    subtitle: str = ""
    speakers: tuple[tuple[str, str], ...] = ()
    abstract: Markup = Markup("")
    lang: str = ""
    language: str = ""
    direction: str = "ltr"
    type_name: str = ""
    track: TrackLabel | None = None
    links: tuple[tuple[str, str], ...] = ()
    repeats: str = ""
    others: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.type_name, self.language)))

    @property
    def weight(self) -> int:
        """Roughly proportional to the paper it takes."""
        return 300 + len(self.abstract)


@dataclass(slots=True)
class Listed:
    """A line of an index: ``anchors`` are the slots whose pages it names."""

    name: str
    note: str = ""
    anchors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ListedGroup:
    heading: str
    lines: tuple[Listed, ...]
    css: str = ""


class Entries:
    """Everything in the programme that takes place, worded."""

    def __init__(self, document: ReleaseDocument, wording: Wording) -> None:
        self.document = document
        self.index = Index(document)
        self.wording = wording
        self._tracks = {
            track.slug: TrackLabel(track.name, f"track-{number}")
            for number, track in enumerate(document.tracks, start=1)
        }
        languages = {talk.language for talk in document.talks}
        self._shows_language = len(languages) > 1
        self._shows_type = len({talk.type_name for talk in document.talks}) > 1

    def days(self) -> Iterator[DocDay]:
        """Days on which something takes place."""
        return (day for day in self.document.days if self.slots(day))

    def slots(self, day: DocDay) -> tuple[DocSlot, ...]:
        return live(self.index.slots_of_day(day.index))

    def track(self, slug: str | None) -> TrackLabel | None:
        return self._tracks[slug] if slug is not None else None

    def track_labels(self) -> list[tuple[TrackLabel, DocTrack]]:
        return [(self._tracks[track.slug], track) for track in self.document.tracks]

    def of_day(self, day: DocDay) -> list[Entry]:
        """Talks and plenaries; breaks stand in the grid alone."""
        return [self._entry(slot, day) for slot in self.slots(day) if slot.kind != "break" or slot.talk]

    def _entry(self, slot: DocSlot, day: DocDay) -> Entry:
        room = self.index.room_of(slot)
        talk = self.index.talk_of(slot)
        entry = Entry(
            anchor=anchor(slot),
            day=day,
            start=self.wording.time(slot.starts_at),
            span=self.wording.span(slot.starts_at, slot.ends_at),
            room=room.name if room else "",
            title=self.index.title_of(slot),
            direction=direction(self.index.title_of(slot)),
        )
        return entry if talk is None else self._described(entry, slot, talk)

    def _described(self, entry: Entry, slot: DocSlot, talk: DocTalk) -> Entry:
        times = live(self.index.slots_of_talk(talk.ref))
        is_first = times[0].guid == slot.guid
        return replace(
            entry,
            subtitle=talk.subtitle,
            speakers=tuple((one.name, one.affiliation) for one in self.index.speakers_of(talk)),
            abstract=to_html(talk.abstract) if is_first else Markup(""),
            lang=language_tag(talk.language) or "",
            language=self.wording.language(talk.language) if self._shows_language and talk.language else "",
            type_name=talk.type_name if self._shows_type else "",
            track=self.track(talk.track),
            links=talk.links if is_first else (),
            repeats="" if is_first else anchor(times[0]),
            others=tuple(self._place(other) for other in times if other.guid != slot.guid),
        )

    def _place(self, slot: DocSlot) -> str:
        room = self.index.room_of(slot)
        day = self.wording.short_day(self.index.day_by_index[slot.day].date)
        return ", ".join(filter(None, (day, self.wording.time(slot.starts_at), room.name if room else "")))

    def speaker_index(self) -> list[ListedGroup]:
        """By name as it is written, under its first letter."""
        lines = []
        for speaker in self.document.speakers:
            slots = live(self.index.slots_of_speaker(speaker.ref))
            if slots:
                lines.append(Listed(speaker.name, speaker.affiliation, [anchor(slot) for slot in slots]))
        lines.sort(key=lambda line: (sort_key(line.name), line.name))
        return [
            ListedGroup(letter, tuple(group)) for letter, group in groupby(lines, key=lambda line: initial(line.name))
        ]

    def track_index(self) -> list[ListedGroup]:
        """Talks of each track in order of time; empty when there are not at least two tracks."""
        groups = []
        for label, track in self.track_labels():
            slots = [
                slot
                for slot in live(self.index.slots)
                if slot.talk is not None and self.index.talk_by_ref[slot.talk].track == track.slug
            ]
            lines = tuple(Listed(self.index.title_of(slot), self._short_place(slot), [anchor(slot)]) for slot in slots)
            if lines:
                groups.append(ListedGroup(label.name, lines, label.css))
        return groups if len(groups) > 1 else []

    def _short_place(self, slot: DocSlot) -> str:
        room = self.index.room_of(slot)
        day = self.wording.short_weekday(self.index.day_by_index[slot.day].date)
        when = f"{day}{NO_BREAK}{self.wording.time(slot.starts_at)}"
        return f"{NO_BREAK}· ".join(filter(None, (when, room.name if room else "")))


def anchor(slot: DocSlot) -> str:
    return f"slot-{slot.number}"


def first_of_each_hour(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Pairs (time, anchor) for the table of contents: the first entry of every hour."""
    return [
        (hour_entries[0].start, hour_entries[0].anchor)
        for hour_entries in (
            list(group) for _, group in groupby(entries, key=lambda entry: entry.start.partition(":")[0])
        )
    ]
