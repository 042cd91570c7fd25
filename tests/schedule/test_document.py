from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given

from schedule.document import (
    BrokenDocument,
    Index,
    ReleaseDocument,
    ScheduleDifference,
    SlotRewording,
    difference,
    from_json,
    live,
    to_json,
)
from tests.schedule.documents import AULA, BOTTEGA, ROME, at, conference_in_rome, documents, guid, slot


@given(documents())
def test_any_document_comes_back_from_its_bytes(document: ReleaseDocument) -> None:
    data = to_json(document)
    assert from_json(data) == document
    assert to_json(from_json(data)) == data


def test_equal_instants_in_other_zones_give_the_same_bytes() -> None:
    document = conference_in_rome()
    local = tuple(replace(each, starts_at=each.starts_at.astimezone(ROME)) for each in document.slots)
    assert to_json(replace(document, slots=local)) == to_json(document)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"format":1', b'"format":2', "not a release document of format 1"),
        (b'"room":null', b'"room":"nowhere"', "'nowhere' is no UUID"),
        (b'"length_minutes":90', b'"length_minutes":"90"', "'90' does not belong here"),
        (b'"length_minutes":90', b'"length_minutes":true', "True does not belong here"),
        (b'"kind":"plenary"', b'"kind":"party"', "'party' does not belong here"),
        (b'"starts_at":"2027-03-27T09:00:00Z"', b'"starts_at":7', "7 is no datetime"),
        (b'"special":true', b'"special":true,"extra":1', "needs the keys"),
        (b'"links":[]', b'"links":["a"]', "needs a list"),
        (b'"links":[]', b'"links":[["a"]]', "needs 2 values"),
        (b'"sequence":2', b'"sequence":2,', "not JSON"),
    ],
)
def test_bytes_that_are_no_document_are_refused_with_the_place(old: bytes, new: bytes, words: str) -> None:
    data = to_json(conference_in_rome())
    assert old in data
    with pytest.raises(BrokenDocument, match=words):
        from_json(data.replace(old, new, 1))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": 12}, "a slot number stands twice"),
        ({"guid": guid(12)}, "a slot guid stands twice"),
        ({"talk": "gone"}, "slot 11 names an unknown talk gone"),
        ({"room": guid(5)}, "slot 11 names an unknown room"),
        ({"day": 7}, "slot 11 names an unknown day 7"),
        ({"length_minutes": 0}, "slot 11 needs a length of 1 to 10080 minutes"),
        ({"number": 0}, "slot 0 needs a positive number"),
        ({"starts_at": datetime(2027, 3, 27, 10)}, "slot 11 needs aware times"),  # noqa: DTZ001
        ({"starts_at": at(27, 10).replace(year=1900)}, "slot 11 needs aware times from 1970"),
    ],
)
def test_a_document_that_contradicts_itself_cannot_be_made(changes: dict[str, object], words: str) -> None:
    document = conference_in_rome()
    with pytest.raises(BrokenDocument, match=words):
        replace(document, slots=(replace(document.slots[0], **changes), *document.slots[1:]))


def test_an_unknown_zone_is_refused() -> None:
    document = conference_in_rome()
    for zone in ("Europe/Atlantis", "", "../etc/passwd"):
        with pytest.raises(BrokenDocument, match="unknown time zone"):
            replace(document, conference=replace(document.conference, zone=zone))


def test_a_talk_with_an_unknown_track_or_speaker_is_refused() -> None:
    document = conference_in_rome()
    talk, other = document.talks
    for changed, words in (
        (replace(talk, track="none"), "unknown track"),
        (replace(talk, speakers=("eve",)), "unknown speaker"),
        (replace(talk, speakers=("ada", "ada")), "one twice"),
    ):
        with pytest.raises(BrokenDocument, match=words):
            replace(document, talks=(changed, other))


def test_the_index_finds_slots_in_order_of_time_and_room() -> None:
    index = Index(conference_in_rome())
    assert [each.number for each in index.slots] == [11, 14, 13, 15, 12, 16]
    assert [each.number for each in index.slots_of_day(1)] == [11, 14, 13]
    assert [each.number for each in index.slots_of_room(AULA)] == [11, 13, 16]
    assert [each.number for each in index.slots_of_room(None)] == [14, 15]
    assert [each.number for each in index.slots_of_talk("locks")] == [11, 12, 16]
    assert [each.number for each in live(index.slots_of_speaker("ben"))] == [11, 16]
    assert [talk.ref for talk in index.talks_of_speaker("ada")] == ["locks", "night"]
    assert [talk.ref for talk in index.talks_of_track(None)] == ["night"]
    assert index.slots_of_day(9) == ()


