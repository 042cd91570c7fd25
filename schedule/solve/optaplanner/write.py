"""Writing a plan in the format it was read from: the five sheets of the problem, and a score view."""

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from plumbing.files import write_whole
from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError
from schedule.solve.optaplanner.cells import BUSY_FILL
from schedule.solve.optaplanner.check import Verdict, check
from schedule.solve.optaplanner.names import Rule
from schedule.solve.optaplanner.problem import ConferenceProblem, Place, Talk, Timeslot, Wishes
from schedule.solve.optaplanner.read import PAUSE_LABEL, TYPES

BOLD = Font(bold=True)
BUSY = PatternFill("solid", fgColor=BUSY_FILL)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # as in the source, whatever the language here
WISHES = ("Required", "Preferred", "Prohibited", "Undesired")
FORMULA_STARTS = ("=", "+", "-", "@")
TALK_COLUMNS = (
    "Code,Title,Talk type,Speakers,Theme track tags,Sector tags,Audience types,Audience level,Content tags,Language,"
    "Required timeslot tags,Preferred timeslot tags,Prohibited timeslot tags,Undesired timeslot tags,"
    "Required room tags,Preferred room tags,Prohibited room tags,Undesired room tags,"
    "Mutually exclusive talks tags,Prerequisite talks codes,Favorite count,Crowd control risk,Pinned by user,"
    "Timeslot day,Start,End,Room,Published Timeslot,Published Start,Published End,Published Room"
).split(",")

Places = tuple[Place | None, ...]


def write_solution(problem: ConferenceProblem, places: Places, path: Path | str) -> None:
    """Write a workbook that ``read_instance`` reads back equal, talks now standing where ``places`` says.

    Raises ``ProblemError`` if the file cannot be written.
    """
    book = Workbook()
    _configuration(problem, book.active)
    _timeslots(problem, book.create_sheet("Timeslots"))
    _rooms(problem, book.create_sheet("Rooms"))
    _speakers(problem, book.create_sheet("Speakers"))
    _talks(problem, places, book.create_sheet("Talks"))
    _score_view(problem, check(problem, places), book.create_sheet("Score view"))
    content = BytesIO()
    book.save(content)
    try:
        write_whole(Path(path), content.getvalue())
    except OSError as error:
        raise ProblemError(Path(path).name, sentence("The file cannot be written.")) from error


def _append(sheet: Any, values: Iterable[Any], *, bold: bool = False) -> None:
    """One row; text is always text, never a formula."""
    row = sheet._current_row + 1
    sheet.append(list(values))
    for cell in sheet[row]:
        if isinstance(cell.value, str) and cell.value.startswith(FORMULA_STARTS):
            cell.data_type = "s"
        if bold:
            cell.font = BOLD


def _configuration(problem: ConferenceProblem, sheet: Any) -> None:
    sheet.title = "Configuration"
    _append(sheet, ("Conference name", problem.name))
    _append(sheet, (PAUSE_LABEL, problem.pause_minutes))
    _append(sheet, ())
    _append(sheet, ("Constraint", "Score weight"), bold=True)
    for rule in Rule:
        if rule in problem.weights:
            _append(sheet, (str(rule), str(problem.weights[rule])))


def _timeslots(problem: ConferenceProblem, sheet: Any) -> None:
    _append(sheet, ("Day", "Start", "End", TYPES, "Tags"), bold=True)
    for slot in problem.timeslots:
        _append(sheet, (*_when(slot), _listed(slot.talk_types), _listed(slot.tags)))


def _rooms(problem: ConferenceProblem, sheet: Any) -> None:
    columns = ("Name", "Capacity", TYPES, "Tags")
    _slot_header(problem, sheet, columns)
    for room in problem.rooms:
        _append(sheet, (room.name, room.capacity, _listed(room.talk_types), _listed(room.tags)))
        _paint(sheet, len(columns), room.unavailable)


