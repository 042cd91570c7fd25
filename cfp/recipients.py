"""Where letters to authors go. Only authors who said yes get them, at the address of their account if they have one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cfp.authors import Authorship
from conference.letters import Recipient
from conference.models import Account


@dataclass(frozen=True, slots=True)
class AuthorContact:
    """One author who can be written to. ``is_owner``: the one who sent the proposal in."""

    recipient: Recipient
    is_owner: bool
    has_account: bool


def authors_to_tell(db: Session, proposals: Collection[int]) -> dict[int, list[AuthorContact]]:
    """By proposal, in the order of the authors. One query."""
    rows = db.execute(
        select(
            Authorship.proposal_id,
            func.coalesce(Account.email, Authorship.email).label("address"),
            func.coalesce(Account.name, Authorship.name).label("name"),
            func.coalesce(Account.locale, Authorship.locale).label("locale"),
            Authorship.is_owner,
            Authorship.account_id,
        )
        .outerjoin(Account, Account.id == Authorship.account_id)
        .where(Authorship.proposal_id.in_(proposals))
        .where(Authorship.accepted_at.is_not(None), Authorship.declined_at.is_(None))
        .order_by(Authorship.position, Authorship.id)
    )
    found: dict[int, list[AuthorContact]] = defaultdict(list)
    for row in rows:
        if row.address:
            person = Recipient(row.address, row.name, row.locale)
            found[row.proposal_id].append(AuthorContact(person, row.is_owner, row.account_id is not None))
    return found
