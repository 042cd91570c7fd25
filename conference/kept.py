"""A form that arrives without a session or without its token, or while the database is busy: nothing typed is lost.

A script is answered with 401, the way to the log-in and a token that is good from now on; a browser without script
gets a page that holds what was typed and can send it once more.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import g, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from conference.current import current_actor
from plumbing import web

SECRETS = ("password", "old")
"""Fields that no page repeats."""
NOT_TYPED = ("csrf_token",)
WORDS_FROM_CHARS = 12
"""A value this long with a space in it is text that somebody wrote; shorter ones are choices and numbers."""


def hold(*, from_elsewhere: int) -> Any:
    """Answers the POST at hand, which was not taken, with 401 without a log-in, else 400.

    ``from_elsewhere`` is the status for a form that no page of this site sent: it is refused and not shown.
    """
    is_signed_in = current_actor().is_signed_in
    if web.wants_json() or web.wants_fragment():
        return jsonify(error=_("Please sign in; what you typed is still here."), **_way_on()), 401
    if not _came_from_here():
        return web.error_page(from_elsewhere)
    return _page(400 if is_signed_in else 401, "token" if is_signed_in else "session")


def hold_busy(*, otherwise: Any) -> Any:
    """Answers the POST at hand with 503, which the database had no time for.

    ``otherwise`` is the answer to a form that no page of this site sent. A script keeps its text and tries again.
    """
    if web.wants_json() or web.wants_fragment():
        return jsonify(error=_("The server is too busy right now; what you typed is still here.")), 503
    return _page(503, "busy") if _came_from_here() else otherwise


def _page(status: int, why: str) -> tuple[str, int]:
    """``why`` it was not taken: "session", "token" or "busy"."""
    typed = [(name, values) for name, values in request.form.lists() if name not in NOT_TYPED]
    fields = [(name, value) for name, values in typed for value in values]
    has_secret = any(name in SECRETS for name, _value in fields)
    page = render_template(
        "errors/kept.html",
        status=status,
        reason="",
        request_id=g.get("request_id", "") if why == "busy" else "",
        why=why,
        target=None if has_secret else request.full_path.rstrip("?"),
        back=_page_before() or "/",
        sign_in=url_for("conference.sign_in", next=_page_before()),
        fields=[] if has_secret else fields,
        texts=[] if has_secret else [value for _name, value in fields if _is_written(value)],
        files=sorted({file.filename for file in request.files.values() if file.filename}),
    )
    return page, status


def _way_on() -> dict[str, str]:
    """Only a page of this site can read the answer to a script, so the token reaches nobody else."""
    return {
        "sign_in": url_for("conference.sign_in", next=_page_before()),
        "csrf": generate_csrf(),
        "person": current_actor().ref,
    }


def _came_from_here() -> bool:
    """What another site made a browser send must not come back with a button that sends it again."""
    return urlsplit(request.headers.get("Origin") or request.referrer or "").netloc == request.host


def _page_before() -> str | None:
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _is_written(value: str) -> bool:
    return len(value) >= WORDS_FROM_CHARS and any(each.isspace() for each in value.strip())
