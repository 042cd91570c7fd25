"""Whatever is wrong with a problem or a workbook is named with its place; never a traceback."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from openpyxl import Workbook, load_workbook

from schedule.solve.errors import ProblemError
from schedule.solve.sessions import Pin, Place, Session, SessionProblem, Talk, Term, Track
from schedule.solve.sessions.check import check_files
from schedule.solve.sessions.cosplib import read_instance
from schedule.solve.sessions.evaluate import evaluate
from schedule.solve.sessions.solution import read_solution, write_solution
from schedule.solve.sessions.solve import solve
from tests.schedule.solve.sessions.problems import drawn, every_plan, plain, write_instance

A = Talk("a", 0)
WRONG: list[tuple[str, Callable[[], SessionProblem], str]] = [
    ("no talks", lambda: plain([]), "talks: There are no talks."),
    ("no sessions", lambda: plain([A], slots=()), "sessions: There are no sessions."),
    ("no rooms", lambda: plain([A], rooms=0), "rooms: There are no rooms."),
    ("no tracks", lambda: plain([A], tracks=0), "tracks: There are no tracks."),
    ("double talk", lambda: plain([A, A]), "talks[a]: This name stands twice."),
    ("nameless", lambda: plain([Talk("", 0)]), "talks: A name is empty."),
    (
        "double track",
        lambda: plain([A], named_tracks=(Track("T"), Track("T"))),
        "tracks[T]: This name stands twice.",
    ),
    ("unknown track", lambda: plain([Talk("a", 3)]), "talks[a]: Its track is unknown."),
    (
        "too long",
        lambda: plain([Talk("a", 0, slots=3)]),
        "talks[a]: It needs 3 time slots, but the longest session has 2.",
    ),
    ("no slots", lambda: plain([Talk("a", 0, slots=0)]), "talks[a]: It needs at least one time slot"),
    ("order", lambda: plain([Talk("a", 0, order=-1)]), "talks[a]: Its order is not a whole number"),
    ("zone", lambda: plain([Talk("a", 0, zone=9999)]), "talks[a]: Its time zone is further than 14 hours"),
    ("session slots", lambda: plain([A], slots=(2, 0)), "sessions[S1]: It needs at least one time slot"),
    ("weight", lambda: plain([A], weights={Term.ORDER: -1}), "weights[order]: A weight is a whole number"),
    ("nan weight", lambda: plain([A], weights={Term.ORDER: float("nan")}), "weights[order]: A weight is"),
    ("shape", lambda: plain([A], talk_room=[[1, 2]]), "talk_room: The shape is 1 × 2 instead of 1 × 1."),
    ("nan", lambda: plain([A], talk_session=[[0, float("nan")]]), "talk_session[0][1]: A penalty is not a number."),
    ("negative", lambda: plain([A], track_room=[[-1]]), "track_room[0][0]: A penalty is negative."),
    ("half", lambda: plain([A], track_session=[[0.5, 0]]), "track_session[0][0]: A penalty is not a whole number."),
    ("text", lambda: plain([A], session_room=[["x"], ["y"]]), "session_room: A penalty is not a number."),
    ("huge", lambda: plain([A], session_room=[[10**12], [0]]), "session_room[0][0]: A penalty is above"),
    (
        "lopsided",
        lambda: plain([A], tracks=2, similar=[[0, 1], [0, 0]]),
        "similar: The table of similar tracks is not symmetric.",
    ),
    ("closed", lambda: plain([A], closed=frozenset({(9, 0)})), "closed: A closed cell names an unknown"),
    ("no cell", lambda: plain([A], closed=frozenset({(0, 0), (1, 0)})), "closed: Every room of every session is"),
    ("away", lambda: plain([A], away=frozenset({("Ada", 7)})), "away[Ada]: The session is unknown."),
    ("pin session", lambda: plain([Talk("a", 0, pin=Pin(5))]), "talks[a].pin: The session is unknown."),
    ("pin room", lambda: plain([Talk("a", 0, pin=Pin(None, 5))]), "talks[a].pin: The room is unknown."),
    ("pin slot", lambda: plain([Talk("a", 0, pin=Pin(0, 0, 2))]), "talks[a].pin: The talk does not fit at this"),
    ("released", lambda: plain([A], released=()), "released: The released plan does not list every talk once."),
    ("released place", lambda: plain([A], released=(Place(0, 4, 0),)), "released[a]: It names an unknown"),
    (
        "too large",
        lambda: plain([A], weights={Term.ORDER: 10**9}, session_room=[[10**9], [0]]),
        "weights: Weights and penalties are too large to be added up.",
    ),
]


@pytest.mark.parametrize(("make", "words"), [(make, words) for _, make, words in WRONG], ids=[row[0] for row in WRONG])
def test_a_problem_that_cannot_be_meant_names_its_fault(make: Callable[[], SessionProblem], words: str) -> None:
    with pytest.raises(ProblemError) as caught:
        make()
    assert str(caught.value).startswith(words)


def test_tables_cannot_be_changed_afterwards() -> None:
    problem = plain([A], talk_session=[[1, 2]])
    with pytest.raises(ValueError, match="read-only"):
        problem.talk_session[0, 0] = 9
    assert isinstance(problem.talk_session, np.ndarray)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_instance(tmp_path / "case.xlsx", drawn(0))


def edit(path: Path, sheet: str, cell: str, value: Any) -> None:
    found = load_workbook(path)
    found[sheet][cell] = value
    found.save(path)


CELLS = [
    ("submissions", "B2", "Nonsense", "submissions!B2: The track “Nonsense” is unknown."),
    ("submissions", "A3", None, "submissions!A3: A reference is missing."),
    ("submissions", "A3", "talk0", "talks[talk0]: This name stands twice."),
    ("submissions", "C2", "two", "submissions!C2: “two” is not a number."),
    ("submissions", "C2", 99, "talks[talk0]: It needs 99 time slots"),
    ("submissions", "D2", 1.5, "submissions!D2: This is not a whole number."),
    ("submissions", "E2", "Mars", "submissions!E2: “Mars” is not a time zone such as GMT+2."),
    ("submissions", "H2", "nan", "submissions!H2: This is not a number."),
    ("submissions", "H2", -4, "submissions!H2: This number is negative."),
    ("submissions", "H2", True, "submissions!H2: “True” is not a number."),
    ("submissions", "H1", "Elsewhere", "submissions!H1: “Elsewhere” is neither a session nor a room."),
    ("submissions", "H1", None, "submissions: The column “S0” is missing."),
    ("submissions", "C1", None, "submissions!C1: The column “Required Timeslots” is missing."),
    ("sessions", "B2", 0, "sessions[S0]: It needs at least one time slot"),
    ("sessions", "D2", "early", "sessions!D2: “early” is not a time of the day."),
    ("tracks_sessions|penalty", "A2", "Nobody", "tracks_sessions|penalty!A2: “Nobody” is unknown."),
    ("tracks_sessions|penalty", "B1", "Never", "tracks_sessions|penalty!B1: “Never” is unknown."),
    ("sessions_rooms|penalty", "B1", None, "sessions_rooms|penalty: The column “R0” is missing."),
    ("similar tracks", "A2", "Nobody", "similar tracks!A2: “Nobody” is unknown."),
    ("similar tracks", "B3", "often", "similar tracks!B3: “often” is not a number."),
    ("sessions", "D2", "1²:30", "sessions!D2: “1²:30” is not a time of the day."),
    ("submissions", "E2", "GMT+²", "submissions!E2: “GMT+²” is not a time zone such as GMT+2."),
    ("tracks_sessions|penalty", "B2", 10**30, "tracks_sessions|penalty!B2: 1e+30 is not between 0 and"),
    ("parameters", "E4", None, "parameters!E4: A weight is missing."),
    ("parameters", "E4", "heavy", "parameters!E4: “heavy” is not a number."),
    ("parameters", "B4", None, "parameters!B4: “” is not a time of the day."),
    ("parameters", "B2", None, "parameters!B2: “” is not a time zone such as GMT+2."),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "words"), CELLS)
def test_a_strange_cell_is_named(book: Path, sheet: str, cell: str, value: Any, words: str) -> None:
    edit(book, sheet, cell, value)
    with pytest.raises(ProblemError) as caught:
        read_instance(book)
    assert str(caught.value).startswith(words)


def test_files_that_are_no_workbooks_are_named(tmp_path: Path) -> None:
    text = tmp_path / "text.xlsx"
    text.write_text("no workbook")
    with pytest.raises(ProblemError, match="not an Excel workbook"):
        read_instance(text)
    cut = write_instance(tmp_path / "cut.xlsx", drawn(0))
    cut.write_bytes(cut.read_bytes()[:2000])
    with pytest.raises(ProblemError, match="not an Excel workbook"):
        read_instance(cut)
    with pytest.raises(ProblemError, match="cannot be read"):
        read_instance(tmp_path / "absent.xlsx")
    with pytest.raises(ProblemError, match="not a file"):
        read_instance(tmp_path)


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("content", [b"", b"<a", b"<a/>"])
def test_a_workbook_with_a_damaged_part_is_named_or_read(book: Path, part: str, content: bytes) -> None:
    with zipfile.ZipFile(book) as found:
        parts = {name: found.read(name) for name in found.namelist()}
    with zipfile.ZipFile(book, "w") as damaged:
        for name, held in (parts | {part: content}).items():
            damaged.writestr(name, held)
    try:
        problem = read_instance(book)
    except ProblemError as fault:
        assert fault.place == "case.xlsx"
    else:
        assert (problem.talks, part) == (drawn(0).talks, "xl/styles.xml")


def test_a_damaged_stream_and_a_workbook_packed_to_burst_are_named(book: Path) -> None:
    with zipfile.ZipFile(book) as found:
        first = found.getinfo("xl/workbook.xml").header_offset + 30 + len("xl/workbook.xml")
    whole = book.read_bytes()
    book.write_bytes(whole[:first] + b"\xff" * 60 + whole[first + 60 :])
    with pytest.raises(ProblemError, match="not an Excel workbook"):
        read_instance(book)
    packed = bytearray(whole)
    entry = packed.index(b"PK\x01\x02")
    packed[entry + 24 : entry + 28] = (10**9).to_bytes(4, "little")
    book.write_bytes(packed)
    with pytest.raises(ProblemError, match="larger than 100 MB"):
        read_instance(book)


def test_a_chart_in_the_place_of_a_table_is_a_missing_sheet(book: Path) -> None:
    found = load_workbook(book)
    found.remove(found["rooms"])
    found.create_chartsheet("rooms")
    found.save(book)
    with pytest.raises(ProblemError, match="case.xlsx: "):
        read_instance(book)


@pytest.mark.parametrize(("zone", "minutes"), [("GMT+5:30", 330), ("GMT-3:30", -210), ("GMT−4", -240), ("UTC+1", 60)])
def test_judge_and_reader_understand_the_same_zones(tmp_path: Path, zone: str, minutes: int) -> None:
    book = write_instance(tmp_path / "case.xlsx", drawn(8))
    edit(book, "submissions", "E2", zone)
    problem = read_instance(book)
    assert problem.talks[0].zone == minutes
    plan = next(every_plan(problem))
    write_solution(tmp_path / "plan.xlsx", problem, plan)
    assert check_files(book, tmp_path / "plan.xlsx").cost == evaluate(problem, plan).cost


@pytest.mark.parametrize("sheet", ["parameters", "similar tracks", "rooms"])
def test_a_missing_or_empty_sheet_is_named(book: Path, sheet: str) -> None:
    found = load_workbook(book)
    found.remove(found[sheet])
    found.save(book)
    with pytest.raises(ProblemError, match=f"The sheet “{sheet}” is missing"):
        read_instance(book)
    found = load_workbook(book)
    found.create_sheet(sheet)
    found.save(book)
    with pytest.raises(ProblemError, match="This sheet is empty"):
        read_instance(book)


def test_a_plan_for_another_problem_is_refused(tmp_path: Path) -> None:
    problem = plain([Talk("a", 0, slots=2), Talk("b", 0)])
    plan = tmp_path / "plan.xlsx"
    write_solution(plan, problem, (Place(0, 0, 0), Place(1, 0, 1)))
    assert read_solution(plan, problem) == (Place(0, 0, 0), Place(1, 0, 1))
    with pytest.raises(ProblemError, match="The talk “a” is unknown"):
        read_solution(plan, plain([Talk("x", 0)]))
    with pytest.raises(ProblemError, match="The room “R0” is unknown"):
        read_solution(plan, SessionProblem((A,), (Track("T"),), (Session("S0", 2),), ("Hall",), {}))
    edit(plan, "sol", "B6", None)
    with pytest.raises(ProblemError, match=r"sol\[a\]: It does not hold exactly its 2 adjacent"):
        read_solution(plan, problem)


def test_a_workbook_without_any_sheet_of_ours_is_named(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "other.xlsx")
    with pytest.raises(ProblemError, match="The sheet “parameters” is missing"):
        read_instance(tmp_path / "other.xlsx")


@pytest.mark.parametrize("seed", range(6))
def test_what_is_written_is_read_back(seed: int, tmp_path: Path) -> None:
    problem = drawn(seed)
    again = read_instance(write_instance(tmp_path / "case.xlsx", problem))
    pinless = [Talk(t.ref, t.track, t.slots, t.order, t.zone, t.people, t.attendees) for t in problem.talks]
    assert list(again.talks) == pinless
    assert (again.tracks, again.sessions, again.rooms) == (problem.tracks, problem.sessions, problem.rooms)
    assert (again.weights, again.zones) == (problem.weights, problem.zones)
    assert again.similar.tolist() == problem.similar.tolist()
    assert again.talk_room.tolist() == problem.talk_room.tolist()
    if next(every_plan(again), None) is not None:
        plan = solve(again)
        write_solution(tmp_path / "plan.xlsx", again, plan.places)
        assert read_solution(tmp_path / "plan.xlsx", again) == plan.places
