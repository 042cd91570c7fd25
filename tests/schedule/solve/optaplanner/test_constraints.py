"""Each constraint on a hand-made workbook, the expected minutes worked out by hand."""

from pathlib import Path
from typing import Any

import pytest

from schedule.solve.optaplanner import Place, Rule, check, read_instance
from schedule.solve.optaplanner.names import REWARDS
from tests.schedule.solve.optaplanner.sheets import saved, workbook

Spots = tuple[tuple[int, int], ...]
SHARED = ({"Speakers": "Ada, Ben"}, {"Speakers": "Ben, Ada, Cleo"})
TAGGED = ({"Theme track tags": "x, y, z"}, {"Theme track tags": "y, z"})


def minutes(folder: Path, rule: Rule, book: Any, spots: Spots) -> int:
    """What the rule counts: with a weight of 1 soft its part of the score is that number."""
    problem = read_instance(saved(book, folder))
    verdict = check(problem, tuple(Place(*spot) for spot in spots))
    _, score = verdict.by_rule().get(rule, (0, (0, 0, 0)))
    return score[2] if rule in REWARDS else -score[2]


@pytest.mark.parametrize(
    ("rule", "talks", "spots", "expected"),
    [
        (Rule.ROOM_CONFLICT, ({}, {}), ((0, 0), (1, 0)), 30),
        (Rule.ROOM_CONFLICT, ({}, {}), ((0, 0), (1, 1)), 0),
        (Rule.SPEAKER_CONFLICT, SHARED, ((0, 0), (1, 1)), 2 * 30),
        (Rule.SPEAKER_CONFLICT, SHARED, ((0, 0), (2, 1)), 0),
        (Rule.PREREQUISITES, ({}, {"Prerequisite talks codes": "T0"}), ((1, 0), (2, 0)), 0),
        (Rule.PREREQUISITES, ({}, {"Prerequisite talks codes": "T0"}), ((2, 0), (1, 0)), 30 + 60),
        (Rule.PREREQUISITES, ({}, {"Prerequisite talks codes": "T0"}), ((0, 0), (1, 1)), 60 + 60),
        (Rule.MUTUALLY_EXCLUSIVE, ({"Mutually exclusive talks tags": "a, b"},) * 2, ((0, 0), (1, 1)), 2 * 30),
        (Rule.PAUSE, SHARED, ((1, 0), (2, 0)), 60 + 30),
        (Rule.PAUSE, SHARED, ((0, 0), (2, 0)), 0),
        (Rule.PAUSE, SHARED, ((0, 0), (1, 1)), 60 + 60),
        (Rule.PAUSE, SHARED, ((0, 0), (3, 0)), 0),
        (Rule.CROWD_CONTROL, ({"Crowd control risk": 1},), ((0, 0),), 0),
        (Rule.CROWD_CONTROL, ({"Crowd control risk": 1},) * 2, ((0, 0), (0, 1)), 0),
        (Rule.CROWD_CONTROL, ({"Crowd control risk": 1},) * 3, ((0, 0), (0, 1), (0, 2)), 3 * 60),
        (Rule.CROWD_CONTROL, ({"Crowd control risk": 1},) * 3, ((0, 0), (0, 1), (1, 2)), 0),
        (Rule.THEME_CONFLICT, TAGGED, ((0, 0), (1, 1)), 2 * 30),
        (Rule.THEME_ROOM_STABILITY, TAGGED, ((0, 0), (2, 1)), 2 * (60 + 30)),
        (Rule.THEME_ROOM_STABILITY, TAGGED, ((0, 0), (2, 0)), 0),
        (Rule.THEME_ROOM_STABILITY, TAGGED, ((0, 0), (3, 1)), 0),
        (Rule.SECTOR_CONFLICT, ({"Sector tags": "a"},) * 2, ((0, 0), (1, 1)), 30),
        (Rule.AUDIENCE_TYPE_DIVERSITY, ({"Audience types": "a, b"},) * 2, ((0, 0), (0, 1)), 2 * 60),
        (Rule.AUDIENCE_TYPE_DIVERSITY, ({"Audience types": "a, b"},) * 2, ((0, 0), (1, 1)), 0),
        (Rule.AUDIENCE_TYPE_DIVERSITY, ({"Audience types": "a"}, {"Audience types": "b"}), ((0, 0), (0, 1)), 0),
        (
            Rule.AUDIENCE_TYPE_THEME_CONFLICT,
            ({"Audience types": "a, b", "Theme track tags": "x, y, z"},) * 2,
            ((0, 0), (1, 1)),
            2 * 3 * 30,
        ),
        (Rule.AUDIENCE_LEVEL_DIVERSITY, ({"Audience level": 1}, {"Audience level": 3}), ((0, 0), (0, 1)), 60),
        (Rule.AUDIENCE_LEVEL_DIVERSITY, ({"Audience level": 2}, {"Audience level": 2}), ((0, 0), (0, 1)), 0),
        (
            Rule.LEVEL_FLOW,
            ({"Audience level": 1, "Content tags": "k"}, {"Audience level": 2, "Content tags": "k"}),
            ((2, 0), (0, 0)),
            90,
        ),
        (
            Rule.LEVEL_FLOW,
            ({"Audience level": 1, "Content tags": "k"}, {"Audience level": 2, "Content tags": "k"}),
            ((0, 0), (2, 0)),
            0,
        ),
        (Rule.CONTENT_CONFLICT, ({"Content tags": "k, l"},) * 2, ((0, 0), (1, 1)), 2 * 30),
        (Rule.LANGUAGE_DIVERSITY, ({"Language": "de"}, {"Language": "it"}), ((0, 0), (0, 1)), 60),
        (Rule.SAME_DAY, ({"Content tags": "k", "Theme track tags": "x"},) * 2, ((0, 0), (3, 0)), 2 * (60 + 60)),
        (Rule.SAME_DAY, ({"Content tags": "k", "Theme track tags": "x"},) * 2, ((0, 0), (2, 0)), 0),
        (Rule.POPULAR, ({"Favorite count": 1}, {"Favorite count": 9}), ((0, 0), (3, 1)), 120),
        (Rule.POPULAR, ({"Favorite count": 9}, {"Favorite count": 1}), ((0, 0), (3, 1)), 0),
        (Rule.POPULAR, ({"Favorite count": 1}, {"Favorite count": 9}), ((0, 1), (3, 2)), 0),
        (Rule.SPEAKER_MAKESPAN, ({"Speakers": "Ada"},) * 2, ((0, 0), (4, 0)), 2 * 480),
        (Rule.SPEAKER_MAKESPAN, ({"Speakers": "Ada"},) * 2, ((0, 0), (3, 0)), 0),
    ],
)
def test_a_constraint_counts_what_its_description_says(
    tmp_path: Path, rule: Rule, talks: tuple[dict[str, Any], ...], spots: Spots, expected: int
) -> None:
    assert minutes(tmp_path, rule, workbook(talks=list(talks)), spots) == expected


