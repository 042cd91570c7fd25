"""Letters that were not sent: chairs learn nothing of drafts, so not of those whom they invite either."""

from sqlalchemy import ColumnElement, or_, select

from cfp.authors import Authorship
from cfp.events import CoauthorInvited
from cfp.models import Proposal
from conference.undelivered import on_letters_read
from conference.work import Work
from plumbing.outbox import Outbox


@on_letters_read
def letters_of_what_was_sent_in(_work: Work, conference_id: int) -> ColumnElement[bool]:
    """Invitations only while the co-author stands on a proposal that the chairs have. No statement of its own."""
    known = (
        select(Authorship.id)
        .join(Proposal, Proposal.id == Authorship.proposal_id)
        .where(Proposal.conference_id == conference_id, Proposal.stage != "draft")
    )
    return or_(Outbox.kind != CoauthorInvited.kind, Outbox.payload["authorship_id"].as_integer().in_(known))
