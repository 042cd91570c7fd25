"""Feeds and invitations, read back with the icalendar library and with the zone that the file carries."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from icalendar import Calendar

from schedule.document import ReleaseDocument
from schedule.exports import EXPORTS
from schedule.exports.ical import (
    calendar,
    chosen_calendar,
    itip_cancel,
    itip_request,
    speaker_calendar,
    talk_calendar,
    uid_of,
)
from schedule.exports.vtimezone import vtimezone
from tests.schedule.documents import CHANGED_AT, conference_in_rome, documents, guid, slot

PEOPLE: dict[str, Any] = {
    "attendee_email": "ada@example.org",
    "attendee_name": 'Ada "the key" Löwe; Rome',
    "organiser_email": "team@lockdays.example",
}


def read(data: bytes) -> Any:
    return Calendar.from_ical(data)


def events(data: bytes) -> dict[str, Any]:
    return {str(event["uid"]): event for event in read(data).walk("VEVENT")}


def event_of(data: bytes, number: int) -> Any:
    return events(data)[f"{guid(number)}@slots.rostrum.invalid"]


@given(documents())
def test_any_document_has_one_event_for_each_slot(document: ReleaseDocument) -> None:
    found = events(calendar(document))
    assert sorted(found) == sorted(uid_of(each) for each in document.slots)
    for each in document.slots:
        event = found[uid_of(each)]
        assert event["dtstart"].dt == each.starts_at.replace(microsecond=0)
        assert event["dtend"].dt == each.ends_at.replace(microsecond=0)
        assert all(event[name] for name in ("location", "categories", "status", "dtstamp", "last-modified"))


@given(documents())
def test_lines_are_folded_at_75_bytes_and_end_in_crlf(document: ReleaseDocument) -> None:
    lines = calendar(document).split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_an_event_says_everything_about_the_slot() -> None:
    event = event_of(calendar(conference_in_rome()), 11)
    assert event["dtstart"].params["TZID"] == "Europe/Rome"
    assert event["dtstart"].to_ical() == b"20270327T100000"
    assert event["dtend"].to_ical() == b"20270327T104500"
    assert event["dtstamp"].dt == event["last-modified"].dt == CHANGED_AT
    assert event["sequence"] == 0
    assert event["summary"] == "Opening locks; a *careful* start, with commas"
    assert event["location"] == "Aula Magna, Palazzo Chiavi, Rome"
    assert event["url"] == "https://rostrum.example/lockdays27/talks/locks"
    assert event["categories"].cats == ["Keys & rings"]
    assert event["description"] == (
        "Ada Löwe, Ben 'Bolt' O\"Hara\n\nNo force\n\nLine one\n\n- a list, with `code` & <tags>\n\n"
        "https://rostrum.example/lockdays27/talks/locks"
    )


def test_special_characters_are_escaped() -> None:
    assert b"SUMMARY:Opening locks\\; a *careful* start\\, with commas\r\n" in calendar(conference_in_rome())


def test_a_cancelled_slot_stays_and_says_so() -> None:
    found = calendar(conference_in_rome())
    assert [(event_of(found, number)["status"], event_of(found, number)["sequence"]) for number in (11, 12)] == [
        ("CONFIRMED", 0),
        ("CANCELLED", 2),
    ]


def test_breaks_and_plenaries_stand_in_the_feed_with_a_place() -> None:
    found = calendar(conference_in_rome())
    lunch, opening = event_of(found, 14), event_of(found, 15)
    assert (lunch["summary"], lunch["location"], lunch["transp"]) == (
        "Lunch",
        "Palazzo Chiavi, Rome",
        "TRANSPARENT",
    )
    assert (opening["location"], opening["categories"].cats) == ("Palazzo Chiavi, Rome", ["plenary"])


def test_a_location_is_there_even_when_nothing_is_known_of_the_venue() -> None:
    document = conference_in_rome()
    bare = replace(document, conference=replace(document.conference, venue="", city=""))
    assert event_of(calendar(bare), 14)["location"] == "Lock Days 2027"


def test_the_zone_is_bounded_to_the_event_and_counts_its_onsets_in_the_old_offset() -> None:
    (zone,) = read(calendar(conference_in_rome())).walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Rome"
    assert [
        (part.name, part["dtstart"].to_ical(), part["tzoffsetfrom"].to_ical(), part["tzoffsetto"].to_ical())
        for part in zone.subcomponents
    ] == [
        ("STANDARD", b"20270326T100000", "+0100", "+0100"),
        ("DAYLIGHT", b"20270328T020000", "+0100", "+0200"),
    ]


@pytest.mark.parametrize(
    ("zone", "first", "last", "onsets"),
    [
        ("Europe/Rome", date(2027, 10, 30), date(2027, 10, 31), [b"20271029T020000", b"20271031T030000"]),
        ("America/New_York", date(2027, 3, 13), date(2027, 3, 15), [b"20270311T190000", b"20270314T020000"]),
        ("Asia/Kolkata", date(2027, 3, 27), date(2027, 3, 29), [b"20270326T053000"]),
        ("Australia/Lord_Howe", date(2027, 4, 3), date(2027, 4, 4), [b"20270402T110000", b"20270404T020000"]),
    ],
)
def test_onsets_in_other_zones(zone: str, first: date, last: date, onsets: list[bytes]) -> None:
    low, high = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (first, last))
    assert [part["dtstart"].to_ical() for part in vtimezone(zone, low, high).subcomponents] == onsets


@pytest.mark.parametrize("zone", ["Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
def test_a_client_that_trusts_the_zone_of_the_file_finds_every_hour(zone: str) -> None:
    first = datetime(2027, 3, 12, tzinfo=UTC)
    last = first + timedelta(days=30)
    carried = vtimezone(zone, first, last).to_tz(lookup_tzid=False)
    hours = [first + timedelta(hours=passed) for passed in range(30 * 24)]
    local = [hour.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for hour in hours]
    once = [(hour, each) for hour, each in zip(hours, local, strict=True) if local.count(each) == 1]
    assert len(once) > 700
    assert [each.replace(tzinfo=carried).astimezone(UTC) for _hour, each in once] == [hour for hour, _each in once]


def test_a_talk_in_the_hour_that_comes_twice_is_told_in_utc() -> None:
    document = conference_in_rome()
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    autumn = replace(document, slots=(slot(1, second - timedelta(hours=1)), slot(2, second, length_minutes=60)))
    found = calendar(autumn)
    assert event_of(found, 1)["dtstart"].to_ical() == b"20271031T023000"
    assert event_of(found, 2)["dtstart"].to_ical() == b"20271031T013000Z"
    assert event_of(found, 2)["dtend"].to_ical() == b"20271031T033000"


def test_a_conference_in_utc_needs_no_zone() -> None:
    document = conference_in_rome()
    found = calendar(replace(document, conference=replace(document.conference, zone="UTC")))
    assert read(found).walk("VTIMEZONE") == []
    assert event_of(found, 11)["dtstart"].to_ical() == b"20270327T090000Z"


def test_feeds_of_a_speaker_of_a_talk_and_of_a_choice_hold_their_slots_alone() -> None:
    document = conference_in_rome()
    feeds = {
        "speaker": speaker_calendar(document, "ben"),
        "talk": talk_calendar(document, "night"),
        "choice": chosen_calendar(document, [guid(15), guid(13), guid(404)], "My plan"),
        "nothing": chosen_calendar(document, [], "My plan"),
    }
    assert {name: sorted(events(data)) for name, data in feeds.items()} == {
        "speaker": [f"{guid(number)}@slots.rostrum.invalid" for number in (11, 12, 16)],
        "talk": [f"{guid(13)}@slots.rostrum.invalid"],
        "choice": [f"{guid(number)}@slots.rostrum.invalid" for number in (13, 15)],
        "nothing": [],
    }
    assert [str(read(feeds[name])["x-wr-calname"]) for name in ("speaker", "choice")] == [
        "Lock Days 2027: Ben 'Bolt' O\"Hara",
        "My plan",
    ]


def test_a_request_names_the_recipient_and_the_same_slot_as_the_feed() -> None:
    document = conference_in_rome()
    whole = read(itip_request(document, document.slots[0], sequence=4, **PEOPLE))
    (event,) = whole.walk("VEVENT")
    assert whole["method"] == "REQUEST"
    assert event["uid"] == event_of(calendar(document), 11)["uid"]
    assert (event["sequence"], event["status"]) == (4, "CONFIRMED")
    assert event["attendee"] == "mailto:ada@example.org"
    assert dict(event["attendee"].params) == {
        "CN": "Ada 'the key' Löwe; Rome",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    assert event["organizer"] == "mailto:team@lockdays.example"
    assert event["organizer"].params["CN"] == "Lock Days 2027"
    assert len(whole.walk("VTIMEZONE")) == 1


def test_a_cancel_takes_back_the_same_slot() -> None:
    document = conference_in_rome()
    whole = read(itip_cancel(document, document.slots[0], sequence=5, **PEOPLE))
    (event,) = whole.walk("VEVENT")
    assert whole["method"] == "CANCEL"
    assert (event["uid"], event["sequence"], event["status"]) == (
        event_of(calendar(document), 11)["uid"],
        5,
        "CANCELLED",
    )


def test_a_name_cannot_smuggle_lines_into_an_invitation() -> None:
    document = conference_in_rome()
    people = PEOPLE | {
        "attendee_name": "Eve\r\nATTENDEE:mailto:eve@example.org",
        "attendee_email": "e@x.org\r\nX:Y",
    }
    (event,) = read(itip_request(document, document.slots[0], sequence=1, **people)).walk("VEVENT")
    assert event["attendee"].params["CN"] == "Eve ATTENDEE:mailto:eve@example.org"
    assert event["attendee"] == "mailto:e@x.org X:Y"


def test_public_files_hold_no_address_for_letters() -> None:
    document = conference_in_rome()
    assert sorted(EXPORTS) == ["schedule.ics", "schedule.json", "schedule.xml"]
    for export in EXPORTS.values():
        assert b"mailto" not in export.make(document)
        assert b"team@" not in export.make(document)
