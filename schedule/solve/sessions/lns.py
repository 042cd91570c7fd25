"""Large-neighbourhood search: keep most of the best plan, set a part of it free, solve that part exactly.

The parts: a few tracks that meet, two or three sessions, a room, or a random tenth. What is taken is never worse.
"""

import random
from collections import defaultdict

from schedule.solve.sessions.alike import alike
from schedule.solve.sessions.domain import full_domain, hardened, neighbourhood
from schedule.solve.sessions.model import build, hint
from schedule.solve.sessions.problem import Place, SessionProblem
from schedule.solve.sessions.search import Search, run

ROUND_SECONDS = 6.0
GROW_AFTER = 6
TALKS_AT_FIRST = 60


def improve(search: Search, *, seconds: float, idle_max: float) -> None:
    """Rounds until the time is over, the plan is proven, or ``idle_max`` rounds in a row brought nothing."""
    draw = random.Random(search.options.seed)  # noqa: S311 — no secret, only a search order
    until = search.left() - seconds
    base = full_domain(search.problem)
    size, idle, number = TALKS_AT_FIRST, 0, 0
    while not search.is_over() and search.left() > until and idle < idle_max:
        if search.places is None or search.cost is None:
            return
        number += 1
        talks, sessions = _choose(search.problem, search.places, draw, size, number)
        limited = hardened(search.problem, base, search.cost + 1)
        domain = neighbourhood(search.problem, limited, search.places, talks, sessions)
        made = build(search.problem, domain, limit=search.cost + 1, groups=alike(search.problem, domain))
        hint(made, search.places)
        before = search.cost
        answer = run(search, made, seconds=min(ROUND_SECONDS, search.left()), phase="lns", seed=number, sideways=True)
        if search.cost < before:
            idle = 0
            continue
        idle += 1
        if idle % GROW_AFTER == 0 and answer.is_closed:
            size = min(len(search.problem.talks), int(size * 1.5))


def _choose(
    problem: SessionProblem, places: tuple[Place, ...], draw: random.Random, size: int, number: int
) -> tuple[set[int], set[int] | None]:
    """The talks to set free, and the sessions they may use (None: all)."""
    kind = number % 4
    if kind == 0:
        return _some_tracks(problem, draw, size), None
    if kind == 1:
        return _some_sessions(problem, places, draw, 2 * size)
    if kind == 2:
        return _one_room(problem, places, draw, size), None
    return _around_a_cost(problem, places, draw, size), None


def _some_tracks(problem: SessionProblem, draw: random.Random, size: int) -> set[int]:
    members: defaultdict[int, list[int]] = defaultdict(list)
    for i, talk in enumerate(problem.talks):
        members[talk.track].append(i)
    order = sorted(members)
    draw.shuffle(order)
    return _until(size, [members[t] for t in order])


def _some_sessions(
    problem: SessionProblem, places: tuple[Place, ...], draw: random.Random, size: int
) -> tuple[set[int], set[int] | None]:
    members: defaultdict[int, list[int]] = defaultdict(list)
    for i, place in enumerate(places):
        members[place.session].append(i)
    first = draw.randrange(len(problem.sessions))
    order = sorted(range(len(problem.sessions)), key=lambda s: (abs(s - first), draw.random()))
    if draw.random() < 0.5:
        draw.shuffle(order)
    chosen: set[int] = set()
    talks: set[int] = set()
    for s in order:
        if len(chosen) >= 2 and len(talks) + len(members[s]) > size:
            break
        chosen.add(s)
        talks |= set(members[s])
    return talks, chosen


def _one_room(problem: SessionProblem, places: tuple[Place, ...], draw: random.Random, size: int) -> set[int]:
    """All tracks that use one room, whole."""
    room = draw.randrange(len(problem.rooms))
    tracks = list({problem.talks[i].track for i, place in enumerate(places) if place.room == room})
    draw.shuffle(tracks)
    return _until(2 * size, [problem.talks_of(t) for t in tracks]) or _some_tracks(problem, draw, size)


def _around_a_cost(problem: SessionProblem, places: tuple[Place, ...], draw: random.Random, size: int) -> set[int]:
    """The tracks of a talk that costs, and others that stand in the same sessions; half the time a random tenth."""
    from schedule.solve.sessions.evaluate import evaluate

    if draw.random() < 0.3:
        return set(draw.sample(range(len(places)), max(2, len(places) // 10)))
    findings = [found for found in evaluate(problem, places).findings if found[2]]
    if not findings:
        return _some_tracks(problem, draw, size)
    worst = draw.choice(findings)[2]
    tracks = {problem.talks[i].track for i in worst}
    sessions = {places[i].session for i in worst}
    near = [problem.talks[i].track for i, place in enumerate(places) if place.session in sessions]
    draw.shuffle(near)
    return _until(size, [problem.talks_of(t) for t in dict.fromkeys([*sorted(tracks), *near])])


def _until(size: int, groups: list[list[int]]) -> set[int]:
    talks: set[int] = set()
    for group in groups:
        if talks and len(talks) + len(group) > size:
            continue
        talks |= set(group)
    return talks
