"""A read schedule as a release document, so that real programmes can be printed."""

from datetime import UTC, datetime

from conference.palette import ACCENTS, TRACK_COLOURS
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
from schedule.interchange.imported import ImportedSchedule, ImportedTalk

RELEASED_AT = datetime(2027, 1, 1, tzinfo=UTC)


def document_of(schedule: ImportedSchedule) -> ReleaseDocument:
    colours = list(TRACK_COLOURS.items())
    return ReleaseDocument(
        conference=_conference(schedule),
        release=DocRelease(number=1, name="As imported", released_at=RELEASED_AT),
        rooms=tuple(DocRoom(room.guid, room.slug, room.name, room.capacity, ()) for room in schedule.rooms),
        tracks=tuple(
            DocTrack(track.slug, track.name, *colours[at % len(colours)][::-1], special=False, description="")
            for at, track in enumerate(schedule.tracks)
        ),
        days=tuple(DocDay(day.index, day.date, day.starts_at, day.ends_at) for day in schedule.days),
        speakers=tuple(
            DocSpeaker(str(one.guid), one.guid, one.name, affiliation="", biography=one.biography)
            for one in schedule.speakers
        ),
        talks=tuple(_talk(talk) for talk in schedule.talks),
        slots=tuple(
            DocSlot(
                number=slot.number,
                guid=slot.guid,
                talk=str(slot.talk) if slot.talk else None,
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
            for slot in schedule.slots
        ),
    )


def _conference(schedule: ImportedSchedule) -> DocConference:
    return DocConference(
        slug=schedule.acronym,
        acronym=schedule.acronym,
        title=schedule.title,
        description="",
        starts_on=schedule.starts_on,
        ends_on=schedule.ends_on,
        zone=schedule.zone,
        url=schedule.url,
        accent=schedule.colour or ACCENTS["plum"],
        locales=("en",),
        venue="",
        city="",
        contact="",
    )


def _talk(talk: ImportedTalk) -> DocTalk:
    return DocTalk(
        ref=str(talk.guid),
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
        speakers=tuple(map(str, talk.speakers)),
        links=talk.links,
    )
