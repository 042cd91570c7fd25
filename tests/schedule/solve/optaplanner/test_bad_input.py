"""What cannot be meant is refused with sheet and cell."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schedule.solve.errors import ProblemError
from schedule.solve.optaplanner import read_instance
from tests.schedule.solve.optaplanner.sheets import saved, workbook


def refused(path: Path) -> str:
    with pytest.raises(ProblemError) as caught:
        read_instance(path)
    assert str(caught.value.sentence)
    return caught.value.place


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 half an archive", b"\xd0\xcf\x11\xe0" * 200])
def test_a_broken_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(content)
    assert refused(path) == "broken.xlsx"


def test_a_cut_off_workbook_is_named(tmp_path: Path) -> None:
    path = saved(workbook(), tmp_path)
    path.write_bytes(path.read_bytes()[:-300])
    assert refused(path) == "tiny.xlsx"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere.xlsx") == "nowhere.xlsx"


@pytest.mark.parametrize("title", ["Configuration", "Timeslots", "Rooms", "Speakers", "Talks"])
def test_a_missing_sheet_is_named(tmp_path: Path, title: str) -> None:
    book = workbook()
    del book[title]
    assert refused(saved(book, tmp_path)) == title


@pytest.mark.parametrize("title", ["Timeslots", "Rooms", "Talks"])
def test_an_empty_sheet_is_named(tmp_path: Path, title: str) -> None:
    book = workbook()
    book[title].delete_rows(2 if title != "Rooms" else 3, 20)
    assert refused(saved(book, tmp_path)) == title


@pytest.mark.parametrize(("title", "header"), [("Timeslots", 1), ("Rooms", 2), ("Speakers", 2), ("Talks", 1)])
def test_a_missing_column_is_named(tmp_path: Path, title: str, header: int) -> None:
    book = workbook(talks=[{}])
    book[title].cell(header, 2).value = "Something else"
    assert refused(saved(book, tmp_path)) == title


@pytest.mark.parametrize(
    ("build", "place"),
    [
        (lambda: workbook(weights={"Room conflict": "much"}), "Configuration!B5"),
        (lambda: workbook(weights={"Room conflict": "-1hard/0medium/0soft"}), "Configuration!B5"),
        (lambda: workbook(weights={"Full moon": "1hard/0medium/0soft"}), "Configuration!B5"),
        (lambda: workbook(weights={}), "Configuration"),
        (lambda: workbook(pause="long"), "Configuration!B2"),
        (lambda: workbook(slots={1: {"Day": "someday"}}), "Timeslots!A3"),
        (lambda: workbook(slots={1: {"Start": "25:99"}}), "Timeslots!B3"),
        (lambda: workbook(slots={1: {"End": "10:30"}}), "Timeslots!C3"),
        (lambda: workbook(slots={1: {"Start": "10:00", "End": "11:00"}}), "Timeslots!A3"),
        (lambda: workbook(slots={4: {"Start": "09:00"}}), "Rooms!I2"),
        (lambda: workbook(rooms={1: {"Capacity": "many"}}), "Rooms!B4"),
        (lambda: workbook(rooms={1: {"Name": "Hall"}}), "Rooms!A4"),
        (lambda: workbook(speakers={1: {"Name": "Ada"}}), "Speakers!A4"),
        (lambda: workbook(talks=[{}, {"Code": "T0"}]), "Talks!A3"),
        (lambda: workbook(talks=[{"Code": ""}]), "Talks!A2"),
        (lambda: workbook(talks=[{"Speakers": "Nobody"}]), "Talks!D2"),
        (lambda: workbook(talks=[{"Audience level": "hard"}]), "Talks!H2"),
        (lambda: workbook(talks=[{"Prerequisite talks codes": "T7"}]), "Talks!T2"),
        (lambda: workbook(talks=[{"Prerequisite talks codes": "T0"}]), "Talks!T2"),
        (lambda: workbook(talks=[{"Favorite count": -1}]), "Talks!U2"),
        (lambda: workbook(talks=[{"Pinned by user": "perhaps"}]), "Talks!W2"),
        (lambda: workbook(talks=[{"Timeslot day": "Mon 2030-01-07", "Start": "1:00", "End": "2:00"}]), "Talks!X2"),
        (lambda: workbook(talks=[{"Room": "Garden"}]), "Talks!AA2"),
        (lambda: workbook(talks=[{"Room": "Hall, Attic"}]), "Talks!AA2"),
        (lambda: workbook(talks=[{}, {"Talk type": "Lab"}]), "Talks, T1"),
        (lambda: workbook(talks=[{"Pinned by user": True}]), "Talks, T0"),
    ],
)
def test_a_fault_is_named_with_its_cell(tmp_path: Path, build: Callable[[], Any], place: str) -> None:
    assert refused(saved(build(), tmp_path)) == place
