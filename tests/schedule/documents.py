"""Release documents for tests: an invented conference, and any document that the rules allow."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

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

ROME = ZoneInfo("Europe/Rome")
CHANGED_AT = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)

AULA = UUID("00000000-0000-4000-8000-0000000000a1")
BOTTEGA = UUID("00000000-0000-4000-8000-0000000000a2")


def guid(number: int) -> UUID:
    return UUID(int=0x40008000000000000000 + number)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time in Rome in March 2027, as UTC."""
    return datetime(2027, 3, day, hour, minute, tzinfo=ROME).astimezone(UTC)


def slot(number: int, starts_at: datetime, **changes: object) -> DocSlot:
    plain = DocSlot(
        number=number,
        guid=guid(number),
        talk="locks",
        kind="talk",
        title="",
        room=AULA,
        day=1,
        starts_at=starts_at,
        length_minutes=45,
        sequence=0,
        changed_at=CHANGED_AT,
        cancelled=False,
    )
    return replace(plain, **changes)


def conference_in_rome() -> ReleaseDocument:
    """Two days around the change of clocks in Rome, 28 March 2027, with a talk across midnight."""
    return ReleaseDocument(
        conference=DocConference(
            slug="lockdays27",
            acronym="LD-27",
            title="Lock Days 2027",
            description="Locks & keys",
            starts_on=date(2027, 3, 27),
            ends_on=date(2027, 3, 28),
            zone="Europe/Rome",
            url="https://rostrum.example/lockdays27/",
            accent="#8a2b5c",
            locales=("en", "it"),
            venue="Palazzo Chiavi",
            city="Rome",
            contact="team@lockdays.example",
        ),
        release=DocRelease(number=3, name="Second thoughts", released_at=CHANGED_AT),
        rooms=(
            DocRoom(AULA, "aula", "Aula Magna", 300, ("projector", "hearing loop")),
            DocRoom(BOTTEGA, "bottega", "Bottega <1>", None, ()),
        ),
        tracks=(
            DocTrack("keys", "Keys & rings", "#AA3311", "rust", False, "All about keys"),
            DocTrack("1st", "First steps", "#224488", "blue", True, ""),
        ),
        days=(
            DocDay(1, date(2027, 3, 27), at(27, 9), at(28, 4)),
            DocDay(2, date(2027, 3, 28), at(28, 9), at(28, 20)),
        ),
        speakers=(
            DocSpeaker("ada", guid(901), "Ada Löwe", "Schlüssel AG", "Picks locks."),
            DocSpeaker("ben", guid(902), "Ben 'Bolt' O\"Hara", "", ""),
        ),
        talks=_talks_in_rome(),
        slots=(
            slot(11, at(27, 10)),
            slot(12, at(28, 11), day=2, room=BOTTEGA, sequence=2, cancelled=True),
            slot(13, at(27, 23, 30), talk="night", length_minutes=60),
            slot(14, at(27, 12), talk=None, kind="break", title="Lunch", room=None, length_minutes=90),
            slot(15, at(28, 9), talk=None, kind="plenary", title="Opening", room=None, day=2),
            slot(16, at(28, 14), day=2),
        ),
    )


def _talks_in_rome() -> tuple[DocTalk, ...]:
    return (
        DocTalk(
            ref="locks",
            guid=guid(801),
            code="AB12CD",
            title="Opening locks; a *careful* start, with commas",
            subtitle="No force",
            abstract="Line one\n\n- a list, with `code` & <tags>",
            language="en",
            type_name="Long talk",
            kind="talk",
            track="keys",
            presenter_kind="user",
            speakers=("ada", "ben"),
            links=(("Slides", "https://slides.example/#/room/#1"), ("Bad", "javascript:alert(1)")),
        ),
        DocTalk(
            ref="night",
            guid=guid(802),
            code="not a code",
            title="Night shift",
            subtitle="",
            abstract="",
            language="",
            type_name="Talk",
            kind="talk",
            track=None,
            presenter_kind="vendor",
            speakers=("ada",),
            links=(),
        ),
    )


