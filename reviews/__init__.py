"""Conflicts, assignment, reviews, decisions."""

from flask import Flask


def register(app: Flask) -> None:
    """Adds this floor to the application."""
    from cfp.blind import on_authors_changed
    from conference.service.team import on_role_granted
    from reviews import jobs, navigation, notices  # noqa: F401
    from reviews.queries import letters, log  # noqa: F401
    from reviews.service.finding import watch_authors, watch_team
    from reviews.views import blueprint

    on_authors_changed(watch_authors)
    on_role_granted(watch_team)
    app.register_blueprint(blueprint)


def add_commands() -> None:
    """Adds this floor's commands to ``rostrum``."""
    from plumbing.cli import add_command
    from reviews import invariants  # noqa: F401
    from reviews.assign.command import assign, bench_assign

    add_command("", assign)
    add_command("bench", bench_assign)
