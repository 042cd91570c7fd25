"""Workbooks of the CoSPLib collection: reading instances, reading and writing plans.

Traps of the format: rows are found by name, not by position; the table of similar tracks is read from its upper
triangle in the order of its own rows; weights stand by their place in the sheet.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from plumbing.sentences import sentence
from schedule.solve.errors import ProblemError
from schedule.solve.sessions.problem import Ints, Session, SessionProblem, Talk, Track, ZoneRules
from schedule.solve.sessions.terms import Term
from schedule.solve.sessions.workbook import (
    Row,
    Sheets,
    cell_of,
    day_of,
    is_blank,
    minutes_of,
    names_of,
    read_sheets,
    spot,
    text_of,
    whole_of,
    zone_of,
)

SHEETS = (
    "parameters",
    "submissions",
    "tracks",
    "sessions",
    "rooms",
    "tracks_sessions|penalty",
    "tracks_rooms|penalty",
    "similar tracks",
    "sessions_rooms|penalty",
)
COLUMNS = ("Reference", "Track", "Required Timeslots", "Order", "Time Zone", "Presenters", "Attendees")
WEIGHT_COLUMN = 4
Index = Mapping[str, int]


def read_instance(path: Path) -> SessionProblem:
    """The problem of one workbook. Raises ``ProblemError`` naming sheet and cell."""
    sheets = read_sheets(path, SHEETS)
    tracks = _tracks(sheets["tracks"])
    sessions = _sessions(sheets["sessions"])
    rooms = tuple(_names(sheets["rooms"], "rooms"))
    track_at = _index([track.name for track in tracks], "tracks")
    session_at = _index([session.name for session in sessions], "sessions")
    room_at = _index(rooms, "rooms")
    rows, columns = _submission_frame(sheets["submissions"], session_at, room_at)
    talks = tuple(_talk(row, number, track_at) for number, row in rows)
    return SessionProblem(
        talks=talks,
        tracks=tracks,
        sessions=sessions,
        rooms=rooms,
        weights=_weights(sheets["parameters"]),
        talk_session=_talk_table(rows, columns, session_at),
        talk_room=_talk_table(rows, columns, room_at),
        track_session=_table(sheets, "tracks_sessions|penalty", track_at, session_at),
        track_room=_table(sheets, "tracks_rooms|penalty", track_at, room_at),
        session_room=_table(sheets, "sessions_rooms|penalty", session_at, room_at),
        similar=_similar(sheets["similar tracks"], track_at),
        zones=_zones(sheets["parameters"]),
    )


def _index(names: list[str] | tuple[str, ...], sheet: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        if name in found:
            raise ProblemError(sheet, sentence("“%(name)s” stands twice.", name=name))
        found[name] = len(found)
    return found


def _names(rows: list[Row], sheet: str) -> list[str]:
    names = [text_of(cell_of(rows, number, 0)) for number in range(1, len(rows)) if not _is_empty(rows[number])]
    for number, name in enumerate(names):
        if not name:
            raise ProblemError(spot(sheet, number + 1, 0), sentence("A name is missing."))
    return names


def _is_empty(row: Row) -> bool:
    return all(is_blank(cell) for cell in row)


def _tracks(rows: list[Row]) -> tuple[Track, ...]:
    chairs = [names_of(cell_of(rows, number, 1)) for number in range(1, len(rows)) if not _is_empty(rows[number])]
    return tuple(Track(name, who) for name, who in zip(_names(rows, "tracks"), chairs, strict=True))


def _sessions(rows: list[Row]) -> tuple[Session, ...]:
    if len(rows[0]) < 5:
        raise ProblemError("sessions", sentence("A column is missing: name, time slots, date, start and end."))
    found = []
    for number in range(1, len(rows)):
        row = rows[number]
        if _is_empty(row):
            continue
        name = text_of(row[0])
        if not name:
            raise ProblemError(spot("sessions", number, 0), sentence("A name is missing."))
        found.append(
            Session(
                name,
                whole_of(row[1], spot("sessions", number, 1)),
                minutes_of(row[3], spot("sessions", number, 3)),
                minutes_of(row[4], spot("sessions", number, 4)),
                day_of(row[2], spot("sessions", number, 2)),
            )
        )
    return tuple(found)


def _submission_frame(
    rows: list[Row], session_at: Index, room_at: Index
) -> tuple[list[tuple[int, Row]], dict[str, int]]:
    """The rows that hold talks with their numbers, and the column of each session and room."""
    heads = [text_of(cell) for cell in rows[0]]
    for column, name in enumerate(COLUMNS):
        if column >= len(heads) or heads[column].casefold() != name.casefold():
            raise ProblemError(spot("submissions", 0, column), sentence("The column “%(name)s” is missing.", name=name))
    columns: dict[str, int] = {}
    for column in range(len(COLUMNS), len(heads)):
        name = heads[column]
        if not name:
            continue
        if name not in session_at and name not in room_at:
            raise ProblemError(
                spot("submissions", 0, column), sentence("“%(name)s” is neither a session nor a room.", name=name)
            )
        if name in columns:
            raise ProblemError(spot("submissions", 0, column), sentence("“%(name)s” stands twice.", name=name))
        columns[name] = column
    for name in [*session_at, *room_at]:
        if name not in columns:
            raise ProblemError("submissions", sentence("The column “%(name)s” is missing.", name=name))
    return [(number, row) for number, row in enumerate(rows[1:], start=1) if not _is_empty(row)], columns


def _talk(row: Row, number: int, track_at: Index) -> Talk:
    ref, track = text_of(row[0]), text_of(row[1])
    if not ref:
        raise ProblemError(spot("submissions", number, 0), sentence("A reference is missing."))
    if track not in track_at:
        raise ProblemError(spot("submissions", number, 1), sentence("The track “%(name)s” is unknown.", name=track))
    return Talk(
        ref,
        track_at[track],
        whole_of(row[2], spot("submissions", number, 2)),
        whole_of(row[3], spot("submissions", number, 3)),
        0 if is_blank(row[4]) else zone_of(row[4], spot("submissions", number, 4)),
        names_of(row[5]),
        names_of(row[6]),
    )


def _talk_table(rows: list[tuple[int, Row]], columns: Mapping[str, int], at: Index) -> Ints:
    table = np.zeros((len(rows), len(at)), dtype=np.int64)
    for line, (number, row) in enumerate(rows):
        for name, place in at.items():
            column = columns[name]
            cell = row[column] if column < len(row) else None
            table[line, place] = whole_of(cell, spot("submissions", number, column))
    return table


def _table(sheets: Sheets, sheet: str, row_at: Index, column_at: Index) -> Ints:
    rows = sheets[sheet]
    table = np.zeros((len(row_at), len(column_at)), dtype=np.int64)
    columns = {column: text_of(cell) for column, cell in enumerate(rows[0]) if column and not is_blank(cell)}
    _check_heads(sheet, columns, column_at)
    seen = set()
    for number, row in enumerate(rows[1:], start=1):
        if _is_empty(row):
            continue
        name = text_of(row[0])
        if name not in row_at:
            raise ProblemError(spot(sheet, number, 0), sentence("“%(name)s” is unknown.", name=name))
        if name in seen:
            raise ProblemError(spot(sheet, number, 0), sentence("“%(name)s” stands twice.", name=name))
        seen.add(name)
        for column, head in columns.items():
            table[row_at[name], column_at[head]] = whole_of(row[column], spot(sheet, number, column))
    for name in row_at:
        if name not in seen:
            raise ProblemError(sheet, sentence("The row “%(name)s” is missing.", name=name))
    return table


def _check_heads(sheet: str, columns: Mapping[int, str], column_at: Index) -> None:
    heads = list(columns.values())
    for column, head in columns.items():
        if head not in column_at:
            raise ProblemError(spot(sheet, 0, column), sentence("“%(name)s” is unknown.", name=head))
        if heads.count(head) > 1:
            raise ProblemError(spot(sheet, 0, column), sentence("“%(name)s” stands twice.", name=head))
    for name in column_at:
        if name not in heads:
            raise ProblemError(sheet, sentence("The column “%(name)s” is missing.", name=name))


def _similar(rows: list[Row], track_at: Index) -> Ints:
    """Symmetric: for two tracks the cell counts that stands in the upper row of the two."""
    table = np.zeros((len(track_at), len(track_at)), dtype=np.int64)
    names = []
    for number, row in enumerate(rows[1:], start=1):
        name = text_of(row[0])
        if name not in track_at:
            raise ProblemError(spot("similar tracks", number, 0), sentence("“%(name)s” is unknown.", name=name))
        names.append(name)
    _index(names, "similar tracks")
    if len(names) != len(track_at):
        raise ProblemError("similar tracks", sentence("This table does not list every track once."))
    for down, name in enumerate(names):
        for across, other in enumerate(names):
            value = whole_of(cell_of(rows, down + 1, across + 1), spot("similar tracks", down + 1, across + 1))
            if down < across:
                table[track_at[name], track_at[other]] = value
                table[track_at[other], track_at[name]] = value
    return table


def _weights(rows: list[Row]) -> dict[Term, int]:
    weights = {}
    for number, term in enumerate(Term, start=1):
        cell: Any = cell_of(rows, number, WEIGHT_COLUMN)
        place = spot("parameters", number, WEIGHT_COLUMN)
        if is_blank(cell):
            raise ProblemError(place, sentence("A weight is missing."))
        weights[term] = whole_of(cell, place)
    return weights


def _zones(rows: list[Row]) -> ZoneRules:
    def minutes(row: int) -> int:
        return minutes_of(cell_of(rows, row, 1), spot("parameters", row, 1))

    return ZoneRules(
        local=zone_of(cell_of(rows, 1, 1), spot("parameters", 1, 1)),
        suits_from=minutes(3),
        suits_until=minutes(4),
        less_from=minutes(6),
        less_until=minutes(7),
        small=whole_of(cell_of(rows, 8, 1), spot("parameters", 8, 1)),
        big=whole_of(cell_of(rows, 10, 1), spot("parameters", 10, 1)),
    )
