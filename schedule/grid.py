"""The picture of a day: rooms side by side, five minutes a row. Shared by the editor and the public agenda."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

STEP_MINUTES = 5
ROWS_MAX = 360
SPAN_MAX = 288
ROOMS_PER_GRID = 40
LABEL_MINUTES = 30
SHORT_DAY = timedelta(hours=20)
ROUND = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Frame:
    """The shown part of a day, from ``starts_at`` (on a step) to ``ends_at``, in UTC."""

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo

    @property
    def row_count(self) -> int:
        return min(ROWS_MAX, _steps(self.ends_at - self.starts_at))

    def row(self, instant: datetime) -> int:
        return max(1, min(ROWS_MAX, (instant - self.starts_at) // timedelta(minutes=STEP_MINUTES) + 1))

    def span(self, starts_at: datetime, length_minutes: int) -> int:
        """Rows that the time touches; a slot off the grid's beat takes the row it begins in too."""
        end = starts_at + timedelta(minutes=length_minutes)
        last = self.starts_at + (self.row(starts_at) - 1) * timedelta(minutes=STEP_MINUTES)
        return max(1, min(SPAN_MAX, _steps(end - last)))

    def times(self) -> list[tuple[int, str, bool]]:
        """(row, text, is a full hour) for each label, by the clock of the venue."""
        found = []
        for row in range(1, self.row_count + 1):
            local = (self.starts_at + (row - 1) * timedelta(minutes=STEP_MINUTES)).astimezone(self.zone)
            if local.minute % LABEL_MINUTES == 0:
                found.append((row, f"{local:%H:%M}", local.minute == 0))
        return found


def frame_of(
    starts_at: datetime, ends_at: datetime, used: Iterable[tuple[datetime, datetime]], zone: ZoneInfo, *, whole: bool
) -> Frame:
    """The day's own window, stretched to hold everything. A window of a whole night is cut to what is used.

    Imported days often last 24 hours; a grid of that height shows mostly nothing.
    """
    times = list(used)
    first = min((start for start, _end in times), default=starts_at)
    last = max((end for _start, end in times), default=ends_at)
    if not whole and times and ends_at - starts_at > SHORT_DAY:
        starts_at, ends_at = max(starts_at, first - ROUND), min(ends_at, last + ROUND)
    begin, end = min(starts_at, first).astimezone(UTC), max(ends_at, last).astimezone(UTC)
    begin -= timedelta(minutes=begin.minute % STEP_MINUTES, seconds=begin.second, microseconds=begin.microsecond)
    return Frame(begin, end, zone)


def lanes(items: Sequence[tuple[int, int, int]]) -> list[int]:
    """0 for what stands free in its column, 1 and more for what would cover something: (col, row, span) in order."""
    ends: dict[int, list[int]] = {}
    found = []
    for col, row, span in items:
        taken = ends.setdefault(col, [])
        lane = next((place for place, end in enumerate(taken) if end <= row), len(taken))
        taken[lane : lane + 1] = [row + span]
        found.append(lane)
    return found


def clock_words(starts_at: datetime, length_minutes: int, zone: ZoneInfo) -> str:
    """“10:00–10:45” by the clock of the venue; computed in UTC, so that a clock change does not bend it."""
    begin = starts_at.astimezone(UTC)
    end = begin + timedelta(minutes=length_minutes)
    return f"{begin.astimezone(zone):%H:%M}–{end.astimezone(zone):%H:%M}"


def _steps(length: timedelta) -> int:
    return -(-length // timedelta(minutes=STEP_MINUTES))
