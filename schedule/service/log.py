"""The log of acts in the editor: each with its slots before and after, so that it can be undone and redone.

Everybody undoes the own acts only. An act whose slots somebody else has touched since is left alone: ``Conflict``.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from conference.work import Work
from plumbing.answers import Conflict, Invalid, require
from plumbing.sentences import sentence
from schedule import policy
from schedule.history import redoable, undoable
from schedule.models import ScheduleEdit, Slot
from schedule.plan import Plan, load_plan

PLACE = ("room_id", "day_id", "starts_at")
FIELDS = ("title", *PLACE, "length_minutes", "is_pinned")


def state_of(row: Slot) -> dict[str, Any]:
    """What an act may change of a slot, as JSON."""
    state = {name: getattr(row, name) for name in FIELDS}
    state["starts_at"] = row.starts_at.isoformat() if row.starts_at else None
    return {"id": row.id, **state}


def record(work: Work, conference_id: int, action: str, before: list[dict[str, Any]], rows: Iterable[Slot]) -> int:
    """Writes the act and its line of the audit log, after the slots were changed. Returns its number.

    ``before`` are the states of the same rows; one that did not exist had no place.
    """
    work.db.flush()
    after = [state_of(row) for row in rows]
    edit = ScheduleEdit(
        conference_id=conference_id,
        account_id=work.actor.account_id,
        at=work.now,
        action=action,
        before=before,
        after=after,
    )
    work.db.add(edit)
    work.db.flush()
    work.audit(
        f"schedule.{action}",
        conference_id=conference_id,
        subject=("slot", after[0]["id"] if len(after) == 1 else None),
        before={"slots": before},
        after={"slots": after},
    )
    return edit.id


def nowhere(state: dict[str, Any]) -> dict[str, Any]:
    """The state of a slot that an act made: before it, it had no place."""
    return {**state, "room_id": None, "day_id": None, "starts_at": None}


def undo(work: Work, *, conference_id: int) -> str:
    """Takes back the actor's newest act; returns its name. Raises Conflict, Invalid without one, Refused."""
    edit = _to_undo(work, conference_id)
    _put(work, conference_id, edit, seen=edit.after, wanted=edit.before)
    edit.undone_at = work.now
    work.audit("schedule.undo", conference_id=conference_id, subject=("schedule_edit", edit.id))
    return edit.action


def redo(work: Work, *, conference_id: int) -> str:
    """Does again what the actor took back last; returns its name. Raises Conflict, Invalid without one, Refused."""
    edit = _to_redo(work, conference_id)
    _put(work, conference_id, edit, seen=edit.before, wanted=edit.after)
    edit.undone_at = None
    work.audit("schedule.redo", conference_id=conference_id, subject=("schedule_edit", edit.id))
    return edit.action


def _to_undo(work: Work, conference_id: int) -> ScheduleEdit:
    require(policy.can_see_editor(work.actor, conference_id, work.now))
    edit = work.db.scalars(undoable(work.actor.account_id, conference_id, ScheduleEdit)).first()
    if edit is None:
        raise Invalid("undo", "nothing", sentence("There is nothing of yours to undo."))
    return edit


def _to_redo(work: Work, conference_id: int) -> ScheduleEdit:
    require(policy.can_see_editor(work.actor, conference_id, work.now))
    edit = work.db.scalars(redoable(work.actor.account_id, conference_id, ScheduleEdit)).first()
    if edit is None:
        raise Invalid("redo", "nothing", sentence("There is nothing of yours to redo."))
    return edit


def _put(work: Work, conference_id: int, edit: ScheduleEdit, *, seen: list[Any], wanted: list[Any]) -> None:
    ids = [state["id"] for state in seen]
    query = select(Slot).where(Slot.conference_id == conference_id, Slot.id.in_(ids))
    rows = {row.id: row for row in work.db.scalars(query)}
    plan = load_plan(work, conference_id)
    tracks = [plan.track_of(plan.slot_by_id[number]) for number in ids]
    require(policy.can_schedule(work.actor, conference_id, tracks, work.now))
    if any(state_of(rows[state["id"]]) != state for state in seen):
        raise Conflict(sentence("Somebody has changed this since; it was left as it stands."))
    for state in wanted:
        if any(state[name] != state_of(rows[state["id"]])[name] for name in PLACE):
            _check_place(plan, state)
        _restore(rows[state["id"]], state)
    work.db.flush()


def _check_place(plan: Plan, state: dict[str, Any]) -> None:
    """Days and rooms may have gone since the act, or the day may have got other hours."""
    if state["day_id"] is None:
        return
    day = plan.day_by_id.get(state["day_id"])
    if day is None:
        raise Conflict(sentence("That day is not part of the programme any more."))
    if state["room_id"] is not None and state["room_id"] not in plan.room_by_id:
        raise Conflict(sentence("This room is not part of the conference."))
    starts_at = datetime.fromisoformat(state["starts_at"])
    if not day.starts_at <= starts_at < day.ends_at:
        raise Conflict(sentence("The programme has no day at that time."))


def _restore(row: Slot, state: dict[str, Any]) -> None:
    for name in FIELDS:
        value = state[name]
        if name == "starts_at" and value is not None:
            value = datetime.fromisoformat(value)
        setattr(row, name, value)
