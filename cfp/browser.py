"""The cookie of people without an account: a secret under which the server keeps what they type."""

from collections.abc import Mapping

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from cfp import service
from conference import sessions
from conference.actor import Actor
from conference.work import Work
from plumbing.kernel import kernel
from plumbing.refs import new_token

COOKIE = "unsent"
COOKIE_SECONDS = 180 * 24 * 3600
TOKEN_CHARS = (40, 60)


def token() -> str | None:
    """The secret of this browser, if it has one that could be ours."""
    found = request.cookies.get(COOKIE, "")
    return found if TOKEN_CHARS[0] <= len(found) <= TOKEN_CHARS[1] else None


def owner_of(actor: Actor, secret: str | None) -> str | None:
    """Under whom unsent forms are kept: the account, else the browser; None for a browser without a secret."""
    if actor.account_id is not None:
        return service.account_owner(actor.account_id)
    return service.anonymous_owner(secret) if secret else None


def new_secret() -> str:
    return new_token()


def remember(response: BaseResponse, secret: str) -> None:
    response.set_cookie(
        COOKIE,
        secret,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=kernel().settings.cookies_secure,
    )


@sessions.on_sign_in
def adopt(work: Work, jar: Mapping[str, str]) -> None:
    """Somebody signed in: what this browser typed without an account is that person's now."""
    secret = jar.get(COOKIE, "")
    if TOKEN_CHARS[0] <= len(secret) <= TOKEN_CHARS[1]:
        service.adopt_unsent_forms(work, token=secret)
