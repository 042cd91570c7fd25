"""Letters of this floor. Each asks again who may get it when it is written: only authors who said yes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from cfp.authors import Authorship
from cfp.invitations import invitation_token
from cfp.letters import address, decision_letters, facts_of, page_of
from cfp.loading import closes_at
from cfp.models import Proposal
from cfp.outcomes import letter_parts
from cfp.recipients import authors_to_tell
from conference.letters import Recipient, compose_letter
from conference.locale import instant_words, speaking
from plumbing.outbox import Letter, on

Payload = dict[str, Any]


@on("ProposalSubmitted")
def submitted(db: Session, payload: Payload, now: datetime) -> list[Letter]:
    """With the deadline in the recipient's language and the zone of the venue."""
    proposal = db.get(Proposal, payload["proposal_id"])
    if proposal is None or proposal.stage != "submitted":
        return []
    until = closes_at(db, proposal)

    def deadline(zone: str, locale: str) -> dict[str, Any]:
        with speaking(locale):
            return {"deadline": instant_words(until, zone)}

    return _to_authors(db, payload, "submitted", deadline)


@on("ProposalWithdrawn")
def withdrawn(db: Session, payload: Payload, now: datetime) -> list[Letter]:
    return _to_authors(db, payload, "withdrawn") if _is(db, payload, "stage", "withdrawn") else []


@on("ProposalConfirmed")
def confirmed(db: Session, payload: Payload, now: datetime) -> list[Letter]:
    return _to_authors(db, payload, "confirmed") if _is(db, payload, "answer", "confirmed") else []


@on("ProposalDeclined")
def declined(db: Session, payload: Payload, now: datetime) -> list[Letter]:
    return _to_authors(db, payload, "declined") if _is(db, payload, "answer", "declined") else []


@on("DecisionTold")
def decision_told(db: Session, payload: Payload, now: datetime) -> list[Letter]:
    """The outcome as it stands now: a release that was overtaken by a newer one is not told."""
    proposal = db.get(Proposal, payload["proposal_id"])
    if proposal is None or proposal.stage != "submitted" or proposal.outcome == "undecided":
        return []
    parts = letter_parts(db, proposal.id, payload["release_id"])
    return decision_letters(db, proposal.conference_id, {proposal.id: (proposal.outcome, parts)}).get(proposal.id, [])


@on("CoauthorInvited")
def coauthor_invited(db: Session, payload: Payload, now: datetime) -> list[Letter]:
    """To the invited address; not any more when the answer was given or the author was taken off meanwhile."""
    row = db.get(Authorship, payload["authorship_id"])
    if row is None or row.email is None or row.invited_at is None or row.accepted_at or row.declined_at:
        return []
    facts = facts_of(db, [row.proposal_id])[row.proposal_id]
    inviter = db.scalars(
        select(Authorship.name).where(Authorship.proposal_id == row.proposal_id, Authorship.is_owner)
    ).first()
    token = invitation_token(row.ref, row.invited_at)
    return [
        compose_letter(
            "cfp.coauthor_invited",
            "cfp/coauthor_invited",
            Recipient(row.email, row.name, row.locale),
            inviter=inviter or facts.conference,
            title=facts.title,
            conference=facts.conference,
            contact=facts.contact,
            link=address("cfp.invitation", event_slug=facts.slug, token=token),
        )
    ]


def _is(db: Session, payload: Payload, field: str, value: str) -> bool:
    """Still so? A letter that comes late must not tell what is not true any more."""
    proposal = db.get(Proposal, payload["proposal_id"])
    return proposal is not None and getattr(proposal, field) == value


def _to_authors(
    db: Session, payload: Payload, name: str, more: Callable[[str, str], dict[str, Any]] | None = None
) -> list[Letter]:
    number = payload["proposal_id"]
    facts = facts_of(db, [number])[number]
    return [
        compose_letter(
            f"cfp.{name}",
            f"cfp/{name}",
            author.recipient,
            title=facts.title,
            conference=facts.conference,
            contact=facts.contact,
            page=page_of(facts),
            **(more(facts.zone, author.recipient.locale) if more else {}),
        )
        for author in authors_to_tell(db, [number]).get(number, ())
    ]
