"""An independent judge: reads instance and plan from their files and adds up the cost by itself.

Nothing of the solver is used here, neither its reader nor its evaluator, so that a fault in one of them shows.
Plain rows and plain names; slow and literal on purpose.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

WEIGHTS = (
    "tracks_sessions",
    "tracks_rooms",
    "sessions_rooms",
    "similar",
    "rooms",
    "parallel",
    "consecutive",
    "zones",
    "order",
    "submissions_sessions",
    "submissions_rooms",
    "presenters",
    "attendees",
    "chairs",
    "presenters_slot",
    "attendees_slot",
)

Row = list[Any]
Labels = dict[tuple[str, str], str]
Held = dict[tuple[str, str, int], str]
Grid = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Verdict:
    """``cost`` is Σ weight × count; ``faults`` are broken hard rules in plain English, for developers."""

    cost: int
    counts: dict[str, int]
    faults: tuple[str, ...]
    empty_cells: int

    @property
    def is_sound(self) -> bool:
        return not self.faults and not self.empty_cells


@dataclass(frozen=True)
class _Instance:
    weights: dict[str, int]
    tracks: dict[str, set[str]]
    sessions: dict[str, tuple[int, int, int]]
    rooms: list[str]
    talks: dict[str, dict[str, Any]]
    tables: dict[str, Grid]
    hours: list[int]


def check_files(instance_file: Path, plan_file: Path) -> Verdict:
    """The cost and the faults of the plan in ``plan_file``."""
    instance = _read(instance_file)
    labels, held, problems = _read_plan(instance, plan_file)
    problems += list(_faults(instance, labels, held))
    used = {spot[:2] for spot in held}
    full = {cell: track for cell, track in labels.items() if cell in used}
    counts: Counter[str] = Counter()
    for part in (_cells, _tracks, _talks, _order, _people):
        counts.update(part(instance, full, held))
    cost = sum(instance.weights[name] * counts[name] for name in WEIGHTS)
    return Verdict(cost, {name: counts[name] for name in WEIGHTS}, tuple(problems), len(labels) - len(full))


def _rows(book: Any, name: str) -> list[Row]:
    rows = [list(row) for row in book[name].iter_rows(values_only=True)]
    return [row for row in rows if any(_text(cell) for cell in row)]


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _number(cell: Any) -> int:
    return int(float(cell)) if _text(cell) else 0


def _people_in(cell: Any) -> set[str]:
    return {name.strip() for name in _text(cell).split(",")} - {""}


def _clock(cell: Any) -> int:
    hours, minutes = _text(cell).split(" ")[-1].split(":")[:2]
    return int(hours) * 60 + int(minutes)


def _shift(cell: Any) -> int:
    hours, _, minutes = _text(cell)[3:].replace("−", "-").partition(":")
    west = -1 if hours.startswith("-") else 1
    return int(hours or 0) * 60 + west * int(minutes or 0)


def _read(path: Path) -> _Instance:
    book = load_workbook(path, data_only=True)
    raw = [list(row) for row in book["parameters"].iter_rows(values_only=True)]
    heads = [_text(cell) for cell in _rows(book, "submissions")[0]]
    talks = {}
    for row in _rows(book, "submissions")[1:]:
        talks[_text(row[0])] = {
            "track": _text(row[1]),
            "slots": _number(row[2]),
            "order": _number(row[3]),
            "zone": _shift(row[4]) if _text(row[4]) else 0,
            "presenters": _people_in(row[5]),
            "attendees": _people_in(row[6]),
            "penalty": {heads[c]: _number(row[c]) for c in range(7, min(len(heads), len(row))) if heads[c]},
        }
    return _Instance(
        {name: _number(raw[line + 1][4]) for line, name in enumerate(WEIGHTS)},
        {_text(row[0]): _people_in(row[1] if len(row) > 1 else None) for row in _rows(book, "tracks")[1:]},
        {_text(r[0]): (_number(r[1]), _clock(r[3]), _clock(r[4])) for r in _rows(book, "sessions")[1:]},
        [_text(row[0]) for row in _rows(book, "rooms")[1:]],
        talks,
        {
            "tracks_sessions": _grid(_rows(book, "tracks_sessions|penalty")),
            "tracks_rooms": _grid(_rows(book, "tracks_rooms|penalty")),
            "sessions_rooms": _grid(_rows(book, "sessions_rooms|penalty")),
            "similar": _mirror(_rows(book, "similar tracks")),
        },
        [*(_clock(raw[line][1]) for line in (3, 4, 6, 7)), _shift(raw[1][1]), _number(raw[8][1]), _number(raw[10][1])],
    )


def _grid(rows: list[Row]) -> Grid:
    heads = [_text(cell) for cell in rows[0]]
    return {(_text(row[0]), heads[c]): _number(row[c]) for row in rows[1:] for c in range(1, len(heads)) if heads[c]}


def _mirror(rows: list[Row]) -> Grid:
    """Every row overwrites what earlier ones said about the pair, in the way of the collection's own reader."""
    body, grid = rows[1:], {}
    for i, row in enumerate(body):
        for y, other in enumerate(body):
            if i != y:
                value = _number(other[i + 1]) if i + 1 < len(other) else 0
                grid[_text(row[0]), _text(other[0])] = value
                grid[_text(other[0]), _text(row[0])] = value
    return grid


