"""The set-up of a conference: facts, tracks, session types, rooms, going live."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from conference import guards, queries
from conference.actor import Actor
from conference.chrome import NavLine, navigation
from conference.current import ConferenceFacts, current_actor, current_conference
from conference.forms import ConferenceForm, RoomForm, SessionTypeForm, TrackForm, in_zone
from conference.models import Conference
from conference.service import setup
from conference.undelivered import reminder
from conference.views import blueprint
from conference.work import Work, reading, writing
from plumbing.answers import Conflict, Invalid, Missing
from plumbing.forms import Form

Page = str | Response | tuple[str, int]


@navigation
def set_up_lines(actor: Actor, facts: ConferenceFacts) -> list[NavLine]:
    if not (actor.is_chair(facts.id) or actor.is_administrator):
        return []
    within = (
        "conference.edit_facts",
        "conference.edit_part",
        "conference.new_part",
        "conference.team",
        "conference.audit",
        "conference.undelivered",
    )
    return [NavLine(_("Set-up"), "conference.set_up", 90, within)]


@blueprint.get("/<event_slug>/setup/")
@guards.team("chair", administrators_too=True)
def set_up() -> str:
    facts = current_conference()
    with reading(current_actor()) as work:
        parts = {
            "track": queries.tracks_of(work, facts.id),
            "session_type": queries.types_of(work, facts.id),
            "room": queries.rooms_of(work, facts.id),
        }
    return render_template(
        "conference/set_up.html",
        conference=facts,
        parts=parts,
        checks=_checks(facts, parts),
        undelivered=reminder(),
    )


def _checks(facts: ConferenceFacts, parts: dict[str, Any]) -> list[tuple[str, bool, str | None, str | None]]:
    """What is still missing before going live, for the check list."""
    return [
        (_("Name, dates and zone"), True, url_for("conference.edit_facts"), None),
        (_("A description for the public"), bool(facts.description), url_for("conference.edit_facts"), None),
        (_("At least one track"), bool(parts["track"]), url_for("conference.new_part", kind="track"), None),
        (
            _("At least one session type"),
            bool(parts["session_type"]),
            url_for("conference.new_part", kind="session_type"),
            None,
        ),
        (_("At least one room"), bool(parts["room"]), url_for("conference.new_part", kind="room"), None),
        (_("Live: everybody can see it"), facts.live_at is not None, None, None),
    ]


@blueprint.get("/<event_slug>/setup/facts")
@guards.team("chair", administrators_too=True)
def edit_facts() -> str:
    return render_template("conference/facts_form.html", form=_facts_form(), differences=None)


def _facts_form(*, is_posted: bool = False) -> ConferenceForm:
    """As it is stored at this moment, or as it was sent; a chapter that was not asked for stays."""
    with reading(current_actor()) as work:
        row = work.db.get_one(Conference, current_conference().id)
        chapters = queries.chapters_of(work, community_id=row.community_id)
    values = {name: getattr(row, name) for name in FACT_FIELDS} | {"chapter_id": str(row.chapter_id or "")}
    if is_posted:
        form = ConferenceForm(data={"chapter_id": values["chapter_id"]})
        form.slug.data = row.slug
    else:
        form = ConferenceForm(formdata=None, data=values)
    return form.offer(chapters, row.locales)


FACT_FIELDS = (
    "name", "slug", "acronym", "description", "starts_on", "ends_on", "zone", "venue", "city", "locales", "accent",
    "contact_email", "version",
)  # fmt: skip


@blueprint.post("/<event_slug>/setup/facts")
@guards.team("chair", administrators_too=True)
def edit_facts_post() -> Page:
    form, where = _facts_form(is_posted=True), current_conference().id
    differences, status = None, 422
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                setup.change_conference(work, conference_id=where, version=form.base_version, draft=form.to_draft())
        except Invalid as error:
            form.blame(error)
        except Conflict:
            differences, status = form.give_way(_facts_form()), 409
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("conference.set_up"), 303)
    return render_template("conference/facts_form.html", form=form, differences=differences), status


@blueprint.post("/<event_slug>/setup/live/<int:live>")
@guards.team("chair", administrators_too=True)
def go_live(live: int) -> Response:
    with writing(current_actor()) as work:
        setup.go_live(work, conference_id=current_conference().id, live=bool(live))
    flash(_("The conference is live.") if live else _("The conference is hidden from the public."), "success")
    return redirect(url_for("conference.set_up"), 303)


def _track_form(work: Work, where: ConferenceFacts, row_id: int) -> Form:
    row = _of(queries.tracks_of(work, where.id), row_id)
    return TrackForm(formdata=None, obj=row)


def _type_form(work: Work, where: ConferenceFacts, row_id: int) -> Form:
    row = _of(queries.types_of(work, where.id), row_id)
    form = SessionTypeForm(formdata=None, obj=row)
    form.closes_at.data = in_zone(row.closes_at, where.zone)
    return form


def _room_form(work: Work, where: ConferenceFacts, row_id: int) -> Form:
    row = _of(queries.rooms_of(work, where.id), row_id)
    form = RoomForm(formdata=None, obj=row)
    form.features.data = ", ".join(row.features)
    return form


def _of(rows: list[Any], row_id: int) -> Any:
    for row in rows:
        if row.id == row_id:
            return row
    raise Missing()


def _save_track(work: Work, where: ConferenceFacts, row_id: int | None, form: Any) -> int:
    draft, seen = form.to_draft(), form.base_version
    return setup.save_track(work, conference_id=where.id, track_id=row_id, draft=draft, version=seen)


def _save_type(work: Work, where: ConferenceFacts, row_id: int | None, form: Any) -> int:
    draft, seen = form.to_draft(where.zone), form.base_version
    return setup.save_session_type(work, conference_id=where.id, type_id=row_id, draft=draft, version=seen)


def _save_room(work: Work, where: ConferenceFacts, row_id: int | None, form: Any) -> int:
    draft, seen = form.to_draft(), form.base_version
    return setup.save_room(work, conference_id=where.id, room_id=row_id, draft=draft, version=seen)


PARTS: dict[str, tuple[type[Form], Callable[..., Form], Callable[..., int]]] = {
    "track": (TrackForm, _track_form, _save_track),
    "session_type": (SessionTypeForm, _type_form, _save_type),
    "room": (RoomForm, _room_form, _save_room),
}


def _part(kind: str) -> tuple[type[Form], Callable[..., Form], Callable[..., int]]:
    if kind not in PARTS:
        raise Missing()
    return PARTS[kind]


@blueprint.get("/<event_slug>/setup/<kind>/new")
@guards.team("chair", administrators_too=True)
def new_part(kind: str) -> str:
    form = _part(kind)[0]()
    return render_template("conference/part_form.html", form=form, kind=kind, row_id=None, differences=None)


@blueprint.get("/<event_slug>/setup/<kind>/<int:row_id>")
@guards.team("chair", administrators_too=True)
def edit_part(kind: str, row_id: int) -> str:
    form = _stored_part(kind, row_id)
    return render_template("conference/part_form.html", form=form, kind=kind, row_id=row_id, differences=None)


def _stored_part(kind: str, row_id: int) -> Form:
    with reading(current_actor()) as work:
        return _part(kind)[1](work, current_conference(), row_id)


@blueprint.post("/<event_slug>/setup/<kind>/new")
@guards.team("chair", administrators_too=True)
def new_part_post(kind: str) -> Page:
    return _save_part(kind, None)


@blueprint.post("/<event_slug>/setup/<kind>/<int:row_id>")
@guards.team("chair", administrators_too=True)
def edit_part_post(kind: str, row_id: int) -> Page:
    return _save_part(kind, row_id)


def _save_part(kind: str, row_id: int | None) -> Page:
    make_form, _fill, save = _part(kind)
    form, differences, status = make_form(), None, 422
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                save(work, current_conference(), row_id, form)
        except Invalid as error:
            form.blame(error)
        except Conflict:
            if row_id is None:
                raise
            differences, status = form.give_way(_stored_part(kind, row_id)), 409
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("conference.set_up") + f"#{kind}", 303)
    page = render_template("conference/part_form.html", form=form, kind=kind, row_id=row_id, differences=differences)
    return page, status


@blueprint.post("/<event_slug>/setup/<kind>/<int:row_id>/remove")
@guards.team("chair", administrators_too=True)
def remove_part(kind: str, row_id: int) -> Response:
    _part(kind)
    try:
        with writing(current_actor()) as work:
            setup.remove(work, conference_id=current_conference().id, kind=kind, row_id=row_id)
    except Conflict as error:
        flash(str(error.reason), "error")
    else:
        flash(_("Removed."), "success")
    return redirect(url_for("conference.set_up") + f"#{kind}", 303)
