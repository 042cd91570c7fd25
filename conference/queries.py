"""What pages of this floor show: frozen values, explicit columns, a fixed number of statements."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from conference import policy
from conference.audit_words import two_sides
from conference.locale import instant_words
from conference.models import (
    Account,
    AccountSession,
    AuditEntry,
    Chapter,
    Community,
    Conference,
    Membership,
    Role,
    Room,
    SessionType,
    TeamInvitation,
    Track,
)
from conference.work import Work
from plumbing.answers import Missing, require


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
    community_id: int
    chapter: str | None


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
    query = (
        select(Conference, Community.name.label("community"), Chapter.name.label("chapter"))
        .join(Community, Community.id == Conference.community_id)
        .outerjoin(Chapter, Chapter.id == Conference.chapter_id)
        .order_by(Conference.starts_on.desc(), Conference.name)
    )
    if not work.actor.is_administrator:
        query = query.where(Conference.live_at.is_not(None) | Conference.id.in_(own))
    return [
        ConferenceLine(
            *(row.slug, row.name, row.city, row.starts_on, row.ends_on, row.live_at is not None),
            *(community, row.community_id, chapter),
        )
        for row, community, chapter in work.db.execute(query)
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


@dataclass(frozen=True, slots=True)
class TrackView:
    id: int
    slug: str
    name: str
    description: str
    colour: str
    is_special: bool
    position: int
    version: int


@dataclass(frozen=True, slots=True)
class SessionTypeView:
    id: int
    name: str
    kind: str
    length_minutes: int
    closes_at: datetime | None
    position: int
    version: int


@dataclass(frozen=True, slots=True)
class RoomView:
    id: int
    guid: str
    name: str
    capacity: int | None
    features: tuple[str, ...]
    position: int
    version: int


@dataclass(frozen=True, slots=True)
class CommunityPage:
    id: int
    slug: str
    name: str
    description: str
    members: int
    chapters: list[tuple[int, str, str]]
    is_member: bool
    own_chapter_id: int | None
    is_organiser: bool


@dataclass(frozen=True, slots=True)
class TeamLine:
    role_id: int
    name: str
    email: str
    kind: str
    track: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class InvitationLine:
    id: int
    name: str
    email: str
    kind: str
    track: str | None
    expires_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class AuditLine:
    """``before`` and ``after`` as people read them: (key, value), only what differs."""

    at: datetime
    who: str
    action: str
    subject: str
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]


AUDIT_ROWS_PER_PAGE = 100


def tracks_of(work: Work, conference_id: int) -> list[TrackView]:
    """Tracks in their order. One query."""
    rows = work.db.execute(
        select(
            *(Track.id, Track.slug, Track.name, Track.description, Track.colour, Track.is_special),
            *(Track.position, Track.version),
        )
        .where(Track.conference_id == conference_id)
        .order_by(Track.position, Track.name)
    )
    return [TrackView(**row._asdict()) for row in rows]


def types_of(work: Work, conference_id: int) -> list[SessionTypeView]:
    """Session types in their order. One query."""
    columns = (
        SessionType.id,
        SessionType.name,
        SessionType.kind,
        SessionType.length_minutes,
        SessionType.closes_at,
        SessionType.position,
        SessionType.version,
    )
    rows = work.db.execute(
        select(*columns)
        .where(SessionType.conference_id == conference_id)
        .order_by(SessionType.position, SessionType.name)
    )
    return [SessionTypeView(**row._asdict()) for row in rows]


def rooms_of(work: Work, conference_id: int) -> list[RoomView]:
    """Rooms in their order. One query."""
    rows = work.db.execute(
        select(Room.id, Room.guid, Room.name, Room.capacity, Room.features, Room.position, Room.version)
        .where(Room.conference_id == conference_id)
        .order_by(Room.position, Room.name)
    )
    return [RoomView(**{**row._asdict(), "features": tuple(row.features)}) for row in rows]


def team_of(work: Work, conference_id: int) -> list[TeamLine]:
    """Who holds which role, chairs first. One query."""
    require(policy.can_manage_team(work.actor, conference_id=conference_id))
    rows = work.db.execute(
        select(Role.id, Account.name, Account.email, Role.kind, Track.name, Role.since)
        .join(Account, Account.id == Role.account_id)
        .outerjoin(Track, Track.id == Role.track_id)
        .where(Role.conference_id == conference_id)
        .order_by(Role.kind, Account.name)
    )
    return [TeamLine(*row) for row in rows]


def invitations_of(work: Work, conference_id: int) -> list[InvitationLine]:
    """Invitations that nobody accepted yet, newest first. One query."""
    require(policy.can_manage_team(work.actor, conference_id=conference_id))
    rows = work.db.execute(
        select(TeamInvitation, Track.name)
        .outerjoin(Track, Track.id == TeamInvitation.track_id)
        .where(
            TeamInvitation.conference_id == conference_id,
            TeamInvitation.accepted_at.is_(None),
            TeamInvitation.withdrawn_at.is_(None),
        )
        .order_by(TeamInvitation.created_at.desc(), TeamInvitation.id.desc())
    )
    return [
        InvitationLine(row.id, row.name, row.email, row.kind, track, row.expires_at, _invitation_state(row, work.now))
        for row, track in rows
    ]


def _invitation_state(row: TeamInvitation, now: datetime) -> str:
    if row.declined_at is not None:
        return "declined"
    return "expired" if row.expires_at <= now else "open"


LogWall = Callable[[Work, int], ColumnElement[bool]]
_log_walls: list[LogWall] = []


def on_log_read(wall: LogWall) -> LogWall:
    """Registers which entries a floor above lets the reader see: ``(work, conference_id) -> condition``. All count."""
    if wall not in _log_walls:
        _log_walls.append(wall)
    return wall


def audit_log(work: Work, conference_id: int, *, zone: str, page: int) -> tuple[list[AuditLine], int]:
    """One page of the log, newest first, and the number of all entries that the reader may see. Three queries."""
    require(policy.can_read_audit_log(work.actor, conference_id=conference_id))
    readable = [AuditEntry.conference_id == conference_id, *(wall(work, conference_id) for wall in _log_walls)]
    count = work.db.scalar(select(func.count()).select_from(AuditEntry).where(*readable))
    rows = work.db.execute(
        select(AuditEntry, Account.name)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(*readable)
        .order_by(AuditEntry.id.desc())
        .limit(AUDIT_ROWS_PER_PAGE)
        .offset((page - 1) * AUDIT_ROWS_PER_PAGE)
    )
    return [_audit_line(row, name, zone) for row, name in rows], count or 0


def _audit_line(row: AuditEntry, name: str | None, zone: str) -> AuditLine:
    before, after = two_sides(row.before, row.after, lambda instant: instant_words(instant, zone))
    subject = f"{row.subject_kind} {row.subject_id or ''}"
    return AuditLine(row.at, name or "", row.action, subject, tuple(before), tuple(after))


def community_page(work: Work, slug: str) -> CommunityPage:
    """A community with chapters, conferences and the person's own place in it. Four queries."""
    row = work.db.scalar(select(Community).where(Community.slug == slug))
    if row is None:
        raise Missing()
    own = work.db.scalar(
        select(Membership).where(Membership.community_id == row.id, Membership.account_id == work.actor.account_id)
    )
    members = work.db.scalar(select(func.count()).select_from(Membership).where(Membership.community_id == row.id))
    return CommunityPage(
        id=row.id,
        slug=row.slug,
        name=row.name,
        description=row.description,
        members=members or 0,
        chapters=chapters_of(work, community_id=row.id),
        is_member=own is not None,
        own_chapter_id=own.chapter_id if own else None,
        is_organiser=bool(own and own.is_organiser) or work.actor.is_administrator,
    )
