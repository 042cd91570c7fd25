"""Catalogs: every sentence of code and templates, collected, compared with its translations, compiled.

Used by ``tools/translations`` and by the test that no sentence is left in English.
"""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
NOT_SAID_TO_PEOPLE = {"tests", "demo", "migrations"}
SOURCES = (*sorted({file.parent.name for file in ROOT.glob("*/__init__.py")} - NOT_SAID_TO_PEOPLE), "templates")
LOCALES = ("de", "it")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "sentence": None,
    "counted": (1, 2),
    "no": None,
}
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.md", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {"**.html": {"encoding": "utf-8"}, "**.md": {"encoding": "utf-8"}}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")
NOT_FOR_PEOPLE = frozenset({"sign-in"})

Message = tuple[str, ...]
"""(words,) or (singular, plural)."""


def collected() -> Catalog:
    """Everything that is said, with the places where."""
    catalog = Catalog(project="Rostrum", charset="utf-8")
    for source in SOURCES:
        found = extract_from_dir(
            ROOT / source,
            method_map=METHODS,
            options_map=OPTIONS,
            keywords=KEYWORDS,
            strip_comment_tags=True,
            directory_filter=lambda folder: Path(folder).name != "__pycache__",
        )
        for file, _line, message, _comments, context in found:
            if message and message not in NOT_FOR_PEOPLE:
                catalog.add(message, locations=[(f"{source}/{file}", 0)], context=context)
        for path in (ROOT / source).rglob("*.py"):
            for message in held_in_names(path.read_text("utf-8")):
                if message not in NOT_FOR_PEOPLE:
                    catalog.add(message, locations=[(str(path.relative_to(ROOT)), 0)])
    return catalog


def held_in_names(code: str) -> list[str]:
    """Sentences that a name holds before they are said (``words = "…"``, ``sentence(words)``): extraction sees none."""
    nodes = list(ast.walk(ast.parse(code)))
    said = {
        call.args[0].id
        for call in nodes
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Name)
        if getattr(call.func, "id", None) in KEYWORDS
    }
    return [
        node.value.value
        for node in nodes
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if any(isinstance(target, ast.Name) and target.id in said for target in node.targets)
    ]


def load(folder: Path, locale: str) -> Catalog:
    path = _po(folder, locale)
    if not path.exists():
        return Catalog(locale=locale, project="Rostrum", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def update(folder: Path, locales: tuple[str, ...] = LOCALES) -> dict[str, int]:
    """Brings the catalogs up to what is said and compiles them; returns how many messages lack a translation."""
    template = collected()
    missing = {}
    for locale in locales:
        catalog = load(folder, locale)
        changed_at = catalog.creation_date, catalog.revision_date
        catalog.update(template, no_fuzzy_matching=True)
        # The moment of a run would make every run a change; who changed what, and when, the history of the files says.
        catalog.creation_date, catalog.revision_date = changed_at
        catalog.obsolete.clear()
        path = _po(folder, locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=120, sort_output=True, omit_header=False, no_location=True)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        missing[locale] = len(list(untranslated(catalog, template)))
    return missing


def compiled(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def untranslated(catalog: Catalog, template: Catalog) -> Iterator[Message]:
    """Messages without words in this language, or with words that lack a placeholder or have one too many."""
    for message in template:
        if not message.id:
            continue
        said = _several(message.id)
        known = catalog.get(message.id, message.context)
        answers = () if known is None or known.fuzzy else _several(known.string)
        if not answers or not all(answers) or not _fits(said, answers):
            yield said


def _several(words: object) -> Message:
    """The forms of a message or its translation; one when it has no plural."""
    return tuple(str(form or "") for form in words) if isinstance(words, (tuple, list)) else (str(words or ""),)


def _fits(said: Message, answers: Message) -> bool:
    wanted = set(PLACEHOLDER.findall(said[-1]))
    return all(set(PLACEHOLDER.findall(answer)) <= wanted | {"num"} for answer in answers) and (
        set(PLACEHOLDER.findall(answers[-1])) == wanted
    )


def _po(folder: Path, locale: str) -> Path:
    return folder / locale / "LC_MESSAGES" / "messages.po"