def test_the_index_knows_what_a_slot_is_about() -> None:
    index = Index(conference_in_rome())
    talk, lunch = index.slot_by_guid[guid(11)], index.slot_by_guid[guid(14)]
    assert (index.title_of(talk), index.title_of(lunch)) == (
        "Opening locks; a *careful* start, with commas",
        "Lunch",
    )
    assert (index.room_of(talk), index.room_of(lunch)) == (index.room_by_guid[AULA], None)
    assert (index.track_of(talk), index.track_of(lunch)) == (index.track_by_slug["keys"], None)


def test_a_slot_across_the_change_of_clocks_keeps_its_length() -> None:
    across = slot(1, at(28, 1, 30), length_minutes=60)
    assert across.ends_at.astimezone(ROME) == datetime(2027, 3, 28, 3, 30, tzinfo=ROME)
    assert across.ends_at - across.starts_at == timedelta(minutes=60)


def test_nothing_changed_is_no_difference() -> None:
    document = conference_in_rome()
    found = difference(document, document)
    assert found.is_empty
    assert [each.number for each in found.unchanged] == [11, 14, 13, 15, 16]


def test_moves_tell_what_moved() -> None:
    old = conference_in_rome()
    eleven, twelve, thirteen, lunch, opening, sixteen = old.slots
    changed = (
        replace(eleven, room=BOTTEGA),
        twelve,
        replace(thirteen, starts_at=at(27, 23)),
        replace(lunch, length_minutes=60),
        replace(opening, sequence=4),
        replace(sixteen, room=None, starts_at=at(28, 15), length_minutes=30),
    )
    found = difference(old, replace(old, slots=changed))
    assert [(m.new.number, m.room_changed, m.time_changed, m.length_changed) for m in found.moved] == [
        (11, True, False, False),
        (14, False, False, True),
        (13, False, True, False),
        (16, True, True, True),
    ]
    assert [each.number for each in found.unchanged] == [15]
    assert (found.new, found.cancelled, found.reworded) == ((), (), ())


def test_a_slot_that_is_cancelled_or_gone_is_cancelled_and_one_that_returns_is_new() -> None:
    old = conference_in_rome()
    eleven, twelve, thirteen, _lunch, opening, sixteen = old.slots
    changed = (replace(eleven, cancelled=True), replace(twelve, cancelled=False), thirteen, opening, sixteen)
    found = difference(old, replace(old, slots=(*changed, slot(99, at(28, 18), day=2))))
    assert [each.number for each in found.cancelled] == [11, 14]
    assert [each.number for each in found.new] == [12, 99]
    assert [each.number for each in found.unchanged] == [13, 15, 16]


def test_another_title_or_other_speakers_are_told_of_every_slot_of_the_talk() -> None:
    old = conference_in_rome()
    talk, night = old.talks
    new = replace(old, talks=(replace(talk, title="Opening", speakers=("ben",)), night))
    found = difference(old, new)
    assert found == ScheduleDifference(
        new=(),
        moved=(),
        cancelled=(),
        reworded=tuple(
            SlotRewording(
                slot=each,
                old_title=talk.title,
                new_title="Opening",
                old_speakers=("Ada Löwe", "Ben 'Bolt' O\"Hara"),
                new_speakers=("Ben 'Bolt' O\"Hara",),
            )
            for each in (new.slots[0], new.slots[5])
        ),
        unchanged=(new.slots[3], new.slots[2], new.slots[4]),
    )


@given(documents(), documents())
def test_every_live_slot_stands_in_exactly_one_place_of_a_difference(
    old: ReleaseDocument, new: ReleaseDocument
) -> None:
    found = difference(old, new)
    touched = {move.new.guid for move in found.moved} | {word.slot.guid for word in found.reworded}
    placed = [each.guid for each in (*found.new, *found.unchanged)] + list(touched)
    assert sorted(placed) == sorted(each.guid for each in live(new.slots))
    kept = {each.guid for each in live(old.slots)} - {each.guid for each in found.cancelled}
    assert kept == {each.guid for each in live(new.slots)} - {each.guid for each in found.new}
