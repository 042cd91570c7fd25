"""From a foreign schedule file to a conference with rooms, tracks, speakers, accepted talks and slots.

All or nothing in the caller's transaction, and repeatable: a thing with a known guid is updated where it differs,
so that importing our own export again changes nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from cfp.accepted import AcceptedTalk, accepted_talks
from cfp.imported import ImportedSpeaker as SpeakerToKeep
from cfp.imported import ImportedTalk as TalkToKeep
from cfp.imported import upsert_imported_talks
from cfp.models import Proposal
from conference.models import Community, Conference, Room, Track
from conference.palette import ACCENTS, TRACK_COLOURS
from conference.work import Work
from plumbing.answers import require
from plumbing.sentences import Sentence, counted
from schedule import policy
from schedule.interchange import ImportedSchedule, ImportedSlot, ImportedTalk
from schedule.models import Day, Slot
from schedule.names import ascii_slug, clean_line, clean_text, web_address

COMMUNITY_SLUG = "imported"
LINE_CHARS_MAX = 300
SLOT_MINUTES_MAX = 24 * 60


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many of each the file held, how many slots were new or changed, and what was cut."""

    rooms: int
    tracks: int
    days: int
    speakers: int
    talks: int
    slots: int
    new_slots: int
    changed_slots: int
    notes: tuple[Sentence, ...]


def import_schedule(work: Work, *, slug: str, schedule: ImportedSchedule) -> ImportCounts:
    """Makes or updates the conference ``slug``. A talk that is not in the file stays as it is."""
    found = work.db.scalars(select(Conference).where(Conference.slug == slug)).one_or_none()
    require(policy.can_import(work.actor, found.id if found else 0, work.now))
    conference = found or _conference(work, slug, schedule)
    _stretch(conference, schedule)
    rooms = _rooms(work, conference.id, schedule)
    tracks = _tracks(work, conference.id, schedule)
    days = _days(work, conference.id, schedule)
    talks = _talks(work, conference.id, schedule, tracks)
    new, changed = _slots(work, conference.id, schedule, rooms=rooms, days=days, talks=talks)
    counts = ImportCounts(
        rooms=len(schedule.rooms),
        tracks=len(schedule.tracks),
        days=len(schedule.days),
        speakers=len(schedule.speakers),
        talks=len(schedule.talks),
        slots=len(schedule.slots),
        new_slots=new,
        changed_slots=changed,
        notes=_cut(schedule),
    )
    work.audit(
        "schedule.import",
        conference_id=conference.id,
        subject=("conference", conference.id),
        after={"talks": counts.talks, "slots": counts.slots, "new": new, "changed": changed},
    )
    return counts