def _read_plan(instance: _Instance, path: Path) -> tuple[Labels, Held, list[str]]:
    rows = [list(row) for row in load_workbook(path, data_only=True)["sol"].iter_rows(values_only=True)]
    rooms = [_text(cell) for cell in rows[0][1:]]
    labels, held, problems = {}, {}, []
    number = 1
    while number < len(rows) and _text(rows[number][0]):
        session = _text(rows[number][0])
        for room, cell in zip(rooms, rows[number][1:], strict=False):
            if _text(cell):
                labels[session, room] = _text(cell)
        number += 1
    seen: Counter[str] = Counter()
    for row in rows[number:]:
        session = _text(row[0])
        if not session:
            continue
        for room, cell in zip(rooms, row[1:], strict=False):
            if _text(cell):
                held[session, room, seen[session]] = _text(cell)
        seen[session] += 1
    for session, most in seen.items():
        if session not in instance.sessions or most > instance.sessions[session][0]:
            problems.append(f"session {session} has too many slots or is unknown")
    return labels, held, problems


def _faults(instance: _Instance, labels: Labels, held: Held) -> Iterator[str]:
    where: dict[str, list[tuple[str, str, int]]] = {}
    for spot, ref in held.items():
        where.setdefault(ref, []).append(spot)
        if spot[1] not in instance.rooms:
            yield f"room {spot[1]} is unknown"
        if ref not in instance.talks:
            yield f"{ref} is unknown"
        elif labels.get(spot[:2]) != instance.talks[ref]["track"]:
            yield f"{ref} stands in a cell of another track"
    for (session, room), track in labels.items():
        if session not in instance.sessions or room not in instance.rooms or track not in instance.tracks:
            yield f"cell {session} {room} {track} is unknown"
    for ref, talk in instance.talks.items():
        spots = sorted(where.get(ref, []), key=lambda spot: spot[2])
        numbers = [spot[2] for spot in spots]
        if len(spots) != talk["slots"] or len({spot[:2] for spot in spots}) != 1:
            yield f"{ref} has {len(spots)} of {talk['slots']} slots in {len({s[:2] for s in spots})} cells"
        elif numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            yield f"{ref} is torn apart"


