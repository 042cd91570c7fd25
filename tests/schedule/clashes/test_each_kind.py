"""One small plan for each kind of clash, with the very sentence that a chair reads."""

from dataclasses import replace

import pytest

from plumbing.sentences import Sentence, sentence
from schedule.clashes import (
    TITLES,
    Block,
    Clash,
    ClashIndex,
    ClashKind,
    ClashProblem,
    Day,
    Person,
    Placement,
    Quota,
    Room,
    Severity,
    Span,
    Track,
    Waiver,
    clashes,
)

ADA, BEN = Person("ada", "Ada"), Person("ben", "Ben")
AULA = Room("aula", "Aula", capacity=300, features=frozenset({"recording"}))
LAB = Room("lab", "Lab", capacity=20, venue="annex")
MONDAY, TUESDAY = Day(1, "Monday", 0, 600), Day(2, "Tuesday", 1440, 2040)
CORE, WEB = Track("core", "Core", ("ada",)), Track("web", "Web")
GRAPHS, HEAPS = Block(1, "Graphs", 30), Block(2, "Heaps", 30)


def event(*blocks: Block, **given: object) -> ClashProblem:
    base = ClashProblem(rooms=(AULA, LAB), days=(MONDAY, TUESDAY), people=(ADA, BEN), tracks=(CORE, WEB), blocks=blocks)
    return replace(base, **given)


def told(problem: ClashProblem, *seats: tuple) -> list[tuple[str, Severity, tuple, str]]:
    plan = [Placement(block.id, *seat) for block, seat in zip(problem.blocks, seats, strict=True)]
    return [(clash.kind.value, clash.severity, clash.blocks, str(clash.sentence)) for clash in clashes(problem, plan)]


def test_a_plan_in_which_nothing_touches_has_no_clash() -> None:
    problem = event(replace(GRAPHS, people=("ada",)), replace(HEAPS, people=("ada",)))
    assert told(problem, ("aula", 0), ("aula", 30)) == []


def test_room_used_twice() -> None:
    assert told(event(GRAPHS, HEAPS), ("aula", 20), ("aula", 0)) == [
        ("room-twice", Severity.FATAL, (2, 1), "“Heaps” and “Graphs” are in Aula at the same time.")
    ]


def test_a_poster_hall_holds_many_items_and_many_by_one_person() -> None:
    hall = replace(AULA, parallel_items=True)
    problem = event(replace(GRAPHS, people=("ada",)), replace(HEAPS, people=("ada",)), rooms=(hall, LAB))
    assert told(problem, ("aula", 0), ("aula", 0)) == []


def test_speaker_twice() -> None:
    problem = event(replace(GRAPHS, people=("ada", "ben")), replace(HEAPS, people=("ben",)))
    assert told(problem, ("aula", 0), ("lab", 29)) == [
        (
            "speaker-twice",
            Severity.FATAL,
            (1, 2),
            "“Graphs” (Aula) and “Heaps” (Lab) run at the same time, and both need Ben.",
        )
    ]


def test_a_session_chair_is_needed_like_a_speaker_and_may_go_without_a_label() -> None:
    nameless = (replace(ADA, label=""), BEN)
    problem = event(replace(GRAPHS, chairs=("ada",)), replace(HEAPS, people=("ada",)), people=nameless)
    assert [line[3] for line in told(problem, ("aula", 0), ("lab", 0))] == [
        "“Graphs” (Aula) and “Heaps” (Lab) run at the same time, and both need the same person."
    ]


def test_speaker_unavailable() -> None:
    problem = event(replace(GRAPHS, people=("ada",)), people=(replace(ADA, away=(Span(0, 10),)), BEN))
    assert told(problem, ("aula", 9)) == [
        ("speaker-away", Severity.FATAL, (1,), "“Graphs” runs when Ada is not available.")
    ]
    assert told(problem, ("aula", 10)) == []


def test_room_unavailable_unless_two_open_times_meet() -> None:
    problem = event(GRAPHS, rooms=(replace(AULA, open=(Span(50, 90), Span(20, 50))), LAB))
    assert told(problem, ("aula", 61)) == [
        ("room-closed", Severity.FATAL, (1,), "“Graphs” runs when Aula is not available.")
    ]
    assert told(problem, ("aula", 40)) == []