def _conference(work: Work, slug: str, schedule: ImportedSchedule) -> Conference:
    community = work.db.scalars(select(Community).where(Community.slug == COMMUNITY_SLUG)).one_or_none()
    if community is None:
        community = Community(slug=COMMUNITY_SLUG, name="Imported conferences", created_at=work.now)
        work.db.add(community)
        work.db.flush()
    row = Conference(
        slug=slug,
        community_id=community.id,
        name=_line(schedule.title) or slug,
        acronym=_line(schedule.acronym) or slug,
        zone=schedule.zone,
        locales=["en"],
        starts_on=schedule.starts_on,
        ends_on=schedule.ends_on,
        accent=_nearest(schedule.colour, ACCENTS) or "petrol",
        contact_email="",
        live_at=work.now,
        created_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    return row


def _stretch(conference: Conference, schedule: ImportedSchedule) -> None:
    """A conference that exists keeps what its chairs wrote; its dates grow to hold every day."""
    _set(conference, starts_on=min(conference.starts_on, *(day.date for day in schedule.days), schedule.starts_on))
    _set(conference, ends_on=max(conference.ends_on, *(day.date for day in schedule.days), schedule.ends_on))


def _rooms(work: Work, conference_id: int, schedule: ImportedSchedule) -> dict[UUID, int]:
    """Known by guid, else by name. The order of the file is that of the page."""
    rows = work.db.scalars(select(Room).where(Room.conference_id == conference_id)).all()
    by_guid, by_name = {row.guid: row for row in rows}, {row.name: row for row in rows}
    found: dict[UUID, Room] = {}
    for position, room in enumerate(schedule.rooms):
        name = _line(room.name) or room.slug or str(position + 1)
        row = by_guid.get(str(room.guid)) or by_name.get(name)
        if row is None:
            name = _unused(name, by_name)
            row = Room(conference_id=conference_id, guid=str(room.guid), name=name, features=[], position=position)
            work.db.add(row)
        elif row.name != name and name not in by_name:
            _set(row, name=name)
        if room.capacity is not None:
            _set(row, capacity=room.capacity)
        by_name[row.name] = found[room.guid] = row
    work.db.flush()
    return {guid: row.id for guid, row in found.items()}


def _tracks(work: Work, conference_id: int, schedule: ImportedSchedule) -> dict[str, int]:
    rows = work.db.scalars(select(Track).where(Track.conference_id == conference_id)).all()
    by_slug, by_name = {row.slug: row for row in rows}, {row.name: row for row in rows}
    colours = list(TRACK_COLOURS)
    found: dict[str, Track] = {}
    for position, track in enumerate(schedule.tracks):
        name = _line(track.name)
        row = by_slug.get(track.slug) or by_name.get(name)
        if row is None:
            colour = _nearest(track.colour, TRACK_COLOURS) or colours[(7 * position) % len(colours)]
            slug = _unused(ascii_slug(track.slug) or ascii_slug(name) or f"track-{position + 1}", by_slug)
            row = Track(conference_id=conference_id, slug=slug, name=name, colour=colour, position=position)
            work.db.add(row)
        by_slug[row.slug] = by_name[row.name] = found[track.slug] = row
    work.db.flush()
    return {slug: row.id for slug, row in found.items()}


def _days(work: Work, conference_id: int, schedule: ImportedSchedule) -> dict[int, int]:
    rows = {row.date: row for row in work.db.scalars(select(Day).where(Day.conference_id == conference_id))}
    for day in schedule.days:
        if day.date not in rows:
            rows[day.date] = Day(
                conference_id=conference_id, date=day.date, starts_at=day.starts_at, ends_at=day.ends_at
            )
            work.db.add(rows[day.date])
        _set(rows[day.date], starts_at=day.starts_at, ends_at=day.ends_at)
    work.db.flush()
    return {day.index: rows[day.date].id for day in schedule.days}


def _talks(work: Work, conference_id: int, schedule: ImportedSchedule, tracks: dict[str, int]) -> dict[UUID, int]:
    """Only talks that differ are handed on: what the format cannot say (kinds, affiliations) stays untouched."""
    known = {talk.guid: talk for talk in accepted_talks(work, conference_id)}
    own_lengths = _own_lengths(work, conference_id)
    by_slot = _proposals_by_slot(work, conference_id)
    lengths = {slot.talk: slot.length_minutes for slot in reversed(schedule.slots) if slot.talk is not None}
    speakers = {speaker.guid: speaker for speaker in schedule.speakers}
    wanted: dict[str, TalkToKeep] = {}
    found: dict[UUID, int] = {}
    for talk in schedule.talks:
        guid = by_slot.get(str(talk.guid), str(talk.guid))
        old = known.get(guid)
        made = _talk(talk, guid, old, tracks, speakers)
        minutes = min(lengths.get(talk.guid, 0), SLOT_MINUTES_MAX) or None
        if old is not None and own_lengths.get(old.proposal_id) is None and minutes == old.length_minutes:
            minutes = None
        if old is not None and _same(made, old) and minutes == own_lengths.get(old.proposal_id):
            found[talk.guid] = old.proposal_id
        else:
            wanted[str(talk.guid)] = _with_length(made, minutes)
    made_ids = upsert_imported_talks(work, conference_id=conference_id, talks=list(wanted.values())) if wanted else {}
    return found | {UUID(guid): made_ids[talk.guid] for guid, talk in wanted.items()}


def _own_lengths(work: Work, conference_id: int) -> dict[int, int | None]:
    query = select(Proposal.id, Proposal.length_minutes).where(Proposal.conference_id == conference_id)
    return {row.id: row.length_minutes for row in work.db.execute(query)}


def _proposals_by_slot(work: Work, conference_id: int) -> dict[str, str]:
    """Guid of the talk by guid of each of its slots, which is what a file names."""
    query = (
        select(Slot.guid, Proposal.guid.label("talk"))
        .join(Proposal, Proposal.id == Slot.proposal_id)
        .where(Slot.conference_id == conference_id)
    )
    return {row.guid: row.talk for row in work.db.execute(query)}


def _talk(
    talk: ImportedTalk, guid: str, old: AcceptedTalk | None, tracks: dict[str, int], speakers: dict[UUID, Any]
) -> TalkToKeep:
    profiles = {person.person_guid: person for person in old.speakers} if old else {}

    def known(key: UUID, field: str) -> str:
        return str(getattr(profiles.get(str(key)), field, ""))

    return TalkToKeep(
        guid=guid,
        title=_line(talk.title),
        abstract=_abstract(talk),
        language=_line(talk.language)[:40] or (old.language if old else "en"),
        type_name=_line(talk.type_name),
        kind=old.kind if old else "talk",
        track_id=tracks[talk.track] if talk.track is not None else None,
        interest=old.interest if old else None,
        presenter_kind=old.presenter_kind if old else "user",
        links=tuple((title[:LINE_CHARS_MAX], address) for title, address in talk.links),
        speakers=tuple(
            SpeakerToKeep(
                guid=str(key),
                name=_line(speakers[key].name),
                affiliation=known(key, "affiliation"),
                biography=speakers[key].biography or known(key, "biography"),
            )
            for key in talk.speakers
        ),
    )


def _with_length(talk: TalkToKeep, minutes: int | None) -> TalkToKeep:
    values = {name: getattr(talk, name) for name in TalkToKeep.__slots__}
    return TalkToKeep(**{**values, "length_minutes": minutes})


def _abstract(talk: ImportedTalk) -> str:
    """A subtitle has no place of its own here; it opens the abstract, so that nothing is lost."""
    return f"*{talk.subtitle}*\n\n{talk.abstract}".strip() if talk.subtitle else talk.abstract


def _same(new: TalkToKeep, old: AcceptedTalk) -> bool:
    """Whether the file says nothing new; texts are compared as an export would write them."""
    return (
        _as_written(new) == _as_written(old)
        and new.track_id == old.track_id
        and [(person.guid, person.name, clean_text(person.biography)) for person in new.speakers]
        == [(person.person_guid, _line(person.name), clean_text(person.biography)) for person in old.speakers]
    )


def _as_written(talk: TalkToKeep | AcceptedTalk) -> tuple[object, ...]:
    """The texts as an export writes them."""
    addresses = tuple(web_address(address) for _title, address in talk.links)
    words = (_line(talk.title), clean_text(talk.abstract), clean_line(talk.language), _line(talk.type_name))
    return (*words, tuple(address for address in addresses if address))


def _slots(
    work: Work,
    conference_id: int,
    schedule: ImportedSchedule,
    *,
    rooms: dict[UUID, int],
    days: dict[int, int],
    talks: dict[UUID, int],
) -> tuple[int, int]:
    """Numbers of new and of changed slots."""
    rows = {row.guid: row for row in work.db.scalars(select(Slot).where(Slot.conference_id == conference_id))}
    numbers = {row.number for row in rows.values()}
    new = changed = 0
    for slot in schedule.slots:
        row = rows.get(str(slot.guid))
        values = _slot_values(slot, rooms, days, talks)
        if row is None:
            number = slot.number if slot.number not in numbers else max(numbers) + 1
            numbers.add(number)
            work.db.add(Slot(conference_id=conference_id, guid=str(slot.guid), number=number, **values))
            new += 1
        else:
            changed += _set(row, **values)
    work.db.flush()
    return new, changed


def _slot_values(
    slot: ImportedSlot, rooms: dict[UUID, int], days: dict[int, int], talks: dict[UUID, int]
) -> dict[str, Any]:
    return {
        "kind": slot.kind,
        "title": "" if slot.talk is not None else _line(slot.title),
        "proposal_id": talks[slot.talk] if slot.talk is not None else None,
        "room_id": rooms[slot.room] if slot.room is not None else None,
        "day_id": days[slot.day],
        "starts_at": slot.starts_at,
        "length_minutes": min(slot.length_minutes, SLOT_MINUTES_MAX),
    }


def next_number(work: Work, conference_id: int) -> int:
    """For a new slot. One query."""
    return 1 + (work.db.scalar(select(func.max(Slot.number)).where(Slot.conference_id == conference_id)) or 0)


def _set(row: Any, **values: Any) -> bool:
    """Assigns only what differs, so that importing the same again writes nothing."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _line(text: str) -> str:
    return clean_line(text)[:LINE_CHARS_MAX].strip()


def _unused(name: str, taken: Collection[str]) -> str:
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate


def _cut(schedule: ImportedSchedule) -> tuple[Sentence, ...]:
    lines: Iterable[str] = (
        *(talk.title for talk in schedule.talks),
        *(speaker.name for speaker in schedule.speakers),
        *(slot.title for slot in schedule.slots),
    )
    lengthy = sum(len(clean_line(line)) > LINE_CHARS_MAX for line in lines)
    days = sum(slot.length_minutes > SLOT_MINUTES_MAX for slot in schedule.slots)
    notes = []
    if lengthy:
        notes.append(
            counted(
                "%(num)s line was cut after 300 characters.", "%(num)s lines were cut after 300 characters.", lengthy
            )
        )
    if days:
        notes.append(counted("%(num)s slot was cut after 24 hours.", "%(num)s slots were cut after 24 hours.", days))
    return tuple(notes)


def _nearest(colour: str, palette: dict[str, str]) -> str | None:
    """The name whose colour looks most alike, by distance in red, green and blue; None without a colour."""
    if not colour:
        return None
    wanted = _parts(colour)
    return min(palette, key=lambda name: sum((a - b) ** 2 for a, b in zip(_parts(palette[name]), wanted, strict=True)))


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
