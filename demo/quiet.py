"""No mail leaves for people who do not exist: what was emitted counts as delivered, and a few letters are kept."""

from sqlalchemy import func, select, update

from demo.making import Making
from plumbing import mail
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, Outbox, compose

KEPT_PER_KIND = 2


def last_row(making: Making) -> int:
    return making.db.scalar(select(func.max(Outbox.id))) or 0


def keep_some_letters(making: Making, *, after: int) -> None:
    """Letters of the newest events of each kind, as if caught when they were due. They were never sent anywhere."""
    rows = making.db.scalars(select(Outbox).where(Outbox.id > after).order_by(Outbox.id.desc())).all()
    kept: dict[str, int] = {}
    chosen = []
    for row in rows:
        if kept.get(row.kind, 0) < KEPT_PER_KIND:
            kept[row.kind] = kept.get(row.kind, 0) + 1
            chosen.append(row)
    for row in reversed(chosen):
        for letter in compose(making.db, row.kind, row.payload, making.now)[:KEPT_PER_KIND]:
            message = mail.build(kernel().settings, letter, outbox_id=row.id, at=row.created_at)
            making.db.add(
                Delivery(
                    outbox_id=row.id,
                    conference_id=row.conference_id,
                    recipient=letter.recipient,
                    kind=letter.kind,
                    message_id=str(message["Message-ID"]),
                    subject=letter.subject,
                    message=message.as_bytes(),
                    state="sent",
                    created_at=row.created_at,
                    sent_at=row.created_at,
                    attempts=1,
                )
            )
    making.db.flush()


def count_as_delivered(making: Making, *, after: int) -> None:
    making.db.execute(
        update(Outbox)
        .where(Outbox.id > after)
        .values(composed_at=Outbox.created_at, delivered_at=Outbox.created_at, attempts=1)
    )