def test_an_open_time_within_another_does_not_cut_it_short() -> None:
    problem = event(GRAPHS, rooms=(replace(AULA, open=(Span(0, 90), Span(20, 30))), LAB))
    assert told(problem, ("aula", 60)) == []


def test_outside_the_day() -> None:
    assert told(event(GRAPHS), ("aula", 571)) == [
        ("outside-day", Severity.FATAL, (1,), "“Graphs” ends after the end of Monday.")
    ]
    assert told(event(GRAPHS), ("aula", 600)) == [
        ("outside-day", Severity.FATAL, (1,), "“Graphs” starts outside every day.")
    ]


def test_a_break_closes_all_rooms_and_needs_none() -> None:
    lunch = Block("lunch", "Lunch", 60, closes_all=True)
    assert told(event(GRAPHS, lunch), ("lab", 40), (None, 60)) == [
        (
            "across-plenary",
            Severity.FATAL,
            (1, "lunch"),
            "“Graphs” runs during “Lunch”, which closes all rooms.",
        )
    ]
    assert told(event(GRAPHS, lunch), ("lab", 30), (None, 60)) == []


def test_a_plenary_is_not_told_a_second_time_for_its_own_room() -> None:
    keynote = Block("key", "Keynote", 60, closes_all=True)
    found = told(event(GRAPHS, keynote), ("aula", 40), ("aula", 60))
    assert [line[0] for line in found] == ["across-plenary"]


def test_room_too_small_and_without_a_feature() -> None:
    wanted = replace(GRAPHS, interest=21, needs=frozenset({"recording", "piano"}))
    assert told(event(wanted), ("lab", 0)) == [
        ("missing-feature", Severity.FATAL, (1,), "“Graphs” needs what Lab does not have: piano, recording."),
        ("too-small", Severity.WARNING, (1,), "“Graphs” needs seats for 21, but Lab has 20."),
    ]
    assert told(event(replace(wanted, interest=20, needs=frozenset())), ("lab", 0)) == []


def test_a_track_in_parallel_to_itself() -> None:
    problem = event(replace(GRAPHS, track="web"), replace(HEAPS, track="web"))
    assert told(problem, ("aula", 0), ("lab", 0)) == [
        (
            "track-parallel",
            Severity.WARNING,
            (1, 2),
            "“Graphs” (Aula) and “Heaps” (Lab) run at the same time, and both are in the track Web.",
        )
    ]
    assert told(replace(problem, tracks=(CORE, replace(WEB, may_run_parallel=True))), ("aula", 0), ("lab", 0)) == []


def test_order_within_a_track_is_told_for_each_step_alone() -> None:
    heads = [Block(rank, f"Part {rank}", 30, track="web", order=rank) for rank in (1, 2, 3)]
    assert told(event(*heads), ("aula", 60), ("aula", 30), ("aula", 0)) == [
        (
            "track-order",
            Severity.WARNING,
            (3, 2),
            "In the track Web, “Part 3” follows “Part 2” and should not start before that has ended.",
        ),
        (
            "track-order",
            Severity.WARNING,
            (2, 1),
            "In the track Web, “Part 2” follows “Part 1” and should not start before that has ended.",
        ),
    ]


def test_without_the_middle_talk_its_neighbours_follow_each_other() -> None:
    heads = [Block(rank, f"Part {rank}", 30, track="web", order=rank) for rank in (1, 2, 3)]
    index = ClashIndex(event(*heads), [Placement(1, "aula", 60), Placement(3, "aula", 0)])
    assert [clash.blocks for clash in index.clashes()] == [(3, 1)]
    delta = index.move(2, "aula", 90)
    assert [clash.blocks for clash in delta.gone] == [(3, 1)]
    assert [clash.blocks for clash in delta.new] == [(3, 2)]
    assert index.remove(2).new == delta.gone


def test_a_talk_before_what_it_builds_on() -> None:
    problem = event(GRAPHS, replace(HEAPS, after=(1,)))
    assert told(problem, ("aula", 30), ("aula", 0)) == [
        (
            "prerequisite",
            Severity.FATAL,
            (2, 1),
            "“Heaps” builds on “Graphs” and cannot start before that has ended.",
        )
    ]
    assert told(problem, ("aula", 0), ("lab", 30)) == []


