"""One proposal as its authors see it: state, next step, text, authors, files, history."""

from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from cfp import policy, queries, service
from cfp.comparing import Chunks, changed_chunks, shown
from cfp.loading import call_rules
from cfp.pages import Deadline, PaperLine, author_note, deadline_view, paper_line
from cfp.policy import ProposalFacts
from cfp.views import blueprint
from cfp.words import FIELDS, LANGUAGES, PRESENTER_KINDS, State, state_of
from conference import guards
from conference.current import ConferenceFacts, current_actor, current_conference
from conference.locale import instant_words
from conference.work import Work, reading, writing
from plumbing.answers import HIDDEN, Invalid, Refused, require
from plumbing.forms import stripped
from plumbing.kernel import kernel
from plumbing.markdown import to_html

Page = Any


@dataclass(frozen=True, slots=True)
class AuthorLine:
    ref: str
    name: str
    affiliation: str
    email: str
    note: str
    tone: str
    can_resend: bool
    can_remove: bool


@dataclass(frozen=True, slots=True)
class Buttons:
    edit: bool
    submit: bool
    withdraw: bool
    restore: bool
    answer: bool
    authors: bool


@dataclass(frozen=True, slots=True)
class ProposalPage:
    ref: str
    title: str
    language: str
    state: State
    deadline: Deadline
    buttons: Buttons
    facts: list[tuple[str, str]]
    track: tuple[str, str] | None
    abstract: Markup
    notes: Markup | None
    missing: list[tuple[str, str]]
    authors: list[AuthorLine]
    paper: PaperLine | None
    answer: str
    answer_reason: str
    withdraw_reason: str
    has_history: bool
    contact: str


@dataclass(frozen=True, slots=True)
class HistoryStep:
    number: int
    when: str
    changes: list[tuple[str, Chunks]]


@blueprint.get("/<event_slug>/cfp/proposals/mine/<ref>/")
@guards.event_member()
def proposal(ref: str) -> Page:
    return render_template("cfp/proposal.html", page=_page(ref), typed={}, error=None, failed=None)


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/submit")
@guards.event_member()
def submit(ref: str) -> Page:
    try:
        return _act(ref, "submit", service.submit_proposal, _("Submitted. Thank you! We sent you a mail that says so."))
    except Invalid:
        flash(_("Some things are still missing; they are marked below."), "warning")
        return redirect(url_for("cfp.edit", ref=ref), 303)


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/withdraw")
@guards.event_member()
def withdraw(ref: str) -> Page:
    return _act_with_reason(ref, "withdraw", service.withdraw_proposal, _("Withdrawn. Nothing is deleted."))


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/restore")
@guards.event_member()
def restore(ref: str) -> Page:
    words = {"submitted": _("Restored; it is submitted again."), "draft": _("Restored as a draft.")}
    return _act(ref, "restore", service.restore_proposal, words)


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/confirm")
@guards.event_member()
def confirm(ref: str) -> Page:
    return _act(ref, "confirm", service.confirm_proposal, _("Confirmed. We look forward to it!"))


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/decline")
@guards.event_member()
def decline(ref: str) -> Page:
    return _act_with_reason(ref, "decline", service.decline_proposal, _("Noted. Thank you for telling us."))


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/authors")
@guards.event_member()
def change_authors(ref: str) -> Page:
    """Adds, removes or invites again, also after the acceptance, when the form is closed."""
    where = current_conference().id
    try:
        with writing(current_actor()) as work:
            if who := request.form.get("resend"):
                service.resend_invitation(work, conference_id=where, ref=ref, author_ref=who)
            elif who := request.form.get("remove"):
                service.remove_coauthor(work, conference_id=where, ref=ref, author_ref=who)
            else:
                name, email = (stripped(request.form.get(each)) for each in ("name", "email"))
                service.add_coauthor(work, conference_id=where, ref=ref, name=name, email=email)
    except (Invalid, Refused) as error:
        return failed_page(ref, error, "authors")
    flash(_("The authors are up to date."), "positive")
    return redirect(url_for("cfp.proposal", ref=ref, _anchor="authors"), 303)


