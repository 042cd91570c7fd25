"""The application factory, and ``app`` for any WSGI server. The only file that knows every package."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import ScriptInfo

import cfp
import conference
import demo
import reviews
import schedule
from plumbing import cli, pages, web
from plumbing.blobs import Blobs
from plumbing.clock import Clock, SystemClock
from plumbing.db import Database
from plumbing.kernel import EXTENSION, Kernel
from plumbing.queue import poker
from plumbing.settings import Settings

FLOORS = (conference, cfp, reviews, schedule)
ROOT = Path(__file__).parent


def create_app(settings: Settings, *, clock: Clock | None = None, database: Database | None = None) -> Flask:
    """An application for these settings. ``clock`` and ``database`` are given by tests and by the demo."""
    settings = settings.with_secret()
    app = Flask("rostrum", root_path=str(ROOT), template_folder="templates", static_folder="static")
    clock = clock or SystemClock()
    app.extensions[EXTENSION] = Kernel(
        settings=settings,
        clock=clock,
        database=database or Database(settings.database),
        blobs=Blobs(settings.instance_path / "blobs", clock),
        poke=poker(settings.redis_url),
        log_ins=demo.LOG_INS if settings.demo else (),
    )
    web.setup(app, settings)
    app.register_blueprint(pages.blueprint)
    for floor in FLOORS:
        floor.register(app)
    return app


def command() -> click.Group:
    """``rostrum`` with the commands of every floor."""
    for floor in FLOORS:
        floor.add_commands()
    cli.demo_maker(demo.make)
    return cli.main


def main() -> None:
    """The ``rostrum`` command."""
    command()(obj=ScriptInfo(create_app=_app_of_command), prog_name="rostrum")


def _app_of_command() -> Flask:
    cli.settings_or_refusal()
    made: Flask = __getattr__("app")
    return made


def __getattr__(name: str) -> Flask:
    """``wsgi:app`` is made when a server asks for it, so that importing this file costs and decides nothing."""
    if name != "app":
        raise AttributeError(name)
    settings = Settings.from_environment()
    web.log_to_stderr(settings.log_level)
    globals()["app"] = create_app(settings)
    made: Flask = globals()["app"]
    return made
