"""Real public workbooks, which stand beside the repository and never in it."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[4].parent / "shared" / "data" / "scheduling" / "cosplib"


def cosplib_file(name: str) -> Path:
    """Skips the test where the folder of real data is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"needs the real file ../shared/data/scheduling/cosplib/{name}")
    return path
