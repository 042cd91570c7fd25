"""Letters about releases: only speakers with a slot that is new, moved or cancelled, for all or for them, are told."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cfp.accepted import Speaker
from cfp.authors import Authorship
from plumbing.outbox import Letter, on
from schedule.document import ReleaseDocument, difference
from schedule.letters import People, letters, news_of, recipients
from schedule.models import Release
from schedule.release import empty_like, speaker_ref, unpack


@on("ScheduleReleased")
def schedule_released(db: Session, payload: dict[str, Any], now: datetime) -> list[Letter]:
    """Made of the frozen release itself, so that a late delivery still tells what was published."""
    row = db.get(Release, payload["release_id"])
    if row is None:
        return []
    after = unpack(row.document)
    before = _before(db, row)
    found = difference(before if before is not None else empty_like(after), after)
    people = people_to_tell(db, row.conference_id)
    return list(letters(after, recipients(news_of(found, before, after), people)))


def people_to_tell(db: Session, conference_id: int) -> People:
    """Everybody who has an address, also of talks that were declined or withdrawn since; among them those who present
    and said yes. One query."""
    columns = (
        *(Authorship.person_guid, Authorship.name, Authorship.affiliation, Authorship.biography),
        *(Authorship.account_id, Authorship.email, Authorship.locale),
    )
    speaks = Authorship.is_presenter & Authorship.accepted_at.is_not(None) & Authorship.declined_at.is_(None)
    query = (
        select(*columns, speaks.label("speaks"))
        .where(Authorship.conference_id == conference_id, Authorship.email.is_not(None))
        .order_by(Authorship.id)
    )
    rows = [(Speaker(*row[:-1]), row.speaks) for row in db.execute(query)]
    return People(
        speakers={speaker_ref(person.person_guid): person for person, speaks in rows if speaks},
        everybody={speaker_ref(person.person_guid): person for person, _speaks in rows},
    )


def _before(db: Session, row: Release) -> ReleaseDocument | None:
    query = select(Release.document).where(Release.conference_id == row.conference_id, Release.number == row.number - 1)
    data = db.scalar(query)
    return unpack(data) if data is not None else None
