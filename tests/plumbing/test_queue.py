"""Transport over a real Redis, with real workers that are killed: nothing is lost, nothing goes out twice."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import replace
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

import pytest
from flask import Flask
from redis.exceptions import RedisError
from rq.job import Job as RqJob
from rq.job import JobStatus
from sqlalchemy import select, update

from conference.actor import SYSTEM, Actor
from conference.service import team
from conference.work import reading, writing
from plumbing.clock import FixedClock, SystemClock
from plumbing.db import Database
from plumbing.jobs import Job
from plumbing.kernel import kernel
from plumbing.outbox import CLAIM_LASTS, Outbox
from plumbing.queue import POKE_KEY, REDIS_ANSWER_SECONDS, connect, relay_forever, relay_once
from tests.factories import Cast
from tests.house.checks.source import ROOT
from tests.plumbing.parts import (
    WAIT_SECONDS_MAX,
    answers,
    connected,
    deliveries,
    environment,
    kill_group,
    outbox,
    process,
    ring,
    wait_until,
    web,
    work_off,
)
from tests.servers.redis import OwnRedis, RedisServer
from tests.servers.smtp import SmtpServer

PEOPLE = 9
NOBODY_THERE = "postgresql+psycopg://x@127.0.0.1:1/x"


def recipients(server: SmtpServer) -> list[str]:
    return [mail.recipients[0] for mail in server.messages]


def test_a_row_travels_from_the_relay_over_redis_to_the_recipient(
    app: Flask, redis_server: RedisServer, smtp_server: SmtpServer
) -> None:
    connected(app, smtp=smtp_server, redis=redis_server)
    redis = redis_server.client()
    number = ring("ada")
    assert redis.llen(POKE_KEY) == 1
    assert (relay_once(kernel(), redis), relay_once(kernel(), redis)) == (1, 0)
    work_off(redis_server)
    assert (recipients(smtp_server), deliveries(number)[0].state) == (["ada@example.org"], "sent")
    assert relay_once(kernel(), redis) == 0


def test_two_relays_at_once_queue_each_row_once(app: Flask, redis_server: RedisServer) -> None:
    shared = connected(app, redis=redis_server)
    for number in range(6):
        ring(f"person{number}")
    together, handed = threading.Barrier(2), []

    def relay() -> None:
        redis = redis_server.client()
        together.wait()
        handed.append(relay_once(shared, redis))

    threads = [threading.Thread(target=relay) for _relay in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(handed) == 6


def test_an_emptied_redis_loses_nothing(app: Flask, redis_server: RedisServer, smtp_server: SmtpServer) -> None:
    connected(app, smtp=smtp_server, redis=redis_server)
    ring("ada")
    ring("ben")
    assert relay_once(kernel(), redis_server.client()) == 2
    redis_server.client().flushall()
    assert relay_once(kernel(), redis_server.client()) == 2
    work_off(redis_server)
    assert sorted(recipients(smtp_server)) == ["ada@example.org", "ben@example.org"]


def test_without_the_database_the_relay_waits(
    app: Flask, redis_server: RedisServer, smtp_server: SmtpServer, caplog: pytest.LogCaptureFixture
) -> None:
    away = replace(connected(app, smtp=smtp_server, redis=redis_server), database=Database(NOBODY_THERE))
    over = threading.Event()
    relay = threading.Thread(
        target=relay_forever, args=(away, redis_server.client()), kwargs={"should_stop": over.is_set}
    )
    relay.start()
    try:
        wait_until(lambda: caplog.text.count("the database is busy or away") > 1, "the relay has tried twice")
        assert relay.is_alive()
    finally:
        over.set()
        relay.join()


def test_without_redis_writing_goes_on_and_the_mails_catch_up(
    app: Flask, own_redis: OwnRedis, smtp_server: SmtpServer
) -> None:
    """The relay survives the outage by itself."""
    shared = connected(app, smtp=smtp_server, redis=own_redis)
    over = threading.Event()
    own_redis.stop()
    relay = threading.Thread(
        target=relay_forever, args=(shared, own_redis.client()), kwargs={"should_stop": over.is_set}
    )
    relay.start()
    try:
        number = ring("ada")
        ready = app.test_client().get("/readyz")
        assert (ready.status_code, ready.json) == (200, {"database": True, "queue": False})
        assert outbox(number).delivered_at is None
        own_redis.start()
        wait_until(lambda: bool(own_redis.client().exists("rq:queue:mail")), "the relay has queued the row")
    finally:
        over.set()
        relay.join()
    work_off(own_redis)
    assert (recipients(smtp_server), outbox(number).last_error) == (["ada@example.org"], None)


def test_a_redis_that_stands_still_counts_as_away(app: Flask, own_redis: OwnRedis) -> None:
    """As when its host is gone without a word: nobody waits for ever."""
    connected(app, redis=own_redis)
    os.kill(own_redis.client().info("server")["process_id"], signal.SIGSTOP)
    assert app.test_client().get("/readyz").get_json() == {"database": True, "queue": False}
    with pytest.raises(RedisError):
        connect(own_redis.url, answer_seconds=0.2).ping()
    assert connect(own_redis.url).connection_pool.connection_kwargs["socket_timeout"] == REDIS_ANSWER_SECONDS


def test_a_worker_killed_in_the_middle_of_many_mails_loses_none_and_renames_none(
    app: Flask, cast: Cast, redis_server: RedisServer, smtp_server: SmtpServer, clock: FixedClock
) -> None:
    clock.set(SystemClock().now())  # The workers have the machine's clock, and invitations end.
    connected(app, smtp=smtp_server, redis=redis_server)
    _invite(cast)
    redis = redis_server.client()
    assert relay_once(kernel(), redis) == PEOPLE
    smtp_server.hold_from(2)
    with process("worker", settings=kernel().settings) as worker:
        wait_until(lambda: len(smtp_server.messages) >= 2, "some mails have gone out")
        kill_group(worker)
    assert len(smtp_server.messages) == 2
    smtp_server.accept()
    _let_claims_run_out(clock)
    relay_once(kernel(), redis)
    with process("worker", settings=kernel().settings):
        wait_until(lambda: len(set(recipients(smtp_server))) == PEOPLE, "everybody has the mail")
    names = {(mail.recipients[0], str(mail.message["Message-ID"])) for mail in smtp_server.messages}
    assert len(names) == PEOPLE
    assert max(Counter(recipients(smtp_server)).values()) <= 2


def test_long_work_has_its_turn_before_all_mails_have_gone(app: Flask, redis_server: RedisServer) -> None:
    """A mail server that lets every sender wait would else keep it from beginning for hours."""
    connected(app, redis=redis_server)
    rows = [ring(f"person{number}") for number in range(PEOPLE)]
    with writing(SYSTEM) as work:
        work.start_job("test.unheard_of", {}, conference_id=None)
    assert relay_once(kernel(), redis_server.client()) == PEOPLE + 1
    with process("worker", settings=kernel().settings):
        wait_until(lambda: bool(outbox(rows[-1]).delivered_at and job_end()), "everything is done")
    last, job = outbox(rows[-1]).delivered_at, job_end()
    assert last is not None and job is not None and job < last


def job_end() -> datetime | None:
    with reading(SYSTEM) as work:
        return work.db.scalars(select(Job.ended_at)).one()


def _invite(cast: Cast) -> None:
    chair = Actor(account_id=cast.cleo, roles=frozenset({(cast.conference, "chair", None)}))
    for number in range(PEOPLE):
        with writing(chair) as work:
            people = [team.Invited(f"Person {number}", f"person{number}@example.org")]
            team.invite(work, conference_id=cast.conference, people=people, kind="reviewer", track_id=None, locale="en")


def _let_claims_run_out(clock: FixedClock) -> None:
    """Two minutes pass, also for the workers, which have the machine's clock."""
    clock.advance(2 * CLAIM_LASTS)
    with writing(Actor(is_system=True)) as work:
        work.db.execute(update(Outbox).values(claimed_until=None))


