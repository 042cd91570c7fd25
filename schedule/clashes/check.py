"""Refuses a problem that cannot mean anything, with the place and a sentence; a bad plan is no error."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from plumbing.sentences import Sentence, sentence
from schedule.clashes.kinds import ClashInputError, ClashKind, Id
from schedule.clashes.problem import Block, ClashProblem, Day, Person, Placement, Quota, Room, Span, Track

BLOCKS_MAX = 10_000
ROOMS_MAX = 1_000
DAY_MINUTES_MAX = 2 * 24 * 60

Named = Room | Person | Track | Block | Day | Quota
N = TypeVar("N", Room, Person, Track, Block, Day, Quota)


def check_problem(problem: ClashProblem) -> None:
    """Raises ClashInputError for the first thing wrong, in the order of the problem's fields."""
    _check_size("blocks", problem.blocks, BLOCKS_MAX)
    _check_size("rooms", problem.rooms, ROOMS_MAX)
    rooms = _unique("room", problem.rooms)
    days = _unique("day", problem.days)
    blocks = _unique("block", problem.blocks)
    people = _unique("person", problem.people)
    tracks = _unique("track", problem.tracks)
    _unique("quota", problem.quotas)
    for room in rooms.values():
        _check_number(f"room {room.id}", "capacity", room.capacity)
        _check_spans(f"room {room.id}", room.open or ())
    _check_days(problem.days)
    for block in problem.blocks:
        _check_block(block, blocks, people, tracks)
    _check_circles(blocks)
    for person in people.values():
        _check_spans(f"person {person.id}", person.away)
        _check_number(f"person {person.id}", "talks_per_day_max", person.talks_per_day_max)
    for track in tracks.values():
        _check_known(f"track {track.id}", track.chairs, people, sentence("The chair is not among the people."))
    for quota in problem.quotas:
        _check_quota(quota, days, tracks)
    for field in ("talks_per_day_max", "changeover_minutes", "venue_change_minutes"):
        _check_number("problem", field, getattr(problem, field))
    for kind, _ in problem.severities:
        if not isinstance(kind, ClashKind):
            raise ClashInputError("severities", sentence("%(value)s is no kind of clash.", value=repr(kind)))


def check_start(placement: Placement) -> None:
    if not _is_whole(placement.start):
        raise ClashInputError(
            f"placement of block {placement.block}",
            sentence("The start %(value)s is not a whole minute.", value=repr(placement.start)),
        )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_size(place: str, values: Sequence[Named], most: int) -> None:
    if len(values) > most:
        raise ClashInputError(
            place,
            sentence("There are %(count)s; at most %(most)s are possible.", count=len(values), most=most),
        )


def _unique(what: str, values: Iterable[N]) -> dict[Id, N]:
    known: dict[Id, N] = {}
    for value in values:
        if value.id in known:
            raise ClashInputError(f"{what} {value.id}", sentence("The id is used twice."))
        known[value.id] = value
    return known


def _check_number(place: str, field: str, value: object) -> None:
    """None, or a whole number that is not negative: NaN and floats come from spreadsheets."""
    if value is None:
        return
    if not _is_whole(value):
        raise ClashInputError(
            place, sentence("%(field)s is %(value)s, not a whole number.", field=field, value=repr(value))
        )
    if isinstance(value, int) and value < 0:
        raise ClashInputError(place, sentence("%(field)s is negative: %(value)s.", field=field, value=value))


def _check_spans(place: str, spans: Iterable[Span]) -> None:
    for start, end in spans:
        if not (_is_whole(start) and _is_whole(end)):
            raise ClashInputError(place, sentence("A time is not a whole minute."))
        if end <= start:
            raise ClashInputError(place, sentence("A time ends before it starts."))


def _check_days(days: Sequence[Day]) -> None:
    for day in days:
        _check_spans(f"day {day.id}", [Span(day.start, day.end)])
        if day.end - day.start > DAY_MINUTES_MAX:
            raise ClashInputError(f"day {day.id}", sentence("The day is longer than 48 hours."))
    ordered = sorted(days, key=lambda day: day.start)
    for earlier, later in zip(ordered, ordered[1:], strict=False):
        if later.start < earlier.end:
            raise ClashInputError(f"day {later.id}", sentence("The day overlaps another day."))


def _check_block(block: Block, blocks: dict[Id, Block], people: dict[Id, Person], tracks: dict[Id, Track]) -> None:
    place = f"block {block.id}"
    if block.length_minutes is None:
        raise ClashInputError(place, sentence("The length is missing."))
    _check_number(place, "length_minutes", block.length_minutes)
    _check_number(place, "interest", block.interest)
    if block.order is not None and not _is_whole(block.order):
        raise ClashInputError(place, sentence("The order %(value)s is not a whole number.", value=repr(block.order)))
    _check_known(place, block.people, people, sentence("The speaker is not among the people."))
    _check_known(place, block.chairs, people, sentence("The chair is not among the people."))
    _check_known(place, block.after, blocks, sentence("The block that must come before does not exist."))
    if block.track is not None:
        _check_known(place, (block.track,), tracks, sentence("The track does not exist."))


def _check_known(place: str, ids: Iterable[Id], known: Collection[Id], what: Sentence) -> None:
    for value in ids:
        if value not in known:
            raise ClashInputError(f"{place}, {value}", what)


def _check_circles(blocks: dict[Id, Block]) -> None:
    """Peels off blocks whose prerequisites are all peeled; what remains stands in or behind a circle."""
    waiting = {block.id: set(block.after) for block in blocks.values() if block.after}
    ready = [block for block in blocks if block not in waiting]
    followers: dict[Id, list[Id]] = {}
    for block, before in waiting.items():
        for other in before:
            followers.setdefault(other, []).append(block)
    while ready:
        done = ready.pop()
        for block in followers.get(done, ()):
            waiting[block].discard(done)
            if not waiting[block]:
                ready.append(block)
                del waiting[block]
    if waiting:
        circle = _circle(waiting)
        titles = " → ".join(str(blocks[block].title) for block in circle)
        raise ClashInputError(f"block {circle[0]}", sentence("The order goes in a circle: %(titles)s.", titles=titles))


def _circle(waiting: dict[Id, set[Id]]) -> list[Id]:
    """Walks back along prerequisites until a block comes again; that block stands at both ends."""
    walk = [next(iter(waiting))]
    while walk[-1] not in walk[:-1]:
        walk.append(min(waiting[walk[-1]] & waiting.keys(), key=repr))
    return walk[walk.index(walk[-1]) :][::-1]


def _check_quota(quota: Quota, days: dict[Id, Day], tracks: dict[Id, Track]) -> None:
    place = f"quota {quota.id}"
    _check_number(place, "blocks_max", quota.blocks_max)
    _check_number(place, "percent_max", quota.percent_max)
    if quota.blocks_max is None and quota.percent_max is None:
        raise ClashInputError(place, sentence("The quota has no limit."))
    if quota.percent_max is not None and quota.percent_max > 100:
        raise ClashInputError(place, sentence("The share is more than 100 percent."))
    if quota.per not in ("programme", "day", "track"):
        raise ClashInputError(place, sentence("%(value)s is not programme, day or track.", value=repr(quota.per)))
    if quota.only is not None:
        known: Collection[Id] = {"programme": (), "day": days, "track": tracks}[quota.per]
        _check_known(place, (quota.only,), known, sentence("The quota is for a day or track that does not exist."))
