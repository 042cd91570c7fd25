"""Dates are written as each language writes them."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from conference.locale import date_words, day_words, days_words, instant_words, speaking

MOMENT = datetime(2027, 2, 25, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "moment", "day", "short"),
    [
        ("en", "25 Feb 2027, 14:30 CET", "25 Feb 2027", "Thu 25 Feb"),
        ("de", "25. Feb. 2027, 14:30 MEZ", "25. Feb. 2027", "Do., 25. Feb."),
        ("it", "25 feb 2027, 14:30 CET", "25 feb 2027", "gio 25 feb"),
    ],
)
def test_dates_in_each_language(app: Flask, locale: str, moment: str, day: str, short: str) -> None:
    with app.test_request_context(), speaking(locale):
        assert instant_words(MOMENT, "Europe/Rome") == moment
        assert day_words(MOMENT, "Europe/Rome") == day
        assert date_words(date(2027, 2, 25), pattern="EEE d MMM") == short


@pytest.mark.parametrize("locale", ["en", "de", "it"])
def test_universal_time_has_a_name_in_every_language(app: Flask, locale: str) -> None:
    with app.test_request_context(), speaking(locale):
        assert [instant_words(MOMENT, zone).split()[-1] for zone in ("UTC", "Etc/UTC", "Atlantic/Reykjavik")] == [
            "UTC", "UTC", "GMT" if locale == "en" else "UTC",
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "7–8 Jan 2027"), ("de", "7.–8. Jan. 2027"), ("it", "07–08 gen 2027")]
)
def test_days_in_one_month_name_it_once(app: Flask, locale: str, words: str) -> None:
    with app.test_request_context(), speaking(locale):
        assert days_words(date(2027, 1, 7), date(2027, 1, 8), month="MMM") == words
        assert days_words(date(2027, 1, 7), date(2027, 1, 7), month="MMM").count("7") == 2
