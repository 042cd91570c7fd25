"""Why the plan is as it is: why a talk is not elsewhere, and what each hard rule costs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from plumbing.sentences import Sentence, counted, sentence
from plumbing.watch import Watch, watching
from schedule.clashes.index import ClashIndex
from schedule.clashes.kinds import Clash, ClashKind, Id, Severity
from schedule.clashes.problem import Placement
from schedule.solve.errors import Infeasible, NoPlanYet, ProblemError
from schedule.solve.free.evaluate import Evaluator
from schedule.solve.free.layout import Layout
from schedule.solve.free.places import check_places
from schedule.solve.free.wishes import ALWAYS_HARD, HARD, RULES, ClashRule
from schedule.solve.outcome import Cost, SolveOptions, Status, WishCost
from schedule.solve.problem import ScheduleProblem
from schedule.solve.solve import Run


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a wish costs before and after."""

    wish: str
    sentence: Sentence
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class WhyNot:
    """``forbids`` are the fatal clashes that would arise; ``broken`` other hard wishes. Where both are empty the
    talk could stand there, for ``price`` more (level by level), as ``changes`` tell."""

    sentence: Sentence
    forbids: tuple[Clash, ...]
    broken: tuple[Sentence, ...]
    price: Cost
    changes: tuple[PriceChange, ...]

    @property
    def possible(self) -> bool:
        return not self.forbids and not self.broken


@dataclass(frozen=True, slots=True)
class RulePrice:
    """What the best plan found costs without a hard rule. ``proven`` when both costs are; ``saved`` may be 0."""

    rule: str
    sentence: Sentence
    cost: int
    without: int
    proven: bool

    @property
    def saved(self) -> int:
        return self.cost - self.without


def why_not_here(
    problem: ScheduleProblem, placements: Iterable[Placement], block: Id, room: Id | None, start: int
) -> WhyNot:
    """What would happen if this talk stood there and all else stayed. Raises ProblemError and ClashInputError."""
    plan = tuple(placements)
    evaluator = Evaluator(problem)
    if block not in evaluator.world.table.position:
        raise ProblemError(f"talk {block}", sentence("The talk does not exist."))
    delta = ClashIndex(problem.world, plan).if_moved(block, room, start)
    forbids = tuple(
        clash for clash in delta.new if not clash.waived and evaluator.price(clash.kind, clash.severity) is None
    )
    moved = (*(at for at in plan if at.block != block), Placement(block, room, start))
    before, after = evaluator(plan), evaluator(moved)
    kinds = {kind.value for kind in ClashKind}
    was = {one.wish: one.count for one in before.broken}
    broken = tuple(one.sentence for one in after.broken if one.wish not in kinds and one.count > was.get(one.wish, 0))
    price = tuple(later - now for now, later in zip(before.cost, after.cost, strict=True))
    changes = tuple(_changes(before.costs, after.costs))
    return WhyNot(_summary(forbids, broken, price), forbids, broken, price, changes)


def _summary(forbids: tuple[Clash, ...], broken: tuple[Sentence, ...], price: Cost) -> Sentence:
    if forbids:
        return counted(
            "This is forbidden: %(first)s",
            "This is forbidden for %(num)s reasons, such as: %(first)s",
            len(forbids),
            first=forbids[0].sentence,
        )
    if broken:
        return sentence("This breaks what is asked for: %(first)s", first=broken[0])
    if price[-1] > 0:
        return sentence("This is possible and costs %(price)s more.", price=price[-1])
    if price[-1] < 0:
        return sentence("This is possible and costs %(price)s less.", price=-price[-1])
    return sentence("This is possible and costs the same.")


def _changes(before: Iterable[WishCost], after: Iterable[WishCost]) -> Iterator[PriceChange]:
    """Only what changes; several wishes of one kind are told apart by their sentences."""
    was = {(one.wish, one.sentence): one.cost for one in before if one.level != HARD}
    now = {(one.wish, one.sentence): one.cost for one in after if one.level != HARD}
    for key in dict.fromkeys([*was, *now]):
        if was.get(key, 0) != now.get(key, 0):
            yield PriceChange(*key, was.get(key, 0), now.get(key, 0))


