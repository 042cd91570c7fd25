"""Placing talks, breaks and plenaries: every act of the editor. Load, require, act, log."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, require
from plumbing.db import explain_constraint
from plumbing.refs import new_ref
from plumbing.sentences import sentence
from schedule import policy
from schedule.models import LENGTH_MINUTES_MAX, Slot
from schedule.plan import Plan, PlanSlot, load_plan, talk_length
from schedule.service.log import nowhere, record, state_of

TITLE_CHARS_MAX = 200
SLOTS_MAX = 5000
BLOCK_KINDS = ("break", "plenary")

for constraint in ("uq_slot_conference_id_number", "uq_slot_conference_id_guid"):
    explain_constraint(constraint, sentence("Somebody else placed something at the same moment; please try again."))


@dataclass(frozen=True, slots=True)
class Place:
    """Where something goes. ``room_id`` None means all rooms, for breaks and plenaries."""

    room_id: int | None
    starts_at: datetime
    length_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A slot and the version of it that the chair looked at; None skips the comparison (shell, jobs)."""

    slot_id: int
    version: int | None = None


def place_talk(work: Work, *, conference_id: int, talk_id: int, place: Place) -> int:
    """Gives a talk that waits its slot, the same as before if it had one; returns the slot's number in the table.

    Raises Conflict when somebody placed it meanwhile, Missing, Invalid, Refused.
    """
    plan = load_plan(work, conference_id)
    talk = plan.talks.get(talk_id)
    if talk is None:
        raise Missing()
    require(policy.can_schedule(work.actor, conference_id, [talk.track_id], work.now))
    had = plan.slot_of_talk.get(talk_id)
    if had is not None and had.is_placed:
        raise Conflict(sentence("Somebody has placed “%(title)s” meanwhile.", title=talk.title))
    minutes = place.length_minutes or (had.length_minutes if had else talk_length(talk))
    row = _row(work, had.id) if had else _new_slot(work, plan, guid=talk.guid, talk_id=talk_id, minutes=minutes)
    before = [nowhere(state_of(row))]
    _seat(row, plan, Place(place.room_id, place.starts_at, minutes), is_talk=True)
    record(work, conference_id, "place", before, [row])
    return row.id


def move_slot(work: Work, *, conference_id: int, seen: Seen, place: Place) -> None:
    """Another room, time or length. Raises Conflict for an older version, Invalid, Missing, Refused."""
    plan = load_plan(work, conference_id)
    slot = _seen(plan, seen)
    _may(work, plan, [slot])
    _not_pinned(slot)
    row = _row(work, slot.id)
    before = [state_of(row)]
    minutes = place.length_minutes or slot.length_minutes
    _seat(row, plan, Place(place.room_id, place.starts_at, minutes), is_talk=slot.talk_id is not None)
    record(work, conference_id, "move", before, [row])


def change_slot(
    work: Work, *, conference_id: int, seen: Seen, place: Place, is_pinned: bool, title: str | None = None
) -> None:
    """What the form of a slot says, pin included: the one act that also frees a pinned slot."""
    plan = load_plan(work, conference_id)
    slot = _seen(plan, seen)
    _may(work, plan, [slot])
    row = _row(work, slot.id)
    before = [state_of(row)]
    if title is not None and slot.talk_id is None:
        row.title = _title(title)
    minutes = place.length_minutes or slot.length_minutes
    _seat(row, plan, Place(place.room_id, place.starts_at, minutes), is_talk=slot.talk_id is not None)
    row.is_pinned = is_pinned
    record(work, conference_id, "change", before, [row])


def remove_slot(work: Work, *, conference_id: int, seen: Seen) -> None:
    """Takes it out of the plan. Its row stays, so that it comes back under the same number."""
    plan = load_plan(work, conference_id)
    slot = _seen(plan, seen)
    _may(work, plan, [slot])
    _not_pinned(slot)
    row = _row(work, slot.id)
    before = [state_of(row)]
    row.day_id = row.room_id = row.starts_at = None
    record(work, conference_id, "remove", before, [row])