_text = st.text(max_size=12)
_uuids = st.uuids()
_zones = st.sampled_from(
    [
        "Europe/Rome",
        "UTC",
        "Asia/Kolkata",
        "America/New_York",
        "Africa/Monrovia",
        "Pacific/Chatham",
        "Etc/GMT-2",
    ]
)
_dates = st.dates(min_value=date(1971, 1, 1), max_value=date(2198, 12, 31))
_urls = st.one_of(_text, st.sampled_from(["https://rostrum.example/x", "http://[::1", "https://a b/", "mailto:a@b"]))
_colours = st.one_of(_text, st.sampled_from(["#aabbcc", "#ABCDEF"]))


@st.composite
def documents(draw: st.DrawFn) -> ReleaseDocument:
    """Any document: odd names, empty parts, doubtful addresses, every kind of slot; within 400 days."""
    first = draw(st.sampled_from([at(20, 8), at(20, 8).replace(year=1971), at(20, 8).replace(year=2190)]))
    instants = st.timedeltas(timedelta(), timedelta(days=400)).map(lambda passed: first + passed)
    rooms = draw(_unique(st.builds(DocRoom, _uuids, _text, _text, st.none() | st.integers(0, 9999), _words()), "slug"))
    tracks = draw(_unique(st.builds(DocTrack, _text, _text, _colours, _text, st.booleans(), _text), "slug"))
    days = draw(_unique(st.builds(_day, st.integers(1, 9), _dates, instants, st.integers(1, 40)), "index"))
    speakers = draw(_unique(st.builds(DocSpeaker, _text, _uuids, _text, _text, _text), "ref"))
    talks = draw(_unique(_talks(speakers, tracks), "ref"))
    slots = draw(_unique(_slots(talks, rooms, days, instants), "number")) if days else []
    return ReleaseDocument(
        conference=draw(
            st.builds(
                DocConference,
                _text,
                _text,
                _text,
                _text,
                _dates,
                _dates,
                _zones,
                _urls,
                _colours,
                _words(),
                _text,
                _text,
                _text,
            )
        ),
        release=draw(st.builds(DocRelease, st.integers(1, 99), _text, instants)),
        rooms=tuple(rooms),
        tracks=tuple(tracks),
        days=tuple(days),
        speakers=tuple(speakers),
        talks=tuple(talks),
        slots=tuple(slots),
    )


def _words() -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(_text, max_size=2).map(tuple)


def _unique(things, key):
    """A short list in which the key and, where there is one, the guid are unique."""
    keys = (lambda thing: getattr(thing, key), lambda thing: getattr(thing, "guid", getattr(thing, key)))
    return st.lists(things, max_size=4, unique_by=keys)


def _day(index: int, day: date, starts_at: datetime, hours: int) -> DocDay:
    return DocDay(index, day, starts_at, starts_at + timedelta(hours=hours))


def _talks(speakers, tracks):
    refs = [speaker.ref for speaker in speakers]
    cast = st.lists(st.sampled_from(refs), max_size=3, unique=True).map(tuple) if refs else st.just(())
    slugs = st.sampled_from([None, *(track.slug for track in tracks)])
    codes = st.none() | _text | st.sampled_from(["AAAAAA", "ZZ9999"])
    return st.builds(
        DocTalk,
        _text,
        _uuids,
        codes,
        _text,
        _text,
        _text,
        _text,
        _text,
        st.sampled_from(["talk", "paper"]),
        slugs,
        _text,
        cast,
        st.lists(st.tuples(_text, _urls), max_size=2).map(tuple),
    )


def _slots(talks, rooms, days, instants):
    refs = st.sampled_from([None, *(talk.ref for talk in talks)])
    guids = st.sampled_from([None, *(room.guid for room in rooms)])
    lengths = st.integers(1, 90) | st.integers(1400, 7 * 24 * 60)
    return st.builds(
        DocSlot,
        st.integers(1, 10**9),
        _uuids,
        refs,
        st.sampled_from(["talk", "break", "plenary"]),
        _text,
        guids,
        st.sampled_from([day.index for day in days]),
        instants,
        lengths,
        st.integers(0, 9),
        instants,
        st.booleans(),
    )
