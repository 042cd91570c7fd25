"""Accounts, communities, conferences and what they are made of.

Everything that belongs to a conference carries ``conference_id``, and links inside a conference are
composite keys, so a link into another conference cannot be stored. ``info={"blind": …}`` says what blind
work may do with a table (see ``plumbing.db``); a table that names people says nothing and stays closed.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from conference.palette import DEFAULT_ACCENT
from plumbing.db import Base, Id

LOCALES = ("en", "de", "it")
PRESENTER_KINDS = ("user", "partner", "vendor", "sponsor", "organiser")
ROLES = ("reviewer", "track_chair", "chair")
LINK_PURPOSES = ("confirm", "reset")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """The choices of a column, kept by the database too."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def within(table: str, *columns: str) -> ForeignKeyConstraint:
    """A link inside the conference: ``(conference_id, <column>)`` → ``table (conference_id, id)``."""
    (column,) = columns
    return ForeignKeyConstraint(["conference_id", column], [f"{table}.conference_id", f"{table}.id"])


class Account(Base):
    __tablename__ = "account"

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    """Lower case; the address as the person wrote it is not kept."""
    email_confirmed_at: Mapped[datetime | None]
    name: Mapped[str]
    affiliation: Mapped[str] = mapped_column(default="")
    biography: Mapped[str] = mapped_column(Text(), default="")
    password_hash: Mapped[str]
    locale: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="UTC")
    is_administrator: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class AccountSession(Base):
    """One signed-in browser. The cookie carries the token, the row its hash; revoking is setting a time."""

    __tablename__ = "account_session"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class AccountLink(Base):
    """A secret that was mailed: to confirm an address or to set a new password. Used once, on POST only."""

    __tablename__ = "account_link"
    __table_args__ = (one_of("purpose", LINK_PURPOSES),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    purpose: Mapped[str]
    token: Mapped[str | None]
    """The secret itself, for the mail, while the link can be used; only the hash opens the link."""
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """A try at something that is rate-limited, by key (``login:<address>``, ``login:<network>``, …)."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key", "key", "at"),)

    id: Mapped[Id]
    key: Mapped[str]
    at: Mapped[datetime]


class Community(Base):
    __tablename__ = "community"
    __table_args__ = ({"info": {"blind": "read"}},)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(Text(), default="")
    created_at: Mapped[datetime]


class Chapter(Base):
    __tablename__ = "chapter"
    __table_args__ = (UniqueConstraint("community_id", "slug"), {"info": {"blind": "read"}})

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    slug: Mapped[str]
    name: Mapped[str]
    city: Mapped[str] = mapped_column(default="")


class Membership(Base):
    """A person in a community, perhaps in one of its chapters."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("community_id", "account_id"),)

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    chapter_id: Mapped[int | None] = mapped_column(ForeignKey("chapter.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    is_organiser: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]


class Conference(Base):
    __tablename__ = "conference"
    __table_args__ = ({"info": {"blind": "read"}},)

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    community_id: Mapped[int] = mapped_column(ForeignKey("community.id"))
    chapter_id: Mapped[int | None] = mapped_column(ForeignKey("chapter.id"))
    name: Mapped[str]
    acronym: Mapped[str]
    description: Mapped[str] = mapped_column(Text(), default="")
    venue: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    zone: Mapped[str]
    locales: Mapped[list[str]]
    """Languages of the conference, the first is the default."""
    starts_on: Mapped[date] = mapped_column(Date())
    ends_on: Mapped[date] = mapped_column(Date())
    accent: Mapped[str] = mapped_column(default=DEFAULT_ACCENT)
    """A name of the palette."""
    contact_email: Mapped[str]
    live_at: Mapped[datetime | None]
    """From when on the public may see it; None while it is being set up."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Track(Base):
    __tablename__ = "track"
    __table_args__ = (
        UniqueConstraint("conference_id", "slug"),
        UniqueConstraint("conference_id", "id"),
        {"info": {"blind": "read"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(Text(), default="")
    colour: Mapped[str] = mapped_column(default="indigo")
    is_special: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(server_default="1")
    __mapper_args__ = {"version_id_col": version}


class SessionType(Base):
    __tablename__ = "session_type"
    __table_args__ = (
        one_of("kind", ("talk", "paper")),
        UniqueConstraint("conference_id", "slug"),
        UniqueConstraint("conference_id", "id"),
        CheckConstraint("length_minutes BETWEEN 1 AND 1440", name="length"),
        {"info": {"blind": "read"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    slug: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(default="talk")
    length_minutes: Mapped[int]
    closes_at: Mapped[datetime | None]
    """Its own deadline; when later than the call's, it wins."""
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(server_default="1")
    __mapper_args__ = {"version_id_col": version}


class Room(Base):
    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("conference_id", "name"),
        UniqueConstraint("conference_id", "guid"),
        UniqueConstraint("conference_id", "id"),
        {"info": {"blind": "read"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    guid: Mapped[str]
    name: Mapped[str]
    capacity: Mapped[int | None]
    features: Mapped[list[str]]
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(server_default="1")
    __mapper_args__ = {"version_id_col": version}


class RoomClosure(Base):
    """A time in which a room cannot be used."""

    __tablename__ = "room_closure"
    __table_args__ = (within("room", "room_id"), {"info": {"blind": "read"}})

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    room_id: Mapped[int]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")


class Role(Base):
    """Who may do what in a conference; a track chair has one row for each track."""

    __tablename__ = "role"
    __table_args__ = (
        one_of("kind", ROLES),
        UniqueConstraint("conference_id", "account_id", "kind", "track_id"),
        within("track", "track_id"),
        CheckConstraint("(kind = 'track_chair') = (track_id IS NOT NULL)", name="track_of_chair"),
        Index(
            "uq_role_without_track",
            "conference_id",
            "account_id",
            "kind",
            unique=True,
            sqlite_where=text("track_id IS NULL"),
            postgresql_where=text("track_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    kind: Mapped[str]
    track_id: Mapped[int | None]
    since: Mapped[datetime]


class TeamInvitation(Base):
    """An invitation by mail to take a role. Accepted or declined once, on POST only."""

    __tablename__ = "team_invitation"
    __table_args__ = (one_of("kind", ROLES), within("track", "track_id"))

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), index=True)
    email: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    kind: Mapped[str]
    track_id: Mapped[int | None]
    locale: Mapped[str] = mapped_column(default="en")
    token: Mapped[str | None]
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class AuditEntry(Base):
    """One change: who, when, what, before and after. Written in the transaction of the change, never changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "conference_id", "subject_kind", "subject_id"),
        Index("ix_audit_entry_at", "conference_id", "at"),
        {"info": {"blind": "append"}},
    )

    id: Mapped[Id]
    conference_id: Mapped[int | None]
    account_id: Mapped[int | None]
    at: Mapped[datetime]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
