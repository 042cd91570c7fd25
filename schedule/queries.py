"""Lists of releases and programmes, as frozen values."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from conference.work import Work
from plumbing.answers import require
from schedule import policy
from schedule.models import Programme, Release


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    number: int
    name: str
    notes: str
    released_at: datetime
    new: int
    moved: int
    cancelled: int
    reworded: int


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    release_number: int
    release_name: str
    paper: str
    locale: str
    page_count: int
    bytes_count: int
    made_at: datetime
    is_current: bool


def release_lines(work: Work, *, conference_id: int) -> list[ReleaseLine]:
    """Newest first. One query. Raises Refused."""
    require(policy.can_release(work.actor, conference_id, work.now))
    columns = (Release.number, Release.name, Release.notes, Release.released_at, Release.difference)
    query = select(*columns).where(Release.conference_id == conference_id).order_by(Release.number.desc())
    kinds = ("new", "moved", "cancelled", "reworded")
    return [
        ReleaseLine(number, name, notes, at, *(len(found.get(kind, ())) for kind in kinds))
        for number, name, notes, at, found in work.db.execute(query)
    ]


def programme_lines(work: Work, *, conference_id: int) -> list[ProgrammeLine]:
    """Newest first. One query. Raises Refused."""
    require(policy.can_make_programme(work.actor, conference_id, work.now))
    columns = (
        *(Release.number, Release.name, Programme.paper, Programme.locale),
        *(Programme.page_count, Programme.bytes_count, Programme.made_at),
    )
    query = (
        select(*columns)
        .join(Release, Release.id == Programme.release_id)
        .where(Programme.conference_id == conference_id)
        .order_by(Release.number.desc(), Programme.paper, Programme.locale)
    )
    rows = list(work.db.execute(query))
    newest = work.db.scalar(
        select(Release.number).where(Release.conference_id == conference_id).order_by(Release.number.desc()).limit(1)
    )
    return [ProgrammeLine(*row, is_current=row[0] == newest) for row in rows]
