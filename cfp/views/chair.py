"""The chairs' pages about proposals, with names: list, detail, acts on behalf of authors, export."""

import csv
import io
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from cfp import chair_queries, policy, queries, service
from cfp.chair_queries import ListFilter
from cfp.content import local_time
from cfp.pages import author_note, deadline_view, paper_line
from cfp.views import blueprint
from cfp.views.proposal import history_page, proposal_facts
from cfp.words import LABELS, LANGUAGES, PRESENTER_KINDS, state_of
from conference import guards
from conference.current import current_actor, current_conference
from conference.locale import instant_words
from conference.work import Work, reading, writing
from plumbing.answers import HIDDEN, Invalid, Missing, Refused, require
from plumbing.forms import stripped
from plumbing.markdown import to_html
from plumbing.sentences import sentence

Page = Any
CHAIRS = ("chair", "track_chair")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("ref", "title", "type", "track", "language", "presenter", "state", "submitted", "authors", "emails")


@dataclass(frozen=True, slots=True)
class Listed:
    """The list with everything that its controls show."""

    found: chair_queries.ProposalList
    asked: ListFilter
    rows: list[dict[str, Any]]
    tracks: list[tuple[str, str]]
    types: list[tuple[str, str]]
    states: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    active: list[tuple[str, str]]
    total: str

    def sorted_by(self, key: str) -> str:
        """Address of the list sorted by this column; the other way round when it is already."""
        descending = not self.asked.descending if key == self.asked.sort else False
        return _address(replace(self.asked, sort=key, descending=descending, page=1))

    @property
    def page_pattern(self) -> str:
        return _address(self.asked, page="{page}")

    @property
    def csv_href(self) -> str:
        return url_for("cfp.proposals_csv") + _address(replace(self.asked, page=1))


@blueprint.get("/<event_slug>/cfp/proposals")
@guards.team(*CHAIRS)
def proposals() -> Page:
    return _list()


def _list(error: str | None = None) -> str:
    where = current_conference()
    asked = _asked()
    with reading(current_actor()) as work:
        require(policy.can_list(work.actor, where.id, work.now))
        found = chair_queries.proposal_list(work, where.id, asked)
        choices = chair_queries.choices(work, where.id)
        may_import = bool(policy.can_import(work.actor, where.id, work.now))
    page = _listed(found, asked, choices, where.zone)
    import_href = url_for("cfp.choose_file") if may_import else None
    return render_template("cfp/chair_list.html", page=page, error=error, import_href=import_href)


@blueprint.get("/<event_slug>/cfp/proposals.csv")
@guards.team(*CHAIRS)
def proposals_csv() -> Response:
    where = current_conference()
    with reading(current_actor()) as work:
        require(policy.can_list(work.actor, where.id, work.now))
        rows = list(chair_queries.export_rows(work, where.id, _asked()))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(value) for value in _exported(row)])
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"proposals-{where.slug}.csv")
    return answer


@blueprint.get("/<event_slug>/cfp/proposals/<ref>")
@guards.team(*CHAIRS)
def chair_proposal(ref: str) -> Page:
    return _detail(ref)


@blueprint.get("/<event_slug>/cfp/proposals/<ref>/history")
@guards.team(*CHAIRS)
def chair_history(ref: str) -> Page:
    return history_page(ref, back="cfp.chair_proposal")


@blueprint.post("/<event_slug>/cfp/proposals/<ref>/withdraw")
@guards.team(*CHAIRS)
def chair_withdraw(ref: str) -> Page:
    reason = stripped(request.form.get("reason"))
    try:
        with writing(current_actor()) as work:
            service.withdraw_proposal(work, conference_id=current_conference().id, ref=ref, reason=reason)
    except Invalid as error:
        return _detail(ref, error=str(error.reason)), 422
    flash(_("Withdrawn; its authors get a letter."), "positive")
    return redirect(url_for("cfp.chair_proposal", ref=ref), 303)


