"""Accepted talks that come from another system's schedule: made once, updated when they come again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from cfp import policy
from cfp.authors import Authorship
from cfp.lifecycle import OUTCOME, advance_all
from cfp.models import Call, Proposal
from conference.models import SessionType
from conference.work import Work
from plumbing.answers import require
from plumbing.refs import new_ref

CALL_SLUG = "imported"
TYPE_LENGTH_MINUTES = 30
ROWS_IN_ONE_QUERY = 500


@dataclass(frozen=True, slots=True)
class ImportedSpeaker:
    """``guid`` names the person within the conference; ``email`` is known for few."""

    guid: str
    name: str
    affiliation: str = ""
    biography: str = ""
    email: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedTalk:
    """``guid`` decides whether the talk is new. ``type_name`` becomes a session type when none has that name."""

    guid: str
    title: str
    abstract: str = ""
    language: str = "en"
    type_name: str = ""
    kind: str = "talk"
    track_id: int | None = None
    length_minutes: int | None = None
    interest: int | None = None
    presenter_kind: str = "user"
    links: tuple[tuple[str, str], ...] = ()
    speakers: tuple[ImportedSpeaker, ...] = ()


def upsert_imported_talks(work: Work, *, conference_id: int, talks: Sequence[ImportedTalk]) -> dict[str, int]:
    """Makes each talk an accepted proposal with its speakers; returns the number of the proposal by guid.

    Repeating it changes nothing but what differs; talks that are not among ``talks`` stay. A few statements,
    however many talks.
    """
    require(policy.can_import(work.actor, conference_id, work.now))
    unique = {talk.guid: talk for talk in talks}
    types = _types(work, conference_id, {(talk.type_name, talk.kind) for talk in unique.values() if talk.type_name})
    known = _known(work, conference_id, list(unique))
    missing = [talk for guid, talk in unique.items() if guid not in known]
    if missing:
        call_id = _call(work, conference_id)
        for talk in missing:
            known[talk.guid] = _new(work, conference_id, call_id, talk)
    for guid, talk in unique.items():
        _set(known[guid], _values(talk, types))
    work.db.flush()
    _accept(work, [known[guid] for guid in unique])
    _speakers(work, conference_id, {known[guid].id: talk.speakers for guid, talk in unique.items()})
    counts = {"talks": len(unique), "new": len(missing)}
    work.audit("talks.import", conference_id=conference_id, subject=("conference", conference_id), after=counts)
    return {guid: known[guid].id for guid in unique}


def _types(work: Work, conference_id: int, wanted: set[tuple[str, str]]) -> dict[str, int]:
    query = select(SessionType.name, SessionType.id).where(SessionType.conference_id == conference_id)
    known: dict[str, int] = {row.name: row.id for row in work.db.execute(query)}
    made: dict[str, SessionType] = {}
    for name, kind in sorted(wanted):
        if name not in known and name not in made:
            made[name] = SessionType(
                conference_id=conference_id,
                slug=new_ref(),
                name=name,
                kind=kind,
                length_minutes=TYPE_LENGTH_MINUTES,
                position=len(known) + len(made),
            )
    work.db.add_all(made.values())
    work.db.flush()
    return known | {name: row.id for name, row in made.items()}


def _known(work: Work, conference_id: int, guids: list[str]) -> dict[str, Proposal]:
    found: dict[str, Proposal] = {}
    for start in range(0, len(guids), ROWS_IN_ONE_QUERY):
        rows = work.db.scalars(
            select(Proposal).where(
                Proposal.conference_id == conference_id, Proposal.guid.in_(guids[start : start + ROWS_IN_ONE_QUERY])
            )
        )
        found |= {row.guid: row for row in rows}
    return found


def _call(work: Work, conference_id: int) -> int:
    """Every proposal belongs to a call; those of a ready-made schedule to one that was never open."""
    known = work.db.scalars(select(Call.id).where(Call.conference_id == conference_id, Call.slug == CALL_SLUG)).first()
    if known is not None:
        return known
    row = Call(
        conference_id=conference_id,
        slug=CALL_SLUG,
        title="Imported schedule",
        opens_at=work.now - timedelta(minutes=1),
        closes_at=work.now,
        created_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    return row.id


def _new(work: Work, conference_id: int, call_id: int, talk: ImportedTalk) -> Proposal:
    row = Proposal(
        conference_id=conference_id,
        ref=new_ref(),
        guid=talk.guid,
        call_id=call_id,
        stage="draft",
        outcome="undecided",
        answer="unanswered",
        links=[],
        created_at=work.now,
        changed_at=work.now,
        submitted_at=work.now,
    )
    work.db.add(row)
    return row


def _values(talk: ImportedTalk, types: dict[str, int]) -> dict[str, Any]:
    return {
        "kind": talk.kind,
        "title": talk.title,
        "abstract": talk.abstract,
        "language": talk.language,
        "track_id": talk.track_id,
        "session_type_id": types.get(talk.type_name),
        "length_minutes": talk.length_minutes,
        "interest": talk.interest,
        "presenter_kind": talk.presenter_kind,
        "links": [[title, target] for title, target in talk.links],
    }


def _set(row: Any, values: dict[str, Any]) -> None:
    """Assigns only what differs, so that importing the same again writes nothing."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _accept(work: Work, proposals: Sequence[Proposal]) -> None:
    new = [row for row in proposals if row.stage == "draft"]
    advance_all(work, [row for row in proposals if row.stage == "withdrawn"], "reinstate")
    advance_all(work, new, "submit")
    advance_all(work, [row for row in proposals if row.outcome != "accepted"], "accept", machine=OUTCOME)


def _speakers(work: Work, conference_id: int, wanted: dict[int, tuple[ImportedSpeaker, ...]]) -> None:
    known = {(row.proposal_id, row.person_guid): row for row in _authorships(work, conference_id)}
    kept = set()
    for proposal_id, speakers in wanted.items():
        for position, speaker in enumerate({speaker.guid: speaker for speaker in speakers}.values()):
            key = (proposal_id, speaker.guid)
            kept.add(key)
            if key not in known:
                known[key] = _authorship(work, conference_id, *key)
            _set(known[key], _profile(speaker, position))
    for key, row in list(known.items()):
        if key[0] in wanted and key not in kept:
            work.db.delete(row)


def _authorships(work: Work, conference_id: int) -> Sequence[Authorship]:
    return work.db.scalars(select(Authorship).where(Authorship.conference_id == conference_id)).all()


def _authorship(work: Work, conference_id: int, proposal_id: int, guid: str) -> Authorship:
    row = Authorship(
        conference_id=conference_id,
        ref=new_ref(),
        proposal_id=proposal_id,
        person_guid=guid,
        is_presenter=True,
        is_owner=False,
        accepted_at=work.now,
    )
    work.db.add(row)
    return row


def _profile(speaker: ImportedSpeaker, position: int) -> dict[str, Any]:
    values: dict[str, Any] = {"name": speaker.name, "affiliation": speaker.affiliation, "position": position}
    values["biography"] = speaker.biography
    if speaker.email:
        values["email"] = speaker.email.strip().lower()
    return values
