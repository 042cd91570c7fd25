"""A release: the plan frozen into one document that holds everything the public sees, and nothing else.

Only talks whose acceptance was told, and that were neither withdrawn nor declined, get in. What the release before
held and this one does not stays in it as cancelled, so that calendars hear of it.
"""

import hashlib
import zlib
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from cfp.accepted import AcceptedTalk, Speaker
from conference.models import Conference
from conference.palette import ACCENTS, TRACK_COLOURS
from conference.work import Work
from plumbing.answers import Missing
from plumbing.kernel import kernel
from schedule.document import (
    DocConference,
    DocDay,
    DocRelease,
    DocRoom,
    DocSlot,
    DocSpeaker,
    DocTalk,
    DocTrack,
    Index,
    ReleaseDocument,
    ScheduleDifference,
    TalkKind,
    difference,
    from_json,
    to_json,
)
from schedule.models import Release
from schedule.names import ascii_slug, clean_line, web_address
from schedule.plan import Plan, PlanSlot

SPEAKER_REF_BYTES = 6
COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Stored:
    """A release that stands, with its document."""

    id: int
    number: int
    name: str
    digest: str
    document: ReleaseDocument


def freeze(
    plan: Plan, *, conference: DocConference, release: DocRelease, before: ReleaseDocument | None
) -> ReleaseDocument:
    """The plan as a document; ``before`` is the newest release."""
    rooms = _rooms(plan)
    tracks = tuple(_track(track) for track in plan.tracks)
    slugs = {track.id: track.slug for track in plan.tracks}
    days = tuple(DocDay(index, day.date, day.starts_at, day.ends_at) for index, day in enumerate(plan.days, start=1))
    talk_ids = {slot.talk_id for slot in plan.live if slot.talk_id is not None}
    talks = tuple(_talk(talk, slugs) for talk in plan.talks.values() if talk.proposal_id in talk_ids)
    made = ReleaseDocument(
        conference=conference,
        release=release,
        rooms=rooms,
        tracks=tracks,
        days=days,
        speakers=_speakers([talk for talk in plan.talks.values() if talk.proposal_id in talk_ids]),
        talks=talks,
        slots=_slots(plan, release.released_at),
    )
    return made if before is None else _after(before, made)


def newest(work: Work, conference_id: int) -> Stored | None:
    """The release that the public reads, None before the first. One query."""
    query = select(Release).where(Release.conference_id == conference_id).order_by(Release.number.desc()).limit(1)
    row = work.db.scalars(query).one_or_none()
    return _stored(row) if row is not None else None


def conference_and_newest(work: Work, conference_id: int) -> tuple[DocConference, Stored | None]:
    """The conference as it stands now, and ``newest``. One query."""
    query = (
        select(Conference, Release)
        .outerjoin(Release, Release.conference_id == Conference.id)
        .where(Conference.id == conference_id)
        .order_by(Release.number.desc())
        .limit(1)
    )
    row: Any = work.db.execute(query).one()
    return _conference(row.Conference), _stored(row.Release) if row.Release is not None else None


def by_number(work: Work, conference_id: int, number: int) -> Stored:
    """Raises Missing. One query."""
    query = select(Release).where(Release.conference_id == conference_id, Release.number == number)
    row = work.db.scalars(query).one_or_none()
    if row is None:
        raise Missing()
    return _stored(row)


def by_id(work: Work, release_id: int) -> Stored:
    """Raises Missing. One query."""
    row = work.db.get(Release, release_id)
    if row is None:
        raise Missing()
    return _stored(row)


def pack(document: ReleaseDocument) -> tuple[bytes, str]:
    """The bytes that are stored, and their digest."""
    data = to_json(document)
    return zlib.compress(data, COMPRESSION), hashlib.sha256(data).hexdigest()


def unpack(data: bytes) -> ReleaseDocument:
    return from_json(zlib.decompress(data))


def empty_like(document: ReleaseDocument) -> ReleaseDocument:
    """The release before the first: the same conference without a single slot."""
    return replace(document, talks=(), slots=(), speakers=())


def changes(before: ReleaseDocument | None, after: ReleaseDocument) -> ScheduleDifference:
    return difference(before if before is not None else empty_like(after), after)


def summary(found: ScheduleDifference) -> dict[str, Any]:
    """What the row and the changelog keep of a difference: guids of the slots by what became of them."""
    return {
        "new": [str(slot.guid) for slot in found.new],
        "moved": [str(move.new.guid) for move in found.moved],
        "cancelled": [str(slot.guid) for slot in found.cancelled],
        "reworded": [str(word.slot.guid) for word in found.reworded],
    }


