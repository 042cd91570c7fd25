"""Real public instances, which stand beside the repository and never in it."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3].parent / "shared" / "data" / "assignment"


def assignment_file(name: str) -> Path:
    """Skips the test where the folder of real data is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"needs ../shared/data/assignment/{name}")
    return path