def swap_slots(work: Work, *, conference_id: int, one: Seen, other: Seen) -> None:
    """Each takes the other's room and start and keeps its own length."""
    plan = load_plan(work, conference_id)
    first, second = _seen(plan, one), _seen(plan, other)
    if first.id == second.id:
        raise Invalid("other", "same", sentence("Choose another slot to swap with."))
    _may(work, plan, [first, second])
    for slot in (first, second):
        _not_pinned(slot)
        if slot.talk_id is None:
            raise Invalid("other", "no_talk", sentence("Only talks can be swapped."))
    rows = [_row(work, first.id), _row(work, second.id)]
    before = [state_of(row) for row in rows]
    for row, place in zip(rows, (second, first), strict=True):
        row.room_id, row.day_id, row.starts_at = place.room_id, place.day_id, place.starts_at
    record(work, conference_id, "swap", before, rows)


def pin_slot(work: Work, *, conference_id: int, seen: Seen, is_pinned: bool) -> None:
    """What is pinned is not moved by drag, shift or solver."""
    plan = load_plan(work, conference_id)
    slot = _seen(plan, seen)
    _may(work, plan, [slot])
    row = _row(work, slot.id)
    before = [state_of(row)]
    row.is_pinned = is_pinned
    record(work, conference_id, "pin" if is_pinned else "unpin", before, [row])


def shift_following(work: Work, *, conference_id: int, seen: Seen, minutes: int) -> int:
    """Moves this slot and all that follows it in its room that day by so many minutes; returns how many moved.

    Raises Invalid when something pinned is in the way or the day would not hold them; then nothing moves.
    """
    plan = load_plan(work, conference_id)
    slot = _seen(plan, seen)
    if not minutes or abs(minutes) > LENGTH_MINUTES_MAX:
        raise Invalid("minutes", "range", sentence("By how many minutes? Use a number from 1 to 1440, or less than 0."))
    chain = [
        each
        for each in plan.placed
        if each.room_id == slot.room_id and each.day_id == slot.day_id and each.begin >= slot.begin
    ]
    _may(work, plan, chain)
    rows = [_row(work, each.id) for each in chain]
    before = [state_of(row) for row in rows]
    for row, each in zip(rows, chain, strict=True):
        _not_pinned(each)
        target = Place(each.room_id, each.begin + timedelta(minutes=minutes), each.length_minutes)
        _seat(row, plan, target, is_talk=each.talk_id is not None)
    record(work, conference_id, "shift", before, rows)
    return len(rows)


def add_block(work: Work, *, conference_id: int, kind: str, title: str, place: Place) -> int:
    """A break or a plenary, in one room or (room None) in all."""
    plan = load_plan(work, conference_id)
    require(policy.can_set_up(work.actor, conference_id, work.now))
    if kind not in BLOCK_KINDS:
        raise Invalid("kind", "unknown", sentence("Choose a break or a plenary."))
    row = _new_slot(work, plan, guid=_new_guid(), kind=kind, title=_title(title), minutes=place.length_minutes or 0)
    _seat(row, plan, place, is_talk=False)
    work.db.flush()
    record(work, conference_id, "add", [nowhere(state_of(row))], [row])
    return row.id


def copy_block(work: Work, *, conference_id: int, seen: Seen, room_ids: Collection[int] | None = None) -> int:
    """The same break in every room that is free at that time (or in those named); returns in how many."""
    plan = load_plan(work, conference_id)
    slot = _seen(plan, seen)
    require(policy.can_set_up(work.actor, conference_id, work.now))
    if slot.talk_id is not None:
        raise Invalid("slot", "talk", sentence("Only breaks and plenaries can be copied."))
    if slot.room_id is None:
        raise Invalid("slot", "everywhere", sentence("It is in all rooms already."))
    free = [room.id for room in plan.rooms if _is_free(plan, room.id, slot)]
    wanted = [number for number in free if room_ids is None or number in room_ids]
    if not wanted:
        raise Invalid("slot", "no_room", sentence("No other room is free at that time."))
    numbers = _numbers(plan, len(wanted))
    rows = [
        _new_slot(
            work, plan, guid=_new_guid(), kind=slot.kind, title=slot.title, minutes=slot.length_minutes, number=number
        )
        for number in numbers
    ]
    for row, room_id in zip(rows, wanted, strict=True):
        row.room_id, row.day_id, row.starts_at = room_id, slot.day_id, slot.starts_at
    work.db.flush()
    record(work, conference_id, "copy", [nowhere(state_of(row)) for row in rows], rows)
    return len(rows)


