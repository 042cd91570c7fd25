"""What happens on this floor, as numbers of rows."""

from dataclasses import dataclass
from typing import ClassVar

from plumbing.outbox import Event


@dataclass(frozen=True, slots=True)
class ScheduleReleased(Event):
    kind: ClassVar[str] = "ScheduleReleased"
    release_id: int
