"""Where the source is, and reading it once."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("plumbing", "conference", "cfp", "reviews", "schedule")
PRODUCT = (*PACKAGES, "demo", "wsgi.py")
NOT_OURS = {"__pycache__", "vendor", "node_modules"}


def files(root: Path, places: tuple[str, ...], *suffixes: str) -> Iterator[Path]:
    """Files of ours with these suffixes below ``root``'s places, sorted; a place that is missing is empty."""
    for place in places:
        start = root / place
        if start.is_file():
            yield start
        for file in sorted(start.rglob("*")) if start.is_dir() else ():
            if file.suffix in suffixes and not NOT_OURS.intersection(file.relative_to(root).parts):
                yield file


def parsed(file: Path) -> ast.Module:
    return _parsed(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=2000)
def _parsed(file: Path, _changed_ns: int) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def dotted(node: ast.AST) -> str:
    """``a.b.c`` for a chain of names, "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return ""


def name_of(root: Path, file: Path, line: int | None = None) -> str:
    place = file.relative_to(root).as_posix()
    return place if line is None else f"{place}:{line}"
