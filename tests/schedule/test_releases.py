"""A release is a frozen copy: what gets in, what stays as cancelled, who is told."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from cfp.authors import Authorship
from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.models import Room
from conference.service import setup
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid, Refused
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, compose
from plumbing.queue import drain
from schedule import notices  # noqa: F401
from schedule.document import difference
from schedule.models import Release
from schedule.release import by_number, newest
from schedule.service import frame, places
from schedule.service.places import Place, Seen
from schedule.service.releases import preview_release, release_schedule
from tests import factories
from tests.schedule.stage import SATURDAY, SUNDAY, accepted


def document(stage, number=None):
    with reading(SYSTEM) as work:
        found = newest(work, stage.where) if number is None else by_number(work, stage.where, number)
    return found.document


def move(stage, slot_id, hours):
    with writing(SYSTEM) as work:
        place = Place(stage.lab, SATURDAY + timedelta(hours=hours))
        places.move_slot(work, conference_id=stage.where, seen=Seen(slot_id), place=place)


def remove(stage, slot_id):
    with writing(SYSTEM) as work:
        places.remove_slot(work, conference_id=stage.where, seen=Seen(slot_id))


def change(talk, **values):
    with writing(SYSTEM) as work:
        row = work.db.get_one(Proposal, talk)
        for name, value in values.items():
            setattr(row, name, value)


def letters(stage):
    """What the newest release tells, composed as the worker would."""
    with reading(SYSTEM) as work:
        number = work.db.scalar(select(Release.id).order_by(Release.id.desc()))
        return compose(work.db, "ScheduleReleased", {"release_id": number}, work.now)


def test_only_accepted_talks_that_were_told_and_are_given_get_in(stage):
    with writing(SYSTEM) as work:
        hidden = [
            accepted(work.db, stage.cast, f"CANARY {outcome}", outcome=outcome)
            for outcome in ("undecided", "rejected", "waitlisted")
        ]
    stage.place(stage.talks[0])
    for talk in (stage.talks[1], stage.talks[2]):
        stage.place(talk, stage.lab, 1 + talk)
    change(stage.talks[1], answer="declined")
    change(stage.talks[2], stage="withdrawn")
    for talk in hidden:
        assert talk not in stage.plan().talks
    stage.release("First")
    frozen = document(stage)
    assert [talk.title for talk in frozen.talks] == ["Accepted 0"]
    assert [speaker.name for speaker in frozen.speakers] == ["Ada Lovelace"]
    assert len(frozen.slots) == 1


def test_sequences_rise_with_moves_and_cancellations_and_never_fall(stage, clock):
    number = stage.place(stage.talks[0])
    other = stage.place(stage.talks[1], stage.lab, 6)
    history = []
    steps = (lambda: None, lambda: move(stage, number, 2), lambda: None, lambda: remove(stage, number), lambda: None)
    for name, step in zip("abcde", steps, strict=True):
        clock.advance(timedelta(hours=1))
        step()
        stage.release(name)
        slots = {slot.number: slot for slot in document(stage).slots}
        history.append((slots[1].sequence, slots[1].cancelled))
    assert history == [(0, False), (1, False), (1, False), (2, True), (2, True)]
    stage.place(stage.talks[0])
    stage.release("f")
    slots = {slot.number: slot for slot in document(stage).slots}
    assert (slots[1].sequence, slots[1].cancelled) == (3, False)
    assert slots[2].sequence == 0
    assert slots[2].changed_at == document(stage, 1).release.released_at
    assert other == 2


def test_a_cancelled_talk_keeps_its_words_in_the_document_after_it_was_withdrawn(stage):
    stage.place(stage.talks[0])
    stage.place(stage.talks[1], stage.lab)
    stage.release("First")
    change(stage.talks[1], stage="withdrawn", title="Changed since")
    stage.release("Second")
    frozen = document(stage)
    assert {talk.title for talk in frozen.talks} == {"Accepted 0", "Accepted 1"}
    assert [slot.cancelled for slot in sorted(frozen.slots, key=lambda slot: slot.number)] == [False, True]
    found = difference(document(stage, 1), frozen)
    assert [slot.number for slot in found.cancelled] == [2]


def test_old_releases_stay_as_they_were(stage):
    number = stage.place(stage.talks[0])
    stage.release("First")
    before = document(stage)
    move(stage, number, 5)
    change(stage.talks[0], title="Another title")
    stage.release("Second")
    assert document(stage, 1) == before
    assert document(stage, 2) != before


def test_fatal_clashes_an_empty_name_and_a_used_name_stop_a_release(stage):
    stage.place(stage.talks[0])
    stage.place(stage.talks[1])
    with pytest.raises(Invalid) as fatal, writing(SYSTEM) as work:
        release_schedule(work, conference_id=stage.where, name="First")
    assert fatal.value.field == "despite_fatal"
    with pytest.raises(Invalid) as empty:
        stage.release("   ")
    assert empty.value.field == "name"
    assert stage.release("First") == 1
    with pytest.raises(Conflict, match="has that name"):
        stage.release("First")
    assert stage.release("Second") == 2


def test_a_plan_that_changed_since_it_was_looked_at_is_not_released(stage):
    stage.place(stage.talks[0])
    seen = stage.plan().version
    stage.place(stage.talks[1], stage.lab)
    with pytest.raises(Conflict, match="changed since"):
        stage.release("First", version=seen)
    assert stage.release("First", version=stage.plan().version) == 1


def test_only_chairs_see_what_a_release_would_hold(stage):
    for person in (stage.gus, stage.actor(stage.cast.ben), stage.actor(stage.cast.ada)):
        with pytest.raises(Refused), reading(person) as work:
            preview_release(work, conference_id=stage.where, name="x")


def test_only_speakers_with_a_new_moved_or_cancelled_slot_are_told(stage):
    slots = [stage.place(talk, hours=hours) for talk, hours in zip(stage.talks, (0, 1, 2), strict=True)]
    stage.release("First")
    assert [(letter.recipient, letter.calendar_method) for letter in letters(stage)] == [
        ("ada@acme.example", "REQUEST"),
        ("dan@acme.example", "REQUEST"),
        ("eve@nowhere.example", "REQUEST"),
    ]
    move(stage, slots[0], 5)
    remove(stage, slots[2])
    stage.release("Second")
    told = {letter.recipient: letter for letter in letters(stage)}
    assert set(told) == {"ada@acme.example", "eve@nowhere.example"}
    assert told["eve@nowhere.example"].calendar_method == "CANCEL"
    assert "“Accepted 2” is no longer in the schedule of PyFest 2027" in told["eve@nowhere.example"].text
    assert "27 March 2027, 11:00–11:30" in told["eve@nowhere.example"].text
    assert all("%(" not in letter.text + letter.subject for letter in told.values())
    moved = Calendar.from_ical(told["ada@acme.example"].calendar).walk("VEVENT")[0]
    assert (moved["SEQUENCE"], moved["ATTENDEE"]) == (1, "mailto:ada@acme.example")
    stage.release("Third")
    assert letters(stage) == []


def test_who_joins_a_talk_is_invited_and_who_leaves_it_is_told_although_the_slot_stays(stage):
    stage.place(stage.talks[0])
    stage.release("First")
    with writing(SYSTEM) as work:
        talk = work.db.get_one(Proposal, stage.talks[0])
        joined = factories.authorship(work.db, talk, stage.cast.dan, position=1, is_owner=False).id
    stage.release("Second")
    assert [(letter.recipient, letter.kind) for letter in letters(stage)] == [("dan@acme.example", "slot.new.1")]
    with writing(SYSTEM) as work:
        work.db.get_one(Authorship, joined).is_presenter = False
    stage.release("Third")
    (letter,) = letters(stage)
    assert (letter.recipient, letter.kind) == ("dan@acme.example", "slot.cancelled.1")
    assert "no longer named as a speaker of “Accepted 0”" in letter.text
    event = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
    assert (event["SEQUENCE"], event["STATUS"], letter.calendar_method) == (2, "CANCELLED", "CANCEL")
    assert [(slot.sequence, slot.cancelled) for slot in document(stage).slots] == [(2, False)]


def test_who_leaves_a_talk_that_moves_hears_that_and_not_the_new_time(stage):
    number = stage.place(stage.talks[0])
    with writing(SYSTEM) as work:
        talk = work.db.get_one(Proposal, stage.talks[0])
        joined = factories.authorship(work.db, talk, stage.cast.dan, position=1, is_owner=False).id
    stage.release("First")
    move(stage, number, 3)
    with writing(SYSTEM) as work:
        row = work.db.get_one(Authorship, joined)
        row.accepted_at, row.declined_at = None, work.now
    stage.release("Second")
    assert sorted((letter.recipient, letter.calendar_method) for letter in letters(stage)) == [
        ("ada@acme.example", "REQUEST"),
        ("dan@acme.example", "CANCEL"),
    ]


def test_a_letter_names_the_room_that_a_talk_left_although_that_room_has_gone(stage):
    number = stage.place(stage.talks[0])
    stage.release("First")
    move(stage, number, 0)
    with writing(stage.cleo) as work:
        setup.remove(work, conference_id=stage.where, kind="room", row_id=stage.aula)
    stage.release("Second")
    (letter,) = letters(stage)
    assert "Before, it was Saturday, 27 March 2027, 09:00–09:30, Aula." in letter.text


def test_an_entry_whose_room_was_renamed_counts_as_changed_and_nobody_is_sent_there_anew(stage, clock):
    stage.place(stage.talks[0])
    stage.release("First")
    clock.advance(timedelta(hours=1))
    with writing(SYSTEM) as work:
        work.db.get_one(Room, stage.aula).name = "Great Hall"
    stage.release("Second")
    (before,), (after,) = document(stage, 1).slots, document(stage).slots
    assert (after.sequence, after.changed_at) == (before.sequence, before.changed_at + timedelta(hours=1))
    assert letters(stage) == []


def test_a_day_that_holds_what_was_cancelled_alone_keeps_its_place_among_the_days(stage):
    number = stage.place(stage.talks[0])
    with writing(SYSTEM) as work:
        place = Place(stage.lab, SUNDAY)
        places.place_talk(work, conference_id=stage.where, talk_id=stage.talks[1], place=place)
    stage.release("First")
    remove(stage, number)
    with writing(stage.cleo) as work:
        frame.remove_day(work, conference_id=stage.where, day_id=stage.saturday)
    stage.release("Second")
    made = document(stage)
    assert [(day.index, day.date.day) for day in made.days] == [(1, 27), (2, 28)]
    assert [(slot.day, slot.cancelled) for slot in made.slots] == [(2, False), (1, True)]


def test_updates_and_cancellations_carry_the_uid_of_the_first_letter(stage):
    number = stage.place(stage.talks[0])
    uids, sequences = [], []
    for name, step in (
        ("a", lambda: None),
        ("b", lambda: move(stage, number, 3)),
        ("c", lambda: remove(stage, number)),
    ):
        step()
        stage.release(name)
        (letter,) = letters(stage)
        event = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
        uids.append(str(event["UID"]))
        sequences.append(event["SEQUENCE"])
    assert len(set(uids)) == 1
    assert sequences == [0, 1, 2]


def test_a_speaker_of_two_talks_gets_a_letter_for_each(stage):
    with writing(SYSTEM) as work:
        second = accepted(work.db, stage.cast, "Second of Ada")
    stage.place(stage.talks[0])
    stage.place(second, stage.lab, 3)
    stage.release("First")
    drain(kernel())
    with reading(SYSTEM) as work:
        sent = list(work.db.execute(select(Delivery.recipient, Delivery.state).order_by(Delivery.id)))
    assert [tuple(row) for row in sent] == [("ada@acme.example", "sent")] * 2
