"""The chairs' page of conflicts: each explained, to be confirmed, dismissed or opened again."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from conference import guards
from conference.current import current_actor
from conference.locale import day_words
from conference.work import reading, writing
from plumbing.answers import Invalid
from reviews import service
from reviews.queries.conflicts import ConflictLine, ConflictList, conflict_list
from reviews.service.conflicts import NOTE_CHARS_MAX, RULINGS, SAID
from reviews.views import blueprint
from reviews.views.committee_pages import LINES_SHOWN
from reviews.views.common import Page, current_member, here
from reviews.walls import Hidden


@dataclass(frozen=True, slots=True)
class LineShown:
    """``needs_words``: a dismissal has to be explained. ``may_rule`` is no for an author's own proposal."""

    number: int
    name: str
    ref: str
    title: str
    lang: str
    why: str
    note: str
    state: str
    ruling: str
    day: str
    needs_words: bool
    may_rule: bool


@dataclass(frozen=True, slots=True)
class ConflictsPage:
    lines: tuple[LineShown, ...]
    more: int
    total: int
    query: str
    state: str
    states: tuple[tuple[str, str], ...]
    chars_max: int
    hidden: Hidden


@blueprint.get("/<event_slug>/committee/conflicts")
@guards.team("chair")
def conflicts() -> str:
    return _page()


@blueprint.post("/<event_slug>/committee/conflicts/<int:number>")
@guards.team("chair")
def rule_on_conflict(number: int) -> Page:
    current_member()
    state, ruling = request.form.get("state", ""), request.form.get("ruling", "").strip()
    try:
        with writing(current_actor()) as work:
            service.rule_on_conflict(work, conference_id=here().id, conflict_id=number, state=state, ruling=ruling)
    except Invalid as error:
        return _page(number, ruling, str(error.reason)), 422
    flash(_("Noted, and written into the log."), "positive")
    return redirect(url_for("reviews.conflicts", q=request.form.get("q") or None) + f"#conflict-{number}", 303)


def why_words() -> dict[str, str]:
    """What is known of a pair, by kind."""
    return {
        "own": _("wrote it"),
        "coauthor": _("wrote another proposal together with one of its authors"),
        "same_domain": _("has a mail address in the same house as one of its authors"),
        "author_declared": _("an author asks that this person does not review it"),
        "reviewer_declared": _("says so"),
    }


def _state_words() -> dict[str, str]:
    return {
        "found": _("not looked at yet"),
        "confirmed": _("confirmed by the chairs"),
        "dismissed": _("dismissed by the chairs"),
    }


def _page(number: int = 0, typed: str = "", error: str = "") -> str:
    current_member()
    with reading(current_actor()) as work:
        found = conflict_list(work, here().id)
    page = _shown(found, request.values.get("q", ""), request.args.get("state", ""), number)
    return render_template("reviews/conflicts.html", page=page, wrong=number, typed=typed, error=error)


def _shown(found: ConflictList, query: str, state: str, wrong: int) -> ConflictsPage:
    """``wrong`` is the line that has to be shown for its error, however long the list is."""
    words, why, states = query.casefold().split(), why_words(), _state_words()
    state = state if state in RULINGS else ""
    fitting = [line for line in found.lines if state in ("", line.state) and _has(line, words)]
    every = request.args.get("show") == "all"
    shown = [line for at, line in enumerate(fitting) if every or at < LINES_SHOWN or line.id == wrong]
    return ConflictsPage(
        lines=tuple(_line(line, why[line.kind]) for line in shown),
        more=len(fitting) - len(shown),
        total=len(found.lines),
        query=query,
        state=state,
        states=tuple(states.items()),
        chars_max=NOTE_CHARS_MAX,
        hidden=found.hidden,
    )


def _has(line: ConflictLine, words: list[str]) -> bool:
    text = f"{line.name} {line.proposal.title} {line.proposal.ref}".casefold()
    return all(word in text for word in words)


def _line(line: ConflictLine, why: str) -> LineShown:
    return LineShown(
        number=line.id,
        name=line.name,
        ref=line.proposal.ref,
        title=line.proposal.title,
        lang=line.proposal.language,
        why=why,
        note=line.note,
        state=line.state,
        ruling=line.ruling,
        day="" if line.ruled_at is None else day_words(line.ruled_at, here().zone),
        needs_words=line.kind in SAID,
        may_rule=line.kind != "own",
    )
