"""From a workbook to a ``ConferenceProblem``. Raises ``ProblemError`` with the sheet and cell at fault, never less."""

from datetime import date
from pathlib import Path
from typing import Any

from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError
from schedule.solve.optaplanner.cells import Row, Table, clock_in, day_in, is_busy, open_workbook, score_in
from schedule.solve.optaplanner.names import Rule
from schedule.solve.optaplanner.problem import (
    DAY_MINUTES,
    NOTHING,
    WEIGHT_MAX,
    ConferenceProblem,
    Room,
    Score,
    Speaker,
    Talk,
    Timeslot,
    Wishes,
)

Slots = dict[tuple[date, int, int], int]
PAUSE_LABEL = "Minimum consecutive talks pause in minutes"
TYPES = "Talk types"


def read_instance(path: Path | str) -> ConferenceProblem:
    """Read the five sheets that state the problem; the views are not looked at."""
    workbook = open_workbook(Path(path))
    name, pause, weights = _configuration(workbook)
    timeslots = _timeslots(workbook)
    slots: Slots = {(slot.day, slot.start, slot.end): at for at, slot in enumerate(timeslots)}
    rooms = _rooms(workbook, slots)
    speakers = _speakers(workbook, slots)
    talks = _talks(workbook, slots, rooms, speakers)
    return ConferenceProblem(name, pause, weights, tuple(timeslots), tuple(rooms), tuple(speakers), tuple(talks))


def _configuration(workbook: Any) -> tuple[str, int, dict[Rule, Score]]:
    """Name, pause and weights. A rule that is not known here must weigh nothing."""
    table = Table(workbook, "Configuration")
    name, pause = "", 0
    weights: dict[Rule, Score] = {}
    known = {str(rule): rule for rule in Rule}
    for cells in table.sheet.iter_rows(max_col=2):
        label, value = str(cells[0].value or "").strip(), cells[-1].value
        place = f"Configuration!{cells[-1].coordinate}"
        if label == "Conference name":
            name = str(value or "").strip()
        elif label == PAUSE_LABEL:
            pause = _minutes(value, place)
        elif label not in ("", "Constraint"):
            weight = score_in(value)
            if weight is None or min(weight) < 0 or max(weight) > WEIGHT_MAX:
                raise ProblemError(place, sentence("This is not a weight, such as 0hard/0medium/10soft."))
            if label not in known and weight != NOTHING:
                raise ProblemError(place, sentence("The constraint %(name)s is not known here.", name=label))
            if label in known:
                weights[known[label]] = weight
    if not weights:
        raise ProblemError("Configuration", sentence("There are no weights here."))
    return name, pause, weights