@blueprint.get("/<event_slug>/cfp/proposals/mine/<ref>/history")
@guards.event_member()
def history(ref: str) -> Page:
    return history_page(ref, back="cfp.proposal")


@blueprint.get("/<event_slug>/cfp/proposals/mine/<ref>/paper.pdf")
@guards.event_member()
def original(ref: str) -> Page:
    with reading(current_actor()) as work:
        name, key = service.original_paper(work, conference_id=current_conference().id, ref=ref)
    return _pdf(name, key)


@blueprint.get("/<event_slug>/cfp/proposals/mine/<ref>/reviewers-copy.pdf")
@guards.event_member()
def reviewers_copy(ref: str) -> Page:
    with reading(current_actor()) as work:
        name, key = service.reviewers_paper(work, conference_id=current_conference().id, ref=ref)
    return _pdf(name, key)


def history_page(ref: str, *, back: str) -> Page:
    """For authors and chairs; ``back`` is the endpoint of the page about the proposal from which they came."""
    where = current_conference()
    with reading(current_actor()) as work:
        stored = queries.contents(work, where.id, ref)
        people = queries.authors(work, stored.id)
        require(policy.can_see(work.actor, queries.facts_from(stored, people), work.now))
        steps = _history_steps(work, stored.id, where.zone)
    return render_template("cfp/history.html", title=stored.title, ref=ref, steps=steps, back=back)


def _history_steps(work: Work, proposal_id: int, zone: str) -> list[HistoryStep]:
    """Newest first; each step against the one before, the first one as a whole."""
    steps: list[HistoryStep] = []
    before: dict[str, Any] = {}
    for number, moment, content in queries.history(work, proposal_id):
        changes = [
            (str(label), changed_chunks(shown(name, before.get(name)), shown(name, content.get(name))))
            for name, label in FIELDS.items()
            if shown(name, before.get(name)) != shown(name, content.get(name))
        ]
        steps.append(HistoryStep(number, instant_words(moment, zone), changes))
        before = content
    return steps[::-1]


def _act(ref: str, form: str, verb: Any, words: Any, **given: str) -> Page:
    """One step. What cannot be done is told on the proposal's page, which says how it stands now.

    A step that was taken already, by the same form sent twice or in another window, is told as that and no failure.
    """
    try:
        with writing(current_actor()) as work:
            stage = verb(work, conference_id=current_conference().id, ref=ref, **given)
    except Refused as error:
        return _back(ref) if _is_done(ref, form) else failed_page(ref, error, form)
    flash(words[stage] if isinstance(words, dict) else words, "positive")
    return _back(ref)


def _act_with_reason(ref: str, form: str, verb: Any, words: str) -> Page:
    """Withdraw and decline: the reason is shown again when something is wrong with it."""
    try:
        return _act(ref, form, verb, words, reason=stripped(request.form.get("reason")))
    except Invalid as error:
        return failed_page(ref, error, form)


def _back(ref: str) -> Page:
    return redirect(url_for("cfp.proposal", ref=ref), 303)


def _is_done(ref: str, form: str) -> bool:
    where = current_conference()
    with reading(current_actor()) as work:
        stored = queries.contents(work, where.id, ref)
        facts = queries.facts_from(stored, queries.authors(work, stored.id))
        if not policy.is_author(work.actor, facts):
            return False
    done = {
        "submit": stored.stage == "submitted",
        "withdraw": stored.stage == "withdrawn",
        "restore": stored.stage != "withdrawn",
        "confirm": stored.answer == "confirmed",
        "decline": stored.answer == "declined",
    }
    return done[form]


