"""Proposals from a file, for chairs: upload, look at what would happen mend the columns, take all or nothing."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from cfp import importer, policy
from cfp.forms import ImportForm
from cfp.importer import FIELDS, ImportedProposal, Problem, Reading
from cfp.importing import import_proposals, preview_import
from cfp.loading import calls_of
from cfp.uploads import BYTES_MAX, ROWS_MAX, Upload, keep_file, upload_of
from cfp.views import blueprint
from conference import guards
from conference.current import current_actor, current_conference
from conference.work import reading, writing
from plumbing.answers import Invalid, require
from plumbing.forms import options
from plumbing.sentences import sentence

Page = Any
ROWS_SHOWN = 20
FAULTS_SHOWN = 50
RANGES_SHOWN = 12
FIELD_NAMES = {
    "id": _l("Number in the other system"),
    "title": _l("Title"),
    "abstract": _l("Abstract"),
    "notes": _l("Notes to the committee"),
    "authors": _l("Authors"),
    "emails": _l("Mail addresses"),
    "affiliation": _l("Company or institution"),
    "biography": _l("About the authors"),
    "track": _l("Track"),
    "type": _l("Session type"),
    "language": _l("Language"),
    "presenter_kind": _l("Presenter"),
    "length": _l("Length"),
}


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """``columns`` are (field, its name, the chosen column); ``count`` says in words what the import will do."""

    token: str
    file_name: str
    call_title: str
    columns: list[tuple[str, str, str]]
    choices: list[tuple[str, str]]
    unused: tuple[str, ...]
    rows: list[ImportedProposal]
    rows_left: int
    faults: list["Fault"]
    faults_left: int
    count: str
    may_apply: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, said once for all its lines: “2–7, 9”."""

    lines: str
    column: str | None
    reason: str


@blueprint.get("/<event_slug>/cfp/proposals/import")
@guards.team("chair")
def choose_file() -> Page:
    return _upload_page(ImportForm())


@blueprint.post("/<event_slug>/cfp/proposals/import")
@guards.team("chair")
def take_file() -> Page:
    """Keeps the file and goes to its preview; nothing of it is a proposal yet."""
    form = ImportForm()
    file = request.files.get("file")
    where = current_conference()
    try:
        with reading(current_actor()) as work:
            require(policy.can_import(work.actor, where.id, work.now))
            slugs = [each.slug for each in calls_of(work.db, where.id)]
        if form.call.data not in slugs:
            raise Invalid("call", "unknown", sentence("Choose a call."))
        if file is None or not file.filename:
            raise Invalid("file", "required", sentence("Choose a file."))
        token = keep_file(
            conference_id=where.id,
            call_slug=form.call.data,
            file_name=file.filename,
            data=file.read(BYTES_MAX + 1),
        )
    except Invalid as error:
        form.blame(error)
        return _upload_page(form), 422
    return redirect(url_for("cfp.preview_import_page", token=token), 303)


@blueprint.get("/<event_slug>/cfp/proposals/import/<token>")
@guards.team("chair")
def preview_import_page(token: str) -> Page:
    return _preview(token, request.args)[0]


@blueprint.post("/<event_slug>/cfp/proposals/import/<token>")
@guards.team("chair")
def apply_import(token: str) -> Page:
    """Reads the kept file once more and takes all of it, or nothing and says why."""
    page, upload, read = _preview(token, request.form)
    if read.problems:
        return page, 422
    try:
        with writing(current_actor()) as work:
            count = import_proposals(
                work, conference_id=upload.conference_id, call_slug=upload.call_slug, rows=read.rows
            )
    except Invalid:
        return _preview(token, request.form)[0], 422
    flash(
        _(
            "The file is imported: %(new)s new, %(changed)s changed, %(same)s as they were. Nobody got a letter.",
            new=count.new,
            changed=count.changed,
            same=count.same,
        ),
        "positive",
    )
    return redirect(url_for("cfp.proposals"), 303)


