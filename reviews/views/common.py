"""What several groups of pages need."""

from flask import g
from werkzeug.wrappers import Response

from conference.current import ConferenceFacts, current_actor, current_conference
from conference.work import reading_blind, writing
from reviews import service
from reviews.members import Member, load_member

Page = str | Response | tuple[str, int] | tuple[Response, int]


def here() -> ConferenceFacts:
    return current_conference()


def current_member() -> Member:
    """The committee member who asks. Makes the row on the first visit, since without it no wall is known."""
    member: Member | None = g.get("member")
    if member is not None:
        return member
    actor, where = current_actor(), current_conference()
    with reading_blind(actor) as work:
        member = load_member(work, where.id)
    if member is None:
        with writing(actor) as work:
            service.ensure_reviewer(work, conference_id=where.id, account_id=actor.account_id or 0)
        with reading_blind(actor) as work:
            member = load_member(work, where.id)
    if member is None:
        raise RuntimeError("the row of a committee member vanished while it was made")
    g.member = member
    return member


def pdf_answer(file_name: str, data: bytes) -> Response:
    """A paper under a name that says nothing, without a date and without an ETag that would tell that two are alike."""
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"inline; filename={file_name}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
