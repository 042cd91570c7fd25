"""The committee: who has which role, invitations, and the log of all changes."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from conference import guards, queries
from conference.current import current_actor, current_conference
from conference.forms import ROLE_NAMES, InviteForm
from conference.models import Conference, Track
from conference.service import team as service
from conference.views import blueprint
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid, Refused
from plumbing.forms import options

Page = str | Response | tuple[str, int]
AUDIT_PAGES_MAX = 100_000


@blueprint.get("/<event_slug>/setup/team")
@guards.team("chair", administrators_too=True)
def team() -> str:
    return _team_page(InviteForm(locale=current_conference().locales[0]))


def _team_page(form: InviteForm) -> str:
    facts = current_conference()
    with reading(current_actor()) as work:
        people = queries.team_of(work, facts.id)
        invitations = queries.invitations_of(work, facts.id)
        tracks = queries.tracks_of(work, facts.id)
    form.track_id.choices = options([("", _("none")), *((str(track.id), track.name) for track in tracks)])
    return render_template(
        "conference/team.html",
        people=people,
        invitations=invitations,
        form=form,
        conference=facts,
        role_names=ROLE_NAMES,
        own_name=current_actor().name,
    )


@blueprint.post("/<event_slug>/setup/team")
@guards.team("chair", administrators_too=True)
def invite() -> Page:
    form, facts = InviteForm(), current_conference()
    with reading(current_actor()) as work:
        tracks = queries.tracks_of(work, facts.id)
    form.track_id.choices = options([("", ""), *((str(track.id), track.name) for track in tracks)])
    if form.validate_on_submit():
        try:
            made = _invite(form, facts.id)
        except Invalid as error:
            form.blame(error)
        else:
            words = ngettext("%(num)s invitation is on its way.", "%(num)s invitations are on their way.", made)
            flash(words, "success")
            return redirect(url_for("conference.team"), 303)
    return _team_page(form), 422


def _invite(form: InviteForm, conference_id: int) -> int:
    is_track_chair = form.kind.data == "track_chair"
    track_id = int(form.track_id.data) if is_track_chair and form.track_id.data else None
    with writing(current_actor()) as work:
        made = service.invite(
            work,
            conference_id=conference_id,
            people=service.parse_invited(form.people.data),
            kind=form.kind.data,
            track_id=track_id,
            locale=form.locale.data,
        )
    return len(made)


@blueprint.post("/<event_slug>/setup/team/invitations/<int:invitation_id>/withdraw")
@guards.team("chair", administrators_too=True)
def withdraw_invitation(invitation_id: int) -> Response:
    try:
        with writing(current_actor()) as work:
            service.withdraw_invitation(work, conference_id=current_conference().id, invitation_id=invitation_id)
    except Conflict as error:
        flash(str(error.reason), "error")
    return redirect(url_for("conference.team"), 303)


@blueprint.post("/<event_slug>/setup/team/<int:role_id>/remove")
@guards.team("chair", administrators_too=True)
def remove_role(role_id: int) -> Response:
    try:
        with writing(current_actor()) as work:
            service.revoke_role(work, conference_id=current_conference().id, role_id=role_id)
    except Refused as error:
        flash(str(error.answer.reason), "error")
    return redirect(url_for("conference.team"), 303)


@blueprint.get("/invitation/<token>")
@guards.public
def invitation(token: str) -> str:
    """Shows what is offered; opening it accepts nothing."""
    with reading(current_actor()) as work:
        row = service.invitation_by(work, token)
        where = work.db.get_one(Conference, row.conference_id)
        track = work.db.get(Track, row.track_id) if row.track_id else None
        is_open = not (row.accepted_at or row.declined_at or row.withdrawn_at) and row.expires_at > work.now
    return render_template(
        "conference/invitation.html",
        token=token,
        conference=where.name,
        role=ROLE_NAMES[row.kind],
        kind=row.kind,
        track=track.name if track else None,
        is_open=is_open,
        is_signed_in=current_actor().is_signed_in,
        here=url_for("conference.invitation", token=token),
    )


@blueprint.post("/invitation/<token>/accept")
@guards.signed_in
def accept_invitation(token: str) -> Page:
    """What was answered already, perhaps by the same click, is told on the invitation's own page."""
    try:
        with writing(current_actor()) as work:
            where = service.answer_invitation(work, token=token, accept=True)
            slug = work.db.get_one(Conference, where).slug
    except (Conflict, Refused):
        return invitation(token), 403
    flash(_("Thank you! You are on the team."), "success")
    return redirect(url_for("conference.home", event_slug=slug), 303)


@blueprint.post("/invitation/<token>/decline")
@guards.public
def decline_invitation(token: str) -> Page:
    try:
        with writing(current_actor()) as work:
            service.answer_invitation(work, token=token, accept=False)
    except (Conflict, Refused):
        return invitation(token), 403
    flash(_("You declined. Thank you for saying so."), "success")
    return redirect(url_for("conference.start"), 303)


@blueprint.get("/<event_slug>/setup/log")
@guards.team("chair")
def audit() -> str:
    page = min(max(1, request.args.get("page", 1, int)), AUDIT_PAGES_MAX)
    facts = current_conference()
    with reading(current_actor()) as work:
        lines, count = queries.audit_log(work, facts.id, zone=facts.zone, page=page)
    pages = max(1, -(-count // queries.AUDIT_ROWS_PER_PAGE))
    return render_template("conference/audit.html", lines=lines, count=count, page=page, pages=pages, conference=facts)
