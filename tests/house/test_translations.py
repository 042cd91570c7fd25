"""Every sentence is said in German and Italian too, with the same placeholders, and the compiled catalogs are fresh."""

import re
import shutil
from pathlib import Path

import pytest
from babel.messages import Catalog

from plumbing import words
from tests.house.checks.source import ROOT

FOLDER = ROOT / "translations"


@pytest.fixture(scope="module")
def template() -> Catalog:
    return words.collected()


@pytest.mark.parametrize("locale", words.LOCALES)
def test_nothing_is_left_in_english(template: Catalog, locale: str) -> None:
    assert list(words.untranslated(words.load(FOLDER, locale), template)) == []


@pytest.mark.parametrize("locale", words.LOCALES)
def test_the_compiled_catalog_is_the_written_one(locale: str) -> None:
    compiled = (FOLDER / locale / "LC_MESSAGES" / "messages.mo").read_bytes()
    assert compiled == words.compiled(words.load(FOLDER, locale))


def test_a_run_does_not_change_the_date_of_a_catalog(tmp_path: Path) -> None:
    shutil.copytree(FOLDER / "de", tmp_path / "de")
    written = tmp_path / "de" / "LC_MESSAGES" / "messages.po"
    before = [line for line in written.read_text("utf-8").splitlines() if "-Date:" in line]
    words.update(tmp_path, ("de",))
    assert [line for line in written.read_text("utf-8").splitlines() if "-Date:" in line] == before
    assert len(before) == 2


def test_missing_words_and_lost_placeholders_are_noticed() -> None:
    template, catalog = Catalog(), Catalog(locale="de")
    for message in ("Hello %(name)s", "Goodbye", "Kept"):
        template.add(message)
    template.add(("%(num)s day", "%(num)s days"))
    catalog.add("Hello %(name)s", "Hallo")
    catalog.add("Kept", "Behalten")
    catalog.add(("%(num)s day", "%(num)s days"), ("%(num)s Tag", "%(num)s Tage"))
    assert sorted(words.untranslated(catalog, template)) == [("Goodbye",), ("Hello %(name)s",)]


def test_sentences_that_a_name_holds_are_collected() -> None:
    code = 'WAIT = "Wait %(n)s"\nOTHER = "never said"\nwords = "Too long"\nsaid = sentence(words), no(WAIT, n=1)\n'
    assert sorted(words.held_in_names(code)) == ["Too long", "Wait %(n)s"]


def test_sentences_of_the_macros_are_collected(template: Catalog) -> None:
    assert template.get("The numbers") is not None


def test_every_name_that_modules_give_to_gettext_is_known() -> None:
    imports = re.compile(r"from flask_babel import .*")
    said = re.compile(r"\b(?:lazy_)?n?gettext as (\w+)")
    texts = [path.read_text("utf-8") for source in words.SOURCES for path in (ROOT / source).rglob("*.py")]
    names = {name for text in texts for line in imports.findall(text) for name in said.findall(line)}
    assert names - words.KEYWORDS.keys() == set()
    assert {"_", "_l"} <= names


def test_no_trans_block_holds_a_placeholder_of_gettext() -> None:
    """Between trans and endtrans a name stands in braces; ``%(name)s`` would be shown as it is."""
    block = re.compile(r"{%-? *trans.*?endtrans", re.DOTALL)
    texts = {path: path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.*")}
    assert [path for path, text in texts.items() if any("%(" in found for found in block.findall(text))] == []
