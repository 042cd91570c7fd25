"""Signed-in browsers: the cookie carries a secret, a row its hash, and a row can be revoked at any time."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import session as cookie
from flask_login import UserMixin
from sqlalchemy import select, update

from conference.actor import ACTOR_COLUMNS, Actor, actor_of
from conference.models import Account, AccountSession, Role
from conference.work import Work
from plumbing.refs import new_token

COOKIE_KEY = "session_token"
SEEN_EVERY = timedelta(minutes=10)
IDLE_MAX = timedelta(days=30)
USER_AGENT_CHARS_MAX = 200


class SignedIn(UserMixin):
    """What Flask-Login keeps for the request: the actor and the number of the session row."""

    def __init__(self, actor: Actor, session_id: int) -> None:
        self.actor, self.session_id = actor, session_id
        self.id = str(session_id)


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(work: Work, *, account_id: int, user_agent: str) -> str:
    """A new row; returns the secret for the cookie."""
    token = new_token()
    work.db.add(
        AccountSession(
            account_id=account_id,
            token_hash=hashed(token),
            user_agent=user_agent[:USER_AGENT_CHARS_MAX],
            created_at=work.now,
            last_seen_at=work.now,
        )
    )
    return token


def remember(token: str) -> None:
    """Puts the secret into this browser's cookie; nothing of an earlier session of the browser is carried over."""
    cookie.clear()
    cookie[COOKIE_KEY] = token
    cookie.permanent = True


Adopter = Callable[[Work, Mapping[str, str]], None]
_adopters: list[Adopter] = []


def on_sign_in(adopt: Adopter) -> Adopter:
    """Registers what happens when somebody signs in: ``(work of that person, cookies of the browser) -> None``.

    So work that was begun without an account finds its owner.
    """
    if adopt not in _adopters:
        _adopters.append(adopt)
    return adopt


def adopt_all(work: Work, jar: Mapping[str, str]) -> None:
    for adopt in _adopters:
        adopt(work, jar)


def forget() -> None:
    """Signs this browser out; nothing of the person stays in its cookie."""
    cookie.clear()


def find_session(work: Work, token: str) -> tuple[SignedIn, bool] | None:
    """Who the secret belongs to, and whether the row should note that it was seen. One query: every page begins so."""
    rows = work.db.execute(
        select(*ACTOR_COLUMNS, AccountSession.id.label("session_id"), AccountSession.last_seen_at)
        .join(AccountSession, AccountSession.account_id == Account.id)
        .outerjoin(Role, Role.account_id == Account.id)
        .where(AccountSession.token_hash == hashed(token), AccountSession.revoked_at.is_(None))
    ).all()
    if not rows or rows[0].last_seen_at < work.now - IDLE_MAX:
        return None
    return SignedIn(actor_of(rows), rows[0].session_id), rows[0].last_seen_at < work.now - SEEN_EVERY


def note_seen(work: Work, *, session_id: int) -> None:
    work.db.execute(update(AccountSession).where(AccountSession.id == session_id).values(last_seen_at=work.now))


def revoke(work: Work, *, account_id: int, session_id: int | None = None, keep: int | None = None) -> int:
    """Ends one session or all (but ``keep``) of an account; returns how many."""
    query = update(AccountSession).where(AccountSession.account_id == account_id, AccountSession.revoked_at.is_(None))
    if session_id is not None:
        query = query.where(AccountSession.id == session_id)
    if keep is not None:
        query = query.where(AccountSession.id != keep)
    return int(work.db.execute(query.values(revoked_at=work.now)).rowcount)  # type: ignore[attr-defined]
