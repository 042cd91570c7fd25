"""What every plan must cost, from lengths alone: a track that is longer than a day needs a second day or room.

Cheap, and enough to stop at once when a plan reaches it. Tracks are the only groups that it looks at.
"""

from collections import defaultdict

from schedule.clashes.kinds import ClashKind
from schedule.clashes.problem import Span
from schedule.clashes.table import merged
from schedule.solve.free.layout import Layout
from schedule.solve.free.terms import Days, Rooms
from schedule.solve.free.wishes import QUALITY


def quality_bound(layout: Layout) -> int:
    """No plan without fatal clashes has less quality cost."""
    alone = sum(_least_price(layout, number) for number in layout.free)
    return alone + _groups_bound(layout)


def _least_price(layout: Layout, number: int) -> int:
    quality = layout.prices(number)[1]
    allowed = ~layout.forbidden(number)
    return int(quality[allowed].min()) if allowed.any() else 0


def _groups_bound(layout: Layout) -> int:
    """For each group with wishes about rooms and days the cheapest pair of numbers that has time enough."""
    weights: dict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    for weight, level, term in layout.groups:
        if weight is not None and level == QUALITY and isinstance(term, Rooms | Days):
            weights[tuple(sorted(term.group))][isinstance(term, Days)] += weight
    usual = {ClashKind.ROOM_CLOSED, ClashKind.ACROSS_PLENARY} <= layout.hard_kinds
    if not layout.exclusive.all() or not usual or layout.world.table.waivers or _pins(layout) or layout.dropped:
        return 0
    openings = _openings(layout)
    total = 0
    for group, (by_room, by_day) in weights.items():
        minutes = sum(layout.world.lengths[talk] for talk in group if talk in layout.alive)
        ways = [
            by_room * (rooms - 1) + by_day * (days - 1)
            for days in range(1, len(openings) + 1)
            for rooms in range(1, len(layout.world.rooms) + 1)
            if rooms * sum(openings[:days]) >= minutes
        ]
        total += min(ways, default=0)
    return total


def _openings(layout: Layout) -> list[int]:
    """For each day the longest time that a room is open, breaks taken off; longest first."""
    world, found = layout.world, []
    for day in world.days:
        longest = 0
        for room in world.rooms:
            spans = world.table.open.get(room.id, (Span(day.start, day.end),))
            cut = [Span(max(a, day.start), min(b, day.end)) for a, b in spans if a < day.end and b > day.start]
            longest = max(longest, sum(b - a for a, b in merged(cut)) - _closed(layout, cut))
        found.append(longest)
    return sorted(found, reverse=True)


def _pins(layout: Layout) -> bool:
    """Whether talks are pinned, which may break what the others must keep."""
    return bool(layout.fixed.keys() - set(layout.world.table.closers))


def _closed(layout: Layout, spans: list[Span]) -> int:
    """Minutes of these spans that breaks take."""
    return sum(max(0, min(b, high) - max(a, low)) for a, b in spans for low, high in layout.world.breaks)
