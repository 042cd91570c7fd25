"""Pages of the house itself: is it alive, is it ready, and the mails that were caught instead of sent."""

import email.message
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

from flask import Blueprint, Response, jsonify, render_template
from redis.exceptions import RedisError
from sqlalchemy import func, select

from plumbing.answers import HIDDEN, YES, Answer, Missing
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, Outbox
from plumbing.queue import REDIS_WAIT_SECONDS, connect
from plumbing.web import guarded

MAILS_SHOWN_MAX = 200
MAIL_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"

blueprint = Blueprint("house", __name__)
public = guarded("public", lambda: YES)


def _where_mail_is_caught() -> Answer:
    return YES if kernel().settings.catches_mail else HIDDEN


caught_mail = guarded("caught_mail", _where_mail_is_caught)


@blueprint.get("/healthz")
@public
def health() -> Response:
    """The process answers. Asks nothing of anybody else."""
    return jsonify(alive=True)


@blueprint.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """The database answers. Redis may be away: everything but mails and long jobs goes on, and they catch up."""
    database = kernel().database.is_up()
    return jsonify(database=database, queue=_queue_is_up()), 200 if database else 503


def _queue_is_up() -> bool:
    url = kernel().settings.redis_url
    try:
        return bool(url) and bool(connect(url, answer_seconds=REDIS_WAIT_SECONDS).ping())
    except RedisError:
        return False


@dataclass(frozen=True, slots=True)
class CaughtMail:
    id: int
    at: Any
    recipient: str
    subject: str
    state: str
    kind: str


@blueprint.get("/dev/mail")
@caught_mail
def mails() -> str:
    with kernel().database.session("read") as db:
        rows = db.execute(
            select(
                Delivery.id,
                Delivery.created_at.label("at"),
                Delivery.recipient,
                Delivery.subject,
                Delivery.state,
                Delivery.kind,
            )
            .order_by(Delivery.id.desc())
            .limit(MAILS_SHOWN_MAX)
        ).all()
        waiting = db.scalar(select(func.count()).select_from(Outbox).where(Outbox.delivered_at.is_(None)))
    return render_template("house/mails.html", mails=[CaughtMail(**row._asdict()) for row in rows], waiting=waiting)


@blueprint.get("/dev/mail/<int:mail_id>")
@caught_mail
def mail(mail_id: int) -> str:
    message = _message(mail_id)
    text = message.get_body(("plain",))
    calendar = next((part for part in message.walk() if part.get_content_type() == "text/calendar"), None)
    return render_template(
        "house/mail.html",
        mail_id=mail_id,
        headers=[(name, str(value)) for name, value in message.items()],
        subject=str(message["Subject"]),
        text=text.get_content() if text is not None else "",
        calendar=calendar.get_content() if calendar is not None else None,
    )


@blueprint.get("/dev/mail/<int:mail_id>/html")
@caught_mail
def mail_html(mail_id: int) -> Response:
    """The HTML part as a mail program shows it; in a sandbox, with the styles that mails need."""
    body = _message(mail_id).get_body(("html",))
    response = Response(body.get_content() if body is not None else "")
    response.headers["Content-Security-Policy"] = MAIL_CSP
    return response


def _message(mail_id: int) -> email.message.EmailMessage:
    with kernel().database.session("read") as db:
        stored = db.scalar(select(Delivery.message).where(Delivery.id == mail_id))
    if stored is None:
        raise Missing()
    return message_from_bytes(stored, policy=policy.default)
