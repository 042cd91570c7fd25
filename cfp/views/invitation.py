"""The page that a co-author's letter leads to. Looking changes nothing; only the buttons do."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cfp import queries, service
from cfp.drafts import ProfileDraft
from cfp.forms import ProfileForm
from cfp.models import Proposal
from cfp.views import blueprint
from conference import guards
from conference.current import current_actor, current_conference
from conference.work import reading, writing
from plumbing.answers import Missing
from plumbing.markdown import to_html
from plumbing.web import error_page

Page = Any


@blueprint.get("/<event_slug>/cfp/invitation/<token>")
@guards.public_event
def invitation(token: str) -> Page:
    """A link that a newer letter replaced, or of somebody who was taken off, opens nothing, and says so."""
    try:
        return _show(token, None, 200)
    except Missing:
        return error_page(404, _("This link was used already or is too old. Please ask for a new one."))


@blueprint.post("/<event_slug>/cfp/invitation/<token>")
@guards.public_event
def answer_invitation(token: str) -> Page:
    where = current_conference().id
    if request.form.get("answer") == "decline":
        with writing(current_actor()) as work:
            service.decline_invitation(work, conference_id=where, token=token)
        flash(_("Declined. Your name does not appear in this proposal."), "info")
        return redirect(url_for("cfp.invitation", token=token), 303)
    form = ProfileForm()
    if not form.validate():
        return _show(token, form, 422)
    profile = ProfileDraft(form.name.data or "", form.affiliation.data or "", form.biography.data or "")
    with writing(current_actor()) as work:
        service.accept_invitation(work, conference_id=where, token=token, profile=profile)
    flash(_("Accepted. You are a co-author now."), "positive")
    target = "cfp.mine" if current_actor().is_signed_in else "cfp.invitation"
    return redirect(url_for(target) if target == "cfp.mine" else url_for(target, token=token), 303)


def _show(token: str, form: ProfileForm | None, status: int) -> Page:
    where = current_conference()
    with reading(current_actor()) as work:
        row = service.find_invitation(work, conference_id=where.id, token=token)
        proposal = work.db.get_one(Proposal, row.proposal_id)
        names = [each.name for each in queries.authors(work, proposal.id) if each.ref != row.ref]
        known = queries.last_profile(work) if work.actor.is_signed_in else {}
    state = "declined" if row.declined_at else "accepted" if row.accepted_at else "open"
    if form is None:
        form = ProfileForm(
            name=row.name or known.get("name"),
            affiliation=row.affiliation or known.get("affiliation"),
            biography=row.biography or known.get("biography"),
        )
    page = {
        "title": proposal.title,
        "language": proposal.language,
        "abstract": to_html(proposal.abstract),
        "names": names,
        "state": state,
        "contact": where.contact_email,
    }
    return render_template("cfp/invitation.html", page=page, form=form, token=token), status