def failed_page(ref: str, error: Invalid | Refused, form: str) -> Page:
    if isinstance(error, Refused) and error.answer.hidden:
        raise error
    said = error.answer.reason if isinstance(error, Refused) else error.reason
    status = 403 if isinstance(error, Refused) else 422
    page = _page(ref)
    return render_template("cfp/proposal.html", page=page, typed=request.form, error=str(said), failed=form), status


def _page(ref: str) -> ProposalPage:
    where = current_conference()
    with reading(current_actor()) as work:
        stored = queries.contents(work, where.id, ref)
        people = queries.authors(work, stored.id)
        facts = queries.facts_from(stored, people)
        if not policy.is_author(work.actor, facts):
            raise Refused(policy.ONLY_AUTHORS if policy.can_see(work.actor, facts, work.now) else HIDDEN)
        return _view(work, where, stored, facts, people)


def _view(
    work: Work, where: ConferenceFacts, stored: Any, facts: ProposalFacts, people: list[queries.Author]
) -> ProposalPage:
    state = state_of(
        stage=stored.stage,
        outcome=stored.outcome,
        answer=stored.answer,
        closes_at=facts.closes_at,
        now=work.now,
    )
    missing = []
    if stored.stage == "draft":
        call = call_rules(work.db, where.id, call_id=stored.call_id)
        owner = next((each.name for each in people if each.is_owner), "")
        known = (owner, stored.paper_number is not None)
        missing = [
            (each.field, str(each.reason)) for each in service.missing_for_submit(work, stored, call, known=known)
        ]
    buttons = _buttons(work, facts)
    return ProposalPage(
        ref=stored.ref,
        title=stored.title,
        language=stored.language,
        state=state,
        deadline=deadline_view(facts.closes_at, where.zone, work.now),
        buttons=buttons,
        facts=proposal_facts(stored),
        track=(stored.track_name, stored.track_colour) if stored.track_name else None,
        abstract=to_html(stored.abstract),
        notes=to_html(stored.notes) if stored.notes else None,
        missing=missing,
        authors=_authors(people, buttons.authors),
        paper=paper_line(where.slug, ref=stored.ref, paper=queries.paper_of(stored)),
        answer=stored.answer,
        answer_reason=stored.answer_reason,
        withdraw_reason=stored.withdraw_reason,
        has_history=stored.edit > 0,
        contact=where.contact_email,
    )


def proposal_facts(stored: Any) -> list[tuple[str, str]]:
    kind = PRESENTER_KINDS.get(stored.presenter_kind)
    length = (
        _("%(type)s, %(minutes)s minutes", type=stored.type_name, minutes=stored.minutes) if stored.type_name else ""
    )
    rows = [
        (_("Session type"), length),
        (_("Language"), str(LANGUAGES.get(stored.language, stored.language))),
        (_("Presented as"), str(kind[0]) if kind else ""),
    ]
    return [(term, value) for term, value in rows if value]


def _buttons(work: Work, facts: ProposalFacts) -> Buttons:
    actor, now = work.actor, work.now
    return Buttons(
        edit=bool(policy.can_edit(actor, facts, now)),
        submit=bool(policy.can_submit(actor, facts, now)),
        withdraw=bool(policy.can_withdraw(actor, facts, now)),
        restore=bool(policy.can_restore(actor, facts, now)),
        answer=bool(policy.can_answer(actor, facts, now)),
        authors=bool(policy.can_manage_authors(actor, facts, now)),
    )


def _authors(people: list[queries.Author], may_change: bool) -> list[AuthorLine]:
    lines = []
    for each in people:
        note, tone = author_note(each)
        lines.append(
            AuthorLine(
                ref=each.ref,
                name=each.name,
                affiliation=each.affiliation,
                email=each.email or "",
                note=note,
                tone=tone,
                can_resend=may_change and each.accepted_at is None,
                can_remove=may_change and not each.is_owner,
            )
        )
    return lines


def _pdf(name: str, key: str) -> Response:
    answer = Response(kernel().blobs.get(key), mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer
