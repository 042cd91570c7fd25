"""The house style, as far as a machine can read it. ``test_cheats.py`` proves that each check can go red."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.checks import carried, pages, python
from tests.house.checks.source import ROOT

CHECKS = [
    python.long_functions,
    python.long_views,
    python.long_files,
    python.domain_words_in_plumbing,
    python.other_clocks,
    python.populate_obj,
    python.imports_of_the_roof,
    python.undeclared_imports,
    pages.raw_colours_in_css,
    pages.raw_colours_in_templates,
    pages.inline_code,
    pages.unfinished_words,
]
TOOLS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy", "--no-error-summary"],
    "import contracts": ["lint-imports", "--no-logo"],
}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.replace("_", " "))
def test_nothing_breaks_the_rule(check):
    assert check(ROOT) == []


@pytest.mark.parametrize("folder", carried.VENDOR_FOLDERS)
def test_vendored_files_are_the_ones_that_were_vendored(folder):
    assert carried.changed_vendor_files(ROOT / folder) == []


@pytest.mark.parametrize("lock", carried.LOCKS)
def test_locks_pin_hash_and_name_no_address(lock):
    assert carried.loose_requirements((ROOT / lock).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("tool", TOOLS)
def test_tool_finds_nothing(tool):
    name, *words = TOOLS[tool]
    command = [str(Path(sys.executable).with_name(name)), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