def _minutes(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= DAY_MINUTES:
        raise ProblemError(place, sentence("This is not a number of minutes."))
    return int(value)


def _timeslots(workbook: Any) -> list[Timeslot]:
    found: list[Timeslot] = []
    for row in Table(workbook, "Timeslots").rows():
        slot = Timeslot(row.day("Day"), row.clock("Start"), row.clock("End"), row.tags(TYPES), row.tags("Tags"))
        if slot.end <= slot.start:
            raise ProblemError(row.place("End"), sentence("This timeslot does not end after it starts."))
        if any((slot.day, slot.start, slot.end) == (one.day, one.start, one.end) for one in found):
            raise ProblemError(row.place("Day"), sentence("This timeslot stands here twice."))
        found.append(slot)
    if not found:
        raise ProblemError("Timeslots", sentence("There is nothing here to plan with."))
    return found


def _rooms(workbook: Any, slots: Slots) -> list[Room]:
    table = Table(workbook, "Rooms", header=2)
    columns = _slot_columns(table, slots)
    found: dict[str, Room] = {}
    for row in table.rows():
        name = _new_name(row, "Name", found)
        capacity = row.number_of("Capacity")
        found[name] = Room(name, capacity, row.tags(TYPES), row.tags("Tags"), _busy(row, columns))
    return list(found.values())


def _speakers(workbook: Any, slots: Slots) -> list[Speaker]:
    table = Table(workbook, "Speakers", header=2)
    columns = _slot_columns(table, slots)
    found: dict[str, Speaker] = {}
    for row in table.rows():
        name = _new_name(row, "Name", found)
        found[name] = Speaker(name, _wishes(row, "timeslot"), _wishes(row, "room"), _busy(row, columns))
    return list(found.values())


def _new_name(row: Row, column: str, found: dict[str, Any]) -> str:
    name = row.needed(column)
    if name in found:
        raise ProblemError(row.place(column), sentence("%(name)s stands here twice.", name=name))
    return name


def _wishes(row: Row, what: str) -> Wishes:
    required, preferred, prohibited, undesired = (
        row.tags(f"{wish} {what} tags") for wish in ("Required", "Preferred", "Prohibited", "Undesired")
    )
    return Wishes(required, preferred, prohibited, undesired)


def _slot_columns(table: Table, slots: Slots) -> dict[int, int]:
    """Which column stands for which timeslot: the day stands above its first column, the times in each."""
    day: date | None = None
    found: dict[int, int] = {}
    for column, cell in enumerate(table.sheet[1]):
        day = day_in(cell.value) or day
        label = table.labels[column]
        if day is None or "-" not in label:
            continue
        start, _, end = label.partition("-")
        at = slots.get((day, clock_in(start) or 0, clock_in(end) or 0))
        if at is None:
            place = f"{table.title}!{table.sheet.cell(table.header, column + 1).coordinate}"
            raise ProblemError(place, sentence("There is no such timeslot."))
        found[column] = at
    return found


def _busy(row: Row, columns: dict[int, int]) -> frozenset[int]:
    return frozenset(slot for column, slot in columns.items() if is_busy(row.cells[column]))


def _talks(workbook: Any, slots: Slots, rooms: list[Room], speakers: list[Speaker]) -> list[Talk]:
    table = Table(workbook, "Talks")
    rows = list(table.rows())
    codes: dict[str, int] = {}
    for row in rows:
        codes[_new_name(row, "Code", codes)] = len(codes)
    at_room = {room.name: at for at, room in enumerate(rooms)}
    at_speaker = {speaker.name: at for at, speaker in enumerate(speakers)}
    return [_talk(row, codes, slots, at_room, at_speaker) for row in rows]


def _talk(row: Row, codes: dict[str, int], slots: Slots, rooms: dict[str, int], speakers: dict[str, int]) -> Talk:
    code = row.text("Code")
    prerequisites = frozenset(_known(row, "Prerequisite talks codes", codes))
    if codes[code] in prerequisites:
        raise ProblemError(row.place("Prerequisite talks codes"), sentence("A talk cannot build on itself."))
    published = "Published Timeslot"
    return Talk(
        code,
        row.text("Title"),
        row.needed("Talk type"),
        tuple(dict.fromkeys(_known(row, "Speakers", speakers))),
        row.tags("Theme track tags"),
        row.tags("Sector tags"),
        row.tags("Audience types"),
        row.number_of("Audience level", empty=1),
        row.tags("Content tags"),
        row.text("Language"),
        _wishes(row, "timeslot"),
        _wishes(row, "room"),
        row.tags("Mutually exclusive talks tags"),
        prerequisites,
        row.number_of("Favorite count", empty=0),
        row.number_of("Crowd control risk", empty=0),
        row.flag("Pinned by user"),
        _slot(row, "Timeslot day", "Start", "End", slots),
        _lone(row, "Room", rooms),
        _slot(row, published, "Published Start", "Published End", slots),
        _lone(row, "Published Room", rooms),
    )


def _known(row: Row, column: str, known: dict[str, int]) -> list[int]:
    for name in row.names(column):
        if name not in known:
            raise ProblemError(row.place(column), sentence("%(name)s is not known.", name=name))
    return [known[name] for name in row.names(column)]


def _lone(row: Row, column: str, known: dict[str, int]) -> int | None:
    found = _known(row, column, known)
    if len(found) > 1:
        raise ProblemError(row.place(column), sentence("Only one can stand here."))
    return found[0] if found else None


def _slot(row: Row, day: str, start: str, end: str, slots: Slots) -> int | None:
    """The timeslot named by three cells; None if the first is empty."""
    if not row.text(day):
        return None
    at = slots.get((row.day(day), row.clock(start), row.clock(end)))
    if at is None:
        raise ProblemError(row.place(day), sentence("There is no such timeslot."))
    return at
