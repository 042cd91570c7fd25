"""Migrations: the tables as the models say, step by step, and the wall of the blind role rebuilt after each."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from plumbing.db import Base, Database

FOLDER = Path(__file__).parent.parent / "migrations"


def upgrade(database: Database, revision: str = "head") -> None:
    with database.connection() as connection:
        command.upgrade(_config(connection), revision)
        connection.commit()
    database.build_wall()


def drift(database: Database) -> list[object]:
    """What the models say and the tables do not; empty when they agree."""
    with database.connection() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def write_revision(database: Database, message: str, revision: str, *, tables: frozenset[str] | None = None) -> None:
    """Writes a new migration file from the difference between models and tables (all of them, or ``tables`` only)."""

    def include(_item: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        return tables is None or kind != "table" or name in tables

    with database.connection() as connection:
        config = _config(connection)
        config.attributes["include"] = include
        command.revision(config, message, autogenerate=True, rev_id=revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config
