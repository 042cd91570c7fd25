"""The independent evaluator: every constraint by its description in the sheet, pair by pair, in plain Python.

It shares no code with the kernel or with the step that fills its tables. What the descriptions leave open was settled
by the scores that the sheets themselves hold: "per minute of either talk" is the sum of both lengths; a theme in two
rooms of one day counts whether or not the talks overlap; a popular talk in a smaller room costs by the minutes of
both; crowd control counts only where three or more meet, for one risky talk alone has no match.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from schedule.solve.optaplanner.names import REWARDS, TAG_RULES, Rule
from schedule.solve.optaplanner.problem import (
    DAY_MINUTES,
    NOTHING,
    ConferenceProblem,
    Place,
    Room,
    Score,
    Tags,
    Talk,
    Timeslot,
)

WAIT_MINUTES = 8 * 60  # what each day of waiting counts for


@dataclass(frozen=True, slots=True)
class Match:
    """One cause: the talks concerned and what it adds to the score."""

    rule: Rule
    talks: tuple[int, ...]
    score: Score


@dataclass(frozen=True, slots=True)
class Verdict:
    """The score and all its causes. ``outside`` are talks in a place that their type, or their pin, does not allow."""

    score: Score
    matches: tuple[Match, ...]
    outside: tuple[int, ...]

    def by_rule(self) -> dict[Rule, tuple[int, Score]]:
        """Matches and score of each rule that has any."""
        found: dict[Rule, tuple[int, Score]] = {}
        for match in self.matches:
            count, score = found.get(match.rule, (0, NOTHING))
            found[match.rule] = (count + 1, _plus(score, match.score))
        return found


@dataclass(frozen=True, slots=True)
class _Seat:
    """A talk that has a place."""

    at: int
    talk: Talk
    slot: Timeslot
    room: Room
    place: Place

    def __hash__(self) -> int:
        return self.at


def check(problem: ConferenceProblem, places: "tuple[Place | None, ...]") -> Verdict:
    """Judge a plan; a talk without a place (None) takes part in nothing."""
    seats = [
        _Seat(at, talk, problem.timeslots[place.timeslot], problem.rooms[place.room], place)
        for at, (talk, place) in enumerate(zip(problem.talks, places, strict=True))
        if place is not None
    ]
    counted: list[tuple[Rule, tuple[int, ...], int]] = []
    for seat in seats:
        counted += [(rule, (seat.at,), size) for rule, size in _alone(problem, seat) if size]
    for one, other in combinations(seats, 2):
        counted += [(rule, (one.at, other.at), size) for rule, size in _together(problem, one, other) if size]
    counted += _crowds(seats)
    counted += _waits(problem, seats)
    matches = tuple(Match(rule, talks, _scored(problem, rule, size)) for rule, talks, size in counted)
    matches = tuple(match for match in matches if match.score != NOTHING)
    total = NOTHING
    for match in matches:
        total = _plus(total, match.score)
    return Verdict(total, matches, tuple(seat.at for seat in seats if _is_outside(seat)))


def _scored(problem: ConferenceProblem, rule: Rule, size: int) -> Score:
    sign = 1 if rule in REWARDS else -1
    hard, medium, soft = problem.weight(rule)
    return Score(sign * hard * size, sign * medium * size, sign * soft * size)


def _plus(one: Score, other: Score) -> Score:
    return Score(one.hard + other.hard, one.medium + other.medium, one.soft + other.soft)


def _is_outside(seat: _Seat) -> bool:
    talk = seat.talk
    if talk.is_pinned:
        return (talk.timeslot, talk.room) != (seat.place.timeslot, seat.place.room)
    return talk.talk_type not in seat.slot.talk_types or talk.talk_type not in seat.room.talk_types


def _alone(problem: ConferenceProblem, seat: _Seat) -> Iterator[tuple[Rule, int]]:
    """What one talk costs by itself."""
    minutes, talk, place = seat.slot.minutes, seat.talk, seat.place
    speakers = [problem.speakers[speaker] for speaker in talk.speakers]
    yield Rule.ROOM_UNAVAILABLE, minutes * (place.timeslot in seat.room.unavailable)
    for speaker in speakers:
        yield Rule.SPEAKER_UNAVAILABLE, minutes * (place.timeslot in speaker.unavailable)
    for rule, who, what, wish, wanted in TAG_RULES:
        offered = seat.slot.tags if what == "times" else seat.room.tags
        count = 0
        for one in speakers if who == "speaker" else [talk]:
            asked: Tags = getattr(getattr(one, what), wish)
            count += len(asked - offered) if wanted else len(asked & offered)
        yield rule, count * minutes
    if talk.published_timeslot is not None:
        yield Rule.PUBLISHED_TIMESLOT, int(talk.published_timeslot != place.timeslot)
    if talk.published_room is not None:
        yield Rule.PUBLISHED_ROOM, int(talk.published_room != place.room)


def _together(problem: ConferenceProblem, one: _Seat, other: _Seat) -> Iterator[tuple[Rule, int]]:
    """What a pair costs."""
    a, b = one.talk, other.talk
    overlap = _overlap(one.slot, other.slot)
    both = one.slot.minutes + other.slot.minutes
    themes, contents = len(a.themes & b.themes), len(a.contents & b.contents)
    audiences = len(a.audience_types & b.audience_types)
    same_day = one.slot.day == other.slot.day
    yield Rule.ROOM_CONFLICT, overlap * (one.place.room == other.place.room)
    yield Rule.THEME_CONFLICT, overlap * themes
    yield Rule.SECTOR_CONFLICT, overlap * len(a.sectors & b.sectors)
    yield Rule.AUDIENCE_TYPE_THEME_CONFLICT, overlap * themes * audiences
    yield Rule.CONTENT_CONFLICT, overlap * contents
    yield Rule.MUTUALLY_EXCLUSIVE, overlap * len(a.exclusive & b.exclusive)
    yield Rule.THEME_ROOM_STABILITY, both * themes * (same_day and one.place.room != other.place.room)
    yield Rule.SAME_DAY, both * (themes + contents) * (not same_day)
    if one.place.timeslot == other.place.timeslot:
        yield Rule.AUDIENCE_TYPE_DIVERSITY, one.slot.minutes * audiences
        yield Rule.AUDIENCE_LEVEL_DIVERSITY, one.slot.minutes * (a.audience_level != b.audience_level)
        yield Rule.LANGUAGE_DIVERSITY, one.slot.minutes * (a.language != b.language)
    for common in set(a.speakers) & set(b.speakers):
        yield Rule.SPEAKER_CONFLICT, overlap * (common >= 0)
    if set(a.speakers) & set(b.speakers):
        yield Rule.PAUSE, both * _lacks_pause(one.slot, other.slot, problem.pause_minutes)
    for first, second in ((one, other), (other, one)):
        yield from _in_order(first, second, both, contents)


def _in_order(first: _Seat, second: _Seat, both: int, contents: int) -> Iterator[tuple[Rule, int]]:
    """What it costs that ``first`` does not end before ``second`` starts, or sits in the bigger room."""
    late = _instant(first.slot, first.slot.end) > _instant(second.slot, second.slot.start)
    yield Rule.PREREQUISITES, both * (late and first.at in second.talk.prerequisites)
    yield Rule.LEVEL_FLOW, both * contents * (late and first.talk.audience_level < second.talk.audience_level)
    is_less = first.talk.favourites < second.talk.favourites
    yield Rule.POPULAR, both * (is_less and first.room.capacity > second.room.capacity)


def _instant(slot: Timeslot, minute: int) -> int:
    return slot.day.toordinal() * DAY_MINUTES + minute


def _overlap(one: Timeslot, other: Timeslot) -> int:
    return max(0, min(one.end, other.end) - max(one.start, other.start)) if one.day == other.day else 0


def _lacks_pause(one: Timeslot, other: Timeslot, pause: int) -> bool:
    if one.day != other.day:
        return False
    return _overlap(one, other) > 0 or max(one.start, other.start) - min(one.end, other.end) < pause


def _crowds(seats: list[_Seat]) -> list[tuple[Rule, tuple[int, ...], int]]:
    """Each risky talk that shares its timeslot with two or more others."""
    risky = [seat for seat in seats if seat.talk.crowd_risk > 0]
    found: list[tuple[Rule, tuple[int, ...], int]] = []
    for seat in risky:
        if sum(other.place.timeslot == seat.place.timeslot for other in risky) > 2:
            found.append((Rule.CROWD_CONTROL, (seat.at,), seat.slot.minutes))
    return found


def _waits(problem: ConferenceProblem, seats: list[_Seat]) -> list[tuple[Rule, tuple[int, ...], int]]:
    """Speakers whose first and last talk lie more than one day apart."""
    found: list[tuple[Rule, tuple[int, ...], int]] = []
    for speaker in range(len(problem.speakers)):
        own = [seat for seat in seats if speaker in seat.talk.speakers]
        days = [seat.slot.day.toordinal() for seat in own]
        apart = max(days) - min(days) if days else 0
        if apart > 1:
            found.append((Rule.SPEAKER_MAKESPAN, tuple(seat.at for seat in own), (apart - 1) * WAIT_MINUTES))
    return found
