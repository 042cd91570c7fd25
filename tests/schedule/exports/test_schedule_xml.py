"""The musts of the clients that read schedule.xml, one test each."""

import re
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from schedule.document import ReleaseDocument
from schedule.exports.xml import schedule_xml
from tests.schedule.documents import AULA, BOTTEGA, at, conference_in_rome, documents, guid, slot
from tests.schedule.shared_data import shared_file

SCHEMA = "schemas/voc_xsd_schedule.xml.xsd"


def parsed(document: ReleaseDocument) -> etree._Element:
    return etree.fromstring(schedule_xml(document))


def events(document: ReleaseDocument) -> dict[str, etree._Element]:
    return {event.get("id"): event for event in parsed(document).iter("event")}


@cache
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared_file(SCHEMA)))


@given(documents())
def test_any_document_is_valid(document: ReleaseDocument) -> None:
    schema().assertValid(parsed(document))


def test_a_second_validator_agrees(tmp_path: Path) -> None:
    path = tmp_path / "schedule.xml"
    path.write_bytes(schedule_xml(conference_in_rome()))
    command = ["xmllint", "--noout", "--schema", str(shared_file(SCHEMA)), str(path)]
    assert subprocess.run(command, capture_output=True, text=True).returncode == 0


def test_the_same_document_gives_the_same_bytes() -> None:
    assert schedule_xml(conference_in_rome()) == schedule_xml(conference_in_rome())


def test_the_conference_says_what_clients_ask_for() -> None:
    conference = parsed(conference_in_rome()).find("conference")
    assert [(child.tag, child.text) for child in conference if child.tag not in ("color", "track")] == [
        ("title", "Lock Days 2027"),
        ("acronym", "ld_27"),
        ("start", "2027-03-27"),
        ("end", "2027-03-28"),
        ("days", "2"),
        ("timeslot_duration", "00:05"),
        ("base_url", "https://rostrum.example/lockdays27/"),
        ("url", "https://rostrum.example/lockdays27/"),
        ("time_zone_name", "Europe/Rome"),
    ]
    assert conference.find("color").attrib == {"primary": "#8a2b5c"}
    assert [dict(track.attrib) for track in conference.iter("track")] == [
        {"name": "Keys & rings", "color": "#aa3311", "slug": "keys"},
        {"name": "First steps", "color": "#224488"},
    ]


@pytest.mark.parametrize(
    ("acronym", "written"),
    [
        ("LD-27", "ld_27"),
        ("rc3", "rc3_2027"),
        ("Öl", "ol_2027"),
        ("日本", "conference_2027"),
        ("", "lockdays27"),
    ],
)
def test_the_acronym_has_four_plain_characters(acronym: str, written: str) -> None:
    document = conference_in_rome()
    named = replace(document, conference=replace(document.conference, acronym=acronym))
    assert parsed(named).findtext("conference/acronym") == written


def test_schedule_and_conference_stand_in_the_first_kilobyte_whatever_the_release_is_called() -> None:
    document = conference_in_rome()
    long = replace(document, release=replace(document.release, name="ö" * 5000))
    head = schedule_xml(long)[:1024]
    assert b"<schedule" in head
    assert b"<conference" in head


def test_every_room_stands_in_every_day_in_display_order() -> None:
    days = parsed(conference_in_rome()).findall("day")
    rooms = [("Aula Magna", str(AULA)), ("Bottega <1>", str(BOTTEGA))]
    assert [[(room.get("name"), room.get("guid")) for room in day] for day in days] == [rooms, rooms]


def test_days_carry_local_times_with_the_offset_of_each_end() -> None:
    assert [dict(day.attrib) for day in parsed(conference_in_rome()).iter("day")] == [
        {
            "index": "1",
            "date": "2027-03-27",
            "start": "2027-03-27T09:00:00+01:00",
            "end": "2027-03-28T04:00:00+02:00",
        },
        {
            "index": "2",
            "date": "2027-03-28",
            "start": "2027-03-28T09:00:00+02:00",
            "end": "2027-03-28T20:00:00+02:00",
        },
    ]


def test_a_talk_across_midnight_stays_in_the_programme_day_before() -> None:
    document = conference_in_rome()
    late = replace(document, slots=(slot(1, at(28, 0, 30)), slot(2, at(27, 23, 30))))
    days = parsed(late).findall("day")
    assert [[event.findtext("date") for event in day.iter("event")] for day in days] == [
        ["2027-03-27T23:30:00+01:00", "2027-03-28T00:30:00+01:00"],
        [],
    ]


