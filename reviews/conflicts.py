"""Which conflicts stand in the way, as parts of queries: all but those that the chairs dismissed."""

from sqlalchemy import ColumnElement, Exists, exists

from reviews.models import ConflictOfInterest, Review


def stands() -> ColumnElement[bool]:
    return ConflictOfInterest.state != "dismissed"


def reviewer_in_conflict() -> Exists:
    """Of a review in the enclosing query: whether whoever wrote it must not have."""
    return exists().where(
        ConflictOfInterest.reviewer_id == Review.reviewer_id,
        ConflictOfInterest.proposal_id == Review.proposal_id,
        stands(),
    )
