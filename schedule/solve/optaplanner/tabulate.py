"""From a conference to the kernel's tables: one relation, group or table of single costs for each constraint."""

from collections.abc import Callable, Collection, Iterable

import numpy as np

from schedule.solve.anneal import Amount, Group, Per, PlaceTables, Relation, When, Where
from schedule.solve.anneal.tables import HARD, LEVELS, Ints
from schedule.solve.optaplanner.names import REWARDS, TAG_RULES, Rule
from schedule.solve.optaplanner.problem import DAY_MINUTES, ConferenceProblem, Talk

Common = Callable[[Talk, Talk], int]
WAIT_MINUTES = 480  # a day of waiting counts as eight hours


def tabulate(problem: ConferenceProblem) -> PlaceTables:
    """The tables; levels are (hard, medium, soft), and costs are the negative of scores."""
    slots, rooms, talks = problem.timeslots, problem.rooms, problem.talks
    first = min(slot.day for slot in slots)
    day = np.array([(slot.day - first).days for slot in slots])
    start = day * DAY_MINUTES + np.array([slot.start for slot in slots])
    time_cost, room_cost, per_minute, place_cost = _single_costs(problem)
    pinned = [talk.is_pinned for talk in talks]
    may_time = np.zeros((len(talks), len(slots)), dtype=bool)
    may_room = np.zeros((len(talks), len(rooms)), dtype=bool)
    for at, talk in enumerate(talks):
        may_time[at, problem.open_times(talk)] = True
        may_room[at, problem.open_rooms(talk)] = True
    return PlaceTables(
        items=len(talks),
        time_start=start,
        time_end=start + np.array([slot.minutes for slot in slots]),
        time_day=day,
        room_size=np.array([room.capacity for room in rooms]),
        may_time=may_time,
        may_room=may_room,
        time_cost=time_cost,
        room_cost=room_cost,
        room_cost_per_minute=per_minute,
        place_cost=place_cost,
        room_conflict=problem.weight(Rule.ROOM_CONFLICT).hard,
        fixed_time=np.array([talk.timeslot if pin else -1 for talk, pin in zip(talks, pinned, strict=True)]),
        fixed_room=np.array([talk.room if pin else -1 for talk, pin in zip(talks, pinned, strict=True)]),
        relations=tuple(_relations(problem)),
        groups=tuple(_groups(problem)),
    )


def _levels(problem: ConferenceProblem, rule: Rule) -> list[tuple[int, int]]:
    """(level, signed weight) of a rule, where it weighs anything."""
    sign = -1 if rule in REWARDS else 1
    return [(level, sign * size) for level, size in enumerate(problem.weight(rule)) if size]


def _single_costs(problem: ConferenceProblem) -> tuple[Ints, Ints, Ints, Ints]:
    """Costs by talk and time, by talk and room, by talk and room for each minute, and by time and room."""
    talks, slots, rooms = problem.talks, problem.timeslots, problem.rooms
    minutes = np.array([slot.minutes for slot in slots])
    by_time = np.zeros((LEVELS, len(talks), len(slots)), np.int64)
    by_room = np.zeros((LEVELS, len(talks), len(rooms)), np.int64)
    per_minute = np.zeros_like(by_room)
    by_place = np.zeros((LEVELS, len(slots), len(rooms)), np.int64)
    for level, weight in _levels(problem, Rule.ROOM_UNAVAILABLE):
        for at, room in enumerate(rooms):
            gone = sorted(room.unavailable)
            by_place[level, gone, at] += weight * minutes[gone]
    for at, talk in enumerate(talks):
        for speaker in talk.speakers:
            gone = sorted(problem.speakers[speaker].unavailable)
            for level, weight in _levels(problem, Rule.SPEAKER_UNAVAILABLE):
                by_time[level, at, gone] += weight * minutes[gone]
        _published(problem, at, by_time, by_room)
    for rule, who, what, wish, wanted in TAG_RULES:
        for level, weight in _levels(problem, rule):
            counts = _counts(problem, what, wish, who, wanted)
            if what == "times":
                by_time[level] += weight * counts * minutes
            else:
                per_minute[level] += weight * counts
    return by_time, by_room, per_minute, by_place


def _published(problem: ConferenceProblem, at: int, by_time: Ints, by_room: Ints) -> None:
    talk = problem.talks[at]
    for rule, table, kept in (
        (Rule.PUBLISHED_TIMESLOT, by_time, talk.published_timeslot),
        (Rule.PUBLISHED_ROOM, by_room, talk.published_room),
    ):
        for level, weight in _levels(problem, rule) if kept is not None else ():
            table[level, at] += weight
            table[level, at, kept] -= weight


def _counts(problem: ConferenceProblem, what: str, wish: str, who: str, wanted: bool) -> Ints:
    """``[talk, place]``: how many tags of a wish are missing from (or wrongly at) each time or room."""
    offers = [place.tags for place in (problem.timeslots if what == "times" else problem.rooms)]
    found = np.zeros((len(problem.talks), len(offers)), np.int64)
    for at, talk in enumerate(problem.talks):
        owners = [problem.speakers[speaker] for speaker in talk.speakers] if who == "speaker" else [talk]
        asked = [tag for owner in owners for tag in getattr(getattr(owner, what), wish)]
        for place, offered in enumerate(offers) if asked else ():
            found[at, place] = sum((tag not in offered) if wanted else (tag in offered) for tag in asked)
    return found


