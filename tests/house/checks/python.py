"""Rules about Python text. Each check takes a root folder and returns what breaks the rule, one line each."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.house.checks.source import PACKAGES, PRODUCT, dotted, files, name_of, parsed

FUNCTION_LINES_MAX = 70
VIEW_LINES_MAX = 25
FILE_LINES_MAX = 600
ROUTE_DECORATORS = {"route", "get", "post", "put", "patch", "delete"}
CLOCK = "plumbing/clock.py"
CLOCK_CALLS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
}
# The domain's nouns, which the ground floor does not know.
DOMAIN_WORDS = {"proposal", "review", "reviewer", "track", "slot"}
# Python's own word for another thing.
NOT_THE_DOMAIN = re.compile(r"\bslots=True\b|\b__slots__\b")
ROOF = {"wsgi", "demo", "migrations", "tests"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_functions(root: Path) -> list[str]:
    return [
        f"{name_of(root, file, node.lineno)} {node.name} has {lines} lines, {FUNCTION_LINES_MAX} are allowed"
        for file in files(root, (*PRODUCT, "tests", "tools"), ".py")
        for node in _functions(file)
        if (lines := _lines(node)) > FUNCTION_LINES_MAX
    ]


def long_views(root: Path) -> list[str]:
    return [
        f"{name_of(root, file, node.lineno)} {node.name} has {lines} lines, {VIEW_LINES_MAX} are allowed"
        for file in files(root, PACKAGES, ".py")
        if file.name == "views.py" or "views" in file.relative_to(root).parts[:-1]
        for node in _functions(file)
        if _is_routed(node) and (lines := _lines(node)) > VIEW_LINES_MAX
    ]


def long_files(root: Path) -> list[str]:
    places = (*PRODUCT, "tests", "tools", "templates", "static", "migrations")
    return [
        f"{name_of(root, file)} has {lines} lines, {FILE_LINES_MAX} are allowed"
        for file in files(root, places, ".py", ".html", ".js", ".css", ".xml", ".txt", ".svg")
        if (lines := file.read_text(encoding="utf-8").count("\n")) > FILE_LINES_MAX
    ]


def domain_words_in_plumbing(root: Path) -> list[str]:
    return [
        f"{name_of(root, file, number)} says “{word}”"
        for file in files(root, ("plumbing",), ".py")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        for word in _words(NOT_THE_DOMAIN.sub("", line))
        if word in DOMAIN_WORDS or word.removesuffix("s") in DOMAIN_WORDS
    ]


def other_clocks(root: Path) -> list[str]:
    return [
        f"{name_of(root, file, node.lineno)} asks {called}; the clock is work.now"
        for file in files(root, (*PRODUCT, "migrations"), ".py")
        if name_of(root, file) != CLOCK
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and (called := ".".join(dotted(node.func).split(".")[-2:])) in CLOCK_CALLS
    ]


def populate_obj(root: Path) -> list[str]:
    return [
        f"{name_of(root, file, node.lineno)} lets the HTML name columns (populate_obj)"
        for file in files(root, PRODUCT, ".py")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute) and node.attr == "populate_obj"
    ]


def imports_of_the_roof(root: Path) -> list[str]:
    """wsgi, migrations and tests may import everything; nobody imports them."""
    return [
        f"{name_of(root, file, line)} imports {module}"
        for file in files(root, PACKAGES, ".py")
        for line, module in _imports(file)
        if module.split(".")[0] in ROOF
    ]


def undeclared_imports(root: Path) -> list[str]:
    """A library that is imported by the product stands in pyproject.toml by name, not by luck."""
    declared = _declared(root)
    found = []
    known = packages_distributions()
    for file in files(root, PRODUCT, ".py"):
        for line, module in _imports(file):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top in PACKAGES or top in ROOF:
                continue
            if not declared.intersection(_plain(name) for name in known.get(top, [top])):
                found.append(f"{name_of(root, file, line)} imports {top}, which pyproject.toml does not name")
    return found


def _functions(file: Path) -> list[Function]:
    return [node for node in ast.walk(parsed(file)) if isinstance(node, Function)]


def _lines(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _is_routed(node: Function) -> bool:
    called = (each.func if isinstance(each, ast.Call) else each for each in node.decorator_list)
    return any(isinstance(each, ast.Attribute) and each.attr in ROUTE_DECORATORS for each in called)


def _words(line: str) -> list[str]:
    """Words of text and identifiers: ``review_id`` and ``ReviewId`` hold “review”, ``preview`` does not."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", line)]


def _imports(file: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.lineno, node.module))
    return found


def _declared(root: Path) -> set[str]:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = (re.match(r"[A-Za-z0-9._-]+", line) for line in project["dependencies"])
    return {_plain(name.group()) for name in names if name}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
