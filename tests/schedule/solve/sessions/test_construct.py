"""The plan made by hand keeps every hard rule; where it finds none it says so and nothing worse."""

import pytest

from schedule.solve.sessions import Pin, Talk, Term, evaluate, faults
from schedule.solve.sessions.construct import construct
from schedule.solve.sessions.cosplib import read_instance
from tests.schedule.solve.sessions.problems import best_cost, drawn, plain
from tests.schedule.solve.sessions.real import cosplib_file


@pytest.mark.parametrize("seed", range(40))
def test_a_plan_made_by_hand_keeps_every_rule_and_never_beats_the_best(seed: int) -> None:
    problem = drawn(seed)
    places, least = construct(problem), best_cost(problem)
    if least is None:
        assert places is None
    elif places is not None:
        assert faults(problem, places) == []
        assert evaluate(problem, places).cost >= least


def test_a_track_gets_one_room_and_neighbouring_sessions() -> None:
    talks = [Talk(f"a{i}", 0) for i in range(4)] + [Talk(f"b{i}", 1) for i in range(4)]
    problem = plain(talks, tracks=2, slots=(2, 2, 2), rooms=2, weights={Term.ROOMS: 1, Term.CONSECUTIVE: 1})
    places = construct(problem)
    assert places is not None
    assert evaluate(problem, places).cost == 0


def test_two_pins_into_different_rooms_are_left_to_the_search() -> None:
    assert construct(plain([Talk("a", 0, pin=Pin(0, 0)), Talk("b", 0, pin=Pin(0, 1))], rooms=2)) is None


def test_the_largest_public_instance_begins_well() -> None:
    problem = read_instance(cosplib_file("OR60F3.xlsx"))
    places = construct(problem)
    assert places is not None
    assert faults(problem, places) == []
    assert evaluate(problem, places).cost < 1_720
