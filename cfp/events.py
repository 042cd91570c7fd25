"""What happens on this floor, as numbers of rows. Notices here and above turn them into letters."""

from dataclasses import dataclass
from typing import ClassVar

from plumbing.outbox import Event


@dataclass(frozen=True, slots=True)
class ProposalSubmitted(Event):
    kind: ClassVar[str] = "ProposalSubmitted"
    proposal_id: int


@dataclass(frozen=True, slots=True)
class ProposalWithdrawn(Event):
    kind: ClassVar[str] = "ProposalWithdrawn"
    proposal_id: int


@dataclass(frozen=True, slots=True)
class ProposalConfirmed(Event):
    kind: ClassVar[str] = "ProposalConfirmed"
    proposal_id: int


@dataclass(frozen=True, slots=True)
class ProposalDeclined(Event):
    kind: ClassVar[str] = "ProposalDeclined"
    proposal_id: int


@dataclass(frozen=True, slots=True)
class CoauthorInvited(Event):
    kind: ClassVar[str] = "CoauthorInvited"
    authorship_id: int


@dataclass(frozen=True, slots=True)
class DecisionTold(Event):
    """An outcome was released. ``release_id`` is the number of the release upstairs that told it."""

    kind: ClassVar[str] = "DecisionTold"
    proposal_id: int
    release_id: int
