"""View objects of the form: what the templates of writing a proposal show, ready made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from cfp import policy, queries
from cfp.authors import UnsentForm
from cfp.content import LOCAL_TIME, Raw, away_rows, conflict_lines, row_keys
from cfp.deadlines import deadline_state
from cfp.drafts import CallRules, ConflictDraft
from cfp.files import REMOVED
from cfp.forms import LIMITS, ProposalForm, proposal_form
from cfp.loading import call_facts, call_rules
from cfp.queries import Author, PaperFacts
from cfp.service import find_unsent
from cfp.service.authors import ME
from cfp.words import PRESENTER_KINDS
from conference.current import ConferenceFacts
from conference.locale import instant_words
from conference.work import Work
from plumbing.answers import HIDDEN, Refused
from plumbing.refs import new_ref

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Deadline:
    iso: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """One line of the list of authors. ``note`` says how it stands with the invitation."""

    key: str
    name: str
    email: str
    is_me: bool
    is_new: bool
    position: int
    note: str = ""
    tone: str = "neutral"


@dataclass(frozen=True, slots=True)
class PaperLine:
    file_name: str
    facts: str
    href: str
    reviewers_href: str
    removed: tuple[str, ...]


@dataclass(slots=True)
class FormPage:
    """``stage`` is new, draft or submitted; ``ref`` is None for new."""

    call: CallRules
    form: ProposalForm
    raw: Raw
    stage: str
    ref: str | None
    deadline: Deadline
    type_helps: dict[str, str]
    kind_helps: dict[str, str]
    authors: list[AuthorRow]
    away: list[tuple[str, str]]
    is_owner: bool
    is_signed_in: bool
    contact: str
    zone: str
    action: str
    autosave: str
    compare: str
    discard: str
    paper: PaperLine | None = None
    base_version: int | None = None
    version: int = 0
    window: str = field(default_factory=new_ref)
    typed_at: str | None = None
    preview: Markup | None = None
    extra: list[tuple[str | None, str]] = field(default_factory=list)
    stopped: str | None = None
    limits: dict[str, int] = field(default_factory=lambda: dict(LIMITS))

    @property
    def key(self) -> str:
        return f"proposal-{self.ref or 'new-' + self.call.slug}"

    @property
    def has_paper_type(self) -> bool:
        return any(each.kind == "paper" for each in self.call.types)

    @property
    def paper_types(self) -> str:
        """Values of ``session_type`` for which a PDF is asked, for the script that shows the field."""
        return "|".join(str(each.id) for each in self.call.types if each.kind == "paper")


def deadline_view(moment: datetime, zone: str, now: datetime) -> Deadline:
    """``iso`` carries the offset of the venue, so that a script can tell whether the visitor's is another."""
    iso = moment.astimezone(ZoneInfo(zone)).isoformat()
    return Deadline(iso, instant_words(moment, zone), deadline_state(moment, now))


def new_page(work: Work, event: ConferenceFacts, slug: str, owner: str | None, *, raw: Raw | None = None) -> FormPage:
    """The form for a new proposal, with what was typed and not sent. Six queries."""
    call = call_rules(work.db, event.id, slug=slug)
    unsent = find_unsent(work, owner=owner, call_id=call.id) if owner else None
    if raw is None:
        answer = policy.can_begin(work.actor, call_facts(call), work.now)
        if not answer and unsent is None:
            raise Refused(answer)
        raw = dict(unsent.content) if unsent else _fresh(work, event, call)
    names: dict[str, Any] = {"event_slug": event.slug, "slug": slug}
    page = FormPage(
        call=call,
        form=proposal_form(call, raw),
        raw=raw,
        stage="new",
        ref=None,
        deadline=_deadline(work, event, call, raw, None),
        type_helps=_type_helps(call, event.zone, work.now),
        kind_helps=_kind_helps(),
        authors=_author_rows(raw, [], work),
        away=_away(raw),
        is_owner=True,
        is_signed_in=work.actor.is_signed_in,
        contact=event.contact_email,
        zone=event.zone,
        action=url_for("cfp.create", **names),
        autosave=url_for("cfp.autosave_new", **names),
        compare=url_for("cfp.compare_new", **names),
        discard=url_for("cfp.discard_new", **names),
    )
    return _with_unsent(page, unsent, event.zone)


