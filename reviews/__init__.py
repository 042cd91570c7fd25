"""Conflicts, assignment, reviews, decisions."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds this floor to the application."""
    from reviews.views import blueprint

    app.register_blueprint(blueprint)


def commands() -> None:
    """Adds this floor's commands to ``rostrum``."""
