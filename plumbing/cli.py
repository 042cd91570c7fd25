"""The ``rostrum`` command. Packages add their own commands in their ``register``; here stand the ones of the house."""

import signal
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

import click
from flask.cli import AppGroup

from plumbing import migrate, processes, queue
from plumbing.db import Busy, NoWall
from plumbing.kernel import kernel
from plumbing.settings import BadSettings, Settings

Invariant = Callable[[], list[str]]
_invariants: list[Invariant] = []
_demo: list[Callable[[], None]] = []


def invariant(check: Invariant) -> Invariant:
    """Registers a check of ``rostrum check``: returns a sentence for each thing that is not as it must be."""
    if check not in _invariants:
        _invariants.append(check)
    return check


def demo_maker(make: Callable[[], None]) -> Callable[[], None]:
    """Registers what makes the demo conference, once; called again it does nothing."""
    _demo[:] = [make]
    return make


class Commands(AppGroup):
    """The commands; a database that is busy or away, or lacks a right, ends them with a sentence."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Busy as busy:
            raise click.ClickException(f"the database is busy or away, please try again: {busy}") from busy
        except NoWall as wall:
            raise click.ClickException(str(wall)) from wall


@click.group(cls=Commands)
def main() -> None:
    """Rostrum: what a community needs from a call to a printed programme."""


@main.command(with_appcontext=False)
def run() -> None:
    """Starts everything on this machine: database, private Redis, web, worker, relay. Ctrl-C stops it all."""
    sys.exit(processes.run_all(settings_or_refusal(), announce=click.echo))


@main.command(with_appcontext=False)
def serve() -> None:
    """Starts the web server alone (the settings name the database and Redis)."""
    processes.replace_with_web_server(settings_or_refusal())


@main.command()
def worker() -> None:
    """Works off mails and long jobs from Redis until it is stopped."""
    queue.start_worker(queue.connect(_redis_url()))


@main.command()
def relay() -> None:
    """Hands due outbox rows and jobs to the queue until it is stopped. One is enough; more do no harm."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    queue.relay_forever(kernel(), queue.connect(_redis_url()), should_stop=stop.is_set)


@main.command()
def check() -> None:
    """Checks what must always hold in the data; ends with 1 when something does not."""
    wrong = [words for invariant in _invariants for words in invariant()]
    for words in wrong:
        click.echo(words, err=True)
    click.echo(f"{len(_invariants)} checks, {len(wrong)} violations")
    sys.exit(1 if wrong else 0)


@main.command()
def demo() -> None:
    """Makes the demo conferences (once; the database's tables too) and prints their log-ins."""
    if not kernel().settings.demo:
        raise click.ClickException(
            "The demo has accounts whose passwords everybody knows. Set ROSTRUM_DEMO=1 where that does no harm; "
            "`rostrum run` makes it by itself on its first start."
        )
    migrate.upgrade(kernel().database)
    for make in _demo:
        make()
    processes.remember_demo(kernel().settings)
    for role, address, password in kernel().log_ins:
        click.echo(f"  {role:<16} {address:<34} {password}")


@main.group(cls=AppGroup)
def db() -> None:
    """The database's tables."""


@db.command()
def upgrade() -> None:
    """Brings the tables to the newest form, in steps that the running old code survives."""
    migrate.upgrade(kernel().database)
    click.echo("The database is up to date.")


@main.group("import", cls=AppGroup)
def import_group() -> None:
    """Reads files of other systems."""


@main.group("export", cls=AppGroup)
def export_group() -> None:
    """Writes files for other systems."""


@main.group("bench", cls=AppGroup)
def bench_group() -> None:
    """Measures the engines on public instances."""


def settings_or_refusal() -> Settings:
    """Those of the environment, with the secret; bad ones end the command with reasons instead of a traceback."""
    try:
        return Settings.from_environment().with_secret()
    except BadSettings as error:
        raise click.ClickException(f"Rostrum cannot start with these settings:\n{error}") from error


def _redis_url() -> str:
    url = kernel().settings.redis_url
    if not url:
        raise click.ClickException("ROSTRUM_REDIS_URL is not set; `rostrum run` starts a Redis of its own.")
    return url


def add_command(group: str, command: click.Command) -> None:
    """Adds a command to ``main`` ("") or to one of its groups ("import", "export", "bench").

    A command that needs the application is decorated with ``flask.cli.with_appcontext``.
    """
    groups: dict[str, click.Group] = {"": main, "import": import_group, "export": export_group, "bench": bench_group}
    groups[group].add_command(command)
