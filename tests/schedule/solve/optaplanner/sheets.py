"""A tiny conference as a workbook, with as much changed as a test wants."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import PatternFill

from schedule.solve.optaplanner.names import Rule
from schedule.solve.optaplanner.write import TALK_COLUMNS

BUSY = PatternFill("solid", fgColor="00555753")
# Three times of 60, 60 and 30 minutes on the first day, two of them overlapping by half an hour; one on two later days.
SLOTS = (
    ("Mon 2030-01-07", "10:00", "11:00"),
    ("Mon 2030-01-07", "10:30", "11:30"),
    ("Mon 2030-01-07", "11:40", "12:10"),
    ("Tue 2030-01-08", "10:00", "11:00"),
    ("Thu 2030-01-10", "10:00", "11:00"),
)
ROOMS = (("Hall", 300), ("Attic", 20), ("Cellar", 20))
SPEAKERS = ("Ada", "Ben", "Cleo")
WISH_COLUMNS = tuple(
    f"{wish} {what} tags"
    for what in ("timeslot", "room")
    for wish in ("Required", "Preferred", "Prohibited", "Undesired")
)


def workbook(
    *,
    weights: dict[str, str] | None = None,
    pause: Any = 15,
    slots: dict[int, dict[str, Any]] | None = None,
    rooms: dict[int, dict[str, Any]] | None = None,
    speakers: dict[int, dict[str, Any]] | None = None,
    talks: list[dict[str, Any]] | None = None,
    busy: dict[str, list[tuple[int, int]]] | None = None,
) -> Workbook:
    """``busy`` paints (row, timeslot) on the sheets of rooms and speakers. Every weight is 1 soft unless given."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Configuration"
    for row in (("Conference name", "Tiny"), ("Minimum consecutive talks pause in minutes", pause), ()):
        sheet.append(row)
    sheet.append(("Constraint", "Score weight", "Description"))
    given = {str(rule): "0hard/0medium/1soft" for rule in Rule} if weights is None else weights
    for name, weight in given.items():
        sheet.append((name, weight))
    _plain(book, "Timeslots", ("Day", "Start", "End", "Talk types", "Tags"), _slot_rows(), slots)
    room_rows = [{"Name": name, "Capacity": seats, "Talk types": "Talk"} for name, seats in ROOMS]
    _grid(book, "Rooms", ("Name", "Capacity", "Talk types", "Tags"), room_rows, rooms, (busy or {}).get("Rooms"))
    people = [{"Name": name} for name in SPEAKERS]
    _grid(book, "Speakers", ("Name", *WISH_COLUMNS), people, speakers, (busy or {}).get("Speakers"))
    standard = {"Talk type": "Talk", "Audience level": 1, "Language": "en", "Favorite count": 5}
    rows = [{"Code": f"T{at}", "Title": f"Talk {at}", **standard, **talk} for at, talk in enumerate(talks or [{}, {}])]
    _plain(book, "Talks", TALK_COLUMNS, rows, None)
    return book


def saved(book: Workbook, folder: Path) -> Path:
    path = folder / "tiny.xlsx"
    book.save(path)
    return path


def _slot_rows() -> list[dict[str, Any]]:
    return [{"Day": day, "Start": start, "End": end, "Talk types": "Talk"} for day, start, end in SLOTS]


def _plain(book: Workbook, title: str, columns: Any, rows: list[dict[str, Any]], changes: Any) -> None:
    sheet = book.create_sheet(title)
    sheet.append(columns)
    for at, row in enumerate(rows):
        sheet.append([(row | (changes or {}).get(at, {})).get(column, "") for column in columns])


def _grid(book: Workbook, title: str, columns: Any, rows: list[dict[str, Any]], changes: Any, busy: Any) -> None:
    sheet = book.create_sheet(title)
    days = [day if at == 0 or SLOTS[at - 1][0] != day else "" for at, (day, _, _) in enumerate(SLOTS)]
    sheet.append([*([""] * len(columns)), *days])
    sheet.append([*columns, *(f"{start}-{end}" for _, start, end in SLOTS)])
    for at, row in enumerate(rows):
        sheet.append([(row | (changes or {}).get(at, {})).get(column, "") for column in columns])
    for row, slot in busy or ():
        sheet.cell(row + 3, len(columns) + slot + 1).fill = BUSY
