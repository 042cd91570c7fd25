"""Style rules for the colours that come with the data: the accent of the event and one colour per track.

Tracks may come from an import with any colour, so the tint behind text and the ink on it are derived, and the
ink is darkened until it is legible.
"""

import re
from collections.abc import Sequence

from schedule.document import DocTrack

Rgb = tuple[float, float, float]

FALLBACK = "#545f6c"
TINT_SHARE = 0.88
CONTRAST_MIN = 7.0
CONTRAST_BIG_MIN = 4.5
WHITE = (1.0, 1.0, 1.0)
BLACK = (0.0, 0.0, 0.0)
DARKEN_STEP = 0.06
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def colour_rules(accent: str, tracks: Sequence[DocTrack]) -> str:
    """CSS text. A thing of the third track has the class ``track-3``; without a track, ``track-0``."""
    rules = [
        f":root {{ --accent: {_valid(accent)}; --accent-tint: {tint(accent)}; --accent-ink: {ink(accent)};"
        f" --accent-deep: {deep(accent)} }}"
    ]
    for number, colour in enumerate([FALLBACK, *(track.colour for track in tracks)]):
        rules.append(
            f".track-{number} {{ --track: {_valid(colour)}; --track-tint: {tint(colour)}; --track-ink: {ink(colour)} }}"
        )
    return "\n".join(rules)


def tint(colour: str) -> str:
    return _hex(_mixed(_rgb(colour), WHITE, TINT_SHARE))


def ink(colour: str) -> str:
    """The colour, dark enough for small text on its own tint."""
    return _darkened(_rgb(colour), _rgb(tint(colour)), CONTRAST_MIN)


def deep(colour: str) -> str:
    """The colour, dark enough to carry white words."""
    return _darkened(_rgb(colour), WHITE, CONTRAST_BIG_MIN)


def _darkened(colour: Rgb, beside: Rgb, contrast_min: float) -> str:
    while contrast(colour, beside) < contrast_min:
        colour = _mixed(colour, BLACK, DARKEN_STEP)
    return _hex(colour)


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _valid(colour: str) -> str:
    return colour if _HEX.fullmatch(colour) else FALLBACK


def _rgb(colour: str) -> Rgb:
    digits = _valid(colour)
    return int(digits[1:3], 16) / 255, int(digits[3:5], 16) / 255, int(digits[5:7], 16) / 255


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
