"""Commands of this floor."""

from pathlib import Path

import click
from flask.cli import with_appcontext

from cfp.importer import FIELDS, Problem, Reading, read_proposals
from cfp.importing import import_proposals, preview_import
from conference.actor import SYSTEM
from conference.current import conference_facts
from conference.work import reading, writing
from plumbing.answers import Missing

PREVIEW_ROWS = 5
PROBLEMS_SHOWN = 50


@click.command("proposals")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--event", required=True, help="Slug of the conference.")
@click.option("--call", "call_slug", required=True, help="Slug of the call.")
@click.option(
    "--map", "pairs", multiple=True, metavar="FIELD=COLUMN", help=f"Which column is what. Fields: {', '.join(FIELDS)}."
)
@click.option("--limit", type=click.IntRange(min=1), help="Takes only the first proposals of the file.")
@click.option("--dry-run", is_flag=True, help="Shows what would happen, and changes nothing.")
@with_appcontext
def import_proposals_command(
    file: Path, event: str, call_slug: str, pairs: tuple[str, ...], limit: int | None, dry_run: bool
) -> None:
    """Reads proposals from JSONL or CSV into a call: all of them, or none when a line is wrong."""
    read = read_proposals(file.read_bytes(), file_name=file.name, mapping=_mapping(pairs), limit=limit)
    try:
        conference_id = conference_facts(event).id
        with reading(SYSTEM) as work:
            found = preview_import(work, conference_id=conference_id, call_slug=call_slug, rows=read.rows)
    except Missing:
        raise click.ClickException(f"There is no call “{call_slug}” of an event “{event}”.") from None
    _preview(read)
    _stop_at([*read.problems, *found.problems])
    if dry_run:
        click.echo("Nothing was changed (--dry-run).")
        return
    with writing(SYSTEM) as work:
        count = import_proposals(work, conference_id=conference_id, call_slug=call_slug, rows=read.rows)
    click.echo(f"{count.new} new, {count.changed} changed, {count.same} as they were.")


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise click.BadParameter(f"“{pair}” is not FIELD=COLUMN.", param_hint="--map")
    return dict(pair.split("=", 1) for pair in pairs)


def _preview(read: Reading) -> None:
    for name, column in read.mapping.items():
        click.echo(f"{name:15} ← {column}")
    if read.unused:
        click.echo(f"not used        : {', '.join(read.unused)}")
    click.echo(f"{len(read.rows)} rows can be read. The first ones:")
    for row in read.rows[:PREVIEW_ROWS]:
        click.echo(f"  {row.line:5}  {row.title}  ({', '.join(author.name for author in row.authors)})")


def _stop_at(problems: list[Problem]) -> None:
    if not problems:
        return
    for problem in problems[:PROBLEMS_SHOWN]:
        click.echo(f"line {problem}", err=True)
    if len(problems) > PROBLEMS_SHOWN:
        click.echo(f"… and {len(problems) - PROBLEMS_SHOWN} more.", err=True)
    raise click.ClickException("Nothing was imported.")
