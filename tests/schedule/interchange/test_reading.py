"""What real files get wrong, each with the repair and the sentence that tells it."""

import json
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest

from schedule.exports.json import schedule_json
from schedule.exports.xml import schedule_xml
from schedule.interchange import ImportedSchedule, read_schedule
from tests.schedule.documents import conference_in_rome, guid

GUID = "11111111-2222-4333-8444-555555555555"


def xml(events: str, *, conference: str = "", day: str = "", tail: str = "") -> bytes:
    named = "<acronym>keys27</acronym><title>Keys</title><time_zone_name>Europe/Rome</time_zone_name>"
    day = day or 'index="1" date="2027-03-27" start="2027-03-27T08:00:00+01:00" end="2027-03-28T04:00:00+02:00"'
    return (
        f"<schedule><version>1</version><conference>{conference or named}</conference>"
        f'<day {day}><room name="Aula">{events}</room></day>{tail}</schedule>'
    ).encode()


def event(inner: str = "", *, attributes: str = f'id="7" guid="{GUID}"', start: str = "10:00") -> str:
    return f"<event {attributes}><title>Talk</title><start>{start}</start><duration>00:30</duration>{inner}</event>"


def read(data: bytes, **options: str) -> ImportedSchedule:
    return read_schedule(data, "schedule.xml", **options)


def told(found: ImportedSchedule) -> list[str]:
    return [str(warning.sentence) for warning in found.warnings]


def test_a_plain_event_is_read_whole() -> None:
    inner = (
        "<subtitle>Sub</subtitle><type>Lecture</type><track>Main</track><language>it</language>"
        "<abstract>&lt;p&gt;One &lt;em&gt;two&lt;/em&gt;&lt;/p&gt;</abstract><description>More</description>"
        '<persons><person id="4">Ada</person></persons>'
        '<links><link href="https://a.example">A</link><link href="javascript:x">B</link></links>'
        "<url>https://keys.example/7</url><slug>keys27-7-talk</slug><made_up>x</made_up>"
    )
    found = read(xml(event(inner)))
    (talk,), (slot,), (ada,) = found.talks, found.slots, found.speakers
    assert (talk.title, talk.subtitle, talk.type_name, talk.language) == ("Talk", "Sub", "Lecture", "it")
    assert (talk.abstract, talk.track, talk.speakers) == ("One *two*\n\nMore", "main", (ada.guid,))
    assert (talk.links, talk.url, talk.slug) == (
        (("A", "https://a.example"),),
        "https://keys.example/7",
        "keys27-7-talk",
    )
    assert (slot.guid, slot.number, slot.talk, slot.kind) == (UUID(GUID), 7, talk.guid, "talk")
    assert (slot.room, slot.day, slot.length_minutes) == (found.rooms[0].guid, 1, 30)
    assert slot.starts_at == datetime(2027, 3, 27, 9, 0, tzinfo=UTC)
    assert told(found) == []


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("1:30", 90),
        ("01:30", 90),
        ("01:30:00", 90),
        ("90", 90),
        ("PT1H30M", 90),
        ("26:00", 1560),
        ("1:00:30:00", 1470),
    ],
)
def test_lengths_are_read_in_every_form(written: str, minutes: int) -> None:
    data = xml(event().replace("00:30", written))
    assert [slot.length_minutes for slot in read(data).slots] == [minutes]


@pytest.mark.parametrize("written", ["", "soon", "0", "00:00", "-5", "99999:00", "1e3"])
def test_an_unreadable_length_becomes_half_an_hour_and_is_told(written: str) -> None:
    found = read(xml(event().replace("00:30", written)))
    assert [slot.length_minutes for slot in found.slots] == [30]
    assert told(found) == [f"The length “{written}” cannot be read; 30 minutes were assumed."]


def test_a_warning_names_line_and_place() -> None:
    (warning,) = read(xml("\n\n" + event().replace("00:30", "soon"))).warnings
    assert (warning.line, warning.place) == (3, "day[1]/room[1]/event[1]")


def test_a_missing_guid_is_always_the_same() -> None:
    bare = xml(event(attributes='id="7"'))
    later = xml(event("<subtitle>new</subtitle>", attributes='id="7"', start="15:00"))
    assert read(bare).slots[0].guid == read(later).slots[0].guid
    other = read(bare.replace(b"keys27", b"keys28"))
    assert other.slots[0].guid != read(bare).slots[0].guid


def test_guids_and_ids_used_twice_are_replaced_for_the_second_alone() -> None:
    found = read(xml(event() + event(start="11:00") + event(start="12:00")))
    first, second, third = found.slots
    assert (first.guid, first.number) == (UUID(GUID), 7)
    assert len({first.guid, second.guid, third.guid}) == len({first.number, second.number, third.number}) == 3
    assert told(found) == [f"The guid “{GUID}” was replaced: it is invalid or used twice."] * 2