def _speakers(problem: ConferenceProblem, sheet: Any) -> None:
    columns = ("Name", *(f"{wish} {what} tags" for what in ("timeslot", "room") for wish in WISHES))
    _slot_header(problem, sheet, columns)
    for speaker in problem.speakers:
        _append(sheet, (speaker.name, *_wishes(speaker.times), *_wishes(speaker.rooms)))
        _paint(sheet, len(columns), speaker.unavailable)


def _slot_header(problem: ConferenceProblem, sheet: Any, columns: tuple[str, ...]) -> None:
    """Days above, times below, one column for each timeslot."""
    whens = [_when(slot) for slot in problem.timeslots]
    _append(sheet, ("",) * len(columns) + tuple(day for day, _, _ in whens), bold=True)
    _append(sheet, (*columns, *(f"{start}-{end}" for _, start, end in whens)), bold=True)


def _paint(sheet: Any, offset: int, slots: frozenset[int]) -> None:
    for slot in slots:
        sheet.cell(sheet._current_row, offset + slot + 1).fill = BUSY


def _talks(problem: ConferenceProblem, places: Places, sheet: Any) -> None:
    _append(sheet, TALK_COLUMNS, bold=True)
    for talk, place in zip(problem.talks, places, strict=True):
        _append(sheet, (*_facts(problem, talk), *_stands(problem, talk, place)))


def _facts(problem: ConferenceProblem, talk: Talk) -> tuple[Any, ...]:
    """What is true of a talk wherever it stands."""
    return (
        talk.code,
        talk.title,
        talk.talk_type,
        ", ".join(problem.speakers[speaker].name for speaker in talk.speakers),
        _listed(talk.themes),
        _listed(talk.sectors),
        _listed(talk.audience_types),
        talk.audience_level,
        _listed(talk.contents),
        talk.language,
        *_wishes(talk.times),
        *_wishes(talk.rooms),
        _listed(talk.exclusive),
        ", ".join(problem.talks[other].code for other in sorted(talk.prerequisites)),
        talk.favourites,
        talk.crowd_risk,
        talk.is_pinned,
    )


def _stands(problem: ConferenceProblem, talk: Talk, place: Place | None) -> tuple[Any, ...]:
    """Where a talk stands, and where it was published to stand."""
    now = (None, None) if place is None else (place.timeslot, place.room)
    cells: list[Any] = []
    for slot, room in (now, (talk.published_timeslot, talk.published_room)):
        cells += _when(problem.timeslots[slot]) if slot is not None else ("", "", "")
        cells.append(problem.rooms[room].name if room is not None else "")
    return tuple(cells)


def _score_view(problem: ConferenceProblem, verdict: Verdict, sheet: Any) -> None:
    """The whole score, each constraint's part, then every match."""
    _append(sheet, ("Score", str(verdict.score)), bold=True)
    _append(sheet, ())
    header = ("Constraint name", "Constraint weight", "Match count", "Score", "", "Match score", "Justifications")
    _append(sheet, header, bold=True)
    found = sorted(verdict.by_rule().items(), key=lambda item: item[1][1])
    for rule, (matches, score) in found:
        _append(sheet, (str(rule), str(problem.weight(rule)), matches, str(score)))
    for rule, (matches, score) in found:
        _append(sheet, ())
        _append(sheet, (str(rule), str(problem.weight(rule)), matches, str(score)), bold=True)
        for match in sorted((one for one in verdict.matches if one.rule == rule), key=lambda one: one.score):
            codes = ", ".join(problem.talks[talk].code for talk in match.talks)
            _append(sheet, (None, None, None, None, None, str(match.score), codes))


def _when(slot: Timeslot) -> tuple[str, str, str]:
    return f"{DAYS[slot.day.weekday()]} {slot.day.isoformat()}", _clock(slot.start), _clock(slot.end)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _listed(tags: Iterable[str]) -> str:
    return ", ".join(sorted(tags))


def _wishes(wishes: Wishes) -> tuple[str, str, str, str]:
    return _listed(wishes.required), _listed(wishes.preferred), _listed(wishes.prohibited), _listed(wishes.undesired)
