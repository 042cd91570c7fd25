"""Setting up calls: when, what is asked, and the limits."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from cfp import policy, service
from cfp.content import LOCAL_TIME, local_time
from cfp.drafts import CallRules
from cfp.forms import CallForm
from cfp.loading import call_rules, calls_of
from cfp.models import Call
from cfp.pages import deadline_view
from cfp.service import CallDraft
from cfp.views import blueprint
from conference import guards
from conference.current import ConferenceFacts, current_actor, current_conference
from conference.models import Track
from conference.work import Work, reading, writing
from plumbing.answers import Conflict, Invalid, require
from plumbing.forms import Difference, options

Page = Any


@blueprint.get("/<event_slug>/cfp/set-up/")
@guards.team("chair")
def set_up() -> Page:
    where = current_conference()
    with reading(current_actor()) as work:
        require(policy.can_manage_calls(work.actor, where.id, work.now))
        lines = [
            {
                "title": each.title,
                "slug": each.slug,
                "opens": deadline_view(each.opens_at, where.zone, work.now),
                "closes": deadline_view(each.closes_at, where.zone, work.now),
                "tracks": ", ".join(track.name for track in each.tracks),
            }
            for each in calls_of(work.db, where.id)
        ]
    return render_template("cfp/set_up.html", lines=lines)


@blueprint.get("/<event_slug>/cfp/set-up/new")
@guards.team("chair")
def new_call() -> Page:
    form = _form(CallForm(abstract_chars_max=1500, proposals_per_person_max=10, paper_pages_max=20))
    return _page(form, None)


@blueprint.post("/<event_slug>/cfp/set-up/new")
@guards.team("chair")
def create_call() -> Page:
    form = _form(CallForm())
    where = current_conference()
    if form.validate() and (draft := _draft(form, where)) is not None:
        try:
            with writing(current_actor()) as work:
                slug = service.create_call(work, conference_id=where.id, draft=draft)
        except Invalid as error:
            form.blame(error)
        else:
            flash(_("The call is made."), "positive")
            return redirect(url_for("cfp.call", slug=slug), 303)
    return _page(form, None), 422


@blueprint.get("/<event_slug>/cfp/set-up/<slug>")
@guards.team("chair")
def edit_call(slug: str) -> Page:
    return _page(_stored(slug), slug)


@blueprint.post("/<event_slug>/cfp/set-up/<slug>")
@guards.team("chair")
def change_call(slug: str) -> Page:
    where = current_conference()
    form = _form(CallForm())
    form.slug.data = slug
    if form.validate() and (draft := _draft(form, where)) is not None:
        try:
            with writing(current_actor()) as work:
                service.change_call(work, conference_id=where.id, slug=slug, version=form.base_version, draft=draft)
        except Invalid as error:
            form.blame(error)
        except Conflict:
            return _page(form, slug, form.give_way(_stored(slug))), 409
        else:
            flash(_("The call is changed."), "positive")
            return redirect(url_for("cfp.set_up"), 303)
    return _page(form, slug), 422


def _page(form: CallForm, slug: str | None, differences: list[Difference] | None = None) -> str:
    return render_template("cfp/set_up_call.html", form=form, slug=slug, differences=differences)


def _stored(slug: str) -> CallForm:
    where = current_conference()
    with reading(current_actor()) as work:
        require(policy.can_manage_calls(work.actor, where.id, work.now))
        # The version first: a text that is newer than its version is asked about once more, never overwritten unseen.
        query = select(Call.version).where(Call.conference_id == where.id, Call.slug == slug)
        version = work.db.scalars(query).first()
        call = call_rules(work.db, where.id, slug=slug)
    return _form(CallForm(formdata=None, data={**_values(call, where), "version": version}))


def _form(form: CallForm) -> CallForm:
    with reading(current_actor()) as work:
        form.track.choices = options([("", _("All tracks that are not special")), *_tracks(work)])
    return form


def _tracks(work: Work) -> list[tuple[str, str]]:
    rows = work.db.execute(
        select(Track.id, Track.name)
        .where(Track.conference_id == current_conference().id, Track.is_special)
        .order_by(Track.position)
    )
    return [(str(row.id), _("Only %(track)s", track=row.name)) for row in rows]


def _draft(form: CallForm, where: ConferenceFacts) -> CallDraft | None:
    """None when a date cannot be read; the form says which."""
    opens, closes = (_moment(field, where) for field in (form.opens_at, form.closes_at))
    if opens is None or closes is None:
        return None
    return CallDraft(
        slug=(form.slug.data or "").strip(),
        title=form.title.data or "",
        text=form.text.data or "",
        opens_at=opens,
        closes_at=closes,
        track_id=int(form.track.data) if (form.track.data or "").isdecimal() else None,
        proposals_per_person_max=form.proposals_per_person_max.data or 0,
        abstract_chars_max=form.abstract_chars_max.data or 0,
        paper_pages_max=form.paper_pages_max.data or 0,
    )


def _moment(field: Any, where: ConferenceFacts) -> datetime | None:
    found = local_time(field.data or "", where.tz)
    if found is None:
        field.errors = [*field.errors, _("This is no date and time.")]
    return found


def _values(call: CallRules, where: ConferenceFacts) -> dict[str, Any]:
    return {
        "slug": call.slug,
        "title": call.title,
        "text": call.text,
        "opens_at": call.opens_at.astimezone(where.tz).strftime(LOCAL_TIME),
        "closes_at": call.closes_at.astimezone(where.tz).strftime(LOCAL_TIME),
        "track": str(call.track_id or ""),
        "proposals_per_person_max": call.proposals_per_person_max,
        "abstract_chars_max": call.abstract_chars_max,
        "paper_pages_max": call.paper_pages_max,
    }
