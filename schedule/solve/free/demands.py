"""The hard things of a problem one by one, each in words, with what a chair could do about it."""

from collections.abc import Collection, Iterator

from plumbing.sentences import Sentence, sentence
from schedule.clashes.kinds import ClashKind, Id, Words
from schedule.solve.free.layout import ALLOWED, FORBIDDEN, GRID, PIN, WISH, Demand, Layout
from schedule.solve.free.wishes import HARD, RULES, ClashRule

Said = tuple[Sentence, Sentence]


def demands_on(layout: Layout, talks: Collection[int]) -> list[Demand]:
    """Everything hard that concerns some of these talks and could be dropped; the grid itself could not."""
    found: dict[Demand, None] = {}
    for number in sorted(talks):
        for demand in _of_one(layout, number):
            found[demand] = None
    for demand in _of_many(layout, set(talks)):
        found[demand] = None
    return [demand for demand in found if demand.what != GRID and demand not in layout.dropped]


def _of_one(layout: Layout, number: int) -> Iterator[Demand]:
    if number in layout.fixed:
        yield Demand(PIN, layout.world.blocks[number].id)
    for demand, mask in layout.bans(number):
        if mask.any() and demand != Demand(ClashKind.OUTSIDE_DAY):
            yield demand


def _of_many(layout: Layout, talks: set[int]) -> Iterator[Demand]:
    world, table = layout.world, layout.world.table
    for room, exclusive in zip(world.rooms, layout.exclusive, strict=True):
        if exclusive:
            yield Demand(ClashKind.ROOM_TWICE, room.id)
    yield from _of_people(layout, talks)
    for number in sorted(talks):
        if talks.intersection(table.before[number]):
            yield Demand(ClashKind.PREREQUISITE, world.blocks[number].id)
    for kind in (ClashKind.TRACK_PARALLEL, ClashKind.TRACK_ORDER):
        if kind in layout.hard_kinds:
            yield from (Demand(kind, track) for track in table.in_track if talks.intersection(table.in_track[track]))
    if ClashKind.QUOTA in layout.hard_kinds:
        yield from (Demand(ClashKind.QUOTA, quota.id) for quota in table.problem.quotas)
    for place, wish in enumerate(layout.problem.wishes):
        if wish.level == HARD and not isinstance(wish, ClashRule):
            yield Demand(WISH, place)


def _of_people(layout: Layout, talks: set[int]) -> Iterator[Demand]:
    shared = (ClashKind.SPEAKER_TWICE, ClashKind.CHANGEOVER, ClashKind.TRACK_CHAIR_ELSEWHERE)
    for person, tied in layout.world.table.tied.items():
        count = len(talks.intersection(tied))
        if count > 1:
            yield from (Demand(kind, person) for kind in shared if kind in layout.hard_kinds)
        if count and ClashKind.TOO_MANY_TALKS in layout.hard_kinds:
            yield Demand(ClashKind.TOO_MANY_TALKS, person)


def in_words(layout: Layout, demand: Demand) -> Said:
    """What the demand says, and what would do away with it."""
    what, name = demand.what, _name(layout, demand)
    if what in _SAID:
        says, could = _SAID[what]
        return sentence(says, name=name), sentence(could, name=name)
    if what == WISH and isinstance(demand.whom, int):
        wish = layout.problem.wishes[demand.whom]
        return wish.sentence(), sentence("Give this wish a weight instead of making it hard.")
    return RULES[ClashKind(what)], sentence("Allow this to be broken where it must be.")


def _name(layout: Layout, demand: Demand) -> Words:
    """The title, label or name of whom the demand concerns."""
    table, whom = layout.world.table, demand.whom
    if whom is None:
        return ""
    if demand.what in (PIN, ALLOWED, FORBIDDEN, *_OF_BLOCKS):
        return table.blocks[table.position[whom]].title
    if demand.what in _OF_PEOPLE:
        return table.people[whom].label or str(whom)
    return _place_name(layout, demand.what, whom)


def _place_name(layout: Layout, what: str, whom: Id) -> Words:
    table = layout.world.table
    if what in (ClashKind.ROOM_TWICE, ClashKind.ROOM_CLOSED):
        return table.rooms[whom].name
    if what == ClashKind.OUTSIDE_DAY:
        return table.days[whom].label
    if what in (ClashKind.TRACK_ORDER, ClashKind.TRACK_PARALLEL):
        return table.tracks[whom].name
    return str(whom)


_OF_BLOCKS = (ClashKind.ACROSS_PLENARY, ClashKind.MISSING_FEATURE, ClashKind.TOO_SMALL, ClashKind.PREREQUISITE)
_OF_PEOPLE = (
    ClashKind.SPEAKER_TWICE,
    ClashKind.SPEAKER_AWAY,
    ClashKind.CHANGEOVER,
    ClashKind.TRACK_CHAIR_ELSEWHERE,
    ClashKind.TOO_MANY_TALKS,
)


def _said() -> dict[str, tuple[str, str]]:
    """Message ids; ``sentence`` here only marks them for the catalogs."""
    pairs = {
        PIN: (
            sentence("“%(name)s” is pinned to its place."),
            sentence("Take the pin off “%(name)s”."),
        ),
        ALLOWED: (
            sentence("“%(name)s” may only stand where it is allowed to."),
            sentence("Allow “%(name)s” more rooms or times."),
        ),
        FORBIDDEN: (
            sentence("“%(name)s” is kept away from some rooms or times."),
            sentence("Forbid “%(name)s” fewer rooms or times."),
        ),
        ClashKind.ROOM_TWICE: (
            sentence("%(name)s holds one talk at a time."),
            sentence("Find another room like %(name)s."),
        ),
        ClashKind.ROOM_CLOSED: (
            sentence("%(name)s is not available all the time."),
            sentence("Open %(name)s an hour longer."),
        ),
        ClashKind.OUTSIDE_DAY: (
            sentence("%(name)s has an end."),
            sentence("Let %(name)s last an hour longer."),
        ),
        ClashKind.ACROSS_PLENARY: (
            sentence("“%(name)s” closes all rooms."),
            sentence("Shorten or move “%(name)s”."),
        ),
        ClashKind.MISSING_FEATURE: (
            sentence("“%(name)s” needs a room with special equipment."),
            sentence("Equip another room for “%(name)s”."),
        ),
        ClashKind.TOO_SMALL: (
            sentence("“%(name)s” needs a big room."),
            sentence("Accept fewer seats for “%(name)s”."),
        ),
        ClashKind.SPEAKER_TWICE: (
            sentence("%(name)s can be in one place at a time."),
            sentence("Let somebody else give one of the talks of %(name)s."),
        ),
        ClashKind.SPEAKER_AWAY: (
            sentence("%(name)s is not there all the time."),
            sentence("Ask %(name)s to come earlier or to stay longer."),
        ),
        ClashKind.CHANGEOVER: (
            sentence("%(name)s needs time to change rooms."),
            sentence("Let %(name)s hurry from room to room."),
        ),
        ClashKind.PREREQUISITE: (
            sentence("“%(name)s” comes after what it builds on."),
            sentence("Let “%(name)s” come before what it builds on."),
        ),
    }
    return {what: (says.text, could.text) for what, (says, could) in pairs.items()}


_SAID = _said()
