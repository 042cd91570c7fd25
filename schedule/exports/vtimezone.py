"""VTIMEZONE bounded to the instants that a calendar holds.

RFC 5545, 3.6.5: the onset of an observance is a local time counted in the offset *before* it. The
generator of the icalendar library counts it in the offset after, an hour wrong on the day of a clock
change, hence this one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_STEP = timedelta(hours=6)
_MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Observance:
    offset: timedelta
    name: str
    daylight: bool


@lru_cache(maxsize=64)
def vtimezone(zone: str, first: datetime, last: datetime) -> Timezone:
    """Observances of ``zone`` from the day before ``first`` to the day after ``last``; do not change it."""
    info = ZoneInfo(zone)
    component = Timezone()
    component.add("tzid", zone)
    at = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - _MARGIN
    end = last.astimezone(UTC) + _MARGIN
    before = _observed(info, at)
    _add(component, at, before, before)
    while at < end:
        after = _observed(info, at + _STEP)
        if after != before:
            onset = _onset(info, at, at + _STEP, before)
            _add(component, onset, before, after)
            before = after
        at += _STEP
    return component


def _observed(info: ZoneInfo, instant: datetime) -> _Observance:
    local = instant.astimezone(info)
    return _Observance(local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst()))


def _onset(info: ZoneInfo, low: datetime, high: datetime, before: _Observance) -> datetime:
    """The minute at which ``before`` ends, between the two instants."""
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if _observed(info, middle) == before else (low, middle)
    return high


def _add(component: Timezone, onset: datetime, before: _Observance, after: _Observance) -> None:
    part = TimezoneDaylight() if after.daylight else TimezoneStandard()
    part.add("dtstart", (onset + before.offset).replace(tzinfo=None))
    part.add("tzname", after.name)
    part.add("tzoffsetfrom", before.offset)
    part.add("tzoffsetto", after.offset)
    component.add_component(part)
