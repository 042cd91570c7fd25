"""A worker that dies while it draws: another one makes the programme, whole, and it is there once."""

import io
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from flask import Flask
from sqlalchemy import select, update

from conference.actor import SYSTEM
from conference.work import reading, writing
from plumbing.jobs import Job
from plumbing.kernel import kernel
from plumbing.queue import drain, relay_once
from schedule.models import Programme
from schedule.programmes import ask_for_programme
from tests.house.checks.source import ROOT
from tests.plumbing.parts import connected, environment, process, wait_until
from tests.schedule.stage import Stage
from tests.servers.redis import RedisServer

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

# ``rostrum worker``, but the process that draws stops where it is once it has drawn the first page.
STANDS_STILL = """
import os, signal
import wsgi
from plumbing import jobs

tell, drawn = jobs.Progress.__call__, []

def tell_and_stop(progress, percent, words):
    tell(progress, percent, words)
    drawn.extend([percent] if str(words) == "Drawing the pages" else [])
    if len(drawn) == 2:
        os.kill(os.getpid(), signal.SIGSTOP)

jobs.Progress.__call__ = tell_and_stop
wsgi.main()
"""


def test_a_programme_whose_worker_was_killed_while_it_drew_is_made_by_another(
    app: Flask, stage: Stage, redis_server: RedisServer
) -> None:
    settings = connected(app, redis=redis_server).settings
    for hours, talk in enumerate(stage.talks):
        stage.place(talk, hours=hours)
    stage.release("First plan")
    drain(kernel())
    with writing(stage.cleo) as work:
        ask_for_programme(work, conference_id=stage.where, paper="A5", locale="en")
    assert relay_once(kernel(), redis_server.client()) == 1
    command = [sys.executable, "-c", STANDS_STILL, "worker"]
    first = subprocess.Popen(command, env=environment(settings), cwd=ROOT, start_new_session=True)
    try:
        wait_until(lambda: "T" in states(first).values(), "the first worker has drawn a page and stands still")
    finally:
        kill_all(first)
    assert str(job().sentence) == "Drawing the pages"
    assert (job().state, job().runs, programmes()) == ("running", 1, [])
    _let_the_heart_stand_still()
    assert relay_once(kernel(), redis_server.client()) == 1
    with process("worker", settings=settings):
        wait_until(lambda: job().state in ("done", "failed"), "the second worker has finished")
    [key] = programmes()
    assert (job().state, job().runs, str(job().sentence)) == ("done", 2, "The programme is ready")
    with pikepdf.open(io.BytesIO(kernel().blobs.get(key))) as file:
        assert len(file.pages) == (job().result or {})["page_count"]


def states(worker: "subprocess.Popen[bytes]") -> dict[int, str]:
    """Number → state of all processes of the worker's session: it draws in one that it forks."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, _group, session = path.read_text().rpartition(")")[2].split()[:4]
            if session == str(worker.pid):
                found[int(path.parent.name)] = state
    return found


def kill_all(worker: "subprocess.Popen[bytes]") -> None:
    """``kill -9``, first to the one that would tell of the end of the one that draws."""
    for number in sorted(states(worker), key=lambda number: number != worker.pid):
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    worker.wait()


def job() -> Job:
    with reading(SYSTEM) as work:
        return work.db.scalars(select(Job)).one()


def programmes() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Programme.blob_key)))


def _let_the_heart_stand_still() -> None:
    """Its time passes, also for the workers, which have the machine's clock."""
    with writing(SYSTEM) as work:
        work.db.execute(update(Job).values(heartbeat_at=LONG_AGO))
