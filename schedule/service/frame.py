"""What the plan stands in: days, closures of rooms, and the clashes that chairs let stand."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select

from conference.models import Room, RoomClosure
from conference.work import Work
from plumbing.answers import Invalid, Missing, require
from plumbing.sentences import counted, sentence
from schedule import policy
from schedule.models import ClashWaiver, Day, Slot
from schedule.plan import load_plan

DAYS_MAX = 60
DAY_HOURS_MAX = 30
NOTE_CHARS_MAX = 500
REASON_CHARS_MAX = 200


def add_day(work: Work, *, conference_id: int, day: date, starts_at: datetime, ends_at: datetime) -> int:
    """A day may end after midnight. Raises Invalid for one that overlaps another or has no length."""
    require(policy.can_set_up(work.actor, conference_id, work.now))
    others = _days(work, conference_id)
    if len(others) >= DAYS_MAX:
        raise Invalid("date", "too_many", sentence("A programme has at most %(most)s days.", most=DAYS_MAX))
    _check_day(others, day, starts_at, ends_at)
    row = Day(conference_id=conference_id, date=day, starts_at=starts_at, ends_at=ends_at)
    work.db.add(row)
    work.db.flush()
    after = {"date": day.isoformat(), "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    work.audit("day.add", conference_id=conference_id, subject=("day", row.id), after=after)
    return row.id


def change_day(work: Work, *, conference_id: int, day_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """Other hours; slots that do not fit any more are shown as clashes, never moved."""
    require(policy.can_set_up(work.actor, conference_id, work.now))
    rows = _days(work, conference_id)
    row = next((each for each in rows if each.id == day_id), None)
    if row is None:
        raise Missing()
    before = {"starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    _check_day([each for each in rows if each.id != day_id], row.date, starts_at, ends_at)
    row.starts_at, row.ends_at = starts_at, ends_at
    after = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    work.audit("day.change", conference_id=conference_id, subject=("day", day_id), before=before, after=after)


def remove_day(work: Work, *, conference_id: int, day_id: int) -> None:
    """Only an empty day can go."""
    require(policy.can_set_up(work.actor, conference_id, work.now))
    row = work.db.scalars(select(Day).where(Day.conference_id == conference_id, Day.id == day_id)).one_or_none()
    if row is None:
        raise Missing()
    used = work.db.scalar(select(func.count(Slot.id)).where(Slot.conference_id == conference_id, Slot.day_id == day_id))
    if used:
        words = counted(
            "%(num)s slot stands on this day; move it first.", "%(num)s slots stand on this day; move them first.", used
        )
        raise Invalid("date", "used", words)
    work.db.delete(row)
    before = {"date": row.date.isoformat()}
    work.audit("day.remove", conference_id=conference_id, subject=("day", day_id), before=before)


def close_room(
    work: Work, *, conference_id: int, room_id: int, starts_at: datetime, ends_at: datetime, reason: str
) -> int:
    """A time in which a room cannot be used."""
    require(policy.can_set_up(work.actor, conference_id, work.now))
    known = work.db.scalar(select(Room.id).where(Room.conference_id == conference_id, Room.id == room_id))
    if known is None:
        raise Invalid("room", "unknown", sentence("This room is not part of the conference."))
    if ends_at <= starts_at:
        raise Invalid("ends_at", "order", sentence("It must end after it begins."))
    reason = " ".join(reason.split())[:REASON_CHARS_MAX]
    row = RoomClosure(conference_id=conference_id, room_id=room_id, starts_at=starts_at, ends_at=ends_at, reason=reason)
    work.db.add(row)
    work.db.flush()
    after = {"room_id": room_id, "starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
    work.audit("room.close", conference_id=conference_id, subject=("room_closure", row.id), after=after)
    return row.id


def open_room(work: Work, *, conference_id: int, closure_id: int) -> None:
    """Takes a closure back."""
    require(policy.can_set_up(work.actor, conference_id, work.now))
    query = select(RoomClosure).where(RoomClosure.conference_id == conference_id, RoomClosure.id == closure_id)
    row = work.db.scalars(query).one_or_none()
    if row is None:
        raise Missing()
    work.db.delete(row)
    before = {"room_id": row.room_id, "starts_at": row.starts_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    work.audit("room.open", conference_id=conference_id, subject=("room_closure", closure_id), before=before)


def waive_clash(work: Work, *, conference_id: int, key: str, note: str) -> None:
    """A chair saw the clash and means it; the note says why."""
    require(policy.can_waive(work.actor, conference_id, work.now))
    plan = load_plan(work, conference_id)
    note = " ".join(note.split())
    if not note or len(note) > NOTE_CHARS_MAX:
        words = sentence("Say in up to %(most)s characters why it may stand.", most=NOTE_CHARS_MAX)
        raise Invalid("note", "length", words)
    clash = next((clash for clash in plan.index.clashes() if clash.key == key), None)
    if clash is None:
        raise Invalid("note", "gone", sentence("This clash is gone; there is nothing to waive."))
    account_id = work.actor.account_id
    if account_id is None:
        raise Invalid("note", "nobody", sentence("Only a person can waive a clash."))
    if not clash.waived:
        work.db.add(ClashWaiver(conference_id=conference_id, key=key, note=note, account_id=account_id, at=work.now))
    after = {"key": key, "note": note}
    work.audit("clash.waive", conference_id=conference_id, subject=("clash_waiver", None), after=after)


def unwaive_clash(work: Work, *, conference_id: int, key: str) -> None:
    require(policy.can_waive(work.actor, conference_id, work.now))
    work.db.execute(delete(ClashWaiver).where(ClashWaiver.conference_id == conference_id, ClashWaiver.key == key))
    work.audit("clash.unwaive", conference_id=conference_id, subject=("clash_waiver", None), before={"key": key})


def _days(work: Work, conference_id: int) -> list[Day]:
    return list(work.db.scalars(select(Day).where(Day.conference_id == conference_id)))


def _check_day(others: list[Day], day: date, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid("ends", "order", sentence("The day must end after it begins."))
    if ends_at - starts_at > timedelta(hours=DAY_HOURS_MAX):
        raise Invalid("ends", "too_long", sentence("A day has at most %(most)s hours.", most=DAY_HOURS_MAX))
    for other in others:
        if other.date == day:
            raise Invalid("date", "twice", sentence("This day is part of the programme already."))
        if starts_at < other.ends_at and other.starts_at < ends_at:
            raise Invalid("starts", "overlap", sentence("It overlaps with %(day)s.", day=other.date.isoformat()))
