"""Files by content: the key of a file is the SHA-256 of its bytes, so a file cannot change under its key."""

import hashlib
import os
import tempfile
from pathlib import Path

from plumbing.answers import Missing

KEY_CHARS = 64


class Blobs:
    """A folder of immutable files. ``put`` is atomic and durable (written, synced, then renamed)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Stores ``data`` and returns its key; storing the same bytes again costs nothing."""
        key = hashlib.sha256(data).hexdigest()
        path = self._path(key)
        if path.exists():
            return key
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
            _sync_folder(path.parent)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return key

    def get(self, key: str) -> bytes:
        """The bytes under ``key``. Raises ``Missing`` when there are none, ``ValueError`` when they were damaged."""
        try:
            data = self._path(key).read_bytes()
        except FileNotFoundError:
            raise Missing() from None
        if hashlib.sha256(data).hexdigest() != key:
            raise ValueError(f"The stored file {key} is damaged.")
        return data

    def has(self, key: str) -> bool:
        return self._path(key).exists()

    def _path(self, key: str) -> Path:
        if len(key) != KEY_CHARS or not set(key) <= set("0123456789abcdef"):
            raise Missing()
        return self.folder / key[:2] / key[2:]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