def prices_of_rules(
    problem: ScheduleProblem,
    placements: Iterable[Placement],
    options: SolveOptions | None = None,
    watch: Watch | None = None,
) -> tuple[RulePrice, ...]:
    """Each hard rule taken away in turn and the plan improved from where it is; the time is shared. The dearest
    rule comes first. A rule that asks nothing of this problem is left out."""
    options = options or SolveOptions()
    watch = watch or watching(options.time_limit_seconds, None, None)
    plan = tuple(placements)
    now = Evaluator(problem)(plan)
    cases = list(_without_each(problem))
    seconds = options.time_limit_seconds / max(1, len(cases))
    found = []
    for place, (name, text, eased) in enumerate(cases):
        if watch.is_over():
            break
        watch.tell(100 * place // len(cases), sentence("Trying without: %(rule)s", rule=text))
        price = _without(eased, plan, replace(options, time_limit_seconds=seconds), watch)
        if price is not None:
            cost, proven = price
            found.append(RulePrice(name, text, now.cost[-1], min(cost, now.cost[-1]), proven))
    return tuple(sorted(found, key=lambda one: -one.saved))


def _without(
    problem: ScheduleProblem, plan: tuple[Placement, ...], options: SolveOptions, watch: Watch
) -> tuple[int, bool] | None:
    layout = Layout(problem)
    try:
        check_places(layout)
        seats = {n: seat for n, seat in layout.world.seats(plan).items() if n not in layout.fixed}
        course = Run(layout, options, watch, seats).result().course
    except (Infeasible, NoPlanYet, ProblemError):
        return None
    return (course.cost[-1], course.status is Status.OPTIMAL) if course.status is not Status.BROKEN else None


def _without_each(problem: ScheduleProblem) -> Iterator[tuple[str, Sentence, ScheduleProblem]]:
    layout = Layout(problem)
    for kind in sorted(layout.hard_kinds - ALWAYS_HARD):
        if _asks(layout, kind):
            yield kind.value, RULES[kind], _eased(problem, kind)
    for place, wish in enumerate(problem.wishes):
        if wish.level == HARD and not isinstance(wish, ClashRule):
            rest = problem.wishes[:place] + problem.wishes[place + 1 :]
            yield wish.name, wish.sentence(), replace(problem, wishes=rest)
    closers = {block.id for block in problem.world.blocks if block.closes_all}
    if any(pin.block not in closers for pin in problem.pins):
        rest_pins = tuple(pin for pin in problem.pins if pin.block in closers)
        yield "pinned", sentence("Pinned talks stay where they are pinned."), replace(problem, pins=rest_pins)
    if problem.allowed or problem.forbidden:
        text = sentence("Talks stand only where they are allowed to.")
        yield "allowed", text, replace(problem, allowed=(), forbidden=())


def _asks(layout: Layout, kind: ClashKind) -> bool:
    """Whether the kind forbids anything here."""
    if any(ban.what == kind and mask.any() for number in layout.free for ban, mask in layout.bans(number)):
        return True
    eased = Layout(_eased(layout.problem, kind))
    pairs = sum(pair.weight is None for some in layout.pairs.values() for pair in some)
    hard_groups = sum(weight is None for weight, _, _ in layout.groups)
    return (pairs, hard_groups) != (
        sum(pair.weight is None for some in eased.pairs.values() for pair in some),
        sum(weight is None for weight, _, _ in eased.groups),
    )


def _eased(problem: ScheduleProblem, kind: ClashKind) -> ScheduleProblem:
    """The kind as a warning that costs nothing."""
    severities = tuple((k, s) for k, s in problem.world.severities if k != kind)
    world = replace(problem.world, severities=(*severities, (kind, Severity.WARNING)))
    others = tuple(w for w in problem.wishes if not (isinstance(w, ClashRule) and w.kind == kind))
    return replace(problem, world=world, wishes=(*others, ClashRule(0, kind)))
