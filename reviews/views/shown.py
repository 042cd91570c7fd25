"""From query results to what templates print: words, addresses, HTML. No query and no permission here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from cfp.blind import BlindProposal
from conference.current import ConferenceFacts
from conference.locale import day_words, instant_words
from reviews import scoring
from reviews.queries.given import scored
from reviews.queries.mine import Phase, Profile, Queue
from reviews.queries.screen import OtherReview, Screen
from reviews.service.reviewing import TEXT_CHARS_MAX, ReviewDraft
from reviews.views.prose import prose


@dataclass(frozen=True, slots=True)
class PhaseShown:
    stage: str
    iso: str
    words: str
    guidance: Markup


@dataclass(frozen=True, slots=True)
class TaskLine:
    href: str
    title: str
    lang: str
    track: str | None
    colour: str | None
    kind: str
    state: str


@dataclass(frozen=True, slots=True)
class MyList:
    lines: tuple[TaskLine, ...]
    done: int
    total: int
    phase: PhaseShown | None


@dataclass(frozen=True, slots=True)
class ProposalsPage:
    lines: tuple[TaskLine, ...]
    query: str
    total: int


@dataclass(frozen=True, slots=True)
class MeasureShown:
    field: str
    name: str
    help: str
    weight: int
    options: tuple[tuple[str, str, str], ...]
    value: int | None


@dataclass(frozen=True, slots=True)
class Values:
    """One state of the review form, for the form itself and for the comparison of two windows."""

    measures: tuple[MeasureShown, ...]
    text: str
    note: str
    confidence: int | None
    is_sales_pitch: bool
    version: int
    overall: str


@dataclass(frozen=True, slots=True)
class OtherShown:
    name: str
    day: str
    overall: str
    confidence: int | None
    scores_words: tuple[tuple[str, str], ...]
    html: Markup


@dataclass(frozen=True, slots=True)
class ScreenPage:
    ref: str
    title: str
    lang: str
    abstract: Markup
    notes: Markup | None
    track: str | None
    colour: str | None
    facts: tuple[tuple[str, str], ...]
    paper: tuple[str, str, str] | None
    values: Values
    state: str
    saved: str
    text_chars_max: int
    others: tuple[OtherShown, ...]
    others_reason: str
    may_write: bool
    write_reason: str
    may_decline: bool
    is_assigned: bool
    position: int
    done: int
    total: int
    previous_href: str | None
    next_href: str | None
    contact: str
    text_html: Markup
    score_words: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DeclaredLine:
    """``state``: found, confirmed or dismissed; ``ruling`` are the chairs' words on that."""

    number: int
    note: str
    day: str
    state: str
    ruling: str


def declared_lines(profile: Profile, where: ConferenceFacts) -> list[DeclaredLine]:
    return [
        DeclaredLine(each.id, each.note, day_words(each.at, where.zone), each.state, each.ruling)
        for each in profile.declared
    ]


def my_list_page(queue: Queue, phase: Phase | None, where: ConferenceFacts, now: datetime) -> MyList:
    lines = tuple(_line(task.proposal, task.state) for task in queue.tasks)
    return MyList(lines, queue.done, len(lines), phase_shown(phase, where, now))


def proposals_page(found: Sequence[BlindProposal], query: str) -> ProposalsPage:
    """Searches title and abstract, which are all that a reviewer may find something by."""
    words = query.casefold().split()
    lines = tuple(
        _line(proposal, "")
        for proposal in found
        if all(word in f"{proposal.title} {proposal.abstract}".casefold() for word in words)
    )
    return ProposalsPage(lines, query, len(found))


def phase_shown(phase: Phase | None, where: ConferenceFacts, now: datetime) -> PhaseShown | None:
    if phase is None:
        return None
    stage = phase.stage(now)
    at = (phase.opens_at if stage == "before" else phase.closes_at).astimezone(where.tz)
    return PhaseShown(stage, at.isoformat(), instant_words(at, where.zone), prose(phase.guidance))


