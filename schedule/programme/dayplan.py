"""The grid of one day as the template needs it: pages of rooms × time with worded cells."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from textwrap import wrap
from uuid import UUID

from schedule.document import DocDay, DocSlot
from schedule.names import language_tag
from schedule.programme.entries import NO_BREAK, Entries, TrackLabel, anchor
from schedule.programme.grid import Block, Cell, Column, GridPage, Limits, grid_pages
from schedule.programme.wording import direction, minutes_between

NAMES_MAX = 2
PAGE_NUMBER_CHARACTERS = 4
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
HEAD_LINES = 2
"""Lines of a room's name at the head of its column for which the height of the page leaves room."""
HEAD_WIDER = 1.06


@dataclass(frozen=True, slots=True)
class GridStyle:
    """Measures of the paper in points; the style sheet of the same paper says the same.

    ``character_width`` is the average of the cell's type at its size, on the safe side.
    """

    width: float
    height: float
    rooms_per_page: int
    character_width: float
    small_character_width: float
    line_height: float
    small_line_height: float
    padding: float = 6.5
    padding_across: float = 9.0
    time_width: float = 30.0
    row_gap: float = 1.2


@dataclass(frozen=True, slots=True)
class CellView:
    """``kind`` is talk, plenary, break or empty."""

    kind: str
    rowspan: int
    colspan: int
    anchor: str = ""
    title: str = ""
    span: str = ""
    speakers: str = ""
    direction: str = "ltr"
    lang: str = ""
    track: TrackLabel | None = None
    label: str = ""
    is_continued: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    time: str
    height: int
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """``track`` when all talks of the room on this day are of it; the cells then need not say so."""

    name: str
    lanes: int
    track: TrackLabel | None


@dataclass(frozen=True, slots=True)
class GridView:
    """``span`` tells the hours when the day is cut into several pages, else it is empty."""

    columns: tuple[ColumnView, ...]
    rows: tuple[RowView, ...]
    span: str


