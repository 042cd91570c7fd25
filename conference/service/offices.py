"""Who runs the installation and its communities: appointed from the shell, as nobody is there before the first."""

from sqlalchemy import select

from conference import policy
from conference.models import Account, Community, Membership
from conference.service.accounts import clean_address
from conference.work import Work
from plumbing.answers import Conflict, Missing, require
from plumbing.sentences import sentence


def appoint_administrator(work: Work, *, email: str, ends: bool = False) -> bool:
    """Makes the account an administrator, or no longer one; False when it was so already.

    Raises ``Missing`` without such an account, ``Conflict`` when its address is not confirmed, ``Invalid`` for what is
    no address.
    """
    require(policy.can_appoint(work.actor))
    account = _account(work, email)
    if account.is_administrator is not ends:
        return False
    account.is_administrator = not ends
    _log(work, account, "account.administrator", not ends)
    return True


def appoint_organiser(work: Work, *, email: str, community_slug: str, ends: bool = False) -> bool:
    """Makes the account an organiser of the community (and a member), or no longer one; False when it was so already.

    Raises as ``appoint_administrator`` does, ``Missing`` also without such a community.
    """
    require(policy.can_appoint(work.actor))
    account = _account(work, email)
    community_id = work.db.scalar(select(Community.id).where(Community.slug == community_slug))
    if community_id is None:
        raise Missing("community")
    mine = (Membership.community_id == community_id, Membership.account_id == account.id)
    known = work.db.scalars(select(Membership).where(*mine)).one_or_none()
    if (known is not None and known.is_organiser) is not ends:
        return False
    if known is None:
        known = Membership(community_id=community_id, account_id=account.id, joined_at=work.now)
        work.db.add(known)
    known.is_organiser = not ends
    _log(work, account, "community.organiser", not ends, community=community_slug)
    return True


def _account(work: Work, email: str) -> Account:
    account = work.db.scalars(select(Account).where(Account.email == clean_address(email))).one_or_none()
    if account is None:
        raise Missing("account")
    if account.email_confirmed_at is None:
        raise Conflict(sentence("The address of this account is not confirmed yet."))
    return account


def _log(work: Work, account: Account, action: str, now_is: bool, **facts: str) -> None:
    before, after = ({"appointed": which, **facts} for which in (not now_is, now_is))
    work.audit(action, conference_id=None, subject=("account", account.id), before=before, after=after)