KILLED_BEFORE_ITS_POKE = """
import os, signal
from dataclasses import replace
from datetime import datetime
from conference.actor import SYSTEM
from conference.work import reading, writing
from plumbing.clock import FixedClock, SystemClock
from plumbing.db import Database
from plumbing.jobs import Job
from plumbing.kernel import EXTENSION
from plumbing.settings import Settings
from tests.fixtures.app import NOW
from tests.plumbing.parts import Rang
from wsgi import create_app

app = create_app(Settings.from_environment(), clock=FixedClock(NOW))
kernel = app.extensions[EXTENSION]
app.extensions[EXTENSION] = replace(kernel, poke=lambda: os.kill(os.getpid(), signal.SIGKILL))
with app.app_context(), writing(SYSTEM) as work:
    work.emit(Rang(["ada"]), conference_id=None)
"""


def test_a_process_killed_between_commit_and_poke_loses_nothing(
    app: Flask, redis_server: RedisServer, smtp_server: SmtpServer
) -> None:
    connected(app, smtp=smtp_server, redis=redis_server)
    command = [sys.executable, "-c", KILLED_BEFORE_ITS_POKE]
    done = subprocess.run(command, env=environment(kernel().settings), cwd=ROOT, check=False)
    assert (done.returncode, redis_server.client().llen(POKE_KEY)) == (-9, 0)
    assert relay_once(kernel(), redis_server.client()) == 1
    work_off(redis_server)
    assert recipients(smtp_server) == ["ada@example.org"]


