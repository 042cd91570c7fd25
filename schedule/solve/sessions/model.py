"""The aggregated model: which talk in which session, which track in which cell. Slots come later.

It is a relaxation: every whole plan is one of its solutions at the same cost or less. So its bound is a bound on
whole plans, and a plan that costs no more is proven. Never a variable for talk × session × room: sessions of
talks and cells of tracks meet in the number of cells that a track holds in a session. Talks that are alike share one
number for each session where the caller wants that.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from schedule.solve.sessions.alike import Alike, each_alone
from schedule.solve.sessions.domain import Cell, Domain, cell_cost, talk_cost
from schedule.solve.sessions.problem import Place, SessionProblem
from schedule.solve.sessions.terms import Term

Var = Any


@dataclass(eq=False)
class Aggregate:
    """The model and its variables; ``limit`` cuts off every single choice that costs as much or more.

    ``groups`` are talks that are alike, most of them one talk alone; ``count[g, s]`` says how many of a group are in a
    session, and is the same variable as ``talk[i, s]`` for a talk alone.
    """

    problem: SessionProblem
    domain: Domain
    limit: int | None
    groups: list[Alike]
    model: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    count: dict[tuple[int, int], Var] = field(default_factory=dict)
    talk: dict[tuple[int, int], Var] = field(default_factory=dict)
    cell: dict[tuple[int, int, int], Var] = field(default_factory=dict)
    used: dict[tuple[int, int], Var] = field(default_factory=dict)
    extra: dict[tuple[int, int], Var] = field(default_factory=dict)
    room: dict[tuple[int, int], Var] = field(default_factory=dict)
    dropped: dict[int, Var] = field(default_factory=dict)
    members: list[list[int]] = field(default_factory=list)
    groups_of: list[list[int]] = field(default_factory=list)
    objective: list[tuple[Var, int]] = field(default_factory=list)

    def bool(self, name: str) -> Var:
        return self.model.new_bool_var(name)

    def charge(self, var: Var, cost: int) -> None:
        """A variable that costs; forbidden when one unit of it is too much."""
        if self.limit is not None and cost >= self.limit:
            self.model.add(var == 0)
        elif cost:
            self.objective.append((var, cost))

    def cells_of(self, t: int, s: int) -> Var:
        """The number of cells of a track in a session, as an expression."""
        if (t, s) not in self.used:
            return 0
        return self.used[t, s] + self.extra.get((t, s), 0)

    def cost(self) -> Var:
        variables = [var for var, _ in self.objective]
        return cp_model.LinearExpr.weighted_sum(variables, [cost for _, cost in self.objective])


def build(
    problem: SessionProblem, domain: Domain, *, limit: int | None, groups: list[Alike] | None = None
) -> Aggregate:
    """The model of all plans within the domain that make no single choice costing ``limit`` or more."""
    made = build_frame(problem, domain, limit=limit, groups=groups)
    _add_room_wishes(made)
    _add_track_pairs(made)
    _add_people(made)
    _add_order(made)
    if made.objective:
        made.model.minimize(made.cost())
    return made


def build_frame(
    problem: SessionProblem,
    domain: Domain,
    *,
    limit: int | None,
    may_drop: bool = False,
    groups: list[Alike] | None = None,
) -> Aggregate:
    """Talks, cells, capacity, rooms and runs: the part that is exact without slots."""
    made = Aggregate(problem, domain, limit, groups or each_alone(problem))
    if may_drop:
        made.dropped = {i: made.bool(f"drop{i}") for i in range(len(problem.talks))}
    made.members = [[] for _ in problem.tracks]
    for i, talk in enumerate(problem.talks):
        made.members[talk.track].append(i)
    made.groups_of = [[] for _ in problem.tracks]
    for g, alike in enumerate(made.groups):
        made.groups_of[problem.talks[alike[0]].track].append(g)
    _add_talks(made)
    _add_cells(made)
    _add_capacity(made)
    _add_rooms(made)
    _add_runs(made)
    return made


def _add_talks(made: Aggregate) -> None:
    for g, members in enumerate(made.groups):
        i, size = members[0], len(members)
        choices = []
        for s in sorted(made.domain.sessions[i]):
            name = f"x{i}.{s}"
            var = made.count[g, s] = made.bool(name) if size == 1 else made.model.new_int_var(0, size, name)
            if size == 1:
                made.talk[i, s] = var
            made.charge(var, talk_cost(made.problem, i, s))
            choices.append(var)
        if size > 1:
            made.model.add(sum(choices) == size)
        else:
            made.model.add_exactly_one([*choices, *([made.dropped[i]] if i in made.dropped else [])])


def _add_cells(made: Aggregate) -> None:
    """Cells, whether a track is in a session at all, and how many further cells it holds there."""
    sharing: defaultdict[Cell, list[Var]] = defaultdict(list)
    by_session: defaultdict[tuple[int, int], list[Var]] = defaultdict(list)
    for t, cells in enumerate(made.domain.cells):
        present = {s for i in made.members[t] for s in made.domain.sessions[i]}
        for s, r in sorted(cells):
            if s in present:
                var = made.cell[t, s, r] = made.bool(f"z{t}.{s}.{r}")
                made.charge(var, cell_cost(made.problem, t, s, r))
                sharing[s, r].append(var)
                by_session[t, s].append(var)
    for variables in sharing.values():
        made.model.add_at_most_one(variables)
    for (t, s), variables in by_session.items():
        _add_presence(made, t, s, variables)
    for (g, s), var in made.count.items():
        held = made.used.get((made.problem.talks[made.groups[g][0]].track, s))
        if held is None:
            made.model.add(var == 0)
        elif len(made.groups[g]) == 1:
            made.model.add_implication(var, held)
        else:
            made.model.add(var <= len(made.groups[g]) * held)


def _add_presence(made: Aggregate, t: int, s: int, cells: list[Var]) -> None:
    there = [g for g in made.groups_of[t] if (g, s) in made.count]
    talks = [made.count[g, s] for g in there]
    used = made.used[t, s] = made.bool(f"y{t}.{s}")
    made.model.add(sum(talks) >= used)
    most = min(len(cells), sum(len(made.groups[g]) for g in there)) - 1
    if most < 1:
        made.model.add(sum(cells) == used)
        return
    extra = made.extra[t, s] = made.model.new_int_var(0, most, f"e{t}.{s}")
    made.model.add(sum(cells) == used + extra)
    made.model.add(extra <= most * used)
    made.model.add(sum(talks) >= used + extra)
    made.charge(extra, made.problem.weight(Term.PARALLEL))


def _add_capacity(made: Aggregate) -> None:
    """Slots, and what follows from whole talks in whole cells: at most so many long ones."""
    problem = made.problem
    for t, groups in enumerate(made.groups_of):
        for s in {s for g in groups for s in made.domain.sessions[made.groups[g][0]]}:
            talks = [(problem.talks[made.groups[g][0]].slots, made.count[g, s]) for g in groups if (g, s) in made.count]
            if (t, s) in made.used:
                for lengths, room in capacity_cuts([slots for slots, _ in talks], problem.sessions[s].slots):
                    left = [size * var for size, (_, var) in zip(lengths, talks, strict=True) if size]
                    made.model.add(sum(left) <= room * made.cells_of(t, s))


def capacity_cuts(slots: Sequence[int], capacity: int) -> list[tuple[list[int], int]]:
    """Sizes and capacity in which every packing of talks into cells is one too (dual feasible functions)."""
    cuts = [(list(slots), capacity)]
    if len(set(slots)) == 1:
        fit = capacity // slots[0]
        return [([1] * len(slots), fit)]
    for least in sorted(set(slots)):
        sizes = [1 if size >= least else 0 for size in slots]
        if least > 1:
            cuts.append((sizes, capacity // least))
    for k in range(1, min(6, capacity)):
        sizes = [_rounded(size, capacity, k) for size in slots]
        if any(size * capacity > k * capacity * whole for size, whole in zip(sizes, slots, strict=True)):
            cuts.append((sizes, k * capacity))
    return cuts


def _rounded(size: int, capacity: int, k: int) -> int:
    """Fekete and Schepers' u(k), scaled by k × capacity."""
    if (k + 1) * size % capacity == 0:
        return k * size
    return (k + 1) * size // capacity * capacity


