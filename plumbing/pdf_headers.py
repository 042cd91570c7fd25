"""Which heads a cell of a printed table has.

The library loses count where cells of earlier rows reach down: it names the heads of other columns, and a screen
reader would read those out. So the heads are named anew when everything is tagged.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import pydyf


def name_headers(page_box: Any) -> None:
    """``page_box`` is the box tree of a page after it was tagged."""
    for table in _tables(page_box):
        _name_headers(list(_rows(table)))


def _name_headers(rows: Sequence[Any]) -> None:
    """A cell has the heads of all its columns, and that of the row in which it begins."""
    taken: set[tuple[int, int]] = set()
    column_heads: dict[int, list[Any]] = defaultdict(list)
    for place, row in enumerate(rows):
        row_heads: list[Any] = []
        column = 0
        for cell in row.children:
            while (place, column) in taken:
                column += 1
            columns = range(column, column + cell.colspan)
            taken.update((below, each) for below in range(place, place + cell.rowspan) for each in columns)
            mark = getattr(cell, "mark", None)
            if mark is None:
                continue
            if cell.element_tag == "td":
                heads = [*row_heads, *(head for each in columns for head in column_heads[each])]
                mark["A"]["Headers"] = pydyf.Array(dict.fromkeys(heads))
            elif cell.element.get("scope") == "row":
                row_heads.append(mark["ID"])
            else:
                for each in columns:
                    column_heads[each].append(mark["ID"])


def _tables(box: Any) -> Iterator[Any]:
    """Also those within cells of others."""
    for child in getattr(box, "children", ()):
        if box.element_tag != "table" and child.element_tag == "table":
            yield child
        yield from _tables(child)


def _rows(table: Any) -> Iterator[Any]:
    for child in getattr(table, "children", ()):
        if child.element_tag == "tr":
            yield child
        else:
            yield from _rows(child)
