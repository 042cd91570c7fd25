"""The engine, the three kinds of transaction, and the wall that the database itself keeps.

Every table says what blind work may do with it: ``info={"blind": "read"}`` or ``"write"``; a table
that says nothing is closed to it. PostgreSQL keeps that wall by a role without grants, SQLite by an
authorizer on the connection, both for exactly the transactions that ``Database.session("blind…")`` opens.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    ExceptionContext,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from plumbing.answers import Conflict
from plumbing.sentences import Sentence

BUSY_TIMEOUT_MS = 15_000
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 10_000
POOL_TIMEOUT_SECONDS = 15
POOL_OVERFLOW_MAX = 20
BLIND_ROLE = "blind_reader"
BUSY_SQLITE = (
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,
)  # fmt: skip
BUSY_POSTGRESQL = ("08", "53", "57", "55P03", "40001", "40P01")
"""Beginnings of SQLSTATE: no connection, no room, stopped from outside or by a timeout, a lock that did not come free,
and two who waited for each other."""

NOT_ENOUGH_RIGHTS = "42501"

Mode = Literal["read", "write", "blind_read", "blind_write"]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Busy(Exception):
    """The database did not answer or did not let us in within its timeouts. Trying again later helps."""


class NoWall(Exception):
    """The database's user lacks a right without which blind work cannot be kept from the names. The words say which."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC instant on both databases; a naive value is refused, never guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = Annotated[int, mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)]
