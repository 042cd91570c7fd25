"""Long work: a row with state, progress, result or a readable failure, and a cancel button.

The RQ function is a thin wrapper: it claims the row, runs the registered function, writes the end. A worker
that dies leaves a row whose heartbeat goes stale; the sweep hands it to another worker. Each run carries a
claim token, so a run that was thought dead cannot overwrite the result of the one that replaced it.
"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, Dialect, Index, Text, TypeDecorator, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from plumbing.answers import Conflict, Invalid, Missing, Refused
from plumbing.db import Base, Id
from plumbing.kernel import Kernel
from plumbing.refs import new_ref
from plumbing.sentences import Sentence, pack, sentence, unpack

log = logging.getLogger(__name__)

HEARTBEAT = timedelta(seconds=5)
STALE_AFTER = timedelta(seconds=30)
RUNS_MAX = 5
RUNNABLE = ("queued", "running")
NOT_THERE = sentence("What this was about is not there any more.")


class Told(TypeDecorator[Sentence]):
    """A sentence, kept with its message id so that each reader gets it in a language of their own.

    Plain text, as older rows have it, is a sentence without parameters.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Sentence | None, _dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(pack(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Sentence | None:
        if not value:
            return None
        return unpack(json.loads(value)) if value.startswith('{"text"') else Sentence(value)


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        Index("ix_job_state", "state", "heartbeat_at"),
    )

    id: Mapped[Id]
    ref: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    conference_id: Mapped[int | None]
    account_id: Mapped[int | None]
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued")
    progress: Mapped[int] = mapped_column(default=0)
    sentence: Mapped[Sentence | None] = mapped_column(Told(), default=None)
    """The last word of the work on how far it is; ``str()`` puts it into the reader's language."""
    result: Mapped[dict[str, Any] | None]
    error: Mapped[Sentence | None] = mapped_column(Told(), default=None)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    runs: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(default=None)
    created_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Cancelled(Exception):
    """Somebody pressed cancel; raised inside the work by ``Progress`` so that it unwinds."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a job function is given to tell how far it is. Raises ``Cancelled`` when it should stop."""

    kernel: Kernel
    job_id: int
    claim: str

    def __call__(self, percent: int, words: Sentence) -> None:
        self._update(progress=max(0, min(100, percent)), sentence=words)
        if self.should_stop():
            raise Cancelled()

    def should_stop(self) -> bool:
        with self.kernel.database.session("read") as db:
            row = db.execute(select(Job.cancel_asked, Job.claim).where(Job.id == self.job_id)).one()
        return bool(row.cancel_asked) or row.claim != self.claim

    def beat(self) -> None:
        self._update()

    def _update(self, **values: object) -> None:
        with self.kernel.database.session("write") as db:
            db.execute(
                update(Job)
                .where(Job.id == self.job_id, Job.claim == self.claim)
                .values(heartbeat_at=self.kernel.clock.now(), **values)
            )


JobFunction = Callable[[dict[str, Any], Progress], dict[str, Any]]
_functions: dict[str, JobFunction] = {}


def job(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Registers the function that does jobs of this kind: ``(params, progress) -> result``."""

    def register(function: JobFunction) -> JobFunction:
        _functions[kind] = function
        return function

    return register


def enqueue(
    db: Session, kind: str, params: dict[str, Any], *, now: datetime, conference_id: int | None, account_id: int | None
) -> Job:
    """Writes the row in the caller's transaction; the relay finds it after the commit."""
    row = Job(
        ref=new_ref(), kind=kind, params=params, conference_id=conference_id, account_id=account_id, created_at=now
    )
    db.add(row)
    db.flush()
    return row


def ask_to_cancel(db: Session, job: Job, *, now: datetime) -> None:
    job.cancel_asked = True
    if job.state == "queued":
        job.state, job.ended_at = "cancelled", now


def due_ids(db: Session, now: datetime) -> list[int]:
    """Jobs that wait, or whose worker has not been heard of for ``STALE_AFTER``. One query."""
    stale = now - STALE_AFTER
    query = select(Job.id).where((Job.state == "queued") | ((Job.state == "running") & (Job.heartbeat_at < stale)))
    return list(db.scalars(query.order_by(Job.id)))


def run(kernel: Kernel, job_id: int) -> None:
    """Runs one job to its end, with a heartbeat beside it. Returns at once when another worker has it."""
    claimed = _claim(kernel, job_id)
    if claimed is None:
        return
    kind, params, progress = claimed
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(progress, stop), daemon=True)
    heart.start()
    try:
        end = _attempt(kind, params, progress)
    finally:
        stop.set()
        heart.join()
    with kernel.database.session("write") as db:
        db.execute(
            update(Job)
            .where(Job.id == job_id, Job.claim == progress.claim)
            .values(ended_at=kernel.clock.now(), claim=None, **end)
        )


def _claim(kernel: Kernel, job_id: int) -> tuple[str, dict[str, Any], Progress] | None:
    with kernel.database.session("write") as db:
        now = kernel.clock.now()
        token = new_ref()
        taken = db.execute(
            update(Job)
            .where(Job.id == job_id)
            .where((Job.state == "queued") | ((Job.state == "running") & (Job.heartbeat_at < now - STALE_AFTER)))
            .values(state="running", claim=token, heartbeat_at=now, runs=Job.runs + 1)
        )
        if not taken.rowcount:  # type: ignore[attr-defined]
            return None
        row = db.get_one(Job, job_id)
        if row.runs > RUNS_MAX:
            row.state, row.ended_at, row.claim = "failed", now, None
            row.error = sentence("The worker died each time it tried this. The log of the worker says more.")
            return None
        return row.kind, row.params, Progress(kernel, job_id, token)


def _attempt(kind: str, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    if kind not in _functions:
        return _failed(sentence("Nobody here knows jobs of the kind “%(kind)s”.", kind=kind))
    try:
        result = _functions[kind](params, progress)
    except Cancelled:
        return {"state": "cancelled"}
    except (Invalid, Conflict) as error:
        return _failed(error.reason)
    except Refused as error:
        return _failed(error.answer.reason or NOT_THERE)
    except Missing:
        return _failed(NOT_THERE)
    except Exception:
        reference = new_ref()
        log.exception("job %s (%s) failed, reference %s", progress.job_id, kind, reference)
        return _failed(
            sentence(
                "It failed for a reason that nobody foresaw. The log has it as %(reference)s.", reference=reference
            )
        )
    return {"state": "done", "progress": 100, "result": result}


def _failed(reason: Sentence) -> dict[str, Any]:
    return {"state": "failed", "error": reason}


def _beat(progress: Progress, stop: threading.Event) -> None:
    while not stop.wait(HEARTBEAT.total_seconds()):
        try:
            progress.beat()
        except Exception:
            log.exception("heartbeat of job %s failed", progress.job_id)