def test_an_event_without_a_date_is_placed_by_day_and_clock_and_after_midnight_on_the_next_date() -> None:
    found = read(xml(event(start="0930") + event(attributes='id="8"', start="01:15")))
    assert [slot.starts_at for slot in found.slots] == [
        datetime(2027, 3, 27, 8, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 15, tzinfo=UTC),
    ]
    assert [slot.day for slot in found.slots] == [1, 1]


def test_the_date_wins_over_the_start_and_that_is_told() -> None:
    found = read(xml(event("<date>2027-03-27T12:00:00+01:00</date>")))
    assert [slot.starts_at for slot in found.slots] == [datetime(2027, 3, 27, 11, 0, tzinfo=UTC)]
    assert told(found) == ["Date and start differ; the date was taken."]


def test_an_event_without_a_time_is_left_out_and_told() -> None:
    found = read(xml(event() + event(attributes='id="8"', start="soon")))
    assert len(found.slots) == len(found.talks) == 1
    assert told(found) == ["“Talk” has no readable start and was left out."]


def test_a_file_without_a_zone_is_read_in_the_assumed_one() -> None:
    data = xml(event(), conference="<acronym>keys27</acronym>", day='date="2027-03-27"')
    assumed = read(data, assumed_zone="Europe/Rome")
    assert (assumed.zone, assumed.slots[0].starts_at) == ("Europe/Rome", datetime(2027, 3, 27, 9, tzinfo=UTC))
    assert told(assumed) == []
    guessed = read(data)
    assert (guessed.zone, guessed.slots[0].starts_at) == ("UTC", datetime(2027, 3, 27, 10, tzinfo=UTC))
    assert told(guessed) == ["The file names no time zone; its times were read as UTC."]


def test_a_file_without_a_zone_but_with_offsets_keeps_its_local_times() -> None:
    found = read(xml(event("<date>2027-03-27T10:00:00+05:00</date>"), conference="<title>x</title>",
                     day='date="2027-03-27"'))  # fmt: skip
    assert (found.zone, found.slots[0].starts_at) == ("Etc/GMT-5", datetime(2027, 3, 27, 5, tzinfo=UTC))


def test_a_day_without_hours_runs_from_the_day_change() -> None:
    conference = "<time_zone_name>Europe/Rome</time_zone_name><day_change>09:00:00</day_change>"
    found = read(xml(event(start="02:00"), conference=conference, day='date="2027-03-26"'))
    (day,) = found.days
    assert (found.day_change, day.index, day.date) == (time(9), 1, date(2027, 3, 26))
    assert (day.starts_at, day.ends_at) == (
        datetime(2027, 3, 26, 8, tzinfo=UTC),
        datetime(2027, 3, 27, 8, tzinfo=UTC),
    )
    assert found.slots[0].starts_at == datetime(2027, 3, 27, 1, tzinfo=UTC)
    assert (found.starts_on, found.ends_on) == (date(2027, 3, 26), date(2027, 3, 26))


def test_an_index_used_twice_is_replaced() -> None:
    again = '<day index="1" date="2027-03-28"/><day index="first" date="2027-03-29"/>'
    found = read(xml(event(), tail=again))
    assert [(day.index, day.date.day) for day in found.days] == [(1, 27), (2, 28), (3, 29)]
    assert told(found) == [
        "The index “1” of the day was replaced.",
        "The index “first” of the day was replaced.",
    ]


def test_one_code_or_one_address_with_the_same_title_and_persons_is_one_talk() -> None:
    person = '<persons><person id="4">Ada</person></persons>'
    page = "<url>https://keys.example/t</url>"
    other = "<url>https://keys.example/u</url>"
    found = read(
        xml(
            event(person + page, attributes='id="1" code="ABCDEF"')
            + event(person + page, attributes='id="2"', start="11:00")
            + event(person + other, attributes='id="3" code="ABCDEF"', start="12:00")
            + event(person, attributes='id="4"', start="13:00")
            + event(page, attributes='id="5"', start="14:00")
        )
    )
    numbers = {talk.guid: talk.number for talk in found.talks}
    assert [numbers[slot.talk] for slot in found.slots if slot.talk] == [1, 1, 1, 4, 5]


def test_a_key_with_several_names_stands_for_several_persons() -> None:
    people = "".join(
        f'<persons><person id="{number}">{name}</person></persons>'
        for number, name in (("4", "Ada"), ("4", "Ben"), ("5", "Ada"), ("5", "Ada"), ("", "Ada"))
    )
    found = read(xml(event(people)))
    assert [person.name for person in found.speakers] == ["Ada", "Ben", "Ada", "Ada"]
    assert len(set(found.talks[0].speakers)) == 4


