"""Printed programmes: ask for one, watch it being made, download it."""

from typing import Any

from flask import Response, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from conference import guards
from conference.actor import NOBODY
from conference.current import current_actor, current_conference
from conference.locale import instant_words
from conference.work import reading, writing
from plumbing.answers import Invalid, Missing
from plumbing.kernel import kernel
from schedule import shelf
from schedule.forms import ProgrammeForm
from schedule.programmes import ask_for_programme, jobs_of, public_programmes
from schedule.queries import programme_lines
from schedule.views import blueprint

PDF = "application/pdf"


@blueprint.route("/<event_slug>/schedule/programmes", methods=["GET", "POST"])
@guards.team("chair")
def programmes() -> Any:
    where = current_conference()
    form = ProgrammeForm()
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                ask_for_programme(work, conference_id=where.id, paper=form.paper.data, locale=form.locale.data)
            return redirect(url_for("schedule.programmes"), 303)
        except Invalid as error:
            form.blame(error)
    with reading(current_actor()) as work:
        lines = [
            (line, instant_words(line.made_at, where.zone)) for line in programme_lines(work, conference_id=where.id)
        ]
        jobs = [_job(job) for job in jobs_of(work, where.id)]
    status = 422 if form.errors else 200
    return render_template("schedule/release/programmes.html", form=form, lines=lines, jobs=jobs), status


@blueprint.get("/<event_slug>/agenda/programme-<any('A4', 'A5'):paper>-<any('en', 'de', 'it'):locale>.pdf")
@guards.public
def agenda_programme(paper: str, locale: str) -> Any:
    """The file of the current release; an older one is not handed out under this name."""
    release = shelf.shown(g.event_slug)
    if release is None:
        raise Missing()
    with reading(NOBODY) as work:
        found = [each for each in public_programmes(work, release.id) if (each.paper, each.locale) == (paper, locale)]
    if not found:
        raise Missing()
    answer = Response(kernel().blobs.get(found[0].blob_key), content_type=PDF)
    answer.headers["Content-Disposition"] = f'inline; filename="{g.event_slug}-{release.number}-{paper}-{locale}.pdf"'
    answer.set_etag(found[0].blob_key)
    answer.headers["Cache-Control"] = "public, max-age=0, must-revalidate" if release.is_public else "private, no-store"
    return answer.make_conditional(request)


def _job(job: Any) -> dict[str, Any]:
    return {
        "ref": job.ref,
        "state": job.state,
        "progress": job.progress,
        "words": str(job.sentence or ""),
        "error": str(job.error or ""),
        "is_stopping": job.cancel_asked and job.state == "running",
        "title": _("%(paper)s, %(language)s", paper=job.params["paper"], language=job.params["locale"].upper()),
    }