def test_a_web_server_killed_between_commit_and_poke_loses_nothing(
    app: Flask, cast: Cast, redis_server: RedisServer, smtp_server: SmtpServer
) -> None:
    """A real form of a real server, whose process dies with the answer still unsaid."""
    settings = connected(app, smtp=smtp_server, redis=redis_server).settings
    with web(settings, module="tests.plumbing.deadly:app") as (server, url):
        with pytest.raises((HTTPException, ConnectionError)):
            _ask_for_a_new_password(url, "ada@acme.example")
        assert server.poll() is None
        wait_until(lambda: answers(url), "another process serves")
    assert (_rows(), redis_server.client().llen(POKE_KEY)) == ([("PasswordToReset", None)], 0)
    assert relay_once(kernel(), redis_server.client()) == 1
    with process("worker", settings=settings):
        wait_until(lambda: recipients(smtp_server) == ["ada@acme.example"], "Ada has the mail")


def _ask_for_a_new_password(url: str, email: str) -> None:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=WAIT_SECONDS_MAX)
    connection.request("GET", "/account/reset")
    page = connection.getresponse()
    cookie = page.headers["Set-Cookie"].split(";")[0]
    token = re.findall(r'name="csrf_token"[^>]* value="([^"]+)"', page.read().decode())[0]
    form = urlencode({"csrf_token": token, "email": email})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/account/reset", form, headers)
    connection.getresponse()


def _rows() -> list[tuple[str, object]]:
    with reading(SYSTEM) as work:
        return [tuple(row) for row in work.db.execute(select(Outbox.kind, Outbox.delivered_at))]


KILLED_BEFORE_IT_BEGAN = """
import os, signal
from rq import Worker
from plumbing.queue import MAIL_QUEUE, connect
from plumbing.settings import Settings

class Taker(Worker):
    def execute_job(self, job, queue):
        os.kill(os.getpid(), signal.SIGKILL)

Taker([MAIL_QUEUE, "other"], connection=connect(Settings.from_environment().redis_url)).work(burst=True)
"""


def test_what_a_killed_worker_had_taken_and_not_begun_is_handed_over_again(
    app: Flask, redis_server: RedisServer, smtp_server: SmtpServer
) -> None:
    """RQ still calls such a job queued, although it is in no queue."""
    connected(app, smtp=smtp_server, redis=redis_server)
    redis, number = redis_server.client(), ring("ada")
    assert relay_once(kernel(), redis) == 1
    command = [sys.executable, "-c", KILLED_BEFORE_IT_BEGAN]
    done = subprocess.run(command, env=environment(kernel().settings), cwd=ROOT, check=False)
    job = RqJob.fetch(f"deliver-{number}", connection=redis)
    assert (done.returncode, redis.llen(f"rq:queue:{job.origin}"), job.get_status()) == (-9, 0, JobStatus.QUEUED)
    assert (relay_once(kernel(), redis), relay_once(kernel(), redis)) == (1, 0)
    work_off(redis_server)
    assert recipients(smtp_server) == ["ada@example.org"]