def _stored(row: Release) -> Stored:
    return Stored(row.id, row.number, row.name, row.digest, unpack(row.document))


def _after(before: ReleaseDocument, made: ReleaseDocument) -> ReleaseDocument:
    """Sequences go on from the release before; what vanished is kept as cancelled, with all it names."""
    were = {slot.guid: slot for slot in before.slots}
    are = {slot.guid for slot in made.slots}
    old, new = Index(before), Index(made)
    slots = tuple(_counted(slot, were.get(slot.guid), old, new) for slot in made.slots)
    lost = tuple(_cancelled(slot, made) for slot in before.slots if slot.guid not in are)
    return _with_lost(before, made, slots, lost) if lost else replace(made, slots=slots)


def _counted(slot: DocSlot, old: DocSlot | None, before: Index, made: Index) -> DocSlot:
    """A slot that stays as it was keeps sequence and instant; the sequence rises with time, room, comeback and other
    speakers, who are invited or sent away by it."""
    if old is None:
        return slot
    place = (slot.room, slot.starts_at, slot.length_minutes)
    stays = not old.cancelled and place == (old.room, old.starts_at, old.length_minutes)
    if not stays or _speakers_of(slot, made) != _speakers_of(old, before):
        return replace(slot, sequence=old.sequence + 1)
    same = _words(slot, made) == _words(old, before)
    return replace(slot, sequence=old.sequence, changed_at=old.changed_at if same else slot.changed_at)


def _speakers_of(slot: DocSlot, index: Index) -> set[str]:
    """Refs; the order in which they stand invites nobody anew."""
    talk = index.talk_of(slot)
    return set(talk.speakers) if talk is not None else set()


def _words(slot: DocSlot, index: Index) -> object:
    """All that a calendar entry says besides the time."""
    conference, room, track, talk = (
        index.document.conference,
        index.room_of(slot),
        index.track_of(slot),
        index.talk_of(slot),
    )
    place = (room.name if room is not None else "", conference.venue, conference.city)
    words = (index.title_of(slot), track.name if track is not None else "")
    if talk is None:
        return (*place, *words)
    return (*place, *words, talk.subtitle, talk.abstract, tuple(person.name for person in index.speakers_of(talk)))


def _cancelled(slot: DocSlot, made: ReleaseDocument) -> DocSlot:
    if slot.cancelled:
        return slot
    return replace(slot, cancelled=True, sequence=slot.sequence + 1, changed_at=made.release.released_at)


def _with_lost(
    before: ReleaseDocument, made: ReleaseDocument, slots: tuple[DocSlot, ...], lost: tuple[DocSlot, ...]
) -> ReleaseDocument:
    """Cancelled slots refer to talks, speakers, rooms and days that the plan may not know any more."""
    taken = {slot.number for slot in slots}
    rooms = _kept(before.rooms, made.rooms, "guid", {slot.room for slot in lost})
    talks = _kept(before.talks, made.talks, "ref", {slot.talk for slot in lost})
    tracks = _kept(before.tracks, made.tracks, "slug", {talk.track for talk in talks})
    people = {ref for talk in talks for ref in talk.speakers}
    days, place_of = _days_with(before, made, {slot.day for slot in lost})
    old, new = (
        {day.index: place_of[day.date] for day in found.days if day.date in place_of} for found in (before, made)
    )
    stay = tuple(replace(slot, day=new[slot.day]) for slot in slots)
    gone = tuple(replace(slot, day=old[slot.day], number=_free_number(slot.number, taken)) for slot in lost)
    return replace(
        made,
        rooms=tuple(_unique_slugs([*made.rooms, *rooms])),
        tracks=(*made.tracks, *tracks),
        talks=(*made.talks, *talks),
        speakers=(*made.speakers, *_kept(before.speakers, made.speakers, "ref", people)),
        days=days,
        slots=(*stay, *gone),
    )


def _kept(old: tuple[Any, ...], new: tuple[Any, ...], key: str, wanted: set[Any]) -> tuple[Any, ...]:
    known = {getattr(thing, key) for thing in new}
    return tuple(thing for thing in old if getattr(thing, key) in wanted and getattr(thing, key) not in known)


