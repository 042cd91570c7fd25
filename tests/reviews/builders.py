"""Rows of this floor for tests; the cast and the rest come from ``tests.factories``."""

from typing import Any

from sqlalchemy.orm import Session

from plumbing.refs import new_ref
from reviews.models import Assignment, ConflictOfInterest, Review, ReviewScore
from tests import factories
from tests.factories import Cast, add, now


def assign(db: Session, cast: Cast, reviewer_id: int, *proposals: Any) -> None:
    for proposal in proposals:
        add(
            db,
            Assignment(
                conference_id=cast.conference,
                reviewer_id=reviewer_id,
                proposal_id=proposal.id,
                plan_id=None,
                assigned_at=now(),
            ),
        )


def review(
    db: Session, cast: Cast, reviewer_id: int, proposal_id: int, scores: tuple[int, ...] = (4, 2), **values: Any
) -> Review:
    """A sent review with one score for each criterion of the cast."""
    defaults: dict[str, Any] = {
        "conference_id": cast.conference,
        "ref": new_ref(),
        "reviewer_id": reviewer_id,
        "proposal_id": proposal_id,
        "state": "submitted",
        "text": "A fine proposal.",
        "confidence": 3,
        "started_at": now(),
        "saved_at": now(),
        "submitted_at": now(),
    }
    made: Review = add(db, Review(**{**defaults, **values}))
    for criterion, value in zip(cast.criteria, scores, strict=False):
        add(
            db,
            ReviewScore(conference_id=cast.conference, review_id=made.id, criterion_id=criterion, value=value),
        )
    return made


def conflict(db: Session, cast: Cast, reviewer_id: int, proposal_id: int, kind: str = "reviewer_declared") -> None:
    add(
        db,
        ConflictOfInterest(
            conference_id=cast.conference, reviewer_id=reviewer_id, proposal_id=proposal_id, kind=kind, at=now()
        ),
    )


def another_reviewer(db: Session, cast: Cast, name: str) -> tuple[int, int]:
    """(account, reviewer) of somebody new on the committee."""
    person = factories.account(db, name)
    factories.role(db, cast.conference, person.id, "reviewer")
    return person.id, factories.reviewer(db, cast.conference, person.id).id
