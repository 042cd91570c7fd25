"""Which acts of the editor one person can take back or do again: the selects, shared by the plan and the log."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from schedule.models import ScheduleEdit


@dataclass(frozen=True, slots=True)
class Steps:
    """Names of the acts that undo and redo would take back and do again; None where there is none."""

    undo: str | None
    redo: str | None


def undoable(account_id: int | None, conference_id: int, *columns: Any) -> Select[Any]:
    """The newest own act that stands."""
    return (
        select(*columns)
        .where(ScheduleEdit.conference_id == conference_id, ScheduleEdit.account_id == account_id)
        .where(ScheduleEdit.undone_at.is_(None))
        .order_by(ScheduleEdit.id.desc())
        .limit(1)
    )


def redoable(account_id: int | None, conference_id: int, *columns: Any) -> Select[Any]:
    """What was taken back after the newest own act that stands. A new act closes the way forward for good, also when
    it is taken back itself."""
    own = (ScheduleEdit.conference_id == conference_id, ScheduleEdit.account_id == account_id)
    newest = select(func.coalesce(func.max(ScheduleEdit.id), 0)).where(*own, ScheduleEdit.undone_at.is_(None))
    later = aliased(ScheduleEdit)
    closed = (
        select(later.id)
        .where(later.conference_id == conference_id, later.account_id == account_id)
        .where(later.id > ScheduleEdit.id, later.at > ScheduleEdit.undone_at)
        .correlate(ScheduleEdit)
        .exists()
    )
    return (
        select(*columns)
        .where(*own, ScheduleEdit.undone_at.is_not(None), ScheduleEdit.id > newest.scalar_subquery(), ~closed)
        .order_by(ScheduleEdit.id)
        .limit(1)
    )