def _days_with(
    before: ReleaseDocument, made: ReleaseDocument, wanted: set[int]
) -> tuple[tuple[DocDay, ...], dict[date, int]]:
    """Days of the plan, and those that only cancelled slots still need, numbered anew by date."""
    dates = {day.date for day in made.days}
    lost = [day for day in before.days if day.index in wanted and day.date not in dates]
    days = sorted([*made.days, *lost], key=lambda day: day.date)
    return (
        tuple(replace(day, index=place) for place, day in enumerate(days, start=1)),
        {day.date: place for place, day in enumerate(days, start=1)},
    )


def _free_number(number: int, taken: set[int]) -> int:
    while number in taken:
        number += 1
    taken.add(number)
    return number


def _conference(row: Conference) -> DocConference:
    return DocConference(
        slug=row.slug,
        acronym=row.acronym,
        title=row.name,
        description=row.description,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        zone=row.zone,
        url=f"{kernel().settings.base_url}/{row.slug}/agenda",
        accent=ACCENTS.get(row.accent, ACCENTS["petrol"]),
        locales=tuple(row.locales),
        venue=row.venue,
        city=row.city,
        contact=row.contact_email,
    )


def _rooms(plan: Plan) -> tuple[DocRoom, ...]:
    rooms = [DocRoom(UUID(room.guid), "", room.name, room.capacity, room.features) for room in plan.rooms]
    return tuple(_unique_slugs(rooms))


def _unique_slugs(rooms: list[DocRoom]) -> list[DocRoom]:
    made: list[DocRoom] = []
    taken: set[str] = set()
    for place, room in enumerate(rooms, start=1):
        slug = ascii_slug(room.name) or f"room-{place}"
        while slug in taken:
            slug = f"{slug}-{place}"
        taken.add(slug)
        made.append(replace(room, slug=slug))
    return made


def _track(track: Any) -> DocTrack:
    colour = TRACK_COLOURS.get(track.colour, TRACK_COLOURS["slate"])
    return DocTrack(track.slug, track.name, colour, track.colour, track.is_special, track.description)


def _talk(talk: AcceptedTalk, slugs: dict[int, str]) -> DocTalk:
    kind: TalkKind = "paper" if talk.kind == "paper" else "talk"
    return DocTalk(
        ref=talk.ref,
        guid=UUID(talk.guid),
        code=None,
        title=clean_line(talk.title),
        subtitle="",
        abstract=talk.abstract,
        language=talk.language,
        type_name=talk.type_name,
        kind=kind,
        track=slugs[talk.track_id] if talk.track_id is not None else None,
        presenter_kind=talk.presenter_kind,
        speakers=tuple(dict.fromkeys(speaker_ref(person.person_guid) for person in talk.speakers)),
        links=tuple((title, address) for title, link in talk.links if (address := web_address(link))),
    )


def _speakers(talks: list[AcceptedTalk]) -> tuple[DocSpeaker, ...]:
    """Each person once; where profiles differ between talks, the fullest counts."""
    best: dict[str, Speaker] = {}
    for talk in talks:
        for person in talk.speakers:
            known = best.get(person.person_guid)
            if known is None or _fullness(person) > _fullness(known):
                best[person.person_guid] = person
    return tuple(
        DocSpeaker(speaker_ref(guid), UUID(guid), clean_line(person.name), person.affiliation, person.biography)
        for guid, person in best.items()
    )


def _fullness(person: Speaker) -> int:
    return len(person.biography) + len(person.affiliation)


def speaker_ref(person_guid: str) -> str:
    """Public name of a person: stable, and nothing of the system's own numbers in it."""
    return hashlib.sha256(f"speaker/{person_guid}".encode()).hexdigest()[: 2 * SPEAKER_REF_BYTES]


def _slots(plan: Plan, released_at: datetime) -> tuple[DocSlot, ...]:
    index_of = {day.id: index for index, day in enumerate(plan.days, start=1)}
    guids = {room.id: UUID(room.guid) for room in plan.rooms}
    return tuple(_slot(slot, plan, index_of, guids, released_at) for slot in plan.live)


def _slot(
    slot: PlanSlot, plan: Plan, index_of: dict[int, int], guids: dict[int, UUID], released_at: datetime
) -> DocSlot:
    kind: Any = slot.kind
    return DocSlot(
        number=slot.number,
        guid=UUID(slot.guid),
        talk=plan.talks[slot.talk_id].ref if slot.talk_id is not None else None,
        kind=kind,
        title=slot.title,
        room=guids[slot.room_id] if slot.room_id is not None else None,
        day=index_of[slot.day_id or 0],
        starts_at=slot.begin,
        length_minutes=slot.length_minutes,
        sequence=0,
        changed_at=released_at,
        cancelled=False,
    )
