"""Services take ``work`` first and keywords after, and return ids or frozen values, never a row."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from tests.house.checks.asking import FLOORS, House, Named, is_act
from tests.house.checks.source import dotted, files, name_of, parsed


def loose_signatures(root: Path, steps: Iterable[str] = ()) -> list[str]:
    """Acts that can be called without naming what is what. ``steps`` of larger acts may."""
    parts = set(steps)
    return [
        f"{name_of(root, root / each.file.name, each.node.lineno)} {each.node.name}: {', '.join(names)} has no keyword"
        for each in _services(root)
        if each.key not in parts and (names := [word.arg for word in each.node.args.args[1 + bool(each.holder) :]])
    ]


def rows_handed_out(root: Path, steps: Iterable[str] = ()) -> list[str]:
    parts, rows = set(steps), rows_of(root)
    return [
        f"{name_of(root, root / each.file.name, each.node.lineno)} {each.node.name} returns {row}"
        for each in _services(root)
        if each.key not in parts and each.node.returns is not None
        for row in sorted(rows & _names(each.node.returns))
    ]


def rows_of(root: Path) -> set[str]:
    """Classes of the tables."""
    return {
        node.name
        for file in files(root, (*FLOORS, "plumbing"), ".py")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ClassDef) and any(dotted(base).split(".")[-1] == "Base" for base in node.bases)
    }


def _services(root: Path) -> list[Named]:
    """Public functions that take ``work`` and change rows, on whatever way."""
    house = House(root)
    return [each for each in house.functions if is_act(each) and not each.holder and house.summary(each).writes]


def _names(node: ast.expr) -> set[str]:
    return set(re.findall(r"\w+", ast.unparse(node)))
