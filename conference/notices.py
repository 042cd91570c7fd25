"""Letters about accounts and teams."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from conference.letters import Recipient, compose_letter
from conference.models import Account, AccountLink, Conference, TeamInvitation, Track
from plumbing.kernel import kernel
from plumbing.outbox import Letter, on


@on("AddressToConfirm")
def address_to_confirm(db: Session, payload: dict[str, Any], now: datetime) -> list[Letter]:
    return _link_letter(db, payload, now, "account.confirm", "/account/confirm/")


@on("PasswordToReset")
def password_to_reset(db: Session, payload: dict[str, Any], now: datetime) -> list[Letter]:
    return _link_letter(db, payload, now, "account.reset", "/account/reset/")


@on("AddressUsedAgain")
def address_used_again(db: Session, payload: dict[str, Any], _now: datetime) -> list[Letter]:
    recipient = _recipient(db, payload["account_id"])
    return [compose_letter("account.used_again", "conference/used_again", recipient)] if recipient else []


@on("PasswordChanged")
def password_changed(db: Session, payload: dict[str, Any], _now: datetime) -> list[Letter]:
    recipient = _recipient(db, payload["account_id"])
    return [compose_letter("account.password", "conference/password_changed", recipient)] if recipient else []


@on("TeamInvited")
def team_invited(db: Session, payload: dict[str, Any], now: datetime) -> list[Letter]:
    """To the invited, while the invitation is open."""
    invitation = db.get(TeamInvitation, payload["invitation_id"])
    if invitation is None or invitation.token is None or invitation.withdrawn_at or invitation.expires_at <= now:
        return []
    conference = db.get_one(Conference, invitation.conference_id)
    track = db.get(Track, invitation.track_id) if invitation.track_id else None
    inviter = db.get_one(Account, invitation.invited_by_id)
    return [
        compose_letter(
            "team.invited",
            "conference/team_invited",
            Recipient(invitation.email, invitation.name or invitation.email, invitation.locale),
            conference=conference.name,
            role=invitation.kind,
            track=track.name if track else "",
            inviter=inviter.name,
            expires_at=invitation.expires_at,
            zone=conference.zone,
            link=f"{kernel().settings.base_url}/invitation/{invitation.token}",
        )
    ]


def _link_letter(db: Session, payload: dict[str, Any], now: datetime, kind: str, path: str) -> list[Letter]:
    link = db.get(AccountLink, payload["link_id"])
    if link is None or link.token is None or link.used_at is not None or link.expires_at <= now:
        return []
    recipient = _recipient(db, link.account_id)
    address = f"{kernel().settings.base_url}{path}{link.token}"
    template = "conference/" + kind.split(".")[1]
    return [compose_letter(kind, template, recipient, link=address)] if recipient else []


def _recipient(db: Session, account_id: int) -> Recipient | None:
    row = db.execute(select(Account.email, Account.name, Account.locale).where(Account.id == account_id)).one_or_none()
    return Recipient(row.email, row.name, row.locale) if row else None
