"""The public pages of the calls: what is looked for, until when, who reviews and how."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from cfp import policy
from cfp.drafts import CallRules, TrackChoice
from cfp.loading import call_facts, calls_of
from cfp.pages import Deadline, deadline_view
from cfp.service import calls_begun
from cfp.views import blueprint
from cfp.views.keeping import owner
from cfp.words import KINDS, LANGUAGES
from conference import guards
from conference.current import ConferenceFacts, current_actor, current_conference
from conference.work import Work, reading
from plumbing.answers import Missing
from plumbing.markdown import to_html

Page = Any
HIDDEN_CALLS = ("imported",)


@dataclass(frozen=True, slots=True)
class TypeLine:
    name: str
    kind: str
    length: str
    until: Deadline
    is_own_date: bool


@dataclass(frozen=True, slots=True)
class CallPage:
    """``state`` is coming, open or closed."""

    title: str
    slug: str
    href: str
    state: str
    text: Markup
    opens: Deadline
    closes: Deadline
    last_closes: Deadline
    types: list[TypeLine]
    tracks: tuple[TrackChoice, ...]
    languages: str
    limits: list[str]
    write_href: str
    has_unsent: bool
    contact: str
    is_special: bool


@blueprint.get("/<event_slug>/cfp/")
@guards.public_event
def calls() -> Page:
    with reading(current_actor()) as work:
        found = _pages(work, current_conference())
    if len(found) == 1:
        return render_template("cfp/call.html", page=found[0], others=[], stopped=None)
    return render_template("cfp/calls.html", calls=found, contact=current_conference().contact_email)


@blueprint.get("/<event_slug>/cfp/calls/<slug>/")
@guards.public_event
def call(slug: str) -> Page:
    return call_page(slug)


def call_page(slug: str, *, stopped: str | None = None) -> str:
    """``stopped`` says why the way to the form ends here."""
    with reading(current_actor()) as work:
        found = _pages(work, current_conference())
    page = next((each for each in found if each.slug == slug), None)
    if page is None:
        raise Missing()
    others = [each for each in found if each.slug != slug]
    return render_template("cfp/call.html", page=page, others=others, stopped=stopped)


@blueprint.get("/<event_slug>/cfp/new")
@guards.public_event
def begin() -> Page:
    """The form of the first open call, for links from elsewhere."""
    with reading(current_actor()) as work:
        found = _pages(work, current_conference())
    first = next((each for each in found if each.state == "open"), None)
    return redirect(first.write_href if first else url_for("cfp.calls"))


def _pages(work: Work, event: ConferenceFacts) -> list[CallPage]:
    found = [each for each in calls_of(work.db, event.id) if each.slug not in HIDDEN_CALLS]
    holder = owner()
    begun = calls_begun(work, owner=holder) if holder else frozenset()
    return [_page(work, event, each, has_unsent=each.id in begun) for each in found]


def _page(work: Work, event: ConferenceFacts, rules: CallRules, *, has_unsent: bool) -> CallPage:
    if work.now < rules.opens_at:
        state = "coming"
    else:
        state = "open" if policy.can_begin(work.actor, call_facts(rules), work.now) else "closed"
    return CallPage(
        title=rules.title,
        slug=rules.slug,
        href=url_for("cfp.call", slug=rules.slug),
        state=state,
        text=to_html(rules.text),
        opens=deadline_view(rules.opens_at, event.zone, work.now),
        closes=deadline_view(rules.closes_at, event.zone, work.now),
        last_closes=deadline_view(rules.last_closes_at, event.zone, work.now),
        types=[_type(rules, each.id, event.zone, work) for each in rules.types],
        tracks=rules.tracks,
        languages=", ".join(str(LANGUAGES.get(code, code)) for code in rules.languages),
        limits=_limits(rules),
        write_href=url_for("cfp.new", slug=rules.slug),
        has_unsent=has_unsent,
        contact=event.contact_email,
        is_special=rules.track_id is not None,
    )


def _type(rules: CallRules, type_id: int, zone: str, work: Work) -> TypeLine:
    each = rules.type(type_id)
    if each is None:
        raise Missing()
    until = rules.deadline(type_id)
    return TypeLine(
        name=each.name,
        kind=str(KINDS[each.kind]),
        length=ngettext("%(num)s minute", "%(num)s minutes", each.length_minutes),
        until=deadline_view(until, zone, work.now),
        is_own_date=until != rules.closes_at,
    )


def _limits(rules: CallRules) -> list[str]:
    lines = [
        _("An abstract of up to %(most)s characters", most=rules.abstract_chars_max),
        ngettext(
            "One proposal for each person",
            "Up to %(num)s proposals for each person",
            rules.proposals_per_person_max,
        ),
    ]
    if any(each.kind == "paper" for each in rules.types):
        lines.append(
            ngettext(
                "For a paper: a PDF of one page", "For a paper: a PDF of up to %(num)s pages", rules.paper_pages_max
            )
        )
    return lines
