"""Proposals on their way in: planned, begun, submitted, corrected, withdrawn, each at its own moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from cfp.authors import Authorship
from cfp.drafts import CallRules, CoauthorDraft, ConflictDraft, ProfileDraft, ProposalDraft
from cfp.loading import call_rules
from cfp.models import Proposal
from cfp.people import new_guid
from cfp.service import (
    StoredPaper,
    create_draft,
    save_changes,
    store_paper,
    submit_proposal,
    withdraw_proposal,
)
from demo.founding import Founded
from demo.making import Making
from demo.papers import paper_pdf
from demo.people import Person
from demo.writing import Words
from plumbing.blobs import Blobs

CORRECTED = "Some figures were corrected after a check in our house."


@dataclass(slots=True)
class Planned:
    """A proposal as the demo knows it before it is written: who, what, when, and how good it really is."""

    call: str
    track: str
    type_name: str
    owner: Person
    words: Words
    at: datetime
    quality: float
    stage: str = "submitted"
    coauthors: tuple[Person, ...] = ()
    pending: tuple[Person, ...] = ()
    """Co-authors who were invited and have not answered."""
    conflicts: tuple[ConflictDraft, ...] = ()
    away: tuple[tuple[datetime, datetime], ...] = ()
    is_edited: bool = False
    interest: int | None = None
    id: int = 0
    ref: str = ""


def send_in(making: Making, event: Founded, blobs: Blobs, plans: Sequence[Planned]) -> None:
    """All of them in the order of their moments; fills in numbers and references."""
    calls = {slug: call_rules(making.db, event.id, slug=slug) for slug in event.calls}
    for plan in sorted(plans, key=lambda plan: plan.at):
        _send_one(making, event, blobs, plan, calls[plan.call])


def withdraw(making: Making, event: Founded, plan: Planned, at: datetime, reason: str) -> None:
    work = making.work(making.accounts[plan.owner.email], at)
    withdraw_proposal(work, conference_id=event.id, ref=plan.ref, reason=reason)


def _send_one(making: Making, event: Founded, blobs: Blobs, plan: Planned, call: CallRules) -> None:
    owner = making.account(plan.owner, days=(making.now - plan.at).days + making.lot.randint(1, 40))
    draft = _draft(event, plan)
    saved = create_draft(making.work(owner, plan.at), call=call, draft=draft, paper=_paper(making, blobs, plan))
    plan.id, plan.ref = saved.id, saved.ref
    making.db.get_one(Proposal, saved.id).interest = plan.interest
    making.db.flush()
    _answer_invitations(making, plan)
    if plan.stage == "draft":
        return
    later = plan.at + timedelta(minutes=making.lot.randint(9, 300))
    saved = submit_proposal(making.work(owner, later), conference_id=event.id, ref=plan.ref)
    if plan.is_edited:
        corrected = replace(draft, abstract=f"{draft.abstract}\n\n{CORRECTED}", coauthors=(), removed=())
        work = making.work(owner, later + timedelta(hours=making.lot.randint(1, 20)))
        save_changes(work, conference_id=event.id, ref=plan.ref, draft=corrected, base_version=saved.version)


def _draft(event: Founded, plan: Planned) -> ProposalDraft:
    words, owner = plan.words, plan.owner
    return ProposalDraft(
        title=words.title,
        abstract=words.abstract,
        notes=words.notes,
        session_type_id=event.types[plan.type_name],
        track_id=event.tracks[plan.track],
        language=words.language,
        presenter_kind=owner.kind,
        profile=ProfileDraft(owner.name, owner.affiliation, owner.biography),
        coauthors=tuple(CoauthorDraft("", person.name, person.email) for person in (*plan.coauthors, *plan.pending)),
        conflicts=plan.conflicts,
        away=plan.away,
    )


def _paper(making: Making, blobs: Blobs, plan: Planned) -> StoredPaper | None:
    if plan.type_name != "Paper":
        return None
    data = paper_pdf(making.lot, plan.words, [person.name for person in (plan.owner, *plan.coauthors)])
    return store_paper(blobs, data=data, file_name=f"{plan.owner.company}-paper.pdf", pages_max=20)


def _answer_invitations(making: Making, plan: Planned) -> None:
    """Co-authors say yes some hours later. Their links were never mailed, so this is written directly."""
    rows = making.db.scalars(select(Authorship).where(Authorship.proposal_id == plan.id, ~Authorship.is_owner))
    by_address = {row.email: row for row in rows}
    for person in plan.coauthors:
        row = by_address[person.email]
        row.account_id = making.account(person, days=(making.now - plan.at).days + 2)
        row.person_guid = _guid_of(making, row)
        row.affiliation, row.biography, row.locale = person.affiliation, person.biography, person.locale
        row.accepted_at = plan.at + timedelta(hours=making.lot.randint(1, 30))
    making.db.flush()


def _guid_of(making: Making, row: Authorship) -> str:
    known = making.db.scalars(
        select(Authorship.person_guid)
        .where(Authorship.conference_id == row.conference_id, Authorship.account_id == row.account_id)
        .where(Authorship.id != row.id)
        .limit(1)
    ).first()
    return known or new_guid()
