"""Calls, forms, proposals, authors, files."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds this floor to the application."""
    from cfp.views import blueprint

    app.register_blueprint(blueprint)


def commands() -> None:
    """Adds this floor's commands to ``rostrum``."""
