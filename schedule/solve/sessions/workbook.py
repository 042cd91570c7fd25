"""Opening a workbook that strangers made: every fault is named with its sheet and cell."""

import math
import os
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError
from schedule.solve.excel import Unreadable, opened

FILE_BYTES_MAX = 50_000_000
CELLS_READ_MAX = 5_000_000
NUMBER_MAX = 10**15

Row = tuple[Any, ...]
Sheets = dict[str, list[Row]]


def read_sheets(path: Path, wanted: Sequence[str]) -> Sheets:
    """All rows of the wanted sheets, empty ones at the end cut off. Raises ``ProblemError``."""
    book = _opened(path, data_only=True)
    tables = {sheet.title: sheet for sheet in book.worksheets}
    sheets: Sheets = {}
    for name in wanted:
        if name not in tables:
            raise ProblemError(path.name, sentence("The sheet “%(sheet)s” is missing.", sheet=name))
        sheet = tables[name]
        if sheet.max_row * sheet.max_column > CELLS_READ_MAX:
            raise ProblemError(name, sentence("This sheet has too many cells."))
        rows = list(sheet.iter_rows(values_only=True))
        while rows and all(is_blank(cell) for cell in rows[-1]):
            rows.pop()
        if not rows:
            raise ProblemError(name, sentence("This sheet is empty."))
        sheets[name] = rows
    return sheets


def sheet_names(path: Path) -> list[str]:
    """Which sheets there are. Raises ``ProblemError`` when it is no workbook."""
    book = _opened(path, read_only=True)
    names = list(book.sheetnames)
    book.close()
    return names


def _opened(path: Path, **how: bool) -> Workbook:
    _check_file(path)
    try:
        return opened(path, **how)
    except (Unreadable, OSError) as fault:
        raise ProblemError(path.name, sentence("This is not an Excel workbook (.xlsx).")) from fault


def is_blank(cell: object) -> bool:
    """Empty cells, blanks, and the NaN that some writers leave."""
    if isinstance(cell, float) and math.isnan(cell):
        return False
    return cell is None or (isinstance(cell, str) and not cell.strip())


def spot(sheet: str, row: int, column: int) -> str:
    """ "sheet!B3", counted from 0."""
    return f"{sheet}!{get_column_letter(column + 1)}{row + 1}"


def cell_of(rows: list[Row], row: int, column: int) -> Any:
    """The cell, None outside the sheet."""
    if row >= len(rows) or column >= len(rows[row]):
        return None
    return rows[row][column]


def text_of(cell: object) -> str:
    """A name as written; numbers without a needless ".0"."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def whole_of(cell: object, place: str) -> int:
    """A whole number from 0; an empty cell is 0. Raises ``ProblemError`` for anything else."""
    if is_blank(cell):
        return 0
    if isinstance(cell, str):
        try:
            cell = float(cell)
        except ValueError as fault:
            raise ProblemError(place, sentence("“%(cell)s” is not a number.", cell=str(cell)[:40])) from fault
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise ProblemError(place, sentence("“%(cell)s” is not a number.", cell=str(cell)[:40]))
    if not math.isfinite(cell):
        raise ProblemError(place, sentence("This is not a number."))
    if cell < 0:
        raise ProblemError(place, sentence("This number is negative."))
    if cell != int(cell):
        raise ProblemError(place, sentence("This is not a whole number."))
    if cell > NUMBER_MAX:
        raise ProblemError(place, sentence("%(value)s is not between 0 and %(most)s.", value=cell, most=NUMBER_MAX))
    return int(cell)


def names_of(cell: object) -> tuple[str, ...]:
    """Names separated by commas, each once, in their order."""
    return tuple(dict.fromkeys(name.strip() for name in text_of(cell).split(",") if name.strip()))


def minutes_of(cell: object, place: str) -> int:
    """A time of the day in minutes. Raises ``ProblemError``."""
    if isinstance(cell, datetime):
        cell = cell.time()
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute
    parts = text_of(cell).split(":")
    if len(parts) in (2, 3) and all(part.isdecimal() for part in parts):
        hours, minutes = int(parts[0]), int(parts[1])
        if hours < 24 and minutes < 60:
            return hours * 60 + minutes
    raise ProblemError(place, sentence("“%(cell)s” is not a time of the day.", cell=text_of(cell)[:40]))


def day_of(cell: object, place: str) -> date | None:
    """A date, None when empty or a mere label of a day."""
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else None


def zone_of(cell: object, place: str) -> int:
    """ "GMT+2" in minutes from UTC. Raises ``ProblemError``."""
    text = text_of(cell).upper().replace("UTC", "GMT").replace("−", "-")
    rest = text.removeprefix("GMT")
    if rest == "" and text == "GMT":
        return 0
    hours, _, minutes = rest[1:].partition(":")
    if text.startswith("GMT") and rest[:1] in ("+", "-") and hours.isdecimal() and (minutes or "0").isdecimal():
        total = int(hours) * 60 + int(minutes or 0)
        if total <= 14 * 60:
            return total if rest[0] == "+" else -total
    raise ProblemError(place, sentence("“%(cell)s” is not a time zone such as GMT+2.", cell=text_of(cell)[:40]))


def _check_file(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as fault:
        raise ProblemError(path.name, sentence("This file cannot be read.")) from fault
    if not path.is_file():
        raise ProblemError(path.name, sentence("This is not a file."))
    if not os.access(path, os.R_OK):
        raise ProblemError(path.name, sentence("This file cannot be read."))
    if size > FILE_BYTES_MAX:
        raise ProblemError(path.name, sentence("This file is larger than %(most)s MB.", most=FILE_BYTES_MAX // 10**6))
