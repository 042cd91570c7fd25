"""Letters that were not sent, for somebody behind a wall: without those that tell what the committee does there."""

from sqlalchemy import ColumnElement, and_, exists, or_, true

from cfp.events import DecisionTold
from conference.undelivered import on_letters_read
from conference.work import Work
from plumbing.outbox import Outbox
from reviews.events import ReviewsAssigned
from reviews.models import Reviewer
from reviews.walls import behind_walls


@on_letters_read
def letters_in_sight(work: Work, conference_id: int) -> ColumnElement[bool]:
    """All but the decisions on proposals behind the actor's walls, and, where there is any wall, what reviewers were
    asked to do: one letter for all proposals of an act, so each may be about that one. Without a row no wall is known,
    so neither is shown.
    """
    if work.actor.is_system:
        return true()
    member = exists().where(Reviewer.conference_id == conference_id, Reviewer.account_id == work.actor.account_id)
    hidden = behind_walls(work, conference_id)
    about_others = Outbox.payload["proposal_id"].as_integer().not_in(hidden)
    return or_(
        Outbox.kind.not_in((DecisionTold.kind, ReviewsAssigned.kind)),
        and_(Outbox.kind == DecisionTold.kind, member, about_others),
        and_(Outbox.kind == ReviewsAssigned.kind, member, ~hidden.exists()),
    )