def _add_rooms(made: Aggregate) -> None:
    """Rooms that a track uses; the first is free."""
    by_room: defaultdict[tuple[int, int], list[Var]] = defaultdict(list)
    for (t, _, r), var in made.cell.items():
        by_room[t, r].append(var)
    weight = made.problem.weight(Term.ROOMS)
    if not weight:
        return
    of_track: defaultdict[int, list[Var]] = defaultdict(list)
    for (t, r), cells in by_room.items():
        if len(made.members[t]) == 1:
            continue
        room = made.room[t, r] = made.bool(f"u{t}.{r}")
        for var in cells:
            made.model.add_implication(var, room)
        of_track[t].append(room)
    for t, rooms in of_track.items():
        more = made.model.new_int_var(0, max(0, len(rooms) - 1), f"w{t}")
        made.model.add(sum(rooms) == 1 + more)
        made.charge(more, weight)


def _add_runs(made: Aggregate) -> None:
    """One cost for a track whose sessions are not a gapless run: more than one start."""
    weight = made.problem.weight(Term.CONSECUTIVE)
    last = len(made.problem.sessions)
    if not weight:
        return
    for t, members in enumerate(made.members):
        if len(members) < 2:
            continue
        starts = []
        for s in range(last):
            if (t, s) not in made.used:
                continue
            start = made.bool(f"a{t}.{s}")
            before = made.used.get((t, s - 1))
            made.model.add_bool_or([start, ~made.used[t, s], *([before] if before is not None else [])])
            starts.append(start)
        if len(starts) < 2:
            continue
        gap = made.bool(f"g{t}")
        made.model.add(sum(starts) <= 1).only_enforce_if(~gap)
        made.charge(gap, weight)


