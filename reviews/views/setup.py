"""Chairs' set-up of the reviewing: dates, criteria, reviewers."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from conference import guards
from conference.current import current_actor
from conference.undelivered import reminder
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid, Missing, require
from plumbing.forms import Difference
from reviews import policy, service
from reviews.forms import CriterionForm, PhaseForm, ReviewerForm, criterion_values, phase_values
from reviews.queries import committee
from reviews.views import blueprint
from reviews.views.committee_pages import progress_page
from reviews.views.common import Page, current_member, here


@blueprint.get("/<event_slug>/committee/")
@guards.team("chair")
def set_up() -> str:
    return _set_up_page(_stored_phase())


@blueprint.post("/<event_slug>/committee/")
@guards.team("chair")
def save_phase() -> Page:
    form = PhaseForm()
    if form.validate():
        try:
            with writing(current_actor()) as work:
                service.save_phase(work, conference_id=here().id, draft=form.to_draft(here().tz))
            flash(_("Saved."), "positive")
            return redirect(url_for("reviews.set_up"), 303)
        except Invalid as error:
            form.blame(error)
        except Conflict:
            return _set_up_page(form, form.give_way(_stored_phase())), 409
    return _set_up_page(form), 422


@blueprint.route("/<event_slug>/committee/criteria/new", methods=["GET", "POST"])
@guards.team("chair")
def new_criterion() -> Page:
    form = CriterionForm()
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                service.add_criterion(work, conference_id=here().id, draft=form.to_draft())
            flash(_("Added."), "positive")
            return redirect(url_for("reviews.set_up"), 303)
        except Invalid as error:
            form.blame(error)
    page = render_template("reviews/criterion.html", form=form, number=None, differences=None)
    return (page, 422) if form.is_submitted() else page


@blueprint.route("/<event_slug>/committee/criteria/<int:number>", methods=["GET", "POST"])
@guards.team("chair")
def criterion(number: int) -> Page:
    form, differences, status = _stored_criterion(number), None, 200
    if request.method == "POST":
        form, status = CriterionForm(), 422
        try:
            if form.validate():
                _change_criterion(number, form)
                flash(_("Saved."), "positive")
                return redirect(url_for("reviews.set_up"), 303)
        except Invalid as error:
            form.blame(error)
        except Conflict:
            differences, status = form.give_way(_stored_criterion(number)), 409
    return render_template("reviews/criterion.html", form=form, number=number, differences=differences), status


@blueprint.post("/<event_slug>/committee/criteria/<int:number>/remove")
@guards.team("chair")
def remove_criterion(number: int) -> Response:
    try:
        with writing(current_actor()) as work:
            service.remove_criterion(work, conference_id=here().id, criterion_id=number)
        flash(_("Removed."), "positive")
    except Invalid as error:
        flash(str(error.reason), "error")
    return redirect(url_for("reviews.set_up"), 303)


@blueprint.get("/<event_slug>/committee/reviewers")
@guards.team("chair")
def reviewers() -> str:
    current_member()
    with reading(current_actor()) as work:
        judged = committee.judged_proposals(work, here().id)
        loads = committee.loads_of(work, here().id, [proposal.id for proposal in judged.found])
        people = committee.reviewers(work, here().id, loads)
        phase = committee.phase_set_up(work, here().id)
    wanted = (len(judged.found) + len(judged.owed)) * (phase.reviews_wanted if phase else 0)
    room = sum(person.load_max for person in people if person.is_active)
    return render_template("reviews/reviewers.html", people=people, wanted=wanted, room=room, hidden=judged.hidden)


@blueprint.route("/<event_slug>/committee/reviewers/<int:number>", methods=["GET", "POST"])
@guards.team("chair")
def reviewer(number: int) -> Page:
    with reading(current_actor()) as work:
        person = committee.reviewer(work, here().id, number)
    form = ReviewerForm(
        words=person.words, load_min=person.load_min, load_max=person.load_max, is_active=person.is_active
    )
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                draft = form.to_draft(is_active=form.is_active.data)
                service.change_profile(work, conference_id=here().id, reviewer_id=number, draft=draft)
            flash(_("Saved."), "positive")
            return redirect(url_for("reviews.reviewers"), 303)
        except Invalid as error:
            form.blame(error)
    page = render_template("reviews/reviewer.html", form=form, person=person)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/<event_slug>/committee/progress")
@guards.team("chair", "track_chair")
def progress() -> str:
    current_member()
    with reading(current_actor()) as work:
        found = committee.progress(work, here().id, here().zone)
        now, is_chair = work.now, bool(policy.can_assign(work.actor, here().id, work.now))
    return render_template(
        "reviews/progress.html", page=progress_page(found, here(), now, request.args.get("show", ""), is_chair=is_chair)
    )


def _change_criterion(number: int, form: CriterionForm) -> None:
    seen, draft = form.base_version, form.to_draft()
    with writing(current_actor()) as work:
        service.change_criterion(work, conference_id=here().id, criterion_id=number, version=seen, draft=draft)


def _stored_phase() -> PhaseForm:
    with reading(current_actor()) as work:
        stored = committee.phase_set_up(work, here().id)
    return PhaseForm(formdata=None, **phase_values(stored, here().tz))


def _stored_criterion(number: int) -> CriterionForm:
    with reading(current_actor()) as work:
        require(policy.can_set_up(work.actor, here().id, work.now))
        found = [each for each in committee.criteria_set_up(work, here().id) if each.id == number]
    if not found:
        raise Missing()
    return CriterionForm(formdata=None, **criterion_values(found[0]))


def _set_up_page(form: PhaseForm, differences: list[Difference] | None = None) -> str:
    with reading(current_actor()) as work:
        criteria = committee.criteria_set_up(work, here().id)
    return render_template(
        "reviews/set_up.html",
        form=form,
        differences=differences,
        criteria=criteria,
        zone=here().zone,
        undelivered=reminder(),
    )
