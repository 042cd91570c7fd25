"""``rostrum import schedule``, ``rostrum release`` and ``rostrum export …``: the schedule from the shell."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.models import Conference
from conference.work import Work, reading, writing
from plumbing.answers import Conflict, Invalid, Missing
from plumbing.cli import add_command
from plumbing.db import SLUG
from schedule.exports import EXPORTS
from schedule.importer import ImportCounts, import_schedule
from schedule.interchange import ImportedSchedule, UnreadableSchedule, read_schedule
from schedule.release import newest
from schedule.service.releases import release_schedule

WARNINGS_SHOWN_MAX = 50
RESERVED = frozenset({"account", "static", "dev", "healthz", "readyz", "language", "invitation", "jobs", "new"})


@click.command("schedule")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--event", "slug", required=True, help="Slug of the conference; made when it does not exist.")
@with_appcontext
def import_command(file: Path, slug: str) -> None:
    """Reads schedule.xml or schedule.json: rooms, tracks, speakers, accepted talks and slots. All or nothing."""
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        raise click.ClickException(f"“{slug}” cannot be an address: use a–z, 0–9 and hyphens, and no reserved word.")
    schedule = _read(file, _zone_of(slug))
    with writing(SYSTEM) as work:
        counts = import_schedule(work, slug=slug, schedule=schedule)
    _tell(file, schedule, counts)


@click.command("release")
@click.option("--event", "slug", required=True, help="Slug of the conference.")
@click.option("--name", required=True, help="Name of the release, such as “First draft”.")
@click.option("--notes", default="", help="What visitors should know about it.")
@click.option("--despite-clashes", is_flag=True, help="Release although fatal clashes stand.")
@with_appcontext
def release_command(slug: str, name: str, notes: str, despite_clashes: bool) -> None:
    """Publishes the schedule as it stands and tells the speakers concerned."""
    try:
        with writing(SYSTEM) as work:
            number = release_schedule(
                work, conference_id=_conference(work, slug), name=name, notes=notes, despite_fatal=despite_clashes
            )
    except Invalid as error:
        hint = " (--despite-clashes releases all the same)" if error.code == "fatal" else ""
        raise click.ClickException(f"{error.reason}{hint}") from error
    except Conflict as error:
        raise click.ClickException(str(error.reason)) from error
    click.echo(f"Release {number}, “{name}”, of {slug} is public.")


def export_command(name: str, help_text: str, filename: str) -> click.Command:
    @click.command(name, help=help_text)
    @click.option("--event", "slug", required=True, help="Slug of the conference.")
    @click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File; otherwise stdout.")
    @with_appcontext
    def command(slug: str, output: Path | None) -> None:
        with reading(SYSTEM) as work:
            stored = newest(work, _conference(work, slug))
        if stored is None:
            raise click.ClickException(
                f"{slug} has no release yet; `rostrum release --event {slug} --name …` makes one."
            )
        data = EXPORTS[filename].make(stored.document)
        if output is None:
            click.echo(data, nl=False)
            return
        try:
            output.write_bytes(data)
        except OSError as error:
            raise click.ClickException(f"{output} cannot be written: {error.strerror}") from error

    return command


def add_all() -> None:
    from schedule.solve.command import bench_schedule

    add_command("bench", bench_schedule)
    add_command("import", import_command)
    add_command("", release_command)
    for name, filename in (
        ("schedule.xml", "schedule.xml"),
        ("schedule.json", "schedule.json"),
        ("ics", "schedule.ics"),
    ):
        add_command("export", export_command(name, f"Writes {filename} of the newest release.", filename))


def _read(file: Path, zone: str) -> ImportedSchedule:
    try:
        return read_schedule(file.read_bytes(), file.name, assumed_zone=zone)
    except UnreadableSchedule as error:
        where = "".join(f":{number}" for number in (error.line, error.column) if number)
        raise click.ClickException(f"{file.name}{where}: {error} Nothing was imported.") from error
    except OSError as error:
        raise click.ClickException(f"{file.name} cannot be read: {error.strerror}") from error


def _zone_of(slug: str) -> str:
    with reading(SYSTEM) as work:
        return work.db.scalar(select(Conference.zone).where(Conference.slug == slug)) or ""


def _conference(work: Work, slug: str) -> int:
    found = work.db.scalar(select(Conference.id).where(Conference.slug == slug))
    if found is None:
        raise click.ClickException(f"There is no conference “{slug}”.") from Missing()
    return found


def _tell(file: Path, schedule: ImportedSchedule, counts: ImportCounts) -> None:
    for warning in schedule.warnings[:WARNINGS_SHOWN_MAX]:
        line = f":{warning.line}" if warning.line else ""
        place = f" ({warning.place})" if warning.place else ""
        click.echo(f"warning: {file.name}{line}{place}: {warning.sentence}", err=True)
    hidden = len(schedule.warnings) - WARNINGS_SHOWN_MAX
    if hidden > 0:
        click.echo(f"warning: {hidden} more warnings are not shown.", err=True)
    for note in counts.notes:
        click.echo(f"warning: {note}", err=True)
    click.echo(
        f"{counts.talks} talks, {counts.slots} slots ({counts.new_slots} new, {counts.changed_slots} changed), "
        f"{counts.speakers} speakers, {counts.rooms} rooms, {counts.tracks} tracks, {counts.days} days; "
        f"{len(schedule.warnings)} warnings."
    )
