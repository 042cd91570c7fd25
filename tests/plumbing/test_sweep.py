"""Stored files that no row names go after a day; whatever a row names, or somebody has just put again, stays."""

import logging
import os
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from cfp.service.papers import attach_paper, store_paper
from cfp.uploads import keep_file, upload_of
from conference.actor import SYSTEM
from conference.work import writing
from plumbing import sweep
from plumbing.answers import Conflict
from plumbing.blobs import MARKS, Blobs
from plumbing.clock import FixedClock
from plumbing.kernel import kernel
from plumbing.queue import relay_forever
from plumbing.sweep import KEPT_UNNAMED, Swept, sweep_files
from tests import factories
from tests.cfp.pdfs import plain_pdf
from tests.fixtures.app import NOW, StatementCounter, sign_in
from tests.house.checks.source import ROOT
from tests.plumbing.parts import connected, wait_until
from tests.servers.redis import RedisServer

MOMENT = timedelta(seconds=1)
TALKS = b"title,speaker\nLooms,Ada\n"
NOTHING = Swept(0, 0)


def upload(data: bytes = TALKS) -> str:
    """Keeps a file to be imported, as the page does; returns its key."""
    token = keep_file(conference_id=1, call_slug="main", file_name="talks.csv", data=data)
    return upload_of(token, 1).blob_key


def send_in(cast: factories.Cast, data: bytes) -> set[str]:
    """A proposal with this paper; returns the keys of the file for reviewers and of the original."""
    paper = store_paper(kernel().blobs, data=data, file_name="looms.pdf", pages_max=9)
    with writing(SYSTEM) as work:
        attach_paper(work, factories.proposal(work.db, cast, kind="paper"), paper)
    return {paper.key, paper.original_key}


def kept() -> set[str]:
    folder = kernel().blobs.folder
    return {path.parent.name + path.name for path in folder.glob("??/*")}


def test_an_uploaded_file_goes_when_a_day_is_over_and_not_before(app: Flask, clock: FixedClock) -> None:
    key = upload()
    clock.advance(KEPT_UNNAMED)
    assert (sweep_files(kernel()), kept()) == (NOTHING, {key})
    clock.advance(MOMENT)
    assert (sweep_files(kernel()), kept()) == (Swept(1, len(TALKS)), set())
    assert sweep_files(kernel()) == NOTHING


