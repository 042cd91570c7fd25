"""What a plan costs, term by term, exactly: the score by which the solver lives.

``check.py`` computes the same from files and shares no line with this.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from plumbing.sentences import Sentence, sentence
from schedule.solve.sessions.problem import Place, SessionProblem
from schedule.solve.sessions.relations import attendee_pairs, chair_pairs, presenter_pairs, zone_table
from schedule.solve.sessions.terms import Term

Finding = tuple[Term, int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``counts`` by term without weights; ``talk_costs`` shares each finding's cost out over its talks."""

    cost: int
    counts: dict[Term, int]
    findings: tuple[Finding, ...] = field(repr=False, default=())

    def by_talk(self, problem: SessionProblem) -> dict[int, int]:
        """The cost in which each talk has a part, whole for each: the sum is more than the cost of the plan."""
        costs: defaultdict[int, int] = defaultdict(int)
        for term, count, talks in self.findings:
            for i in talks:
                costs[i] += problem.weight(term) * count
        return dict(costs)


def evaluate(problem: SessionProblem, places: Sequence[Place | None]) -> Evaluation:
    """The cost of a plan. Talks without a place cost nothing; ``faults`` says whether a plan is whole."""
    cells: dict[tuple[int, int], list[int]] = {}
    for i, place in enumerate(places):
        if place is not None:
            cells.setdefault((place.session, place.room), []).append(i)
    for talks in cells.values():
        talks.sort(key=lambda i: places[i].slot)  # type: ignore[union-attr]
    labels = {cell: problem.talks[talks[0]].track for cell, talks in cells.items()}
    findings: list[Finding] = []
    for part in (_cell_costs, _track_costs, _talk_costs, _order_costs, _pair_costs):
        findings.extend(part(problem, places, cells, labels))
    counts = dict.fromkeys(Term, 0)
    for term, count, _ in findings:
        counts[term] += count
    return Evaluation(
        sum(problem.weight(term) * count for term, count in counts.items()),
        counts,
        tuple(found for found in findings if problem.weight(found[0])),
    )


Cells = dict[tuple[int, int], list[int]]
Labels = dict[tuple[int, int], int]
Where = Sequence[Place | None]


def _cell_costs(problem: SessionProblem, places: Where, cells: Cells, labels: Labels) -> Iterator[Finding]:
    by_session: defaultdict[int, list[int]] = defaultdict(list)
    for (s, r), t in labels.items():
        talks = tuple(cells[s, r])
        for term, count in (
            (Term.TRACK_SESSION, int(problem.track_session[t, s])),
            (Term.TRACK_ROOM, int(problem.track_room[t, r])),
            (Term.SESSION_ROOM, int(problem.session_room[s, r])),
        ):
            if count:
                yield term, count, talks
        by_session[s].append(r)
    shared = chair_pairs(problem)
    for s, rooms in by_session.items():
        for r, q in combinations(rooms, 2):
            a, b = sorted((labels[s, r], labels[s, q]))
            if a == b:
                continue
            talks = (*cells[s, r], *cells[s, q])
            if problem.similar[a, b]:
                yield Term.SIMILAR, int(problem.similar[a, b]), talks
            if (a, b) in shared:
                yield Term.CHAIRS, 1, talks


def _track_costs(problem: SessionProblem, places: Where, cells: Cells, labels: Labels) -> Iterator[Finding]:
    of_track: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for cell, t in labels.items():
        of_track[t].append(cell)
    for own in of_track.values():
        talks = tuple(i for cell in own for i in cells[cell])
        rooms, sessions = {r for _, r in own}, {s for s, _ in own}
        if len(rooms) > 1:
            yield Term.ROOMS, len(rooms) - 1, talks
        if len(own) > len(sessions):
            yield Term.PARALLEL, len(own) - len(sessions), talks
        if max(sessions) - min(sessions) + 1 != len(sessions):
            yield Term.CONSECUTIVE, 1, talks


