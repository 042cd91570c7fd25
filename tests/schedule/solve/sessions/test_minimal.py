"""After a drop-out: the smallest number of moves is the smallest of all plans, and the cost the best at it."""

from dataclasses import replace

import pytest

from schedule.solve.errors import Infeasible, ProblemError
from schedule.solve.outcome import SolveOptions
from schedule.solve.sessions import Drop, Place, SessionProblem, Talk, Term, evaluate, frontier, without
from tests.schedule.solve.sessions.problems import drawn, every_plan, plain

ONE = SolveOptions(time_limit_seconds=60, workers=1)


def moves(old: tuple[Place | None, ...], new: tuple[Place | None, ...]) -> int:
    return sum(1 for a, b in zip(old, new, strict=True) if a is not None and b is not None and a[:2] != b[:2])


def released(seed: int) -> SessionProblem:
    """A drawn problem that has a plan, with that plan released."""
    for number in range(seed, 10_000, 100):
        problem = drawn(number)
        first = next(every_plan(problem), None)
        if first is not None:
            return replace(problem, released=first)
    raise AssertionError


@pytest.mark.parametrize("seed", range(20))
def test_the_fewest_moves_are_the_fewest_of_all_plans(seed: int) -> None:
    before = released(seed)
    place = before.released[seed % 4] if before.released is not None else None
    assert place is not None
    cells = ((place.session, place.room),)
    if len(before.sessions) * len(before.rooms) == 1:
        with pytest.raises(ProblemError, match="no cell is left"):
            without(before, Drop(cells=cells))
        return
    problem = without(before, Drop(cells=cells))
    old = problem.released
    assert old is not None
    plans = [(moves(old, plan), evaluate(problem, plan).cost) for plan in every_plan(problem)]
    if not plans:
        with pytest.raises(Infeasible):
            frontier(problem, options=ONE)
        return
    change = frontier(problem, options=ONE)[0]
    fewest = min(count for count, _ in plans)
    assert (change.moves, change.is_fewest) == (fewest, True)
    assert change.bound <= min(cost for count, cost in plans if count == fewest) <= change.cost


def test_the_frontier_falls_with_every_step() -> None:
    talks = [Talk(f"t{i}", 0, people=(f"P{i}",)) for i in range(4)]
    old = (Place(0, 0, 0), Place(0, 0, 1), Place(1, 1, 0), Place(1, 1, 1))
    problem = plain(talks, rooms=2, weights={Term.ROOMS: 10}, released=old)
    steps = frontier(problem, further=3, options=ONE)
    assert [(step.moves, step.cost) for step in steps] == [(0, 10), (2, 0)]
    assert len(steps[1].told) == 2
    assert [step.is_fewest for step in steps] == [True, False]


def test_nothing_moves_and_nobody_is_told_when_a_talk_falls_away() -> None:
    talks = [Talk("a", 0, people=("Ada",)), Talk("b", 0, people=("Ben",)), Talk("c", 1, people=("Cleo",))]
    old = (Place(0, 0, 0), Place(0, 0, 1), Place(1, 0, 0))
    problem = without(plain(talks, tracks=2, released=old, weights={Term.ROOMS: 1}), Drop(talks=("a",)))
    change = frontier(problem, options=ONE)[0]
    assert (change.moves, change.moved, change.slid, change.told) == (0, (), (), ())
    assert change.places == (Place(0, 0, 1), Place(1, 0, 0))


def test_an_absence_moves_the_talk_of_the_absent_and_tells_them() -> None:
    talks = [Talk("a", 0, people=("Ada",)), Talk("b", 0, people=("Ben", "Eve"))]
    old = (Place(0, 0, 0), Place(0, 0, 1))
    change = frontier(without(plain(talks, released=old), Drop(away=(("Eve", 0),))), options=ONE)[0]
    assert (change.moves, change.moved, change.told) == (1, ("b",), ("Ben", "Eve"))


def test_a_lost_room_and_a_lost_session_move_all_that_stood_there() -> None:
    talks = [Talk("a", 0), Talk("b", 1), Talk("c", 1)]
    old = (Place(0, 0, 0), Place(0, 1, 0), Place(1, 1, 0))
    problem = plain(talks, tracks=2, rooms=2, released=old)
    assert frontier(without(problem, Drop(rooms=(0,))), options=ONE)[0].moves >= 1
    assert frontier(without(problem, Drop(sessions=(0,))), options=ONE)[0].moved == ("a", "b")


def test_a_change_needs_a_released_plan_and_known_talks() -> None:
    problem = plain([Talk("a", 0)])
    with pytest.raises(ProblemError, match="no released plan"):
        frontier(problem, options=ONE)
    with pytest.raises(ProblemError, match=r"talks\[x\]"):
        without(problem, Drop(talks=("x",)))


def test_when_nothing_is_left_it_says_so() -> None:
    problem = plain([Talk("a", 0, slots=2)], slots=(2, 1), released=(Place(0, 0, 0),))
    with pytest.raises(Infeasible):
        frontier(without(problem, Drop(sessions=(0,))), options=ONE)
