"""The releases of a conference with what each changed, in words."""

from dataclasses import dataclass

from sqlalchemy import select

from conference.locale import instant_words
from conference.work import Work
from schedule.document import Index
from schedule.models import Release
from schedule.release import unpack

TITLES_MAX = 50
DOCUMENTS_READ_MAX = 20


@dataclass(frozen=True, slots=True)
class Changed:
    """Titles of slots, at most ``TITLES_MAX`` of them, and how many there are."""

    what: str
    titles: tuple[tuple[str, str], ...]
    count: int


@dataclass(frozen=True, slots=True)
class ReleaseNews:
    number: int
    name: str
    notes: str
    when: str
    iso: str
    changes: tuple[Changed, ...]


def releases_of(work: Work, conference_id: int) -> list[ReleaseNews]:
    """Newest first; two queries. Titles are told of the newest twenty releases, counts of all."""
    columns = (Release.id, Release.number, Release.name, Release.notes, Release.released_at, Release.difference)
    query = select(*columns).where(Release.conference_id == conference_id).order_by(Release.number.desc())
    rows = list(work.db.execute(query))
    wanted = [row[0] for row in rows[:DOCUMENTS_READ_MAX]]
    documents = work.db.execute(select(Release.id, Release.document).where(Release.id.in_(wanted)))
    indexes = {number: Index(unpack(data)) for number, data in documents}
    zone = next((index.document.conference.zone for index in indexes.values()), "UTC")
    return [
        ReleaseNews(number, name, notes, instant_words(at, zone), at.isoformat(), _changes(found, indexes.get(key)))
        for key, number, name, notes, at, found in rows
    ]


def _changes(found: dict[str, list[str]], index: Index | None) -> tuple[Changed, ...]:
    return tuple(
        Changed(what, _titles(found.get(what, []), index), len(found.get(what, [])))
        for what in ("new", "moved", "cancelled", "reworded")
        if found.get(what)
    )


def _titles(guids: list[str], index: Index | None) -> tuple[tuple[str, str], ...]:
    """(title, talk's public ref or empty)."""
    if index is None:
        return ()
    slots = {str(guid): slot for guid, slot in index.slot_by_guid.items()}
    known = [slots[guid] for guid in guids if guid in slots]
    return tuple((index.title_of(slot), slot.talk or "") for slot in known[:TITLES_MAX])