Instant = Annotated[datetime, mapped_column(UtcDateTime())]
Words = Annotated[str, mapped_column(Text())]
Line = Annotated[str, mapped_column(String(300))]
Ref = Annotated[str, mapped_column(String(40))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: String(300),
        int: BigInteger().with_variant(Integer(), "sqlite"),
        datetime: UtcDateTime(),
        dict[str, Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[Any]: JSON().with_variant(JSONB(), "postgresql"),
        list[str]: JSON().with_variant(JSONB(), "postgresql"),
    }


class Database:
    """One engine; a pool shared by four views of it, one for each kind of transaction."""

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        self.engine = _engine(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        modes: tuple[Mode, ...] = ("read", "write", "blind_read", "blind_write")
        self._views = {mode: self.engine.execution_options(rostrum_mode=mode) for mode in modes}
        event.listen(self.engine, "handle_error", _keep_values_out)
        event.listen(self.engine, "begin", _begin_sqlite if self.is_sqlite else _begin_postgresql)

    @contextmanager
    def session(self, mode: Mode) -> Iterator[Session]:
        """A transaction that commits at the end of the block when it writes, and rolls back on any exception.

        Raises ``Conflict`` for a lost race, a stale version or a broken uniqueness; ``Busy`` when time ran out.
        """
        session = Session(self._views[mode], expire_on_commit=False, autoflush=True)
        try:
            with _patient():
                yield session
                if mode in ("write", "blind_write"):
                    session.commit()
        except StaleDataError as error:
            raise Conflict() from error
        except IntegrityError as error:
            raise _conflict(error) from error
        finally:
            session.close()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A bare connection, for what looks at tables or changes them. Raises ``Busy`` as ``session`` does."""
        with _patient(), self.engine.connect() as connection:
            yield connection

    def create_all(self) -> None:
        with self.engine.begin() as connection:
            Base.metadata.create_all(connection)
        self.build_wall()

    def build_wall(self) -> None:
        """Gives the blind role exactly what the tables declare (PostgreSQL; SQLite needs nothing). Repeatable.

        Raises ``NoWall`` when the database's user has not the rights to.
        """
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                _grant(connection)

    def is_up(self) -> bool:
        try:
            with self.session("read") as session:
                session.execute(text("SELECT 1"))
        except (Busy, OperationalError):
            return False
        return True

    def dispose(self) -> None:
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    pool: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": POOL_OVERFLOW_MAX,
        "pool_timeout": POOL_TIMEOUT_SECONDS,
        "hide_parameters": True,
    }
    if url.startswith("sqlite"):
        engine = create_engine(url, **pool, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
        event.listen(engine, "connect", _connect_sqlite)
        event.listen(engine, "checkin", _forget_authorizer)
        return engine
    return create_engine(url, **pool, pool_pre_ping=True)


def _keep_values_out(context: ExceptionContext) -> None:
    """PostgreSQL tells in a second line which row broke a rule, with all that stands in it: no matter of the log."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def _connect_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "temp_store=MEMORY",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _mode(connection: Connection) -> Mode:
    mode: Mode = connection.get_execution_options().get("rostrum_mode", "write")
    return mode


def _begin_sqlite(connection: Connection) -> None:
    mode = _mode(connection)
    raw: Any = connection.connection.dbapi_connection
    raw.set_authorizer(None)
    writes = mode in ("write", "blind_write")
    raw.execute(f"PRAGMA query_only={'OFF' if writes else 'ON'}")
    raw.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    if mode.startswith("blind"):
        raw.set_authorizer(_authorizer)


def _forget_authorizer(connection: Any, _record: object) -> None:
    if connection is not None:
        connection.set_authorizer(None)


def _authorizer(action: int, table: str | None, column: str | None, _db: str | None, _inner: str | None) -> int:
    """SQLite asks this for every table that a statement touches, when it is prepared."""
    if action in (sqlite3.SQLITE_READ, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE):
        wall = _wall(table or "")
        if action != sqlite3.SQLITE_READ and wall in ("write", "append"):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and (wall in ("read", "write") or (wall == "append" and column == "id")):
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY
    if action in (sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_ATTACH):
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _wall(name: str) -> str | None:
    table = Base.metadata.tables.get(name)
    return None if table is None else table.info.get("blind")


def _begin_postgresql(connection: Connection) -> None:
    mode = _mode(connection)
    orders = [f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS}", f"SET LOCAL lock_timeout = {LOCK_TIMEOUT_MS}"]
    if mode in ("read", "blind_read"):
        orders.append("SET TRANSACTION READ ONLY")
    if mode.startswith("blind"):
        orders.append(f"SET LOCAL ROLE {BLIND_ROLE}")
    connection.exec_driver_sql("; ".join(orders))


def _grant(connection: Connection) -> None:
    _join_blind_role(connection)
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {BLIND_ROLE}")
    connection.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {BLIND_ROLE}")
    connection.exec_driver_sql(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {BLIND_ROLE}")
    rights = {"read": "SELECT", "write": "SELECT, INSERT, UPDATE, DELETE", "append": "INSERT"}
    for table in Base.metadata.sorted_tables:
        wall = table.info.get("blind")
        if wall:
            connection.exec_driver_sql(f'GRANT {rights[wall]} ON "{table.name}" TO {BLIND_ROLE}')
        if wall == "append":
            # INSERT … RETURNING id must be able to say which row it made, and nothing else of it.
            keys = ", ".join(column.name for column in table.primary_key)
            connection.exec_driver_sql(f'GRANT SELECT ({keys}) ON "{table.name}" TO {BLIND_ROLE}')


def _join_blind_role(connection: Connection) -> None:
    """Makes the role where it is missing and lets our own user become it; somebody else may have done either.

    Raises ``NoWall`` when this user may not do what is still to do.
    """
    try:
        if not connection.scalar(text("SELECT true FROM pg_roles WHERE rolname = :role"), {"role": BLIND_ROLE}):
            # Roles belong to the server: the installation in the database beside this one may be making it now.
            with suppress(IntegrityError), connection.begin_nested():
                connection.exec_driver_sql(f"CREATE ROLE {BLIND_ROLE} NOLOGIN")
        # Since PostgreSQL 16 one can be a member of a role without the right to become it.
        right = "SET" if (connection.dialect.server_version_info or ()) >= (16,) else "MEMBER"
        if not connection.scalar(
            text("SELECT pg_has_role(CAST(:role AS name), CAST(:right AS text))"), {"role": BLIND_ROLE, "right": right}
        ):
            connection.exec_driver_sql(f"GRANT {BLIND_ROLE} TO CURRENT_USER")
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != NOT_ENOUGH_RIGHTS:
            raise
        raise NoWall(
            f"The database's user {connection.engine.url.username} may not set up the role {BLIND_ROLE}, under which "
            "blind work runs. Let somebody who may run, once: "
            f"CREATE ROLE {BLIND_ROLE} NOLOGIN; GRANT {BLIND_ROLE} TO {connection.engine.url.username};"
        ) from error


def _is_busy(error: Exception) -> bool:
    """False for what waiting does not mend, such as a table that is missing."""
    if isinstance(error, PoolTimeout):
        return True
    said: Any = error.orig if isinstance(error, OperationalError) else error
    if isinstance(said, sqlite3.Error):
        # The lowest byte is the kind, the rest tells more of it.
        return getattr(said, "sqlite_errorcode", 0) & 0xFF in BUSY_SQLITE
    state: str | None = getattr(said, "sqlstate", None)
    return state is None or state.startswith(BUSY_POSTGRESQL)


@contextmanager
def _patient() -> Iterator[None]:
    """``Busy`` in place of the many ways in which a database says that time ran out."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError, PoolTimeout) as error:
        if _is_busy(error):
            raise Busy(_first_line(error)) from error
        raise


def _first_line(error: Exception) -> str:
    """What the database said, without the statement and its values: those are no matter of the log."""
    said = error.orig if isinstance(error, OperationalError) else error
    return str(said).partition("\n")[0]


_REASONS: dict[str, Sentence] = {}


def explain_constraint(name: str, reason: Sentence) -> None:
    """What to tell a person when the constraint ``name`` stops a write."""
    _REASONS[name] = reason


def _conflict(error: IntegrityError) -> Conflict:
    said = str(error.orig)
    for name, reason in _REASONS.items():
        if name in said or _columns_of(name) in said:
            return Conflict(reason)
    raise error


def _columns_of(name: str) -> str:
    """SQLite names columns, not constraints: ``UNIQUE constraint failed: account.email``."""
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if constraint.name == name and hasattr(constraint, "columns"):
                return ", ".join(f"{table.name}.{column.name}" for column in constraint.columns)
    return "\0"


SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
