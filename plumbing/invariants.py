"""What must always hold in the data of this floor; ``rostrum check`` asks. Every check reads and changes nothing."""

from sqlalchemy import select

from plumbing import migrate
from plumbing.cli import invariant
from plumbing.jobs import Job
from plumbing.kernel import kernel
from plumbing.outbox import Delivery, Outbox


@invariant
def tables_are_as_the_models_say() -> list[str]:
    return [f"table: {difference}" for difference in migrate.drift(kernel().database)]


@invariant
def what_counts_as_delivered_has_no_letter_waiting() -> list[str]:
    with kernel().database.session("read") as db:
        rows = db.execute(
            select(Delivery.id, Delivery.outbox_id)
            .join(Outbox, Outbox.id == Delivery.outbox_id)
            .where(Outbox.delivered_at.is_not(None), Delivery.state == "waiting")
        ).all()
    return [f"delivery {row.id} waits, but outbox row {row.outbox_id} counts as delivered" for row in rows]


@invariant
def a_job_that_runs_has_somebody_who_runs_it() -> list[str]:
    with kernel().database.session("read") as db:
        rows = db.scalars(
            select(Job.ref).where(Job.state == "running", Job.claim.is_(None) | Job.heartbeat_at.is_(None))
        )
        return [f"job {ref} runs, but nobody has it" for ref in rows]
