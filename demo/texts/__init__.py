"""The words of the demo, in plain text files beside this one: lines under ``[headings]``."""

from collections import defaultdict
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


def unwrapped(text: str) -> str:
    """A text as it is shown: lines of a paragraph joined, since a line end is one on the page too; lists stay."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(each if each.startswith("- ") else " ".join(each.split("\n")) for each in paragraphs)


@cache
def lines(name: str) -> dict[str, list[str]]:
    """Heading → lines of the file ``name``.txt; a written ``\\n`` is a line end."""
    found: dict[str, list[str]] = defaultdict(list)
    heading = ""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            heading = line[1:-1]
        elif line and not line.startswith("# "):
            found[heading].append(line.replace("\\n", "\n"))
    return dict(found)
