"""Alembic's way into the application's metadata; the connection comes from ``plumbing.migrate``."""

from importlib import import_module

from alembic import context

from plumbing.db import Base

for name in (
    "plumbing.jobs",
    "plumbing.outbox",
    "conference.models",
    "cfp.models",
    "cfp.authors",
    "reviews.models",
    "schedule.models",
):
    import_module(name)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
    compare_type=True,
    include_object=context.config.attributes.get("include"),
)
with context.begin_transaction():
    context.run_migrations()
