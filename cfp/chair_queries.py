"""The chairs' list: filtered, searched and sorted by the database, with names."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from cfp.authors import Authorship
from cfp.deadlines import deadline_of
from cfp.models import Call, Proposal
from cfp.visible import led_proposals
from cfp.words import State, state_of
from conference.models import SessionType, Track
from conference.work import Work

PAGE_ROWS = 200
EXPORT_ROWS_MAX = 20_000
SEARCH_CHARS_MAX = 100

STATES: dict[str, Any] = {
    "undecided": and_(Proposal.stage == "submitted", Proposal.outcome == "undecided"),
    "accepted": and_(Proposal.stage == "submitted", Proposal.outcome == "accepted", Proposal.answer == "unanswered"),
    "confirmed": and_(Proposal.stage == "submitted", Proposal.outcome == "accepted", Proposal.answer == "confirmed"),
    "declined": and_(Proposal.stage == "submitted", Proposal.outcome == "accepted", Proposal.answer == "declined"),
    "waitlisted": and_(Proposal.stage == "submitted", Proposal.outcome == "waitlisted"),
    "rejected": and_(Proposal.stage == "submitted", Proposal.outcome == "rejected"),
    "withdrawn": Proposal.stage == "withdrawn",
}
SORTS: dict[str, tuple[Any, ...]] = {
    "submitted": (Proposal.submitted_at,),
    "title": (func.lower(Proposal.title),),
    "track": (Track.position, Track.name, func.lower(Proposal.title)),
    "type": (SessionType.position, SessionType.name, func.lower(Proposal.title)),
}


@dataclass(frozen=True, slots=True)
class ListFilter:
    """What the list is asked for. Unknown values are as if they were not given."""

    words: str = ""
    state: str = ""
    track_id: int | None = None
    type_id: int | None = None
    presenter_kind: str = ""
    sort: str = "submitted"
    descending: bool = True
    page: int = 1


@dataclass(frozen=True, slots=True)
class ListRow:
    ref: str
    title: str
    language: str
    presenter_kind: str
    type_name: str | None
    track_name: str | None
    track_colour: str | None
    submitted_at: datetime | None
    state: State
    authors: tuple[tuple[str, str | None], ...]
    """(name, address)"""


@dataclass(frozen=True, slots=True)
class ProposalList:
    rows: list[ListRow]
    total: int
    page: int
    page_count: int


@dataclass(frozen=True, slots=True)
class Choices:
    tracks: list[tuple[int, str]]
    types: list[tuple[int, str]]


def proposal_list(work: Work, conference_id: int, asked: ListFilter) -> ProposalList:
    """One page of the list. Three queries."""
    query = _filtered(work, conference_id, asked)
    total = work.db.scalars(select(func.count()).select_from(query.subquery())).one()
    pages = max(1, -(-total // PAGE_ROWS))
    page = min(max(1, asked.page), pages)
    rows = _rows(work, query, asked, limit=PAGE_ROWS, offset=(page - 1) * PAGE_ROWS)
    return ProposalList(rows, total, page, pages)


def export_rows(work: Work, conference_id: int, asked: ListFilter) -> Iterator[ListRow]:
    """All that the filter finds, at most ``EXPORT_ROWS_MAX``. Two queries."""
    yield from _rows(
        work, _filtered(work, conference_id, asked), replace(asked, page=1), limit=EXPORT_ROWS_MAX, offset=0
    )


def choices(work: Work, conference_id: int) -> Choices:
    """Two queries."""
    tracks = work.db.execute(
        select(Track.id, Track.name).where(Track.conference_id == conference_id).order_by(Track.position, Track.id)
    )
    types = work.db.execute(
        select(SessionType.id, SessionType.name)
        .where(SessionType.conference_id == conference_id)
        .order_by(SessionType.position, SessionType.id)
    )
    return Choices([(row.id, row.name) for row in tracks], [(row.id, row.name) for row in types])


def _filtered(work: Work, conference_id: int, asked: ListFilter) -> Any:
    query = led_proposals(work.actor, conference_id)
    if asked.state in STATES:
        query = query.where(STATES[asked.state])
    if asked.track_id is not None:
        query = query.where(Proposal.track_id == asked.track_id)
    if asked.type_id is not None:
        query = query.where(Proposal.session_type_id == asked.type_id)
    if asked.presenter_kind:
        query = query.where(Proposal.presenter_kind == asked.presenter_kind)
    for word in asked.words[:SEARCH_CHARS_MAX].lower().split():
        query = query.where(_contains(word))
    return query


def _contains(word: str) -> Any:
    pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
    written_by = (
        select(Authorship.id)
        .where(Authorship.proposal_id == Proposal.id)
        .where(
            or_(
                func.lower(Authorship.name).like(pattern, escape="!"),
                func.lower(Authorship.email).like(pattern, escape="!"),
                func.lower(Authorship.affiliation).like(pattern, escape="!"),
            )
        )
        .exists()
    )
    return or_(
        func.lower(Proposal.title).like(pattern, escape="!"),
        func.lower(Proposal.abstract).like(pattern, escape="!"),
        Proposal.ref == word,
        written_by,
    )


def _rows(work: Work, query: Any, asked: ListFilter, *, limit: int, offset: int) -> list[ListRow]:
    keys = SORTS.get(asked.sort, SORTS["submitted"])
    order = [key.desc().nulls_last() if asked.descending else key.asc().nulls_last() for key in keys]
    rows = work.db.execute(
        query.add_columns(
            Proposal.ref,
            Proposal.title,
            Proposal.language,
            Proposal.presenter_kind,
            Proposal.submitted_at,
            Proposal.stage,
            Proposal.outcome,
            Proposal.answer,
            Proposal.extended_until,
            Call.closes_at,
            SessionType.name.label("type_name"),
            SessionType.closes_at.label("type_closes_at"),
            Track.name.label("track_name"),
            Track.colour.label("track_colour"),
        )
        .join(Call, Call.id == Proposal.call_id)
        .outerjoin(SessionType, SessionType.id == Proposal.session_type_id)
        .outerjoin(Track, Track.id == Proposal.track_id)
        .order_by(*order, Proposal.id)
        .limit(limit)
        .offset(offset)
    ).all()
    authors = _authors(work, [row.id for row in rows])
    return [_row(row, authors[row.id], work.now) for row in rows]


def _authors(work: Work, proposals: list[int]) -> dict[int, list[tuple[str, str | None]]]:
    found: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
    rows = work.db.execute(
        select(Authorship.proposal_id, Authorship.name, Authorship.email)
        .where(Authorship.proposal_id.in_(proposals), Authorship.declined_at.is_(None))
        .order_by(Authorship.position, Authorship.id)
    )
    for row in rows:
        found[row.proposal_id].append((row.name, row.email))
    return found


def _row(row: Any, authors: list[tuple[str, str | None]], now: datetime) -> ListRow:
    closes_at = deadline_of(row.closes_at, row.type_closes_at, row.extended_until)
    return ListRow(
        ref=row.ref,
        title=row.title,
        language=row.language,
        presenter_kind=row.presenter_kind,
        type_name=row.type_name,
        track_name=row.track_name,
        track_colour=row.track_colour,
        submitted_at=row.submitted_at,
        state=state_of(stage=row.stage, outcome=row.outcome, answer=row.answer, closes_at=closes_at, now=now),
        authors=tuple(authors),
    )