def _relations(problem: ConferenceProblem) -> Iterable[Relation]:
    """Every constraint about pairs. A relation that no pair has is left out."""
    minutes, both = Amount.OVERLAP_MINUTES, Amount.COMBINED_MINUTES
    shared: tuple[tuple[Rule, When, Where, Amount, Common], ...] = (
        (Rule.SPEAKER_CONFLICT, When.OVERLAP, Where.ANYWHERE, minutes, lambda a, b: _common(a.speakers, b.speakers)),
        (
            Rule.MUTUALLY_EXCLUSIVE,
            When.OVERLAP,
            Where.ANYWHERE,
            minutes,
            lambda a, b: _common(a.exclusive, b.exclusive),
        ),
        (Rule.PAUSE, When.SHORT_PAUSE, Where.ANYWHERE, both, lambda a, b: min(1, _common(a.speakers, b.speakers))),
        (Rule.THEME_CONFLICT, When.OVERLAP, Where.ANYWHERE, minutes, _themes),
        (Rule.THEME_ROOM_STABILITY, When.SAME_DAY, Where.OTHER_ROOM, both, _themes),
        (Rule.SECTOR_CONFLICT, When.OVERLAP, Where.ANYWHERE, minutes, lambda a, b: _common(a.sectors, b.sectors)),
        (Rule.AUDIENCE_TYPE_THEME_CONFLICT, When.OVERLAP, Where.ANYWHERE, minutes, _audience_themes),
        (Rule.CONTENT_CONFLICT, When.OVERLAP, Where.ANYWHERE, minutes, _contents),
        (Rule.SAME_DAY, When.OTHER_DAY, Where.ANYWHERE, both, lambda a, b: _themes(a, b) + _contents(a, b)),
    )
    for rule, when, where, amount, common in shared:
        yield from _relation(problem, rule, when, where, amount, common)
    for rule, common in (
        (Rule.AUDIENCE_TYPE_DIVERSITY, lambda a, b: _common(a.audience_types, b.audience_types)),
        (Rule.AUDIENCE_LEVEL_DIVERSITY, lambda a, b: int(a.audience_level != b.audience_level)),
        (Rule.LANGUAGE_DIVERSITY, lambda a, b: int(a.language != b.language)),
    ):
        yield from _relation(problem, rule, When.SAME_TIME, Where.ANYWHERE, minutes, common)
    yield from _ordered_relations(problem)


def _ordered_relations(problem: ConferenceProblem) -> Iterable[Relation]:
    """Constraints with a first and a second talk, and the rooms' own where they weigh on a lower level."""
    index = {talk.code: at for at, talk in enumerate(problem.talks)}
    both = Amount.COMBINED_MINUTES
    yield from _relation(
        problem,
        Rule.PREREQUISITES,
        When.NOT_BEFORE,
        Where.ANYWHERE,
        both,
        lambda a, b: int(index[a.code] in b.prerequisites),
        ordered=True,
    )
    yield from _relation(
        problem,
        Rule.LEVEL_FLOW,
        When.NOT_BEFORE,
        Where.ANYWHERE,
        both,
        lambda a, b: _contents(a, b) * (a.audience_level < b.audience_level),
        ordered=True,
    )
    yield from _relation(
        problem,
        Rule.POPULAR,
        When.ALWAYS,
        Where.BIGGER_ROOM,
        both,
        lambda a, b: int(a.favourites < b.favourites),
        ordered=True,
    )
    for relation in _relation(
        problem, Rule.ROOM_CONFLICT, When.OVERLAP, Where.SAME_ROOM, Amount.OVERLAP_MINUTES, lambda a, b: 1
    ):
        if relation.level != HARD:
            yield relation


def _relation(
    problem: ConferenceProblem,
    rule: Rule,
    when: When,
    where: Where,
    amount: Amount,
    common: Common,
    *,
    ordered: bool = False,
) -> Iterable[Relation]:
    """One relation for each level that the rule weighs on."""
    levels = _levels(problem, rule)
    if not levels:
        return
    talks = problem.talks
    rows = [
        (i, j, count)
        for i, a in enumerate(talks)
        for j, b in enumerate(talks)
        if (i != j if ordered else i < j) and (count := common(a, b))
    ]
    found = np.array(rows, dtype=np.int64).reshape(-1, 3)
    for level, weight in levels if rows else ():
        yield Relation(rule, level, when, where, amount, found[:, :2], found[:, 2] * weight, problem.pause_minutes)


def _common(one: Collection[object], other: Collection[object]) -> int:
    return len(set(one) & set(other))


def _themes(a: Talk, b: Talk) -> int:
    return _common(a.themes, b.themes)


def _contents(a: Talk, b: Talk) -> int:
    return _common(a.contents, b.contents)


def _audience_themes(a: Talk, b: Talk) -> int:
    return _themes(a, b) * _common(a.audience_types, b.audience_types)


def _groups(problem: ConferenceProblem) -> Iterable[Group]:
    """Crowd control counts from three on; a wait of d days counts d - 1 times."""
    risky = np.array([at for at, talk in enumerate(problem.talks) if talk.crowd_risk > 0], dtype=np.int64)
    for level, weight in _levels(problem, Rule.CROWD_CONTROL):
        if len(risky) > 2:
            costs = np.array([0, 0, 0, 3, 4]) * weight
            yield Group(Rule.CROWD_CONTROL, level, risky, Per.TIME, costs, per_minute=True)
    for level, weight in _levels(problem, Rule.SPEAKER_MAKESPAN):
        for speaker in range(len(problem.speakers)):
            own = np.array([at for at, talk in enumerate(problem.talks) if speaker in talk.speakers], dtype=np.int64)
            if len(own) > 1:
                costs = np.array([0, 0, 1]) * weight * WAIT_MINUTES
                yield Group(Rule.SPEAKER_MAKESPAN, level, own, Per.SPAN_OF_DAYS, costs)