def _upload_page(form: ImportForm) -> str:
    where = current_conference()
    with reading(current_actor()) as work:
        require(policy.can_import(work.actor, where.id, work.now))
        form.call.choices = options((each.slug, each.title) for each in calls_of(work.db, where.id))
    return render_template("cfp/import.html", form=form, bytes_max=BYTES_MAX, rows_max=ROWS_MAX, fields=FIELD_NAMES)


def _preview(token: str, asked: Any) -> tuple[str, Upload, Reading]:
    """The page, and the file as it would be imported. ``asked`` holds ``column-<field>`` once somebody chose."""
    upload = upload_of(token, current_conference().id)
    chosen = {name: asked[f"column-{name}"] for name in FIELDS if asked.get(f"column-{name}")}
    was_chosen = any(f"column-{name}" in asked for name in FIELDS)
    read = importer.read_proposals(upload.read(), file_name=upload.file_name, mapping=chosen, guess=not was_chosen)
    if len(read.rows) > ROWS_MAX:
        reason = sentence("More than %(most)s rows; please split the file.", most=ROWS_MAX)
        read.problems.insert(0, Problem(read.rows[ROWS_MAX].line, None, reason))
        del read.rows[ROWS_MAX:]
    if not read.rows and not read.problems:
        read.problems.append(Problem(1, None, sentence("There is no row below the header.")))
    with reading(current_actor()) as work:
        found = preview_import(work, conference_id=upload.conference_id, call_slug=upload.call_slug, rows=read.rows)
    read.problems += found.problems
    return render_template("cfp/import_preview.html", page=_shown(token, upload, read, found)), upload, read


def _shown(token: str, upload: Upload, read: Reading, found: Any) -> PreviewPage:
    faults = faults_of(read.problems)
    columns = sorted({*read.mapping.values(), *read.unused}, key=str.casefold)
    return PreviewPage(
        token=token,
        file_name=upload.file_name,
        call_title=found.call_title,
        columns=[(name, str(FIELD_NAMES[name]), read.mapping.get(name, "")) for name in FIELDS],
        choices=[("", _("not in this file")), *((each, each) for each in columns)],
        unused=read.unused,
        rows=read.rows[:ROWS_SHOWN],
        rows_left=max(0, len(read.rows) - ROWS_SHOWN),
        faults=faults[:FAULTS_SHOWN],
        faults_left=max(0, len(faults) - FAULTS_SHOWN),
        count=_count(found.new, found.known),
        may_apply=not read.problems,
    )


def faults_of(problems: list[Problem]) -> list[Fault]:
    """Equal problems together, in the order of their first lines."""
    lines: dict[tuple[str | None, str], list[int]] = {}
    for problem in sorted(problems, key=lambda each: each.line):
        lines.setdefault((problem.column, str(problem.reason)), []).append(problem.line)
    return [Fault(lines_words(at), column, reason) for (column, reason), at in lines.items()]


def lines_words(lines: list[int]) -> str:
    """Sorted line numbers as ranges: 2, 3, 4, 9 as “2–4, 9”; past ``RANGES_SHOWN`` ranges only how many more lines."""
    ranges: list[list[int]] = []
    for line in lines:
        if ranges and line <= ranges[-1][-1] + 1:
            ranges[-1].append(line)
        else:
            ranges.append([line])
    words = ", ".join(f"{at[0]}–{at[-1]}" if at[-1] > at[0] else f"{at[0]}" for at in ranges[:RANGES_SHOWN])
    left = sum(len(at) for at in ranges[RANGES_SHOWN:])
    return words if not left else f"{words} {ngettext('… and %(num)s more.', '… and %(num)s more.', left)}"


def _count(new: int, known: int) -> str:
    words = ngettext("%(num)s new proposal", "%(num)s new proposals", new)
    if not known:
        return words
    again = ngettext("%(num)s that stands here already", "%(num)s that stand here already", known)
    return f"{words}, {again}"
