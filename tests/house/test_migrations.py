"""Migrations: from nothing to the models, on both databases, and the wall stands afterwards."""

from pathlib import Path

import pytest
from sqlalchemy import text

from plumbing import migrate
from plumbing.db import Database
from tests.servers.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path, worker_number: int):
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield database
        database.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = f"migrations_{worker_number}"
    server.create_database(name)
    database = Database(server.url(name))
    yield database
    database.dispose()
    server.drop_database(name)


def test_migrations_make_what_the_models_say(empty: Database) -> None:
    migrate.upgrade(empty)
    assert migrate.drift(empty) == []


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    migrate.upgrade(empty)
    migrate.upgrade(empty)
    assert migrate.drift(empty) == []


def test_a_table_that_no_migration_makes_is_noticed(empty: Database) -> None:
    migrate.upgrade(empty)
    with empty.engine.begin() as connection:
        connection.execute(text("DROP TABLE clash_waiver"))
    assert len(migrate.drift(empty)) == 1
