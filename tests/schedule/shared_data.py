"""Real public files, which stand beside the repository and never in it."""

from pathlib import Path

import pytest

_FOLDER = Path(__file__).parents[2].parent / "shared" / "data"


def shared_file(name: str) -> Path:
    """Skips the test where the folder of real data is absent."""
    path = _FOLDER / name
    if not path.exists():
        pytest.skip(f"needs the real file ../shared/data/{name}")
    return path
