"""Reviewers' pages. All of it is blind work: the database itself refuses the tables that name people."""

from dataclasses import replace

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from cfp.blind import paper_bytes
from conference import guards
from conference.current import current_actor
from conference.work import reading_blind, writing_blind
from plumbing.answers import Conflict, Invalid, Missing, Refused, require
from reviews import policy, service
from reviews.forms import ProfileForm, read_review
from reviews.queries import mine
from reviews.queries.screen import Screen, load_screen, with_typed
from reviews.service.reviewing import ReviewDraft
from reviews.standing import load_standing
from reviews.views import blueprint
from reviews.views.common import Page, current_member, here, pdf_answer
from reviews.views.shown import declared_lines, my_list_page, proposals_page, screen_page


@blueprint.get("/<event_slug>/reviews/")
@guards.team("reviewer")
def my_reviews() -> str:
    member = current_member()
    with reading_blind(current_actor()) as work:
        queue, phase = mine.my_queue(work, member), mine.my_phase(work, here().id)
    return render_template("reviews/mine.html", page=my_list_page(queue, phase, here(), work.now))


@blueprint.get("/<event_slug>/reviews/proposals")
@guards.team("reviewer")
def all_proposals() -> str:
    member = current_member()
    with reading_blind(current_actor()) as work:
        found = mine.all_readable(work, member)
    return render_template("reviews/proposals.html", page=proposals_page(found, request.args.get("q", "")))


@blueprint.get("/<event_slug>/reviews/next")
@guards.team("reviewer")
def next_review() -> Response:
    return redirect(_next_href(None), 303)


@blueprint.get("/<event_slug>/reviews/<ref>/")
@guards.team("reviewer")
def review(ref: str) -> str:
    return _render(_load(ref))


@blueprint.post("/<event_slug>/reviews/<ref>/")
@guards.team("reviewer")
def save(ref: str) -> Page:
    wish = request.form.get("go", "next")
    try:
        draft = read_review(request.form)
        with writing_blind(current_actor()) as work:
            service.save_review(work, conference_id=here().id, ref=ref, draft=draft, send=wish != "draft")
    except Invalid as error:
        return _again(ref, invalid=error), 422
    except Conflict as error:
        return _again(ref, conflict=error), 409
    except Refused as error:
        return _refused(ref, error)
    flash(_("Draft saved.") if wish == "draft" else _("Review saved."), "positive")
    return redirect(_next_href(ref) if wish == "next" else url_for("reviews.review", ref=ref), 303)


@blueprint.post("/<event_slug>/reviews/<ref>/autosave")
@guards.team("reviewer")
def autosave(ref: str) -> tuple[Response, int]:
    try:
        with writing_blind(current_actor()) as work:
            saved = service.save_review(work, conference_id=here().id, ref=ref, draft=read_review(request.form))
    except Conflict as error:
        return jsonify(error=str(error.reason), href=url_for("reviews.review", ref=ref)), 409
    except Invalid as error:
        return jsonify(error=str(error.reason), field=error.field), 422
    return jsonify(version=saved.version), 200


@blueprint.post("/<event_slug>/reviews/<ref>/decline")
@guards.team("reviewer")
def decline(ref: str) -> Page:
    reason = request.form.get("reason", "").strip()
    try:
        with writing_blind(current_actor()) as work:
            service.decline_assignment(work, conference_id=here().id, ref=ref, reason=reason)
    except Invalid as error:
        return _render(_load(ref), extra=[("f-reason", str(error.reason))], reason=reason), 422
    flash(_("Thank you for telling. The chairs will find someone else."), "positive")
    return redirect(url_for("reviews.my_reviews"), 303)


@blueprint.post("/<event_slug>/reviews/<ref>/conflict")
@guards.team("reviewer")
def declare_conflict(ref: str) -> Page:
    note = request.form.get("conflict_note", "").strip()
    try:
        with writing_blind(current_actor()) as work:
            service.declare_conflict(work, conference_id=here().id, ref=ref, note=note)
    except Invalid as error:
        return _render(_load(ref), extra=[("f-conflict_note", str(error.reason))], conflict_note=note), 422
    flash(_("Your conflict is noted. You will not see this proposal any more."), "positive")
    return redirect(url_for("reviews.my_reviews"), 303)


