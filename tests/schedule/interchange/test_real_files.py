"""Real files of real conferences: read, exported by us, checked by the public schemas, and read again."""

import json
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from icalendar import Calendar
from jsonschema import Draft6Validator, FormatChecker
from lxml import etree

from schedule.document import ReleaseDocument, from_json, to_json
from schedule.exports.ical import calendar, uid_of
from schedule.exports.json import schedule_json
from schedule.exports.xml import schedule_xml
from schedule.interchange import ImportedSchedule, read_schedule
from tests.schedule.imports import document_from_import
from tests.schedule.shared_data import shared_file

# rooms, tracks, days, speakers, talks, slots; then the named or guessed zone.
FILES = {
    "schedules/fosdem2024.xml": (35, 67, 2, 945, 876, 876, "Europe/Brussels"),
    "schedules/debconf23.xml": (5, 12, 8, 87, 86, 117, "Asia/Kolkata"),
    "schedules/mrmcd2019.xml": (3, 0, 3, 35, 37, 37, "Etc/GMT-2"),
    "schedules/camp2019.xml": (2, 7, 5, 90, 80, 80, "Etc/GMT-2"),
    "schedules/emf2024_schedule.frab": (44, 4, 4, 333, 482, 482, "Etc/GMT-1"),
    "schedules/europython2014_schedule.xml": (8, 0, 7, 117, 167, 188, "UTC"),
    "schedules/europython2014_accepted.xml": (5, 0, 4, 91, 100, 100, "UTC"),
    "schedules/35c3.json": (74, 10, 4, 504, 927, 927, "Etc/GMT-1"),
    "schedules/voc_frab-camp2019.json": (2, 7, 5, 90, 79, 79, "Europe/Berlin"),
    "schedules/voc_hub-schedule2.json": (5, 7, 4, 4, 2, 2, "Europe/Berlin"),
    "schedules/voc_invalid-example.json": (1, 1, 1, 1, 1, 1, "Europe/Zurich"),
    "schedules/voc_pretalx-democon.json": (2, 2, 3, 27, 36, 36, "UTC"),
    "schedules/voc_pretalx-rc3.json": (5, 5, 4, 56, 48, 48, "Etc/GMT-1"),
    "pretalx/pyconfr2024_schedule.json": (11, 0, 4, 77, 76, 81, "Etc/GMT-1"),
}

every_file = pytest.mark.parametrize("name", FILES)


@cache
def imported_from(name: str) -> ImportedSchedule:
    return read_schedule(shared_file(name).read_bytes(), Path(name).name)


@cache
def document_of(name: str) -> ReleaseDocument:
    return document_from_import(imported_from(name))


def without_breaks(document: ReleaseDocument) -> ReleaseDocument:
    """What schedule.xml and schedule.json hold, in the order in which they hold it."""
    slots = sorted((slot for slot in document.slots if slot.kind != "break"), key=lambda slot: slot.number)
    return replace(document, slots=tuple(slots), talks=tuple(sorted(document.talks, key=lambda talk: talk.ref)))


def in_any_order(document: ReleaseDocument) -> ReleaseDocument:
    named = replace(document.conference, acronym="", url="")
    people = tuple(sorted(document.speakers, key=lambda person: person.ref))
    return replace(without_breaks(document), conference=named, speakers=people)


def as_xml_tells_it(document: ReleaseDocument) -> ReleaseDocument:
    """schedule.xml has no place for biographies, seats and the short names of rooms."""
    return replace(
        in_any_order(document),
        speakers=tuple(replace(person, biography="") for person in in_any_order(document).speakers),
        rooms=tuple(replace(room, capacity=None, slug=str(at)) for at, room in enumerate(document.rooms)),
    )


@every_file
def test_everything_in_the_file_is_read(name: str) -> None:
    found = imported_from(name)
    parts = (found.rooms, found.tracks, found.days, found.speakers, found.talks, found.slots)
    assert (*map(len, parts), found.zone) == FILES[name]


@every_file
def test_reading_twice_gives_the_same(name: str) -> None:
    assert read_schedule(shared_file(name).read_bytes(), "other name") == imported_from(name)


@every_file
def test_the_document_comes_back_from_its_bytes(name: str) -> None:
    assert from_json(to_json(document_of(name))) == document_of(name)


@every_file
def test_the_xml_is_valid_for_two_validators(name: str, tmp_path: Path) -> None:
    schema = shared_file("schemas/voc_xsd_schedule.xml.xsd")
    data = schedule_xml(document_of(name))
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.fromstring(data))
    path = tmp_path / "schedule.xml"
    path.write_bytes(data)
    done = subprocess.run(["xmllint", "--noout", "--schema", str(schema), str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (0, [f"{path} validates"])


@every_file
def test_the_json_is_valid(name: str) -> None:
    schema = json.loads(shared_file("schemas/voc_json_schema.json").read_text())
    errors = Draft6Validator(schema, format_checker=FormatChecker()).iter_errors(
        json.loads(schedule_json(document_of(name)))
    )
    assert [error.message for error in errors] == []


@every_file
def test_the_calendar_has_one_event_for_each_slot_at_its_time(name: str) -> None:
    document = document_of(name)
    events = Calendar.from_ical(calendar(document)).walk("VEVENT")
    assert sorted((str(event["uid"]), event["dtstart"].dt, event["dtend"].dt) for event in events) == sorted(
        (uid_of(slot), slot.starts_at, slot.ends_at) for slot in document.slots
    )


@every_file
def test_reading_our_xml_again_changes_nothing(name: str) -> None:
    document = document_of(name)
    data = schedule_xml(document)
    again = document_from_import(read_schedule(data, "schedule.xml"))
    assert as_xml_tells_it(again) == as_xml_tells_it(document)
    assert schedule_xml(replace(again, conference=document.conference)) == data


@every_file
def test_reading_our_json_again_changes_nothing(name: str) -> None:
    document = document_of(name)
    data = schedule_json(document)
    again = document_from_import(read_schedule(data, "schedule.json"))
    assert in_any_order(again) == in_any_order(document)
    assert schedule_json(replace(again, conference=document.conference)) == data


@every_file
def test_our_own_exports_need_no_repair(name: str) -> None:
    document = document_of(name)
    for data in (schedule_xml(document), schedule_json(document)):
        found = [str(warning.sentence) for warning in read_schedule(data, "schedule").warnings]
        named = "/" in document.conference.zone and not document.conference.zone.startswith("Etc/")
        assert [words for words in found if named or "time zone" not in words] == []
