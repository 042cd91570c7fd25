"""What must always hold for releases and slots; ``rostrum check`` asks. Every check reads and changes nothing."""

import hashlib
import zlib

from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading
from plumbing.cli import invariant
from schedule.models import Release, Slot


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
def every_talk_in_the_plan_has_a_room() -> list[str]:
    """Times outside of the days are no fault of the data: a day may get other hours, and the editor tells the clash."""
    with reading(SYSTEM) as work:
        rows = work.db.scalars(
            select(Slot.id).where(Slot.kind == "talk", Slot.starts_at.is_not(None), Slot.room_id.is_(None))
        )
        return [f"slot {number} holds a talk and has no room" for number in rows]


def _fits(document: bytes, digest: str) -> bool:
    try:
        return hashlib.sha256(zlib.decompress(document)).hexdigest() == digest
    except zlib.error:
        return False
