"""Long work: told while it runs, stopped when asked, taken up again when its worker dies, never overwritten."""

import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from conference.actor import SYSTEM
from conference.locale import speaking
from conference.work import reading, writing
from plumbing import jobs
from plumbing.answers import Conflict, Invalid, Missing, Refused, no
from plumbing.clock import FixedClock
from plumbing.jobs import RUNS_MAX, STALE_AFTER, Job, Progress, job
from plumbing.kernel import kernel
from plumbing.queue import drain
from plumbing.sentences import counted, sentence
from tests.house.checks.source import ROOT
from tests.plumbing.parts import WAIT_SECONDS_MAX, environment, wait_until

Params = dict[str, Any]
MOMENT = timedelta(seconds=1)
_gates: dict[str, threading.Event] = {}


@job("test.count")
def count(params: Params, progress: Progress) -> Params:
    for number in range(params["to"]):
        progress(10 * number, sentence("%(done)s of %(all)s", done=number, all=params["to"]))
        if number == params.get("cancel_at"):
            with writing(SYSTEM) as work:
                jobs.ask_to_cancel(work.db, work.db.get_one(Job, progress.job_id), now=work.now)
    return {"counted": params["to"]}


@job("test.fail")
def fail(params: Params, progress: Progress) -> Params:
    progress(40, sentence("Nearly half"))
    raise REASONS[params["how"]][0] if params["how"] in REASONS else KeyError("shelf")


@job("test.wait")
def wait(params: Params, progress: Progress) -> Params:
    """The first run stands still until it is let go; every later one is quick."""
    first = _gates.pop("stands", None)
    if first is not None:
        first.set()
        assert _gates["go"].wait(WAIT_SECONDS_MAX)
        return {"by": "the first run"}
    return {"by": "the second run"}


def start(kind: str, **params: Any) -> int:
    with writing(SYSTEM) as work:
        work.start_job(kind, params, conference_id=None)
    with reading(SYSTEM) as work:
        return max(jobs.due_ids(work.db, kernel().clock.now()))


def row(number: int) -> Job:
    with reading(SYSTEM) as work:
        return work.db.get_one(Job, number)


def due() -> list[int]:
    with reading(SYSTEM) as work:
        return jobs.due_ids(work.db, kernel().clock.now())


def test_a_job_tells_how_far_it_is_and_what_came_of_it(app: Flask, clock: FixedClock) -> None:
    number = start("test.count", to=3)
    assert drain(kernel()) == 1
    done = row(number)
    assert (done.state, done.progress, done.result) == ("done", 100, {"counted": 3})
    assert (str(done.sentence), done.runs, done.ended_at, due()) == ("2 of 3", 1, clock.now(), [])


def test_a_job_that_is_cancelled_while_it_runs_stops_at_its_next_word(app: Flask) -> None:
    number = start("test.count", to=9, cancel_at=3)
    drain(kernel())
    done = row(number)
    assert (done.state, done.progress, done.result) == ("cancelled", 40, None)


def test_a_job_that_is_cancelled_before_it_began_never_runs(app: Flask) -> None:
    number = start("test.count", to=3)
    with writing(SYSTEM) as work:
        jobs.ask_to_cancel(work.db, work.db.get_one(Job, number), now=work.now)
    assert drain(kernel()) == 0
    assert (row(number).state, row(number).runs) == ("cancelled", 0)


