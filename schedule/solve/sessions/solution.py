"""Plans as workbooks in the manner of CoSPLib: sheet ``sol`` with tracks and talks, sheet ``violations``."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook

from plumbing.files import write_whole
from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError
from schedule.solve.sessions.evaluate import Evaluation, evaluate
from schedule.solve.sessions.problem import Place, Places, SessionProblem
from schedule.solve.sessions.terms import Term
from schedule.solve.sessions.workbook import Row, cell_of, read_sheets, spot, text_of

_HEADS = {
    Term.TRACK_SESSION: "Evaluate Tracks|Sessions",
    Term.TRACK_ROOM: "Evaluate Tracks|Rooms",
    Term.SESSION_ROOM: "Evaluate Sessions|Rooms",
    Term.SIMILAR: "Evaluate Similar Tracks",
    Term.ROOMS: "Evaluate NumberOfRoomsPerTrack",
    Term.PARALLEL: "Evaluate Parallel Tracks",
    Term.CONSECUTIVE: "Evaluate Consecutive Tracks",
    Term.ZONE: "Evaluate Submissions|Timezones",
    Term.ORDER: "Evaluate Submissions Order",
    Term.TALK_SESSION: "Evaluate Submissions|Sessions",
    Term.TALK_ROOM: "Evaluate Submissions|Rooms",
    Term.PRESENTERS: "Evaluate Presenters Conflicts",
    Term.ATTENDEES: "Evaluate Attendees Conflicts",
    Term.CHAIRS: "Evaluate Chairs Conflicts",
    Term.PRESENTERS_SLOT: "Evaluate Presenters Conflicts Timeslot Level",
    Term.ATTENDEES_SLOT: "Evaluate Attendees Conflicts Timeslot Level",
}


def write_solution(path: Path, problem: SessionProblem, places: Sequence[Place | None]) -> None:
    """The whole file or none: written beside its place, then moved there. Raises ``OSError``."""
    book = Workbook()
    sheet = book.active
    sheet.title = "sol"
    for row in _plan_rows(problem, places):
        sheet.append(row)
    violations = book.create_sheet("violations")
    for line in _violation_rows(problem, evaluate(problem, places)):
        violations.append(line)
    content = BytesIO()
    book.save(content)
    write_whole(path, content.getvalue())


def _plan_rows(problem: SessionProblem, places: Sequence[Place | None]) -> list[list[str | None]]:
    labels: dict[tuple[int, int], str] = {}
    held: dict[tuple[int, int, int], str] = {}
    for talk, place in zip(problem.talks, places, strict=True):
        if place is None:
            continue
        labels[place.session, place.room] = problem.tracks[talk.track].name
        for slot in range(place.slot, place.slot + talk.slots):
            held[place.session, place.room, slot] = talk.ref
    rooms = range(len(problem.rooms))
    rows: list[list[str | None]] = [[None, *problem.rooms]]
    for s, session in enumerate(problem.sessions):
        rows.append([session.name, *(labels.get((s, r)) for r in rooms)])
    rows.append([None])
    for s, session in enumerate(problem.sessions):
        for slot in range(session.slots):
            rows.append([session.name, *(held.get((s, r, slot)) for r in rooms)])
    return rows


def _violation_rows(problem: SessionProblem, found: Evaluation) -> list[list[str | int | None]]:
    columns: list[list[tuple[str, int]]] = []
    for term in Term:
        lines = [
            (", ".join(problem.talks[i].ref for i in talks[:4]), problem.weight(term) * count)
            for what, count, talks in found.findings
            if what is term
        ]
        columns.append([*lines, ("Total", problem.weight(term) * found.counts[term])])
    rows: list[list[str | int | None]] = [["Obj"]]
    for term in Term:
        rows[0] += [_HEADS[term], None]
    for number in range(max(len(column) for column in columns)):
        row: list[str | int | None] = [f"Objective Value = {found.cost}" if number == 0 else None]
        for column in columns:
            row += list(column[number]) if number < len(column) else [None, None]
        rows.append(row)
    return rows


def read_solution(path: Path, problem: SessionProblem) -> Places:
    """The place of every talk, None for those that do not stand in the plan. Raises ``ProblemError``."""
    rows = read_sheets(path, ["sol"])["sol"]
    rooms = {name: r for r, name in enumerate(problem.rooms)}
    sessions = {session.name: s for s, session in enumerate(problem.sessions)}
    refs = {talk.ref: i for i, talk in enumerate(problem.talks)}
    columns = _room_columns(rows, rooms)
    first = next((n for n in range(1, len(rows)) if not text_of(cell_of(rows, n, 0))), len(rows))
    seen = [0] * len(problem.sessions)
    found: dict[int, list[Place]] = {}
    for number in range(first + 1, len(rows)):
        name = text_of(cell_of(rows, number, 0))
        if not name:
            continue
        if name not in sessions:
            raise ProblemError(spot("sol", number, 0), sentence("The session “%(name)s” is unknown.", name=name))
        s = sessions[name]
        for column, r in columns.items():
            ref = text_of(cell_of(rows, number, column))
            if not ref:
                continue
            if ref not in refs:
                raise ProblemError(spot("sol", number, column), sentence("The talk “%(name)s” is unknown.", name=ref))
            found.setdefault(refs[ref], []).append(Place(s, r, seen[s]))
        seen[s] += 1
    return tuple(_joined(problem, i, found.get(i, [])) for i in range(len(problem.talks)))


def _room_columns(rows: list[Row], rooms: dict[str, int]) -> dict[int, int]:
    columns = {}
    for column in range(1, len(rows[0])):
        name = text_of(rows[0][column])
        if not name:
            continue
        if name not in rooms:
            raise ProblemError(spot("sol", 0, column), sentence("The room “%(name)s” is unknown.", name=name))
        columns[column] = rooms[name]
    return columns


def _joined(problem: SessionProblem, i: int, slots: list[Place]) -> Place | None:
    """The first of the adjacent slots of a talk. Raises ``ProblemError`` when they are torn apart."""
    if not slots:
        return None
    talk, first = problem.talks[i], slots[0]
    wanted = [Place(first.session, first.room, first.slot + k) for k in range(talk.slots)]
    if slots != wanted:
        words = sentence("It does not hold exactly its %(slots)s adjacent time slots in one room.", slots=talk.slots)
        raise ProblemError(f"sol[{talk.ref}]", words)
    return first
