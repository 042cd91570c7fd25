"""Who a person is within one conference: the stable name, and whether somebody's words mean that person."""

import hashlib
import hmac
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from cfp.authors import Authorship
from conference.models import Account
from plumbing.kernel import kernel
from plumbing.refs import new_ref


def new_guid() -> str:
    """A random name of a proposal or person that stays the same through imports and exports."""
    return str(uuid5(NAMESPACE_URL, f"{new_ref()}/{new_ref()}/{new_ref()}"))


def guid_of_address(conference_id: int, email: str) -> str:
    """The name that a person gets of whom only the address is known.

    Two who invite the same person at the same moment do not see each other's row, yet have to find the same name, or
    nobody learns that the two have a common author. Without the server's key no name can be told from an address.
    """
    key = kernel().settings.secret_key.encode()
    words = f"person:{conference_id}:{email.strip().lower()}".encode()
    return str(UUID(bytes=hmac.new(key, words, hashlib.sha256).digest()[:16], version=4))


def person_guid(db: Session, conference_id: int, *, email: str, account_id: int | None = None) -> str:
    """The one under which this person already writes in the conference, or the one of the address. One query.

    The address is that of an invitation, or the one that an account has confirmed; the account goes first.
    """
    owner = select(Account.id).where(Account.email == email, Account.email_confirmed_at.is_not(None)).scalar_subquery()
    is_own = Authorship.account_id == (owner if account_id is None else account_id)
    known = db.scalars(
        select(Authorship.person_guid)
        .where(Authorship.conference_id == conference_id, or_(is_own, Authorship.email == email))
        .order_by(case((is_own, 0), else_=1), Authorship.id)
        .limit(1)
    ).first()
    return known or guid_of_address(conference_id, email)


def join_account(db: Session, row: Authorship, account_id: int) -> None:
    """Gives an authorship to the account, under the name that the account has in the conference already.

    Other invitations to the same address follow, so that the person does not fall into two. Takes turns with whatever
    else this account accepts at this moment.
    """
    db.execute(select(Account.id).where(Account.id == account_id).with_for_update(key_share=True))
    row.account_id = account_id
    known = db.scalars(
        select(Authorship.person_guid)
        .where(Authorship.conference_id == row.conference_id, Authorship.account_id == account_id)
        .where(Authorship.id != row.id)
        .order_by(Authorship.id)
        .limit(1)
    ).first()
    if known is None or known == row.person_guid:
        return
    same = select(Authorship).where(
        Authorship.conference_id == row.conference_id, Authorship.person_guid == row.person_guid
    )
    others = db.scalars(same).all()
    is_shared = any(each.account_id not in (None, account_id) for each in others)
    for each in [row] if is_shared else others:
        each.person_guid = known


def is_meant(declared_id: int | None, typed: str, *, account_id: int | None, email: str, name: str) -> bool:
    """Whether an author's conflict is about this person.

    Authors type an address or a name, since they are not told who reviews; it may fit somebody who joins later.
    """
    words = " ".join(typed.casefold().split())
    is_known = declared_id is not None and declared_id == account_id
    return is_known or words in (email.casefold(), " ".join(name.casefold().split()))
