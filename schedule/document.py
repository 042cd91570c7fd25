"""The release document: everything that the public may see of one release, frozen.

Agenda pages, feeds, exports and printed programmes are made from this value alone, so an old release
stays readable for ever. It holds no e-mail address and nothing that was not released.
"""

import json
import types
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID
from zoneinfo import ZoneInfo

FORMAT = 1

# Outside these years zones know no offsets of whole minutes, and no conference lies there.
YEAR_MIN = 1970
YEAR_MAX = 2199
LENGTH_MINUTES_MAX = 7 * 24 * 60

TalkKind = Literal["talk", "paper"]
SlotKind = Literal["talk", "break", "plenary"]

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class BrokenDocument(ValueError):
    """The value contradicts itself, or the bytes are no release document; the text says where."""


@dataclass(frozen=True, slots=True)
class DocConference:
    """``zone`` is an IANA name; ``accent`` is ``#rrggbb``; ``url`` is the public page of the conference."""

    slug: str
    acronym: str
    title: str
    description: str
    starts_on: date
    ends_on: date
    zone: str
    url: str
    accent: str
    locales: tuple[str, ...]
    venue: str
    city: str
    contact: str


@dataclass(frozen=True, slots=True)
class DocRelease:
    number: int
    name: str
    released_at: datetime


@dataclass(frozen=True, slots=True)
class DocRoom:
    guid: UUID
    slug: str
    name: str
    capacity: int | None
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DocTrack:
    slug: str
    name: str
    colour: str
    colour_name: str
    special: bool
    description: str


@dataclass(frozen=True, slots=True)
class DocDay:
    """A programme day: ``date`` is its name, and ``ends_at`` may lie after the midnight that ends it."""

    index: int
    date: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class DocSpeaker:
    ref: str
    guid: UUID
    name: str
    affiliation: str
    biography: str


