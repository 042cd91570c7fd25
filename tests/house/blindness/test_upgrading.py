"""A database of an earlier version, full of data, becomes one of today: nothing is lost, nothing stands in the way.

The world is the fullest database there is, so it is borrowed: its rows are put into the tables as they were at each
earlier revision, and those are upgraded.
"""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, inspect, text

from plumbing import migrate
from plumbing.db import Base, Database
from plumbing.kernel import EXTENSION

HEAD = max(path.stem[:4] for path in (migrate.FOLDER / "versions").glob("0*.py"))
# The first three make the tables of one floor each, and nobody ran Rostrum on one floor alone.
EARLIER = [f"{number:04}" for number in range(4, int(HEAD))]
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def full(worlds) -> Database:
    return worlds.first.app.extensions[EXTENSION].database


@pytest.fixture
def empty(full: Database, request: pytest.FixtureRequest, tmp_path: Path, worker_number: int) -> Iterator[Database]:
    if full.engine.dialect.name == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'before.sqlite3'}")
        yield database
        database.dispose()
        return
    server, name = request.getfixturevalue("postgres_server"), f"before_{worker_number}"
    server.create_database(name)
    database = Database(server.url(name))
    yield database
    database.dispose()
    server.drop_database(name)


@pytest.mark.parametrize("revision", EARLIER)
def test_data_of_an_earlier_version_outlives_the_upgrade(full: Database, empty: Database, revision: str) -> None:
    migrate.upgrade(empty, revision)
    columns = columns_of(empty)
    pour(full, empty, columns)
    before = rows_of(empty, columns)
    migrate.upgrade(empty)
    assert migrate.drift(empty) == []
    assert changed(before, rows_of(empty, columns)) == []
    assert sum(bool(rows) for rows in before.values()) > 10


def test_a_row_that_an_upgrade_loses_or_changes_is_noticed(full: Database, empty: Database) -> None:
    migrate.upgrade(empty)
    columns = columns_of(empty)
    pour(full, empty, columns)
    before = rows_of(empty, columns)
    with empty.connection() as connection:
        connection.execute(text("UPDATE conference SET name = 'Another one'"))
        connection.execute(text("DELETE FROM clash_waiver"))
        connection.execute(text("DELETE FROM attempt"))
        connection.commit()
    wanted = {"conference"} | {name for name in ("clash_waiver", "attempt") if before[name]}
    assert set(changed(before, rows_of(empty, columns))) == wanted


def columns_of(database: Database) -> dict[str, list[str]]:
    """What the tables have in common with those of today, in an order in which rows can be put in."""
    with database.connection() as connection:
        there = inspect(connection)
        names = set(there.get_table_names())
        old = {name: {column["name"] for column in there.get_columns(name)} for name in names}
    return {
        table.name: [column.name for column in table.columns if column.name in old[table.name]]
        for table in Base.metadata.sorted_tables
        if table.name in names
    }


def rows_of(database: Database, columns: dict[str, list[str]]) -> Rows:
    """As the database keeps them; JSON as text, so that rows can be sorted."""
    with database.connection() as connection:
        return {name: sorted(_select(connection, name, names), key=repr) for name, names in columns.items()}


def _select(connection: Connection, table: str, columns: list[str]) -> list[tuple[object, ...]]:
    return [
        tuple(str(value) if isinstance(value, dict | list) else value for value in row)
        for row in connection.execute(text(f"SELECT {_listed(columns)} FROM {table}"))
    ]


def changed(before: Rows, after: Rows) -> list[str]:
    return [name for name, rows in before.items() if after.get(name) != rows]


def pour(source: Database, target: Database, columns: dict[str, list[str]]) -> None:
    """Copies the rows as they lie in the tables, past all models."""
    ways: dict[str, Callable[[Database, Database, dict[str, list[str]]], None]] = {
        "sqlite": _pour_sqlite,
        "postgresql": _pour_postgresql,
    }
    ways[source.engine.dialect.name](source, target, columns)


def _pour_sqlite(source: Database, target: Database, columns: dict[str, list[str]]) -> None:
    connection = sqlite3.connect(str(target.engine.url.database))
    connection.execute("ATTACH ? AS source", [str(source.engine.url.database)])
    for name, names in columns.items():
        listed = _listed(names)
        connection.execute(f"INSERT INTO main.{name} ({listed}) SELECT {listed} FROM source.{name}")
    connection.commit()
    connection.close()


def _pour_postgresql(source: Database, target: Database, columns: dict[str, list[str]]) -> None:
    with source.connection() as one, target.connection() as other:
        reading, writing = _raw(one), _raw(other)
        for name, names in columns.items():
            listed = _listed(names)
            with reading.cursor() as out, writing.cursor() as into:
                with (
                    out.copy(f"COPY (SELECT {listed} FROM {name}) TO STDOUT") as rows,
                    into.copy(f"COPY {name} ({listed}) FROM STDIN") as place,
                ):
                    for row in rows:
                        place.write(row)
        writing.commit()


def _raw(connection: Connection) -> "psycopg.Connection[tuple[object, ...]]":
    found = connection.connection.driver_connection
    assert isinstance(found, psycopg.Connection)
    return found


def _listed(columns: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
