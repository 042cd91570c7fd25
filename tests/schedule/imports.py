"""A release document from an imported file, to be exported or printed, with plain values for what files never say."""

from datetime import UTC, datetime
from itertools import cycle

from conference.palette import TRACK_COLOURS
from schedule.document import (
    DocConference,
    DocDay,
    DocRelease,
    DocRoom,
    DocSlot,
    DocSpeaker,
    DocTalk,
    DocTrack,
    ReleaseDocument,
)
from schedule.interchange import ImportedSchedule, ImportedTalk

RELEASED_AT = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)


def document_from_import(imported: ImportedSchedule) -> ReleaseDocument:
    refs = {talk.guid: f"t{talk.number}" for talk in imported.talks}
    return ReleaseDocument(
        conference=_conference(imported),
        release=DocRelease(number=1, name="Imported", released_at=RELEASED_AT),
        rooms=tuple(DocRoom(room.guid, room.slug, room.name, room.capacity, ()) for room in imported.rooms),
        tracks=tuple(
            DocTrack(track.slug, track.name, track.colour or colour, name, False, "")
            for track, (name, colour) in zip(imported.tracks, cycle(TRACK_COLOURS.items()), strict=False)
        ),
        days=tuple(DocDay(day.index, day.date, day.starts_at, day.ends_at) for day in imported.days),
        speakers=tuple(
            DocSpeaker(str(person.guid), person.guid, person.name, "", person.biography) for person in imported.speakers
        ),
        talks=tuple(_talk(talk, refs[talk.guid]) for talk in imported.talks),
        slots=tuple(
            DocSlot(
                number=slot.number,
                guid=slot.guid,
                talk=refs[slot.talk] if slot.talk else None,
                kind=slot.kind,
                title=slot.title,
                room=slot.room,
                day=slot.day,
                starts_at=slot.starts_at,
                length_minutes=slot.length_minutes,
                sequence=0,
                changed_at=RELEASED_AT,
                cancelled=False,
            )
            for slot in imported.slots
        ),
    )


def _conference(imported: ImportedSchedule) -> DocConference:
    return DocConference(
        slug="imported",
        acronym=imported.acronym,
        title=imported.title,
        description="",
        starts_on=imported.starts_on,
        ends_on=imported.ends_on,
        zone=imported.zone,
        url=imported.url or "https://rostrum.example/imported/",
        accent=imported.colour or "#336699",
        locales=("en",),
        venue="",
        city="",
        contact="",
    )


def _talk(talk: ImportedTalk, ref: str) -> DocTalk:
    return DocTalk(
        ref=ref,
        guid=talk.guid,
        code=talk.code,
        title=talk.title,
        subtitle=talk.subtitle,
        abstract=talk.abstract,
        language=talk.language,
        type_name=talk.type_name,
        kind="talk",
        track=talk.track,
        presenter_kind="",
        speakers=tuple(str(guid) for guid in talk.speakers),
        links=talk.links,
    )
