import re

import pytest

from conference.palette import ACCENTS, TRACK_COLOURS
from schedule.document import DocTrack
from schedule.programme.colours import FALLBACK, WHITE, colour_rules, contrast, deep, ink, tint

ANY = [*TRACK_COLOURS.values(), *ACCENTS.values(), "#ffff00", "#ffffff", "#000000", "#00ff7f"]


def rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(part, 16) / 255 for part in re.findall("[0-9a-f]{2}", colour))
    return red, green, blue


@pytest.mark.parametrize("colour", ANY)
def test_words_are_legible_whatever_the_colour(colour):
    assert round(contrast(rgb(ink(colour)), rgb(tint(colour))), 1) >= 7.0
    assert round(contrast(rgb(deep(colour)), WHITE), 1) >= 4.5


def test_a_colour_that_is_none_becomes_the_fallback():
    track = DocTrack("x", "X", "red; } body { display: none", "red", special=False, description="")
    rules = colour_rules("url(http://a.example/)", [track])
    assert "display" not in rules and "url" not in rules
    assert rules.count(f": {FALLBACK};") == 3
