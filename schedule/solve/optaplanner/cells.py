"""Reading cells: sheets and columns by name, and every value with a sentence when it cannot be meant."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError
from schedule.solve.excel import Unreadable, opened
from schedule.solve.optaplanner.problem import Score

FILE_BYTES_MAX = 20_000_000
ROWS_MAX = 5_000
COLUMNS_MAX = 1_000
BUSY_FILL = "555753"
SCORE = re.compile(r"(-?\d+)(hard|medium|soft)")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
DAY = re.compile(r"(\d{4}-\d{2}-\d{2})$")


def open_workbook(path: Path) -> Any:
    """The workbook. Raises ``ProblemError`` for whatever is not one."""
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise ProblemError(
                path.name, sentence("The file is larger than %(size)s MB.", size=FILE_BYTES_MAX // 10**6)
            )
        return opened(path)
    except OSError as error:
        raise ProblemError(path.name, sentence("The file cannot be read.")) from error
    except Unreadable as error:
        raise ProblemError(path.name, sentence("This is not an Excel workbook, or it is damaged.")) from error


class Row:
    """One row of a table; asks for cells by the names in the header."""

    def __init__(self, table: "Table", number: int, cells: tuple[Any, ...]) -> None:
        self.table = table
        self.number = number
        self.cells = cells

    def place(self, column: str) -> str:
        return f"{self.table.title}!{self.cells[self.table.column(column)].coordinate}"

    def value(self, column: str) -> Any:
        return self.cells[self.table.column(column)].value

    def text(self, column: str) -> str:
        value = self.value(column)
        return "" if value is None else str(value).strip()

    def needed(self, column: str) -> str:
        if not self.text(column):
            raise ProblemError(self.place(column), sentence("This cell is empty."))
        return self.text(column)

    def tags(self, column: str) -> frozenset[str]:
        return frozenset(self.names(column))

    def names(self, column: str) -> list[str]:
        return [name.strip() for name in self.text(column).split(",") if name.strip()]

    def number_of(self, column: str, *, lowest: int = 0, empty: int | None = None) -> int:
        """A whole number; ``empty`` stands for an empty cell."""
        value = self.value(column)
        if value in (None, "") and empty is not None:
            return empty
        try:
            number = float(value)
            if number != int(number) or not lowest <= number <= 10**9 or isinstance(value, bool):
                raise ValueError
        except (TypeError, ValueError, OverflowError) as error:
            words = sentence("This is not a whole number from %(lowest)s.", lowest=lowest)
            raise ProblemError(self.place(column), words) from error
        return int(number)

    def flag(self, column: str) -> bool:
        word = self.text(column).lower()
        if word not in ("", "true", "false", "0", "1", "0.0", "1.0"):
            raise ProblemError(self.place(column), sentence("This is neither true nor false."))
        return word in ("true", "1", "1.0")

    def day(self, column: str) -> date:
        found = day_in(self.value(column))
        if found is None:
            raise ProblemError(self.place(column), sentence("This is not a day, such as Mon 2018-10-01."))
        return found

    def clock(self, column: str) -> int:
        found = clock_in(self.value(column))
        if found is None:
            raise ProblemError(self.place(column), sentence("This is not a time of day, such as 10:15."))
        return found


class Table:
    """A sheet with a header row; empty rows are passed over."""

    def __init__(self, workbook: Any, title: str, header: int = 1) -> None:
        if title not in [sheet.title for sheet in workbook.worksheets]:
            raise ProblemError(title, sentence("This sheet is missing."))
        self.title = title
        self.sheet = workbook[title]
        self.header = header
        if self.sheet.max_row > ROWS_MAX or self.sheet.max_column > COLUMNS_MAX:
            raise ProblemError(title, sentence("The sheet has more than %(highest)s rows.", highest=ROWS_MAX))
        self.labels = [str(cell.value or "").strip() for cell in self.sheet[header]]

    def column(self, name: str) -> int:
        if name not in self.labels:
            raise ProblemError(self.title, sentence("The column %(name)s is missing.", name=name))
        return self.labels.index(name)

    def has(self, name: str) -> bool:
        return name in self.labels

    def rows(self) -> Iterator[Row]:
        for number, cells in enumerate(self.sheet.iter_rows(min_row=self.header + 1), start=self.header + 1):
            if any(cell.value not in (None, "") for cell in cells):
                yield Row(self, number, cells)


def day_in(value: Any) -> date | None:
    """A day from a date cell or from text that ends in one."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = DAY.search(str(value or "").strip())
    try:
        return date.fromisoformat(found.group(1)) if found else None
    except ValueError:
        return None


def clock_in(value: Any) -> int | None:
    """Minutes of the day from a time cell or from text."""
    if isinstance(value, (datetime, time)):
        return value.hour * 60 + value.minute
    found = CLOCK.fullmatch(str(value or "").strip())
    if found is None or int(found.group(1)) > 24 or int(found.group(2)) > 59:
        return None
    return int(found.group(1)) * 60 + int(found.group(2))


def score_in(value: Any) -> Score | None:
    """``1hard/0medium/0soft``; a level that is not named is 0."""
    text = str(value or "").strip()
    parts = SCORE.findall(text)
    if not parts or "/".join(number + level for number, level in parts) != text:
        return None
    found = {level: int(number) for number, level in parts}
    return Score(found.get("hard", 0), found.get("medium", 0), found.get("soft", 0))


def is_busy(cell: Any) -> bool:
    """Whether a cell is filled with the colour that means "not there"."""
    fill = cell.fill
    if fill is None or fill.fill_type != "solid" or fill.fgColor.type != "rgb":
        return False
    return str(fill.fgColor.rgb).upper().endswith(BUSY_FILL)
