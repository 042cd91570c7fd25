"""Letters that were not sent: which, why, and another try."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from conference import guards
from conference.current import current_actor, current_conference
from conference.service import undelivered as service
from conference.undelivered import LETTERS_SHOWN_MAX, undelivered_page
from conference.views import blueprint
from conference.work import reading, writing
from plumbing.answers import Missing


@blueprint.get("/<event_slug>/setup/letters")
@guards.team("chair")
def undelivered() -> str:
    facts = current_conference()
    with reading(current_actor()) as work:
        page = undelivered_page(work, facts.id)
        now = work.now
    return render_template(
        "conference/undelivered.html", page=page, zone=facts.zone, now=now, shown_max=LETTERS_SHOWN_MAX
    )


@blueprint.post("/<event_slug>/setup/letters/try")
@guards.team("chair")
def try_letters() -> Response:
    """Everything that waits."""
    with writing(current_actor()) as work:
        found = service.try_waiting_letters(work, conference_id=current_conference().id)
    return _told(found)


@blueprint.post("/<event_slug>/setup/letters/send")
@guards.team("chair")
def send_letters() -> Response:
    """Everything that was refused for good."""
    with writing(current_actor()) as work:
        found = service.send_refused_letters(work, conference_id=current_conference().id)
    return _told(found)


@blueprint.post("/<event_slug>/setup/letters/send-one")
@guards.team("chair")
def send_letter() -> Response:
    """One that was refused; gone from the list meanwhile, it is on its way already."""
    try:
        with writing(current_actor()) as work:
            key = request.form.get("letter", "")
            service.send_refused_letter(work, conference_id=current_conference().id, key=key)
    except Missing:
        return _told(0)
    return _told(1)


def _told(found: int) -> Response:
    if found:
        flash(ngettext("%(num)s letter is tried again now.", "%(num)s letters are tried again now.", found), "success")
    else:
        flash(_("There is nothing to try again any more."), "info")
    return redirect(url_for("conference.undelivered"), 303)
