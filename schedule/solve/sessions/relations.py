"""Who meets whom: pairs of talks that share people, pairs of tracks that should not run together."""

from collections import defaultdict
from functools import lru_cache
from itertools import combinations

from schedule.solve.sessions.problem import SessionProblem
from schedule.solve.sessions.terms import Term

Pairs = frozenset[tuple[int, int]]


@lru_cache(maxsize=64)
def presenter_pairs(problem: SessionProblem) -> Pairs:
    """Talks (lower index first) that share a presenter, or one's presenter chairs the other's track."""
    groups: defaultdict[str, set[int]] = defaultdict(set)
    for i, talk in enumerate(problem.talks):
        for person in talk.people:
            groups[person].add(i)
    pairs = {pair for talks in groups.values() for pair in combinations(sorted(talks), 2)}
    return frozenset(pairs | _with_chairs(problem, groups))


@lru_cache(maxsize=64)
def attendee_pairs(problem: SessionProblem) -> Pairs:
    """Talks with a common attendee, or one's attendee presents the other or chairs its track."""
    wanting: defaultdict[str, set[int]] = defaultdict(set)
    giving: defaultdict[str, set[int]] = defaultdict(set)
    for i, talk in enumerate(problem.talks):
        for person in talk.attendees:
            wanting[person].add(i)
        for person in talk.people:
            giving[person].add(i)
    pairs = {pair for talks in wanting.values() for pair in combinations(sorted(talks), 2)}
    for person, talks in wanting.items():
        pairs |= {(min(i, j), max(i, j)) for i in talks for j in giving.get(person, ()) if i != j}
    return frozenset(pairs | _with_chairs(problem, wanting))


def _with_chairs(problem: SessionProblem, groups: dict[str, set[int]]) -> set[tuple[int, int]]:
    chaired: defaultdict[str, set[int]] = defaultdict(set)
    for t, track in enumerate(problem.tracks):
        for person in track.chairs:
            chaired[person].add(t)
    of_track: defaultdict[int, list[int]] = defaultdict(list)
    for i, talk in enumerate(problem.talks):
        of_track[talk.track].append(i)
    return {
        (min(i, j), max(i, j))
        for person, tracks in chaired.items()
        for i in groups.get(person, ())
        for t in tracks
        if t != problem.talks[i].track
        for j in of_track[t]
    }


@lru_cache(maxsize=64)
def chair_pairs(problem: SessionProblem) -> Pairs:
    """Different tracks with a common chair."""
    return frozenset(
        (a, b)
        for a, b in combinations(range(len(problem.tracks)), 2)
        if set(problem.tracks[a].chairs) & set(problem.tracks[b].chairs)
    )


@lru_cache(maxsize=64)
def track_pair_costs(problem: SessionProblem) -> dict[tuple[int, int], int]:
    """What a pair of rooms that hold these two tracks in one session costs (similar tracks and chairs)."""
    costs: defaultdict[tuple[int, int], int] = defaultdict(int)
    similar, chairs = problem.weight(Term.SIMILAR), problem.weight(Term.CHAIRS)
    for a, b in combinations(range(len(problem.tracks)), 2):
        costs[a, b] += similar * int(problem.similar[a, b])
    for pair in chair_pairs(problem):
        costs[pair] += chairs
    return {pair: cost for pair, cost in costs.items() if cost}


@lru_cache(maxsize=64)
def talk_pair_costs(problem: SessionProblem) -> dict[tuple[int, int], tuple[int, int]]:
    """What a pair of talks costs in different rooms of one session, and for each slot that both hold."""
    costs: defaultdict[tuple[int, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for pairs, whole, slot in (
        (presenter_pairs(problem), Term.PRESENTERS, Term.PRESENTERS_SLOT),
        (attendee_pairs(problem), Term.ATTENDEES, Term.ATTENDEES_SLOT),
    ):
        for pair in pairs:
            one, two = costs[pair]
            costs[pair] = (one + problem.weight(whole), two + problem.weight(slot))
    return {pair: cost for pair, cost in costs.items() if any(cost)}


@lru_cache(maxsize=64)
def zone_table(problem: SessionProblem) -> dict[int, list[int]]:
    """What each session costs a presenter of a time zone, for one slot."""
    zones = {talk.zone: i for i, talk in enumerate(problem.talks)}
    return {zone: [problem.zone_penalty(i, s) for s in range(len(problem.sessions))] for zone, i in zones.items()}
