"""Verdicts: private until they are released, changed at will until then and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from cfp.blind import BlindProposal, proposals_for_review
from cfp.outcomes import outcomes_of
from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, Refused, require
from plumbing.db import explain_constraint
from plumbing.sentences import counted, sentence
from reviews import policy
from reviews.models import VERDICTS, Decision
from reviews.walls import walls_of_actor

NOTE_CHARS_MAX = 5_000
PICKS_MAX = 2_000
SOMEBODY_ELSE = sentence("Another chair decided on this proposal meanwhile. The table shows what stands now.")
explain_constraint("uq_decision_proposal_id", SOMEBODY_ELSE)


@dataclass(frozen=True, slots=True)
class Pick:
    """One proposal as the chair saw it: ``version`` of its decision, 0 for none."""

    ref: str
    version: int


def decide(work: Work, *, conference_id: int, picks: Sequence[Pick], verdict: str | None) -> int:
    """Gives all of them this verdict, or takes it away (None); all or nothing. Returns how many changed.

    Raises ``Conflict`` when somebody decided on one of them meanwhile, ``Refused`` for one behind a wall, ``Invalid``
    when what would go has words to the authors.
    """
    require(policy.can_open_table(work.actor, conference_id, work.now))
    if verdict is not None and verdict not in VERDICTS:
        raise Invalid("verdict", "unknown", sentence("This is no verdict."))
    if not picks:
        raise Invalid("ref", "none", sentence("Please choose at least one proposal."))
    if len(picks) > PICKS_MAX:
        raise Invalid("ref", "too_many", sentence("At most %(most)s at once, please.", most=PICKS_MAX))
    chosen = _choose(work, conference_id, [pick.ref for pick in picks])
    rows = _load(work, conference_id, [proposal.id for proposal in chosen.values()])
    for pick in picks:
        row = rows.get(chosen[pick.ref].id)
        if pick.version != (0 if row is None else row.version):
            raise Conflict(SOMEBODY_ELSE)
    told = set() if verdict else _told(work, conference_id)
    place = _last_place(work, conference_id)
    changed = 0
    for pick in picks:
        number = chosen[pick.ref].id
        if number in told:
            raise Invalid("verdict", "told", sentence("Its authors have been told. Choose another verdict instead."))
        if verdict is None:
            _keep_words(chosen[pick.ref], rows.get(number))
        changed += _set(work, conference_id, number, rows.get(number), verdict, place + changed + 1)
    return changed


def write_note(work: Work, *, conference_id: int, ref: str, version: int, note: str) -> None:
    """Words to the authors of this one proposal, for the letter that tells the decision."""
    chosen = _choose(work, conference_id, [ref])
    require(policy.can_open_table(work.actor, conference_id, work.now))
    if len(note) > NOTE_CHARS_MAX:
        raise Invalid("note", "too_long", sentence("At most %(most)s characters, please.", most=NOTE_CHARS_MAX))
    row = _load(work, conference_id, [chosen[ref].id]).get(chosen[ref].id)
    if row is None:
        raise Invalid("note", "undecided", sentence("Choose a verdict first; the words go with it."))
    if row.version != version:
        raise Conflict(SOMEBODY_ELSE)
    before, row.note = row.note, note
    work.audit(
        "decision.note",
        conference_id=conference_id,
        subject=("proposal", row.proposal_id),
        before={"note": before},
        after={"note": note},
    )


def order_waitlist(work: Work, *, conference_id: int, refs: Sequence[str]) -> None:
    """Puts the waiting proposals into this order. Places of proposals that the chair cannot see stay theirs."""
    require(policy.can_open_table(work.actor, conference_id, work.now))
    chosen = _choose(work, conference_id, refs)
    rows = _load(work, conference_id, [proposal.id for proposal in chosen.values()])
    waiting = [rows.get(chosen[ref].id) for ref in refs]
    if len(set(refs)) != len(refs) or any(row is None or row.verdict != "waitlist" for row in waiting):
        raise Conflict(sentence("The waiting list changed meanwhile. It is shown as it stands now."))
    there = [row for row in waiting if row is not None]
    places = sorted(row.waitlist_position or 0 for row in there)
    for row, place in zip(there, places, strict=True):
        if row.waitlist_position != place:
            before, row.waitlist_position = row.waitlist_position, place
            work.audit(
                "decision.waitlist_order",
                conference_id=conference_id,
                subject=("proposal", row.proposal_id),
                before={"position": before},
                after={"position": place},
            )


def _choose(work: Work, conference_id: int, refs: Sequence[str]) -> dict[str, BlindProposal]:
    """The proposals of these references, each one asked about. ``Missing`` for what is not there or not theirs."""
    walls = walls_of_actor(work, conference_id)
    wanted = set(refs)
    found = {proposal.ref: proposal for proposal in proposals_for_review(work, conference_id) if proposal.ref in wanted}
    if wanted - found.keys():
        raise Missing()
    for proposal in found.values():
        answer = policy.can_decide(work.actor, walls.facts(proposal), work.now)
        if not answer and len(refs) > 1:
            words = counted(
                "Nothing was changed: “%(title)s” is among them. %(reason)s",
                "Nothing was changed: “%(title)s” is among the %(num)s. %(reason)s",
                len(refs),
                title=proposal.title,
                reason=answer.reason,
            )
            raise Refused(type(answer)(False, words, answer.hidden))
        require(answer)
    return found


def _keep_words(proposal: BlindProposal, row: Decision | None) -> None:
    """Words to the authors go with the verdict; whoever takes it away has to delete them knowingly."""
    if row is not None and row.note:
        reason = sentence(
            "“%(title)s” has words to its authors, which would be lost. Delete them first, or choose another verdict.",
            title=proposal.title,
        )
        raise Invalid("verdict", "has_words", reason)


def _load(work: Work, conference_id: int, numbers: Sequence[int]) -> Mapping[int, Decision]:
    rows = work.db.scalars(select(Decision).where(Decision.conference_id == conference_id))
    wanted = set(numbers)
    return {row.proposal_id: row for row in rows if row.proposal_id in wanted}


def _told(work: Work, conference_id: int) -> set[int]:
    return {number for number, facts in outcomes_of(work, conference_id).items() if facts.outcome != "undecided"}


def _last_place(work: Work, conference_id: int) -> int:
    most = work.db.scalar(select(func.max(Decision.waitlist_position)).where(Decision.conference_id == conference_id))
    return most or 0


def _set(work: Work, conference_id: int, number: int, row: Decision | None, verdict: str | None, place: int) -> bool:
    before = None if row is None else row.verdict
    if before == verdict:
        return False
    if verdict is None:
        work.db.delete(row)
    else:
        if row is None:
            row = Decision(conference_id=conference_id, proposal_id=number)
            work.db.add(row)
        row.verdict, row.decided_by_id, row.decided_at = verdict, work.actor.account_id, work.now
        row.waitlist_position = place if verdict == "waitlist" else None
        row.release_id = None
    work.audit(
        "decision.change" if verdict else "decision.clear",
        conference_id=conference_id,
        subject=("proposal", number),
        before={"verdict": before},
        after={"verdict": verdict},
    )
    return True
