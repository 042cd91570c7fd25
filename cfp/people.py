"""The stable name of a person within one conference."""

from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from cfp.authors import Authorship
from plumbing.refs import new_ref


def new_guid() -> str:
    """A random name of a proposal or person that stays the same through imports and exports."""
    return str(uuid5(NAMESPACE_URL, f"{new_ref()}/{new_ref()}/{new_ref()}"))


def person_guid(db: Session, conference_id: int, *, account_id: int | None = None, email: str | None = None) -> str:
    """The one under which this person already writes in the conference, or a new one. One query."""
    ways = [Authorship.account_id == account_id] if account_id is not None else []
    if email:
        ways.append(Authorship.email == email)
    known = db.scalars(
        select(Authorship.person_guid).where(Authorship.conference_id == conference_id, or_(*ways)).limit(1)
    ).first()
    return known or new_guid()