def _add_room_wishes(made: Aggregate) -> None:
    """A talk costs at least as much as the best room that its track holds in its session."""
    weight = made.problem.weight(Term.TALK_ROOM)
    rooms: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for t, s, r in made.cell:
        rooms[t, s].append(r)
    for (i, s), var in made.talk.items():
        t, talk = made.problem.talks[i].track, made.problem.talks[i]
        pin = talk.pin.room if talk.pin is not None else None
        if pin is not None:
            held = made.cell.get((t, s, pin))
            made.model.add(var == 0) if held is None else made.model.add_implication(var, held)
        if not weight:
            continue
        penalty = made.problem.talk_room[i]
        steps = sorted({int(penalty[r]) for r in rooms[t, s]} | {0})
        for low, high in zip(steps, steps[1:], strict=False):
            worse = made.bool(f"b{i}.{s}.{high}")
            better = [made.cell[t, s, r] for r in rooms[t, s] if penalty[r] < high]
            made.model.add_bool_or([~var, worse, *better])
            made.charge(worse, weight * talk.slots * (high - low))


def _add_track_pairs(made: Aggregate) -> None:
    from schedule.solve.sessions.relations import track_pair_costs

    for (a, b), cost in track_pair_costs(made.problem).items():
        for s in range(len(made.problem.sessions)):
            if (a, s) not in made.used or (b, s) not in made.used:
                continue
            if made.limit is not None and cost >= made.limit:
                made.model.add_bool_or([~made.used[a, s], ~made.used[b, s]])
                continue
            both = made.bool(f"v{a}.{b}.{s}")
            made.model.add_bool_or([both, ~made.used[a, s], ~made.used[b, s]])
            made.charge(both, cost)
            extras = [made.extra[key] for key in ((a, s), (b, s)) if key in made.extra]
            if extras:
                more = made.model.new_int_var(0, 2 * len(made.problem.rooms), f"d{a}.{b}.{s}")
                made.model.add(more >= sum(extras)).only_enforce_if(both)
                made.charge(more, cost)


def _add_people(made: Aggregate) -> None:
    """Pairs of talks that share people: a cost in one session, more where they must overlap in time."""
    from schedule.solve.sessions.relations import talk_pair_costs

    problem = made.problem
    for (i, j), (whole, slot) in talk_pair_costs(problem).items():
        one, two = problem.talks[i], problem.talks[j]
        meet: Var = None
        for s in made.domain.sessions[i] & made.domain.sessions[j]:
            over = one.slots + two.slots - problem.sessions[s].slots
            if one.track == two.track and over <= 0:
                continue
            pair = [~made.talk[i, s], ~made.talk[j, s]]
            cost = whole + slot * max(0, over)
            if not cost:
                continue
            if made.limit is not None and cost >= made.limit:
                made.model.add_bool_or(pair)
                continue
            if meet is None and whole:
                meet = made.bool(f"p{i}.{j}")
                made.charge(meet, whole)
            if whole:
                made.model.add_bool_or([*pair, meet])
            if cost > whole:
                late = made.bool(f"q{i}.{j}.{s}")
                made.model.add_bool_or([*pair, late])
                made.charge(late, cost - whole)


