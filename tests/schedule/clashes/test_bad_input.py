"""A problem or a plan that cannot mean anything is refused with its place and a sentence."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from schedule.clashes import (
    Block,
    ClashIndex,
    ClashInputError,
    ClashProblem,
    Day,
    Person,
    Placement,
    Quota,
    Room,
    Span,
    Track,
    clashes,
    to_instant,
    to_minute,
)

NAN = float("nan")


def blocks(*given: Block, **more: object) -> ClashProblem:
    return ClashProblem(blocks=given, **more)


def quota(**given: object) -> ClashProblem:
    return ClashProblem(quotas=(Quota(1, "vendors", frozenset({"vendor"}), **given),))


REFUSED = {
    "negative length": (blocks(Block(7, "A", -5)), "block 7: length_minutes is negative: -5."),
    "length not a number": (
        blocks(Block(7, "A", NAN)),
        "block 7: length_minutes is nan, not a whole number.",
    ),
    "length missing": (blocks(Block(7, "A", None)), "block 7: The length is missing."),
    "negative interest": (blocks(Block(7, "A", 5, interest=-1)), "block 7: interest is negative: -1."),
    "order not a number": (
        blocks(Block(7, "A", 5, order=1.5)),
        "block 7: The order 1.5 is not a whole number.",
    ),
    "block twice": (blocks(Block(7, "A", 5), Block(7, "B", 5)), "block 7: The id is used twice."),
    "room twice": (ClashProblem(rooms=(Room(1, "A"), Room(1, "B"))), "room 1: The id is used twice."),
    "person twice": (ClashProblem(people=(Person(1), Person(1))), "person 1: The id is used twice."),
    "unknown speaker": (
        blocks(Block(7, "A", 5, people=("eve",))),
        "block 7, eve: The speaker is not among the people.",
    ),
    "unknown chair": (
        blocks(Block(7, "A", 5, chairs=(3,))),
        "block 7, 3: The chair is not among the people.",
    ),
    "unknown track chair": (
        ClashProblem(tracks=(Track(1, "Web", (3,)),)),
        "track 1, 3: The chair is not among the people.",
    ),
    "unknown track": (blocks(Block(7, "A", 5, track="x")), "block 7, x: The track does not exist."),
    "unknown prerequisite": (
        blocks(Block(7, "A", 5, after=(8,))),
        "block 7, 8: The block that must come before does not exist.",
    ),
    "circular order": (
        blocks(
            Block(0, "Z", 5, after=(1,)),
            Block(1, "A", 5, after=(3,)),
            Block(2, "B", 5, after=(1, 4)),
            Block(3, "C", 5, after=(2,)),
            Block(4, "D", 5),
        ),
        "block 1: The order goes in a circle: A → B → C → A.",
    ),
    "block after itself": (
        blocks(Block(1, "A", 5, after=(1,))),
        "block 1: The order goes in a circle: A → A.",
    ),
    "negative capacity": (ClashProblem(rooms=(Room(1, "A", -1),)), "room 1: capacity is negative: -1."),
    "room open backwards": (
        ClashProblem(rooms=(Room(1, "A", open=(Span(5, 5),)),)),
        "room 1: A time ends before it starts.",
    ),
    "away at no minute": (
        ClashProblem(people=(Person(1, away=(Span(0.5, 2),)),)),
        "person 1: A time is not a whole minute.",
    ),
    "day backwards": (ClashProblem(days=(Day(1, "Mon", 9, 8),)), "day 1: A time ends before it starts."),
    "day without end": (
        ClashProblem(days=(Day(1, "Mon", 0, 2881),)),
        "day 1: The day is longer than 48 hours.",
    ),
    "days overlap": (
        ClashProblem(days=(Day(1, "Mon", 5, 9), Day(2, "Tue", 0, 6))),
        "day 1: The day overlaps another day.",
    ),
    "quota without limit": (quota(), "quota 1: The quota has no limit."),
    "quota over all": (quota(percent_max=101), "quota 1: The share is more than 100 percent."),
    "quota per nothing": (quota(blocks_max=1, per="room"), "quota 1: 'room' is not programme, day or track."),
    "quota for an unknown day": (
        quota(blocks_max=1, per="day", only=9),
        "quota 1, 9: The quota is for a day or track that does not exist.",
    ),
    "negative changeover": (
        ClashProblem(changeover_minutes=-1),
        "problem: changeover_minutes is negative: -1.",
    ),
    "too many blocks": (
        blocks(*(Block(n, "A", 5) for n in range(10_001))),
        "blocks: There are 10001; at most 10000 are possible.",
    ),
    "severity of no kind": (
        ClashProblem(severities=(("noise", 1),)),
        "severities: 'noise' is no kind of clash.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_problem_without_meaning_is_refused(name: str) -> None:
    problem, said = REFUSED[name]
    with pytest.raises(ClashInputError) as refused:
        clashes(problem, ())
    assert str(refused.value) == said


PROBLEM = ClashProblem(
    rooms=(Room(1, "Aula"),), days=(Day(1, "Mon", 0, 60),), blocks=(Block(7, "A", 5), Block(8, "B", 5))
)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ([Placement(9, 1, 0)], "block 9: The block is not part of the problem."),
        ([Placement(7, 1, 0), Placement(7, 1, 9)], "placement of block 7: The block is placed twice."),
        ([Placement(7, 1, NAN)], "placement of block 7: The start nan is not a whole minute."),
        ([Placement(7, 1, True)], "placement of block 7: The start True is not a whole minute."),
    ],
)
def test_a_plan_without_meaning_is_refused(plan: list[Placement], said: str) -> None:
    with pytest.raises(ClashInputError) as refused:
        clashes(PROBLEM, plan)
    assert str(refused.value) == said


def test_a_refused_edit_leaves_the_plan_alone() -> None:
    index = ClashIndex(PROBLEM, [Placement(7, 1, 0)])
    edits = {
        "block 9: The block is not part of the problem.": lambda: index.change([Placement(7, 1, 9)], removed=[9]),
        "block 7: The block is both placed and removed.": lambda: index.change([Placement(7, 1, 9)], removed=[7]),
        "block 8: The block has no place to swap.": lambda: index.swap(7, 8),
        "day 2: The day does not exist.": lambda: index.free_places(7, day=2),
        "step_minutes: The step is shorter than a minute.": lambda: index.free_places(7, day=1, step_minutes=0),
    }
    for said, edit in edits.items():
        with pytest.raises(ClashInputError) as refused:
            edit()
        assert str(refused.value) == said
    assert index.placements == (Placement(7, 1, 0),)


def test_an_empty_problem_has_no_clash() -> None:
    assert clashes(ClashProblem(), ()) == ()


def test_minutes_and_instants_translate_both_ways() -> None:
    instant = datetime(2027, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1)))
    assert to_instant(to_minute(instant)) == datetime(2027, 3, 1, 8, 30, tzinfo=UTC)
    assert to_minute(datetime(1969, 12, 31, 23, 59, tzinfo=UTC)) == -1


@pytest.mark.parametrize(
    ("instant", "said"),
    [
        (datetime(2027, 3, 1, 9, 30), "2027-03-01T09:30:00: The instant has no time zone."),  # noqa: DTZ001
        (
            datetime(2027, 3, 1, 9, 30, 5, tzinfo=UTC),
            "2027-03-01T09:30:05+00:00: The instant is not a whole minute.",
        ),
    ],
)
def test_an_instant_that_is_no_minute_is_refused(instant: datetime, said: str) -> None:
    with pytest.raises(ClashInputError) as refused:
        to_minute(instant)
    assert str(refused.value) == said