def test_a_grey_cell_means_that_a_room_or_a_speaker_is_not_there(tmp_path: Path) -> None:
    book = workbook(talks=[{"Speakers": "Ada, Ben"}], busy={"Rooms": [(1, 2)], "Speakers": [(0, 2), (1, 2)]})
    assert minutes(tmp_path, Rule.ROOM_UNAVAILABLE, book, ((2, 1),)) == 30
    assert minutes(tmp_path, Rule.ROOM_UNAVAILABLE, book, ((2, 0),)) == 0
    assert minutes(tmp_path, Rule.SPEAKER_UNAVAILABLE, book, ((2, 0),)) == 60
    assert minutes(tmp_path, Rule.SPEAKER_UNAVAILABLE, book, ((0, 0),)) == 0


@pytest.mark.parametrize("what", ["timeslot", "room"])
@pytest.mark.parametrize("who", ["Speaker", "Talk"])
@pytest.mark.parametrize(("wish", "expected"), [("required", 1), ("preferred", 1), ("prohibited", 2), ("undesired", 2)])
def test_tags_count_by_the_minute_when_missing_or_in_the_way(
    tmp_path: Path, who: str, what: str, wish: str, expected: int
) -> None:
    """Wished are loud, bright and warm; the place is loud and bright."""
    asks = {f"{wish.capitalize()} {what} tags": "loud, bright, warm"}
    talk = {"Speakers": "Ada"} | (asks if who == "Talk" else {})
    has = {0: {"Tags": "bright, loud"}}
    book = workbook(
        talks=[talk],
        speakers={0: asks} if who == "Speaker" else None,
        slots=has if what == "timeslot" else None,
        rooms=has if what == "room" else None,
    )
    assert minutes(tmp_path, Rule(f"{who} {wish} {what} tags"), book, ((0, 0),)) == expected * 60


def test_published_talks_cost_once_when_they_move(tmp_path: Path) -> None:
    published = {
        "Published Timeslot": "Mon 2030-01-07",
        "Published Start": "10:00",
        "Published End": "11:00",
        "Published Room": "Attic",
    }
    book = workbook(talks=[published])
    assert minutes(tmp_path, Rule.PUBLISHED_TIMESLOT, book, ((0, 1),)) == 0
    assert minutes(tmp_path, Rule.PUBLISHED_TIMESLOT, book, ((1, 1),)) == 1
    assert minutes(tmp_path, Rule.PUBLISHED_ROOM, book, ((1, 1),)) == 0
    assert minutes(tmp_path, Rule.PUBLISHED_ROOM, book, ((0, 0),)) == 1


def test_a_place_against_the_talk_type_or_the_pin_is_outside(tmp_path: Path) -> None:
    pin = {
        "Pinned by user": True,
        "Timeslot day": "Mon 2030-01-07",
        "Start": "10:00",
        "End": "11:00",
        "Room": "Attic",
    }
    book = workbook(talks=[pin, {}], slots={2: {"Talk types": "Lab"}})
    problem = read_instance(saved(book, tmp_path))
    assert check(problem, (Place(0, 1), Place(1, 0))).outside == ()
    assert check(problem, (Place(0, 0), Place(2, 0))).outside == (0, 1)


def test_a_weight_on_two_levels_counts_on_both(tmp_path: Path) -> None:
    book = workbook(weights={"Room conflict": "3hard/2medium/1soft"})
    problem = read_instance(saved(book, tmp_path))
    assert check(problem, (Place(0, 0), Place(1, 0))).score == (-90, -60, -30)
