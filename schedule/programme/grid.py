"""Rooms × time on paper: which rooms and hours share a page, and which cells its table has.

Pure geometry. Time is elastic: a row is as high as its minutes ask for at the page's scale, and higher when
the words of a cell that ends in it need more. Heights are in points, times in minutes of the programme day.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from math import ceil

# Points per minute, the most generous first; the last one is used when nothing fits.
SCALES = (1.5, 1.3, 1.15, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
GAP_HEIGHT = 5.0
LABEL_HEIGHT = 9.0
BREAK_HEIGHT_MAX = 20.0
BREAK_SCALE = 0.3
# A page may be cut early, at an hour that fewer talks cross, when it is at least this full.
FILL_MIN = 0.6


@dataclass(frozen=True, slots=True)
class Block:
    """``room`` None takes the whole width. ``key`` is the caller's and comes back in the cells."""

    key: int
    room: Hashable | None
    start: int
    end: int
    is_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    rooms_per_page: int
    height: float
    row_gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """``block`` None is an empty cell. ``is_continued``: it began on the page before."""

    block: Block | None
    rowspan: int
    colspan: int
    is_continued: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """``start`` is None where nothing begins: such a row carries no time."""

    start: int | None
    height: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One room; ``lanes`` is above 1 when things run side by side in it. ``room`` None: for all rooms."""

    room: Hashable | None
    lanes: int


@dataclass(frozen=True, slots=True)
class GridPage:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    start: int
    end: int


NeededHeight = Callable[[Block, float], float]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A block at its place; ``width`` counts lanes and ``share`` is its part of the page's width."""

    block: Block
    lane: int
    width: int
    share: float
    start: int
    end: int

    @property
    def is_continued(self) -> bool:
        return self.start > self.block.start


def grid_pages(
    blocks: Sequence[Block], rooms: Sequence[Hashable], limits: Limits, needed_height: NeededHeight
) -> list[GridPage]:
    """Pages in reading order: the first rooms through the day, then the next rooms. Rooms without a block of
    their own are left out. ``needed_height(block, share)`` says how high its words are in that part of the
    width."""
    busy = {block.room for block in blocks}
    pages: list[GridPage] = []
    for group in _balanced([room for room in rooms if room in busy], limits.rooms_per_page):
        columns, placed = _place(blocks, group)
        pages += [_page(columns, part, limits, needed_height) for part in _cut(placed, limits, needed_height)]
    return pages


def _balanced(rooms: Sequence[Hashable], most: int) -> list[Sequence[Hashable]]:
    """Equal groups instead of full ones and a poor last one; one group without a room if there are none."""
    count = max(1, ceil(len(rooms) / most))
    bounds = [round(at * len(rooms) / count) for at in range(count + 1)]
    return [rooms[start:end] for start, end in pairwise(bounds)]


def _place(blocks: Sequence[Block], rooms: Sequence[Hashable]) -> tuple[tuple[Column, ...], list[_Placed]]:
    columns: list[Column] = []
    placed: list[_Placed] = []
    lane_count = 0
    for room in rooms:
        lanes = _lanes([block for block in blocks if block.room == room])
        placed += _widened(lanes, lane_count, 1 / len(rooms))
        columns.append(Column(room, len(lanes)))
        lane_count += len(lanes)
    bands, homeless = _bands([block for block in blocks if block.room is None], placed, lane_count)
    placed += bands
    if homeless:
        extra = _lanes(homeless)
        share = 1 / (len(columns) + 1)
        placed = [replace(one, lane=one.lane + len(extra), share=one.share * (1 - share)) for one in placed]
        placed += _widened(extra, 0, share)
        columns.insert(0, Column(None, len(extra)))
    return tuple(columns), placed


def _lanes(blocks: Sequence[Block]) -> list[list[Block]]:
    lanes: list[list[Block]] = []
    for block in sorted(blocks, key=lambda block: (block.start, -block.end, block.key)):
        free = next((lane for lane in lanes if lane[-1].end <= block.start), None)
        if free is None:
            lanes.append([block])
        else:
            free.append(block)
    return lanes


def _widened(lanes: Sequence[Sequence[Block]], first: int, share: float) -> list[_Placed]:
    """Blocks of one room; each spreads over the lanes to its right that are free all the while."""
    placed = []
    for at, lane in enumerate(lanes):
        for block in lane:
            width = 1
            while at + width < len(lanes) and _is_free(lanes[at + width], block):
                width += 1
            placed.append(_Placed(block, first + at, width, share * width / len(lanes), block.start, block.end))
    return placed