def _talk_costs(problem: SessionProblem, places: Where, cells: Cells, labels: Labels) -> Iterator[Finding]:
    zones = zone_table(problem)
    for i, place in enumerate(places):
        if place is None:
            continue
        slots = problem.talks[i].slots
        for term, penalty in (
            (Term.TALK_SESSION, int(problem.talk_session[i, place.session])),
            (Term.TALK_ROOM, int(problem.talk_room[i, place.room])),
            (Term.ZONE, zones[problem.talks[i].zone][place.session]),
        ):
            if penalty:
                yield term, penalty * slots, (i,)


def _order_costs(problem: SessionProblem, places: Where, cells: Cells, labels: Labels) -> Iterator[Finding]:
    position: defaultdict[int, int] = defaultdict(int)
    ordered: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for cell in sorted(cells):
        t = labels[cell]
        for i in cells[cell]:
            position[t] += 1
            wanted = problem.talks[i].order
            if wanted and wanted != position[t]:
                yield Term.ORDER, 1, (i,)
            if wanted:
                ordered[t, cell[0]].append(i)
    for talks in ordered.values():
        for i, j in combinations(talks, 2):
            both = _common_slots(problem, places, i, j)
            if both:
                yield Term.ORDER, both, (i, j)


def _pair_costs(problem: SessionProblem, places: Where, cells: Cells, labels: Labels) -> Iterator[Finding]:
    for pairs, whole, slot in (
        (presenter_pairs(problem), Term.PRESENTERS, Term.PRESENTERS_SLOT),
        (attendee_pairs(problem), Term.ATTENDEES, Term.ATTENDEES_SLOT),
    ):
        for i, j in pairs:
            one, two = places[i], places[j]
            if one is None or two is None or one.session != two.session or one.room == two.room:
                continue
            yield whole, 1, (i, j)
            both = _common_slots(problem, places, i, j)
            if both:
                yield slot, both, (i, j)


def _common_slots(problem: SessionProblem, places: Where, i: int, j: int) -> int:
    one, two = places[i], places[j]
    if one is None or two is None or one.session != two.session or one.room == two.room:
        return 0
    last = min(one.slot + problem.talks[i].slots, two.slot + problem.talks[j].slots)
    return max(0, last - max(one.slot, two.slot))


def faults(problem: SessionProblem, places: Sequence[Place | None]) -> list[tuple[int, Sentence]]:
    """Every hard rule that a plan breaks: the talk and the reason. Empty for a whole plan."""
    found: list[tuple[int, Sentence]] = []
    held: dict[tuple[int, int, int], int] = {}
    labels: dict[tuple[int, int], int] = {}
    for i, place in enumerate(places):
        talk = problem.talks[i]
        if place is None:
            found.append((i, sentence("%(talk)s has no place.", talk=talk.ref)))
            continue
        if place.slot < 0 or place.slot + talk.slots > problem.sessions[place.session].slots:
            found.append((i, sentence("%(talk)s goes past the end of its session.", talk=talk.ref)))
        for slot in range(place.slot, place.slot + talk.slots):
            other = held.setdefault((place.session, place.room, slot), i)
            if other != i:
                words = sentence(
                    "%(talk)s and %(other)s hold the same time slot.", talk=talk.ref, other=problem.talks[other].ref
                )
                found.append((i, words))
                break
        if labels.setdefault((place.session, place.room), talk.track) != talk.track:
            found.append((i, sentence("%(talk)s stands in a room of another track.", talk=talk.ref)))
        found.extend((i, words) for words in broken_rules(problem, i, place))
    return found


def broken_rules(problem: SessionProblem, i: int, place: Place) -> Iterator[Sentence]:
    """Which rules of a talk alone a place breaks: a pin, a closed cell, an absent person."""
    talk, session = problem.talks[i], problem.sessions[place.session]
    if (place.session, place.room) in problem.closed:
        yield sentence("%(room)s is closed during %(session)s.", room=problem.rooms[place.room], session=session.name)
    for person in talk.people:
        if (person, place.session) in problem.away:
            yield sentence("%(person)s is away during %(session)s.", person=person, session=session.name)
    pin = talk.pin
    if pin is not None and any(
        wanted is not None and wanted != found
        for wanted, found in ((pin.session, place.session), (pin.room, place.room), (pin.slot, place.slot))
    ):
        yield sentence("%(talk)s is pinned elsewhere.", talk=talk.ref)
