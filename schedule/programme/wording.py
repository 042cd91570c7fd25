"""Dates, times, languages and reading direction in the language of the printed programme."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_gmt, get_timezone_name
from flask import has_app_context
from flask_babel import force_locale

from schedule.names import language_name

Locale = Literal["en", "de", "it"]

# British forms: 24 hours, and the day before the month.
_REGIONS: dict[Locale, str] = {"en": "en_GB", "de": "de_DE", "it": "it_IT"}
_FIRST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """``zone`` is the venue's; every instant is shown in it."""

    locale: Locale
    zone: ZoneInfo

    @property
    def region(self) -> str:
        return _REGIONS[self.locale]

    @property
    def tag(self) -> str:
        """For ``lang`` attributes."""
        return self.region.replace("_", "-")

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(self.zone)

    def time(self, instant: datetime) -> str:
        return format_time(self.local(instant), "HH:mm", locale=self.region)

    def span(self, start: datetime, end: datetime) -> str:
        return f"{self.time(start)}\N{EN DASH}{self.time(end)}"

    def day(self, on: date) -> str:
        """As a heading: with a capital letter in every language."""
        return _capital(format_date(on, "full", locale=self.region))

    def long_date(self, on: date) -> str:
        return format_date(on, "long", locale=self.region)

    def short_day(self, on: date) -> str:
        return format_date(on, "EEEE, d. MMMM" if self.locale == "de" else "EEEE d MMMM", locale=self.region)

    def short_heading(self, on: date) -> str:
        return _capital(self.short_day(on))

    def weekday(self, on: date) -> str:
        return format_date(on, "EEEE", locale=self.region)

    def short_weekday(self, on: date) -> str:
        return format_date(on, "EEE", locale=self.region)

    def dates(self, first: date, last: date) -> str:
        """``18–19 March 2027``."""
        last_words = self.long_date(last)
        if first == last:
            return last_words
        dot = "." if self.locale == "de" else ""
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}{dot}\N{EN DASH}{last_words}"
        first_words = format_date(first, f"d{dot} MMMM", locale=self.region)
        if first.year != last.year:
            first_words = self.long_date(first)
        return f"{first_words} \N{EN DASH} {last_words}"

    def zone_name(self, first: datetime, last: datetime) -> str:
        """``Central European Standard Time (UTC+01:00)``; both names when the clocks change in between."""
        names = dict.fromkeys(self._zone_name_at(instant) for instant in (first, last))
        return " / ".join(names)

    def _zone_name_at(self, instant: datetime) -> str:
        local = self.local(instant)
        name = get_timezone_name(local, locale=self.region)
        offset = get_timezone_gmt(local, width="iso8601", locale=self.region)
        return f"{name} (UTC{'' if offset == 'Z' else offset})"

    def language(self, code: str) -> str:
        return language_name(code, self.region)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


@contextmanager
def spoken(locale: Locale) -> Iterator[None]:
    """Sentences and templates inside are in this language, as far as an application has catalogs for it."""
    if not has_app_context():
        yield
        return
    with force_locale(_REGIONS[locale]):
        yield


def direction(text: str) -> Literal["ltr", "rtl"]:
    """By the first letter that has one."""
    for character in text[:_FIRST_CHARACTERS]:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def minutes_between(start: datetime, end: datetime) -> int:
    return int((end.astimezone(UTC) - start.astimezone(UTC)).total_seconds() // 60)
