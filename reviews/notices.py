"""Letters of this floor: reviews were assigned. Decision letters are written downstairs (``cfp.letters``)."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from conference.letters import Recipient, compose_letter
from conference.locale import instant_words, speaking
from conference.models import Account, Conference, Role
from plumbing.kernel import kernel
from plumbing.outbox import Letter, on
from reviews.events import ReviewsAssigned
from reviews.models import Assignment, Reviewer, ReviewPhase
from reviews.service import releasing  # noqa: F401 (registers what decision letters get from this floor)


@on(ReviewsAssigned.kind)
def reviews_assigned(db: Session, payload: dict[str, Any], now: datetime) -> list[Letter]:
    """One letter, however many proposals. None for whoever is no reviewer any more or has nothing assigned by now."""
    row = db.execute(
        select(
            Account.email,
            Account.name,
            Account.locale,
            Conference.name.label("conference"),
            Conference.slug,
            Conference.zone,
            Conference.contact_email,
            ReviewPhase.closes_at,
        )
        .select_from(Reviewer)
        .join(Account, Account.id == Reviewer.account_id)
        .join(Conference, Conference.id == Reviewer.conference_id)
        .join(Role, (Role.account_id == Account.id) & (Role.conference_id == Conference.id))
        .outerjoin(ReviewPhase, ReviewPhase.conference_id == Conference.id)
        .where(Reviewer.id == payload["reviewer_id"], Role.kind == "reviewer")
    ).one_or_none()
    waiting = select(Assignment.id).where(
        Assignment.reviewer_id == payload["reviewer_id"], Assignment.ended_at.is_(None)
    )
    if row is None or db.scalar(waiting.limit(1)) is None:
        return []
    with speaking(row.locale):
        until = "" if row.closes_at is None else instant_words(row.closes_at, row.zone)
    path = current_app.url_map.bind("").build("reviews.my_reviews", {"event_slug": row.slug})
    return [
        compose_letter(
            "reviews.assigned",
            "reviews/assigned",
            Recipient(row.email, row.name, row.locale),
            conference=row.conference,
            count=payload["count"],
            until=until,
            page=f"{kernel().settings.base_url}{path}",
            contact=row.contact_email,
        )
    ]