REASONS = {
    "invalid": (Invalid("rooms", "none", sentence("There are no rooms.")), "There are no rooms."),
    "conflict": (Conflict(), "This was changed meanwhile by someone else or in another window."),
    "refused": (Refused(no("Only the chairs.")), "Only the chairs."),
    "missing": (Missing(), "What this was about is not there any more."),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_job_that_fails_keeps_a_readable_reason(app: Flask, name: str) -> None:
    number = start("test.fail", how=name)
    drain(kernel())
    done = row(number)
    assert (done.state, done.progress, done.claim) == ("failed", 40, None)
    assert str(done.error) == REASONS[name][1]


def test_what_nobody_foresaw_is_told_by_a_reference_that_the_log_explains(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    number = start("test.fail", how="unforeseen")
    drain(kernel())
    done = row(number)
    assert done.error is not None
    (_name, reference), *rest = done.error.params
    assert rest == []
    words = f"It failed for a reason that nobody foresaw. The log has it as {reference}."
    assert (str(done.error), "shelf" in str(done.error)) == (words, False)
    assert reference in caplog.text and "KeyError: 'shelf'" in caplog.text


def test_each_reader_is_told_in_a_language_of_their_own(app: Flask) -> None:
    """The worker knows no reader: what it wrote is put into words when somebody looks."""
    number = start("test.fail", how="conflict")
    drain(kernel())
    told = []
    for locale in ("en", "de", "it"):
        with speaking(locale):
            told.append(str(row(number).error))
    assert told[0] == "This was changed meanwhile by someone else or in another window."
    assert len(set(told)) == 3


def test_words_with_numbers_and_words_in_them_come_back_as_they_went(app: Flask) -> None:
    inner = counted("%(num)s room", "%(num)s rooms", 2)
    words = sentence("%(share).1f %% of %(what)s, %(on)d", share=0.25, what=inner, on=True)
    with writing(SYSTEM) as work:
        work.start_job("test.count", {"to": 0}, conference_id=None)
    with writing(SYSTEM) as work:
        work.db.execute(update(Job).values(sentence=words))
    with reading(SYSTEM) as work:
        stored = work.db.scalars(select(Job.sentence)).one()
    assert (stored, str(stored)) == (words, "0.2 % of 2 rooms, 1")


def test_words_of_an_earlier_release_are_shown_as_they_were(app: Flask) -> None:
    number = start("test.count", to=0)
    with writing(SYSTEM) as work:
        work.db.execute(text("UPDATE job SET sentence = '', error = 'KeyError: 100 % {shelf}'"))
    assert (row(number).sentence, str(row(number).error)) == (None, "KeyError: 100 % {shelf}")


def test_a_job_of_a_kind_that_nobody_knows_fails_and_names_it(app: Flask) -> None:
    number = start("test.unheard_of")
    drain(kernel())
    said = "Nobody here knows jobs of the kind “test.unheard_of”."
    assert (row(number).state, str(row(number).error)) == ("failed", said)


def test_a_stale_run_cannot_overwrite_what_another_finished(
    app: Flask, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT", timedelta(hours=1))  # It stands still, its heart too.
    stands, go = threading.Event(), threading.Event()
    _gates.update(stands=stands, go=go)
    number, shared = start("test.wait"), kernel()
    slow = threading.Thread(target=lambda: in_context(app, shared, number))
    slow.start()
    assert stands.wait(WAIT_SECONDS_MAX)
    assert due() == []
    clock.advance(STALE_AFTER + MOMENT)
    assert due() == [number]
    jobs.run(shared, number)
    go.set()
    slow.join()
    done = row(number)
    assert (done.state, done.result, done.runs) == ("done", {"by": "the second run"}, 2)


def in_context(app: Flask, shared: Any, number: int) -> None:
    with app.app_context():
        jobs.run(shared, number)


DIES = """
import sys, time
from plumbing import jobs
from plumbing.clock import FixedClock
from plumbing.kernel import kernel
from plumbing.sentences import sentence
from plumbing.settings import Settings
from tests.fixtures.app import NOW
from wsgi import create_app

@jobs.job("test.wait")
def wait(params, progress):
    progress(30, sentence("deep in it"))
    time.sleep(3600)

app = create_app(Settings.from_environment(), clock=FixedClock(NOW))
with app.app_context():
    jobs.run(kernel(), int(sys.argv[1]))
"""


def test_a_job_whose_worker_was_killed_is_taken_up_again(app: Flask, clock: FixedClock) -> None:
    number = start("test.wait")
    command = [sys.executable, "-c", DIES, str(number)]
    child = subprocess.Popen(command, env=environment(kernel().settings), cwd=ROOT)
    try:
        wait_until(lambda: row(number).progress == 30, "the job is deep in it")
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert (row(number).state, due()) == ("running", [])
    clock.advance(STALE_AFTER + MOMENT)
    drain(kernel())
    assert (row(number).state, row(number).result, row(number).runs) == ("done", {"by": "the second run"}, 2)


def test_a_job_that_kills_every_worker_is_given_up(app: Flask, clock: FixedClock) -> None:
    number = start("test.count", to=3)
    for _run in range(RUNS_MAX):
        assert jobs._claim(kernel(), number) is not None
        clock.advance(STALE_AFTER + MOMENT)
    drain(kernel())
    done = row(number)
    assert (done.state, done.result, due()) == ("failed", None, [])
    assert "The worker died each time" in str(done.error)
