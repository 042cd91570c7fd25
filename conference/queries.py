"""What pages of this floor show: frozen values, explicit columns, a fixed number of statements."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from conference.models import Account, AccountSession, Chapter, Community, Conference, Membership
from conference.work import Work
from plumbing.answers import Missing


@dataclass(frozen=True, slots=True)
class AccountView:
    id: int
    name: str
    email: str
    affiliation: str
    biography: str
    locale: str
    zone: str
    is_confirmed: bool
    version: int


@dataclass(frozen=True, slots=True)
class SessionView:
    id: int
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class ConferenceLine:
    slug: str
    name: str
    city: str
    starts_on: date
    ends_on: date
    is_live: bool
    community: str


@dataclass(frozen=True, slots=True)
class CommunityLine:
    slug: str
    name: str
    description: str
    members: int
    is_member: bool


def own_account(work: Work) -> AccountView:
    """One query."""
    account = work.db.get(Account, work.actor.account_id)
    if account is None:
        raise Missing()
    return AccountView(
        account.id,
        account.name,
        account.email,
        account.affiliation,
        account.biography,
        account.locale,
        account.zone,
        account.email_confirmed_at is not None,
        account.version,
    )


def own_sessions(work: Work, *, this: int) -> list[SessionView]:
    """Browsers in which the person is signed in, newest first. One query."""
    rows = work.db.scalars(
        select(AccountSession)
        .where(AccountSession.account_id == work.actor.account_id, AccountSession.revoked_at.is_(None))
        .order_by(AccountSession.last_seen_at.desc())
    )
    return [SessionView(row.id, row.user_agent, row.created_at, row.last_seen_at, row.id == this) for row in rows]


def conferences_for(work: Work) -> list[ConferenceLine]:
    """Conferences this person may see: live ones, and those whose team they are on; the latest first. One query."""
    own = [where for where, _kind, _track in work.actor.roles]
    visible = Conference.live_at.is_not(None)
    if not work.actor.is_administrator:
        visible = visible | Conference.id.in_(own)
    query = (
        select(Conference, Community.name.label("community"))
        .join(Community, Community.id == Conference.community_id)
        .order_by(Conference.starts_on.desc(), Conference.name)
    )
    if not work.actor.is_administrator:
        query = query.where(visible)
    return [
        ConferenceLine(row.slug, row.name, row.city, row.starts_on, row.ends_on, row.live_at is not None, community)
        for row, community in work.db.execute(query)
    ]


def communities_for(work: Work) -> list[CommunityLine]:
    """All communities with their size. One query."""
    own = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.community_id == Community.id, Membership.account_id == work.actor.account_id)
        .scalar_subquery()
    )
    members = (
        select(func.count()).select_from(Membership).where(Membership.community_id == Community.id).scalar_subquery()
    )
    rows = work.db.execute(
        select(Community.slug, Community.name, Community.description, members, own).order_by(Community.name)
    )
    return [CommunityLine(slug, name, words, count, bool(mine)) for slug, name, words, count, mine in rows]


def chapters_of(work: Work, *, community_id: int) -> list[tuple[int, str, str]]:
    """(id, name, city). One query."""
    rows = work.db.execute(
        select(Chapter.id, Chapter.name, Chapter.city)
        .where(Chapter.community_id == community_id)
        .order_by(Chapter.name)
    )
    return [(row.id, row.name, row.city) for row in rows]
