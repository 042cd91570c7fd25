"""Dates, clocks, lengths and zones as files write them; None for what cannot be read."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from schedule.document import LENGTH_MINUTES_MAX, YEAR_MAX, YEAR_MIN

_CLOCK = re.compile(r"([0-9]{1,2}):?([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?")
_HOURS = re.compile(r"([0-9]{1,3}):([0-9]{1,2})(?::[0-9]{1,2})?")
_DAYS = re.compile(r"([0-9]{1,2})[:.]([0-9]{2}):([0-9]{2}):00")
_ISO = re.compile(r"P(?:([0-9]{1,2})D)?T?(?:([0-9]{1,3})H)?(?:([0-9]{1,4})M)?(?:[0-9]+S)?", re.IGNORECASE)
_OFFSET = re.compile(r"[0-9](Z|[+-][0-9]{2}:?[0-9]{2})$", re.IGNORECASE)


def read_instant(text: str, zone: ZoneInfo) -> datetime | None:
    """An instant in UTC; a time without offset is one of ``zone``. Needs a date and a time."""
    text = text.strip()
    if len(text) < 12:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        instant = moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None
    return instant if YEAR_MIN < instant.year < YEAR_MAX else None


def read_date(text: str) -> date | None:
    """The calendar date that a date, or a date and time, begins with."""
    try:
        found = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    return found if YEAR_MIN < found.year < YEAR_MAX else None


def read_clock(text: str) -> time | None:
    """``09:30``, ``9:30``, ``0930`` or ``09:30:00``."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def read_minutes(text: str) -> int | None:
    """``1:30``, ``01:30``, ``01:30:00``, ``90``, ``PT1H30M`` or ``1:01:30:00``; from one minute to a week."""
    text = text.strip()
    if match := _HOURS.fullmatch(text):
        minutes = int(match[1]) * 60 + int(match[2])
    elif match := _DAYS.fullmatch(text):
        minutes = (int(match[1]) * 24 + int(match[2])) * 60 + int(match[3])
    elif re.fullmatch(r"[0-9]{1,5}(\.0+)?", text):
        minutes = int(float(text))
    elif match := _ISO.fullmatch(text):
        days, hours, rest = (int(part or 0) for part in match.groups())
        minutes = (days * 24 + hours) * 60 + rest
    else:
        return None
    return minutes if 1 <= minutes <= LENGTH_MINUTES_MAX else None


def read_zone(text: str) -> str | None:
    try:
        return ZoneInfo(text.strip()).key
    except (KeyError, ValueError, OSError):
        return None


def zone_of_offsets(times: Iterable[str]) -> str:
    """The fixed zone in which all these times are written; UTC where they differ or have no offset."""
    offsets = {match[1].upper() for text in times if (match := _OFFSET.search(text.strip()))}
    if len(offsets) == 1 and (match := re.fullmatch(r"([+-])([0-9]{2}):?00", offsets.pop())):
        hours = int(match[2])
        if 0 < hours <= 12:
            # The signs of these names are the wrong way round: Etc/GMT-2 lies east of Greenwich.
            return f"Etc/GMT{'-' if match[1] == '+' else '+'}{hours}"
    return "UTC"
