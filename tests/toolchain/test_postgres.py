import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.servers.postgres import MAJOR_MIN, PostgresServer


@pytest.fixture
def names(postgres_server: PostgresServer, worker_number: int):
    names = [f"toolchain_{worker_number}_{letter}" for letter in "ab"]
    yield names
    for name in names:
        postgres_server.drop_database(name)


def _one(url: str, statement: str):
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def test_server_is_new_enough_and_sorts_by_code_point(postgres_server):
    url = postgres_server.url()
    assert int(_one(url, "SHOW server_version_num")) >= MAJOR_MIN * 10_000
    assert _one(url, "SELECT datcollate FROM pg_database WHERE datname = 'template0'") == "C.UTF-8"
    assert _one(url, "SHOW listen_addresses") == ""


def test_database_is_made_copied_and_dropped(postgres_server, names):
    first, copy = names
    postgres_server.create_database(first)
    _one(postgres_server.url(first), "CREATE TABLE fact AS SELECT 'Grüße' AS words")
    postgres_server.create_database(copy, template=first)
    assert _one(postgres_server.url(copy), "SELECT words FROM fact") == "Grüße"
    postgres_server.drop_database(copy)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(host=str(postgres_server.socket_dir), user="rostrum", dbname=copy)


def test_database_is_dropped_under_an_open_connection(postgres_server, names):
    postgres_server.create_database(names[0])
    engine = create_engine(postgres_server.url(names[0]))
    with engine.connect():
        postgres_server.drop_database(names[0])
        listed = f"SELECT count(*) FROM pg_database WHERE datname = '{names[0]}'"
        assert _one(postgres_server.url(), listed) == 0
    engine.dispose(close=False)