def test_too_little_time_to_change_rooms_or_venues() -> None:
    walk = event(
        replace(GRAPHS, people=("ada",)),
        replace(HEAPS, people=("ada",)),
        changeover_minutes=5,
        venue_change_minutes=20,
    )
    assert told(walk, ("aula", 0), ("lab", 49)) == [
        (
            "changeover",
            Severity.WARNING,
            (1, 2),
            "There are 19 min between “Graphs” (Aula) and “Heaps” (Lab), but 20 min are needed by Ada to change rooms.",
        )
    ]
    assert told(walk, ("aula", 0), ("lab", 50)) == []
    assert told(replace(walk, rooms=(AULA, replace(LAB, venue=None))), ("aula", 0), ("lab", 35)) == []


def test_too_many_talks_in_a_day_with_a_person_s_own_limit_first() -> None:
    problem = event(replace(GRAPHS, people=("ada",)), replace(HEAPS, people=("ada",)), talks_per_day_max=1)
    assert told(problem, ("aula", 0), ("aula", 300)) == [
        ("too-many-talks", Severity.WARNING, (1, 2), "On Monday, 2 talks need Ada, more than the limit of 1.")
    ]
    assert told(problem, ("aula", 0), ("aula", 1440)) == []
    assert told(replace(problem, people=(replace(ADA, talks_per_day_max=2), BEN)), ("aula", 0), ("aula", 300)) == []


def test_quotas_by_count_and_by_share_in_programme_day_and_track() -> None:
    three = [Block(n, f"Talk {n}", 10, track="web", presenter_kind="vendor" if n < 3 else "user") for n in (1, 2, 3)]
    seats = ("aula", 0), ("aula", 10), ("aula", 20)
    vendors = Quota("v", "vendor talks", frozenset({"vendor"}), blocks_max=1)

    def line(quota: Quota) -> list:
        return told(event(*three, quotas=(quota,)), *seats)

    programme = "In the whole programme, 2 talks count as vendor talks; the quota allows 1."
    assert line(vendors) == [("quota", Severity.WARNING, (1, 2), programme)]
    assert [said[3] for said in line(replace(vendors, per="day"))] == [
        "On Monday, 2 talks count as vendor talks; the quota allows 1."
    ]
    assert [said[3] for said in line(replace(vendors, per="track"))] == [
        "In the track Web, 2 talks count as vendor talks; the quota allows 1."
    ]
    assert line(replace(vendors, per="day", only=2)) == []
    assert [said[3] for said in line(replace(vendors, blocks_max=None, percent_max=33))] == [programme]
    assert line(replace(vendors, blocks_max=None, percent_max=34)) == []


def test_a_share_does_not_complain_of_the_first_talk_placed() -> None:
    quota = Quota("v", "vendor talks", frozenset({"vendor"}), percent_max=20)
    problem = event(replace(GRAPHS, presenter_kind="vendor"), quotas=(quota,))
    assert told(problem, ("aula", 0)) == []


def test_a_share_shrinks_when_other_talks_leave() -> None:
    quota = Quota("v", "vendor talks", frozenset({"vendor"}), percent_max=50)
    kinds = "vendor", "vendor", "user", "user"
    blocks = [Block(n, f"Talk {n}", 10, presenter_kind=kind) for n, kind in enumerate(kinds)]
    index = ClashIndex(event(*blocks, quotas=(quota,)), [Placement(n, "aula", n * 10) for n in range(4)])
    assert index.clashes() == ()
    assert index.if_removed(3).new == ()
    index.remove(2)
    assert [str(clash.sentence) for clash in index.remove(3).new] == [
        "In the whole programme, 2 talks count as vendor talks; the quota allows 1."
    ]


def test_no_room_and_a_room_that_has_gone() -> None:
    assert told(event(GRAPHS, HEAPS), (None, 0), ("cellar", 40)) == [
        ("unknown-room", Severity.FATAL, (1,), "“Graphs” has a time but no room."),
        ("unknown-room", Severity.FATAL, (2,), "“Heaps” is in a room that is not part of this event."),
    ]


def test_a_block_without_length_is_told_and_meets_nobody() -> None:
    problem = event(replace(GRAPHS, length_minutes=0), HEAPS)
    assert told(problem, ("aula", 10), ("aula", 0)) == [("no-length", Severity.FATAL, (1,), "“Graphs” has no length.")]


