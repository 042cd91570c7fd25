"""The cover: the timetable itself as a picture, each room a line and each talk a bar."""

from dataclasses import dataclass
from datetime import datetime

from schedule.document import DocDay, DocSlot
from schedule.programme.entries import Entries
from schedule.programme.wording import minutes_between

DAY_WIDTH = 1000
DAY_GAP = 60
LINE_HEIGHT = 100
BAR_HEIGHT = 76
BAR_GAP = 5
# Tracks differ in strength; there are never many on one line.
OPACITIES = (0.92, 0.34, 0.6, 0.22, 0.76, 0.46)
PLENARY_OPACITY = 0.14


@dataclass(frozen=True, slots=True)
class Bar:
    x: int
    y: int
    width: int
    height: int
    opacity: float


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    bars: tuple[Bar, ...]


def picture_of(entries: Entries) -> Picture:
    days = list(entries.days())
    rooms = [room.guid for room in entries.document.rooms]
    line_count = max(1, len(rooms))
    bars = [
        bar for at, day in enumerate(days) for bar in _bars_of_day(entries, day, at * (DAY_WIDTH + DAY_GAP), line_count)
    ]
    width = max(1, len(days)) * (DAY_WIDTH + DAY_GAP)
    return Picture(width, line_count * LINE_HEIGHT, tuple(bars))


def _bars_of_day(entries: Entries, day: DocDay, left: int, line_count: int) -> list[Bar]:
    slots = [slot for slot in entries.slots(day) if slot.kind != "break"]
    if not slots:
        return []
    busy = _BusyTime(slots)
    line_of = {room.guid: line for line, room in enumerate(entries.document.rooms)}
    tracks = {track.slug: number for number, track in enumerate(entries.document.tracks)}
    bars = []
    for slot in slots:
        x = left + busy.share(slot.starts_at) * DAY_WIDTH
        width = max(2.0, left + busy.share(slot.ends_at) * DAY_WIDTH - x - BAR_GAP)
        line, height = 0, line_count * LINE_HEIGHT - (LINE_HEIGHT - BAR_HEIGHT)
        if slot.room is not None:
            line, height = line_of[slot.room], BAR_HEIGHT
        bars.append(Bar(round(x), line * LINE_HEIGHT, round(width), height, _opacity(entries, slot, tracks)))
    return bars


class _BusyTime:
    """Time of a day without the minutes in which nothing happens at all."""

    def __init__(self, slots: list[DocSlot]) -> None:
        self._start = min(slot.starts_at for slot in slots)
        self._passed = [0]
        busy = {minute for slot in slots for minute in range(self._minute(slot.starts_at), self._minute(slot.ends_at))}
        for minute in range(max(busy) + 1):
            self._passed.append(self._passed[-1] + (minute in busy))

    def share(self, instant: datetime) -> float:
        """0 at the first start, 1 at the last end."""
        return self._passed[self._minute(instant)] / self._passed[-1]

    def _minute(self, instant: datetime) -> int:
        return minutes_between(self._start, instant)


def _opacity(entries: Entries, slot: DocSlot, tracks: dict[str, int]) -> float:
    track = entries.index.track_of(slot)
    if slot.talk is None:
        return PLENARY_OPACITY
    return OPACITIES[tracks[track.slug] % len(OPACITIES)] if track else OPACITIES[1]
