"""Opening a workbook that strangers made: one that is damaged, none at all, or packed to burst is told."""

import struct
import warnings
import zipfile
import zlib
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError

UNPACKED_BYTES_MAX = 100_000_000
# What openpyxl and the archive below it raise for a file that is no workbook, or a damaged one.
BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    EOFError,
    RuntimeError,
)


class Unreadable(Exception):
    """No workbook, or a damaged one."""


def opened(path: Path, **how: bool) -> Workbook:
    """Without the library's remarks on styles, which matter to nobody here.

    Raises ``Unreadable``, ``OSError``, and ``ProblemError`` for what would unpack to too much.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > UNPACKED_BYTES_MAX:
            words = sentence("This file is larger than %(most)s MB.", most=UNPACKED_BYTES_MAX // 10**6)
            raise ProblemError(path.name, words)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return load_workbook(path, **how)
    except BROKEN as fault:
        raise Unreadable(path.name) from fault
