"""Who may do what on this floor: one pure question for each act. ``docs/permissions/cfp.md`` is the same as a table."""

from dataclasses import dataclass
from datetime import datetime

from conference.actor import Actor
from plumbing.answers import HIDDEN, YES, Answer, no

CLOSED = no("The deadline has passed.")
NOT_OPEN_YET = no("The call is not open yet.")
SIGN_IN_FIRST = no("sign-in")
ONLY_AUTHORS = no("Only its authors can do this.")
ONLY_CHAIRS = no("Only the chairs can do this.")
WITHDRAWN = no("It was withdrawn; restore it first.")


@dataclass(frozen=True, slots=True)
class CallFacts:
    """``last_closes_at`` is the latest deadline of any session type: until then something can still be sent in."""

    id: int
    conference_id: int
    track_id: int | None
    opens_at: datetime
    last_closes_at: datetime


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What policies know of a proposal. ``closes_at`` is its own deadline, with type and extension counted in."""

    id: int
    conference_id: int
    track_id: int | None
    stage: str
    outcome: str
    answer: str
    closes_at: datetime
    author_ids: frozenset[int]
    """Accounts of authors who said yes."""
    owner_ids: frozenset[int]


def is_author(actor: Actor, proposal: ProposalFacts) -> bool:
    return actor.account_id is not None and actor.account_id in proposal.author_ids


def is_owner(actor: Actor, proposal: ProposalFacts) -> bool:
    return actor.account_id is not None and actor.account_id in proposal.owner_ids


def leads(actor: Actor, proposal: ProposalFacts) -> bool:
    """Chair of the conference, or of the proposal's track."""
    return actor.is_chair(proposal.conference_id) or proposal.track_id in actor.chaired_tracks(proposal.conference_id)


def can_begin(actor: Actor, call: CallFacts, now: datetime) -> Answer:
    """Everybody, also without an account."""
    if now < call.opens_at:
        return NOT_OPEN_YET
    return YES if now <= call.last_closes_at else CLOSED


def can_see(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """With its authors' names: their own page and the chairs'. Drafts are their authors' alone."""
    if is_author(actor, proposal):
        return YES
    return YES if leads(actor, proposal) and proposal.stage != "draft" else HIDDEN


def can_edit(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Drafts at any time; what was submitted until its deadline."""
    if not is_author(actor, proposal):
        return _unless_hidden(actor, proposal, now, ONLY_AUTHORS)
    if proposal.stage == "withdrawn":
        return WITHDRAWN
    return YES if proposal.stage == "draft" or now <= proposal.closes_at else CLOSED


def can_submit(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    if not is_author(actor, proposal):
        return _unless_hidden(actor, proposal, now, ONLY_AUTHORS)
    if proposal.stage != "draft":
        return no("It was submitted already.") if proposal.stage == "submitted" else WITHDRAWN
    return YES if now <= proposal.closes_at else CLOSED


def can_manage_authors(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """The one who sent it in, for as long as it can be edited, and after an acceptance too: speakers change."""
    if not is_owner(actor, proposal):
        return _unless_hidden(actor, proposal, now, no("Only the one who sent it in can change the authors."))
    if proposal.stage == "submitted" and proposal.outcome == "accepted":
        return YES
    return can_edit(actor, proposal, now)


def can_withdraw(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Authors at any time; chairs on behalf of authors who ask them."""
    if not is_author(actor, proposal) and not (leads(actor, proposal) and proposal.stage != "draft"):
        return HIDDEN
    return no("It was withdrawn already.") if proposal.stage == "withdrawn" else YES


def can_restore(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Authors until the deadline, chairs at any time."""
    if not can_see(actor, proposal, now):
        return HIDDEN
    if proposal.stage != "withdrawn":
        return no("It was not withdrawn.")
    if leads(actor, proposal) or now <= proposal.closes_at:
        return YES
    return CLOSED


def can_answer(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Confirm or decline, once it was accepted."""
    if not is_author(actor, proposal):
        return _unless_hidden(actor, proposal, now, ONLY_AUTHORS)
    if proposal.stage == "withdrawn":
        return WITHDRAWN
    return YES if proposal.outcome == "accepted" else no("Only accepted proposals can be confirmed or declined.")


def can_extend(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """A later deadline for one proposal; a chair who wrote it does not give it to himself.

    Also for a draft, which the chair cannot read: its author asks for it and says the reference.
    """
    if not leads(actor, proposal):
        return _unless_hidden(actor, proposal, now, ONLY_CHAIRS)
    if is_author(actor, proposal):
        return no("Ask another chair: this is your own proposal.")
    return YES


def can_list(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """The chairs' list with names; a track chair's holds the own tracks only."""
    if actor.is_chair(conference_id) or actor.chaired_tracks(conference_id):
        return YES
    return _team_only(actor, conference_id)


def can_manage_calls(actor: Actor, conference_id: int, now: datetime) -> Answer:
    return YES if actor.is_chair(conference_id) else _team_only(actor, conference_id)


def can_import(actor: Actor, conference_id: int, now: datetime) -> Answer:
    return YES if actor.is_chair(conference_id) else _team_only(actor, conference_id)


def can_tell_outcomes(actor: Actor, conference_id: int, now: datetime) -> Answer:
    return YES if actor.is_chair(conference_id) else _team_only(actor, conference_id)


def can_be_told(stage: str) -> Answer:
    if stage == "submitted":
        return YES
    return no("A proposal among these was withdrawn meanwhile; nothing was told. Please look again.")


def _unless_hidden(actor: Actor, proposal: ProposalFacts, now: datetime, reason: Answer) -> Answer:
    """The reason for those who may see it, nothing for the others."""
    return reason if can_see(actor, proposal, now) else HIDDEN


def _team_only(actor: Actor, conference_id: int) -> Answer:
    return ONLY_CHAIRS if actor.is_on_team(conference_id) else HIDDEN