@dataclass(frozen=True, slots=True)
class DocTalk:
    """``abstract`` is Markdown, ``code`` six of ``0-9A-Z``, ``links`` are pairs (title, url)."""

    ref: str
    guid: UUID
    code: str | None
    title: str
    subtitle: str
    abstract: str
    language: str
    type_name: str
    kind: TalkKind
    track: str | None
    presenter_kind: str
    speakers: tuple[str, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class DocSlot:
    """A room and a time. ``room`` None means all rooms; ``day`` is the index of the programme day, which
    is not always the calendar day of ``starts_at``; ``title`` is for slots without a talk."""

    number: int
    guid: UUID
    talk: str | None
    kind: SlotKind
    title: str
    room: UUID | None
    day: int
    starts_at: datetime
    length_minutes: int
    sequence: int
    changed_at: datetime
    cancelled: bool

    @property
    def ends_at(self) -> datetime:
        """Computed in UTC, so that a clock change inside the slot does not bend it."""
        return self.starts_at.astimezone(UTC) + timedelta(minutes=self.length_minutes)


@dataclass(frozen=True, slots=True)
class ReleaseDocument:
    """Rooms stand in display order. Raises BrokenDocument when a reference or a key does not hold."""

    conference: DocConference
    release: DocRelease
    rooms: tuple[DocRoom, ...]
    tracks: tuple[DocTrack, ...]
    days: tuple[DocDay, ...]
    speakers: tuple[DocSpeaker, ...]
    talks: tuple[DocTalk, ...]
    slots: tuple[DocSlot, ...]
    format: int = FORMAT

    def __post_init__(self) -> None:
        _check_keys(self)
        _check_references(self)
        _check_times(self)


def to_json(document: ReleaseDocument) -> bytes:
    """Canonical bytes: sorted keys, UTF-8, instants in UTC. Equal documents give equal bytes."""
    text = json.dumps(_plain(document), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def from_json(data: bytes) -> ReleaseDocument:
    """The document that ``to_json`` wrote. Raises BrokenDocument for anything else."""
    try:
        raw = json.loads(data)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BrokenDocument(f"not JSON: {error}") from error
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise BrokenDocument(f"not a release document of format {FORMAT}")
    document: ReleaseDocument = _typed(raw, ReleaseDocument, "document")
    return document


class Index:
    """Look-ups of one document, built once; all lists are in order of start, room and number.

    Lists hold cancelled slots too: feeds must tell of them, pages leave them out (``live``).
    """

    def __init__(self, document: ReleaseDocument) -> None:
        self.document = document
        self.room_by_guid = {room.guid: room for room in document.rooms}
        self.track_by_slug = {track.slug: track for track in document.tracks}
        self.day_by_index = {day.index: day for day in document.days}
        self.speaker_by_ref = {speaker.ref: speaker for speaker in document.speakers}
        self.talk_by_ref = {talk.ref: talk for talk in document.talks}
        self.slot_by_guid = {slot.guid: slot for slot in document.slots}
        places: dict[UUID | None, int] = {room.guid: place for place, room in enumerate(document.rooms)}
        places[None] = -1
        self.slots = tuple(sorted(document.slots, key=lambda slot: (slot.starts_at, places[slot.room], slot.number)))
        self._of_day = _grouped(self.slots, lambda slot: (slot.day,))
        self._of_room = _grouped(self.slots, lambda slot: (slot.room,))
        self._of_talk = _grouped(self.slots, lambda slot: (slot.talk,))
        self._of_speaker = _grouped(self.slots, self._speaker_refs)
        self._talks_of_speaker = _grouped(document.talks, lambda talk: talk.speakers)
        self._talks_of_track = _grouped(document.talks, lambda talk: (talk.track,))

    def slots_of_day(self, index: int) -> tuple[DocSlot, ...]:
        return self._of_day.get(index, ())

    def slots_of_room(self, guid: UUID | None) -> tuple[DocSlot, ...]:
        """Slots of this room alone; None gives those that concern all rooms."""
        return self._of_room.get(guid, ())

    def slots_of_talk(self, ref: str) -> tuple[DocSlot, ...]:
        return self._of_talk.get(ref, ())

    def slots_of_speaker(self, ref: str) -> tuple[DocSlot, ...]:
        return self._of_speaker.get(ref, ())

    def talks_of_speaker(self, ref: str) -> tuple[DocTalk, ...]:
        return self._talks_of_speaker.get(ref, ())

    def talks_of_track(self, slug: str | None) -> tuple[DocTalk, ...]:
        return self._talks_of_track.get(slug, ())

    def talk_of(self, slot: DocSlot) -> DocTalk | None:
        return self.talk_by_ref[slot.talk] if slot.talk is not None else None

    def room_of(self, slot: DocSlot) -> DocRoom | None:
        return self.room_by_guid[slot.room] if slot.room is not None else None

    def track_of(self, slot: DocSlot) -> DocTrack | None:
        talk = self.talk_of(slot)
        return self.track_by_slug[talk.track] if talk is not None and talk.track is not None else None

    def speakers_of(self, talk: DocTalk) -> tuple[DocSpeaker, ...]:
        return tuple(self.speaker_by_ref[ref] for ref in talk.speakers)

    def title_of(self, slot: DocSlot) -> str:
        talk = self.talk_of(slot)
        return talk.title if talk is not None else slot.title

    def _speaker_refs(self, slot: DocSlot) -> tuple[str, ...]:
        talk = self.talk_of(slot)
        return talk.speakers if talk is not None else ()


def live(slots: Iterable[DocSlot]) -> tuple[DocSlot, ...]:
    """Those that take place."""
    return tuple(slot for slot in slots if not slot.cancelled)


@dataclass(frozen=True, slots=True)
class SlotMove:
    """``old`` and ``new`` share the guid; at least one of the three is true."""

    old: DocSlot
    new: DocSlot
    room_changed: bool
    time_changed: bool
    length_changed: bool


@dataclass(frozen=True, slots=True)
class SlotRewording:
    """Another title or other speakers (names, in order) in a slot that stays."""

    slot: DocSlot
    old_title: str
    new_title: str
    old_speakers: tuple[str, ...]
    new_speakers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScheduleDifference:
    """Slots by guid. ``cancelled`` holds the old slots; a slot may be both moved and reworded."""

    new: tuple[DocSlot, ...]
    moved: tuple[SlotMove, ...]
    cancelled: tuple[DocSlot, ...]
    reworded: tuple[SlotRewording, ...]
    unchanged: tuple[DocSlot, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.new or self.moved or self.cancelled or self.reworded)


def difference(old: ReleaseDocument, new: ReleaseDocument) -> ScheduleDifference:
    """What a reader of ``old`` must be told. A slot that comes back after a cancellation is new."""
    before, after = Index(old), Index(new)
    were = {slot.guid: slot for slot in live(before.slots)}
    are = {slot.guid: slot for slot in live(after.slots)}
    kept = [(were[guid], slot) for guid, slot in are.items() if guid in were]
    moved = tuple(move for pair in kept if (move := _move(*pair)) is not None)
    reworded = tuple(word for old_slot, slot in kept if (word := _rewording(before, old_slot, after, slot)) is not None)
    touched = {move.new.guid for move in moved} | {word.slot.guid for word in reworded}
    return ScheduleDifference(
        new=tuple(slot for guid, slot in are.items() if guid not in were),
        moved=moved,
        cancelled=tuple(slot for guid, slot in were.items() if guid not in are),
        reworded=reworded,
        unchanged=tuple(slot for _old, slot in kept if slot.guid not in touched),
    )


def _move(old: DocSlot, new: DocSlot) -> SlotMove | None:
    move = SlotMove(
        old=old,
        new=new,
        room_changed=old.room != new.room,
        time_changed=old.starts_at != new.starts_at,
        length_changed=old.length_minutes != new.length_minutes,
    )
    return move if move.room_changed or move.time_changed or move.length_changed else None


def _rewording(before: Index, old: DocSlot, after: Index, new: DocSlot) -> SlotRewording | None:
    word = SlotRewording(
        slot=new,
        old_title=before.title_of(old),
        new_title=after.title_of(new),
        old_speakers=_names(before, old),
        new_speakers=_names(after, new),
    )
    return word if word.old_title != word.new_title or word.old_speakers != word.new_speakers else None


def _names(index: Index, slot: DocSlot) -> tuple[str, ...]:
    talk = index.talk_of(slot)
    return tuple(speaker.name for speaker in index.speakers_of(talk)) if talk is not None else ()


def _grouped(things: Iterable[T], keys: Callable[[T], Iterable[K]]) -> dict[K, tuple[T, ...]]:
    groups: dict[K, list[T]] = defaultdict(list)
    for thing in things:
        for key in keys(thing):
            groups[key].append(thing)
    return {key: tuple(group) for key, group in groups.items()}


def _check_keys(document: ReleaseDocument) -> None:
    keys: dict[str, list[Hashable]] = {
        "room guid": [room.guid for room in document.rooms],
        "room slug": [room.slug for room in document.rooms],
        "track slug": [track.slug for track in document.tracks],
        "day index": [day.index for day in document.days],
        "speaker ref": [speaker.ref for speaker in document.speakers],
        "speaker guid": [speaker.guid for speaker in document.speakers],
        "talk ref": [talk.ref for talk in document.talks],
        "talk guid": [talk.guid for talk in document.talks],
        "slot number": [slot.number for slot in document.slots],
        "slot guid": [slot.guid for slot in document.slots],
    }
    for what, values in keys.items():
        if len(set(values)) != len(values):
            raise BrokenDocument(f"a {what} stands twice")


def _check_references(document: ReleaseDocument) -> None:
    tracks = {track.slug for track in document.tracks}
    speakers = {speaker.ref for speaker in document.speakers}
    talks = {talk.ref for talk in document.talks}
    rooms = {room.guid for room in document.rooms}
    days = {day.index for day in document.days}
    for talk in document.talks:
        if talk.track is not None and talk.track not in tracks:
            raise BrokenDocument(f"talk {talk.ref} names an unknown track {talk.track}")
        if not speakers.issuperset(talk.speakers) or len(set(talk.speakers)) != len(talk.speakers):
            raise BrokenDocument(f"talk {talk.ref} names an unknown speaker, or one twice")
    for slot in document.slots:
        if slot.talk is not None and slot.talk not in talks:
            raise BrokenDocument(f"slot {slot.number} names an unknown talk {slot.talk}")
        if slot.room is not None and slot.room not in rooms:
            raise BrokenDocument(f"slot {slot.number} names an unknown room {slot.room}")
        if slot.day not in days:
            raise BrokenDocument(f"slot {slot.number} names an unknown day {slot.day}")


def _check_times(document: ReleaseDocument) -> None:
    _check_zone(document.conference.zone)
    instants = [("the release", document.release.released_at)]
    for day in document.days:
        instants += [(f"day {day.index}", day.starts_at), (f"day {day.index}", day.ends_at)]
        if day.index < 1:
            raise BrokenDocument(f"day {day.index} needs a positive index")
    for slot in document.slots:
        instants += [(f"slot {slot.number}", slot.starts_at), (f"slot {slot.number}", slot.changed_at)]
        if slot.number < 1 or slot.sequence < 0:
            raise BrokenDocument(f"slot {slot.number} needs a positive number and a sequence from 0")
        if not 1 <= slot.length_minutes <= LENGTH_MINUTES_MAX:
            raise BrokenDocument(f"slot {slot.number} needs a length of 1 to {LENGTH_MINUTES_MAX} minutes")
    for place, instant in instants:
        if instant.utcoffset() is None or not YEAR_MIN <= instant.year <= YEAR_MAX:
            raise BrokenDocument(f"{place} needs aware times from {YEAR_MIN} to {YEAR_MAX}")


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise BrokenDocument(f"unknown time zone {zone!r}") from error


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _typed(raw: Any, kind: Any, place: str) -> Any:
    """``raw`` from JSON as the annotated type ``kind``; raises BrokenDocument naming ``place``."""
    if is_dataclass(kind):
        return _typed_fields(raw, kind, place)
    origin, options = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _typed_tuple(raw, options, place)
    if origin in (Union, types.UnionType):
        return None if raw is None else _typed(raw, options[0], place)
    if origin is Literal:
        if raw in options:
            return raw
    elif kind in (date, datetime, UUID):
        try:
            return kind(raw) if kind is UUID else kind.fromisoformat(raw)
        except (TypeError, ValueError, AttributeError) as error:
            raise BrokenDocument(f"{place}: {raw!r} is no {kind.__name__}") from error
    elif type(raw) is kind:
        return raw
    raise BrokenDocument(f"{place}: {raw!r} does not belong here")


def _typed_fields(raw: Any, kind: Any, place: str) -> Any:
    hints = _hints(kind)
    if not isinstance(raw, dict) or set(raw) != set(hints):
        raise BrokenDocument(f"{place} needs the keys {', '.join(sorted(hints))}")
    return kind(**{name: _typed(raw[name], hint, f"{place}.{name}") for name, hint in hints.items()})


def _typed_tuple(raw: Any, options: tuple[Any, ...], place: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise BrokenDocument(f"{place} needs a list")
    if options[-1] is Ellipsis:
        return tuple(_typed(item, options[0], f"{place}[{at}]") for at, item in enumerate(raw))
    if len(raw) != len(options):
        raise BrokenDocument(f"{place} needs {len(options)} values")
    return tuple(_typed(item, option, place) for item, option in zip(raw, options, strict=True))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