def screen_page(screen: Screen, where: ConferenceFacts) -> ScreenPage:
    proposal = screen.proposal
    position, before, after = screen.queue.around(proposal.ref)
    return ScreenPage(
        ref=proposal.ref,
        title=proposal.title,
        lang=proposal.language,
        abstract=prose(proposal.abstract),
        notes=prose(proposal.notes) if proposal.notes else None,
        track=proposal.track_name,
        colour=proposal.track_colour,
        facts=_facts(proposal),
        paper=_paper(proposal),
        values=form_values(screen, screen.own.draft),
        state=screen.own.state,
        saved="" if screen.own.saved_at is None else instant_words(screen.own.saved_at, where.zone),
        text_chars_max=TEXT_CHARS_MAX,
        others=tuple(_other(review, where) for review in screen.others),
        others_reason="" if screen.may_see_others else str(screen.may_see_others.reason),
        may_write=bool(screen.may_write),
        write_reason="" if screen.may_write else str(screen.may_write.reason),
        may_decline=bool(screen.may_decline),
        is_assigned=position > 0,
        position=position,
        done=screen.queue.done,
        total=len(screen.queue.tasks),
        previous_href=_href(before),
        next_href=_href(after),
        contact=where.contact_email,
        text_html=prose(screen.own.draft.text),
        score_words=_own_scores(screen),
    )


def form_values(screen: Screen, draft: ReviewDraft) -> Values:
    scores = dict(draft.scores)
    overall = scoring.overall(scores, {measure.id: measure.weight for measure in screen.measures})
    return Values(
        measures=tuple(
            MeasureShown(
                field=f"score-{measure.id}",
                name=measure.name,
                help=measure.help,
                weight=measure.weight,
                options=tuple((str(at), str(at), label) for at, label in enumerate(measure.labels, start=1)),
                value=scores.get(measure.id),
            )
            for measure in screen.measures
        ),
        text=draft.text,
        note=draft.note,
        confidence=draft.confidence,
        is_sales_pitch=draft.is_sales_pitch,
        version=draft.version,
        overall=number_words(overall),
    )


def number_words(value: float | None) -> str:
    """A mean with one decimal; a dash for none."""
    return "–" if value is None else format_decimal(value, "0.0")


def score_words(value: int, label: str) -> str:
    return f"{value} · {label}" if label else str(value)


def _own_scores(screen: Screen) -> list[tuple[str, str]]:
    own = scored(dict(screen.own.draft.scores), screen.measures)
    return [(name, score_words(value, label)) for name, value, label in own]


def _line(proposal: BlindProposal, state: str) -> TaskLine:
    return TaskLine(
        href=url_for("reviews.review", ref=proposal.ref),
        title=proposal.title,
        lang=proposal.language,
        track=proposal.track_name,
        colour=proposal.track_colour,
        kind=kind_words(proposal),
        state=state,
    )


def kind_words(proposal: BlindProposal) -> str:
    name = proposal.type_name or (_("Paper") if proposal.kind == "paper" else _("Talk"))
    if proposal.length_minutes is None:
        return name
    return _("%(name)s, %(minutes)s min", name=name, minutes=proposal.length_minutes)


def _facts(proposal: BlindProposal) -> tuple[tuple[str, str], ...]:
    presenter = {
        "user": _("User"),
        "partner": _("Partner"),
        "vendor": _("Vendor"),
        "sponsor": _("Sponsor"),
        "organiser": _("Organiser"),
    }
    return (
        (_("Type"), kind_words(proposal)),
        (_("Language"), proposal.language.upper()),
        (_("Presented by"), presenter[proposal.presenter_kind]),
    )


def _paper(proposal: BlindProposal) -> tuple[str, str, str] | None:
    """(file name, size in words, address)"""
    if proposal.paper is None:
        return None
    name = proposal.paper.file_name
    pages = ngettext("%(num)s page", "%(num)s pages", proposal.paper.page_count)
    href = url_for("reviews.paper", ref=proposal.ref, name=name.removesuffix(".pdf"))
    return name, pages, href


def _other(review: OtherReview, where: ConferenceFacts) -> OtherShown:
    return OtherShown(
        name=_("Reviewer %(number)s", number=review.pseudonym),
        day=day_words(review.sent_at, where.zone),
        overall=number_words(review.overall),
        confidence=review.confidence,
        scores_words=tuple((name, score_words(value, label)) for name, value, label in review.scores),
        html=prose(review.text),
    )


def _href(ref: str | None) -> str | None:
    return None if ref is None else url_for("reviews.review", ref=ref)
