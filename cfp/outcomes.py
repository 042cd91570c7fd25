"""The one way down for a decision: ``reviews`` tells outcomes here, and asks here what the letters will say.

What the letters hold besides the outcome (the chairs' words, the reviews' texts) stays upstairs; the floor above
registers a source for it, so that no name has to go up for a mail to be written.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from cfp import policy
from cfp.events import DecisionTold
from cfp.lifecycle import ANSWER, OUTCOME, advance_all
from cfp.models import Proposal
from conference.work import Work
from plumbing.answers import Missing, require
from plumbing.outbox import Letter

ROWS_IN_ONE_QUERY = 500
ACTIONS = {"accepted": "accept", "rejected": "reject", "waitlisted": "waitlist"}


@dataclass(frozen=True, slots=True)
class DecisionParts:
    """What goes into one decision letter: the chair's note on this proposal, the reviews' texts, words for all."""

    note: str = ""
    review_texts: tuple[str, ...] = ()
    words: str = ""
    words_by_locale: Mapping[str, str] = field(default_factory=dict)

    def words_in(self, locale: str) -> str:
        """What the chairs wrote for this language, else what they wrote for all."""
        return self.words_by_locale.get(locale) or self.words


@dataclass(frozen=True, slots=True)
class OutcomeFacts:
    outcome: str
    answer: str


LetterParts = Callable[[Session, int, int], DecisionParts]
_source: list[LetterParts] = []


def provide_letter_parts(source: LetterParts) -> LetterParts:
    """Registers the floor above: ``(db, proposal_id, release_id) -> DecisionParts``. The last one counts."""
    _source[:] = [source]
    return source


def letter_parts(db: Session, proposal_id: int, release_id: int) -> DecisionParts:
    return _source[-1](db, proposal_id, release_id) if _source else DecisionParts()


def tell_outcomes(work: Work, *, conference_id: int, outcomes: Mapping[int, str], release_id: int) -> int:
    """Writes the released outcome of each proposal and sends a letter to its authors; returns how many.

    ``outcomes`` maps proposal numbers to "accepted", "rejected" or "waitlisted". All or nothing: raises ``Missing``
    for a proposal of another conference, ``Refused`` for one that was withdrawn. An answer that no longer fits is
    taken back. A handful of statements, however many proposals.
    """
    require(policy.can_tell_outcomes(work.actor, conference_id, work.now))
    proposals = _load(work, conference_id, outcomes)
    for proposal in proposals:
        require(policy.can_be_told(proposal.stage))
        work.emit(DecisionTold(proposal.id, release_id), conference_id=conference_id)
    outdated = [row for row in proposals if outcomes[row.id] != "accepted" and row.answer != "unanswered"]
    advance_all(work, outdated, "ask_again", machine=ANSWER)
    for outcome, action in ACTIONS.items():
        told = [row for row in proposals if outcomes[row.id] == outcome]
        advance_all(work, told, action, machine=OUTCOME, release_id=release_id)
    return len(outcomes)


def outcomes_of(work: Work, conference_id: int) -> dict[int, OutcomeFacts]:
    """Released outcome and answer of every submitted proposal. One query."""
    rows = work.db.execute(
        select(Proposal.id, Proposal.outcome, Proposal.answer).where(
            Proposal.conference_id == conference_id, Proposal.stage == "submitted"
        )
    )
    return {row.id: OutcomeFacts(row.outcome, row.answer) for row in rows}


def preview_letters(
    work: Work, conference_id: int, outcomes: Mapping[int, str], parts: Mapping[int, DecisionParts]
) -> dict[int, list[Letter]]:
    """By proposal, the very letters that ``tell_outcomes`` would send, made by the same composer. Two queries."""
    from cfp.letters import decision_letters

    require(policy.can_tell_outcomes(work.actor, conference_id, work.now))
    empty = DecisionParts()
    wanted = {number: (outcome, parts.get(number, empty)) for number, outcome in outcomes.items()}
    return decision_letters(work.db, conference_id, wanted)


def _load(work: Work, conference_id: int, numbers: Iterable[int]) -> list[Proposal]:
    wanted = sorted(numbers)
    found: list[Proposal] = []
    for start in range(0, len(wanted), ROWS_IN_ONE_QUERY):
        batch = wanted[start : start + ROWS_IN_ONE_QUERY]
        found += work.db.scalars(
            select(Proposal)
            .where(Proposal.conference_id == conference_id, Proposal.id.in_(batch))
            .order_by(Proposal.id)
            .with_for_update()
        )
    if len(found) != len(wanted):
        raise Missing()
    return found
