"""What the authors' pages show: frozen values, selected column by column."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select

from cfp.authors import AuthorConflict, Authorship, PaperOriginal, Unavailability, UnsentForm
from cfp.deadlines import deadline_of
from cfp.models import Call, Paper, Proposal, ProposalEdit
from cfp.people import is_meant
from cfp.policy import ProposalFacts
from cfp.words import State, state_of
from conference.actor import Actor
from conference.models import Account, Conference, SessionType, Track
from conference.work import Work
from plumbing.answers import Missing

MINE_MAX = 200
PAPER_COLUMNS = (
    Paper.number,
    Paper.page_count,
    Paper.page_size,
    Paper.bytes_count,
    Paper.uploaded_at,
    Paper.removed,
    PaperOriginal.file_name,
)


@dataclass(frozen=True, slots=True)
class MyProposal:
    """A line of “my proposals”, over all conferences or within one."""

    ref: str
    title: str
    event_slug: str
    event_name: str
    zone: str
    call_title: str
    type_name: str | None
    closes_at: datetime
    changed_at: datetime
    is_owner: bool
    state: State


@dataclass(frozen=True, slots=True)
class MyUnsent:
    """A form that was begun and never saved."""

    title: str
    event_slug: str
    event_name: str
    call_slug: str
    call_title: str
    saved_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class MyInvitation:
    """Somebody named this person as co-author and waits for an answer."""

    ref: str
    invited_at: datetime
    title: str
    event_slug: str
    event_name: str


@dataclass(frozen=True, slots=True)
class Author:
    ref: str
    name: str
    email: str | None
    affiliation: str
    biography: str
    account_id: int | None
    is_owner: bool
    invited_at: datetime | None
    accepted_at: datetime | None
    declined_at: datetime | None


@dataclass(frozen=True, slots=True)
class PaperFacts:
    number: int
    page_count: int
    page_size: str
    bytes_count: int
    uploaded_at: datetime
    removed: tuple[str, ...]
    file_name: str


def my_proposals(work: Work, *, conference_id: int | None = None) -> list[MyProposal]:
    """Proposals of which ``work.actor`` is an author, newest change first; at most ``MINE_MAX``. One query."""
    query = (
        select(
            Proposal.ref,
            Proposal.title,
            Conference.slug.label("event_slug"),
            Conference.name.label("event_name"),
            Conference.zone,
            Call.title.label("call_title"),
            SessionType.name.label("type_name"),
            Call.closes_at.label("call_closes_at"),
            SessionType.closes_at.label("type_closes_at"),
            Proposal.extended_until,
            Proposal.changed_at,
            Proposal.stage,
            Proposal.outcome,
            Proposal.answer,
            Authorship.is_owner,
        )
        .join(Authorship, Authorship.proposal_id == Proposal.id)
        .join(Call, Call.id == Proposal.call_id)
        .join(Conference, Conference.id == Proposal.conference_id)
        .outerjoin(SessionType, SessionType.id == Proposal.session_type_id)
        .where(Authorship.account_id == work.actor.account_id)
        .where(Authorship.accepted_at.is_not(None), Authorship.declined_at.is_(None))
    )
    if conference_id is not None:
        query = query.where(Proposal.conference_id == conference_id)
    rows = work.db.execute(query.order_by(Proposal.changed_at.desc(), Proposal.id.desc()).limit(MINE_MAX))
    return [_mine(row, work.now) for row in rows]


def my_unsent(work: Work, *, conference_id: int | None = None) -> list[MyUnsent]:
    """New forms of ``work.actor`` that were never saved. One query."""
    query = (
        select(
            UnsentForm.content,
            Conference.slug.label("event_slug"),
            Conference.name.label("event_name"),
            Conference.zone,
            Call.slug.label("call_slug"),
            Call.title.label("call_title"),
            UnsentForm.saved_at,
        )
        .join(Call, Call.id == UnsentForm.call_id)
        .join(Conference, Conference.id == UnsentForm.conference_id)
        .where(UnsentForm.account_id == work.actor.account_id, UnsentForm.proposal_id.is_(None))
    )
    if conference_id is not None:
        query = query.where(UnsentForm.conference_id == conference_id)
    found = []
    for row in work.db.execute(query.order_by(UnsentForm.saved_at.desc()).limit(MINE_MAX)):
        values = row._asdict()
        title = (values.pop("content").get("title") or [""])[0]
        found.append(MyUnsent(title=title, **values))
    return found


def my_invitations(work: Work, *, conference_id: int | None = None) -> list[MyInvitation]:
    """Open invitations to the confirmed address of ``work.actor``. One query."""
    if not work.actor.is_confirmed:
        return []
    query = (
        select(
            Authorship.ref,
            Authorship.invited_at,
            Proposal.title,
            Conference.slug.label("event_slug"),
            Conference.name.label("event_name"),
        )
        .join(Proposal, Proposal.id == Authorship.proposal_id)
        .join(Conference, Conference.id == Proposal.conference_id)
        .where(Authorship.email == work.actor.email, Authorship.invited_at.is_not(None))
        .where(Authorship.accepted_at.is_(None), Authorship.declined_at.is_(None))
    )
    if conference_id is not None:
        query = query.where(Authorship.conference_id == conference_id)
    return [MyInvitation(**row._asdict()) for row in work.db.execute(query.order_by(Authorship.id))]


def contents(work: Work, conference_id: int, ref: str) -> Any:
    """Everything of one proposal that stands in one row, deadlines and newest paper included.

    Raises ``Missing``. One query.
    """
    newest = (
        select(func.max(Paper.number)).where(Paper.proposal_id == Proposal.id).correlate(Proposal).scalar_subquery()
    )
    row = work.db.execute(
        select(
            *(column for column in Proposal.__table__.columns),
            Track.name.label("track_name"),
            Track.colour.label("track_colour"),
            SessionType.name.label("type_name"),
            func.coalesce(Proposal.length_minutes, SessionType.length_minutes).label("minutes"),
            Call.closes_at.label("call_closes_at"),
            SessionType.closes_at.label("type_closes_at"),
            *(column.label(f"paper_{column.key}") for column in PAPER_COLUMNS),
        )
        .join(Call, Call.id == Proposal.call_id)
        .outerjoin(Track, Track.id == Proposal.track_id)
        .outerjoin(SessionType, SessionType.id == Proposal.session_type_id)
        .outerjoin(Paper, and_(Paper.proposal_id == Proposal.id, Paper.number == newest))
        .outerjoin(PaperOriginal, PaperOriginal.paper_id == Paper.id)
        .where(Proposal.conference_id == conference_id, Proposal.ref == ref)
    ).one_or_none()
    if row is None:
        raise Missing()
    return row


def facts_from(stored: Any, people: list[Author]) -> ProposalFacts:
    """Facts for the policy out of ``contents`` and ``authors``. No query."""
    said_yes = [each for each in people if each.account_id and each.accepted_at and not each.declined_at]
    return ProposalFacts(
        id=stored.id,
        conference_id=stored.conference_id,
        track_id=stored.track_id,
        stage=stored.stage,
        outcome=stored.outcome,
        answer=stored.answer,
        closes_at=deadline_of(stored.call_closes_at, stored.type_closes_at, stored.extended_until),
        author_ids=frozenset(each.account_id for each in said_yes if each.account_id is not None),
        owner_ids=frozenset(each.account_id for each in said_yes if each.is_owner and each.account_id is not None),
    )


def paper_of(stored: Any) -> PaperFacts | None:
    """The newest paper out of ``contents``. No query."""
    if stored.paper_number is None:
        return None
    values = {column.key: getattr(stored, f"paper_{column.key}") for column in PAPER_COLUMNS}
    return PaperFacts(**{**values, "removed": tuple(values["removed"])})


def authors(work: Work, proposal_id: int) -> list[Author]:
    """In their order. One query."""
    rows = work.db.execute(
        select(
            Authorship.ref,
            Authorship.name,
            Authorship.email,
            Authorship.affiliation,
            Authorship.biography,
            Authorship.account_id,
            Authorship.is_owner,
            Authorship.invited_at,
            Authorship.accepted_at,
            Authorship.declined_at,
        )
        .where(Authorship.proposal_id == proposal_id)
        .order_by(Authorship.position, Authorship.id)
    )
    return [Author(**row._asdict()) for row in rows]


def typed_conflicts(work: Work, proposal_id: int) -> list[tuple[str, str]]:
    """(what the author typed, reason). One query."""
    rows = work.db.execute(
        select(AuthorConflict.typed, AuthorConflict.reason)
        .where(AuthorConflict.proposal_id == proposal_id)
        .order_by(AuthorConflict.id)
    )
    return [(row.typed, row.reason) for row in rows]


def conflicts(work: Work, proposal_id: int) -> list[tuple[str, str]]:
    """What authors typed for a chair, without what is said about the chair: that is for the other chairs. One query."""
    rows = work.db.execute(
        select(AuthorConflict.typed, AuthorConflict.reason, AuthorConflict.account_id)
        .where(AuthorConflict.proposal_id == proposal_id)
        .order_by(AuthorConflict.id)
    )
    return [(row.typed, row.reason) for row in rows if not _is_about(row, work.actor)]


def _is_about(declared: Any, actor: Actor) -> bool:
    number, typed = declared.account_id, declared.typed
    return is_meant(number, typed, account_id=actor.account_id, email=actor.email, name=actor.name)


def away(work: Work, conference_id: int, account_id: int | None) -> list[tuple[datetime, datetime]]:
    """When this person cannot speak at this conference. One query."""
    person = select(Authorship.person_guid).where(
        Authorship.conference_id == conference_id, Authorship.account_id == account_id
    )
    rows = work.db.execute(
        select(Unavailability.starts_at, Unavailability.ends_at)
        .where(Unavailability.conference_id == conference_id, Unavailability.person_guid.in_(person))
        .order_by(Unavailability.starts_at)
    )
    return [(row.starts_at, row.ends_at) for row in rows]


def history(work: Work, proposal_id: int) -> list[tuple[int, datetime, dict[str, Any]]]:
    """(number, moment, content), oldest first. One query."""
    rows = work.db.execute(
        select(ProposalEdit.number, ProposalEdit.at, ProposalEdit.content)
        .where(ProposalEdit.proposal_id == proposal_id)
        .order_by(ProposalEdit.number)
    )
    return [(row.number, row.at, row.content) for row in rows]


def last_profile(work: Work) -> dict[str, str]:
    """What this person says about himself or herself in the account, else said last in any proposal. One query."""
    row = work.db.execute(
        select(
            func.coalesce(Authorship.name, Account.name).label("name"),
            func.coalesce(func.nullif(Account.affiliation, ""), Authorship.affiliation, "").label("affiliation"),
            func.coalesce(func.nullif(Account.biography, ""), Authorship.biography, "").label("biography"),
        )
        .select_from(Account)
        .outerjoin(Authorship, Authorship.account_id == Account.id)
        .where(Account.id == work.actor.account_id)
        .order_by(Authorship.id.desc())
        .limit(1)
    ).one()
    return dict(row._asdict())


def newest_draft(work: Work, call_id: int) -> str | None:
    """Reference of the draft of this call that was changed last. One query."""
    return work.db.scalars(
        select(Proposal.ref)
        .join(Authorship, Authorship.proposal_id == Proposal.id)
        .where(Proposal.call_id == call_id, Proposal.stage == "draft")
        .where(Authorship.account_id == work.actor.account_id)
        .order_by(Proposal.changed_at.desc(), Proposal.id.desc())
        .limit(1)
    ).first()


def _mine(row: Any, now: datetime) -> MyProposal:
    closes_at = deadline_of(row.call_closes_at, row.type_closes_at, row.extended_until)
    return MyProposal(
        ref=row.ref,
        title=row.title,
        event_slug=row.event_slug,
        event_name=row.event_name,
        zone=row.zone,
        call_title=row.call_title,
        type_name=row.type_name,
        closes_at=closes_at,
        changed_at=row.changed_at,
        is_owner=row.is_owner,
        state=state_of(stage=row.stage, outcome=row.outcome, answer=row.answer, closes_at=closes_at, now=now),
    )