def _add_order(made: Aggregate) -> None:
    """A talk stands at its wanted position or costs: counted by session, in pairs where both stand right."""
    weight = made.problem.weight(Term.ORDER)
    if not weight:
        return
    for members in made.members:
        wished = sorted((made.problem.talks[i].order, i) for i in members if made.problem.talks[i].order)
        wrong = {}
        for place, i in wished:
            var = wrong[i] = made.bool(f"o{i}")
            made.charge(var, weight)
            _add_position(made, i, place, members, var)
        _add_crowding(made, [i for _, i in wished], weight)
        for (first, i), (second, j) in zip(wished, wished[1:], strict=False):
            if first == second:
                made.model.add_bool_or([wrong[i], wrong[j]])
            else:
                _add_before(made, i, j, [wrong[i], wrong[j]])


def _add_crowding(made: Aggregate, wished: list[int], weight: int) -> None:
    """More slots of ordered talks than a session is long: so many pairs at least run against each other."""
    for t, s in {(made.problem.talks[i].track, s) for i in wished for s in made.domain.sessions[i]}:
        here = [(made.problem.talks[i].slots, made.talk[i, s]) for i in wished if (i, s) in made.talk]
        room = made.problem.sessions[s].slots
        total = sum(slots for slots, _ in here)
        if (t, s) in made.extra and total > room:
            over = made.model.new_int_var(0, total - room, f"c{t}.{s}")
            made.model.add(sum(slots * var for slots, var in here) <= room + over)
            made.charge(over, weight)


def _add_position(made: Aggregate, i: int, place: int, members: list[int], wrong: Var) -> None:
    """Right means: at most place - 1 others before its session, at least place - 1 others up to it."""
    if place > len(members):
        made.model.add(wrong == 1)
        return
    others = [g for g in made.groups_of[made.problem.talks[i].track] if made.groups[g] != (i,)]
    for s in sorted(made.domain.sessions[i]):
        earlier = [made.count[g, q] for g in others for q in made.domain.sessions[made.groups[g][0]] if q < s]
        here = [made.count[g, s] for g in others if (g, s) in made.count]
        given = [made.talk[i, s], ~wrong]
        if earlier:
            made.model.add(sum(earlier) <= place - 1).only_enforce_if(given)
        if place > 1:
            made.model.add(sum(earlier) + sum(here) >= place - 1).only_enforce_if(given)


def _add_before(made: Aggregate, i: int, j: int, wrong: list[Var]) -> None:
    """Talk i not after talk j by session, unless one of them stands wrong."""
    for s in sorted(made.domain.sessions[j]):
        first = [made.talk[i, q] for q in made.domain.sessions[i] if q <= s]
        second = [made.talk[j, q] for q in made.domain.sessions[j] if q <= s]
        made.model.add(sum(second) <= sum(first) + sum(wrong))


def hint(made: Aggregate, places: Sequence[Place]) -> None:
    """Start from this plan: the whole of it, so that it is a solution at once."""
    talks = made.problem.talks
    here = {(i, place.session) for i, place in enumerate(places)}
    cells = {(talks[i].track, place.session, place.room) for i, place in enumerate(places)}
    for (g, s), var in made.count.items():
        made.model.add_hint(var, sum((i, s) in here for i in made.groups[g]))
    for cell, var in made.cell.items():
        made.model.add_hint(var, cell in cells)
    held = Counter((t, s) for t, s, _ in cells)
    for pair, var in made.used.items():
        made.model.add_hint(var, pair in held)
    for pair, var in made.extra.items():
        made.model.add_hint(var, max(0, held[pair] - 1))
    rooms = {(t, r) for t, _, r in cells}
    for pair, var in made.room.items():
        made.model.add_hint(var, pair in rooms)
