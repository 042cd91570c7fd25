"""Which language and which zone a page speaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_interval, format_time
from flask import Flask, has_request_context, request
from flask_babel import Babel, force_locale, get_locale

from conference.current import current_actor
from conference.models import LOCALES

LOCALE_NAMES = (("en", "English"), ("de", "Deutsch"), ("it", "Italiano"))
LOCALE_COOKIE = "locale"
# Plain "en" writes 12-hour American times.
PATTERNS = {"en": "en_GB", "de": "de", "it": "it"}


def setup(app: Flask, folder: str) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = folder
    Babel(app, locale_selector=_choose, default_locale="en", default_timezone="UTC")
    app.jinja_env.globals.update(
        date_words=date_words,
        days_words=days_words,
        time_words=time_words,
        instant_words=instant_words,
        day_words=day_words,
    )


def _choose() -> str:
    if not has_request_context():
        return "en"
    chosen = request.cookies.get(LOCALE_COOKIE)
    if chosen in LOCALES:
        return chosen
    actor = current_actor()
    if actor.is_signed_in and actor.locale in LOCALES:
        return actor.locale
    return request.accept_languages.best_match(LOCALES) or "en"


def page_locale() -> str:
    return str(get_locale() or "en")


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Sentences and formats in this language within the block (mails, PDFs)."""
    with force_locale(locale if locale in LOCALES else "en"):
        yield


def date_words(day: date, *, pattern: str = "full") -> str:
    """“Friday, 5 March 2027” in the language of the page."""
    locale = PATTERNS[page_locale()]
    return format_date(day, _written(pattern, locale), locale=locale)


def days_words(first: date, last: date, *, month: str = "MMMM") -> str:
    """“7–8 January 2027”, with ``month="MMM"`` “7–8 Jan 2027”; one day is told as one."""
    return str(format_interval(first, last, f"y{month}d", locale=PATTERNS[page_locale()]))


def time_words(instant: datetime, zone: str) -> str:
    """“14:30” in the zone."""
    return format_time(instant, "HH:mm", tzinfo=ZoneInfo(zone), locale=PATTERNS[page_locale()])


def instant_words(instant: datetime, zone: str) -> str:
    """“5 Mar 2027, 14:30 CET”: a moment, with the zone that it is told in; “UTC” instead of “+0000”."""
    locale = PATTERNS[page_locale()]
    pattern = _written("d MMM yyyy, HH:mm zzz", locale)
    words = format_datetime(instant, pattern, tzinfo=ZoneInfo(zone), locale=locale)
    return f"{words.removesuffix('+0000')}UTC" if words.endswith("+0000") else words


def day_words(instant: datetime, zone: str) -> str:
    """A moment to the day only: what reviewers may see of when something happened."""
    locale = PATTERNS[page_locale()]
    return format_datetime(instant, _written("d MMM yyyy", locale), tzinfo=ZoneInfo(zone), locale=locale)


def _written(pattern: str, locale: str) -> str:
    """German puts a comma after the name of a day and a dot after its number: “Do., 25. Feb.”."""
    return pattern.replace("EEE d", "EEE, d").replace("d MMM", "d. MMM") if locale == "de" else pattern


def other_locale_url(code: str) -> str:
    """Address of the switch that stores the choice and leads back to this page."""
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return f"/language/{code}?{urlencode({'next': here})}"
