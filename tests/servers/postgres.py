"""A private PostgreSQL: made with initdb for this run, on a unix socket, without TCP and without fsync."""

import grp
import os
import pwd
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tests.servers.rundir import RunDir, ServerDidNotStart, wait_for

MAJOR_MIN = 15
SUPERUSER = "rostrum"
PORT = 5432  # names the socket file; nothing listens on TCP
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",  # a refused statement is often the point of a test
}


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """The server of the run. Databases are the caller's: name them after the worker and drop them."""

    socket_dir: Path

    def url(self, database: str = "postgres", *, user: str = SUPERUSER) -> str:
        """A SQLAlchemy URL for psycopg 3."""
        return f"postgresql+psycopg://{user}@/{database}?host={quote(str(self.socket_dir))}&port={PORT}"

    def create_database(self, name: str, template: str | None = None, owner: str = SUPERUSER) -> None:
        """Make an empty database, or a copy of ``template`` (which nobody may be connected to)."""
        statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template or "template0")
        )
        self._execute(statement)

    def create_user(self, name: str) -> None:
        """One who may log in and nothing else."""
        self._execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))

    def let_become(self, role: str, user: str) -> None:
        self._execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), sql.Identifier(user)))

    def drop_user(self, name: str) -> None:
        """After its databases are dropped."""
        self._execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Drop the database if it is there; connections to it are cut."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(host=str(self.socket_dir), port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True)

    def answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True


def start_postgres(run_dir: RunDir) -> PostgresServer:
    """Start the run's PostgreSQL, or find the one that another worker has started."""
    home = run_dir.path / "pg"
    server = PostgresServer(home)
    with run_dir.lock("postgres"):
        if not home.exists():
            user = _server_user()
            _initdb(home, user)
            run_dir.keep(
                "postgres",
                [_binary("postgres"), "-D", str(home / "data"), "-k", str(home)],
                stop_signal=signal.SIGQUIT,  # at once: the data is thrown away
                user=user,
            )
        wait_for(server.answers, what="PostgreSQL", log=lambda: run_dir.log("postgres"))
    return server


def _initdb(home: Path, user: str | None) -> None:
    home.mkdir(mode=0o700)
    if user is not None:
        shutil.chown(home, user, grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name)
    command = [
        _binary("initdb"),
        *("-D", str(home / "data"), "-U", SUPERUSER, "-A", "trust", "-N", "--no-instructions"),
        *("--encoding=UTF8", "--locale=C.UTF-8"),
    ]
    done = subprocess.run(
        command,
        user=user,
        extra_groups=[] if user else None,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        shutil.rmtree(home)
        raise ServerDidNotStart(f"initdb failed:\n{done.stdout}{done.stderr}")
    with open(home / "data" / "postgresql.auto.conf", "a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it another account."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _binary(name: str) -> str:
    folder = _newest_bin_folder()
    found = str(folder / name) if folder else shutil.which(name)
    if found is None:
        raise ServerDidNotStart(f"no {name} of PostgreSQL {MAJOR_MIN} or newer; tools/system-parts installs it")
    return found


def _newest_bin_folder() -> Path | None:
    """The newest of Debian's side-by-side installations."""
    found = {}
    for initdb in Path("/usr/lib/postgresql").glob("*/bin/initdb"):
        if re.fullmatch(r"\d+", initdb.parts[-3]) and int(initdb.parts[-3]) >= MAJOR_MIN:
            found[int(initdb.parts[-3])] = initdb.parent
    return found[max(found)] if found else None
