"""From an outbox row to sent mail, in small transactions that may be cut off anywhere."""

import logging
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from plumbing import mail
from plumbing.kernel import Kernel
from plumbing.outbox import ATTEMPTS_MAX, CLAIM_LASTS, Delivery, Letter, Outbox, claim, compose, retry_delay

log = logging.getLogger(__name__)


def deliver(kernel: Kernel, outbox_id: int) -> bool:
    """Composes and sends what the row asks for. True when nothing is left to do.

    Safe to call at any time, any number of times, from any number of processes.
    """
    with kernel.database.session("write") as db:
        if not claim(db, outbox_id, kernel.clock.now()):
            return False
    try:
        _compose_once(kernel, outbox_id)
        left = _send_waiting(kernel, outbox_id)
    except Exception as error:
        log.exception("outbox row %s could not be delivered", outbox_id)
        left = f"{type(error).__name__}: {error}"[:300]
    _finish(kernel, outbox_id, left)
    return left is None


def _compose_once(kernel: Kernel, outbox_id: int) -> None:
    with kernel.database.session("read") as db:
        row = db.get_one(Outbox, outbox_id)
        if row.composed_at is not None:
            return
        letters = compose(db, row.kind, row.payload, kernel.clock.now())
        conference_id = row.conference_id
    with kernel.database.session("write") as db:
        now = kernel.clock.now()
        row = db.get_one(Outbox, outbox_id)
        if row.composed_at is not None:
            return
        seen: set[tuple[str, str]] = set()
        for letter in letters:
            if (letter.recipient, letter.kind) not in seen:
                seen.add((letter.recipient, letter.kind))
                db.add(_delivery(kernel, outbox_id, conference_id, letter, now))
        row.composed_at = now


def _delivery(kernel: Kernel, outbox_id: int, conference_id: int | None, letter: Letter, now: datetime) -> Delivery:
    message = mail.build(kernel.settings, letter, outbox_id=outbox_id, at=now)
    return Delivery(
        outbox_id=outbox_id,
        conference_id=conference_id,
        recipient=letter.recipient,
        recipient_name=letter.recipient_name[: mail.NAME_CHARS_MAX],
        kind=letter.kind,
        message_id=str(message["Message-ID"]),
        subject=letter.subject[:300],
        message=message.as_bytes(),
        created_at=now,
    )


def _send_waiting(kernel: Kernel, outbox_id: int) -> str | None:
    """Sends what waits; returns the last complaint when something has to be tried again.

    Where no server answers it asks for one letter only: many would hold a worker for as long as each takes to give up.
    """
    with kernel.database.session("read") as db:
        waiting = db.execute(
            select(Delivery.id, Delivery.recipient, Delivery.message)
            .where(Delivery.outbox_id == outbox_id, Delivery.state == "waiting")
            .order_by(Delivery.id)
        ).all()
    left = None
    for delivery_id, recipient, message in waiting:
        if not _hold(kernel, outbox_id, delivery_id):
            continue
        try:
            mail.send(kernel.settings, recipient, message)
        except mail.MailFailed as error:
            _note_failure(kernel, delivery_id, error)
            left = left if error.permanent else str(error)
            if error.is_away:
                break
        else:
            _note(kernel, delivery_id, state="sent", sent_at=kernel.clock.now(), last_error=None)
    return left


def _hold(kernel: Kernel, outbox_id: int, delivery_id: int) -> bool:
    """Keeps the claim while many letters go out one after the other; False when this one has been sent meanwhile.

    A worker that stood still for longer than its claim lasts finds the work done by another.
    """
    with kernel.database.session("write") as db:
        db.execute(update(Outbox).where(Outbox.id == outbox_id).values(claimed_until=kernel.clock.now() + CLAIM_LASTS))
        return db.scalar(select(Delivery.state).where(Delivery.id == delivery_id)) == "waiting"


def _note_failure(kernel: Kernel, delivery_id: int, error: mail.MailFailed) -> None:
    log.warning("delivery %s failed: %s", delivery_id, error)
    _note(kernel, delivery_id, state="failed" if error.permanent else "waiting", last_error=str(error)[:300])


def _note(kernel: Kernel, delivery_id: int, **values: object) -> None:
    with kernel.database.session("write") as db:
        noted = {"attempts": Delivery.attempts + 1, "tried_at": kernel.clock.now(), **values}
        db.execute(update(Delivery).where(Delivery.id == delivery_id).values(noted))


def _finish(kernel: Kernel, outbox_id: int, left: str | None) -> None:
    with kernel.database.session("write") as db:
        now = kernel.clock.now()
        row = db.get_one(Outbox, outbox_id, with_for_update=True)
        row.claimed_until = None
        row.attempts += 1
        row.last_error = left
        if left is None:
            # Somebody may have asked for another try of a letter while the others were on their way.
            row.delivered_at = None if _waits(db, outbox_id) else now
        else:
            row.due_at = now + retry_delay(row.attempts)
            if row.attempts >= ATTEMPTS_MAX:
                db.execute(
                    update(Delivery)
                    .where(Delivery.outbox_id == outbox_id, Delivery.state == "waiting")
                    .values(state="failed")
                )


def _waits(db: Session, outbox_id: int) -> bool:
    query = select(Delivery.id).where(Delivery.outbox_id == outbox_id, Delivery.state == "waiting")
    return db.scalar(query.limit(1)) is not None
