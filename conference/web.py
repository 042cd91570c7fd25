"""Per request: who is signed in, which conference the address names, and the way to the log-in page."""

from contextlib import suppress
from typing import Any

from flask import Flask, current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFError

from conference import kept, sessions
from conference.actor import NOBODY
from conference.guards import SIGN_IN
from conference.work import reading, writing
from plumbing import web
from plumbing.answers import Missing, Refused
from plumbing.db import Busy

NUMBER_MAX = 2**63 - 1
login_manager = LoginManager()


def setup(app: Flask) -> None:
    # Templates have ``current``; a page that tells of a database that is away must not ask it who is there.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.request_loader(_load_from_cookie)
    app.url_value_preprocessor(_take_event_slug)
    app.url_defaults(_give_event_slug)
    app.before_request(_load_actor)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _token_lost)
    app.register_error_handler(Busy, _busy)


def _load_from_cookie(_request: object) -> sessions.SignedIn | None:
    token = cookie.get(sessions.COOKIE_KEY)
    if not token:
        return None
    with reading(NOBODY) as work:
        found = sessions.find_session(work, token)
    if found is None:
        return None
    user, stale = found
    if stale:
        # Not worth refusing a page for: the next one notes it.
        with suppress(Busy), writing(user.actor) as work:
            sessions.note_seen(work, session_id=user.session_id)
    return user


def _load_actor() -> None:
    if request.endpoint == "static":
        return
    g.actor = current_user.actor if current_user.is_authenticated else NOBODY


def _take_event_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if any(_names_nothing(value) for value in (*(values or {}).values(), *request.args.values())):
        raise Missing()
    g.event_slug = values.pop("event_slug", None) if values else None


def _names_nothing(value: Any) -> bool:
    """No database can be asked for these."""
    return "\0" in value if isinstance(value, str) else isinstance(value, int) and value > NUMBER_MAX


def _give_event_slug(endpoint: str, values: dict[str, Any]) -> None:
    if "event_slug" not in values and g.get("event_slug"):
        if current_app.url_map.is_endpoint_expecting(endpoint, "event_slug"):
            values["event_slug"] = g.event_slug


def _refused(error: Refused) -> Any:
    """Without a log-in: the way to it, and back to this page afterwards. Everything else as for everybody."""
    reason = error.answer.reason
    if reason is None or reason.text != SIGN_IN:
        return web.refused(error)
    if request.method != "GET" or web.wants_json() or web.wants_fragment():
        return kept.hold(from_elsewhere=401)
    flash(_("Please sign in to go on."), "info")
    return redirect(url_for("conference.sign_in", next=request.full_path.rstrip("?")), 303)


def _token_lost(_error: CSRFError) -> Any:
    """The token is checked before anything else, so who asks has to be found out first."""
    try:
        _load_actor()
    except Busy as error:
        return _busy(error)
    return kept.hold(from_elsewhere=400)


def _busy(error: Busy) -> Any:
    page = web.busy(error)
    return page if request.method == "GET" else kept.hold_busy(otherwise=page)
