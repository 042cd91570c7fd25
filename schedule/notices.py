"""Letters about releases: only speakers with a new, moved or cancelled slot are told."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cfp.accepted import Speaker
from cfp.authors import Authorship
from plumbing.outbox import Letter, on
from schedule.document import ReleaseDocument, difference
from schedule.letters import by_ref, letters, news_of, recipients
from schedule.models import Release
from schedule.release import empty_like, unpack


@on("ScheduleReleased")
def schedule_released(db: Session, payload: dict[str, Any], now: datetime) -> list[Letter]:
    """Made of the frozen release itself, so that a late delivery still tells what was published."""
    row = db.get(Release, payload["release_id"])
    if row is None:
        return []
    after = unpack(row.document)
    before = _before(db, row)
    found = difference(before if before is not None else empty_like(after), after)
    people = by_ref(speakers_to_tell(db, row.conference_id))
    return list(letters(after, recipients(after, news_of(found, after), people)))


def speakers_to_tell(db: Session, conference_id: int) -> list[Speaker]:
    """Everybody who presents and said yes, also of talks that were declined or withdrawn since. One query."""
    columns = (
        *(Authorship.person_guid, Authorship.name, Authorship.affiliation, Authorship.biography),
        *(Authorship.account_id, Authorship.email, Authorship.locale),
    )
    query = (
        select(*columns)
        .where(Authorship.conference_id == conference_id, Authorship.is_presenter, Authorship.email.is_not(None))
        .where(Authorship.accepted_at.is_not(None), Authorship.declined_at.is_(None))
        .order_by(Authorship.id)
    )
    return [Speaker(*row) for row in db.execute(query)]


def _before(db: Session, row: Release) -> ReleaseDocument | None:
    query = select(Release.document).where(Release.conference_id == row.conference_id, Release.number == row.number - 1)
    data = db.scalar(query)
    return unpack(data) if data is not None else None
