"""Reads the truth tables of ``docs/permissions/*.md``: ``| role | stage | action | answer | reason |``."""

from dataclasses import dataclass

from tests.house.checks.source import ROOT

HEADER = ["role", "stage", "action", "answer", "reason"]


@dataclass(frozen=True, slots=True)
class Cell:
    role: str
    stage: str
    action: str
    allowed: bool
    reason: str


def truth_table(package: str) -> list[Cell]:
    """All rows of a package's table. Raises when a row is malformed or stands twice."""
    return parse((ROOT / "docs/permissions" / f"{package}.md").read_text(encoding="utf-8"))


def parse(text: str) -> list[Cell]:
    cells: dict[tuple[str, str, str], Cell] = {}
    for line in text.splitlines():
        words = [word.strip() for word in line.strip().strip("|").split("|")]
        if not line.startswith("|") or words == HEADER or set(line) <= set("|- :"):
            continue
        if len(words) != len(HEADER) or words[3] not in ("yes", "no"):
            raise ValueError(f"not a row of the table: {line}")
        key = (words[0], words[1], words[2])
        if key in cells:
            raise ValueError(f"stands twice: {line}")
        cells[key] = Cell(*key, allowed=words[3] == "yes", reason=words[4])
    return list(cells.values())
