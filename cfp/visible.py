"""Lists begin here: the same rule as ``policy.can_see``, as a query. A property test proves that they agree."""

from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from cfp.authors import Authorship
from cfp.models import Proposal
from conference.actor import Actor


def visible_proposals(actor: Actor, conference_id: int) -> Any:
    """Numbers of all proposals that this person may see with their authors' names."""
    return select(Proposal.id).where(
        Proposal.conference_id == conference_id, or_(_own(actor), _led(actor, conference_id))
    )


def led_proposals(actor: Actor, conference_id: int) -> Any:
    """Numbers of those that this person sees as chair of the conference or of a track."""
    return visible_proposals(actor, conference_id).where(_led(actor, conference_id))


def _own(actor: Actor) -> ColumnElement[bool]:
    if actor.account_id is None:
        return false()
    return (
        select(Authorship.id)
        .where(Authorship.proposal_id == Proposal.id, Authorship.account_id == actor.account_id)
        .where(Authorship.accepted_at.is_not(None), Authorship.declined_at.is_(None))
        .exists()
    )


def _led(actor: Actor, conference_id: int) -> ColumnElement[bool]:
    if actor.is_chair(conference_id):
        led: ColumnElement[bool] = true()
    else:
        led = Proposal.track_id.in_(actor.chaired_tracks(conference_id))
    return and_(led, Proposal.stage != "draft")
