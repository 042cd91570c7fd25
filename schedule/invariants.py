"""What must always hold for releases and slots; ``rostrum check`` asks. Every check reads and changes nothing."""

import hashlib
import zlib

from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading
from plumbing.cli import invariant
from schedule.models import Day, Release, Slot


@invariant
def no_release_was_changed_after_it_was_made() -> list[str]:
    """Each document still has the digest that was taken when it was frozen. One document in memory at a time."""
    found = []
    with reading(SYSTEM) as work:
        for number in work.db.scalars(select(Release.id).order_by(Release.id)).all():
            digest, document = work.db.execute(
                select(Release.digest, Release.document).where(Release.id == number)
            ).one()
            if not _fits(document, digest):
                found.append(f"release {number} is not the document that was released")
    return found


@invariant
def every_slot_begins_on_its_day() -> list[str]:
    with reading(SYSTEM) as work:
        rows = work.db.scalars(
            select(Slot.id)
            .join(Day, Day.id == Slot.day_id)
            .where((Slot.starts_at < Day.starts_at) | (Slot.starts_at >= Day.ends_at))
        )
        return [f"slot {number} begins outside of its day" for number in rows]


def _fits(document: bytes, digest: str) -> bool:
    try:
        return hashlib.sha256(zlib.decompress(document)).hexdigest() == digest
    except zlib.error:
        return False
