"""Files that cannot be read as a whole: a sentence with line and column, never another exception."""

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule.document import ReleaseDocument
from schedule.exports.json import schedule_json
from schedule.exports.xml import schedule_xml
from schedule.interchange import FILE_BYTES_MAX, UnreadableSchedule, read_schedule
from tests.schedule.documents import conference_in_rome, documents


def refused(data: bytes) -> tuple[int | None, int | None, str]:
    with pytest.raises(UnreadableSchedule) as caught:
        read_schedule(data, "plan.xml")
    assert str(caught.value) == str(caught.value.sentence)
    return caught.value.line, caught.value.column, str(caught.value)


def test_broken_xml_names_line_and_column() -> None:
    assert refused(b"<schedule>\n<conference>\n</schedule>") == (
        3,
        12,
        "The XML is broken in line 3, column 12: "
        "Opening and ending tag mismatch: conference line 2 and schedule, line 3, column 12",
    )


def test_broken_json_names_line_and_column() -> None:
    assert refused(b'{"schedule":\n  {"conference": oops}}') == (
        2,
        18,
        "The JSON is broken in line 2, column 18: Expecting value",
    )


def test_json_in_another_encoding_names_line_and_column() -> None:
    assert refused('{\n"schedule": "Kölle"}'.encode("latin-1")) == (
        2,
        15,
        "Line 2, column 15 is not UTF-8, so this is no JSON.",
    )


@pytest.mark.parametrize("data", [b"", b"BEGIN:VCALENDAR", b"\x00\x01\x02", b"PK\x03\x04"])
def test_other_files_are_named_as_such(data: bytes) -> None:
    assert refused(data) == (1, 1, "“plan.xml” is neither XML nor JSON.")


def test_other_xml_and_json_is_named_as_such() -> None:
    assert refused(b"<html/>")[2] == "The file is XML, but its root is “html” where “schedule” was expected."
    for data in (b"{}", b"[]", b'{"schedule": []}', b'{"schedule": {"conference": 3}}'):
        assert refused(data)[2] == "The file is JSON, but holds no “schedule” with a “conference”."


def test_a_schedule_of_nothing_is_refused() -> None:
    assert refused(b"<schedule/>")[2] == "The file holds neither days nor events with a time."


def test_a_file_past_the_limit_is_not_looked_at() -> None:
    assert refused(b"<" * (FILE_BYTES_MAX + 1))[2] == "“plan.xml” is larger than 32 MB."


def test_entities_are_refused() -> None:
    secret = b'<!DOCTYPE schedule [<!ENTITY x SYSTEM "file:///etc/passwd">]><schedule><version>&x;</version></schedule>'
    laughs = b'<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><schedule><version>&b;</version></schedule>'
    for data in (secret, laughs):
        assert refused(data)[2] == ("The file declares XML entities. They are never needed here, and can be an attack.")


def test_a_bomb_in_an_attribute_is_refused_before_it_grows() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE s [<!ENTITY e0 "xxxxxxxxxx">{entities}]><schedule a="&e11;"/>'
    assert refused(bomb.encode())[2].startswith("The ")


def test_what_is_nested_without_end_is_refused() -> None:
    assert refused(b"[" * 200_000)[2] == "The JSON is nested too deeply or holds a number that is too long."
    assert refused(b"<schedule>" + b"<a>" * 5000)[2].startswith("The XML is broken in line 1")


def test_too_many_events_are_refused() -> None:
    events = b"<event/>" * 20_001
    data = b"<schedule><day><room name='A'>" + events + b"</room></day></schedule>"
    assert refused(data)[2] == "The file holds more than 20000 events."


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"<schedule>", b"{", b'{"schedule":{"conference":'):
        read_or_refuse(start + data)


_keys = st.sampled_from(
    "schedule conference days events rooms index date day_start day_end start end id guid code title duration room "
    "track persons links name slug capacity colors primary time_zone_name acronym url abstract 2027-03-27 600 slot "
    "extra sprints speakers".split()
)
_leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(string.printable, max_size=8)
    | st.sampled_from(["2027-03-27", "2027-03-27T10:00:00+01:00", "9999-12-31T23:59:59-14:00", "10:00", "Europe/Rome"])
)  # fmt: skip
_trees = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=5),
    max_leaves=25,
)


@given(_trees, _trees, _trees)
def test_any_json_is_read_or_refused(conference: object, days: object, events: object) -> None:
    for tree in (
        conference,
        {"schedule": {"2027-03-27": conference}, "extra": {"2027-03-27": days}, "rooms": events},
        {"schedule": {"conference": {"title": "x", "days": [{"date": "2027-03-27", "rooms": {"A": [days, events]}}]}}},
        {
            "schedule": {
                "conference": {"title": "x", "days": days, "rooms": conference},
                "events": [events, days],
            }
        },
    ):
        read_or_refuse(json.dumps(tree).encode())


@given(st.data())
def test_a_damaged_file_is_read_or_refused(data: st.DataObject) -> None:
    for whole in (schedule_xml(conference_in_rome()), schedule_json(conference_in_rome())):
        start = data.draw(st.integers(0, len(whole) - 1))
        end = data.draw(st.integers(start, min(len(whole), start + 60)))
        read_or_refuse(whole[:start] + data.draw(st.binary(max_size=6)) + whole[end:])


@given(documents())
def test_any_document_of_ours_is_read_back_slot_for_slot(document: ReleaseDocument) -> None:
    shown = sorted(
        (slot.number, slot.guid, slot.starts_at.replace(second=0, microsecond=0), slot.day)
        for slot in document.slots
        if not slot.cancelled and slot.kind != "break"
    )
    for data in (schedule_xml(document), schedule_json(document) if document.days else None):
        if data is not None:
            found = read_schedule(data, "schedule")
            assert sorted((slot.number, slot.guid, slot.starts_at, slot.day) for slot in found.slots) == shown


def read_or_refuse(data: bytes) -> None:
    try:
        read_schedule(data, "any")
    except UnreadableSchedule as refusal:
        assert str(refusal)
