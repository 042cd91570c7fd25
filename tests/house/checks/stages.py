"""One place assigns the stage, the outcome and the answer of a proposal: ``advance`` of the life-cycle."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeGuard

from tests.house.checks.asking import FLOORS
from tests.house.checks.source import files, name_of, parsed

FIELDS = {"stage", "outcome", "answer"}
BEGINS = {"stage": "draft", "outcome": "undecided", "answer": "unanswered"}
ROW = "Proposal"
HANDS_ON = {"dict", "update", "values", "ordered_values"}
STAGES_IN_SQL = re.compile(r"\bupdate\s+proposal\b", re.IGNORECASE)
# Where no database can be reached (a contract sees to it), and whose frozen values set themselves.
PURE = ("reviews/assign/", "schedule/solve/", "schedule/clashes/")


def stages_not_advanced(root: Path, allowed: Iterable[str] = ()) -> list[str]:
    """Assignments to the stage, outcome or answer of a proposal that do not go through ``advance``.

    ``allowed``: "file: text" of what assigns by a name that it computes, or another thing of that name.
    """
    known = set(allowed)
    return [
        f"{name_of(root, file, line)} {what}"
        for file in files(root, (*FLOORS, "demo"), ".py")
        if not name_of(root, file).startswith(PURE)
        for node in ast.walk(parsed(file))
        for line, what in _assigns(node)
        if f"{name_of(root, file)}: {what}" not in known
    ]


def _assigns(node: ast.AST) -> Iterator[tuple[int, str]]:
    match node:
        case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()) if name in FIELDS:
            yield node.lineno, ast.unparse(node)
        case ast.Subscript(slice=ast.Constant(value=name), ctx=ast.Store()) if name in FIELDS:
            yield node.lineno, ast.unparse(node)
        case ast.Dict():
            yield from ((key.lineno, f"{key.value!r}: …") for key in node.keys if _is_field_name(key))
        case ast.Constant(value=str(text)) if STAGES_IN_SQL.search(text):
            yield node.lineno, "SQL"
        case ast.Call():
            yield from _assigned_by_call(node)


def _is_field_name(node: ast.AST | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and node.value in FIELDS


def _assigned_by_call(node: ast.Call) -> Iterator[tuple[int, str]]:
    name, names = called(node), {word.arg: word.value for word in node.keywords if word.arg in FIELDS}
    if name in ("setattr", "__setattr__", "set_attribute") and len(node.args) > 1:
        if _is_field_name(node.args[1]) or not isinstance(node.args[1], ast.Constant):
            yield node.lineno, ast.unparse(node)
    if name in HANDS_ON:
        yield from ((node.lineno, f"{name}({field}=…)") for field in names)
        keys = [key for each in node.args if isinstance(each, ast.Dict) for key in each.keys]
        if name != "dict" and any(not isinstance(key, ast.Constant) for key in keys):
            yield node.lineno, ast.unparse(node.args[0])
    if name == ROW:
        begun = {field: value.value for field, value in names.items() if isinstance(value, ast.Constant)}
        yield from ((node.lineno, f"{ROW}({field}=…)") for field in names if begun.get(field) != BEGINS[field])


def called(node: ast.Call) -> str:
    """The last name of what is called: ``add`` of ``work.db.add()``."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
