"""Doors: every endpoint says who may come in, every setting is documented, every service asks before it writes."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from plumbing.settings import PREFIX, Settings
from tests.house.checks.source import ROOT

FLOORS = ("conference", "cfp", "reviews", "schedule")
SERVICES = sorted(
    path for floor in FLOORS for path in (ROOT / floor).rglob("*.py") if "service" in path.relative_to(ROOT).as_posix()
)
WRITES = {"add", "add_all", "delete", "advance"}
# Acts that need no permission: they concern nobody but the one who acts, or ask by another name.
ASKS = {"require", "limit", "_own"}


def test_every_endpoint_declares_its_guard(app: Flask) -> None:
    bare = sorted(name for name, view in app.view_functions.items() if name != "static" and not hasattr(view, "guard"))
    assert bare == []


def test_every_setting_is_documented_and_in_the_handbook() -> None:
    handbook = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    undocumented = [spec.name for spec in fields(Settings) if not spec.metadata.get("doc")]
    missing = [spec.name for spec in fields(Settings) if f"`{PREFIX}{spec.name.upper()}`" not in handbook]
    assert (undocumented, missing) == ([], [])


def writes_before_asking(source: str) -> list[str]:
    """Public functions that take ``work`` first and change rows before (or without) asking the policy."""
    wrong = []
    tree = ast.parse(source)
    local = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for name, function in local.items():
        if name.startswith("_") or not function.args.args or function.args.args[0].arg != "work":
            continue
        asked, wrote = _first_lines(function, local, frozenset())
        if wrote is not None and (asked is None or asked > wrote):
            wrong.append(name)
    return wrong


def _first_lines(
    function: ast.FunctionDef, local: dict[str, ast.FunctionDef], seen: frozenset[str]
) -> tuple[float | None, float | None]:
    """Where the function first asks and first writes, in the order of its calls; looks into helpers of the file."""
    asked: float | None = None
    wrote: float | None = None
    calls = sorted((node for node in ast.walk(function) if isinstance(node, ast.Call)), key=lambda node: node.lineno)
    for place, call in enumerate(calls):
        name = _called(call)
        if name in ASKS and asked is None:
            asked = place
        if name in WRITES and wrote is None and _is_write(call):
            wrote = place
        if name in local and name not in seen and name != function.name:
            inner_asked, inner_wrote = _first_lines(local[name], local, seen | {function.name})
            if inner_asked is not None and asked is None:
                asked = place
            if inner_wrote is not None and wrote is None:
                wrote = place + 0.5
    return asked, wrote


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_write(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return call.func.id == "advance" if isinstance(call.func, ast.Name) else False
    holder = call.func.value
    return (isinstance(holder, ast.Attribute) and holder.attr == "db") or call.func.attr == "advance"


# Acts of the house itself or of a stranger, and steps of a larger act whose callers have asked.
EXEMPT = {
    "conference/service/accounts.py": {"sign_up", "confirm_address", "sign_in", "reset_password", "send_confirmation"}
    | {"ask_for_reset", "limit"},
    "conference/service/team.py": {"grant"},
    "cfp/service/authors.py": {"arrange_authors"},
    "cfp/service/papers.py": {"attach_paper"},
    "cfp/service/unsent.py": {
        "keep_unsent",
        "discard_unsent",
        "choose_text",
        "forget_old",
        "adopt_unsent_forms",
        "save_form",
    },
    "cfp/service/wishes.py": {"set_conflicts", "set_away"},
    "reviews/service/finding.py": {"refresh_conflicts", "watch_team"},
    "reviews/service/people.py": {"add_member_rows"},
    "schedule/service/log.py": {"record"},
}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_services_ask_before_they_write(path: Path) -> None:
    exempt = EXEMPT.get(path.relative_to(ROOT).as_posix(), set())
    assert [name for name in writes_before_asking(path.read_text(encoding="utf-8")) if name not in exempt] == []


def test_a_service_that_forgets_to_ask_is_noticed() -> None:
    good = "def f(work, *, x):\n    require(policy.can(work.actor))\n    work.db.add(x)\n"
    late = "def f(work, *, x):\n    work.db.add(x)\n    require(policy.can(work.actor))\n"
    never = "def f(work, *, x):\n    _save(work, x)\n\ndef _save(work, x):\n    work.db.add(x)\n"
    assert [writes_before_asking(source) for source in (good, late, never)] == [[], ["f"], ["f"]]
