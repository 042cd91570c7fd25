"""What a plan costs, told by the clash finder and by the wishes themselves, sharing nothing with the search.

(hard, stability, quality): hard counts fatal clashes that nobody waived, broken hard wishes, missed pins and
allowed places, and talks without a place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plumbing.sentences import sentence
from schedule.clashes.index import clashes
from schedule.clashes.kinds import Clash, ClashKind, Id, Severity
from schedule.clashes.problem import Placement, Span
from schedule.solve.free.layout import RULE_WEIGHT
from schedule.solve.free.terms import Term
from schedule.solve.free.wishes import ALWAYS_HARD, HARD, QUALITY, RULES, STABILITY, ClashRule, Wish
from schedule.solve.free.world import Seats, World
from schedule.solve.outcome import Cost, WishCost
from schedule.solve.problem import ScheduleProblem, Where, check_schedule_problem


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``by_talk`` adds up, for each talk, the quality cost of all that concerns it; a pair counts for both."""

    cost: Cost
    costs: tuple[WishCost, ...]
    by_talk: Mapping[Id, int]
    clashes: tuple[Clash, ...]
    missing: tuple[Id, ...]

    @property
    def hard(self) -> int:
        return self.cost[HARD]

    @property
    def broken(self) -> tuple[WishCost, ...]:
        """What stands against the plan at all."""
        return tuple(found for found in self.costs if found.level == HARD)


class Evaluator:
    """Keeps what does not change between plans. Raises ProblemError."""

    def __init__(self, problem: ScheduleProblem, world: World | None = None) -> None:
        self.problem = problem
        self.world = check_schedule_problem(problem) if world is None else world
        self._terms = [list(wish.terms(self.world)) for wish in problem.wishes]
        self._rules = {wish.kind: wish.weight for wish in problem.wishes if isinstance(wish, ClashRule)}

    def __call__(self, placements: Iterable[Placement]) -> Evaluation:
        """Raises ClashInputError for placements of unknown blocks."""
        placed = tuple(placements)
        found = clashes(self.problem.world, placed)
        seats = self.world.seats(placed)
        costs, by_talk = self._rule_costs(found)
        costs += self._fixed_costs(seats)
        for wish, terms in zip(self.problem.wishes, self._terms, strict=True):
            told = self._wish_cost(wish, terms, seats, by_talk)
            if told is not None:
                costs.append(told)
        cost = [0, 0, 0]
        for one in costs:
            cost[one.level] += one.cost
        missing = tuple(self.world.blocks[n].id for n in range(len(self.world.blocks)) if n not in seats)
        costs.sort(key=lambda one: (one.level, -one.cost))
        return Evaluation(tuple(cost), tuple(costs), dict(by_talk), found, missing)

    def _rule_costs(self, found: Iterable[Clash]) -> tuple[list[WishCost], dict[Id, int]]:
        by_kind: dict[ClashKind, list[Clash]] = defaultdict(list)
        by_talk: dict[Id, int] = defaultdict(int)
        for clash in found:
            if not clash.waived:
                by_kind[clash.kind].append(clash)
        costs = []
        for kind, some in by_kind.items():
            weight = self.price(kind, some[0].severity)
            level, each = (HARD, 1) if weight is None else (QUALITY, weight)
            if not each:
                continue
            talks = Counter(block for clash in some for block in clash.blocks)
            for talk, times in talks.items():
                by_talk[talk] += 0 if weight is None else times * weight
            worst = tuple(talk for talk, _ in talks.most_common())
            costs.append(WishCost(kind.value, RULES[kind], len(some), each, len(some) * each, level, worst))
        return costs, by_talk

    def price(self, kind: ClashKind, severity: Severity) -> int | None:
        """None for what no plan may break."""
        if severity is Severity.FATAL or kind in ALWAYS_HARD:
            return None
        return self._rules.get(kind, RULE_WEIGHT)

    def _fixed_costs(self, seats: Seats) -> list[WishCost]:
        world = self.world
        missing = [n for n in range(len(world.blocks)) if n not in seats]
        moved = [n for n, seat in world.pins.items() if n in seats and seats[n] != seat]
        outside = [n for n in world.talks if n in seats and not self._is_allowed(n, seats)]
        found = [
            ("placed", sentence("Every talk has a place."), missing),
            ("pinned", sentence("Pinned talks stay where they are pinned."), moved),
            ("allowed", sentence("Talks stand only where they are allowed to."), outside),
        ]
        return [
            WishCost(name, text, len(them), 1, len(them), HARD, tuple(world.blocks[n].id for n in them))
            for name, text, them in found
            if them
        ]

    def _is_allowed(self, number: int, seats: Seats) -> bool:
        block = self.world.blocks[number].id
        if number in self.world.pins:
            return True
        allowed = [where for where in self.problem.allowed if where.block == block]
        forbidden = [where for where in self.problem.forbidden if where.block == block]
        if allowed and not any(self._lies_in(number, seats, where) for where in allowed):
            return False
        return not any(self._touches(number, seats, where) for where in forbidden)

    def _lies_in(self, number: int, seats: Seats, where: Where) -> bool:
        (room, start), end = seats[number], self.world.end(number, seats[number])
        spans = where.spans
        inside = spans is None or any(low <= start and end <= high for low, high in _merged(spans))
        return inside and (where.rooms is None or self.world.rooms[room].id in where.rooms)

    def _touches(self, number: int, seats: Seats, where: Where) -> bool:
        (room, start), end = seats[number], self.world.end(number, seats[number])
        touched = where.spans is None or any(low < end and start < high for low, high in where.spans)
        return touched and (where.rooms is None or self.world.rooms[room].id in where.rooms)

    def _wish_cost(self, wish: Wish, terms: Iterable[Term], seats: Seats, by_talk: dict[Id, int]) -> WishCost | None:
        weight = 1 if wish.weight is None else wish.weight
        counts: Counter[int] = Counter()
        total = 0
        for term in terms:
            count = term.count(seats, self.world) if weight else 0
            if count:
                total += count
                for talk in term.talks():
                    counts[talk] += count
        if not total:
            return None
        for talk, count in counts.items():
            if wish.level not in (HARD, STABILITY):
                by_talk[self.world.blocks[talk].id] += count * weight
        talks = tuple(self.world.blocks[talk].id for talk, _ in counts.most_common())
        return WishCost(wish.name, wish.sentence(), total, weight, total * weight, wish.level, talks)


def evaluate(problem: ScheduleProblem, placements: Iterable[Placement]) -> Evaluation:
    """The cost of any plan, also of one made by hand. Raises ProblemError and ClashInputError."""
    return Evaluator(problem)(placements)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Own code, so that a fault of the search's merging would show."""
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1].end:
            found[-1] = Span(found[-1].start, max(high, found[-1].end))
        else:
            found.append(Span(low, high))
    return found
