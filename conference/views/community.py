"""Communities and their chapters: look around, join, leave; add conferences."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from conference import guards, queries
from conference.current import current_actor
from conference.forms import ChapterForm, CommunityForm, ConferenceForm
from conference.policy import can_make_conference
from conference.service import setup
from conference.views import blueprint
from conference.work import reading, writing
from plumbing.answers import Invalid, require
from plumbing.markdown import to_html

Page = str | Response | tuple[str, int]


@blueprint.get("/communities/<slug>")
@guards.public
def community(slug: str) -> str:
    return _community_page(slug, ChapterForm())


def _community_page(slug: str, form: ChapterForm) -> str:
    with reading(current_actor()) as work:
        page = queries.community_page(work, slug)
        conferences = queries.conferences_for(work)
    return render_template(
        "conference/community.html",
        page=page,
        description=to_html(page.description),
        conferences=[line for line in conferences if line.community_id == page.id],
        form=form,
        is_signed_in=current_actor().is_signed_in,
    )


@blueprint.post("/communities/<slug>/join")
@guards.signed_in
def join(slug: str) -> Response:
    chapter = request.form.get("chapter_id", "")
    with writing(current_actor()) as work:
        page = queries.community_page(work, slug)
        setup.join(work, community_id=page.id, chapter_id=int(chapter) if chapter.isdecimal() else None)
    flash(_("You are a member of %(name)s.", name=page.name), "success")
    return redirect(url_for("conference.community", slug=slug), 303)


@blueprint.post("/communities/<slug>/leave")
@guards.signed_in
def leave(slug: str) -> Response:
    with writing(current_actor()) as work:
        page = queries.community_page(work, slug)
        setup.leave(work, community_id=page.id)
    flash(_("You left %(name)s.", name=page.name), "success")
    return redirect(url_for("conference.community", slug=slug), 303)


@blueprint.post("/communities/<slug>/chapters")
@guards.signed_in
def add_chapter(slug: str) -> Page:
    form = ChapterForm()
    if not form.validate_on_submit():
        return _community_page(slug, form), 422
    with writing(current_actor()) as work:
        page = queries.community_page(work, slug)
        setup.make_chapter(work, community_id=page.id, name=form.name.data, city=form.city.data)
    flash(_("The chapter is added."), "success")
    return redirect(url_for("conference.community", slug=slug), 303)


@blueprint.get("/communities/new")
@guards.administrators
def new_community() -> str:
    return render_template("conference/community_form.html", form=CommunityForm())


@blueprint.post("/communities/new")
@guards.administrators
def new_community_post() -> Page:
    form = CommunityForm()
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                setup.make_community(work, name=form.name.data, slug=form.slug.data, description=form.description.data)
        except Invalid as error:
            form.blame(error)
        else:
            return redirect(url_for("conference.community", slug=form.slug.data), 303)
    return render_template("conference/community_form.html", form=form), 422


@blueprint.get("/communities/<slug>/new-conference")
@guards.signed_in
def new_conference(slug: str) -> str:
    """Only to those who may add one: nobody fills in a form in vain."""
    with reading(current_actor()) as work:
        page = queries.community_page(work, slug)
    require(can_make_conference(current_actor(), is_organiser=page.is_organiser))
    form = ConferenceForm(contact_email=current_actor().email, zone=current_actor().zone).offer(page.chapters)
    return render_template("conference/conference_form.html", form=form, page=page)


@blueprint.post("/communities/<slug>/new-conference")
@guards.signed_in
def new_conference_post(slug: str) -> Page:
    with reading(current_actor()) as work:
        page = queries.community_page(work, slug)
    form = ConferenceForm().offer(page.chapters)
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                setup.make_conference(work, community_id=page.id, draft=form.to_draft())
        except Invalid as error:
            form.blame(error)
        else:
            flash(_("The conference is made. Only its team sees it until it goes live."), "success")
            return redirect(url_for("conference.set_up", event_slug=form.to_draft().slug), 303)
    return render_template("conference/conference_form.html", form=form, page=page), 422
