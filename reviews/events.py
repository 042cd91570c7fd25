"""What happens on this floor, as numbers of rows."""

from dataclasses import dataclass
from typing import ClassVar

from plumbing.outbox import Event


@dataclass(frozen=True, slots=True)
class ReviewsAssigned(Event):
    """One reviewer got work: one event, and so one letter, for all proposals of one act of assigning."""

    kind: ClassVar[str] = "ReviewsAssigned"
    reviewer_id: int
    count: int
