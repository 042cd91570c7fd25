from hypothesis import given
from hypothesis import strategies as st

from schedule.programme.grid import Block, Cell, Column, GridPage, Limits, grid_pages


def plain_height(_block: Block, _share: float) -> float:
    return 20.0


def pages(blocks: list[Block], rooms: list[str], *, most: int = 4, height: float = 400.0) -> list[GridPage]:
    return grid_pages(blocks, rooms, Limits(most, height), plain_height)


def shown(page: GridPage) -> list[list[tuple[int | None, int, int]]]:
    """Each row as (key or None, rowspan, colspan)."""
    return [
        [(cell.block.key if cell.block else None, cell.rowspan, cell.colspan) for cell in row.cells]
        for row in page.rows
    ]


def test_a_talk_spans_the_rows_that_others_cut_into_its_time():
    blocks = [Block(1, "A", 0, 60), Block(2, "B", 0, 30), Block(3, "B", 30, 60)]
    (page,) = pages(blocks, ["A", "B"])
    assert page.columns == (Column("A", 1), Column("B", 1))
    assert shown(page) == [[(1, 2, 1), (2, 1, 1)], [(3, 1, 1)]]
    assert [row.start for row in page.rows] == [0, 30]


def test_free_time_is_one_empty_cell():
    blocks = [Block(1, "A", 0, 30), Block(2, "A", 30, 60), Block(3, "B", 60, 90)]
    (page,) = pages(blocks, ["A", "B"])
    assert shown(page) == [[(1, 1, 1), (None, 2, 1)], [(2, 1, 1)], [(None, 1, 1), (3, 1, 1)]]


def test_what_concerns_all_rooms_spans_them():
    blocks = [Block(1, "A", 0, 30), Block(2, "B", 0, 30), Block(3, None, 30, 60, is_quiet=True)]
    (page,) = pages(blocks, ["A", "B"])
    assert shown(page) == [[(1, 1, 1), (2, 1, 1)], [(3, 1, 2)]]


def test_a_break_leaves_room_for_a_talk_that_runs_through_it():
    blocks = [Block(1, "B", 0, 60), Block(2, None, 30, 60, is_quiet=True)]
    (page,) = pages([*blocks, Block(3, "A", 0, 30), Block(4, "C", 0, 30)], ["A", "B", "C"])
    assert shown(page) == [[(3, 1, 1), (1, 2, 1), (4, 1, 1)], [(2, 1, 1), (2, 1, 1)]]


def test_a_break_that_finds_no_free_room_gets_a_column():
    (page,) = pages([Block(1, "A", 0, 60), Block(2, None, 0, 60, is_quiet=True)], ["A"])
    assert page.columns == (Column(None, 1), Column("A", 1))
    assert shown(page) == [[(2, 1, 1), (1, 1, 1)]]


def test_parallel_items_of_one_room_stand_side_by_side_and_others_spread():
    blocks = [Block(1, "A", 0, 30), Block(2, "A", 0, 30), Block(3, "A", 30, 60)]
    (page,) = pages(blocks, ["A"])
    assert page.columns == (Column("A", 2),)
    assert shown(page) == [[(1, 1, 1), (2, 1, 1)], [(3, 1, 2)]]


def test_thirty_five_rooms_are_shared_out_evenly():
    rooms = [f"R{number}" for number in range(35)]
    found = pages([Block(at, room, 0, 30) for at, room in enumerate(rooms)], rooms)
    assert [len(page.columns) for page in found] == [4, 4, 4, 4, 3, 4, 4, 4, 4]
    assert [column.room for page in found for column in page.columns] == rooms


def test_rooms_without_anything_are_left_out():
    (page,) = pages([Block(1, "B", 0, 30)], ["A", "B", "C"])
    assert page.columns == (Column("B", 1),)


def test_a_long_day_is_cut_where_fewest_talks_are_running():
    morning = [Block(1, "A", 0, 60), Block(2, "B", 0, 90), Block(3, "A", 60, 100), Block(4, "B", 90, 100)]
    evening = [Block(5, "A", 100, 200), Block(6, "B", 100, 180)]
    first, second = pages([*morning, *evening], ["A", "B"], height=80.0)
    assert (first.start, first.end, second.start, second.end) == (0, 100, 100, 200)


def test_a_talk_across_the_cut_stands_on_both_pages():
    first, second = pages(
        [Block(1, "A", 0, 200), Block(2, "B", 0, 100), Block(3, "B", 100, 200)], ["A", "B"], height=55.0
    )
    assert first.rows[0].cells[0] == Cell(Block(1, "A", 0, 200), 1, 1)
    assert second.rows[0].cells[0] == Cell(Block(1, "A", 0, 200), 1, 1, is_continued=True)


def test_long_idle_hours_take_little_paper():
    (page,) = pages([Block(1, "A", 0, 60), Block(2, "A", 700, 760)], ["A"])
    assert [row.height for row in page.rows] == [90.0, 5.0, 90.0]


@st.composite
def days(draw: st.DrawFn) -> list[Block]:
    count = draw(st.integers(1, 25))
    return [
        Block(
            key=key,
            room=draw(st.sampled_from([None, "A", "B", "C", "D", "E", "F"])),
            start=(start := 5 * draw(st.integers(0, 100))),
            end=start + 5 * draw(st.integers(1, 20)),
            is_quiet=draw(st.booleans()),
        )
        for key in range(count)
    ]


@given(days())
def test_every_table_is_whole_and_every_block_stands_in_it(blocks):
    found = pages(blocks, ["A", "B", "C", "D", "E", "F"], most=3, height=150.0)
    assert {cell.block for page in found for row in page.rows for cell in row.cells if cell.block} == set(blocks)
    for page in found:
        lane_count = sum(column.lanes for column in page.columns)
        covered = [
            (row_number + down, lane)
            for row_number, row in enumerate(page.rows)
            for down, lane in _lanes_of(page, row_number)
        ]
        assert sorted(covered) == [(row, lane) for row in range(len(page.rows)) for lane in range(lane_count)]
        assert all(row.height > 0 for row in page.rows)


def _lanes_of(page: GridPage, row_number: int) -> list[tuple[int, int]]:
    """(rows down, lane) of every place that the cells of this row take, found as a browser finds them."""
    lane_count = sum(column.lanes for column in page.columns)
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(page.rows[: row_number + 1]):
        lane, own = 0, []
        for cell in row.cells:
            while (at, lane) in taken:
                lane += 1
            own += [(at + down, lane + right) for down in range(cell.rowspan) for right in range(cell.colspan)]
            lane += cell.colspan
        assert not taken & set(own)
        assert all(lane < lane_count for _, lane in own)
        taken |= set(own)
    return [(row - row_number, lane) for row, lane in own]
