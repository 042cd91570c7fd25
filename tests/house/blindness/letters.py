"""Every mail of the world by the person who gets it, and everything that travels or is kept beside them."""

import json
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading
from plumbing.jobs import Job
from plumbing.outbox import Delivery, Outbox
from tests.house.blindness.canaries import forbidden, found_in
from tests.house.blindness.unpack import mail_text
from tests.house.blindness.world import World


@dataclass(frozen=True)
class Mail:
    role: str
    kind: str
    recipient: str
    message: bytes

    @cached_property
    def seen(self) -> set[str]:
        return found_in(mail_text(self.message))


@dataclass(frozen=True, slots=True)
class Letters:
    mails: tuple[Mail, ...]
    carried: str
    """Payloads of the outbox, parameters and results of jobs: what goes through queues and logs."""

    @property
    def leaks(self) -> list[str]:
        lines = {(mail.role, mail.kind, *sorted(forbidden(mail.role, mail.seen))) for mail in self.mails}
        return sorted(" ".join(line) for line in lines if len(line) > 2)

    def seen_by(self, role: str) -> set[str]:
        return {key for mail in self.mails if mail.role == role for key in mail.seen}


def letters_of(world: World) -> Letters:
    with world.app.app_context(), reading(SYSTEM) as work:
        rows = work.db.execute(select(Delivery.recipient, Delivery.kind, Delivery.message).order_by(Delivery.id)).all()
        outbox = work.db.execute(select(Outbox.payload, Outbox.last_error)).all()
        jobs = work.db.execute(select(Job.params, Job.result, Job.sentence, Job.error)).all()
    mails = tuple(Mail(world.role_of(row.recipient), row.kind, row.recipient, row.message) for row in rows)
    return Letters(mails, json.dumps([list(row) for row in (*outbox, *jobs)], default=str))
