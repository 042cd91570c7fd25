"""Rules about templates and style sheets: colours in one file, nothing that a strict policy blocks."""

import re
from html.parser import HTMLParser
from pathlib import Path

from tests.house.checks.source import files, name_of

# The one home of colours; and places whose readers (mail clients, printers) know no custom properties.
RAW_COLOURS_ALLOWED = ("static/css/tokens.css", "templates/mail/", "templates/pdf/")
# Mail clients drop style sheets, so mail carries its style in the tags.
INLINE_ALLOWED = ("templates/mail/",)
# Blocks of data are not run, and a policy does not stop them.
DATA_TYPES = {"application/json", "application/ld+json"}

COLOUR = re.compile(
    r"(?:\#|%23)(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w-])"
    r"|(?<![\w-])(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\("
    r"|(?<![\w-])(?:black|white|red|green|blue|gr[ae]y|silver|orange|yellow|purple|navy|teal|maroon|crimson|gold"
    r"|tomato|pink|brown|cyan|magenta|lime|olive|indigo|violet|salmon|coral)(?![\w-])",
    re.IGNORECASE,
)
DECLARATION = re.compile(r"[\w-]+\s*:\s*([^;{}]+)(?=[;}])")
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
QUOTED = re.compile(r"\"(?!data:)[^\"]*\"|'(?!data:)[^']*'")
JINJA = re.compile(r"\{\#.*?\#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
COLOURED_ATTRIBUTES = {
    *("fill", "stroke", "color", "stop-color", "flood-color", "lighting-color", "bgcolor", "background"),
    *("style", "content"),
}
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX|[Ll]orem ipsum)\b")


def raw_colours_in_css(root: Path) -> list[str]:
    found = []
    for file in files(root, ("static/css",), ".css"):
        if _is_allowed(root, file, RAW_COLOURS_ALLOWED):
            continue
        text = CSS_COMMENT.sub(_blank, file.read_text(encoding="utf-8"))
        for declaration in DECLARATION.finditer(text):
            if colour := COLOUR.search(QUOTED.sub("", declaration.group(1))):
                line = text.count("\n", 0, declaration.start()) + 1
                found.append(f"{name_of(root, file, line)} has the raw colour {colour.group()}")
    return found


def raw_colours_in_templates(root: Path) -> list[str]:
    return [
        f"{name_of(root, file, line)} has the raw colour {colour.group()}"
        for file in files(root, ("templates",), ".html", ".svg", ".xml")
        if not _is_allowed(root, file, RAW_COLOURS_ALLOWED)
        for line, _tag, attributes in _tags(file)
        for name, value in attributes
        if name in COLOURED_ATTRIBUTES and (colour := COLOUR.search(value or ""))
    ]


def inline_code(root: Path) -> list[str]:
    """What the Content Security Policy would block: script and style in the page, event attributes."""
    found = []
    for file in files(root, ("templates",), ".html", ".svg", ".xml"):
        if _is_allowed(root, file, INLINE_ALLOWED):
            continue
        for line, tag, attributes in _tags(file):
            found += [f"{name_of(root, file, line)} has {what}" for what in _blocked(tag, dict(attributes))]
    return found


def unfinished_words(root: Path) -> list[str]:
    """Ruff finds them in Python; this finds them in everything else."""
    return [
        f"{name_of(root, file, number)} says “{word.group()}”"
        for file in files(root, ("templates", "static", "docs"), ".html", ".js", ".css", ".txt", ".md")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if (word := UNFINISHED.search(line))
    ]


def _blocked(tag: str, attributes: dict[str, str | None]) -> list[str]:
    found = [name for name in attributes if name == "style" or re.fullmatch(r"on[a-z]+", name)]
    found = [f"the attribute {name}=" for name in found]
    if tag == "style":
        found.append("a <style> block")
    if tag == "script" and "src" not in attributes and attributes.get("type") not in DATA_TYPES:
        found.append("a <script> block")
    if any((attributes.get(name) or "").strip().lower().startswith("javascript:") for name in ("href", "action")):
        found.append("a javascript: address")
    return found


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((self.getpos()[0], tag, attrs))


def _tags(file: Path) -> list[tuple[int, str, list[tuple[str, str | None]]]]:
    """Tags with line and attributes; Jinja's own marks are taken out first, what they enclose stays."""
    parser = _Tags()
    parser.feed(JINJA.sub(_blank, file.read_text(encoding="utf-8")))
    parser.close()
    return parser.found


def _blank(found: re.Match[str]) -> str:
    """As many lines as before, so that line numbers stay true."""
    return " " + "\n" * found.group().count("\n")


def _is_allowed(root: Path, file: Path, places: tuple[str, ...]) -> bool:
    name = name_of(root, file)
    return any(name == place or (place.endswith("/") and name.startswith(place)) for place in places)
