"""Transactions on both databases: all or nothing, one writer at a time, no instant without its zone."""

import threading
import traceback
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from conference.actor import SYSTEM
from conference.models import Community
from conference.work import reading, writing
from plumbing.answers import Conflict
from plumbing.db import Busy, Database, explain_constraint
from plumbing.refs import new_ref
from plumbing.sentences import sentence
from tests import factories
from tests.factories import Cast, now

TAKEN = sentence("Another community has this address.")
explain_constraint("uq_community_slug", TAKEN)


def community(slug: str, **values: object) -> Community:
    return Community(**{"slug": slug, "name": slug, "created_at": now(), **values})


def slugs() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Community.slug).order_by(Community.slug)))


def test_a_failure_takes_everything_back(app: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing(SYSTEM) as work:
        work.db.add(community("one"))
        work.db.flush()
        raise ZeroDivisionError
    assert slugs() == []


def test_reading_sees_nothing_half_done_and_cannot_write(app: Flask) -> None:
    with writing(SYSTEM) as work:
        work.db.add(community("one"))
        work.db.flush()
        assert slugs() == []
    assert slugs() == ["one"]
    with pytest.raises(DBAPIError), reading(SYSTEM) as work:
        work.db.execute(update(Community).values(name="changed"))


def test_an_instant_keeps_its_moment_and_loses_its_zone(app: Flask) -> None:
    at = datetime(2027, 3, 28, 3, 30, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with writing(SYSTEM) as work:
        work.db.add(community("one", created_at=at))
    with reading(SYSTEM) as work:
        stored = work.db.scalars(select(Community.created_at)).one()
    assert (stored, stored.tzinfo) == (at, UTC)


def test_an_instant_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="naive"), writing(SYSTEM) as work:
        work.db.add(community("one", created_at=datetime(2027, 3, 28)))  # noqa: DTZ001


def test_a_broken_rule_that_has_words_becomes_a_conflict_in_these_words(app: Flask) -> None:
    with writing(SYSTEM) as work:
        work.db.add(community("one"))
    with pytest.raises(Conflict) as conflict, writing(SYSTEM) as work:
        work.db.add(community("one"))
    assert conflict.value.reason == TAKEN


def test_a_broken_rule_without_words_is_an_error_and_changes_nothing(app: Flask, cast: Cast) -> None:
    with pytest.raises(IntegrityError), writing(SYSTEM) as work:
        factories.role(work.db, cast.conference, cast.eve, "emperor")
    with reading(SYSTEM) as work:
        assert work.db.execute(text("SELECT count(*) FROM role WHERE kind = 'emperor'")).scalar() == 0


def test_a_link_into_another_conference_cannot_be_stored(app: Flask, cast: Cast) -> None:
    with writing(SYSTEM) as work:
        other = factories.conference(work.db, "elsewhere").id
    with pytest.raises(IntegrityError), writing(SYSTEM) as work:
        factories.proposal(work.db, cast, conference_id=other)


def test_the_slower_of_two_editors_learns_that_it_was_slower(app: Flask, cast: Cast) -> None:
    from conference.models import Conference

    with reading(SYSTEM) as work:
        stale = work.db.get_one(Conference, cast.conference)
    with writing(SYSTEM) as work:
        work.db.get_one(Conference, cast.conference).venue = "first"
    with pytest.raises(Conflict), writing(SYSTEM) as work:
        stale.venue = "second"
        work.db.add(stale)
    with reading(SYSTEM) as work:
        assert work.db.get_one(Conference, cast.conference).venue == "first"


def test_writers_at_the_same_moment_wait_for_each_other(app: Flask) -> None:
    with writing(SYSTEM) as work:
        work.db.add(community("one", name=""))
    together = threading.Barrier(4)

    def write(letter: str) -> None:
        together.wait()
        for _time in range(5):
            with app.app_context(), writing(SYSTEM) as work:
                work.db.execute(update(Community).values(name=Community.name + letter))

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(SYSTEM) as work:
        assert "".join(sorted(work.db.scalars(select(Community.name)).one())) == "aaaaabbbbbcccccddddd"


def test_sqlite_keeps_what_it_confirmed_and_checks_links(tmp_path: Path) -> None:
    """Switches that PostgreSQL does not have: it always does both."""
    database = Database(f"sqlite:///{tmp_path / 'switches.sqlite3'}")
    with database.session("read") as db:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = [db.execute(text(f"PRAGMA {name}")).scalar() for name in names]
    database.dispose()
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite3", "postgresql+psycopg://x@127.0.0.1:1/x"])
def test_a_database_that_is_away_is_not_up(url: str) -> None:
    database = Database(url)
    assert database.is_up() is False
    database.dispose()


def test_a_full_disk_is_a_busy_database_and_what_was_stored_stays(tmp_path: Path) -> None:
    """Only SQLite writes to a disk that this process sees; PostgreSQL says the same by a code of its own."""
    database = Database(f"sqlite:///{tmp_path / 'full.sqlite3'}")
    with database.session("write") as session:
        session.execute(text("CREATE TABLE page (words TEXT)"))
        session.execute(text("INSERT INTO page VALUES ('stored')"))
    with pytest.raises(Busy, match="full"), database.session("write") as session:
        session.execute(text("PRAGMA max_page_count = 4"))
        session.execute(text("INSERT INTO page VALUES (:words)"), {"words": "x" * 100_000})
    with database.session("read") as session:
        assert session.scalars(text("SELECT words FROM page")).all() == ["stored"]
    database.dispose()


def test_what_an_error_of_the_database_says_holds_no_values(app: Flask, cast: Cast) -> None:
    """It goes to the log."""
    secret = new_ref()
    with pytest.raises(DBAPIError) as broken, writing(SYSTEM) as work:
        for _time in range(2):
            factories.account(work.db, secret, email=f"{secret}@acme.example")
    told = "".join(traceback.format_exception(broken.value))
    assert (secret in told, "account" in told) == (False, True)
