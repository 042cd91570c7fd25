"""The grid of one day as the template needs it: pages of rooms × time with worded cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from schedule.document import DocDay, DocSlot
from schedule.programme.entries import Entries, TrackLabel, anchor
from schedule.programme.grid import Block, Cell, GridPage, Limits, grid_pages
from schedule.programme.wording import direction, minutes_between


@dataclass(frozen=True, slots=True)
class GridStyle:
    """Measures of the paper in points; the style sheet of the same paper says the same.

    ``character_width`` is the average of the cell's type at its size, on the safe side.
    """

    width: float
    height: float
    rooms_per_page: int
    character_width: float = 3.5
    line_height: float = 8.2
    small_line_height: float = 7.4
    padding: float = 6.5
    padding_across: float = 9.0
    time_width: float = 30.0


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
    is_continued: bool = False


@dataclass(frozen=True, slots=True)
class RowView:
    time: str
    height: int
    cells: tuple[CellView, ...]


@dataclass(frozen=True, slots=True)
class GridView:
    """``columns`` are pairs (room name, lanes); ``span`` tells the hours when the day takes several pages."""

    columns: tuple[tuple[str, int], ...]
    rows: tuple[RowView, ...]
    span: str


class DayPlan:
    """Makes the grid pages of one day."""

    def __init__(self, entries: Entries, day: DocDay, style: GridStyle) -> None:
        self._entries = entries
        self._day = day
        self._style = style
        self._slots = entries.slots(day)

    def pages(self) -> list[GridView]:
        style = self._style
        rooms = [room.guid for room in self._entries.document.rooms]
        limits = Limits(style.rooms_per_page, style.height)
        pages = grid_pages(self._blocks(), rooms, limits, self._needed_height)
        is_cut = len({(page.start, page.end) for page in pages}) > 1
        return [self._view(page, is_cut) for page in pages]

    def _blocks(self) -> list[Block]:
        origin = min(slot.starts_at for slot in self._slots)
        return [
            Block(
                key=at,
                room=slot.room,
                start=minutes_between(origin, slot.starts_at),
                end=minutes_between(origin, slot.ends_at),
                is_quiet=slot.kind == "break",
            )
            for at, slot in enumerate(self._slots)
        ]

    def _needed_height(self, block: Block, share: float) -> float:
        style = self._style
        slot = self._slots[block.key]
        width = (style.width - style.time_width) * share - style.padding_across
        per_line = max(3, int(width / style.character_width))
        lines = len(wrap(self._entries.index.title_of(slot), per_line)) or 1
        height = lines * style.line_height + style.padding
        if slot.talk is None:
            return height
        small_lines = 1 + (self._entries.index.track_of(slot) is not None)
        return height + small_lines * style.small_line_height

    def _view(self, page: GridPage, is_cut: bool) -> GridView:
        rooms = self._entries.index.room_by_guid
        names = tuple((rooms[one.room].name if one.room else "", one.lanes) for one in page.columns)  # type: ignore[index]
        times = self._times(page)
        rows = tuple(
            RowView(
                time=times.get(row.start, "") if row.start is not None else "",
                height=round(row.height),
                cells=tuple(self._cell(cell) for cell in row.cells),
            )
            for row in page.rows
        )
        return GridView(names, rows, self._span(page) if is_cut else "")

    def _times(self, page: GridPage) -> dict[int, str]:
        origin = min(slot.starts_at for slot in self._slots)
        return {
            minutes_between(origin, slot.starts_at): self._entries.wording.time(slot.starts_at)
            for slot in self._slots
        }

    def _span(self, page: GridPage) -> str:
        first = min(self._slots, key=lambda slot: slot.starts_at).starts_at
        by_minutes = {minutes_between(first, slot.ends_at): slot.ends_at for slot in self._slots}
        by_minutes |= {minutes_between(first, slot.starts_at): slot.starts_at for slot in self._slots}
        return self._entries.wording.span(by_minutes[page.start], by_minutes[page.end])

    def _cell(self, cell: Cell) -> CellView:
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
            lang=self._entries.lang(talk) if talk else "",
            track=self._entries.track(talk.track) if talk else None,
            is_continued=cell.is_continued,
        )

    def _speakers(self, slot: DocSlot) -> str:
        talk = self._entries.index.talk_of(slot)
        names: Sequence[str] = [one.name for one in self._entries.index.speakers_of(talk)] if talk else []
        return ", ".join(names)
