"""What happens on this floor and is told by mail: ids only."""

from dataclasses import dataclass
from typing import ClassVar

from plumbing.outbox import Event


@dataclass(frozen=True, slots=True)
class AddressToConfirm(Event):
    kind: ClassVar[str] = "AddressToConfirm"
    link_id: int


@dataclass(frozen=True, slots=True)
class PasswordToReset(Event):
    kind: ClassVar[str] = "PasswordToReset"
    link_id: int


@dataclass(frozen=True, slots=True)
class AddressUsedAgain(Event):
    """Somebody tried to sign up with an address that has an account: its owner is told, the stranger is not."""

    kind: ClassVar[str] = "AddressUsedAgain"
    account_id: int


@dataclass(frozen=True, slots=True)
class PasswordChanged(Event):
    kind: ClassVar[str] = "PasswordChanged"
    account_id: int


@dataclass(frozen=True, slots=True)
class TeamInvited(Event):
    kind: ClassVar[str] = "TeamInvited"
    invitation_id: int
