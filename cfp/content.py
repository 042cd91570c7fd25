"""The raw fields of the proposal form, as a browser sends them, and what they mean.

Unsent forms keep the raw fields, so that even what cannot be used yet comes back as it was typed.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from cfp.drafts import (
    AWAY_MAX,
    COAUTHORS_MAX,
    CONFLICTS_MAX,
    CoauthorDraft,
    ConflictDraft,
    ProfileDraft,
    ProposalDraft,
    too_long,
)
from plumbing.answers import Invalid
from plumbing.sentences import sentence

Raw = dict[str, list[str]]
"""Field name → values, in the order of the page."""

TEXT_FIELDS = ("title", "abstract", "notes", "name", "affiliation", "biography", "conflicts")
CHOICE_FIELDS = ("session_type", "track", "language", "presenter_kind")
ROW = "row"
REMOVED = "removed"
PREFIXES = ("row-", "away-")
UNSENT_BYTES_MAX = 200_000
ROWS_MAX = 60
"""Author rows of one form that are read at all; more than ``COAUTHORS_MAX`` new ones are told."""
CONFLICT_CHARS_MAX, CONFLICT_REASON_CHARS_MAX = 200, 300
LOCAL_TIME = "%Y-%m-%dT%H:%M"
YEARS = range(1900, 3000)


def raw_of(fields: Any) -> Raw:
    """The fields that are the person's own words and choices, out of a posted form (a MultiDict)."""
    return {name: [_clean(value) for value in fields.getlist(name)] for name in sorted(fields) if _is_kept(name)}


def has_words(raw: Mapping[str, list[str]]) -> bool:
    """Whether anything worth keeping was typed."""
    named = any(value for name in ("title", "abstract", "notes") for value in raw.get(name, ()))
    return named or any(value for name, values in raw.items() if name.startswith("row-") for value in values)


def size_of(raw: Raw) -> int:
    return len(json.dumps(raw, ensure_ascii=False).encode())


def draft_of(raw: Mapping[str, list[str]], zone: ZoneInfo) -> ProposalDraft:
    """What the fields mean; what cannot be read (no date, too many) is left out, and ``unreadable`` names it."""
    text = {name: _one(raw, name) for name in (*TEXT_FIELDS, *CHOICE_FIELDS)}
    return ProposalDraft(
        title=" ".join(text["title"].split()),
        abstract=text["abstract"],
        notes=text["notes"],
        session_type_id=_number(text["session_type"]),
        track_id=_number(text["track"]),
        language=text["language"] or "en",
        presenter_kind=text["presenter_kind"] or "user",
        profile=ProfileDraft(" ".join(text["name"].split()), text["affiliation"], text["biography"]),
        coauthors=tuple(_rows(raw)),
        removed=tuple(raw.get(REMOVED, ())),
        conflicts=tuple(_conflicts(text["conflicts"]))[:CONFLICTS_MAX],
        away=tuple(_away(raw, zone))[:AWAY_MAX],
    )


def unreadable(raw: Mapping[str, list[str]], zone: ZoneInfo) -> Iterable[Invalid]:
    """What ``draft_of`` has to leave out: before it is saved somebody has to know."""
    if len(list(_rows(raw))) > COAUTHORS_MAX + 1:
        yield Invalid("coauthors", "too_many", sentence("At most %(most)s co-authors.", most=COAUTHORS_MAX))
    lines = list(_conflict_lines(_one(raw, "conflicts")))
    if len(lines) > CONFLICTS_MAX:
        reason = sentence("At most %(most)s people at once, please.", most=CONFLICTS_MAX)
        yield Invalid("conflicts", "too_many", reason)
    for each in lines:
        for text, most in ((each.typed, CONFLICT_CHARS_MAX), (each.reason, CONFLICT_REASON_CHARS_MAX)):
            if len(text) > most:
                yield Invalid("conflicts", "too_long", too_long(len(text), most))
    pairs = away_rows(raw)
    for number, pair in enumerate(pairs, start=1):
        if number > AWAY_MAX or not list(_away({"away-from": [pair[0]], "away-until": [pair[1]]}, zone)):
            reason = sentence("When you cannot speak: at most %(most)s times, each with an end after its start.",
                              most=AWAY_MAX)  # fmt: skip
            yield Invalid(f"away-from-{number}", "no_time", reason)


def row_keys(raw: Mapping[str, list[str]]) -> list[str]:
    """Keys of the author rows in the wanted order; number fields (without script) win over the order of the page."""
    keys = list(dict.fromkeys(raw.get(ROW, ())))[:ROWS_MAX]
    given = {key: _number(_one(raw, f"row-{key}-position")) for key in keys}
    return sorted(keys, key=lambda key: given[key] or keys.index(key) + 1)


def away_rows(raw: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """The typed pairs of local times, as they stand, without empty ones."""
    starts, ends = raw.get("away-from", []), raw.get("away-until", [])
    pairs = [(start, ends[at] if at < len(ends) else "") for at, start in enumerate(starts)]
    return [(start, end) for start, end in pairs if start or end]


def local_time(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment as ``datetime-local`` inputs write it, in the zone of the venue; none in a year that is half typed."""
    try:
        moment = datetime.strptime(text[:16], LOCAL_TIME).replace(tzinfo=zone)
    except ValueError:
        return None
    return moment if moment.year in YEARS else None


def conflict_lines(conflicts: Iterable[ConflictDraft]) -> str:
    return "\n".join(f"{each.typed}: {each.reason}" if each.reason else each.typed for each in conflicts)


def _rows(raw: Mapping[str, list[str]]) -> Iterable[CoauthorDraft]:
    """New rows have keys that begin with “new”; the others are references of authors who are there already."""
    removed = set(raw.get(REMOVED, ()))
    for key in row_keys(raw):
        name, email = _one(raw, f"row-{key}-name"), _one(raw, f"row-{key}-email").lower()
        if key in removed or (key.startswith("new") and not (name or email)):
            continue
        yield CoauthorDraft("" if key.startswith("new") else key, name, email)


def _conflicts(text: str) -> Iterable[ConflictDraft]:
    for each in _conflict_lines(text):
        yield ConflictDraft(each.typed[:CONFLICT_CHARS_MAX], each.reason[:CONFLICT_REASON_CHARS_MAX])


def _conflict_lines(text: str) -> Iterable[ConflictDraft]:
    seen = set()
    for line in text.splitlines():
        typed, _colon, reason = line.partition(":")
        typed = " ".join(typed.split())
        if typed and typed.casefold() not in seen:
            seen.add(typed.casefold())
            yield ConflictDraft(typed, reason.strip())


def _away(raw: Mapping[str, list[str]], zone: ZoneInfo) -> Iterable[tuple[datetime, datetime]]:
    for start, end in away_rows(raw):
        first, last = local_time(start, zone), local_time(end, zone)
        if first is not None and last is not None and first < last:
            yield first, last


def _is_kept(name: str) -> bool:
    return name in (*TEXT_FIELDS, *CHOICE_FIELDS, ROW, REMOVED) or name.startswith(PREFIXES)


def _clean(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def _one(raw: Mapping[str, list[str]], name: str) -> str:
    values = raw.get(name) or [""]
    return values[0].strip()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
