"""Talks that may change places at no cost are counted and not named; everything else stays by itself."""

from dataclasses import replace
from math import prod

import numpy as np
import pytest

from schedule.solve.errors import Infeasible
from schedule.solve.outcome import SolveOptions, Status
from schedule.solve.sessions import Pin, SessionProblem, Talk, Term, evaluate, faults, solve
from schedule.solve.sessions.alike import alike
from schedule.solve.sessions.domain import full_domain
from tests.schedule.solve.sessions.problems import best_cost, drawn, plain

PENALTY = np.array([[0, 0], [0, 0], [0, 3], [0, 0], [0, 0], [0, 0], [0, 0]], dtype=np.int64)


def test_only_talks_that_nothing_tells_apart_are_together() -> None:
    talks = [
        Talk("a", 0),
        Talk("b", 0),
        Talk("costs elsewhere", 0),
        Talk("meets", 0, people=("Ada",)),
        Talk("pinned", 0, pin=Pin(session=1)),
        Talk("another track", 1, people=("Ada",)),
        Talk("longer", 0, slots=2),
    ]
    weights = {Term.TALK_SESSION: 1, Term.PRESENTERS: 1}
    problem = plain(talks, tracks=2, rooms=2, weights=weights, talk_session=PENALTY)
    assert alike(problem, full_domain(problem)) == [(0, 1), (2,), (3,), (4,), (5,), (6,)]


def test_a_wanted_position_or_room_sets_apart_only_where_it_counts() -> None:
    talks = [Talk("a", 0, order=1), Talk("b", 0, order=2), Talk("c", 0), Talk("d", 0)]
    rooms = np.array([[0], [0], [0], [1]], dtype=np.int64)
    for weights, groups in (
        ({}, [(0, 1, 2, 3)]),
        ({Term.ORDER: 1}, [(0,), (1,), (2, 3)]),
        ({Term.TALK_ROOM: 1}, [(0, 1, 2), (3,)]),
    ):
        problem = plain(talks, slots=(2, 2), weights=weights, talk_room=rooms)
        assert alike(problem, full_domain(problem)) == groups


def blurred(seed: int) -> SessionProblem:
    """A tiny problem in which most talks have nothing of their own."""
    problem = drawn(seed, talks=4)
    kept = [i % 4 == seed % 4 for i in range(4)]
    rows = np.array(kept, dtype=np.int64)[:, None]
    talks = tuple(
        talk if own else Talk(talk.ref, talk.track, talk.slots) for talk, own in zip(problem.talks, kept, strict=True)
    )
    return replace(problem, talks=talks, talk_session=problem.talk_session * rows, talk_room=problem.talk_room * rows)


def plans_max(problem: SessionProblem) -> int:
    """How many plans a twin has to try."""
    slots, rooms = [session.slots for session in problem.sessions], len(problem.rooms)
    return prod(rooms * sum(max(0, count - talk.slots + 1) for count in slots) for talk in problem.talks)


SEEDS = [seed for seed in range(30) if plans_max(blurred(seed)) <= 20_000]


@pytest.mark.parametrize("seed", SEEDS)
def test_counting_them_finds_the_least_of_all_plans(seed: int) -> None:
    problem = blurred(seed)
    least = best_cost(problem)
    options = SolveOptions(time_limit_seconds=60, workers=1)
    if least is None:
        with pytest.raises(Infeasible):
            solve(problem, options)
        return
    plan = solve(problem, options)
    assert faults(problem, plan.places) == []
    assert evaluate(problem, plan.places).cost == least
    assert (plan.course.bound, plan.course.status) == (least, Status.OPTIMAL)


def test_the_problems_of_this_file_have_talks_that_are_alike() -> None:
    sizes = [max(len(group) for group in alike(made, full_domain(made))) for made in map(blurred, SEEDS)]
    assert len(SEEDS) >= 24
    assert sum(size > 1 for size in sizes) >= 12
