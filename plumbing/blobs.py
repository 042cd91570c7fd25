"""Files by content: the key of a file is the SHA-256 of its bytes, so a file cannot change under its key.

A file is stored before the row that names it is committed, and some are never named: what was uploaded only to be
looked at, or the file of a form that was refused. So each ``put`` leaves a mark in ``unsettled/``, whose age is that
of the newest put. ``plumbing.sweep`` asks the database about old marks and settles each file: kept or deleted. A
lock that puts share and a settling does not makes sure that what is put again in that moment stays.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from plumbing.answers import Missing
from plumbing.clock import Clock, SystemClock
from plumbing.db import Busy

KEY_CHARS = 64
MARKS = "unsettled"
LOCK = ".lock"


class Blobs:
    """A folder of immutable files. ``put`` is atomic and durable (written, synced, then renamed)."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self._clock = clock or SystemClock()

    def put(self, data: bytes) -> str:
        """Stores ``data`` and returns its key; storing the same bytes again costs nothing.

        Raises ``Busy`` when the folder cannot be written, as when the disk is full.
        """
        key = hashlib.sha256(data).hexdigest()
        try:
            with self._locked(fcntl.LOCK_SH):
                self._mark(key)
                if not self._path(key).exists():
                    self._write(self._path(key), data)
        except OSError as error:
            raise Busy(f"a file cannot be stored: {error.strerror}") from error
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

    def reconsider(self, key: str) -> None:
        """A row that named the file is gone; unless another one names it, it is deleted when the mark is old."""
        with self._locked(fcntl.LOCK_SH):
            self._mark(key)

    def unsettled(self, *, before: datetime, most: int) -> list[str]:
        """Keys of files that were last put before that moment and of which nobody knows yet whether a row names them.

        Beside them lie the halves of files whose writer died; old ones are deleted on the way.
        """
        return list(islice(self._old_marks(before), most))

    def settle(self, key: str, *, is_named: bool, before: datetime) -> int:
        """Keeps or deletes the file, unless it was put again since ``before``. Returns how many bytes were deleted."""
        with self._locked(fcntl.LOCK_EX):
            mark, path = self._mark_path(key), self._path(key)
            if not _is_older(mark, before):
                return 0
            size = 0
            if not is_named and path.exists():
                size = path.stat().st_size
                path.unlink()
            mark.unlink()
            return size

    def _old_marks(self, before: datetime) -> Iterator[str]:
        folder = self.folder / MARKS
        for path in sorted(folder.iterdir()) if folder.exists() else ():
            if not _is_older(path, before):
                continue
            if _is_key(path.name):
                yield path.name
            else:
                path.unlink(missing_ok=True)

    def _mark(self, key: str) -> None:
        path, at = self._mark_path(key), self._clock.now().timestamp()
        path.touch()
        os.utime(path, (at, at))

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=self.folder / MARKS)
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

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        """Between all threads, processes and (where the folder's file system can) hosts."""
        (self.folder / MARKS).mkdir(parents=True, exist_ok=True)
        with open(self.folder / LOCK, "ab") as file:
            fcntl.flock(file, how)
            yield

    def _path(self, key: str) -> Path:
        if not _is_key(key):
            raise Missing()
        return self.folder / key[:2] / key[2:]

    def _mark_path(self, key: str) -> Path:
        if not _is_key(key):
            raise Missing()
        return self.folder / MARKS / key


def _is_key(name: str) -> bool:
    return len(name) == KEY_CHARS and set(name) <= set("0123456789abcdef")


def _is_older(path: Path, before: datetime) -> bool:
    """False for a file that is not there (any more)."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
