"""Rooms and times, clashes, releases, the programme and its exports."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds this floor to the application."""
    from schedule import notices, programmes  # noqa: F401
    from schedule.views import blueprint

    app.register_blueprint(blueprint)


def add_commands() -> None:
    """Adds this floor's commands to ``rostrum``."""
    from schedule import invariants  # noqa: F401
    from schedule.commands import add_all

    add_all()
