"""After the text is written: withdraw, restore, confirm, decline, and a later deadline for one proposal."""

from datetime import datetime

from cfp import policy
from cfp.events import ProposalConfirmed, ProposalDeclined, ProposalWithdrawn
from cfp.lifecycle import ANSWER, advance
from cfp.loading import load_proposal
from conference.work import Work
from plumbing.answers import Invalid, require
from plumbing.sentences import sentence

REASON_CHARS_MAX = 1000


def withdraw_proposal(work: Work, *, conference_id: int, ref: str, reason: str = "") -> None:
    """By an author, or by a chair on behalf; every author is told."""
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_withdraw(work.actor, facts, work.now))
    proposal.withdraw_reason = _reason(reason)
    advance(work, proposal, "withdraw")
    if proposal.submitted_at is not None:
        work.emit(ProposalWithdrawn(proposal.id), conference_id=conference_id)


def restore_proposal(work: Work, *, conference_id: int, ref: str) -> str:
    """Back to where it was: submitted, or a draft if it never was. Returns the new stage."""
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_restore(work.actor, facts, work.now))
    advance(work, proposal, "restore" if proposal.submitted_at is None else "reinstate")
    return proposal.stage


def confirm_proposal(work: Work, *, conference_id: int, ref: str) -> None:
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_answer(work.actor, facts, work.now))
    proposal.answer_reason = ""
    advance(work, proposal, "confirm", machine=ANSWER)
    work.emit(ProposalConfirmed(proposal.id), conference_id=conference_id)


def decline_proposal(work: Work, *, conference_id: int, ref: str, reason: str) -> None:
    """Raises ``Invalid`` without a reason: the chairs have to plan with it."""
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_answer(work.actor, facts, work.now))
    if not reason.strip():
        raise Invalid("reason", "missing", sentence("Please say in a few words why; the chairs read it."))
    proposal.answer_reason = _reason(reason)
    advance(work, proposal, "decline", machine=ANSWER)
    work.emit(ProposalDeclined(proposal.id), conference_id=conference_id)


def extend_deadline(work: Work, *, conference_id: int, ref: str, until: datetime | None) -> None:
    """A later deadline for this proposal alone; None takes it back."""
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_extend(work.actor, facts, work.now))
    if until is not None and until <= work.now:
        raise Invalid("until", "past", sentence("The new deadline must be in the future."))
    before, proposal.extended_until = proposal.extended_until, until
    work.audit(
        "proposal.extend",
        conference_id=conference_id,
        subject=("proposal", proposal.id),
        before={"extended_until": before.isoformat() if before else None},
        after={"extended_until": until.isoformat() if until else None},
    )


def _reason(text: str) -> str:
    text = text.strip()
    if len(text) > REASON_CHARS_MAX:
        raise Invalid("reason", "too_long", sentence("At most %(most)s characters, please.", most=REASON_CHARS_MAX))
    return text
