"""Every act of the editor, what it refuses, and the way back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.models import AuditEntry
from conference.service import setup
from conference.work import reading, writing
from plumbing import cli
from plumbing.answers import Conflict, Invalid, Refused
from schedule.models import ScheduleEdit, Slot
from schedule.service import frame, log, places
from schedule.service.places import Place, Seen
from tests.schedule.stage import SATURDAY, SUNDAY


def slot(stage, slot_id):
    return stage.plan().slot_by_id[slot_id]


def act(actor, function, **values):
    with writing(actor) as work:
        return function(work, **values)


def move(stage, slot_id, room, hours, actor=None, version=None):
    place = Place(room, SATURDAY + timedelta(hours=hours))
    seen = Seen(slot_id, version)
    act(actor or stage.cleo, places.move_slot, conference_id=stage.where, seen=seen, place=place)


def test_a_talk_keeps_number_and_guid_when_it_is_taken_out_and_placed_again(stage):
    first = stage.place(stage.talks[0])
    before = slot(stage, first)
    act(stage.cleo, places.remove_slot, conference_id=stage.where, seen=Seen(first))
    assert [talk.proposal_id for talk in stage.plan().waiting] == list(stage.talks)
    again = stage.place(stage.talks[0], stage.lab, 2)
    after = slot(stage, again)
    assert (after.id, after.number, after.guid) == (before.id, before.number, before.guid)
    assert (after.room_id, after.begin) == (stage.lab, SATURDAY + timedelta(hours=2))


def test_the_first_slot_of_a_talk_bears_the_talks_guid(stage):
    made = slot(stage, stage.place(stage.talks[0]))
    assert made.guid == stage.plan().talks[stage.talks[0]].guid


def test_a_slot_after_midnight_belongs_to_the_day_before(stage):
    late = slot(stage, stage.place(stage.talks[0], hours=15))
    assert late.begin == datetime(2027, 3, 27, 23, 0, tzinfo=UTC)
    assert late.day_id == stage.saturday
    assert stage.plan().day_by_id[stage.saturday].date == date(2027, 3, 27)


@pytest.mark.parametrize(
    ("room", "hours", "minutes", "field", "code"),
    [
        ("aula", -1, 30, "start", "outside"),
        ("aula", 15.25, 30, "start", "too_late"),
        ("aula", 1, 1441, "length", "range"),
        ("aula", 1, -5, "length", "range"),
        (None, 1, 30, "room", "missing"),
        (999_999, 1, 30, "room", "unknown"),
    ],
)
def test_a_place_that_cannot_be_is_refused_at_its_field_and_nothing_is_written(
    stage, room, hours, minutes, field, code
):
    place = Place(stage.aula if room == "aula" else room, SATURDAY + timedelta(hours=hours), minutes)
    with pytest.raises(Invalid) as refusal:
        act(stage.cleo, places.place_talk, conference_id=stage.where, talk_id=stage.talks[0], place=place)
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert stage.plan().slots == ()


def test_who_looked_at_an_older_version_overwrites_nothing(stage):
    number = stage.place(stage.talks[0])
    seen = slot(stage, number).version
    move(stage, number, stage.lab, 3, version=seen)
    with pytest.raises(Conflict, match="Accepted 0"):
        move(stage, number, stage.aula, 5, version=seen)
    assert (slot(stage, number).room_id, slot(stage, number).begin) == (stage.lab, SATURDAY + timedelta(hours=3))


def test_two_chairs_who_place_the_same_talk_do_not_double_it(stage):
    stage.place(stage.talks[0])
    with pytest.raises(Conflict):
        stage.place(stage.talks[0], stage.lab)
    assert len(stage.plan().slots) == 1


def test_swapping_exchanges_room_and_start_and_keeps_lengths(stage):
    one, other = stage.place(stage.talks[0], minutes=20), stage.place(stage.talks[1], stage.lab, 4, 45)
    act(stage.cleo, places.swap_slots, conference_id=stage.where, one=Seen(one), other=Seen(other))
    first, second = slot(stage, one), slot(stage, other)
    assert (first.room_id, first.begin, first.length_minutes) == (stage.lab, SATURDAY + timedelta(hours=4), 20)
    assert (second.room_id, second.begin, second.length_minutes) == (stage.aula, SATURDAY, 45)


def test_shifting_moves_what_follows_in_the_room_and_nothing_else(stage):
    before, first, second = (stage.place(talk, hours=hours) for talk, hours in zip(stage.talks, (0, 1, 2), strict=True))
    count = act(stage.cleo, places.shift_following, conference_id=stage.where, seen=Seen(first), minutes=10)
    starts = [slot(stage, number).begin - SATURDAY for number in (before, first, second)]
    assert count == 2
    assert starts == [timedelta(0), timedelta(minutes=70), timedelta(minutes=130)]


def test_a_pinned_slot_stands_in_the_way_of_moves_and_shifts_but_its_form_frees_it(stage):
    number = stage.place(stage.talks[0])
    act(stage.cleo, places.pin_slot, conference_id=stage.where, seen=Seen(number), is_pinned=True)
    for function, values in (
        (places.move_slot, {"place": Place(stage.lab, SATURDAY)}),
        (places.remove_slot, {}),
        (places.shift_following, {"minutes": 5}),
    ):
        with pytest.raises(Invalid) as refusal:
            act(stage.cleo, function, conference_id=stage.where, seen=Seen(number), **values)
        assert refusal.value.code == "pinned"
    place = Place(stage.lab, SATURDAY)
    act(
        stage.cleo,
        places.change_slot,
        conference_id=stage.where,
        seen=Seen(number),
        place=place,
        is_pinned=False,
    )
    assert (slot(stage, number).room_id, slot(stage, number).is_pinned) == (stage.lab, False)


def test_a_break_is_copied_to_rooms_that_are_free_then(stage):
    where = stage.where
    stage.place(stage.talks[0], stage.lab, 2)
    for hours, expected in ((2, "no_room"), (4, 1)):
        place = Place(stage.aula, SATURDAY + timedelta(hours=hours), 30)
        made = act(stage.cleo, places.add_block, conference_id=where, kind="break", title="Coffee", place=place)
        if expected == "no_room":
            with pytest.raises(Invalid) as refusal:
                act(stage.cleo, places.copy_block, conference_id=where, seen=Seen(made))
            assert refusal.value.code == "no_room"
        else:
            assert act(stage.cleo, places.copy_block, conference_id=where, seen=Seen(made)) == expected
    breaks = [(each.title, each.room_id) for each in stage.plan().live if each.kind == "break"]
    assert breaks == [("Coffee", stage.aula), ("Coffee", stage.aula), ("Coffee", stage.lab)]


def test_undo_and_redo_walk_the_own_acts_back_and_forth(stage):
    number = act(
        stage.cleo,
        places.place_talk,
        conference_id=stage.where,
        talk_id=stage.talks[0],
        place=Place(stage.aula, SATURDAY),
    )
    move(stage, number, stage.lab, 3)
    assert act(stage.cleo, log.undo, conference_id=stage.where) == "move"
    assert (slot(stage, number).room_id, slot(stage, number).begin) == (stage.aula, SATURDAY)
    assert act(stage.cleo, log.undo, conference_id=stage.where) == "place"
    assert not slot(stage, number).is_placed
    assert act(stage.cleo, log.redo, conference_id=stage.where) == "place"
    assert act(stage.cleo, log.redo, conference_id=stage.where) == "move"
    assert slot(stage, number).room_id == stage.lab
    with pytest.raises(Invalid, match="nothing"):
        act(stage.cleo, log.redo, conference_id=stage.where)


def test_a_new_act_closes_the_way_forward(stage):
    number = stage.place(stage.talks[0])
    move(stage, number, stage.lab, 3)
    act(stage.cleo, log.undo, conference_id=stage.where)
    move(stage, number, stage.lab, 5)
    with pytest.raises(Invalid, match="nothing"):
        act(stage.cleo, log.redo, conference_id=stage.where)


def test_what_a_new_act_has_closed_stays_closed_when_that_act_is_taken_back(stage, clock):
    number = stage.place(stage.talks[0])
    for step in (1, 2):
        clock.advance(timedelta(minutes=1))
        move(stage, number, stage.lab, step)
        clock.advance(timedelta(minutes=1))
        act(stage.cleo, log.undo, conference_id=stage.where)
    act(stage.cleo, log.redo, conference_id=stage.where)
    assert slot(stage, number).begin == SATURDAY + timedelta(hours=2)
    with pytest.raises(Invalid, match="nothing of yours to redo"):
        act(stage.cleo, log.redo, conference_id=stage.where)


def test_undo_leaves_alone_what_somebody_else_has_changed_since(stage):
    number = stage.place(stage.talks[0])
    move(stage, number, stage.lab, 3)
    move(stage, number, stage.aula, 6, actor=SYSTEM)
    with pytest.raises(Conflict, match="changed this since"):
        act(stage.cleo, log.undo, conference_id=stage.where)
    assert slot(stage, number).begin == SATURDAY + timedelta(hours=6)


def test_nothing_comes_back_into_a_room_or_a_time_that_has_gone(stage):
    late = Place(stage.lab, SATURDAY + timedelta(hours=14))
    act(stage.cleo, places.place_talk, conference_id=stage.where, talk_id=stage.talks[0], place=late)
    act(stage.cleo, log.undo, conference_id=stage.where)
    hours = {"starts_at": SATURDAY, "ends_at": SATURDAY + timedelta(hours=9)}
    act(stage.cleo, frame.change_day, conference_id=stage.where, day_id=stage.saturday, **hours)
    with pytest.raises(Conflict, match="no day at that time"):
        act(stage.cleo, log.redo, conference_id=stage.where)
    hours["ends_at"] = SATURDAY + timedelta(hours=15)
    act(stage.cleo, frame.change_day, conference_id=stage.where, day_id=stage.saturday, **hours)
    act(stage.cleo, setup.remove, conference_id=stage.where, kind="room", row_id=stage.lab)
    with pytest.raises(Conflict, match="room is not part"):
        act(stage.cleo, log.redo, conference_id=stage.where)
    assert stage.plan().placed == ()


def test_a_pin_is_taken_back_although_the_day_has_got_other_hours(stage):
    number = stage.place(stage.talks[0], hours=14)
    act(stage.cleo, places.pin_slot, conference_id=stage.where, seen=Seen(number), is_pinned=True)
    hours = {"starts_at": SATURDAY, "ends_at": SATURDAY + timedelta(hours=9)}
    act(stage.cleo, frame.change_day, conference_id=stage.where, day_id=stage.saturday, **hours)
    act(stage.cleo, log.undo, conference_id=stage.where)
    assert slot(stage, number).is_pinned is False


def test_a_day_made_shorter_than_its_talks_is_told_as_a_clash_and_is_no_fault_of_the_data(stage):
    stage.place(stage.talks[0], hours=14)
    hours = {"starts_at": SATURDAY, "ends_at": SATURDAY + timedelta(hours=9)}
    act(stage.cleo, frame.change_day, conference_id=stage.where, day_id=stage.saturday, **hours)
    assert [str(clash.sentence) for clash in stage.plan().index.clashes()] == ["“Accepted 0” starts outside every day."]
    assert [words for check in cli._invariants for words in check()] == []


def test_a_track_chair_schedules_the_own_track_and_no_other(stage):
    own, other = stage.talks[0], stage.talks[1]
    place = Place(stage.aula, SATURDAY)
    made = act(stage.gus, places.place_talk, conference_id=stage.where, talk_id=own, place=place)
    with pytest.raises(Refused):
        act(stage.gus, places.place_talk, conference_id=stage.where, talk_id=other, place=place)
    theirs = stage.place(other, stage.lab, 2)
    with pytest.raises(Refused):
        act(stage.gus, places.swap_slots, conference_id=stage.where, one=Seen(made), other=Seen(theirs))
    with pytest.raises(Refused):
        act(stage.gus, places.add_block, conference_id=stage.where, kind="break", title="x", place=place)


def test_every_act_is_in_the_log_and_in_the_audit(stage):
    number = stage.place(stage.talks[0])
    move(stage, number, stage.lab, 3)
    with reading(SYSTEM) as work:
        edits = list(work.db.scalars(select(ScheduleEdit.action).order_by(ScheduleEdit.id)))
        audit = list(work.db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert edits == ["place", "move"]
    assert audit == ["schedule.place", "schedule.move"]


def test_clashes_are_found_waived_with_a_note_and_counted_again(stage):
    stage.place(stage.talks[0])
    stage.place(stage.talks[2])
    (clash,) = stage.plan().index.clashes()
    assert (clash.kind.value, clash.blocks_release) == ("room-twice", True)
    with pytest.raises(Invalid, match="note"):
        act(stage.cleo, frame.waive_clash, conference_id=stage.where, key=clash.key, note="  ")
    act(stage.cleo, frame.waive_clash, conference_id=stage.where, key=clash.key, note="A panel of both.")
    (waived,) = stage.plan().index.clashes()
    assert (waived.waiver, waived.blocks_release) == ("A panel of both.", False)
    act(stage.cleo, frame.unwaive_clash, conference_id=stage.where, key=clash.key)
    assert stage.plan().index.clashes()[0].blocks_release


def test_a_closed_room_is_a_clash(stage):
    act(
        stage.cleo,
        frame.close_room,
        conference_id=stage.where,
        room_id=stage.aula,
        starts_at=SATURDAY,
        ends_at=SATURDAY + timedelta(hours=2),
        reason="Piano tuner",
    )
    stage.place(stage.talks[0], hours=1)
    assert [clash.kind.value for clash in stage.plan().index.clashes()] == ["room-closed"]


def test_days_do_not_overlap_and_only_empty_ones_go(stage):
    with pytest.raises(Invalid, match="overlap"):
        act(
            stage.cleo,
            frame.add_day,
            conference_id=stage.where,
            day=date(2027, 3, 29),
            starts_at=SUNDAY + timedelta(hours=1),
            ends_at=SUNDAY + timedelta(hours=20),
        )
    stage.place(stage.talks[0])
    with pytest.raises(Invalid, match="stands on this day"):
        act(stage.cleo, frame.remove_day, conference_id=stage.where, day_id=stage.saturday)
    act(stage.cleo, frame.remove_day, conference_id=stage.where, day_id=stage.sunday)
    assert [day.id for day in stage.plan().days] == [stage.saturday]


def test_a_declined_talk_leaves_the_plan_but_its_slot_can_be_cleared(stage):
    number = stage.place(stage.talks[0])
    with writing(SYSTEM) as work:
        work.db.get_one(Proposal, stage.talks[0]).answer = "declined"
    plan = stage.plan()
    assert (plan.live, [each.id for each in plan.gone]) == ((), [number])
    act(stage.cleo, places.remove_slot, conference_id=stage.where, seen=Seen(number))
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Slot.starts_at)).one() is None