@blueprint.post("/<event_slug>/cfp/proposals/<ref>/restore")
@guards.team(*CHAIRS)
def chair_restore(ref: str) -> Page:
    with writing(current_actor()) as work:
        stage = service.restore_proposal(work, conference_id=current_conference().id, ref=ref)
    flash(_("Restored."), "positive")
    target = "cfp.proposals" if stage == "draft" else "cfp.chair_proposal"
    return redirect(url_for(target) if stage == "draft" else url_for(target, ref=ref), 303)


@blueprint.post("/<event_slug>/cfp/proposals/<ref>/extend")
@guards.team(*CHAIRS)
def chair_extend(ref: str) -> Page:
    try:
        _extend(ref)
    except Invalid as error:
        return _detail(ref, error=str(error.reason)), 422
    return redirect(url_for("cfp.chair_proposal", ref=ref), 303)


@blueprint.post("/<event_slug>/cfp/more-time")
@guards.team(*CHAIRS)
def more_time() -> Page:
    """For a draft, which chairs cannot see: its author wrote to them and told the reference."""
    ref = stripped(request.form.get("ref"))
    try:
        _extend(ref)
    except Invalid as error:
        return _list(error=str(error.reason)), 422
    except Missing:
        return _list(error=_("There is no proposal with this reference.")), 422
    return redirect(url_for("cfp.proposals"), 303)


def _extend(ref: str) -> None:
    where = current_conference()
    typed = request.form.get("until", "")
    until = local_time(typed, where.tz)
    if typed and until is None:
        raise Invalid("until", "shape", sentence("This is no date and time."))
    with writing(current_actor()) as work:
        service.extend_deadline(work, conference_id=where.id, ref=ref, until=until)
    flash(_("The deadline of this proposal is changed."), "positive")


def _detail(ref: str, error: str | None = None) -> str:
    where = current_conference()
    with reading(current_actor()) as work:
        stored = queries.contents(work, where.id, ref)
        people = queries.authors(work, stored.id)
        facts = queries.facts_from(stored, people)
        if not policy.leads(work.actor, facts) or not policy.can_see(work.actor, facts, work.now):
            raise Refused(HIDDEN)
        page = _detail_view(work, stored, facts, people)
    return render_template("cfp/chair_detail.html", page=page, error=error)


def _detail_view(work: Work, stored: Any, facts: policy.ProposalFacts, people: list[queries.Author]) -> dict[str, Any]:
    where = current_conference()
    actor, now = work.actor, work.now
    return {
        "ref": stored.ref,
        "title": stored.title,
        "language": stored.language,
        "state": state_of(
            stage=stored.stage, outcome=stored.outcome, answer=stored.answer, closes_at=facts.closes_at, now=now
        ),
        "deadline": deadline_view(facts.closes_at, where.zone, now),
        "is_extended": stored.extended_until is not None,
        "facts": proposal_facts(stored),
        "track": (stored.track_name, stored.track_colour) if stored.track_name else None,
        "abstract": to_html(stored.abstract),
        "notes": to_html(stored.notes) if stored.notes else None,
        "authors": [(each, *author_note(each)) for each in people],
        "conflicts": queries.conflicts(work, stored.id),
        "paper": paper_line(where.slug, stored.ref, queries.paper_of(stored)),
        "submitted": instant_words(stored.submitted_at, where.zone) if stored.submitted_at else "",
        "changed": instant_words(stored.changed_at, where.zone),
        "has_history": stored.edit > 0,
        "answer_reason": stored.answer_reason,
        "withdraw_reason": stored.withdraw_reason,
        "can_withdraw": bool(policy.can_withdraw(actor, facts, now)),
        "can_restore": bool(policy.can_restore(actor, facts, now)),
        "can_extend": bool(policy.can_extend(actor, facts, now)),
        "zone": where.zone,
    }


