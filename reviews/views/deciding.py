"""Chairs' decisions: the table, one proposal, the waiting list. Authors' names are on none of these pages."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from cfp.blind import paper_bytes
from conference import guards
from conference.current import current_actor
from conference.undelivered import reminder
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid, Missing, Refused
from plumbing.web import wants_fragment
from reviews import policy
from reviews.queries import table as queries
from reviews.queries.judging import JudgedProposal, judged_proposal
from reviews.service import deciding
from reviews.service.deciding import Pick
from reviews.views import blueprint
from reviews.views.common import Page, current_member, here, pdf_answer
from reviews.views.table_pages import (
    ROWS_ON_PAGE,
    TablePage,
    judged_page,
    read_filter,
    row_shown,
    rows_shown,
    sums,
    table_page,
)

VERDICTS = {"accept": "accept", "waitlist": "waitlist", "reject": "reject", "none": None}


@blueprint.get("/<event_slug>/decisions/")
@guards.team("chair", "track_chair")
def decisions() -> str:
    page = _table(request.args)
    if wants_fragment():
        return render_template("reviews/_decisions.html", page=page)
    return render_template("reviews/decisions.html", page=page, undelivered=reminder())


@blueprint.post("/<event_slug>/decisions/")
@guards.team("chair", "track_chair")
def decide_many() -> Page:
    """The buttons of the bar below the table."""
    current_member()
    picks = [_pick(value) for value in request.form.getlist("pick")]
    try:
        changed = _decide(picks, request.form.get("verdict", ""))
        flash(ngettext("%(num)s decision changed.", "%(num)s decisions changed.", changed), "positive")
    except (Invalid, Conflict) as error:
        flash(str(error.reason), "error")
    return redirect(_back(), 303)


@blueprint.post("/<event_slug>/decisions/<ref>/verdict")
@guards.team("chair", "track_chair")
def decide_one(ref: str) -> Page:
    """One row: with script the row and the sums come back, without it the page."""
    current_member()
    pick = Pick(ref, request.args.get("version", 0, type=int))
    note = ""
    try:
        _decide([pick], request.form.get("verdict", ""))
    except (Invalid, Conflict) as error:
        note = str(error.reason)
    if not wants_fragment():
        flash(note or _("Decided. Nobody is told until you release."), "error" if note else "positive")
        return redirect(_back(f"row-{ref}"), 303)
    with reading(current_actor()) as work:
        rows = queries.load_rows(work, here().id)
    row = next((row for row in rows if row.proposal.ref == ref), None)
    if row is None:
        raise Missing()
    return render_template("reviews/_row_answer.html", row=row_shown(row), sums=sums(rows), note=note, oob=True)


@blueprint.get("/<event_slug>/decisions/<ref>/")
@guards.team("chair", "track_chair")
def judge(ref: str) -> Page:
    try:
        return _judged(_load(ref))
    except Refused as error:
        if error.answer != policy.OWN_FIRST:
            raise
        return render_template("reviews/own_first.html", ref=ref, reason=str(error.answer.reason)), 403


@blueprint.post("/<event_slug>/decisions/<ref>/note")
@guards.team("chair", "track_chair")
def write_note(ref: str) -> Page:
    current_member()
    note = request.form.get("note", "").replace("\r\n", "\n").strip()
    version = request.form.get("version", 0, type=int)
    try:
        with writing(current_actor()) as work:
            deciding.write_note(work, conference_id=here().id, ref=ref, version=version, note=note)
    except Invalid as error:
        return _judged(_load(ref), note=note, error=str(error.reason)), 422
    except Conflict as error:
        return _judged(_load(ref), note=note, error=str(error.reason)), 409
    flash(_("Saved."), "positive")
    return redirect(url_for("reviews.judge", ref=ref), 303)


@blueprint.get("/<event_slug>/decisions/<ref>/paper.pdf")
@guards.team("chair", "track_chair")
def judged_paper(ref: str) -> Response:
    current_member()
    with reading(current_actor()) as work:
        file_name, data = paper_bytes(work, judged_proposal(work, here().id, ref).proposal.id)
    return pdf_answer(file_name, data)


@blueprint.get("/<event_slug>/decisions/waitlist")
@guards.team("chair", "track_chair")
def waitlist() -> str:
    current_member()
    with reading(current_actor()) as work:
        rows = queries.load_rows(work, here().id)
    waiting = queries.chosen_rows(rows, queries.Filter(verdict="waitlist", sort="verdict", descending=False))
    return render_template("reviews/waitlist.html", rows=rows_shown(waiting))


@blueprint.post("/<event_slug>/decisions/waitlist")
@guards.team("chair", "track_chair")
def order_waitlist() -> Page:
    current_member()
    try:
        with writing(current_actor()) as work:
            deciding.order_waitlist(work, conference_id=here().id, refs=_wanted_order())
        flash(_("The order is saved."), "positive")
    except Conflict as error:
        flash(str(error.reason), "error")
    return redirect(url_for("reviews.waitlist"), 303)


def _table(values: Mapping[str, str]) -> TablePage:
    current_member()
    with reading(current_actor()) as work:
        rows = queries.load_rows(work, here().id)
        can_release = bool(policy.can_release(work.actor, here().id, work.now))
    number = values.get("page", "1")
    per_page = values.get("per", "")
    return table_page(
        rows,
        read_filter(values),
        int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 1,
        int(per_page) if per_page.isascii() and per_page.isdigit() and len(per_page) < 9 else ROWS_ON_PAGE,
        can_release=can_release,
    )


def _decide(picks: list[Pick], verdict: str) -> int:
    if verdict not in VERDICTS:
        raise Invalid("verdict", "unknown")
    with writing(current_actor()) as work:
        return deciding.decide(work, conference_id=here().id, picks=picks, verdict=VERDICTS[verdict])


def _pick(value: str) -> Pick:
    ref, _dot, version = value.partition(".")
    return Pick(ref, int(version) if version.isascii() and version.isdigit() and len(version) < 18 else 0)


def _load(ref: str) -> JudgedProposal:
    current_member()
    with reading(current_actor()) as work:
        return judged_proposal(work, here().id, ref)


def _judged(found: JudgedProposal, *, note: str | None = None, error: str | None = None) -> str:
    page = judged_page(found, here())
    return render_template("reviews/judge.html", page=page, note=page.note if note is None else note, error=error)


def _wanted_order() -> list[str]:
    """With script the hidden fields stand in the new order; without it each has a number beside it."""
    refs = request.form.getlist("ref")
    numbers = {ref: request.form.get(f"place-{ref}", type=int) for ref in refs}
    if all(number is None for number in numbers.values()):
        return refs
    return sorted(refs, key=lambda ref: (numbers[ref] is None, numbers[ref] or 0, refs.index(ref)))


def _back(anchor: str = "") -> str:
    """To the table as it was asked for; never to another site or page."""
    query = urlsplit(request.form.get("next", "")).query
    address = url_for("reviews.decisions")
    return address + (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")
