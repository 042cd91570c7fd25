"""Rows and facts that services and pages start from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cfp.authors import Authorship
from cfp.deadlines import deadline_of
from cfp.drafts import CallRules, TrackChoice, TypeRules
from cfp.models import Call, Proposal
from cfp.policy import CallFacts, ProposalFacts
from conference.models import Conference, SessionType, Track
from conference.work import Work
from plumbing.answers import Missing


def call_rules(db: Session, conference_id: int, *, slug: str | None = None, call_id: int | None = None) -> CallRules:
    """One call with types and tracks. Raises ``Missing``. Three queries."""
    found = calls_of(db, conference_id, slug=slug, call_id=call_id)
    if not found:
        raise Missing()
    return found[0]


def calls_of(
    db: Session, conference_id: int, *, slug: str | None = None, call_id: int | None = None
) -> list[CallRules]:
    """All calls of a conference, the main one first. Three queries."""
    query = select(Call).where(Call.conference_id == conference_id)
    if slug is not None:
        query = query.where(Call.slug == slug)
    if call_id is not None:
        query = query.where(Call.id == call_id)
    rows = db.scalars(query.order_by(Call.track_id.is_not(None), Call.opens_at, Call.id)).all()
    if not rows:
        return []
    types = _types(db, conference_id)
    tracks = _tracks(db, conference_id)
    return [_rules(row, types, tracks) for row in rows]


def call_facts(call: CallRules) -> CallFacts:
    return CallFacts(call.id, call.conference_id, call.track_id, call.opens_at, call.last_closes_at)


def load_proposal(work: Work, conference_id: int, ref: str, *, lock: bool = True) -> tuple[Proposal, ProposalFacts]:
    """The row and what the policy may know. Reading work must not ``lock``. Raises ``Missing``. Three queries."""
    query = select(Proposal).where(Proposal.conference_id == conference_id, Proposal.ref == ref)
    proposal = work.db.scalars(query.with_for_update() if lock else query).one_or_none()
    if proposal is None:
        raise Missing()
    return proposal, facts_of(work.db, proposal)


def facts_of(db: Session, proposal: Any) -> ProposalFacts:
    """Facts of a row or of selected columns with the same names. Two queries."""
    return ProposalFacts(
        id=proposal.id,
        conference_id=proposal.conference_id,
        track_id=proposal.track_id,
        stage=proposal.stage,
        outcome=proposal.outcome,
        answer=proposal.answer,
        closes_at=closes_at(db, proposal),
        **authors_of(db, proposal.id),
    )


def closes_at(db: Session, proposal: Any) -> datetime:
    """The deadline that counts for a proposal. One query."""
    row = db.execute(
        select(Call.closes_at, SessionType.closes_at.label("type_closes_at"))
        .outerjoin(SessionType, SessionType.id == proposal.session_type_id)
        .where(Call.id == proposal.call_id)
    ).one()
    return deadline_of(row.closes_at, row.type_closes_at, proposal.extended_until)


def authors_of(db: Session, proposal_id: int) -> dict[str, frozenset[int]]:
    rows = db.execute(
        select(Authorship.account_id, Authorship.is_owner)
        .where(Authorship.proposal_id == proposal_id, Authorship.account_id.is_not(None))
        .where(Authorship.accepted_at.is_not(None), Authorship.declined_at.is_(None))
    ).all()
    return {
        "author_ids": frozenset(row.account_id for row in rows if row.account_id is not None),
        "owner_ids": frozenset(row.account_id for row in rows if row.is_owner and row.account_id is not None),
    }


def submitted_by(db: Session, call_id: int, account_id: int) -> int:
    """How many submitted proposals of the call this person sent in. One query."""
    return db.scalars(
        select(func.count())
        .select_from(Proposal)
        .join(Authorship, Authorship.proposal_id == Proposal.id)
        .where(Proposal.call_id == call_id, Proposal.stage == "submitted")
        .where(Authorship.account_id == account_id, Authorship.is_owner)
    ).one()


def _types(db: Session, conference_id: int) -> list[TypeRules]:
    rows = db.scalars(
        select(SessionType)
        .where(SessionType.conference_id == conference_id)
        .order_by(SessionType.position, SessionType.id)
    )
    return [TypeRules(row.id, row.name, row.kind, row.length_minutes, row.closes_at) for row in rows]


def _tracks(db: Session, conference_id: int) -> Sequence[Any]:
    """Tracks, each with the languages of the conference beside it, so that one query brings both."""
    return db.execute(
        select(
            Track.id,
            Track.name,
            Track.description,
            Track.colour,
            Track.is_special,
            Conference.locales.label("languages"),
        )
        .select_from(Conference)
        .outerjoin(Track, Track.conference_id == Conference.id)
        .where(Conference.id == conference_id)
        .order_by(Track.position, Track.id)
    ).all()


def _rules(row: Call, types: Sequence[TypeRules], tracks: Sequence[Any]) -> CallRules:
    taken = [
        track
        for track in tracks
        if track.id is not None and (track.id == row.track_id if row.track_id else not track.is_special)
    ]
    return CallRules(
        id=row.id,
        conference_id=row.conference_id,
        slug=row.slug,
        title=row.title,
        text=row.text,
        track_id=row.track_id,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        proposals_per_person_max=row.proposals_per_person_max,
        abstract_chars_max=row.abstract_chars_max,
        paper_pages_max=row.paper_pages_max,
        types=tuple(types),
        tracks=tuple(TrackChoice(track.id, track.name, track.description, track.colour) for track in taken),
        languages=tuple(tracks[0].languages) if tracks else (),
    )
