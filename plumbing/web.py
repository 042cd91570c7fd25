"""What every page shares: guards, headers, error pages, request ids, the digest in asset addresses.

An endpoint without a declared guard is refused for everybody: forgetting one closes the page, never opens it.
"""

import hashlib
import json
import logging
import sys
import time
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as BaseResponse

from plumbing.answers import Answer, Conflict, Invalid, Missing, Refused
from plumbing.db import Busy
from plumbing.refs import new_ref
from plumbing.settings import Settings

View = Callable[..., Any]
Check = Callable[[], Answer]

STATIC_SECONDS = 31_536_000
DIGEST_CHARS = 10
RETRY_AFTER_SECONDS = 30
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "frame-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

csrf = CSRFProtect()
log = logging.getLogger("rostrum.web")


def guarded(name: str, check: Check) -> Callable[[View], View]:
    """A guard for view functions: declares ``name`` (for the house test) and asks ``check`` before the view runs."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            answer = check()
            if not answer:
                raise Refused(answer)
            return view(*args, **kwargs)

        wrapper.guard = name  # type: ignore[attr-defined]
        return wrapper

    return decorate


def setup(app: Flask, settings: Settings) -> None:
    """Wires everything of this module into the application."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.upload_bytes_max,
        MAX_FORM_MEMORY_SIZE=2_000_000,
        SESSION_COOKIE_SECURE=settings.cookies_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS,
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["static_url"] = _static_url(Path(app.static_folder or "static"))
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_port=hops)  # type: ignore[method-assign]
    app.before_request(_start)
    csrf.init_app(app)
    app.before_request(_refuse_unguarded)
    app.after_request(_finish)
    _handle_errors(app)


def wants_fragment() -> bool:
    """True when htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _static_url(folder: Path) -> Callable[[str], str]:
    @lru_cache(maxsize=1024)
    def digest(name: str, changed_ns: int) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:DIGEST_CHARS]

    def static_url(name: str) -> str:
        """Address of a static file with the digest of its content, so that it may be kept for a year."""
        return url_for("static", filename=name, v=digest(name, (folder / name).stat().st_mtime_ns))

    return static_url


def _start() -> None:
    g.request_id = new_ref()
    g.started = time.perf_counter()


def _refuse_unguarded() -> None:
    if request.endpoint in (None, "static"):
        return
    view = current_app.view_functions[request.endpoint]
    if not hasattr(view, "guard"):
        log.error("endpoint %s has no guard", request.endpoint)
        raise Missing()


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", str(RETRY_AFTER_SECONDS))
    if request.endpoint == "static" and "v" not in request.args and "/vendor/" not in request.path:
        # Script modules import each other without a digest: the browser asks each time whether they changed.
        response.headers["Cache-Control"] = "no-cache"
    if request.endpoint != "static":
        # A page that somebody saw must not be shown to the next user of the browser.
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers["X-Request-Id"] = g.get("request_id", "")
        log.info(
            "request",
            extra={
                "fields": {
                    "id": g.get("request_id"),
                    "method": request.method,
                    "endpoint": request.endpoint,
                    "status": response.status_code,
                    "ms": round(1000 * (time.perf_counter() - g.get("started", time.perf_counter())), 1),
                }
            },
        )
    return response


def _handle_errors(app: Flask) -> None:
    app.register_error_handler(Refused, refused)
    app.register_error_handler(Missing, lambda _error: error_page(404))
    app.register_error_handler(Conflict, lambda error: error_page(409, str(error.reason)))
    app.register_error_handler(Invalid, lambda error: error_page(422, str(error.reason)))
    app.register_error_handler(Busy, busy)
    app.register_error_handler(CSRFError, lambda error: error_page(400, str(error.description)))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def refused(error: Refused) -> Any:
    """404 when the person may not know that the thing exists, else 403 with the reason."""
    if error.answer.hidden:
        return error_page(404)
    return error_page(403, str(error.answer.reason))


def busy(error: Busy) -> Any:
    """503: not a fault of ours or theirs, and gone in a moment."""
    log.error("request %s: the database is busy or away: %s", g.get("request_id"), error)
    return error_page(503)


def _http(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return error_page(error.code, "" if error.code == 404 else str(error.description or ""))


def _unexpected(error: Exception) -> Any:
    log.exception("request %s failed", g.get("request_id"))
    if current_app.testing:
        raise error
    return error_page(500)


def error_page(status: int, reason: str = "") -> tuple[str | BaseResponse, int]:
    if wants_json():
        return jsonify(error=reason or status, request_id=g.get("request_id", "")), status
    name = f"errors/{status}.html" if status in PAGES else "errors/400.html" if status < 500 else "errors/500.html"
    return render_template(name, reason=reason, request_id=g.get("request_id", ""), status=status), status


PAGES = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)


class JsonLines(logging.Formatter):
    """One JSON object a line; no bodies, no addresses, no names."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update(getattr(record, "fields", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_to_stderr(level: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("alembic", "fontTools", "pikepdf", "weasyprint", "rq.worker", "werkzeug"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