def edit_page(work: Work, event: ConferenceFacts, ref: str, owner: str | None, *, raw: Raw | None = None) -> FormPage:
    """The form for a draft or a submitted proposal, with unsaved changes of this person. Eight queries."""
    stored = queries.contents(work, event.id, ref)
    people = queries.authors(work, stored.id)
    facts = queries.facts_from(stored, people)
    if not policy.is_author(work.actor, facts):
        raise Refused(HIDDEN if not policy.can_see(work.actor, facts, work.now) else policy.ONLY_AUTHORS)
    call = call_rules(work.db, event.id, call_id=stored.call_id)
    unsent = find_unsent(work, owner=owner, call_id=call.id, proposal_id=stored.id) if owner else None
    answer = policy.can_edit(work.actor, facts, work.now)
    if not answer and unsent is None and raw is None:
        raise Refused(answer)
    if raw is None:
        raw = dict(unsent.content) if unsent else stored_raw(work, event, stored, people)
    names: dict[str, Any] = {"event_slug": event.slug, "ref": ref}
    page = FormPage(
        call=call,
        form=proposal_form(call, raw),
        raw=raw,
        stage=stored.stage,
        ref=ref,
        deadline=_deadline(work, event, call, raw, stored.extended_until),
        type_helps=_type_helps(call, event.zone, work.now),
        kind_helps=_kind_helps(),
        authors=_author_rows(raw, people, work),
        away=_away(raw),
        is_owner=policy.is_owner(work.actor, facts),
        is_signed_in=True,
        contact=event.contact_email,
        zone=event.zone,
        action=url_for("cfp.save", **names),
        autosave=url_for("cfp.autosave", **names),
        compare=url_for("cfp.compare", **names),
        discard=url_for("cfp.discard", **names),
        paper=paper_line(event.slug, ref, queries.paper_of(stored)),
        base_version=stored.version,
        stopped=None if answer else str(answer.reason),
    )
    return _with_unsent(page, unsent, event.zone)


def stored_raw(work: Work, event: ConferenceFacts, stored: Any, people: Sequence[Author]) -> Raw:
    """What is stored, as the fields of the form. Two queries."""
    me = next((each for each in people if each.account_id == work.actor.account_id), None)
    declared = [ConflictDraft(*each) for each in queries.typed_conflicts(work, stored.id)]
    return {
        "title": [stored.title],
        "abstract": [stored.abstract],
        "notes": [stored.notes],
        "session_type": [str(stored.session_type_id or "")],
        "track": [str(stored.track_id or "")],
        "language": [stored.language],
        "presenter_kind": [stored.presenter_kind],
        "name": [me.name if me else ""],
        "affiliation": [me.affiliation if me else ""],
        "biography": [me.biography if me else ""],
        "conflicts": [conflict_lines(declared)],
        "row": [each.ref for each in people],
        **_away_raw(work, event),
    }


def paper_line(slug: str, ref: str, paper: PaperFacts | None) -> PaperLine | None:
    if paper is None:
        return None
    names: dict[str, Any] = {"event_slug": slug, "ref": ref}
    pages = ngettext("%(num)s page", "%(num)s pages", paper.page_count)
    size = _("%(size)s MB", size=round(paper.bytes_count / MEGABYTE, 1) or 0.1)
    return PaperLine(
        file_name=paper.file_name,
        facts=" · ".join((pages, paper.page_size, size)),
        href=url_for("cfp.original", **names),
        reviewers_href=url_for("cfp.reviewers_copy", **names),
        removed=tuple(str(REMOVED[code]) for code in paper.removed if code in REMOVED),
    )


def _fresh(work: Work, event: ConferenceFacts, call: CallRules) -> Raw:
    """A new form that already knows what this person said before."""
    known = queries.last_profile(work) if work.actor.is_signed_in else {}
    raw: Raw = {
        "name": [known.get("name", "")],
        "affiliation": [known.get("affiliation", "")],
        "biography": [known.get("biography", "")],
        "language": [event.locales[0] if event.locales else "en"],
        "presenter_kind": ["user"],
        "row": [ME],
        **_away_raw(work, event),
    }
    if len(call.types) == 1:
        raw["session_type"] = [str(call.types[0].id)]
    if len(call.tracks) == 1:
        raw["track"] = [str(call.tracks[0].id)]
    return raw


