import json
from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import given
from jsonschema import Draft6Validator, FormatChecker

from schedule.document import ReleaseDocument
from schedule.exports.json import schedule_json
from tests.schedule.documents import AULA, BOTTEGA, conference_in_rome, documents, guid
from tests.schedule.shared_data import shared_file


@cache
def validator() -> Draft6Validator:
    return Draft6Validator(
        json.loads(shared_file("schemas/voc_json_schema.json").read_text()), format_checker=FormatChecker()
    )


def conference_of(document: ReleaseDocument) -> dict[str, Any]:
    conference: dict[str, Any] = json.loads(schedule_json(document))["schedule"]["conference"]
    return conference


@given(documents())
def test_any_document_is_valid(document: ReleaseDocument) -> None:
    assert [error.message for error in validator().iter_errors(json.loads(schedule_json(document)))] == []


@given(documents())
def test_no_event_is_lost(document: ReleaseDocument) -> None:
    days = conference_of(document)["days"]
    written = [event["guid"] for day in days for cells in day["rooms"].values() for event in cells]
    shown = [str(each.guid) for each in document.slots if not each.cancelled and each.kind != "break"]
    assert sorted(written) == sorted(shown)


def test_the_conference_says_what_clients_ask_for() -> None:
    conference = conference_of(conference_in_rome())
    days = conference.pop("days")
    assert conference == {
        "acronym": "ld_27",
        "title": "Lock Days 2027",
        "description": "Locks & keys",
        "start": "2027-03-27",
        "end": "2027-03-28",
        "daysCount": 2,
        "timeslot_duration": "00:05",
        "time_zone_name": "Europe/Rome",
        "url": "https://rostrum.example/lockdays27/",
        "colors": {"primary": "#8a2b5c"},
        "tracks": [
            {"name": "Keys & rings", "slug": "keys", "color": "#aa3311"},
            {"name": "First steps", "slug": "1st", "color": "#224488"},
        ],
        "rooms": [
            {"name": "Aula Magna", "guid": str(AULA), "capacity": 300, "slug": "aula"},
            {"name": "Bottega <1>", "guid": str(BOTTEGA), "capacity": None, "slug": "bottega"},
        ],
    }
    assert [(day["index"], day["date"], day["day_start"], day["day_end"], list(day["rooms"])) for day in days] == [
        (1, "2027-03-27", "2027-03-27T09:00:00+01:00", "2027-03-28T04:00:00+02:00", ["Aula Magna"]),
        (2, "2027-03-28", "2027-03-28T09:00:00+02:00", "2027-03-28T20:00:00+02:00", ["Aula Magna"]),
    ]


def test_an_event_says_everything_about_the_talk() -> None:
    event = conference_of(conference_in_rome())["days"][0]["rooms"]["Aula Magna"][0]
    assert event == {
        "id": 11,
        "guid": str(guid(11)),
        "code": "AB12CD",
        "date": "2027-03-27T10:00:00+01:00",
        "start": "10:00",
        "end": "2027-03-27T10:45:00+01:00",
        "duration": "00:45",
        "room": "Aula Magna",
        "slug": "ld_27-11-opening-locks-a-careful-start-with-commas",
        "url": "https://rostrum.example/lockdays27/talks/locks",
        "title": "Opening locks; a *careful* start, with commas",
        "subtitle": "No force",
        "track": "Keys & rings",
        "type": "Long talk",
        "language": "en",
        "abstract": "Line one\n\n- a list, with `code` & <tags>",
        "persons": [
            {
                "guid": str(guid(901)),
                "name": "Ada Löwe",
                "public_name": "Ada Löwe",
                "biography": "Picks locks.",
            },
            {
                "guid": str(guid(902)),
                "name": "Ben 'Bolt' O\"Hara",
                "public_name": "Ben 'Bolt' O\"Hara",
                "biography": "",
            },
        ],
        "links": [{"title": "Slides", "url": "https://slides.example/#/room/%231"}],
    }


def test_a_zone_that_the_schema_does_not_know_is_left_out() -> None:
    document = conference_in_rome()
    fixed = replace(document, conference=replace(document.conference, zone="Etc/GMT-2"))
    assert "time_zone_name" not in conference_of(fixed)


def test_no_address_for_letters_is_told() -> None:
    assert b"team@lockdays.example" not in schedule_json(conference_in_rome())
