"""Decision letters. The chairs' preview and the real mail are composed by the same function."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from cfp.models import Proposal
from cfp.outcomes import DecisionParts
from cfp.recipients import AuthorContact, authors_to_tell
from conference.letters import Passage, compose_letter
from conference.models import Conference
from plumbing.kernel import kernel
from plumbing.outbox import Letter

KINDS = {"accepted": "cfp.accepted", "rejected": "cfp.rejected", "waitlisted": "cfp.waitlisted"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What every letter about a proposal names."""

    id: int
    ref: str
    title: str
    conference_id: int
    conference: str
    slug: str
    contact: str
    zone: str


def facts_of(db: Session, proposals: Mapping[int, object] | list[int]) -> dict[int, Facts]:
    """By proposal. One query."""
    rows = db.execute(
        select(
            Proposal.id,
            Proposal.ref,
            Proposal.title,
            Proposal.conference_id,
            Conference.name.label("conference"),
            Conference.slug,
            Conference.contact_email.label("contact"),
            Conference.zone,
        )
        .join(Conference, Conference.id == Proposal.conference_id)
        .where(Proposal.id.in_(list(proposals)))
    )
    return {row.id: Facts(**row._asdict()) for row in rows}


def page_of(facts: Facts) -> str:
    """Absolute address of the proposal's page, for its authors."""
    return address("cfp.proposal", event_slug=facts.slug, ref=facts.ref)


def address(endpoint: str, **values: str) -> str:
    """An absolute address for mails, which are written outside any request."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return f"{kernel().settings.base_url}{path}"


def decision_letters(
    db: Session, conference_id: int, wanted: Mapping[int, tuple[str, DecisionParts]]
) -> dict[int, list[Letter]]:
    """By proposal, one letter for each author. ``wanted`` holds outcome and words. Two queries."""
    facts = facts_of(db, list(wanted))
    authors = authors_to_tell(db, list(wanted))
    return {
        number: [_decision_letter(facts[number], outcome, parts, author) for author in authors.get(number, ())]
        for number, (outcome, parts) in wanted.items()
        if number in facts and facts[number].conference_id == conference_id
    }


def _decision_letter(facts: Facts, outcome: str, parts: DecisionParts, author: AuthorContact) -> Letter:
    return compose_letter(
        KINDS[outcome],
        f"cfp/{outcome}",
        author.recipient,
        conference=facts.conference,
        title=facts.title,
        contact=facts.contact,
        page=page_of(facts),
        words=parts.words_in(author.recipient.locale),
        note=parts.note,
        reviews=tuple(Passage(text) for text in parts.review_texts),
    )
