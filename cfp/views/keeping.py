"""Keeping what was typed: autosave, and the choice between two texts."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from cfp import browser, comparing, policy, service
from cfp.content import Raw, has_words, raw_of
from cfp.drafts import CallRules
from cfp.loading import call_facts, call_rules, facts_of
from cfp.models import Proposal
from cfp.service import Kept
from cfp.views import blueprint
from conference import guards
from conference.current import current_actor, current_conference
from conference.work import Work, reading, writing
from plumbing.answers import HIDDEN, YES, Missing, require
from plumbing.forms import stripped

Page = Any
WINDOW_CHARS_MAX = 40


@blueprint.post("/<event_slug>/cfp/calls/<slug>/autosave")
@guards.public_event
def autosave_new(slug: str) -> Page:
    return _autosave(slug=slug)


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/autosave")
@guards.public_event
def autosave(ref: str) -> Page:
    """Also without a session: then the text waits under the browser's secret until somebody signs in."""
    return _autosave(ref=ref)


@blueprint.get("/<event_slug>/cfp/calls/<slug>/compare")
@guards.public_event
def compare_new(slug: str) -> Page:
    return compare_page(slug=slug)


@blueprint.get("/<event_slug>/cfp/proposals/mine/<ref>/compare")
@guards.event_member()
def compare(ref: str) -> Page:
    return compare_page(ref=ref)


@blueprint.post("/<event_slug>/cfp/calls/<slug>/compare")
@guards.public_event
def choose_new(slug: str) -> Page:
    _choose(slug=slug)
    return redirect(url_for("cfp.new", slug=slug), 303)


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/compare")
@guards.event_member()
def choose(ref: str) -> Page:
    _choose(ref=ref)
    return redirect(url_for("cfp.edit", ref=ref), 303)


@blueprint.post("/<event_slug>/cfp/calls/<slug>/discard")
@guards.public_event
def discard_new(slug: str) -> Page:
    discard_kept(slug=slug)
    flash(_("What was not saved is thrown away."), "info")
    return redirect(url_for("cfp.call", slug=slug), 303)


@blueprint.post("/<event_slug>/cfp/proposals/mine/<ref>/discard")
@guards.event_member()
def discard(ref: str) -> Page:
    discard_kept(ref=ref)
    flash(_("What was not saved is thrown away."), "info")
    return redirect(url_for("cfp.proposal", ref=ref), 303)


def owner() -> str | None:
    """Under whom the unsent forms of this request are kept."""
    return browser.owner_of(current_actor(), browser.token())


def number(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def window() -> str | None:
    """Which opened page sent this form."""
    return str(stripped(request.form.get("window")))[:WINDOW_CHARS_MAX] or None


def keep(raw: Raw, *, slug: str | None = None, ref: str | None = None) -> tuple[Kept | None, str | None]:
    """Keeps the form; returns how, and the secret that the browser has to be given if it is new."""
    secret = None
    actor = current_actor()
    holder = owner()
    if holder is None:
        secret = browser.new_secret()
        holder = service.anonymous_owner(secret)
    where = current_conference()
    with writing(actor) as work:
        try:
            call = call_of(work, where.id, slug=slug, ref=ref)
        except Missing:
            if actor.is_signed_in:
                raise
            return None, None
        if ref is None:
            require(_may_begin(work, call))
        kept = service.keep_unsent(
            work,
            owner=holder,
            call=call,
            raw=raw,
            version=number("version"),
            proposal_id=_proposal_id(work, where.id, ref),
            base_version=number("base"),
            window=window(),
        )
    return kept, secret


def call_of(work: Work, conference_id: int, *, slug: str | None, ref: str | None) -> CallRules:
    """The call that a form belongs to. Raises ``Missing``."""
    if ref is None:
        return call_rules(work.db, conference_id, slug=slug)
    query = select(Proposal.call_id).where(Proposal.conference_id == conference_id, Proposal.ref == ref)
    call_id = work.db.scalars(query).first()
    if call_id is None:
        raise Missing()
    return call_rules(work.db, conference_id, call_id=call_id)


def compare_page(*, slug: str | None = None, ref: str | None = None) -> str:
    with reading(current_actor()) as work:
        page = comparing.page(work, current_conference(), owner(), slug=slug, ref=ref)
    return render_template("cfp/compare.html", page=page)


def _autosave(*, slug: str | None = None, ref: str | None = None) -> Page:
    raw = raw_of(request.form)
    actor = current_actor()
    if not has_words(raw):
        return jsonify(version=number("version") or 0)
    kept, secret = keep(raw, slug=slug, ref=ref)
    if ref is not None and not actor.is_signed_in:
        sign_in = url_for("conference.sign_in", next=url_for("cfp.edit", ref=ref))
        answer = jsonify(error=_("You are signed out. What you typed is kept; please sign in."), sign_in=sign_in)
        answer.status_code = 401
    elif kept is not None and kept.is_rival:
        names = {"slug": slug} if ref is None else {"ref": ref}
        with reading(actor) as work:
            both = comparing.page(work, current_conference(), owner(), slug=slug, ref=ref)
        href = url_for("cfp.compare_new" if ref is None else "cfp.compare", **names)
        answer = jsonify(href=href, yours=both.other, stored=both.mine)
        answer.status_code = 409
    else:
        answer = jsonify(version=kept.version if kept else 0)
    if secret is not None:
        browser.remember(answer, secret)
    return answer


def _choose(*, slug: str | None = None, ref: str | None = None) -> None:
    where = current_conference()
    holder = owner()
    if holder is None:
        raise Missing()
    with writing(current_actor()) as work:
        call = call_of(work, where.id, slug=slug, ref=ref)
        proposal_id = _proposal_id(work, where.id, ref)
        take_other = request.form.get("take") == "other"
        service.choose_text(
            work,
            owner=holder,
            call_id=call.id,
            proposal_id=proposal_id,
            take_other=take_other,
            base_version=_version(work, proposal_id),
        )
    flash(_("You go on with the text that you chose."), "info")


def discard_kept(*, slug: str | None = None, ref: str | None = None) -> None:
    where = current_conference()
    holder = owner()
    if holder is None:
        return
    with writing(current_actor()) as work:
        call = call_of(work, where.id, slug=slug, ref=ref)
        proposal_id = _proposal_id(work, where.id, ref)
        service.discard_unsent(work, owner=holder, call_id=call.id, proposal_id=proposal_id)


def _may_begin(work: Work, call: CallRules) -> Any:
    """After the deadline text is still taken in: it may have been begun before."""
    return YES if work.now > call.last_closes_at else policy.can_begin(work.actor, call_facts(call), work.now)


def _proposal_id(work: Work, conference_id: int, ref: str | None) -> int | None:
    """Only for its authors; somebody without a session is not told whether it exists."""
    if ref is None:
        return None
    query = select(Proposal).where(Proposal.conference_id == conference_id, Proposal.ref == ref)
    proposal = work.db.scalars(query).one()
    if work.actor.is_signed_in:
        facts = facts_of(work.db, proposal)
        require(YES if policy.is_author(work.actor, facts) else HIDDEN)
    return proposal.id


def _version(work: Work, proposal_id: int | None) -> int | None:
    return None if proposal_id is None else work.db.get_one(Proposal, proposal_id).version
