"""Truth tables are whole: every question that a policy answers is asked in every cell of its floor's table."""

import importlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from tests.house.checks.asking import House

QUESTION = "can_"


def questions(root: Path) -> dict[str, list[str]]:
    """Floor → the functions ``can_…`` anywhere on it, as ``package.module.function``."""
    found: dict[str, list[str]] = {}
    for module, source in House(root).sources.items():
        for name in source.functions:
            if name.startswith(QUESTION):
                found.setdefault(module.split(".")[0], []).append(f"{module}.{name}")
    return found


def never_asked(names: Iterable[str], ask: Callable[[], object], asker: str) -> list[str]:
    """Those of the questions that ``ask`` does not put itself: from a file whose name ends with ``asker``.

    What one question asks another on the way does not count, as no cell says anything of it.
    """
    asked: set[CodeType] = set()

    def note(frame: FrameType, event: str, _value: object) -> None:
        caller = frame.f_back
        if event == "call" and caller is not None and caller.f_code.co_filename.endswith(asker):
            asked.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        ask()
    finally:
        sys.setprofile(before)
    return [name for name in names if function(name).__code__ not in asked]


def function(name: str) -> Any:
    module, _, last = name.rpartition(".")
    return getattr(importlib.import_module(module), last)
