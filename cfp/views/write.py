"""Writing a proposal: the form, saving, submitting, and keeping what was typed."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cfp import browser, comparing, pages, queries, service
from cfp.content import Raw, draft_of, raw_of, unreadable
from cfp.drafts import CallRules
from cfp.forms import PlainForm
from cfp.loading import call_rules
from cfp.service import Saved, StoredPaper
from cfp.views import blueprint
from cfp.views.calls import call_page
from cfp.views.keeping import call_of, discard_kept, keep, number, owner, window
from cfp.views.proposal import failed_page
from conference import guards
from conference.current import current_actor, current_conference
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid, Refused
from plumbing.kernel import kernel
from plumbing.markdown import to_html
from plumbing.web import csrf

Page = Any
PREVIEW, ADD_AUTHOR, SUBMIT = "preview", "add-author", "submit"


@blueprint.get("/<event_slug>/cfp/calls/<slug>/new")
@guards.public_event
def new(slug: str) -> Page:
    """Where it is closed, or not open yet, the call says so, and whom to ask."""
    try:
        with reading(current_actor()) as work:
            page = pages.new_page(work, current_conference(), slug, owner())
    except Refused as error:
        return call_page(slug, stopped=str(error.answer.reason)), 403
    return render_template("cfp/form.html", page=page)


@blueprint.get("/<event_slug>/cfp/proposals/mine/<ref>/edit")
@guards.event_member()
def edit(ref: str) -> Page:
    try:
        with reading(current_actor()) as work:
            page = pages.edit_page(work, current_conference(), ref, owner())
    except Refused as error:
        return failed_page(ref, error, "edit")
    return render_template("cfp/form.html", page=page)


@blueprint.post("/<event_slug>/cfp/calls/<slug>/new")
@csrf.exempt
@guards.public_event
def create(slug: str) -> Page:
    """Checks its token by itself, so that a form that was open for too long comes back with its text, not without."""
    attempt = _Attempt(raw_of(request.form), slug=slug)
    return attempt.stopped_early() or attempt.run()


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/edit")
@csrf.exempt
@guards.public_event
def save(ref: str) -> Page:
    """As ``create``. Somebody whose session has ended signs in and goes on with this text."""
    attempt = _Attempt(raw_of(request.form), ref=ref)
    return attempt.stopped_early() or attempt.run()


@blueprint.get("/<event_slug>/cfp/calls/<slug>/go-on")
@guards.event_member()
def go_on(slug: str) -> Page:
    """After signing in: to the draft that was begun before."""
    with reading(current_actor()) as work:
        call = call_rules(work.db, current_conference().id, slug=slug)
        ref = queries.newest_draft(work, call.id)
    if ref is None:
        return redirect(url_for("cfp.new", slug=slug))
    flash(_("You are signed in, and your text is saved as a draft."), "positive")
    return redirect(url_for("cfp.edit", ref=ref))


@blueprint.post("/<event_slug>/cfp/preview")
@guards.public_event
def preview() -> Page:
    """The abstract as it will look, for the script; without script the form shows it itself."""
    return render_template("cfp/_preview.html", preview=to_html(request.form.get("abstract", "")))


@dataclass(slots=True)
class _Attempt:
    """One press of a button in the form: of a call (``slug``) or of a proposal (``ref``)."""

    raw: Raw
    slug: str | None = None
    ref: str | None = None
    problem: Invalid | None = None

    def stopped_early(self) -> Page | None:
        """What ends before anything is saved: preview, one more row, a token that ran out, nobody signed in."""
        action = request.form.get("action", "")
        if action in (PREVIEW, ADD_AUTHOR):
            return self.show(200, preview=action == PREVIEW)
        form = PlainForm()
        if not form.validate():
            words = _("This page was open for too long. Your text is still here: please press the button again.")
            return self.show(422, extra=[(None, words)])
        if not current_actor().is_signed_in:
            return self._sign_in_first()
        return None

    def run(self) -> Page:
        """Saves as a draft whatever happens, then submits if that was the button."""
        if problems := list(unreadable(self.raw, current_conference().tz)):
            return self._not_taken(problems)
        try:
            saved = self._save()
        except Invalid as error:
            return self._not_taken([error])
        except Conflict:
            keep(self.raw, slug=self.slug, ref=self.ref)
            return self._two_texts()
        except Refused as error:
            if error.answer.hidden:
                raise
            keep(self.raw, slug=self.slug, ref=self.ref)
            return self.show(403, stopped=str(error.answer.reason))
        self.ref, self.slug = saved.ref, None
        if self.problem is not None:
            return self.show(422, problems=[self.problem], fresh=True)
        if request.form.get("action") == SUBMIT and saved.stage == "draft":
            return self._submit()
        flash(_("Saved."), "positive")
        return redirect(url_for("cfp.proposal", ref=saved.ref), 303)

    def show(
        self,
        status: int,
        *,
        problems: list[Invalid] | None = None,
        extra: list[tuple[str | None, str]] | None = None,
        preview: bool = False,
        stopped: str | None = None,
        fresh: bool = False,
    ) -> Page:
        """The form again, with everything that was typed (``fresh``: as it is stored by now)."""
        with reading(current_actor()) as work:
            raw = None if fresh else self.raw
            if self.ref is None:
                page = pages.new_page(work, current_conference(), self.slug or "", owner(), raw=raw)
            else:
                page = pages.edit_page(work, current_conference(), self.ref, owner(), raw=raw)
        if not fresh and page.base_version is not None:
            page.base_version = number("base") or page.base_version
        page.window = window() or page.window
        page.extra += extra or []
        page.stopped = stopped or page.stopped
        page.preview = to_html(page.form.abstract.data or "") if preview else None
        for problem in problems or []:
            _blame(page, problem)
        return render_template("cfp/form.html", page=page), status

    def _save(self) -> Saved:
        where = current_conference()
        draft = draft_of(self.raw, where.tz)
        with reading(current_actor()) as work:
            call = call_of(work, where.id, slug=self.slug, ref=self.ref)
        paper = self._paper(call)
        with writing(current_actor()) as work:
            return service.save_form(
                work,
                owner=owner() or "",
                call=call,
                ref=self.ref,
                raw=self.raw,
                draft=draft,
                base_version=number("base"),
                version=number("version"),
                window=window(),
                paper=paper,
            )

    def _paper(self, call: CallRules) -> StoredPaper | None:
        """Checked and stored before the transaction; what is wrong with it does not keep the rest from being saved."""
        file = request.files.get("paper")
        if file is None or not file.filename:
            return None
        try:
            return service.store_paper(
                kernel().blobs, data=file.read(), file_name=file.filename, pages_max=call.paper_pages_max
            )
        except Invalid as error:
            self.problem = error
            return None

    def _not_taken(self, problems: list[Invalid]) -> Page:
        # What is far too long to be kept stands on the page that comes back, and nowhere else.
        with suppress(Invalid):
            keep(self.raw, slug=self.slug, ref=self.ref)
        return self.show(422, problems=problems, extra=self._file_again())

    def _file_again(self) -> list[tuple[str | None, str]]:
        """A browser does not give a chosen file twice, so the page has to say that it is needed again."""
        chosen = request.files.get("paper")
        return [("paper", _("Please choose the PDF again."))] if chosen is not None and chosen.filename else []

    def _sign_in_first(self) -> Page:
        try:
            _kept, secret = keep(self.raw, slug=self.slug, ref=self.ref)
        except Invalid as error:
            return self.show(422, problems=[error])
        if self.ref is not None:
            target = url_for("cfp.edit", ref=self.ref)
        else:
            target = url_for("cfp.go_on", slug=self.slug)
        flash(_("Your text is kept. Please sign in or sign up, and it is yours."), "info")
        answer = redirect(url_for("conference.sign_in", next=target), 303)
        if secret is not None:
            browser.remember(answer, secret)
        return answer

    def _submit(self) -> Page:
        where = current_conference()
        ref = self.ref or ""
        try:
            with writing(current_actor()) as work:
                service.submit_proposal(work, conference_id=where.id, ref=ref)
        except Invalid:
            with reading(current_actor()) as work:
                stored = queries.contents(work, where.id, ref)
                call = call_rules(work.db, where.id, call_id=stored.call_id)
                problems = service.missing_for_submit(work, stored, call)
            return self.show(422, problems=problems, fresh=True)
        except Refused as error:
            if not self._is_submitted():
                return self.show(403, stopped=str(error.answer.reason), fresh=True)
        flash(_("Submitted. Thank you! We sent you a mail that says so."), "positive")
        return redirect(url_for("cfp.proposal", ref=self.ref), 303)

    def _is_submitted(self) -> bool:
        """By the same form, which came twice."""
        with reading(current_actor()) as work:
            return queries.contents(work, current_conference().id, self.ref or "").stage == "submitted"

    def _two_texts(self) -> Page:
        """Unless they say the same: a form that came twice was saved by the first one."""
        with reading(current_actor()) as work:
            page = comparing.page(work, current_conference(), owner(), slug=self.slug, ref=self.ref)
        if self.ref is None or page.differences or not page.other_is_saved:
            return render_template("cfp/compare.html", page=page), 409
        discard_kept(ref=self.ref)
        flash(_("Saved."), "positive")
        return redirect(url_for("cfp.proposal", ref=self.ref), 303)


def _blame(page: pages.FormPage, problem: Invalid) -> None:
    """At the field; what has no field of its own stands above the form with a link to its part of the page."""
    if problem.field in page.form._fields:
        page.form.blame(problem)
    else:
        page.extra.append((problem.field, str(problem.reason)))