@pytest.mark.parametrize(
    ("title", "inner", "kind"),
    [
        ("Lunch", "", "break"),
        ("Coffee Break", "", "break"),
        ("Mittagspause", "", "break"),
        ("Pausa pranzo", "", "break"),
        ("Anything", "<type>Break</type>", "break"),
        ("Lunch", "<persons><person>Ada</person></persons>", "talk"),
        ("Breaking news", "", "talk"),
        ("Opening", "", "talk"),
    ],
)
def test_breaks_are_told_from_talks(title: str, inner: str, kind: str) -> None:
    found = read(xml(event(inner).replace("Talk", title)))
    assert [(slot.kind, slot.talk is None) for slot in found.slots] == [(kind, kind == "break")]


def test_an_event_in_no_room_gets_one_and_a_break_in_no_room_is_for_all() -> None:
    data = xml(event() + event(attributes='id="8"').replace("Talk", "Lunch")).replace(b' name="Aula"', b"")
    found = read(data)
    talk, lunch = found.slots
    assert [(room.name, room.slug) for room in found.rooms] == [("TBA", "tba")]
    assert (talk.room, lunch.room) == (found.rooms[0].guid, None)
    assert told(found) == ["“Talk” names no room and was put in “TBA”."]


def test_a_track_is_named_once_and_keeps_its_colour() -> None:
    tracks = '<track name="Main stage" color="#ABC" slug="main"/><track>Side</track>'
    conference = f"<time_zone_name>Europe/Rome</time_zone_name>{tracks}"
    found = read(
        xml(
            event("<track>main</track>") + event("<track>New</track>", attributes='id="8"'),
            conference=conference,
        )
    )
    assert [(track.slug, track.name, track.colour) for track in found.tracks] == [
        ("main", "Main stage", "#aabbcc"),
        ("side", "Side", ""),
        ("new", "New", ""),
    ]
    assert [talk.track for talk in found.talks] == ["main", "new"]


def test_texts_past_the_limit_are_cut_and_told() -> None:
    found = read(xml(event("<abstract>" + "x" * 100_001 + "</abstract>").replace("Talk", "t" * 1001)))
    assert (len(found.talks[0].abstract), len(found.talks[0].title)) == (100_000, 1000)
    assert told(found) == [
        "A text was cut after 1000 characters.",
        "A text was cut after 100000 characters.",
    ]


def test_past_five_hundred_warnings_they_are_counted() -> None:
    events = "".join(event(attributes=f'id="{number}"', start="soon") for number in range(1, 511))
    found = read(xml(events))
    assert (len(found.warnings), told(found)[-1]) == (501, "10 more warnings are not shown.")


def test_namespaces_and_a_byte_order_mark_do_not_matter() -> None:
    data = xml(event()).replace(b"<schedule>", b'<schedule xmlns="urn:other">')
    assert read(b"\xef\xbb\xbf" + data).slots == read(xml(event())).slots
    utf16 = ('<?xml version="1.0" encoding="utf-16"?>' + xml(event()).decode()).encode("utf-16")
    assert read(utf16).slots == read(xml(event())).slots


def test_json_of_any_shape_is_read_as_far_as_it_goes() -> None:
    conference: dict[str, Any] = {
        "acronym": "keys27",
        "time_zone_name": "Europe/Rome",
        "days": [
            {
                "index": 1,
                "date": "2027-03-27",
                "rooms": {
                    "Aula": [
                        {"id": "7", "title": {"en": "Talk", "it": "Relazione"}, "start": "10:00", "duration": 45,
                         "persons": [{"id": 1, "public_name": "Ada"}, "Ben", None], "links": {"a": 1}},
                        "nonsense",
                    ],
                    "Nowhere": None,
                },
            },
            None,
        ],
    }  # fmt: skip
    found = read(json.dumps({"schedule": {"conference": conference}}).encode())
    assert [(talk.number, talk.title) for talk in found.talks] == [(7, "Talk")]
    assert [person.name for person in found.speakers] == ["Ada"]
    assert [slot.length_minutes for slot in found.slots] == [45]
    assert [warning.place for warning in found.warnings] == [
        "schedule.conference.days[0].rooms['Aula'][1]",
        "schedule.conference.days[0].rooms['Aula'][1]",
        "schedule.conference.days[1]",
    ]


def test_our_own_files_tell_the_talk_behind_several_slots() -> None:
    document = conference_in_rome()
    for data in (schedule_xml(document), schedule_json(document)):
        found = read(data)
        talks = {talk.guid: talk.title.split(";")[0] for talk in found.talks}
        assert {slot.number: (slot.guid, talks[slot.talk]) for slot in found.slots if slot.talk} == {
            11: (guid(11), "Opening locks"),
            13: (guid(13), "Night shift"),
            15: (guid(15), "Opening"),
            16: (guid(16), "Opening locks"),
        }
        assert len(found.talks) == 3
        assert [person.guid for person in found.speakers] == [guid(901), guid(902)]