@blueprint.get("/<event_slug>/reviews/<ref>/<name>.pdf")
@guards.team("reviewer")
def paper(ref: str, name: str) -> Response:
    """The PDF without metadata, scripts and links, under a name that says nothing."""
    member = current_member()
    with reading_blind(current_actor()) as work:
        standing = load_standing(work, member, ref)
        require(policy.can_read_blind(work.actor, standing.facts, work.now))
        file_name, data = paper_bytes(work, standing.proposal.id)
    if file_name != f"{name}.pdf":
        raise Missing()
    return pdf_answer(file_name, data)


@blueprint.route("/<event_slug>/reviews/profile", methods=["GET", "POST"])
@guards.team("reviewer")
def profile() -> Page:
    member = current_member()
    with reading_blind(current_actor()) as work:
        stored = mine.my_profile(work, member)
    form = ProfileForm(words=stored.words, load_min=stored.load_min, load_max=stored.load_max)
    if form.validate_on_submit():
        try:
            with writing_blind(current_actor()) as work:
                draft = form.to_draft(is_active=stored.is_active)
                service.change_profile(work, conference_id=here().id, reviewer_id=member.id, draft=draft)
            flash(_("Saved."), "positive")
            return redirect(url_for("reviews.profile"), 303)
        except Invalid as error:
            form.blame(error)
    page = render_template("reviews/profile.html", form=form, declared=declared_lines(stored, here()))
    return (page, 422) if form.is_submitted() else page


@blueprint.post("/<event_slug>/reviews/profile/conflicts/<int:number>")
@guards.team("reviewer")
def retract_conflict(number: int) -> Response:
    with writing_blind(current_actor()) as work:
        service.retract_conflict(work, conference_id=here().id, conflict_id=number)
    flash(_("Taken back."), "positive")
    return redirect(url_for("reviews.profile"), 303)


def _load(ref: str) -> Screen:
    member = current_member()
    with reading_blind(current_actor()) as work:
        return load_screen(work, member, ref)


def _render(screen: Screen, **more: object) -> str:
    return render_template("reviews/review.html", page=screen_page(screen, here()), **{**NOTHING_MORE, **more})


NOTHING_MORE: dict[str, object] = {
    "extra": [],
    "errors": {},
    "stored": None,
    "refusal": "",
    "reason": "",
    "conflict_note": "",
    "not_stored": False,
}


def _again(ref: str, *, invalid: Invalid | None = None, conflict: Conflict | None = None) -> str:
    """The screen with everything that was typed, and what is wrong or what stands in the other window."""
    screen = _load(ref)
    typed = _typed(screen)
    if conflict is not None:
        stored = screen.own
        shown = with_typed(screen, replace(typed, version=stored.draft.version))
        return _render(shown, stored=screen_page(screen, here()).values, not_stored=True)
    errors = {} if invalid is None else {invalid.field: str(invalid.reason)}
    extra = list(errors.items())
    return _render(with_typed(screen, typed), errors=errors, extra=extra, not_stored=True)


def _refused(ref: str, error: Refused) -> Page:
    """The phase ended or the assignment was taken back while the form was open: the text stays on the page."""
    if error.answer.hidden:
        raise error
    screen = _load(ref)
    return _render(with_typed(screen, _typed(screen)), refusal=str(error.answer.reason), not_stored=True), 403


def _typed(screen: Screen) -> ReviewDraft:
    try:
        return read_review(request.form)
    except Invalid:
        return screen.own.draft


def _next_href(after: str | None) -> str:
    member = current_member()
    with reading_blind(current_actor()) as work:
        found = mine.next_ref(work, member, after=after)
    return url_for("reviews.my_reviews") if found is None else url_for("reviews.review", ref=found)