def _cells(instance: _Instance, labels: Labels, held: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for (session, room), track in labels.items():
        found["tracks_sessions"] += instance.tables["tracks_sessions"][track, session]
        found["tracks_rooms"] += instance.tables["tracks_rooms"][track, room]
        found["sessions_rooms"] += instance.tables["sessions_rooms"][session, room]
    for session in instance.sessions:
        running = [labels[session, room] for room in instance.rooms if (session, room) in labels]
        for one, two in combinations(running, 2):
            if one != two:
                found["similar"] += instance.tables["similar"][one, two]
                found["chairs"] += bool(instance.tracks[one] & instance.tracks[two])
    return found


def _tracks(instance: _Instance, labels: Labels, held: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    order = list(instance.sessions)
    for track in instance.tracks:
        own = [cell for cell, label in labels.items() if label == track]
        if not own:
            continue
        found["rooms"] += len({room for _, room in own}) - 1
        for session in order:
            found["parallel"] += max(0, sum(1 for cell in own if cell[0] == session) - 1)
        used = "".join("x" if any(cell[0] == session for cell in own) else " " for session in order).strip()
        found["consecutive"] += " " in used
    return found


def _talks(instance: _Instance, labels: Any, held: Held) -> Counter[str]:
    found: Counter[str] = Counter()
    for (session, room, _), ref in held.items():
        talk = instance.talks[ref]
        found["submissions_sessions"] += talk["penalty"][session]
        found["submissions_rooms"] += talk["penalty"][room]
        found["zones"] += _hours(instance, talk["zone"], session)
    return found


def _hours(instance: _Instance, zone: int, session: str) -> int:
    good, good_end, fair, fair_end, local, small, big = instance.hours
    _, start, end = instance.sessions[session]
    start, end = ((minutes - local + zone) % 1440 for minutes in (start, end))
    if start < fair or end > fair_end or end < fair:
        return big
    return small if start < good or end > good_end else 0


def _order(instance: _Instance, labels: Labels, held: Held) -> Counter[str]:
    wrong = 0
    for track in instance.tracks:
        line: list[str] = []
        for session, (slots, _, _) in instance.sessions.items():
            for room in instance.rooms:
                if labels.get((session, room)) == track:
                    line += [held[session, room, k] for k in range(slots) if (session, room, k) in held]
        for position, ref in enumerate(dict.fromkeys(line), start=1):
            wrong += instance.talks[ref]["order"] not in (0, position)
    for one, two in _meetings(instance, held):
        a, b = instance.talks[one], instance.talks[two]
        wrong += a["track"] == b["track"] and a["order"] > 0 and b["order"] > 0
    return Counter(order=wrong)


def _meetings(instance: _Instance, held: Held) -> Iterator[tuple[str, str]]:
    """Two talks at a time, for each slot that both hold."""
    for session, (slots, _, _) in instance.sessions.items():
        for k in range(slots):
            now = [held[session, room, k] for room in instance.rooms if (session, room, k) in held]
            yield from combinations(now, 2)


def _people(instance: _Instance, labels: Any, held: Held) -> Counter[str]:
    found: Counter[str] = Counter()
    for one, two in _meetings(instance, held):
        found["presenters_slot"] += _presenters_clash(instance, one, two)
        found["attendees_slot"] += _attendees_clash(instance, one, two)
    for session in instance.sessions:
        here = sorted({(ref, spot[1]) for spot, ref in held.items() if spot[0] == session})
        for (one, room), (two, other) in combinations(here, 2):
            if room != other and one != two:
                found["presenters"] += _presenters_clash(instance, one, two)
                found["attendees"] += _attendees_clash(instance, one, two)
    return found


def _presenters_clash(instance: _Instance, one: str, two: str) -> bool:
    a, b = instance.talks[one], instance.talks[two]
    if a["presenters"] & b["presenters"]:
        return True
    return a["track"] != b["track"] and bool(
        a["presenters"] & instance.tracks[b["track"]] or b["presenters"] & instance.tracks[a["track"]]
    )


def _attendees_clash(instance: _Instance, one: str, two: str) -> bool:
    a, b = instance.talks[one], instance.talks[two]
    if a["attendees"] & (b["attendees"] | b["presenters"]) or b["attendees"] & a["presenters"]:
        return True
    return a["track"] != b["track"] and bool(
        a["attendees"] & instance.tracks[b["track"]] or b["attendees"] & instance.tracks[a["track"]]
    )
