"""Printed programmes: asked for by a chair, made by a job, downloaded by everybody for the current release."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import Work, writing
from plumbing.answers import Invalid, Missing, require
from plumbing.jobs import Job, Progress, job
from plumbing.sentences import sentence
from schedule import policy
from schedule.models import Programme, Release
from schedule.release import by_id

PAPERS = ("A4", "A5")
LOCALES = ("en", "de", "it")
JOB_KIND = "programme"


@dataclass(frozen=True, slots=True)
class PublicProgramme:
    paper: str
    locale: str
    page_count: int
    bytes_count: int
    blob_key: str


def ask_for_programme(work: Work, *, conference_id: int, paper: str, locale: str) -> str:
    """Starts the job for the newest release; returns the job's reference. Raises Invalid, Refused."""
    require(policy.can_make_programme(work.actor, conference_id, work.now))
    if paper not in PAPERS:
        raise Invalid("paper", "unknown", sentence("Choose A4 or A5."))
    if locale not in LOCALES:
        raise Invalid("locale", "unknown", sentence("Choose one of the languages."))
    release = _newest(work, conference_id)
    if release is None:
        raise Invalid("paper", "no_release", sentence("A programme is printed of a release; make one first."))
    running = _running(work, conference_id, release, paper, locale)
    if running is not None:
        return running
    params = {"release_id": release, "paper": paper, "locale": locale}
    ref = work.start_job(JOB_KIND, params, conference_id=conference_id)
    work.audit("programme.ask", conference_id=conference_id, subject=("release", release), after=params)
    return ref


@job(JOB_KIND)
def make_programme(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Builds the PDF, stores it by its content and notes the programme. Doing it again replaces the row."""
    from schedule.programme import build_programme

    with progress.kernel.database.session("read") as db:
        release = by_id(Work(db, SYSTEM, progress.kernel.clock.now()), params["release_id"])
    data = build_programme(
        release.document,
        paper=params["paper"],
        locale=params["locale"],
        on_progress=progress,
        should_stop=progress.should_stop,
    )
    key = progress.kernel.blobs.put(data)
    values = {"blob_key": key, "page_count": _page_count(data), "bytes_count": len(data)}
    with writing(SYSTEM) as work:
        replaced = _note(work, params, values)
    if replaced is not None:
        progress.kernel.blobs.reconsider(replaced)
    return values


def public_programmes(work: Work, release_id: int) -> list[PublicProgramme]:
    """One query."""
    columns = (Programme.paper, Programme.locale, Programme.page_count, Programme.bytes_count, Programme.blob_key)
    query = select(*columns).where(Programme.release_id == release_id).order_by(Programme.paper, Programme.locale)
    return [PublicProgramme(*row) for row in work.db.execute(query)]


def jobs_of(work: Work, conference_id: int) -> list[Job]:
    """Jobs that are waiting or at work, and the last ones that failed. One query. Raises Refused."""
    require(policy.can_make_programme(work.actor, conference_id, work.now))
    query = (
        select(Job)
        .where(Job.conference_id == conference_id, Job.kind == JOB_KIND, Job.state != "done")
        .order_by(Job.id.desc())
        .limit(5)
    )
    return list(work.db.scalars(query))


def _newest(work: Work, conference_id: int) -> int | None:
    query = select(Release.id).where(Release.conference_id == conference_id).order_by(Release.number.desc()).limit(1)
    return work.db.scalar(query)


def _running(work: Work, conference_id: int, release_id: int, paper: str, locale: str) -> str | None:
    """A job that is at the same thing already: asking twice does not print twice."""
    query = select(Job.ref, Job.params).where(
        Job.conference_id == conference_id, Job.kind == JOB_KIND, Job.state.in_(("queued", "running"))
    )
    wanted = {"release_id": release_id, "paper": paper, "locale": locale}
    return next((ref for ref, params in work.db.execute(query) if params == wanted), None)


def _note(work: Work, params: dict[str, Any], values: dict[str, Any]) -> str | None:
    """Returns the key of the file that stood here before."""
    row = work.db.scalars(
        select(Programme).where(
            Programme.release_id == params["release_id"],
            Programme.paper == params["paper"],
            Programme.locale == params["locale"],
        )
    ).one_or_none()
    conference_id = work.db.scalar(select(Release.conference_id).where(Release.id == params["release_id"]))
    if conference_id is None:
        raise Missing()
    if row is not None:
        work.db.delete(row)
        work.db.flush()
    # A new row, not a changed one: its number tells open agendas that there is another file.
    work.db.add(Programme(conference_id=conference_id, made_at=work.now, **params, **values))
    return None if row is None else row.blob_key


def _page_count(data: bytes) -> int:
    with pikepdf.open(BytesIO(data)) as file:
        return len(file.pages)
