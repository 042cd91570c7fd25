"""The problem as rows and columns, for rules that do not nest: what linear and integer programming read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from reviews.assign.certificate import GroupPrices
from reviews.assign.prepare import Prepared
from reviews.assign.problem import UNIT, Ints, Mask
from reviews.assign.rules.base import Family, LazyRow, counts_by

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

COST_SCALE = 10_000.0  # costs reach HiGHS as hundreds, so that its absolute gap is below one millionth
FLOOR_SCALE = 1_000  # floors reach it as thousandths, so that its tolerance of 1e-6 is far below one millionth


@dataclass(frozen=True, eq=False)
class Extras:
    """Rows that came up on the way: broken lazy rows, and proposals held at the floor."""

    rows: tuple[LazyRow, ...] = ()
    floored: tuple[int, ...] = ()
    floor: int = 0


@dataclass(frozen=True, eq=False)
class Block:
    """Rows of one kind: ``matrix`` over all columns, bounds, and which family and group each row is."""

    kind: str
    matrix: "csr_matrix"
    low: np.ndarray
    high: np.ndarray
    number: int = 0
    owner: Ints | None = None
    column: Ints | None = None


@dataclass(frozen=True, eq=False)
class Model:
    """Columns: the candidate pairs, then what is missing or beyond. ``cost`` is to be minimised."""

    p: Ints
    r: Ints
    cost: np.ndarray
    upper: np.ndarray
    whole: Mask
    blocks: tuple[Block, ...]


class _Columns:
    """Collects the columns after the pairs: missing reviews, light loads, steps, groups."""

    def __init__(self, pairs: int) -> None:
        self.count = pairs
        self.cost: list[np.ndarray] = []
        self.upper: list[np.ndarray] = []

    def add(self, cost: np.ndarray, upper: np.ndarray) -> Ints:
        first, self.count = self.count, self.count + len(cost)
        self.cost.append(np.asarray(cost, dtype=np.float64))
        self.upper.append(np.asarray(upper, dtype=np.float64))
        return np.arange(first, self.count)


Entries = tuple[Ints, Ints, np.ndarray]


def build_model(prepared: Prepared, keys: Ints, values: Ints, big: int, extras: Extras) -> Model:
    """Rows and columns of these candidate pairs. ``big`` is the price of a missing review, in millionths."""
    width = prepared.problem.shape[1]
    p, r = keys // width, keys % width
    columns = _Columns(len(keys))
    parts = [_proposal_rows(prepared, p, big, columns), *_load_rows(prepared, r, big, columns)]
    for number, family in enumerate(prepared.families):
        parts += _family_rows(family, number, (p, r), big, columns)
    parts += _lazy_rows(prepared, keys, extras.rows)
    parts += _floor_rows(prepared, p, r, extras)
    blocks = tuple(_block(part, columns.count) for part in parts)
    extra_columns = columns.count - len(keys)
    return Model(
        p=p,
        r=r,
        cost=np.concatenate([-values.astype(np.float64), *columns.cost]) / COST_SCALE,
        upper=np.concatenate([np.ones(len(keys)), *columns.upper]),
        whole=np.concatenate([np.ones(len(keys), dtype=bool), np.zeros(extra_columns, dtype=bool)]),
        blocks=blocks,
    )


@dataclass(frozen=True, eq=False)
class _Part:
    kind: str
    entries: list[Entries]
    low: np.ndarray
    high: np.ndarray
    number: int = 0
    owner: Ints | None = None
    column: Ints | None = None


def _block(part: _Part, columns: int) -> Block:
    from scipy.sparse import csr_matrix

    row, column, value = (np.concatenate(piece) for piece in zip(*part.entries, strict=True))
    matrix = csr_matrix((value.astype(np.float64), (row, column)), shape=(len(part.low), columns))
    return Block(part.kind, matrix, part.low, part.high, part.number, part.owner, part.column)


def _ones(rows: Ints, columns: Ints, value: float = 1.0) -> Entries:
    return rows, columns, np.full(len(rows), value)


def _proposal_rows(prepared: Prepared, p: Ints, big: int, columns: _Columns) -> _Part:
    missing = columns.add(np.full(len(prepared.wanted), big), prepared.wanted)
    entries = [_ones(p, np.arange(len(p))), _ones(np.arange(len(missing)), missing)]
    wanted = prepared.wanted.astype(np.float64)
    return _Part("proposal", entries, wanted, wanted)


def _load_rows(prepared: Prepared, r: Ints, big: int, columns: _Columns) -> list[_Part]:
    reviewers = prepared.problem.shape[1]
    entries, high = [_ones(r, np.arange(len(r)))], prepared.high.astype(np.float64)
    if prepared.steps is not None:
        owner = np.repeat(np.arange(reviewers), prepared.high)
        costs = [prepared.step_costs(number, prepared.steps) for number in range(reviewers)]
        steps = columns.add(np.concatenate(costs), np.ones(len(owner)))
        entries.append(_ones(owner, steps, -1.0))
        high = np.zeros(reviewers)
    parts = [_Part("load", entries, np.full(reviewers, -np.inf), high)]
    light = np.flatnonzero(prepared.low > 0)
    if len(light):
        place = np.full(reviewers, -1)
        place[light] = np.arange(len(light))
        held = np.flatnonzero(place[r] >= 0)
        short = columns.add(np.full(len(light), big), prepared.low[light])
        lows = [_ones(place[r[held]], held), _ones(np.arange(len(light)), short)]
        low = prepared.low[light].astype(np.float64)
        parts.append(_Part("least", lows, low, np.full(len(light), np.inf), owner=light))
    return parts


def _family_rows(family: Family, number: int, ends: tuple[Ints, Ints], big: int, columns: _Columns) -> list[_Part]:
    """The groups of a family that can bind: at most so many, at least so many."""
    own, other = ends if family.side == "proposal" else ends[::-1]
    label = family.label[other]
    offered = counts_by(own, label, *family.low.shape)
    parts = []
    for kind, binds in (("most", offered > family.high), ("fewest", np.minimum(family.low, family.high) > 0)):
        owner, column = np.nonzero(binds)
        if not len(owner):
            continue
        place = np.full(family.low.shape, -1)
        place[owner, column] = np.arange(len(owner))
        held = np.flatnonzero(label >= 0)
        row = place[own[held], label[held]]
        entries = [_ones(row[row >= 0], held[row >= 0])]
        rows = np.arange(len(owner))
        if kind == "most":
            high = family.high[owner, column].astype(np.float64)
            if family.over is not None:
                beyond = columns.add(np.full(len(owner), family.over), np.full(len(owner), np.inf))
                entries.append(_ones(rows, beyond, -1.0))
            parts.append(_Part(kind, entries, np.full(len(owner), -np.inf), high, number, owner, column))
        else:
            low = np.minimum(family.low, family.high)[owner, column].astype(np.float64)
            weight = big if family.weight is None else family.weight
            short = columns.add(np.full(len(owner), weight), low)
            entries.append(_ones(rows, short))
            parts.append(_Part(kind, entries, low, np.full(len(owner), np.inf), number, owner, column))
    return parts


def _lazy_rows(prepared: Prepared, keys: Ints, rows: tuple[LazyRow, ...]) -> list[_Part]:
    if not rows:
        return []
    width = prepared.problem.shape[1]
    row, column = [], []
    for number, lazy in enumerate(rows):
        wanted = np.array([p * width + r for p, r in lazy.pairs], dtype=np.int64)
        found = np.flatnonzero(np.isin(keys, wanted))
        row += [number] * len(found)
        column += found.tolist()
    most = np.array([left_of(prepared, lazy) for lazy in rows], dtype=np.float64)
    entries = [_ones(np.array(row, dtype=np.int64), np.array(column, dtype=np.int64))]
    return [_Part("lazy", entries, np.full(len(rows), -np.inf), most)]


def left_of(prepared: Prepared, row: LazyRow) -> int:
    """What the fixed pairs leave of a row."""
    fixed = {tuple(pair) for pair in prepared.fixed.tolist()}
    return max(0, row.most - sum(pair in fixed for pair in row.pairs))


def _floor_rows(prepared: Prepared, p: Ints, r: Ints, extras: Extras) -> list[_Part]:
    if not extras.floored:
        return []
    owner = np.array(extras.floored, dtype=np.int64)
    place = np.full(prepared.problem.shape[0], -1)
    place[owner] = np.arange(len(owner))
    held = np.flatnonzero(place[p] >= 0)
    scores, _ = prepared.problem.at(p[held], r[held])
    entries = [(place[p[held]], held, scores * (FLOOR_SCALE / UNIT))]
    low = floors_left(prepared, extras.floor)[owner] * (FLOOR_SCALE / UNIT)
    return [_Part("floor", entries, low - 1e-4, np.full(len(owner), np.inf), owner=owner)]


def floors_left(prepared: Prepared, floor: int) -> Ints:
    """What the free pairs of each proposal must add up to, in millionths."""
    scores, _ = prepared.problem.at(prepared.fixed[:, 0], prepared.fixed[:, 1])
    left = np.full(prepared.problem.shape[0], floor, dtype=np.int64)
    np.subtract.at(left, prepared.fixed[:, 0], scores)
    return left


@dataclass(frozen=True, eq=False)
class RowPrices:
    """Integer prices of every row of a solved relaxation."""

    proposal: Ints
    reviewer: Ints
    groups: tuple[GroupPrices, ...]
    rows: tuple[int, ...]
    floor: Ints


def read_row_prices(prepared: Prepared, model: Model, duals: list[np.ndarray]) -> RowPrices:
    """Prices from the duals of each block, rounded to millionths: any rounding leaves a valid bound."""
    proposals, reviewers = prepared.problem.shape
    proposal, reviewer = np.zeros(proposals, np.int64), np.zeros(reviewers, np.int64)
    rows: tuple[int, ...] = ()
    floor = np.zeros(proposals, np.int64)
    groups: dict[int, list[tuple[Ints, Ints, Ints]]] = {}
    for block, dual in zip(model.blocks, duals, strict=True):
        price = -np.rint(dual * COST_SCALE).astype(np.int64)
        if block.kind == "proposal":
            proposal += price
        elif block.kind == "load":
            reviewer += price
        elif block.kind == "least":
            reviewer[block.owner] += price
        elif block.kind == "lazy":
            rows = tuple(max(0, int(value)) for value in price)
        elif block.kind == "floor":
            floor[block.owner] = np.maximum(0, np.rint(dual * COST_SCALE * FLOOR_SCALE).astype(np.int64))
        elif block.owner is not None and block.column is not None:
            groups.setdefault(block.number, []).append((block.owner, block.column, price))
    shapes = [family.low.shape for family in prepared.families]
    found = tuple(_summed(groups.get(number, []), shape) for number, shape in enumerate(shapes))
    return RowPrices(proposal, reviewer, found, rows, floor)


def _summed(parts: list[tuple[Ints, Ints, Ints]], shape: tuple[int, ...]) -> GroupPrices:
    table = np.zeros(shape, dtype=np.int64)
    for owner, column, price in parts:
        table[owner, column] += price
    owner, column = np.nonzero(table)
    return GroupPrices(owner, column, table[owner, column])
