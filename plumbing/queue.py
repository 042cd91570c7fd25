"""Transport: RQ over Redis. It carries row numbers and nothing else, and may be emptied at any moment."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress

from flask import current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job as RqJob
from rq.worker import RoundRobinWorker

from plumbing import deliver as delivery
from plumbing import jobs, outbox
from plumbing.db import Busy
from plumbing.kernel import Kernel, kernel
from plumbing.sweep import sweep_files

log = logging.getLogger(__name__)

MAIL_QUEUE, LONG_QUEUE = "mail", "long"
QUEUES = (MAIL_QUEUE, LONG_QUEUE)
POKE_KEY = "rostrum:poke"
POKES_MAX = 10
REDIS_WAIT_SECONDS = 2
REDIS_ANSWER_SECONDS = 10
"""Silence for this long is no answer: a host that vanished says nothing. Longer than a relay waits for a poke."""
POKE_SECONDS_MAX = 0.2
JOB_SECONDS_MAX = 3600
KEEP_FAILED_SECONDS = 60
SWEEP_FILES_EVERY_SECONDS = 3600


def connect(url: str, *, answer_seconds: float = REDIS_ANSWER_SECONDS) -> Redis:
    return Redis.from_url(url, socket_connect_timeout=REDIS_WAIT_SECONDS, socket_timeout=answer_seconds)


def poker(redis_url: str, *, seconds_max: float = POKE_SECONDS_MAX) -> Callable[[], None]:
    """A poke for the kernel: wakes the relay, and gives up quietly (with a log line) when Redis is away."""
    if not redis_url:
        return lambda: None
    redis = Redis.from_url(redis_url, socket_connect_timeout=seconds_max, socket_timeout=seconds_max)

    def poke() -> None:
        try:
            redis.lpush(POKE_KEY, 1)
            redis.ltrim(POKE_KEY, 0, POKES_MAX - 1)
        except RedisError as error:
            log.warning("the relay was not poked (%s); the sweep will find the row", error)

    return poke


def relay_once(kernel: Kernel, redis: Redis) -> int:
    """Hands every due row to RQ once; a row that is already queued is left alone. Returns how many were handed over."""
    now = kernel.clock.now()
    with kernel.database.session("read") as db:
        rows, long_rows = outbox.due_ids(db, now), jobs.due_ids(db, now)
    handed = sum(_enqueue(redis, MAIL_QUEUE, "deliver", row) for row in rows)
    return handed + sum(_enqueue(redis, LONG_QUEUE, "run_job", row) for row in long_rows)


def _enqueue(redis: Redis, queue: str, name: str, row: int) -> int:
    job_id = f"{name}-{row}"
    _forget_dead(redis, job_id)
    with suppress(DuplicateJobError):
        Queue(queue, connection=redis).enqueue(
            f"plumbing.queue.{name}",
            row,
            job_id=job_id,
            unique=True,
            result_ttl=0,
            failure_ttl=KEEP_FAILED_SECONDS,
            job_timeout=JOB_SECONDS_MAX,
        )
        return 1
    return 0


def _forget_dead(redis: Redis, job_id: str) -> None:
    """Removes a job that is not waiting any more although the database says that its row is due.

    A worker killed in the middle leaves its job "started" for as long as its time-out, or "queued" and in no queue when
    it had only just taken it; the claim on the row ran out long before. Should the job be alive after all, the claim
    makes the second one do nothing.
    """
    with suppress(NoSuchJobError):
        known = RqJob.fetch(job_id, connection=redis)
        is_taken = redis.lpos(f"rq:queue:{known.origin}", job_id) is None
        if is_taken or known.get_status() not in ("queued", "deferred", "scheduled"):
            known.delete()


def relay_forever(kernel: Kernel, redis: Redis, *, should_stop: Callable[[], bool]) -> None:
    """Sweeps when poked and every ``REDIS_WAIT_SECONDS``, so that retries fall due.

    Survives a Redis that is away and a database that is busy or away.

    At its start and every hour it also deletes stored files that no row names.
    """
    files_due = time.monotonic()
    while not should_stop():
        try:
            if time.monotonic() >= files_due:
                files_due += SWEEP_FILES_EVERY_SECONDS
                _sweep_files(kernel)
            relay_once(kernel, redis)
            redis.blpop([POKE_KEY], timeout=REDIS_WAIT_SECONDS)
        except RedisError as error:
            log.warning("Redis is away: %s", error)
            time.sleep(REDIS_WAIT_SECONDS)
        except Busy as error:
            log.warning("the database is busy or away: %s", error)
            time.sleep(REDIS_WAIT_SECONDS)


def _sweep_files(kernel: Kernel) -> None:
    """Mails do not wait because of a folder that cannot be written."""
    try:
        sweep_files(kernel)
    except OSError:
        log.exception("stored files could not be swept; the next try is in an hour")


def deliver(outbox_id: int) -> None:
    """The RQ job for one outbox row. Retries are the database's business (``due_at``): it never raises."""
    delivery.deliver(kernel(), outbox_id)


def run_job(job_id: int) -> None:
    """The RQ job for one ``Job`` row."""
    jobs.run(kernel(), job_id)


def drain(app_kernel: Kernel) -> int:
    """Does everything that is due in this process, without Redis; for tests, the demo and commands. Counts rows."""
    done = 0
    while True:
        with app_kernel.database.session("read") as db:
            now = app_kernel.clock.now()
            rows, long_rows = outbox.due_ids(db, now), jobs.due_ids(db, now)
        if not rows and not long_rows:
            return done
        for row in rows:
            delivery.deliver(app_kernel, row)
        for row in long_rows:
            jobs.run(app_kernel, row)
        done += len(rows) + len(long_rows)


def start_worker(redis: Redis) -> None:
    """Runs an RQ worker in this process until it is stopped; each job runs inside the application's context.

    The queues take turns: a mail server that lets every sender wait must not keep long work from beginning.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context():
        RoundRobinWorker(list(QUEUES), connection=redis).work(with_scheduler=False, logging_level="WARNING")
