"""Accounts, communities, conferences, tracks, roles, deadlines and the audit log."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds this floor to the application."""
    from conference import chrome, letters, locale, notices, web  # noqa: F401
    from conference.views import blueprint

    locale.setup(app, f"{app.root_path}/translations")
    web.setup(app)
    letters.setup(app)
    chrome.setup(app)
    app.register_blueprint(blueprint)


def add_commands() -> None:
    """Adds this floor's commands to ``rostrum``, and the checks of the floor below it."""
    from conference import commands
    from plumbing import invariants  # noqa: F401

    commands.add_all()
