"""Calls, forms, proposals, authors, files."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds this floor to the application."""
    from cfp import browser, chrome, notices, undelivered  # noqa: F401
    from cfp.views import blueprint

    app.register_blueprint(blueprint)


def add_commands() -> None:
    """Adds this floor's commands to ``rostrum``."""
    from cfp import invariants  # noqa: F401
    from cfp.commands import import_proposals_command
    from plumbing.cli import add_command

    add_command("import", import_proposals_command)
