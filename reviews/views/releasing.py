"""The release of decisions: the chairs' words, every letter as it will be sent, one button that names the count."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from conference import guards
from conference.current import current_actor
from conference.undelivered import reminder
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid, Missing
from plumbing.outbox import Letter
from reviews.service import releasing
from reviews.service.releasing import ReleaseDraft
from reviews.views import blueprint
from reviews.views.common import Page, current_member, here
from reviews.views.release_pages import ReleasePage, release_page, verdict_words, write_page


@blueprint.get("/<event_slug>/decisions/release")
@guards.team("chair")
def release() -> str:
    current_member()
    with reading(current_actor()) as work:
        news = releasing.untold(work, conference_id=here().id)
    page = write_page(news, here(), ReleaseDraft({}))
    return render_template("reviews/release.html", page=page, errors={}, undelivered=reminder())


@blueprint.post("/<event_slug>/decisions/release/words")
@guards.team("chair")
def release_words() -> str:
    """Back from the letters to the words, with everything that was typed."""
    return _words_again(_draft(), {})


@blueprint.post("/<event_slug>/decisions/release/preview")
@guards.team("chair")
def preview_release() -> Page:
    """Shows every letter; nothing is stored. A POST, because the words are in it."""
    draft = _draft()
    try:
        return render_template("reviews/release_preview.html", page=_previewed(draft))
    except Invalid as error:
        return _words_again(draft, {error.field: str(error.reason)}), 422


@blueprint.post("/<event_slug>/decisions/release/letter")
@guards.team("chair")
def previewed_letter() -> Response:
    """The HTML of one letter, to be looked at apart from our page; it runs nothing and loads nothing."""
    letters = _letters(_draft())
    number = request.form.get("letter", -1, type=int)
    if not 0 <= number < len(letters):
        raise Missing()
    answer = Response(letters[number].html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = LETTER_POLICY
    return answer


@blueprint.post("/<event_slug>/decisions/release")
@guards.team("chair")
def release_now() -> Page:
    draft = _draft()
    try:
        with writing(current_actor()) as work:
            fingerprint = request.form.get("fingerprint", "")
            done = releasing.release_decisions(work, conference_id=here().id, draft=draft, fingerprint=fingerprint)
    except Conflict as error:
        return render_template("reviews/release_preview.html", page=_previewed(draft, str(error.reason))), 409
    except Invalid as error:
        return _words_again(draft, {error.field: str(error.reason)}), 422
    flash(ngettext("%(num)s decision is told.", "%(num)s decisions are told.", done.told), "positive")
    flash(_("The letters are on their way."), "info")
    return redirect(url_for("reviews.decisions"), 303)


LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'"


def _draft() -> ReleaseDraft:
    words = {
        verdict: {
            locale: request.form.get(f"words-{verdict}-{locale}", "").replace("\r\n", "\n").strip()
            for locale in here().locales
        }
        for verdict in verdict_words()
    }
    return ReleaseDraft(words, includes_reviews=request.form.get("includes_reviews") == "1")


def _previewed(draft: ReleaseDraft, warning: str = "") -> ReleasePage:
    current_member()
    with writing(current_actor()) as work:
        found = releasing.preview(work, conference_id=here().id, draft=draft)
    return release_page(found.news, found.letters, draft, here(), warning)


def _letters(draft: ReleaseDraft) -> list[Letter]:
    current_member()
    with writing(current_actor()) as work:
        found = releasing.preview(work, conference_id=here().id, draft=draft).letters
    return [letter for number in sorted(found) for letter in found[number]]


def _words_again(draft: ReleaseDraft, errors: dict[str, str]) -> str:
    current_member()
    with reading(current_actor()) as work:
        news = releasing.untold(work, conference_id=here().id)
    return render_template(
        "reviews/release.html", page=write_page(news, here(), draft), errors=errors, undelivered=None
    )
