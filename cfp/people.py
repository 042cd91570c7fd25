"""Who a person is within one conference: the stable name, and whether somebody's words mean that person."""

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


def is_meant(declared_id: int | None, typed: str, *, account_id: int | None, email: str, name: str) -> bool:
    """Whether an author's conflict is about this person.

    Authors type an address or a name, since they are not told who reviews; it may fit somebody who joins later.
    """
    words = " ".join(typed.casefold().split())
    is_known = declared_id is not None and declared_id == account_id
    return is_known or words in (email.casefold(), " ".join(name.casefold().split()))
