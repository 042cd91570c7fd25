"""The clash finder's rules as wishes: what is fatal there is hard here, the rest has a price."""

from dataclasses import dataclass
from typing import ClassVar

from plumbing.sentences import Sentence, sentence
from schedule.clashes.kinds import ClashKind
from schedule.solve.free.wishes.base import Wish

RULES: dict[ClashKind, Sentence] = {
    ClashKind.UNKNOWN_ROOM: sentence("Every talk has a room of this event."),
    ClashKind.NO_LENGTH: sentence("Every talk has a length."),
    ClashKind.OUTSIDE_DAY: sentence("Every talk lies within a day."),
    ClashKind.ACROSS_PLENARY: sentence("Nothing runs during breaks and plenaries."),
    ClashKind.ROOM_TWICE: sentence("A room holds one talk at a time."),
    ClashKind.ROOM_CLOSED: sentence("A room is used only while it is available."),
    ClashKind.MISSING_FEATURE: sentence("A room has what the talk needs."),
    ClashKind.TOO_SMALL: sentence("A room has seats for all who are interested."),
    ClashKind.SPEAKER_TWICE: sentence("A person is in one place at a time."),
    ClashKind.SPEAKER_AWAY: sentence("Speakers and session chairs are available."),
    ClashKind.CHANGEOVER: sentence("There is time to change rooms."),
    ClashKind.TOO_MANY_TALKS: sentence("Nobody speaks too often in a day."),
    ClashKind.CHAIR_SPEAKS: sentence("A session chair does not speak in the session."),
    ClashKind.TRACK_CHAIR_ELSEWHERE: sentence("A track's chair is not wanted elsewhere while the track runs."),
    ClashKind.PREREQUISITE: sentence("A talk comes after those that it builds on."),
    ClashKind.TRACK_ORDER: sentence("The talks of a track keep their order."),
    ClashKind.TRACK_PARALLEL: sentence("A track does not run against itself."),
    ClashKind.QUOTA: sentence("Quotas of presenter kinds hold."),
}
ALWAYS_HARD = frozenset({ClashKind.UNKNOWN_ROOM, ClashKind.NO_LENGTH, ClashKind.OUTSIDE_DAY, ClashKind.ROOM_TWICE})
"""The solver keeps these whatever the world says of their severity: a proposal that breaks them is none."""


@dataclass(frozen=True)
class ClashRule(Wish):
    """The price of one warning of this kind, or None to forbid it. What the world calls fatal is hard anyway."""

    kind: ClashKind = ClashKind.ROOM_TWICE

    name: ClassVar[str] = "rule"

    def sentence(self) -> Sentence:
        return RULES[self.kind]
