"""Start page, the page of a conference, and the switches that every page has."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from conference import guards, queries
from conference.chrome import doors, own_pages
from conference.current import current_actor, current_conference
from conference.locale import LOCALE_COOKIE
from conference.models import LOCALES
from conference.undelivered import reminder
from conference.views import blueprint
from conference.views.safe import safe_path
from conference.work import reading
from plumbing.answers import Missing
from plumbing.markdown import to_html

LOCALE_SECONDS = 365 * 24 * 3600


@blueprint.get("/")
@guards.public
def start() -> str:
    actor = current_actor()
    with reading(actor) as work:
        conferences = queries.conferences_for(work)
        communities = queries.communities_for(work)
    return render_template(
        "conference/start.html",
        conferences=conferences,
        communities=communities,
        is_signed_in=actor.is_signed_in,
        own_pages=own_pages() if actor.is_signed_in else [],
    )


@blueprint.get("/<event_slug>/")
@guards.public_event
def home() -> str:
    facts = current_conference()
    with reading(current_actor()) as work:
        tracks = queries.tracks_of(work, facts.id)
    return render_template(
        "conference/home.html",
        conference=facts,
        description=to_html(facts.description),
        tracks=tracks,
        doors=doors(current_actor(), facts),
        undelivered=reminder(),
    )


@blueprint.get("/language/<code>")
@guards.public
def language(code: str) -> Response:
    """Keeps the choice in a cookie and goes back. Changes nothing that counts, so a link may do it."""
    if code not in LOCALES:
        raise Missing()
    answer = redirect(safe_path(request.args.get("next"), url_for("conference.start")), 303)
    answer.set_cookie(LOCALE_COOKIE, code, max_age=LOCALE_SECONDS, samesite="Lax", httponly=True)
    return answer
