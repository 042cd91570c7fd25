"""Chairs' pages for the assignment: ask for a plan, look at it, change it, apply it, undo it."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from conference import guards
from conference.current import current_actor
from conference.locale import instant_words
from conference.work import reading, writing
from plumbing.answers import Invalid, Missing
from plumbing.web import wants_fragment
from reviews.forms import PlanForm
from reviews.queries import assignment as queries
from reviews.service import assigning
from reviews.views import blueprint
from reviews.views.committee_pages import LINES_SHOWN, loads_chart
from reviews.views.common import Page, current_member, here


@blueprint.get("/<event_slug>/committee/assignment")
@guards.team("chair")
def assignment() -> str:
    current_member()
    with reading(current_actor()) as work:
        options = assigning.default_options(work, here().id)
    return _overview(PlanForm(formdata=None, reviews_wanted=options.reviews_wanted, fit_percent=options.fit_percent))


@blueprint.post("/<event_slug>/committee/assignment")
@guards.team("chair")
def start_planning() -> Page:
    form = PlanForm()
    if form.validate():
        with writing(current_actor()) as work:
            ref = assigning.start_planning(work, conference_id=here().id, options=form.to_options())
        return redirect(url_for("reviews.planning", ref=ref), 303)
    current_member()
    return _overview(form), 422


@blueprint.get("/<event_slug>/committee/assignment/jobs/<ref>")
@guards.team("chair")
def planning(ref: str) -> Page:
    """The progress of a planning; leads to the plan when it is ready."""
    with reading(current_actor()) as work:
        job = queries.latest_job(work, here().id, ref)
    if job is None:
        raise Missing()
    if wants_fragment():
        return render_template("reviews/_planning.html", job=job)
    if job.plan:
        return redirect(url_for("reviews.plan", ref=job.plan), 303)
    return render_template("reviews/planning.html", job=job)


@blueprint.get("/<event_slug>/committee/assignment/<ref>/")
@guards.team("chair")
def plan(ref: str) -> str:
    current_member()
    with reading(current_actor()) as work:
        page = queries.plan_page(work, here().id, ref)
    words = request.args.get("q", "").casefold().split()
    panels = [panel for panel in page.panels if all(word in _text_of(panel) for word in words)]
    return render_template(
        "reviews/plan.html",
        page=page,
        panels=panels if request.args.get("show") == "all" else panels[:LINES_SHOWN],
        more_count=max(0, len(panels) - LINES_SHOWN) if request.args.get("show") != "all" else 0,
        query=request.args.get("q", ""),
        chart=loads_chart(page),
        made=instant_words(page.created_at, here().zone),
    )


@blueprint.get("/<event_slug>/committee/assignment/<ref>/<proposal_ref>")
@guards.team("chair")
def panel(ref: str, proposal_ref: str) -> str:
    return _panel_page(ref, proposal_ref, request.args.get("price", type=int))


@blueprint.post("/<event_slug>/committee/assignment/<ref>/<proposal_ref>")
@guards.team("chair")
def edit_panel(ref: str, proposal_ref: str) -> Page:
    current_member()
    with reading(current_actor()) as work:
        number = queries.panel_page(work, here().id, ref, proposal_ref).panel.proposal.id
    try:
        _edit(ref, number)
    except Invalid as error:
        flash(str(error.reason), "error")
        return _panel_page(ref, proposal_ref, None), 422
    return redirect(url_for("reviews.panel", ref=ref, proposal_ref=proposal_ref), 303)


@blueprint.post("/<event_slug>/committee/assignment/<ref>/apply")
@guards.team("chair")
def apply_plan(ref: str) -> Response:
    current_member()
    with writing(current_actor()) as work:
        done = assigning.apply_plan(work, conference_id=here().id, plan_ref=ref)
    words = ngettext("%(num)s review is assigned.", "%(num)s reviews are assigned.", done.new)
    letters = ngettext("%(num)s reviewer gets a mail.", "%(num)s reviewers get one mail each.", done.reviewers)
    flash(f"{words} {letters}", "positive")
    for reason in _left_out_words(done):
        flash(reason, "warning")
    return redirect(url_for("reviews.plan", ref=ref), 303)


@blueprint.post("/<event_slug>/committee/assignment/<ref>/undo")
@guards.team("chair")
def undo_plan(ref: str) -> Response:
    current_member()
    with writing(current_actor()) as work:
        done = assigning.undo_plan(work, conference_id=here().id, plan_ref=ref)
    words = ngettext("%(num)s assignment was taken back.", "%(num)s assignments were taken back.", done.ended)
    flash(words, "positive")
    if done.stayed:
        flash(
            ngettext(
                "%(num)s assignment stays, because something is written on it already.",
                "%(num)s assignments stay, because something is written on them already.",
                done.stayed,
            ),
            "info",
        )
    return redirect(url_for("reviews.plan", ref=ref), 303)


@blueprint.post("/<event_slug>/committee/assignment/<ref>/discard")
@guards.team("chair")
def discard_plan(ref: str) -> Response:
    with writing(current_actor()) as work:
        assigning.discard_plan(work, conference_id=here().id, plan_ref=ref)
    flash(_("The plan was thrown away; nothing was assigned."), "positive")
    return redirect(url_for("reviews.assignment"), 303)


def _left_out_words(done: assigning.Applied) -> list[str]:
    words = []
    if done.left_out:
        words.append(
            ngettext(
                "%(num)s pair was left out because of a conflict that came up since.",
                "%(num)s pairs were left out because of conflicts that came up since.",
                done.left_out,
            )
        )
    if done.given_back:
        words.append(
            ngettext(
                "%(num)s pair was left out because the reviewer gave it back since.",
                "%(num)s pairs were left out because the reviewers gave them back since.",
                done.given_back,
            )
        )
    return words


def _edit(ref: str, proposal_id: int) -> None:
    """One of add, remove and swap, as the button says."""
    reviewer_id = request.form.get("reviewer", type=int)
    if reviewer_id is None:
        raise Missing()
    pair = {"conference_id": here().id, "plan_ref": ref, "proposal_id": proposal_id, "reviewer_id": reviewer_id}
    with writing(current_actor()) as work:
        if request.form.get("act") == "remove":
            assigning.remove_pair(work, **pair)  # type: ignore[arg-type]
        elif other := request.form.get("instead_of", type=int):
            swap = {**pair, "reviewer_id": other, "other_id": reviewer_id}
            assigning.swap_pair(work, **swap)  # type: ignore[arg-type]
        else:
            assigning.add_pair(work, **pair)  # type: ignore[arg-type]


def _overview(form: PlanForm) -> str:
    with reading(current_actor()) as work:
        lines = queries.plan_lines(work, here().id)
        job = queries.latest_job(work, here().id)
    plans = [(line, instant_words(line.created_at, here().zone)) for line in lines]
    return render_template("reviews/assignment.html", form=form, plans=plans, job=job)


def _panel_page(ref: str, proposal_ref: str, price: int | None) -> str:
    current_member()
    with reading(current_actor()) as work:
        page = queries.panel_page(work, here().id, ref, proposal_ref, price=price)
    return render_template("reviews/panel.html", page=page)


def _text_of(panel: queries.Panel) -> str:
    names = " ".join(name for _pair, name in panel.pairs)
    return f"{panel.proposal.title} {panel.proposal.ref} {names}".casefold()
