"""Two texts of one form side by side: of two windows, or what was typed beside what somebody saved meanwhile."""

import difflib
import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from cfp import policy, queries
from cfp.content import Raw, away_rows, conflict_lines, draft_of
from cfp.drafts import CallRules, ProposalDraft
from cfp.loading import call_rules
from cfp.pages import stored_raw
from cfp.service import find_unsent
from cfp.words import FIELDS, LANGUAGES, PRESENTER_KINDS
from conference.current import ConferenceFacts
from conference.locale import instant_words
from conference.work import Work
from plumbing.answers import Missing, require

WORDS = re.compile(r"\s+|[^\s]+")
DIFF_WORDS_MAX = 4000
Chunks = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    mine: str
    other: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """``mine`` is the text that is kept, ``other`` that of the second window, else the saved one."""

    title: str
    action: str
    back: str
    typed_at: str
    other_is_saved: bool
    differences: list[Difference]
    mine: Raw
    other: Raw


def page(work: Work, event: ConferenceFacts, owner: str | None, *, slug: str | None, ref: str | None) -> ComparePage:
    """Raises ``Missing`` when there are not two texts."""
    proposal_id, stored, call = None, None, None
    if ref is not None:
        row = queries.contents(work, event.id, ref)
        people = queries.authors(work, row.id)
        require(policy.can_see(work.actor, queries.facts_from(row, people), work.now))
        call = call_rules(work.db, event.id, call_id=row.call_id)
        proposal_id, stored = row.id, stored_raw(work, event, row, people)
    else:
        call = call_rules(work.db, event.id, slug=slug)
    unsent = find_unsent(work, owner=owner or "", call_id=call.id, proposal_id=proposal_id)
    other = (unsent.rival or stored) if unsent is not None else None
    if unsent is None or other is None:
        raise Missing()
    names: dict[str, Any] = {"event_slug": event.slug, **({"ref": ref} if ref else {"slug": slug})}
    return ComparePage(
        title=(unsent.content.get("title") or [""])[0],
        action=url_for("cfp.choose" if ref else "cfp.choose_new", **names),
        back=url_for("cfp.edit" if ref else "cfp.new", **names),
        typed_at=instant_words(unsent.saved_at, event.zone),
        other_is_saved=unsent.rival is None,
        differences=_differences(unsent.content, other, call, event.tz),
        mine=unsent.content,
        other=other,
    )


def changed_chunks(before: str, after: str) -> Chunks:
    """What stayed, came and went, word by word; past ``DIFF_WORDS_MAX`` words the two texts as a whole."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    if len(old) + len(new) > DIFF_WORDS_MAX:
        return [("removed", before), ("added", after)]
    chunks: Chunks = []
    for what, start, end, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            chunks.append(("same", "".join(old[start:end])))
        else:
            chunks += [(kind, text) for kind, text in _both(old[start:end], new[first:last]) if text]
    return chunks


def shown(name: str, value: Any) -> str:
    """One field of the history in words."""
    if value in (0, None):
        return ""
    if name == "language":
        return str(LANGUAGES.get(value, value))
    if name == "presenter_kind":
        return str(PRESENTER_KINDS[value][0]) if value in PRESENTER_KINDS else str(value)
    return str(value)


def _both(old: list[str], new: list[str]) -> Chunks:
    return [("removed", "".join(old)), ("added", "".join(new))]


def _differences(mine: Raw, other: Raw, call: CallRules, zone: ZoneInfo) -> list[Difference]:
    first, second = (_fields(draft_of(raw, zone), call) | _typed(raw) for raw in (mine, other))
    return [Difference(label, first[label], second[label]) for label in first if first[label] != second[label]]


def _fields(draft: ProposalDraft, call: CallRules) -> dict[str, str]:
    chosen, track = call.type(draft.session_type_id), call.track(draft.track_id)
    return {
        str(FIELDS["title"]): draft.title,
        str(FIELDS["type"]): chosen.name if chosen else "",
        str(FIELDS["track"]): track.name if track else "",
        str(FIELDS["language"]): shown("language", draft.language),
        str(FIELDS["presenter_kind"]): shown("presenter_kind", draft.presenter_kind),
        str(FIELDS["abstract"]): draft.abstract,
        str(FIELDS["notes"]): draft.notes,
        _("Your name"): draft.profile.name,
        _("Company or institution"): draft.profile.affiliation,
        _("About you"): draft.profile.biography,
        _("Who must not review this?"): conflict_lines(draft.conflicts),
        _("Co-authors"): "\n".join(each.email for each in draft.coauthors if each.email),
    }


def _typed(raw: Raw) -> dict[str, str]:
    """Times as they were typed, also those that cannot be read."""
    return {_("When can you not speak?"): "\n".join(f"{start} – {end}" for start, end in away_rows(raw))}
