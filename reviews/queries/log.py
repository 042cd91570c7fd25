"""The audit log for somebody behind a wall: without what the committee thinks of that proposal."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, not_, or_, select, true

from conference.models import AuditEntry
from conference.queries import on_log_read
from conference.work import Work
from reviews.members import load_member
from reviews.models import Assignment, Review
from reviews.walls import walls_of_member

RULINGS = ("conflict.confirm", "conflict.dismiss", "conflict.reopen")
"""They may quote what an author said about somebody, which that person is never told."""


@on_log_read
def readable_entries(work: Work, conference_id: int) -> ColumnElement[bool]:
    """All but those about proposals behind the actor's walls, and what chairs said to conflicts of the actor's own.
    Without a row no wall is known, so none is readable.
    """
    if work.actor.is_system:
        return true()
    member = load_member(work, conference_id)
    if member is None:
        return not_(_about_judgement(None))
    walls = walls_of_member(work, conference_id, member.id, member.conflicts).numbers(work)
    mine = and_(AuditEntry.action.in_(RULINGS), AuditEntry.after["reviewer_id"].as_integer() == member.id)
    return not_(or_(_about_judgement(walls), mine)) if walls else not_(mine)


def _about_judgement(walls: frozenset[int] | None) -> ColumnElement[bool]:
    """Decisions, conflicts, reviews, assignments of these proposals (of every one for None); plans as a whole."""
    kind, subject = AuditEntry.subject_kind, AuditEntry.subject_id
    return or_(
        and_(kind == "proposal", AuditEntry.action.not_like("proposal.%"), _among(subject, walls)),
        and_(kind == "review", _within(subject, Review, walls)),
        and_(kind == "assignment", _within(subject, Assignment, walls)),
        # Plans are logged with a number of pairs: less those that the reader sees, it tells what is behind the wall.
        kind == "assignment_plan",
        # So does the number of letters that another chair looked at before they were sent.
        AuditEntry.action == "decision.preview",
        # And the number of letters that another chair saw and let be tried again.
        AuditEntry.action.in_(("letter.try_now", "letter.send_again")),
    )


def _among(column: Any, walls: frozenset[int] | None) -> ColumnElement[bool]:
    if walls is None:
        return true()
    found: ColumnElement[bool] = column.in_(sorted(walls)) if walls else false()
    return found


def _within(column: Any, model: Any, walls: frozenset[int] | None) -> ColumnElement[bool]:
    if walls is None:
        return true()
    found: ColumnElement[bool] = column.in_(select(model.id).where(_among(model.proposal_id, walls)))
    return found