def test_a_track_chair_wanted_elsewhere() -> None:
    problem = event(replace(GRAPHS, track="core"), replace(HEAPS, people=("ada",)))
    assert told(problem, ("aula", 0), ("lab", 0)) == [
        (
            "track-chair-elsewhere",
            Severity.WARNING,
            (1, 2),
            "“Graphs” (Aula) and “Heaps” (Lab) run at the same time, and both want Ada, who chairs a track.",
        )
    ]


def test_a_session_chair_who_speaks() -> None:
    problem = event(replace(GRAPHS, people=("ada",), chairs=("ada",)))
    assert told(problem, ("aula", 0)) == [
        ("chair-speaks", Severity.WARNING, (1,), "“Graphs” is chaired by Ada, who also speaks in it.")
    ]


def test_a_clash_tells_place_time_and_parameters() -> None:
    (clash,) = clashes(event(GRAPHS, HEAPS), [Placement(1, "aula", 0), Placement(2, "aula", 20)])
    assert clash == Clash(
        kind=ClashKind.ROOM_TWICE,
        severity=Severity.FATAL,
        blocks=(1, 2),
        sentence=sentence(
            "“%(first)s” and “%(second)s” are in %(room)s at the same time.",
            first="Graphs",
            second="Heaps",
            room="Aula",
        ),
        key="room-twice-26f8b192c660e99f",
        room="aula",
        start=20,
        end=30,
    )


def test_a_waiver_outlives_a_move_of_both_talks_but_not_another_room() -> None:
    problem = event(GRAPHS, HEAPS)
    (clash,) = clashes(problem, [Placement(1, "aula", 0), Placement(2, "aula", 20)])
    waiving = replace(problem, waivers=(Waiver(clash.key, "A duel on one stage"),))
    (later,) = clashes(waiving, [Placement(2, "aula", 100), Placement(1, "aula", 110)])
    assert (later.waived, later.waiver, later.blocks_release) == (True, "A duel on one stage", False)
    (elsewhere,) = clashes(waiving, [Placement(2, "lab", 100), Placement(1, "lab", 110)])
    assert (elsewhere.waived, elsewhere.waiver, elsewhere.blocks_release) == (False, None, True)


def test_an_event_may_take_a_kind_more_gravely() -> None:
    problem = event(replace(GRAPHS, interest=21), severities=((ClashKind.TOO_SMALL, Severity.FATAL),))
    assert [line[:2] for line in told(problem, ("lab", 0))] == [("too-small", Severity.FATAL)]


def test_a_question_says_what_comes_and_goes_and_changes_nothing() -> None:
    index = ClashIndex(event(GRAPHS, HEAPS), [Placement(1, "aula", 0), Placement(2, "aula", 0)])
    before = index.clashes()
    delta = index.if_moved(2, "lab", 580)
    assert [clash.kind for clash in delta.gone] == [ClashKind.ROOM_TWICE]
    assert [clash.kind for clash in delta.new] == [ClashKind.OUTSIDE_DAY]
    assert delta.worst_new is Severity.FATAL
    assert index.clashes() == before
    assert index.placements == (Placement(1, "aula", 0), Placement(2, "aula", 0))


def test_a_clash_told_differently_is_neither_gone_nor_new() -> None:
    index = ClashIndex(event(GRAPHS, HEAPS), [Placement(1, "aula", 0), Placement(2, "aula", 0)])
    delta = index.move(2, "aula", 10)
    assert (delta.gone, delta.new, delta.worst_new) == ((), (), None)
    assert [(clash.start, clash.end) for clash in delta.changed] == [(10, 30)]


def test_the_grid_shades_a_day_for_a_dragged_talk() -> None:
    problem = event(replace(GRAPHS, interest=50), HEAPS, days=(Day(1, "Monday", 0, 90),))
    index = ClashIndex(problem, [Placement(1, "lab", 0), Placement(2, "aula", 30)])
    grid = index.free_places(1, day=1, step_minutes=15)
    assert (grid.rooms, list(grid.starts)) == (("aula", "lab"), [0, 15, 30, 45, 60, 75])
    assert grid.worst == ("022202", "111112")
    assert list(grid.free()) == [("aula", 0), ("aula", 60)]
    assert (grid.at("lab", 15), grid.at("lab", 75)) == (Severity.WARNING, Severity.FATAL)


@pytest.mark.parametrize("kind", ClashKind)
def test_every_kind_has_a_title(kind: ClashKind) -> None:
    assert isinstance(TITLES[kind], Sentence)