def _is_free(plan: Plan, room_id: int, slot: PlanSlot) -> bool:
    return not any(
        each.room_id == room_id and each.begin < slot.end and slot.begin < each.end for each in plan.live
    ) and not any(
        closure.room_id == room_id and closure.starts_at < slot.end and slot.begin < closure.ends_at
        for closure in plan.closures
    )


def _seen(plan: Plan, seen: Seen) -> PlanSlot:
    slot = plan.slot_by_id.get(seen.slot_id)
    if slot is None:
        raise Missing()
    if seen.version is not None and slot.version != seen.version:
        title = plan.title_of(slot)
        raise Conflict(sentence("Somebody has changed “%(title)s” meanwhile; this is how it stands now.", title=title))
    if not slot.is_placed:
        raise Conflict(sentence("“%(title)s” has no slot any more.", title=plan.title_of(slot)))
    return slot


def _may(work: Work, plan: Plan, slots: Iterable[PlanSlot]) -> None:
    tracks = [plan.track_of(slot) for slot in slots]
    require(policy.can_schedule(work.actor, plan.conference_id, tracks, work.now))


def _not_pinned(slot: PlanSlot) -> None:
    if slot.is_pinned:
        raise Invalid("is_pinned", "pinned", sentence("A slot is pinned; loosen it before you move it."))


def _row(work: Work, slot_id: int) -> Slot:
    return work.db.scalars(select(Slot).where(Slot.id == slot_id)).one()


def _new_slot(
    work: Work,
    plan: Plan,
    *,
    guid: str,
    minutes: int,
    talk_id: int | None = None,
    kind: str = "talk",
    title: str = "",
    number: int | None = None,
) -> Slot:
    if len(plan.slots) >= SLOTS_MAX:
        raise Invalid("slot", "too_many", sentence("A schedule holds at most %(most)s slots.", most=SLOTS_MAX))
    row = Slot(
        conference_id=plan.conference_id,
        number=number or _numbers(plan, 1)[0],
        guid=guid if guid not in {slot.guid for slot in plan.slots} else _new_guid(),
        kind=kind,
        title=title,
        proposal_id=talk_id,
        length_minutes=_minutes(minutes),
        is_pinned=False,
    )
    work.db.add(row)
    work.db.flush()  # The log names the row by its number.
    return row


def _numbers(plan: Plan, count: int) -> Sequence[int]:
    first = max((slot.number for slot in plan.slots), default=0) + 1
    return range(first, first + count)


def _new_guid() -> str:
    return str(uuid5(NAMESPACE_URL, f"slot/{new_ref()}/{new_ref()}/{new_ref()}"))


def _seat(row: Slot, plan: Plan, place: Place, *, is_talk: bool) -> None:
    """Raises Invalid for a room that is not there, a length of nothing, and a time outside the days."""
    minutes = _minutes(place.length_minutes)
    if place.room_id is None and is_talk:
        raise Invalid("room", "missing", sentence("A talk needs a room."))
    if place.room_id is not None and place.room_id not in plan.room_by_id:
        raise Invalid("room", "unknown", sentence("This room is not part of the conference."))
    starts_at = place.starts_at
    day = plan.day_of(starts_at)
    if day is None:
        raise Invalid("start", "outside", sentence("The programme has no day at that time."))
    if starts_at + timedelta(minutes=minutes) > day.ends_at:
        raise Invalid("start", "too_late", sentence("It would end after the day has ended."))
    row.room_id, row.day_id, row.starts_at, row.length_minutes = place.room_id, day.id, starts_at, minutes


def _minutes(minutes: Any) -> int:
    if not isinstance(minutes, int) or not 1 <= minutes <= LENGTH_MINUTES_MAX:
        words = sentence("A length is between 1 and %(most)s minutes.", most=LENGTH_MINUTES_MAX)
        raise Invalid("length", "range", words)
    return minutes


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        raise Invalid("title", "empty", sentence("Say what it is, such as “Coffee”."))
    if len(title) > TITLE_CHARS_MAX:
        raise Invalid("title", "too_long", sentence("At most %(most)s characters, please.", most=TITLE_CHARS_MAX))
    return title
