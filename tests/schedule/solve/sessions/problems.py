"""Small problems for tests: by hand, by seed, and as workbooks."""

import random
from collections.abc import Iterator, Sequence
from datetime import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook

from schedule.solve.sessions import Pin, Place, Session, SessionProblem, Talk, Term, Track, ZoneRules, evaluate, faults
from schedule.solve.sessions.cosplib import COLUMNS

PEOPLE = ("Ada", "Ben", "Cleo", "Dan", "Eve")


def plain(
    talks: Sequence[Talk], *, tracks: int = 1, slots: Sequence[int] = (2, 2), rooms: int = 1, **more: Any
) -> SessionProblem:
    """Tracks T0…, sessions S0… of so many slots, rooms R0…; everything else costs nothing unless given."""
    made = tuple(Track(f"T{t}") for t in range(tracks))
    return SessionProblem(
        talks=tuple(talks),
        tracks=more.pop("named_tracks", made),
        sessions=tuple(Session(f"S{s}", count, 540 + 90 * s, 600 + 90 * s) for s, count in enumerate(slots)),
        rooms=tuple(f"R{r}" for r in range(rooms)),
        weights=more.pop("weights", {}),
        **more,
    )


def drawn(seed: int, *, talks: int = 4) -> SessionProblem:
    """A tiny problem with a bit of everything; it may have no plan at all."""
    rng = random.Random(seed)
    tracks, sessions, rooms = rng.randint(1, 3), rng.randint(1, 3), rng.randint(1, 2)
    slots = [rng.randint(1, 3) for _ in range(sessions)]

    def table(height: int, width: int, highest: int = 3) -> np.ndarray:
        cells = [rng.choice([0, 0, rng.randint(1, highest)]) for _ in range(height * width)]
        return np.array(cells, dtype=np.int64).reshape(height, width)

    def people(share: float) -> tuple[str, ...]:
        return tuple(person for person in PEOPLE if rng.random() < share)

    upper = np.triu(table(tracks, tracks), 1)
    own = tuple(
        Talk(
            f"talk{i}",
            rng.randrange(tracks),
            rng.choice([1, 1, 2]) if max(slots) > 1 else 1,
            rng.choice([0, 0, 1, 2, 3]),
            60 * rng.randint(-9, 9),
            people(0.25),
            people(0.25),
            rng.choice([None] * 6 + [Pin(session=rng.randrange(sessions)), Pin(room=rng.randrange(rooms))]),
        )
        for i in range(talks)
    )
    return SessionProblem(
        talks=own,
        tracks=tuple(Track(f"T{t}", people(0.3)) for t in range(tracks)),
        sessions=tuple(Session(f"S{s}", count, 480 + 150 * s, 600 + 150 * s) for s, count in enumerate(slots)),
        rooms=tuple(f"R{r}" for r in range(rooms)),
        weights={term: rng.choice([0, 1, 1, 2, 5]) for term in Term},
        talk_session=table(talks, sessions),
        talk_room=table(talks, rooms),
        track_session=table(tracks, sessions),
        track_room=table(tracks, rooms),
        session_room=table(sessions, rooms),
        similar=upper + upper.T,
        zones=ZoneRules(0, 570, 1170, 420, 1320, 1, 10),
    )


def every_plan(problem: SessionProblem) -> Iterator[tuple[Place, ...]]:
    """All plans that break no hard rule."""
    choices = [
        [
            Place(s, r, k)
            for s, session in enumerate(problem.sessions)
            for r in range(len(problem.rooms))
            for k in range(session.slots - talk.slots + 1)
        ]
        for talk in problem.talks
    ]
    for places in product(*choices):
        if not faults(problem, places):
            yield places


def best_cost(problem: SessionProblem) -> int | None:
    """The lowest cost of all plans, None without any."""
    return min((evaluate(problem, places).cost for places in every_plan(problem)), default=None)


def write_instance(path: Path, problem: SessionProblem) -> Path:
    """The problem as a workbook of the collection."""
    book = Workbook()
    _parameters(book.active, problem)
    sheet = book.create_sheet("submissions")
    names = [session.name for session in problem.sessions]
    sheet.append([*COLUMNS, *names, *problem.rooms])
    for i, talk in enumerate(problem.talks):
        zone = f"GMT{talk.zone // 60:+d}"
        people, attendees = ", ".join(talk.people), ", ".join(talk.attendees)
        penalties = [*problem.talk_session[i].tolist(), *problem.talk_room[i].tolist()]
        track = problem.tracks[talk.track].name
        sheet.append([talk.ref, track, talk.slots, talk.order, zone, people, attendees, *penalties])
    _rows(book, "tracks", [["Tracks", "Chairs"], *([track.name, ", ".join(track.chairs)] for track in problem.tracks)])
    hours = [[s.name, s.slots, None, _clock(s.start), _clock(s.end)] for s in problem.sessions]
    _rows(book, "sessions", [["Sessions", "Max Number of Timeslots", "Date", "Start Time", "End Time"], *hours])
    _rows(book, "rooms", [["Rooms"], *([room] for room in problem.rooms)])
    tracks = [track.name for track in problem.tracks]
    _table(book, "tracks_sessions|penalty", tracks, names, problem.track_session)
    _table(book, "tracks_rooms|penalty", tracks, problem.rooms, problem.track_room)
    _table(book, "similar tracks", tracks, tracks, np.triu(problem.similar))
    _table(book, "sessions_rooms|penalty", names, problem.rooms, problem.session_room)
    book.save(path)
    return path


def _parameters(sheet: Any, problem: SessionProblem) -> None:
    sheet.title = "parameters"
    zones = problem.zones
    left = [
        ("Sessions", None),
        ("Local time zone:", f"GMT{zones.local // 60:+d}"),
        ("Suitable scheduling times", None),
        ("From:", _clock(zones.suits_from)),
        ("To:", _clock(zones.suits_until)),
        ("Less suitable scheduling times", None),
        ("From:", _clock(zones.less_from)),
        ("To:", _clock(zones.less_until)),
        ("Penalty:", zones.small),
        ("Unsuitable scheduling times", None),
        ("Penalty:", zones.big),
    ]
    right = [("Weights", None), *((str(term), problem.weight(term)) for term in Term)]
    for number, pair in enumerate(right):
        head = left[number] if number < len(left) else (None, None)
        sheet.append([*head, None, *pair])


def _clock(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _rows(book: Workbook, name: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(list(row))


def _table(book: Workbook, name: str, rows: Sequence[str], columns: Sequence[str], cells: np.ndarray) -> None:
    body = [[row, *(value or None for value in line)] for row, line in zip(rows, cells.tolist(), strict=True)]
    _rows(book, name, [[None, *columns], *body])