def _away_raw(work: Work, event: ConferenceFacts) -> Raw:
    """When this person cannot speak, whatever the proposal. One query; none for somebody without an account."""
    zone = ZoneInfo(event.zone)
    away = queries.away(work, event.id, work.actor.account_id) if work.actor.is_signed_in else []
    return {
        "away-from": [start.astimezone(zone).strftime(LOCAL_TIME) for start, _end in away],
        "away-until": [end.astimezone(zone).strftime(LOCAL_TIME) for _start, end in away],
    }


def _with_unsent(page: FormPage, unsent: UnsentForm | None, zone: str) -> FormPage:
    if unsent is not None:
        page.version = unsent.version
        page.typed_at = instant_words(unsent.saved_at, zone)
        if unsent.base_version is not None:
            page.base_version = unsent.base_version
    return page


def _deadline(
    work: Work, event: ConferenceFacts, call: CallRules, raw: Raw, extended_until: datetime | None
) -> Deadline:
    chosen = (raw.get("session_type") or [""])[0]
    moment = call.deadline(int(chosen) if chosen.isdecimal() else None, extended_until)
    return deadline_view(moment, event.zone, work.now)


def _type_helps(call: CallRules, zone: str, now: datetime) -> dict[str, str]:
    """Length and deadline of each type: the one that counts, the same on every page."""
    helps = {}
    for each in call.types:
        moment = call.deadline(each.id)
        until = _("closed") if now > moment else _("until %(when)s", when=instant_words(moment, zone))
        length = ngettext("%(num)s minute", "%(num)s minutes", each.length_minutes)
        kind = _("with a PDF") if each.kind == "paper" else ""
        helps[str(each.id)] = " · ".join(part for part in (length, kind, until) if part)
    return helps


def _kind_helps() -> dict[str, str]:
    return {key: str(help_text) for key, (_label, help_text) in PRESENTER_KINDS.items()}


def _author_rows(raw: Raw, people: Sequence[Author], work: Work) -> list[AuthorRow]:
    """In the order of the form, with those whom the form does not know yet, and one empty row for a new co-author."""
    known = {each.ref: each for each in people}
    keys = [*row_keys(raw), *(ref for ref in known if ref not in raw.get("row", ()))]
    if not people and ME not in keys:
        keys.insert(0, ME)
    rows: list[AuthorRow] = []
    for key in keys:
        person = known.get(key)
        if person is not None:
            rows.append(_known_row(person, work, len(rows)))
        elif key == ME:
            rows.append(AuthorRow(ME, (raw.get("name") or [""])[0], work.actor.email, True, False, len(rows) + 1))
        elif key.startswith("new"):
            name, email = ((raw.get(f"row-{key}-{part}") or [""])[0] for part in ("name", "email"))
            if name or email:
                rows.append(AuthorRow(key, name, email, False, True, len(rows) + 1))
    free = next(f"new{number}" for number in range(1, 100) if f"new{number}" not in {row.key for row in rows})
    return [*rows, AuthorRow(free, "", "", False, True, len(rows) + 1)]


def _known_row(person: Author, work: Work, position: int) -> AuthorRow:
    is_me = person.account_id is not None and person.account_id == work.actor.account_id
    note, tone = author_note(person)
    return AuthorRow(person.ref, person.name, person.email or "", is_me, False, position + 1, note, tone)


def author_note(person: Author) -> tuple[str, str]:
    """(words, tone): how it stands with an author's answer."""
    if person.is_owner:
        return _("sent it in"), "neutral"
    if person.declined_at is not None:
        return _("declined"), "danger"
    if person.accepted_at is not None:
        return _("has accepted"), "positive"
    return _("invited, no answer yet"), "warning"


def _away(raw: Raw) -> list[tuple[str, str]]:
    return [*away_rows(raw), ("", "")]
