"""What the tests of mails and jobs share: an event whose letters are known, and real processes of ours."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from typing import Any, ClassVar

from flask import Flask
from rq import SimpleWorker
from sqlalchemy import select
from sqlalchemy.orm import Session

from conference.actor import SYSTEM
from conference.work import reading, writing
from plumbing import processes, queue
from plumbing.kernel import EXTENSION, Kernel, kernel
from plumbing.outbox import Delivery, Event, Letter, Outbox, on
from plumbing.settings import PREFIX, Settings
from tests.house.checks.source import ROOT
from tests.servers.ports import WEB_PORTS, free_port
from tests.servers.redis import OwnRedis, RedisServer
from tests.servers.smtp import SmtpServer

WAIT_SECONDS_MAX = 250
"""Long enough for a machine that does ten other things; nobody waits this long otherwise."""


@dataclass(frozen=True, slots=True)
class Rang(Event):
    """The bell rang for some people, each of whom gets a letter."""

    kind: ClassVar[str] = "test.Rang"
    people: list[str]


@on("test.Rang")
def rang(db: Session, payload: dict[str, Any], now: datetime) -> list[Letter]:
    return [letter(f"{name}@example.org", name) for name in payload["people"]]


def letter(address: str, name: str, **values: Any) -> Letter:
    words = {"subject": f"Für {name}: es läutet", "text": "Läuten.\n", "html": "<p>Läuten.</p>"}
    return Letter(**{"kind": "rang", "recipient": address, "recipient_name": name, "locale": "de", **words, **values})


def ring(*people: str) -> int:
    """Writes the outbox row and returns its number."""
    with writing(SYSTEM) as work:
        work.emit(Rang(list(people)), conference_id=None)
    with reading(SYSTEM) as work:
        return work.db.scalars(select(Outbox.id).order_by(Outbox.id.desc()).limit(1)).one()


def outbox(number: int) -> Outbox:
    with reading(SYSTEM) as work:
        return work.db.get_one(Outbox, number)


def deliveries(number: int) -> list[Delivery]:
    with reading(SYSTEM) as work:
        query = select(Delivery).where(Delivery.outbox_id == number).order_by(Delivery.id)
        return list(work.db.scalars(query))


def connected(app: Flask, *, smtp: SmtpServer | None = None, redis: RedisServer | OwnRedis | None = None) -> Kernel:
    """The application's kernel, from now on with these servers."""
    settings = kernel().settings
    if smtp is not None:
        settings = replace(settings, smtp_host=smtp.host, smtp_port=smtp.port, smtp_security="none")
    if redis is not None:
        settings = replace(settings, redis_url=redis.url)
    # Patient: whether a poke arrives must not depend on how busy the machine is.
    poke = queue.poker(settings.redis_url, seconds_max=WAIT_SECONDS_MAX)
    app.extensions[EXTENSION] = replace(kernel(), settings=settings, poke=poke)
    return kernel()


def work_off(redis: RedisServer | OwnRedis) -> None:
    """Everything that is queued, in this process."""
    SimpleWorker(list(queue.QUEUES), connection=redis.client()).work(burst=True, logging_level="ERROR")


def environment(settings: Settings, **more: str) -> dict[str, str]:
    """Environment variables that make another process see the same servers."""
    names = ("secret_key", "instance_dir", "database_url", "redis_url", "smtp_host", "smtp_port", "smtp_security")
    told = {PREFIX + name.upper(): str(getattr(settings, name)) for name in names}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**clean, **told, "PYTHONPATH": str(ROOT), **more}


@contextmanager
def process(*words: str, settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """``rostrum …`` in a process group of its own, killed at the end with all that it started."""
    command = [sys.executable, "-c", "import wsgi; wsgi.main()", *words]
    child = subprocess.Popen(command, env=environment(settings), cwd=ROOT, start_new_session=True)
    try:
        yield child
    finally:
        kill_group(child)


@contextmanager
def web(settings: Settings, *, module: str = "wsgi:app") -> Iterator[tuple["subprocess.Popen[bytes]", str]]:
    """The web server as ``rostrum serve`` starts it, on a port of its own; yields it with its address.

    ``module`` names another application for it to serve.
    """
    settings = replace(settings, bind=f"127.0.0.1:{free_port(WEB_PORTS)}")
    url = f"http://{settings.bind}"
    command = [module if word == "wsgi:app" else word for word in processes.web_command(settings)]
    child = subprocess.Popen(command, env=environment(settings), cwd=ROOT, start_new_session=True)
    try:
        wait_until(lambda: child.poll() is None and answers(url), "the web server answers")
        yield child, url
    finally:
        kill_group(child)


def answers(url: str) -> bool:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=WAIT_SECONDS_MAX)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def kill_group(child: "subprocess.Popen[bytes]") -> None:
    """``kill -9``, the forked work horse included."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def wait_until(ready: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WAIT_SECONDS_MAX
    while not ready():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.02)