class DayPlan:
    """Makes the grid pages of one day."""

    def __init__(self, entries: Entries, day: DocDay, style: GridStyle) -> None:
        self._entries = entries
        self._style = style
        self._slots = entries.slots(day)
        self._origin = min(slot.starts_at for slot in self._slots)
        moments = [slot.starts_at for slot in self._slots] + [slot.ends_at for slot in self._slots]
        self._moments = {self._minute(moment): moment for moment in moments}
        self._track_of_room = _single_tracks(entries, self._slots)

    def pages(self) -> list[GridView]:
        style = self._style
        rooms = [room.guid for room in self._entries.document.rooms]
        limits = Limits(style.rooms_per_page, style.height - self._head_excess(), style.row_gap)
        pages = grid_pages(self._blocks(), rooms, limits, self._needed_height)
        is_cut = len({(page.start, page.end) for page in pages}) > 1
        return [self._view(page, is_cut) for page in pages]

    def _head_excess(self) -> float:
        """What the head of the table takes beyond its usual height, where the names of rooms need many lines."""
        busy = {slot.room for slot in self._slots}
        rooms = [room for room in self._entries.document.rooms if room.guid in busy]
        if not rooms:
            return 0.0
        style = self._style
        most = ceil(len(rooms) / ceil(len(rooms) / style.rooms_per_page))
        width = (style.width - style.time_width) / most - style.padding_across / 2
        characters = width / (style.character_width * HEAD_WIDER)
        lines = max(_line_count(room.name, characters) + (room.guid in self._track_of_room) for room in rooms)
        return min(max(0, lines - HEAD_LINES) * style.line_height * HEAD_WIDER, style.height / 2)

    def _minute(self, moment: datetime) -> int:
        return minutes_between(self._origin, moment)

    def _blocks(self) -> list[Block]:
        return [
            Block(
                key=at,
                room=slot.room,
                start=self._minute(slot.starts_at),
                end=self._minute(slot.ends_at),
                is_quiet=slot.kind == "break",
            )
            for at, slot in enumerate(self._slots)
        ]

    def _needed_height(self, block: Block, share: float) -> float:
        style = self._style
        slot = self._slots[block.key]
        width = (style.width - style.time_width) * share - style.padding_across
        height = style.padding + style.line_height * _line_count(
            self._entries.index.title_of(slot), width / style.character_width
        )
        small_lines = _line_count(self._speakers(slot), width / style.small_character_width)
        small_lines += self._labels(slot)
        return height + small_lines * style.small_line_height

    def _view(self, page: GridPage, is_cut: bool) -> GridView:
        wording, moments = self._entries.wording, self._moments
        share = 1 / sum(column.lanes for column in page.columns)
        rows = tuple(
            RowView(
                time=wording.time(moments[row.start]) if row.start is not None else "",
                height=round(row.height),
                cells=tuple(self._cell(cell, share) for cell in row.cells),
            )
            for row in page.rows
        )
        columns = tuple(self._column(column) for column in page.columns)
        span = wording.span(moments[page.start], moments[page.end]) if is_cut else ""
        return GridView(columns, rows, span)

    def _column(self, column: Column) -> ColumnView:
        room = self._entries.index.room_by_guid.get(column.room) if isinstance(column.room, UUID) else None
        track = self._track_of_room.get(room.guid) if room else None
        return ColumnView(room.name if room else "", column.lanes, self._entries.track(track))

    def _cell(self, cell: Cell, share: float) -> CellView:
        if cell.block is None:
            return CellView("empty", cell.rowspan, cell.colspan)
        slot = self._slots[cell.block.key]
        title = self._entries.index.title_of(slot)
        talk = self._entries.index.talk_of(slot)
        wording = self._entries.wording
        return CellView(
            kind="talk" if talk else slot.kind,
            rowspan=cell.rowspan,
            colspan=cell.colspan,
            anchor=anchor(slot) if talk or slot.kind != "break" else "",
            title=title,
            span=wording.span(slot.starts_at, slot.ends_at),
            speakers=self._speakers(slot),
            direction=direction(title),
            lang=(language_tag(talk.language) or "") if talk else "",
            track=self._entries.track(talk.track) if talk else None,
            label=self._label(slot, share * cell.colspan),
            is_continued=cell.is_continued,
        )

    def _labels(self, slot: DocSlot) -> bool:
        """Whether the cell names its track: not when that stands at the head of the column."""
        return self._entries.index.track_of(slot) is not None and slot.room not in self._track_of_room

    def _label(self, slot: DocSlot, share: float) -> str:
        """The name of the track in one line beside the number of the page."""
        track = self._entries.index.track_of(slot)
        if track is None or not self._labels(slot):
            return ""
        style = self._style
        width = (style.width - style.time_width) * share - style.padding_across
        characters = int(width / style.small_character_width) - PAGE_NUMBER_CHARACTERS
        return _cut(track.name, max(5, characters))

    def _speakers(self, slot: DocSlot) -> str:
        """The first names; ``+ 7`` stands for seven more, who are named where the talk is described."""
        talk = self._entries.index.talk_of(slot)
        names = [one.name for one in self._entries.index.speakers_of(talk)] if talk else []
        shown = ", ".join(names[:NAMES_MAX])
        return f"{shown} +{NO_BREAK}{len(names) - NAMES_MAX}" if len(names) > NAMES_MAX else shown


def _single_tracks(entries: Entries, slots: Sequence[DocSlot]) -> dict[UUID, str]:
    tracks: dict[UUID, set[str | None]] = defaultdict(set)
    for slot in slots:
        talk = entries.index.talk_of(slot)
        if slot.room is not None and talk is not None:
            tracks[slot.room].add(talk.track)
    return {room: only for room, found in tracks.items() if len(found) == 1 and (only := next(iter(found)))}


def _cut(text: str, characters_max: int) -> str:
    return text if len(text) <= characters_max else text[: characters_max - 1].rstrip() + ELLIPSIS


def _line_count(text: str, characters_per_line: float) -> int:
    return len(wrap(text, max(3, int(characters_per_line))))
