"""Everything that can be wrong with the tables, found before the kernel starts."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from plumbing.sentences import sentence
from schedule.solve.anneal.tables import (
    CELLS_MAX,
    ITEMS_MAX,
    LEVELS,
    ROOMS_MAX,
    TIMES_MAX,
    Amount,
    Group,
    Ints,
    Mask,
    Per,
    Relation,
    When,
    Where,
    fault,
    frozen,
    whole_numbers,
)

if TYPE_CHECKING:
    from schedule.solve.anneal.tables import PlaceTables


def validated(tables: "PlaceTables") -> dict[str, Any]:
    """The fields as frozen arrays with the left-out ones filled in. Raises ``ProblemError``."""
    found: dict[str, Any] = _frame(tables)
    n, times, rooms = tables.items, len(found["time_start"]), len(found["room_size"])
    if max(n * times, n * rooms, times * rooms) > CELLS_MAX:
        raise fault("items", sentence("The tables are larger than %(highest)s cells.", highest=CELLS_MAX))
    for name, shape in (("may_time", (n, times)), ("may_room", (n, rooms)), ("may_place", (times, rooms))):
        found[name] = _mask(getattr(tables, name), name, shape)
    for name, shape in (
        ("time_cost", (n, times)),
        ("room_cost", (n, rooms)),
        ("room_cost_per_minute", (n, rooms)),
        ("place_cost", (times, rooms)),
    ):
        given = getattr(tables, name)
        full = (LEVELS, *shape)
        found[name] = frozen(np.zeros(full, np.int64)) if given is None else whole_numbers(given, name, full)
    for name, count in (("fixed_time", times), ("fixed_room", rooms)):
        found[name] = _fixed(getattr(tables, name), name, n, count)
    if ((found["fixed_time"] < 0) != (found["fixed_room"] < 0)).any():
        raise fault("fixed_time", sentence("An item is fixed to a time without a room, or to a room without a time."))
    _has_places(found, n)
    found["relations"] = tuple(_relation(relation, n) for relation in tables.relations)
    found["groups"] = tuple(_group(group, n, found["length_minutes"] is not None) for group in tables.groups)
    return found


def _frame(tables: "PlaceTables") -> dict[str, Any]:
    """Items, times, days, rooms and lengths."""
    found: dict[str, Any] = {}
    if not 1 <= tables.items <= ITEMS_MAX:
        raise fault("items", sentence("There must be 1 to %(highest)s items.", highest=ITEMS_MAX))
    found["time_start"] = whole_numbers(tables.time_start, "time_start", (-1,))
    times = len(found["time_start"])
    if not 1 <= times <= TIMES_MAX:
        raise fault("time_start", sentence("There must be 1 to %(highest)s times.", highest=TIMES_MAX))
    found["time_end"] = whole_numbers(tables.time_end, "time_end", (times,))
    found["time_day"] = whole_numbers(tables.time_day, "time_day", (times,))
    if found["time_day"].min() < 0 or found["time_day"].max() > TIMES_MAX:
        raise fault("time_day", sentence("Day numbers must be small and start at 0."))
    found["room_size"] = whole_numbers(tables.room_size, "room_size", (-1,))
    if not 1 <= len(found["room_size"]) <= ROOMS_MAX:
        raise fault("room_size", sentence("There must be 1 to %(highest)s rooms.", highest=ROOMS_MAX))
    found["length_minutes"] = None
    if tables.length_minutes is not None:
        found["length_minutes"] = whole_numbers(tables.length_minutes, "length_minutes", (tables.items,))
        if found["length_minutes"].min() < 1:
            raise fault("length_minutes", sentence("A length must be at least one minute."))
    elif (found["time_end"] <= found["time_start"]).any():
        at = int(np.argmax(found["time_end"] <= found["time_start"]))
        raise fault(f"time_end[{at}]", sentence("This time does not end after it starts."))
    if tables.changeover_minutes < 0 or tables.room_conflict < 0:
        raise fault("room_conflict", sentence("A weight or a number of minutes is below zero."))
    return found


def _mask(value: ArrayLike | None, place: str, shape: tuple[int, ...]) -> Mask:
    array = np.ones(shape, dtype=bool) if value is None else np.array(value, dtype=bool)
    if array.shape != shape:
        raise fault(place, sentence("The table has the shape %(found)s.", found=" × ".join(map(str, array.shape))))
    return frozen(array)


def _fixed(value: ArrayLike | None, place: str, n: int, count: int) -> Ints:
    array = frozen(np.full(n, -1, np.int64)) if value is None else whole_numbers(value, place, (n,))
    for item in np.flatnonzero((array < -1) | (array >= count))[:1]:
        raise fault(f"{place}[{item}]", sentence("This place does not exist."))
    return array


def _has_places(found: dict[str, Any], n: int) -> None:
    """Every item that is not fixed has at least one (time, room)."""
    reachable = found["may_time"].astype(np.float32) @ found["may_place"].astype(np.float32) > 0
    has = (reachable & found["may_room"]).any(axis=1)
    for item in np.flatnonzero(~has & (found["fixed_time"] < 0))[:1]:
        raise fault(f"items[{item}]", sentence("There is no time and room where this item may stand."))


def _relation(relation: Relation, n: int) -> Relation:
    place = f"relations[{relation.name}]"
    pairs = whole_numbers(np.asarray(relation.pairs).reshape(-1, 2), place, (-1, 2))
    weights = whole_numbers(relation.weights, place, (len(pairs),))
    if len(pairs) and (pairs.min() < 0 or pairs.max() >= n or (pairs[:, 0] == pairs[:, 1]).any()):
        raise fault(place, sentence("A pair names an item that does not exist, or one item twice."))
    if not 0 <= relation.level < LEVELS or relation.pause_minutes < 0:
        raise fault(place, sentence("The level or the pause is out of range."))
    lone = relation.when == When.ALWAYS
    if lone and (relation.where == Where.ANYWHERE or relation.amount in (Amount.OVERLAP_MINUTES, Amount.GAP_MINUTES)):
        raise fault(place, sentence("This relation holds for every plan, or asks about times without saying which."))
    return replace(relation, pairs=pairs, weights=weights)


def _group(group: Group, n: int, has_lengths: bool) -> Group:
    place = f"groups[{group.name}]"
    members = whole_numbers(np.unique(np.asarray(group.members, dtype=np.int64)), place, (-1,))
    costs = whole_numbers(group.costs, place, (-1,))
    if len(members) and (members.min() < 0 or members.max() >= n):
        raise fault(place, sentence("A member does not exist."))
    if not 0 <= group.level < LEVELS or len(costs) < 2 or costs[0] != 0:
        raise fault(place, sentence("The level is out of range, or the costs do not start with 0 and a first step."))
    if group.per_minute and (group.per != Per.TIME or has_lengths):
        raise fault(place, sentence("Only the members at one time with a length of its own can cost by the minute."))
    return replace(group, members=members, costs=costs)
