"""Who may do what with reviews, conflicts, assignments and decisions. ``docs/permissions/reviews.md`` is the table."""

from dataclasses import dataclass
from datetime import datetime

from conference.actor import Actor
from plumbing.answers import HIDDEN, YES, Answer, no

ONLY_CHAIRS = no("Only the chairs can do this.")
ONLY_REVIEWERS = no("This page is for the reviewers of the conference.")
NOT_ASSIGNED = no("This proposal is not assigned to you.")
IN_CONFLICT = no("You are in conflict with this proposal, so another chair looks after it.")
NO_PHASE = no("The chairs have not set the dates of the reviewing yet.")
BEFORE = no("Reviewing has not begun yet.")
CLOSED = no("Reviewing is over. Write to the chairs if something has to be changed.")
WITHDRAWN = no("This proposal was withdrawn.")
ALREADY_WRITTEN = no("You have already sent a review of this proposal. You can still change it.")
OWN_FIRST = no("Send your own review first, or give the assignment back.")
OWN_WORK = no("Nobody reviews what they wrote themselves.")
AFTER_OWN = no("You see the other reviews after you have sent yours.")


@dataclass(frozen=True, slots=True)
class PhaseFacts:
    """When reviews may be written, in UTC."""

    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> Answer:
        """Yes from the first instant to the one before the last; else why not."""
        if now < self.opens_at:
            return BEFORE
        return CLOSED if now >= self.closes_at else YES


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """One proposal as the asker stands to it. ``is_in_conflict`` is about the asker, whatever the kind."""

    conference_id: int
    track_id: int | None = None
    is_submitted: bool = True
    is_in_conflict: bool = False
    is_assigned: bool = False
    has_sent_review: bool = False
    phase: PhaseFacts | None = None


@dataclass(frozen=True, slots=True)
class ConflictFacts:
    """One conflict as the asker stands to it. ``is_own_work``: the person wrote the proposal."""

    is_about_asker: bool = False
    is_own_work: bool = False


def can_set_up(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Dates, criteria, reviewers."""
    return _chairs(actor, conference_id)


def can_assign(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Plan, apply and undo assignments; a plan hides what the chair is in conflict with."""
    return _chairs(actor, conference_id)


def can_see_progress(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Who has written how much. A track chair sees the proposals of the own tracks."""
    return _leads_something(actor, conference_id)


def can_open_table(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """The decision table; which rows of it show scores is ``can_judge``."""
    return _leads_something(actor, conference_id)


def can_release(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Tell the authors."""
    return _chairs(actor, conference_id)


def can_review_here(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Own profile and the list of own assignments."""
    if actor.is_reviewer(conference_id):
        return YES
    return ONLY_REVIEWERS if actor.is_on_team(conference_id) else HIDDEN


def can_have_member_row(roles: frozenset[str]) -> Answer:
    """A row that conflicts can be kept about: everybody who holds a role in the conference, and nobody else."""
    return YES if roles else HIDDEN


def can_read_blind(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Read without the authors. In conflict it is as if the proposal did not exist."""
    if not actor.is_reviewer(proposal.conference_id) or not proposal.is_submitted or proposal.is_in_conflict:
        return HIDDEN
    return YES


def can_write_review(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Write, save, send and change the own review."""
    readable = can_read_blind(actor, proposal, now)
    if not readable:
        return readable
    if not proposal.is_assigned:
        return NOT_ASSIGNED
    if proposal.phase is None:
        return NO_PHASE
    return proposal.phase.is_open(now)


def can_decline_assignment(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Give an assignment back, before a review was sent and before the phase closes."""
    readable = can_read_blind(actor, proposal, now)
    if not readable:
        return readable
    if not proposal.is_assigned:
        return NOT_ASSIGNED
    if proposal.has_sent_review:
        return ALREADY_WRITTEN
    return CLOSED if proposal.phase is not None and now >= proposal.phase.closes_at else YES


def can_declare_conflict(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Say that one should not review this, at any time and without proof."""
    return can_read_blind(actor, proposal, now)


def can_read_other_reviews(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Others' reviews under pseudonyms: only whoever has sent the own one."""
    readable = can_read_blind(actor, proposal, now)
    if not readable:
        return readable
    return YES if proposal.has_sent_review else AFTER_OWN


def can_judge(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """See scores and reviews as a chair, with the reviewers' names. A track chair knows of the own tracks only."""
    if not _leads(actor, proposal):
        return HIDDEN
    if proposal.is_in_conflict:
        return IN_CONFLICT
    return OWN_FIRST if owes_review(actor, proposal, now) else YES


def owes_review(actor: Actor, proposal: ProposalFacts, now: datetime) -> bool:
    """Assigned, nothing sent, and there is time left: the own judgement must not follow the others'."""
    is_over = proposal.phase is not None and now >= proposal.phase.closes_at
    is_asked = actor.is_reviewer(proposal.conference_id) and proposal.is_assigned and proposal.is_submitted
    return is_asked and not proposal.has_sent_review and not is_over


def can_decide(actor: Actor, proposal: ProposalFacts, now: datetime) -> Answer:
    """Accept, reject or put on the waiting list, in private."""
    judged = can_judge(actor, proposal, now)
    if not judged:
        return judged
    return YES if proposal.is_submitted else WITHDRAWN


def can_list_conflicts(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """The conflicts of the conference; which of them are on the list is ``can_rule_on_conflict``'s business too."""
    return _chairs(actor, conference_id)


def can_rule_on_conflict(actor: Actor, proposal: ProposalFacts, conflict: ConflictFacts, now: datetime) -> Answer:
    """Confirm a conflict, dismiss it, or open it again. Whoever it is about, and whoever must not know what the
    committee thinks of the proposal, is not told that there is one.
    """
    chairs = _chairs(actor, proposal.conference_id)
    if not chairs:
        return chairs
    if conflict.is_about_asker or not can_judge(actor, proposal, now):
        return HIDDEN
    return OWN_WORK if conflict.is_own_work else YES


def can_change_profile(actor: Actor, conference_id: int, account_id: int | None, now: datetime) -> Answer:
    """Change a reviewer's words and loads: the reviewer and the chairs."""
    if actor.is_chair(conference_id):
        return YES
    mine = actor.account_id == account_id and actor.is_reviewer(conference_id)
    if mine:
        return YES
    return ONLY_CHAIRS if actor.is_on_team(conference_id) else HIDDEN


def _leads(actor: Actor, proposal: ProposalFacts) -> bool:
    where = proposal.conference_id
    return actor.is_chair(where) or proposal.track_id in actor.chaired_tracks(where)


def _chairs(actor: Actor, conference_id: int) -> Answer:
    if actor.is_chair(conference_id):
        return YES
    return ONLY_CHAIRS if actor.is_on_team(conference_id) else HIDDEN


def _leads_something(actor: Actor, conference_id: int) -> Answer:
    if actor.is_chair(conference_id) or actor.chaired_tracks(conference_id):
        return YES
    return ONLY_CHAIRS if actor.is_on_team(conference_id) else HIDDEN
