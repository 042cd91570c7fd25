"""Long work as people see it: how far it is, a cancel button, the reason when it failed. Generic over all kinds."""

from typing import Any
from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from conference import guards
from conference.actor import Actor
from conference.current import current_actor, current_conference
from conference.views import blueprint
from conference.views.safe import safe_path
from conference.work import reading, writing
from plumbing.answers import HIDDEN, YES, Answer, Missing, require
from plumbing.jobs import Job, ask_to_cancel


def can_see_job(actor: Actor, *, conference_id: int, account_id: int | None) -> Answer:
    """The one who asked for it, and the chairs; nobody else may know of it. Cancelling is the same right."""
    if actor.is_chair(conference_id) or (actor.is_signed_in and actor.account_id == account_id):
        return YES
    return HIDDEN


@blueprint.get("/<event_slug>/jobs/<ref>")
@guards.event_member()
def job_status(ref: str) -> Any:
    """A fragment that asks again until the work is done."""
    with reading(current_actor()) as work:
        job = _job(work, ref)
        state = {"ref": ref, "state": job.state, "progress": job.progress}
        state |= {"words": str(job.sentence or ""), "error": str(job.error or "")}
        state["is_stopping"] = job.cancel_asked and job.state == "running"
    return render_template("conference/jobs/_status.html", job=state)


@blueprint.post("/<event_slug>/jobs/<ref>/cancel")
@guards.event_member()
def cancel_job(ref: str) -> Any:
    with writing(current_actor()) as work:
        job = _job(work, ref)
        if job.state in ("queued", "running"):
            ask_to_cancel(work.db, job, now=work.now)
            work.audit("job.cancel", conference_id=job.conference_id, subject=("job", job.id))
    came_from = urlsplit(request.referrer or "").path
    return redirect(safe_path(came_from, url_for("conference.job_status", ref=ref)), 303)


def _job(work: Any, ref: str) -> Job:
    where = current_conference()
    job: Job | None = work.db.scalars(select(Job).where(Job.ref == ref, Job.conference_id == where.id)).one_or_none()
    if job is None:
        raise Missing()
    require(can_see_job(work.actor, conference_id=where.id, account_id=job.account_id))
    return job