def _bands(common: Sequence[Block], placed: Sequence[_Placed], lane_count: int) -> tuple[list[_Placed], list[Block]]:
    """Blocks for all rooms, over each run of lanes that is free; and those for which no lane is."""
    taken: list[list[Block]] = [
        [one.block for one in placed if one.lane <= lane < one.lane + one.width] for lane in range(lane_count)
    ]
    bands: list[_Placed] = []
    homeless: list[Block] = []
    for block in sorted(common, key=lambda block: (block.start, block.key)):
        free = [lane for lane, others in enumerate(taken) if _is_free(others, block)]
        if not free:
            homeless.append(block)
        for _, run in groupby(enumerate(free), key=lambda pair: pair[1] - pair[0]):
            lanes = [lane for _, lane in run]
            share = len(lanes) / lane_count
            bands.append(_Placed(block, lanes[0], len(lanes), share, block.start, block.end))
        for lane in free:
            taken[lane].append(block)
    return bands, homeless


def _is_free(lane: Sequence[Block], block: Block) -> bool:
    return all(other.end <= block.start or block.end <= other.start for other in lane)


def _cut(placed: Sequence[_Placed], limits: Limits, needed_height: NeededHeight) -> list[list[_Placed]]:
    """Parts of the day that fit on a page each."""
    parts: list[list[_Placed]] = []
    rest = list(placed)
    while rest:
        bounds = _bounds(rest)
        at = _cut_at(rest, bounds, limits, needed_height)
        parts.append([replace(one, end=min(one.end, at)) for one in rest if one.start < at])
        rest = [replace(one, start=max(one.start, at)) for one in rest if one.end > at]
    return parts


def _cut_at(placed: Sequence[_Placed], bounds: Sequence[int], limits: Limits, needed_height: NeededHeight) -> int:
    heights = _heights(placed, bounds, SCALES[-1], needed_height)
    used, fitting = 0.0, list[tuple[int, float]]()
    for end, row_height in zip(bounds[1:], heights, strict=True):
        used += row_height + limits.row_gap
        if used > limits.height and fitting:
            break
        fitting.append((end, used))
    if fitting[-1][0] == bounds[-1]:
        return bounds[-1]
    full_enough = [end for end, filled in fitting if filled >= FILL_MIN * limits.height] or [fitting[-1][0]]
    return min(full_enough, key=lambda end: (sum(one.start < end < one.end for one in placed), -end))


def _bounds(placed: Sequence[_Placed]) -> list[int]:
    return sorted({one.start for one in placed} | {one.end for one in placed})


def _heights(
    placed: Sequence[_Placed], bounds: Sequence[int], scale: float, needed_height: NeededHeight
) -> list[float]:
    """As a table does it: what a cell lacks is added to the last row that it spans."""
    starts = {one.start for one in placed}
    heights: list[float] = []
    first_row = {bound: row for row, bound in enumerate(bounds)}
    for start, end in pairwise(bounds):
        height = (
            _least_height(placed, start, end, scale)
            if start not in starts
            else max(LABEL_HEIGHT, _least_height(placed, start, end, scale))
        )
        for one in placed:
            if one.end == end:
                before = sum(heights[first_row[one.start] :])
                height = max(height, needed_height(one.block, one.share) - before)
        heights.append(height)
    return heights


def _least_height(placed: Sequence[_Placed], start: int, end: int, scale: float) -> float:
    running = [one for one in placed if one.start < end and start < one.end]
    if not running:
        return GAP_HEIGHT
    if all(one.block.is_quiet for one in running):
        return min((end - start) * BREAK_SCALE, BREAK_HEIGHT_MAX)
    return (end - start) * scale


def _page(
    columns: tuple[Column, ...], placed: Sequence[_Placed], limits: Limits, needed_height: NeededHeight
) -> GridPage:
    bounds = _bounds(placed)
    for scale in SCALES:
        heights = _heights(placed, bounds, scale, needed_height)
        if sum(heights) + len(heights) * limits.row_gap <= limits.height:
            break
    starts = {one.start for one in placed}
    cells = _cells(placed, bounds, sum(column.lanes for column in columns) or 1)
    rows = tuple(
        Row(bound if bound in starts else None, heights[at], tuple(cells[at])) for at, bound in enumerate(bounds[:-1])
    )
    return GridPage(columns, rows, bounds[0], bounds[-1])


def _cells(placed: Sequence[_Placed], bounds: Sequence[int], lane_count: int) -> list[list[Cell]]:
    row_of = {bound: row for row, bound in enumerate(bounds)}
    row_count = len(bounds) - 1
    found: list[dict[int, Cell]] = [{} for _ in range(row_count)]
    covered: set[tuple[int, int]] = set()
    for one in placed:
        top, below = row_of[one.start], row_of[one.end]
        found[top][one.lane] = Cell(one.block, below - top, one.width, one.is_continued)
        covered |= {(row, one.lane + at) for row in range(top, below) for at in range(one.width)}
    for lane in range(lane_count):
        _fill_lane(found, covered, lane, row_count)
    return [[row[lane] for lane in sorted(row)] for row in found]


def _fill_lane(found: list[dict[int, Cell]], covered: set[tuple[int, int]], lane: int, row_count: int) -> None:
    """One empty cell for each run of rows in which nothing stands."""
    row = 0
    while row < row_count:
        below = row
        while below < row_count and (below, lane) not in covered:
            below += 1
        if below > row:
            found[row][lane] = Cell(None, below - row, 1)
        row = max(below, row + 1)