def test_what_was_swept_is_logged_by_number_and_size(
    app: Flask, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        upload(b"title\n%d\n" % number)
    clock.advance(KEPT_UNNAMED + MOMENT)
    with caplog.at_level(logging.INFO, logger=sweep.log.name):
        sweep_files(kernel())
        sweep_files(kernel())
    assert [record.getMessage() for record in caplog.records] == [
        "swept 3 stored files (24 bytes) that no row has named for a day"
    ]


def test_an_imported_file_goes_too_and_its_page_then_says_so(
    client: FlaskClient, cast: factories.Cast, clock: FixedClock
) -> None:
    sign_in(client, cast.cleo)
    token = keep_file(conference_id=cast.conference, call_slug="main", file_name="talks.csv", data=TALKS)
    address = f"/pyfest27/cfp/proposals/import/{token}"
    assert (client.get(address).status_code, client.post(address).status_code) == (200, 303)
    clock.advance(KEPT_UNNAMED + MOMENT)
    assert sweep_files(kernel()).files == 1
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 409
        assert "An uploaded file is kept for a day. Please upload it again." in answer.text
    with pytest.raises(Conflict):
        upload_of(token, cast.conference).read()


def test_papers_stay_for_ever(cast: factories.Cast, clock: FixedClock) -> None:
    keys = send_in(cast, plain_pdf())
    for _year in range(2):
        clock.advance(timedelta(days=365))
        assert (sweep_files(kernel()), kept()) == (NOTHING, keys)


def test_a_paper_whose_form_was_refused_goes(app: Flask, clock: FixedClock) -> None:
    paper = store_paper(kernel().blobs, data=plain_pdf(), file_name="looms.pdf", pages_max=9)
    assert kept() == {paper.key, paper.original_key}
    clock.advance(KEPT_UNNAMED + MOMENT)
    sweep_files(kernel())
    assert kept() == set()


def test_a_file_that_a_row_names_stays_although_the_same_bytes_were_an_upload_too(
    cast: factories.Cast, clock: FixedClock
) -> None:
    data = plain_pdf(pages=2)
    upload(data)
    keys = send_in(cast, data)
    clock.advance(KEPT_UNNAMED + MOMENT)
    assert (sweep_files(kernel()), kept()) == (NOTHING, keys)
    upload(data)
    clock.advance(KEPT_UNNAMED + MOMENT)
    assert (sweep_files(kernel()), kept()) == (NOTHING, keys)


def test_two_papers_share_a_file_and_both_keep_it(cast: factories.Cast, clock: FixedClock) -> None:
    first, second = send_in(cast, plain_pdf()), send_in(cast, plain_pdf())
    assert first == second
    clock.advance(KEPT_UNNAMED + MOMENT)
    sweep_files(kernel())
    assert kept() == first


def test_putting_it_again_begins_a_new_day(app: Flask, clock: FixedClock) -> None:
    key = upload()
    clock.advance(KEPT_UNNAMED)
    assert upload() == key
    clock.advance(KEPT_UNNAMED)
    assert (sweep_files(kernel()), kept()) == (NOTHING, {key})
    clock.advance(MOMENT)
    assert (sweep_files(kernel()).files, kept()) == (1, set())


def test_what_is_put_again_while_the_database_is_asked_stays(cast: factories.Cast, clock: FixedClock) -> None:
    """The sweep has learnt that no row names the file; then somebody sends in the very same one."""
    data = plain_pdf()
    keys = {upload(data)}
    clock.advance(KEPT_UNNAMED + MOMENT)
    engine = kernel().database.engine

    def somebody_is_faster(_conn: object, _cursor: object, statement: str, *_rest: Any) -> None:
        if "FROM programme" in statement and len(keys) == 1:
            keys.add("sent in")
            thread = threading.Thread(target=put_again)
            thread.start()
            thread.join()

    def put_again() -> None:
        kernel_of_test.blobs.put(data)

    kernel_of_test = kernel()
    event.listen(engine, "after_cursor_execute", somebody_is_faster)
    try:
        assert sweep_files(kernel()) == NOTHING
    finally:
        event.remove(engine, "after_cursor_execute", somebody_is_faster)
    assert "sent in" in keys
    keys = send_in(cast, data)
    clock.advance(KEPT_UNNAMED + MOMENT)
    assert (sweep_files(kernel()), kept()) == (NOTHING, keys)


def test_a_put_in_the_moment_of_deletion_never_ends_without_its_file(tmp_path: Path) -> None:
    yesterday, today = FixedClock(NOW), FixedClock(NOW + KEPT_UNNAMED)
    early, late = Blobs(tmp_path, yesterday), Blobs(tmp_path, today)
    lost = []
    for number in range(300):
        key = early.put(b"%d" % number)
        together = threading.Barrier(2)

        def put(data: bytes = b"%d" % number, together: threading.Barrier = together) -> None:
            together.wait()
            late.put(data)

        def settle(key: str = key, together: threading.Barrier = together) -> None:
            together.wait()
            late.settle(key, is_named=False, before=NOW + MOMENT)

        threads = [threading.Thread(target=put), threading.Thread(target=settle)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if not late.has(key):
            lost.append(number)
    assert lost == []


def test_the_half_of_a_file_whose_writer_died_goes(app: Flask, clock: FixedClock) -> None:
    key = upload()
    old, young = (kernel().blobs.folder / MARKS / name for name in ("tmpold", "tmpyoung"))
    for path, age in ((old, KEPT_UNNAMED + MOMENT), (young, timedelta())):
        path.write_bytes(b"half of a")
        os.utime(path, ((NOW - age).timestamp(),) * 2)
    sweep_files(kernel())
    assert (old.exists(), young.exists(), kept()) == (False, True, {key})


def test_many_files_are_asked_for_in_batches(
    app: Flask, clock: FixedClock, statements: StatementCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "FILES_AT_ONCE", 3)
    for number in range(7):
        upload(b"title\n%d\n" % number)
    clock.advance(KEPT_UNNAMED + MOMENT)
    with statements() as seen:
        assert sweep_files(kernel()).files == 7
    assert len([each for each in seen if "blob_key" in each and "FROM paper" in each]) == 2 * 3
    with statements() as seen:
        assert (sweep_files(kernel()), seen) == (NOTHING, [])


def test_the_relay_sweeps(app: Flask, redis_server: RedisServer, clock: FixedClock) -> None:
    upload()
    clock.advance(KEPT_UNNAMED + MOMENT)
    shared, over = connected(app, redis=redis_server), threading.Event()
    relay = threading.Thread(
        target=relay_forever, args=(shared, redis_server.client()), kwargs={"should_stop": over.is_set}
    )
    relay.start()
    try:
        wait_until(lambda: kept() == set(), "the relay has swept")
    finally:
        over.set()
        relay.join()


def test_whoever_stores_a_file_names_it_in_a_column_that_the_sweep_asks() -> None:
    """A new caller of ``put`` belongs on this list once its table has a column ``blob_key``, or needs none."""
    floors = [
        path
        for floor in ("conference", "cfp", "reviews", "schedule", "plumbing")
        for path in (ROOT / floor).rglob("*.py")
    ]
    found = {str(path.relative_to(ROOT)) for path in floors if re.search(r"blobs\.put\(", path.read_text("utf-8"))}
    assert found == {"cfp/service/papers.py", "cfp/uploads.py", "schedule/programmes.py"}
