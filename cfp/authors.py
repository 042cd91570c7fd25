"""PROTECTED: who wrote what. Nothing here is readable by blind work, and nothing above ``cfp`` imports it.

``reviews`` never does (an import contract says so); ``schedule`` does after the decisions are released.
No relationship leads from a proposal to its authors: whoever wants them has to come here and ask.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from conference.models import within
from plumbing.db import Base, Id


class Authorship(Base):
    """One author or presenter of one proposal, in order; profile copied, so that it can differ for each event."""

    __tablename__ = "authorship"
    __table_args__ = (
        UniqueConstraint("proposal_id", "account_id"),
        UniqueConstraint("proposal_id", "email"),
        UniqueConstraint("conference_id", "id"),
        within("proposal", "proposal_id"),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    ref: Mapped[str] = mapped_column(unique=True)
    proposal_id: Mapped[int] = mapped_column(index=True)
    person_guid: Mapped[str] = mapped_column(index=True)
    """The same for one person in all proposals of a conference, with or without an account."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    email: Mapped[str | None]
    """Lower case; None for imported speakers whose address nobody knows."""
    name: Mapped[str]
    affiliation: Mapped[str] = mapped_column(default="")
    biography: Mapped[str] = mapped_column(Text(), default="")
    position: Mapped[int]
    is_presenter: Mapped[bool] = mapped_column(default=True)
    is_owner: Mapped[bool] = mapped_column(default=False)
    """The one who sent it in; may invite and remove the others."""
    locale: Mapped[str] = mapped_column(default="en")
    invited_at: Mapped[datetime | None]
    """Of the newest invitation; its link carries a signature over this moment (``cfp.invitations``)."""
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]


class AuthorConflict(Base):
    """An author says: this person must not review us, and why.

    Authors are not told who reviews, so they type an address or a name. Whether it fits somebody of the committee
    is found out behind the door each time the conflicts are computed; the chairs read the rest.
    """

    __tablename__ = "author_conflict"
    __table_args__ = (
        UniqueConstraint("proposal_id", "typed"),
        within("proposal", "proposal_id"),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    proposal_id: Mapped[int] = mapped_column(index=True)
    typed: Mapped[str]
    """What the author wrote: an address or a name."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Whom the address meant when it was written; None when nobody of the committee had it."""
    reason: Mapped[str] = mapped_column(default="")
    declared_at: Mapped[datetime]


class PaperOriginal(Base):
    """The PDF exactly as it was uploaded, with the name the author gave it."""

    __tablename__ = "paper_original"
    __table_args__ = (UniqueConstraint("paper_id"), within("paper", "paper_id"))

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    paper_id: Mapped[int]
    blob_key: Mapped[str]
    file_name: Mapped[str]


class UnsentForm(Base):
    """What somebody typed into the proposal form and did not save yet, with or without an account.

    ``owner_hash`` is that of the secret in the browser's cookie (anonymous) or of the account's number: one form for
    each owner and proposal, and one new form for each owner and call.
    """

    __tablename__ = "unsent_form"
    __table_args__ = (
        UniqueConstraint("owner_hash", "call_id", "proposal_id"),
        Index(
            "uq_unsent_form_new",
            "owner_hash",
            "call_id",
            unique=True,
            sqlite_where=text("proposal_id IS NULL"),
            postgresql_where=text("proposal_id IS NULL"),
        ),
        Index("ix_unsent_form_account", "account_id", "call_id"),
        within("call", "call_id"),
        within("proposal", "proposal_id"),
    )

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    call_id: Mapped[int]
    proposal_id: Mapped[int | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    owner_hash: Mapped[str]
    content: Mapped[dict[str, Any]]
    rival: Mapped[dict[str, Any] | None]
    """What a second window wrote meanwhile; both are kept until the person has chosen."""
    base_version: Mapped[int | None]
    """Version of the proposal on which this was typed; None for a proposal that does not exist yet."""
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)
    """Counts the texts that were kept; a window that knows an older number is behind."""
    window: Mapped[str | None]
    """Which window wrote it last: the same one knows an older number only because an answer got lost on its way."""


class Unavailability(Base):
    """A time in which a speaker cannot speak (by person, not by proposal)."""

    __tablename__ = "unavailability"
    __table_args__ = (Index("ix_unavailability_person", "conference_id", "person_guid"),)

    id: Mapped[Id]
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    person_guid: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
