"""The life of a proposal: three tables of steps, and ``advance`` (``advance_all``), the only way to assign a stage.

``docs/lifecycle.md`` is generated from here.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from cfp.models import ANSWERS, OUTCOMES, STAGES, Proposal
from conference.work import Work
from plumbing.answers import require
from plumbing.stages import Machine, Step

STAGE = Machine(
    thing="proposal",
    field="stage",
    stages=STAGES,
    initial="draft",
    steps=(
        Step("submit", ("draft",), "submitted", "author", "ProposalSubmitted"),
        Step("withdraw", ("draft", "submitted"), "withdrawn", "author or chair", "ProposalWithdrawn"),
        Step("restore", ("withdrawn",), "draft", "author before the deadline, or chair", None),
        Step("reinstate", ("withdrawn",), "submitted", "author before the deadline, or chair", None),
    ),
)
OUTCOME = Machine(
    thing="proposal",
    field="outcome",
    stages=OUTCOMES,
    initial="undecided",
    steps=(
        Step("accept", OUTCOMES, "accepted", "chair, by releasing", "DecisionTold"),
        Step("reject", OUTCOMES, "rejected", "chair, by releasing", "DecisionTold"),
        Step("waitlist", OUTCOMES, "waitlisted", "chair, by releasing", "DecisionTold"),
    ),
)
ANSWER = Machine(
    thing="proposal",
    field="answer",
    stages=ANSWERS,
    initial="unanswered",
    steps=(
        Step("confirm", ("unanswered", "declined"), "confirmed", "author", "ProposalConfirmed"),
        Step("decline", ("unanswered", "confirmed"), "declined", "author", "ProposalDeclined"),
        Step("ask_again", ("confirmed", "declined"), "unanswered", "chair, by releasing", None),
    ),
)
ROWS_IN_ONE_STATEMENT = 500
MACHINES = (STAGE, OUTCOME, ANSWER)


def as_markdown() -> str:
    """``docs/lifecycle.md``; ``python -m cfp.lifecycle`` prints it."""
    parts = [HEAD]
    for machine in MACHINES:
        parts.append(f"## {machine.thing}.{machine.field}\n\nBegins as **{machine.initial}**.\n")
        rows = [
            f"| {step.action} | {', '.join(step.sources)} | {step.target} | {step.who} | {step.event or ''} |"
            for step in machine.steps
        ]
        parts.append(
            "\n".join(["| step | from | to | who | told as |", "| --- | --- | --- | --- | --- |", *rows]) + "\n"
        )
    return "\n".join(parts)


HEAD = """# The life of a proposal

Three facts with three owners, never one field: what the authors did (`stage`), what the committee told them
(`outcome`), and what they answered (`answer`). What a page says is made of the three.
Made from `cfp/lifecycle.py`; a test compares.
"""


def advance(work: Work, proposal: Proposal, action: str, *, machine: Machine = STAGE, **after: Any) -> None:
    """Takes the step, or raises ``Refused`` with the reason. Logs it; ``after`` joins the audit entry."""
    before = getattr(proposal, machine.field)
    require(machine.can(before, action))
    setattr(proposal, machine.field, machine.step(action).target)
    proposal.changed_at = work.now
    _log(work, proposal, action, machine, before, after)


def advance_all(
    work: Work, proposals: Sequence[Proposal], action: str, *, machine: Machine = STAGE, **after: Any
) -> None:
    """The same step for many, in one statement for each 500. All or none: ``Refused`` when one cannot take it."""
    target = machine.step(action).target
    for proposal in proposals:
        before = getattr(proposal, machine.field)
        require(machine.can(before, action))
        _log(work, proposal, action, machine, before, after)
    for start in range(0, len(proposals), ROWS_IN_ONE_STATEMENT):
        work.db.execute(
            update(Proposal)
            .where(Proposal.id.in_([row.id for row in proposals[start : start + ROWS_IN_ONE_STATEMENT]]))
            .values({machine.field: target, "changed_at": work.now, "version": Proposal.version + 1})
        )


def _log(work: Work, proposal: Proposal, action: str, machine: Machine, before: str, after: dict[str, Any]) -> None:
    work.audit(
        f"{machine.thing}.{action}",
        conference_id=proposal.conference_id,
        subject=("proposal", proposal.id),
        before={machine.field: before},
        after={machine.field: machine.step(action).target, **after},
    )


if __name__ == "__main__":
    print(as_markdown(), end="")
