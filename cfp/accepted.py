"""What the schedule gets of accepted proposals, speakers included. For chairs and for releases only."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from cfp.authors import Authorship, Unavailability
from cfp.models import Proposal
from conference.models import SessionType
from conference.work import Work


@dataclass(frozen=True, slots=True)
class Speaker:
    """One presenter. ``email`` and ``account_id`` are for letters, never for public pages."""

    person_guid: str
    name: str
    affiliation: str
    biography: str
    account_id: int | None
    email: str | None
    locale: str


@dataclass(frozen=True, slots=True)
class AcceptedTalk:
    """``answer`` is unanswered, confirmed or declined; ``length_minutes`` is the type's unless agreed otherwise."""

    proposal_id: int
    ref: str
    guid: str
    title: str
    abstract: str
    language: str
    type_name: str
    kind: str
    track_id: int | None
    length_minutes: int | None
    interest: int | None
    presenter_kind: str
    answer: str
    links: tuple[tuple[str, str], ...]
    speakers: tuple[Speaker, ...]


@dataclass(frozen=True, slots=True)
class Away:
    """A time in which a person cannot speak."""

    person_guid: str
    starts_at: datetime
    ends_at: datetime


def accepted_talks(work: Work, conference_id: int, ids: Collection[int] | None = None) -> list[AcceptedTalk]:
    """Accepted proposals that were not withdrawn, all or those of ``ids``, in the order of numbers. Two queries.

    Those whose speakers declined are among them; look at ``answer``. Invited co-authors who did not accept are not
    speakers.
    """
    query = (
        select(
            Proposal.id.label("proposal_id"),
            Proposal.ref,
            Proposal.guid,
            Proposal.title,
            Proposal.abstract,
            Proposal.language,
            func.coalesce(SessionType.name, "").label("type_name"),
            Proposal.kind,
            Proposal.track_id,
            func.coalesce(Proposal.length_minutes, SessionType.length_minutes).label("length_minutes"),
            Proposal.interest,
            Proposal.presenter_kind,
            Proposal.answer,
            Proposal.links,
        )
        .outerjoin(SessionType, SessionType.id == Proposal.session_type_id)
        .where(Proposal.conference_id == conference_id)
        .where(Proposal.stage == "submitted", Proposal.outcome == "accepted")
    )
    if ids is not None:
        query = query.where(Proposal.id.in_(ids))
    rows = work.db.execute(query.order_by(Proposal.id)).all()
    speakers = _speakers(work, conference_id)
    return [_talk(row, speakers[row.proposal_id]) for row in rows]


def set_interest(work: Work, *, proposal_id: int, people: int | None) -> None:
    """How many are expected to come. The proposal's version stays: an author at the form is not in the way of it."""
    work.db.execute(update(Proposal).where(Proposal.id == proposal_id).values(interest=people))


def unavailabilities(work: Work, conference_id: int) -> list[Away]:
    """All times in which somebody of the conference cannot speak. One query."""
    rows = work.db.execute(
        select(Unavailability.person_guid, Unavailability.starts_at, Unavailability.ends_at)
        .where(Unavailability.conference_id == conference_id)
        .order_by(Unavailability.starts_at, Unavailability.id)
    )
    return [Away(row.person_guid, row.starts_at, row.ends_at) for row in rows]


def _speakers(work: Work, conference_id: int) -> dict[int, list[Speaker]]:
    rows = work.db.execute(
        select(
            Authorship.proposal_id,
            Authorship.person_guid,
            Authorship.name,
            Authorship.affiliation,
            Authorship.biography,
            Authorship.account_id,
            Authorship.email,
            Authorship.locale,
        )
        .where(Authorship.conference_id == conference_id, Authorship.is_presenter)
        .where(Authorship.accepted_at.is_not(None), Authorship.declined_at.is_(None))
        .order_by(Authorship.position, Authorship.id)
    )
    found: dict[int, list[Speaker]] = defaultdict(list)
    for row in rows:
        values = row._asdict()
        found[values.pop("proposal_id")].append(Speaker(**values))
    return found


def _talk(row: Any, speakers: list[Speaker]) -> AcceptedTalk:
    values = row._asdict()
    values["links"] = tuple((str(title), str(address)) for title, address in values["links"])
    return AcceptedTalk(**values, speakers=tuple(speakers))
