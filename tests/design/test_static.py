"""What can be known about the design language without a browser."""

import hashlib
import itertools
import math
import re
from pathlib import Path

import pytest

from conference.palette import ACCENTS, TRACK_COLOURS, TRACK_INKS, TRACK_TINTS, track_colour_for

ROOT = Path(__file__).parents[2]
CSS = ROOT / "static/css"
VENDOR = ROOT / "static/vendor"
TOKENS = (CSS / "tokens.css").read_text()
THEMES = ("light", "dark")
AA_TEXT = 4.5
AA_SHAPE = 3.0
# Distance in OKLab below which two colours are taken for one on a projector.
TELL_APART = 0.06
MACRO_FILES = ("icons", "ui", "forms", "data", "review", "schedule", "public")

Pair = dict[str, tuple[str, str]]


def _declared(block: str) -> Pair:
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6,8}), (#[0-9a-f]{6,8})\);", block)
    return {name: (light, dark) for name, light, dark in found}


def _block(selector: str) -> Pair:
    match = re.search(re.escape(selector) + r" \{(.*?)\}", TOKENS, re.S)
    assert match, selector
    return _declared(match.group(1))


def _linear(colour: str) -> list[float]:
    values = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]


def contrast(one: str, other: str) -> float:
    """Contrast of two opaque colours as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _oklab(colour: str) -> tuple[float, float, float]:
    red, green, blue = _linear(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.793617785 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.428592205 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.808675766 * short,
    )


ROLES = _declared(TOKENS[: TOKENS.index("/* Accents")])
SURFACES = ("canvas", "surface", "raised", "sunken", "hover")
TONES = ("positive", "warning", "danger", "info")
TEXT_PAIRS = [
    *itertools.product(("ink", "ink-muted", "ink-faint"), SURFACES),
    *((f"{tone}-ink", f"{tone}-soft") for tone in TONES),
    *itertools.product((f"{tone}-ink" for tone in TONES), ("canvas", "surface")),
    ("on-solid", "danger"),
    ("ink", "highlight"),
]
SHAPE_PAIRS = [
    *itertools.product(("line-control", *TONES), ("canvas", "surface")),
    *((tone, f"{tone}-soft") for tone in TONES),
]


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_legible_on_every_surface(theme: str) -> None:
    at = THEMES.index(theme)
    pairs = [(ink, ground, contrast(ROLES[ink][at], ROLES[ground][at])) for ink, ground in TEXT_PAIRS]
    assert [pair for pair in pairs if pair[2] < AA_TEXT] == []


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_and_control_borders_are_visible(theme: str) -> None:
    at = THEMES.index(theme)
    pairs = [(shape, ground, contrast(ROLES[shape][at], ROLES[ground][at])) for shape, ground in SHAPE_PAIRS]
    assert [pair for pair in pairs if pair[2] < AA_SHAPE] == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ACCENTS)
def test_every_accent_is_legible_as_link_button_and_tint(name: str, theme: str) -> None:
    at = THEMES.index(theme)
    tokens = ROLES | _block(f'[data-accent="{name}"]')
    pairs = [*itertools.product(("accent", "accent-strong"), SURFACES), ("accent-ink", "accent-soft")]
    pairs += [
        ("on-accent", "accent"),
        ("on-accent", "accent-strong"),
        ("accent", "accent-soft"),
        ("ink", "accent-soft"),
    ]
    measured = [(ink, ground, contrast(tokens[ink][at], tokens[ground][at])) for ink, ground in pairs]
    assert [pair for pair in measured if pair[2] < AA_TEXT] == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", TRACK_COLOURS)
def test_every_track_colour_is_legible(name: str, theme: str) -> None:
    at = THEMES.index(theme)
    colours = _block(f'[data-track-colour="{name}"]')
    assert contrast(colours["track-ink"][at], colours["track-soft"][at]) >= AA_TEXT
    for ground in (colours["track-soft"], ROLES["surface"], ROLES["canvas"]):
        assert contrast(colours["track"][at], ground[at]) >= AA_SHAPE
    for ink in ("warning-ink", "danger-ink"):
        assert contrast(ROLES[ink][at], colours["track-soft"][at]) >= AA_TEXT


@pytest.mark.parametrize("theme", THEMES)
def test_track_colours_can_be_told_apart(theme: str) -> None:
    at = THEMES.index(theme)
    colours = {name: _oklab(_block(f'[data-track-colour="{name}"]')["track"][at]) for name in TRACK_COLOURS}
    close = [
        pair
        for pair in itertools.combinations(colours, 2)
        if math.dist(colours[pair[0]], colours[pair[1]]) < TELL_APART
    ]
    assert close == []


def test_the_palette_for_exports_is_that_of_the_light_theme() -> None:
    tokens = {name: _block(f'[data-track-colour="{name}"]') for name in TRACK_COLOURS}
    assert {name: block["track"][0] for name, block in tokens.items()} == TRACK_COLOURS
    assert {name: block["track-soft"][0] for name, block in tokens.items()} == TRACK_TINTS
    assert {name: block["track-ink"][0] for name, block in tokens.items()} == TRACK_INKS
    assert {name: _block(f'[data-accent="{name}"]')["accent"][0] for name in ACCENTS} == ACCENTS
    assert set(re.findall(r'\[data-track-colour="([\w-]+)"\]', TOKENS)) == set(TRACK_COLOURS)
    assert set(re.findall(r'\[data-accent="([\w-]+)"\]', TOKENS)) == set(ACCENTS)


def test_sixteen_tracks_get_sixteen_colours() -> None:
    assert {track_colour_for(position) for position in range(16)} == set(TRACK_COLOURS)
    assert track_colour_for(16) == track_colour_for(0)


def _rules(sheet: Path) -> str:
    """The text of a sheet without comments, fonts and the conditions of media queries, where no variable can stand."""
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
    return re.sub(r"@font-face \{.*?\}|@media [^{]*|url\([^)]*\)", "", text, flags=re.S)


@pytest.mark.parametrize("sheet", sorted(path.name for path in CSS.glob("*.css") if path.name != "tokens.css"))
def test_only_the_tokens_hold_raw_colours_and_sizes(sheet: str) -> None:
    rules = _rules(CSS / sheet)
    assert re.findall(r"#[0-9a-f]{3,8}\b(?=[;, )])|\b(?:rgb|hsl|oklch|lab|color-mix)a?\(", rules) == []
    raw = re.findall(r"(?<![\w.-])(?!1px)[\d.]+(?:px|rem|pt)\b", rules)
    assert raw == []


def _words_of_css() -> set[str]:
    return {name for sheet in CSS.glob("*.css") for name in re.findall(r"var\((--[\w-]+)", sheet.read_text())}


def test_every_variable_in_use_is_declared() -> None:
    declared = {name for sheet in CSS.glob("*.css") for name in re.findall(r"(--[\w-]+)\s*:", sheet.read_text())}
    assert sorted(_words_of_css() - declared) == []


def test_vendored_files_are_those_that_were_taken() -> None:
    lines = [line.split("  ") for line in (VENDOR / "SHA256SUMS").read_text().splitlines()]
    listed = {name: digest for digest, name in lines}
    files = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*") if path.is_file()}
    del files["SHA256SUMS"]
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == listed


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (VENDOR / "icons/sprite.svg").read_text()))
    call = re.compile(r'(?:\bicon|draw_icon|empty_state)\(\s*"([\w-]+)"|\bicon(?:_name)?=\s*"([\w-]+)"')
    named = {
        (path.name, one or other)
        for path in (ROOT / "templates").rglob("*.html")
        for one, other in call.findall(path.read_text())
    }
    assert sorted(pair for pair in named if pair[1] not in sprite) == []
    assert len(named) > 20


def test_pages_hold_no_inline_style_and_no_inline_script() -> None:
    forbidden = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", re.I)
    base = [ROOT / "templates/base.html", ROOT / "templates/styleguide.html"]
    own = [*base, *(ROOT / "templates/_macros").glob("*.html"), *(ROOT / "templates/errors").glob("*.html")]
    assert [(path.name, found) for path in own for found in forbidden.findall(path.read_text())] == []


def test_each_module_of_the_loader_exists_and_is_documented() -> None:
    loader = (ROOT / "static/js/main.js").read_text()
    modules = dict(re.findall(r'"(data-[\w-]+)": "(\w+)"', loader))
    guide = (ROOT / "docs/design-language.md").read_text()
    assert [name for name in modules.values() if not (ROOT / f"static/js/{name}.js").exists()] == []
    assert [attribute for attribute in modules if f"`{attribute}" not in guide] == []


def test_every_macro_is_documented() -> None:
    guide = (ROOT / "docs/design-language.md").read_text()
    macros = {
        name
        for path in (ROOT / "templates/_macros" / f"{part}.html" for part in MACRO_FILES)
        for name in re.findall(r"\{%-? macro ([a-z]\w*)\(", path.read_text())
    }
    assert sorted(name for name in macros if f"{name}(" not in guide) == []