def _asked() -> ListFilter:
    values = request.args
    return ListFilter(
        words=values.get("q", "")[: chair_queries.SEARCH_CHARS_MAX],
        state=values.get("state", ""),
        track_id=_number(values.get("track", "")),
        type_id=_number(values.get("type", "")),
        presenter_kind=values.get("kind", ""),
        sort=values.get("sort", "submitted"),
        descending=values.get("order", "down") == "down",
        page=_number(values.get("page", "")) or 1,
    )


def _address(asked: ListFilter, page: str | None = None) -> str:
    values = {
        "q": asked.words,
        "state": asked.state,
        "track": str(asked.track_id or ""),
        "type": str(asked.type_id or ""),
        "kind": asked.presenter_kind,
        "sort": asked.sort,
        "order": "down" if asked.descending else "up",
    }
    query = urlencode({name: value for name, value in values.items() if value})
    number = page or (str(asked.page) if asked.page > 1 else "")
    return f"?{query}&page={number}" if number else f"?{query}"


def _listed(found: chair_queries.ProposalList, asked: ListFilter, choices: chair_queries.Choices, zone: str) -> Listed:
    tracks = [(str(number), name) for number, name in choices.tracks]
    types = [(str(number), name) for number, name in choices.types]
    states = [(key, str(LABELS.get(key, _("Not decided yet")))) for key in chair_queries.STATES]
    kinds = [(key, str(label)) for key, (label, _help) in PRESENTER_KINDS.items()]
    return Listed(
        found=found,
        asked=asked,
        rows=[_shown(row, zone) for row in found.rows],
        tracks=[("", _("All tracks")), *tracks],
        types=[("", _("All types")), *types],
        states=[("", _("All states")), *states],
        kinds=[("", _("All presenters")), *kinds],
        active=_active(asked, dict(tracks), dict(types), dict(states), dict(kinds)),
        total=ngettext("%(num)s proposal", "%(num)s proposals", found.total),
    )


def _active(asked: ListFilter, *names: dict[str, str]) -> list[tuple[str, str]]:
    """(label, address without it) of each filter that is on."""
    tracks, types, states, kinds = names
    found = []
    if asked.words:
        found.append((f"“{asked.words}”", _address(replace(asked, words="", page=1))))
    if asked.track_id is not None:
        found.append((tracks.get(str(asked.track_id), "?"), _address(replace(asked, track_id=None, page=1))))
    if asked.type_id is not None:
        found.append((types.get(str(asked.type_id), "?"), _address(replace(asked, type_id=None, page=1))))
    if asked.state in states:
        found.append((states[asked.state], _address(replace(asked, state="", page=1))))
    if asked.presenter_kind in kinds:
        found.append((kinds[asked.presenter_kind], _address(replace(asked, presenter_kind="", page=1))))
    return found


def _shown(row: chair_queries.ListRow, zone: str) -> dict[str, Any]:
    kind = PRESENTER_KINDS.get(row.presenter_kind)
    return {
        "ref": row.ref,
        "title": row.title or _("Without a title"),
        "language": row.language,
        "href": url_for("cfp.chair_proposal", ref=row.ref),
        "authors": ", ".join(name for name, _address in row.authors),
        "track": row.track_name,
        "colour": row.track_colour,
        "type": row.type_name or "",
        "kind": str(kind[0]) if kind else row.presenter_kind,
        "state": row.state,
        "submitted": instant_words(row.submitted_at, zone) if row.submitted_at else "",
    }


def _exported(row: chair_queries.ListRow) -> list[str]:
    kind = PRESENTER_KINDS.get(row.presenter_kind)
    return [
        row.ref,
        row.title,
        row.type_name or "",
        row.track_name or "",
        str(LANGUAGES.get(row.language, row.language)),
        str(kind[0]) if kind else row.presenter_kind,
        str(row.state.label),
        row.submitted_at.isoformat() if row.submitted_at else "",
        "; ".join(name for name, _address in row.authors),
        "; ".join(address for _name, address in row.authors if address),
    ]


def _cell(text: str) -> str:
    """A spreadsheet must not take somebody's title for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