@given(documents())
def test_date_and_start_are_the_same_local_instant(document: ReleaseDocument) -> None:
    for event in events(document).values():
        assert event.findtext("date")[11:16] == event.findtext("start")


@given(documents())
def test_durations_have_two_digits_each_and_stay_under_a_day(document: ReleaseDocument) -> None:
    for event in events(document).values():
        assert re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", event.findtext("duration"))


@pytest.mark.parametrize(
    ("minutes", "written"), [(5, "00:05"), (90, "01:30"), (1439, "23:59"), (1440, "23:59"), (10080, "23:59")]
)
def test_lengths_as_written(minutes: int, written: str) -> None:
    document = replace(conference_in_rome(), slots=(slot(1, at(27, 10), length_minutes=minutes),))
    assert events(document)["1"].findtext("duration") == written


def test_there_is_one_event_for_each_slot_and_the_code_stands_once() -> None:
    found = events(conference_in_rome())
    assert {number: (event.get("guid"), event.get("code")) for number, event in found.items()} == {
        "11": (str(guid(11)), "AB12CD"),
        "13": (str(guid(13)), None),
        "15": (str(guid(15)), None),
        "16": (str(guid(16)), None),
    }
    assert (
        found["11"].findtext("url") == found["16"].findtext("url") == ("https://rostrum.example/lockdays27/talks/locks")
    )


def test_breaks_and_cancelled_slots_are_left_out_and_a_plenary_stands_in_the_first_room() -> None:
    found = events(conference_in_rome())
    assert sorted(found) == ["11", "13", "15", "16"]
    assert (found["15"].findtext("title"), found["15"].findtext("room")) == ("Opening", "Aula Magna")


def test_an_event_says_everything_about_the_talk() -> None:
    event = events(conference_in_rome())["11"]
    assert {child.tag: child.text for child in event if len(child) == 0} == {
        "room": "Aula Magna",
        "title": "Opening locks; a *careful* start, with commas",
        "subtitle": "No force",
        "type": "Long talk",
        "date": "2027-03-27T10:00:00+01:00",
        "start": "10:00",
        "duration": "00:45",
        "abstract": "Line one\n\n- a list, with `code` & <tags>",
        "slug": "ld_27-11-opening-locks-a-careful-start-with-commas",
        "track": "Keys & rings",
        "language": "en",
        "url": "https://rostrum.example/lockdays27/talks/locks",
    }
    assert [(person.text, person.get("guid")) for person in event.iter("person")] == [
        ("Ada Löwe", str(guid(901))),
        ("Ben 'Bolt' O\"Hara", str(guid(902))),
    ]
    assert [(link.text, link.get("href")) for link in event.iter("link")] == [
        ("Slides", "https://slides.example/#/room/%231")
    ]


def test_what_is_empty_or_invalid_is_left_out() -> None:
    document = conference_in_rome()
    bare = replace(document, conference=replace(document.conference, url="", accent="red"))
    root = parsed(bare)
    assert root.find("conference/base_url") is None
    assert root.find("conference/color") is None
    assert [element.tag for element in root.iter("url", "feedback_url", "recording", "logo")] == []


def test_persons_keep_their_number_from_release_to_release() -> None:
    document = conference_in_rome()
    before = {person.text: person.get("id") for person in parsed(document).iter("person")}
    fewer = replace(document, speakers=tuple(reversed(document.speakers)), slots=document.slots[:1])
    assert {person.text: person.get("id") for person in parsed(fewer).iter("person")} == before
    assert len(set(before.values())) == 2


def test_rooms_of_the_same_name_can_be_told_apart() -> None:
    document = conference_in_rome()
    rooms = tuple(replace(room, name="Room") for room in document.rooms)
    day = parsed(replace(document, rooms=rooms)).find("day")
    assert [room.get("name") for room in day] == ["Room", "Room (bottega)"]


def test_a_release_without_days_still_names_one() -> None:
    document = replace(conference_in_rome(), days=(), slots=())
    assert [day.get("start") for day in parsed(document).iter("day")] == ["2027-03-27T00:00:00+01:00"]


def test_no_address_for_letters_is_told() -> None:
    assert b"team@lockdays.example" not in schedule_xml(conference_in_rome())
