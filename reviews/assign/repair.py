"""After a plan was sent out: people leave, proposals arrive, and little else should change.

The same problem is solved again without those who left; every pair of the old plan is worth a bonus, and
pairs with a written review stay. The bonus trades changes against fit: ``change_curve`` shows the trade, and
``repair`` picks the plan with the fewest changes within a loss that the chair allows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from plumbing.sentences import Sentence, counted, sentence
from plumbing.watch import OnProgress, ShouldStop, Watch, watching
from reviews.assign.check import objective_of, plan_faults
from reviews.assign.errors import ProblemError
from reviews.assign.finish import finished_plan
from reviews.assign.options import SolveOptions
from reviews.assign.plan import AssignmentPlan
from reviews.assign.prepare import KeepBonus, prepare
from reviews.assign.problem import UNIT, AssignmentProblem, Ints
from reviews.assign.solve import solve

BONUSES = (0, 10_000, 30_000, 100_000, 200_000, 300_000, 500_000, 1_000_000, 3_000_000, 10_000_000)
BONUS_MAX = 10_000_000
LOSS_MAX = 0.001
HALVINGS = 9


@dataclass(frozen=True, eq=False)
class Repair:
    """A repaired plan beside the old one: ``lost`` pairs had to go, ``added`` came, ``dropped`` went besides.

    ``loss`` is the share of the best possible total (without any bonus) that keeping pairs gives up.
    """

    plan: AssignmentPlan
    bonus: int
    lost: int
    added: int
    dropped: int
    loss: float
    people_told: int

    def sentence(self) -> Sentence:
        """The repair in words."""
        changed = counted("%(num)s pair is new", "%(num)s pairs are new", self.added)
        words = "%(changed)s for %(lost)s that were lost; the total is %(loss)s %% below the best."
        return sentence(words, changed=changed, lost=self.lost, loss=round(100 * self.loss, 3))


def change_curve(
    problem: AssignmentProblem,
    plan: AssignmentPlan,
    *,
    gone_reviewers: Sequence[int] = (),
    keep_bonuses: Sequence[int] = BONUSES,
    options: SolveOptions | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> list[Repair]:
    """One repair for each bonus (millionths), from the best total to the fewest changes.

    ``plan`` may be of an older problem: its pairs are matched by reference, so proposals that came late simply get
    reviewers. Raises ``ProblemError`` when a reviewer does not exist.
    """
    options = options or SolveOptions()
    watch = watching(options.time_limit_seconds, on_progress, should_stop)
    after = without(problem, gone_reviewers)
    before, kept = _before_and_kept(problem, plan, gone_reviewers)
    repairs: list[Repair] = []
    for number, bonus in enumerate(sorted({0, *keep_bonuses})):
        if repairs and watch.is_over():
            break
        watch.tell(100 * number // (len(keep_bonuses) + 1), sentence("Bonus %(bonus)s", bonus=bonus / UNIT))
        chosen = replace(options, keep=KeepBonus(kept, bonus) if bonus else None)
        found = solve(after, options=chosen, should_stop=should_stop)
        best = repairs[0].plan.total if repairs else found.total
        repairs.append(_compared(found, bonus, before, kept, best))
    return repairs


def repair(
    problem: AssignmentProblem,
    plan: AssignmentPlan,
    *,
    gone_reviewers: Sequence[int] = (),
    loss_max: float = LOSS_MAX,
    options: SolveOptions | None = None,
    on_progress: OnProgress | None = None,
    should_stop: ShouldStop | None = None,
) -> Repair:
    """The fewest changes found that lose at most ``loss_max`` of the best total.

    Halves the bonus between "too dear" and "allowed", then mixes the two plans part by part.
    """
    options = options or SolveOptions()
    watch = watching(options.time_limit_seconds, on_progress, should_stop)
    ends = change_curve(
        problem,
        plan,
        gone_reviewers=gone_reviewers,
        keep_bonuses=(BONUS_MAX,),
        options=options,
        should_stop=should_stop,
    )
    cheap, dear = ends[0], ends[-1]
    if dear.loss <= loss_max or len(ends) == 1:
        return dear if dear.loss <= loss_max else cheap
    bracket = _Bracket(*_before_and_kept(problem, plan, gone_reviewers), cheap.plan.total, loss_max)
    cheap, dear = bracket.narrowed(cheap, dear, options, watch)
    watch.tell(100, sentence("Done"))
    return _mixed(cheap, dear, bracket)


@dataclass(frozen=True, eq=False)
class _Bracket:
    """What stays the same while the bonus is halved between "allowed" and "too dear"."""

    before: Ints
    kept: Ints
    best: int
    loss_max: float

    def narrowed(self, cheap: Repair, dear: Repair, options: SolveOptions, watch: Watch) -> tuple[Repair, Repair]:
        """Two neighbours, the second as like the first as its bonus allows."""
        problem, low, high = cheap.plan.problem, 1.0, float(BONUS_MAX)
        for step in range(HALVINGS):
            if watch.is_over():
                return cheap, cheap
            watch.tell(10 + 85 * step // HALVINGS, sentence("Weighing changes against fit"))
            bonus = round((low * high) ** 0.5)
            middle = self.solved(problem, KeepBonus(self.kept, bonus), bonus, options, watch)
            if middle.loss <= self.loss_max:
                cheap, low = middle, bonus
            else:
                dear, high = middle, bonus
        near = _nearer(self.kept, dear.bonus, cheap.plan.pairs, problem.shape[1])
        return cheap, self.solved(problem, near, dear.bonus, options, watch)

    def solved(
        self, problem: AssignmentProblem, keep: KeepBonus, bonus: int, options: SolveOptions, watch: Watch
    ) -> Repair:
        """The best plan when keeping a pair is worth so much."""
        found = solve(problem, options=replace(options, keep=keep), should_stop=watch.should_stop)
        return _compared(found, bonus, self.before, self.kept, self.best)


def _nearer(kept: Ints, bonus: int, pairs: Ints, width: int) -> KeepBonus:
    """The same bonus, and one millionth more for the pairs of another plan: of equal plans, the most alike."""
    keys = pairs[:, 0] * width + pairs[:, 1]
    kept_keys = kept[:, 0] * width + kept[:, 1]
    all_keys = np.union1d(keys, kept_keys)
    each = np.isin(all_keys, kept_keys) * bonus + np.isin(all_keys, keys)
    return KeepBonus(np.column_stack([all_keys // width, all_keys % width]), each.astype(np.int64))


def _mixed(cheap: Repair, dear: Repair, bracket: _Bracket) -> Repair:
    """Between two plans: take over from the one with fewer changes whatever the loss allows.

    The pairs in which the plans differ fall into parts that share no proposal and no reviewer; each part can
    be taken from either plan. The parts that save most changes for their loss come first.
    """
    parts = _parts(cheap.plan, dear.plan)
    old = {tuple(pair) for pair in bracket.before.tolist()}
    gains = []
    for ours, theirs in parts:
        saved = sum(pair in old for pair in theirs) - sum(pair in old for pair in ours)
        price = _worth(cheap.plan, ours) - _worth(cheap.plan, theirs)
        if saved > 0:
            gains.append((max(0, price) / saved, price, ours, theirs))
    room = int(bracket.loss_max * abs(bracket.best)) - (bracket.best - cheap.plan.total)
    chosen = {tuple(pair) for pair in cheap.plan.pairs.tolist()}
    for _, price, ours, theirs in sorted(gains, key=lambda gain: gain[0]):
        if price <= room:
            room -= price
            chosen = (chosen - set(ours)) | set(theirs)
    pairs = np.array(sorted(chosen), dtype=np.int64).reshape(-1, 2)
    old_plan = cheap.plan
    if plan_faults(old_plan.problem, pairs, lacks_reviews=old_plan.lacks_reviews, rules_short=old_plan.rules_short):
        return cheap
    plan = _with_pairs(cheap.plan, pairs)
    return _compared(plan, cheap.bonus, bracket.before, bracket.kept, bracket.best)


def _with_pairs(plan: AssignmentPlan, pairs: Ints) -> AssignmentPlan:
    """The same prices for other pairs: they still bound every plan, so the gap is honest."""
    prepared = prepare(plan.problem, keep=plan.options.keep, softness=plan.options.softness)
    objective = objective_of(prepared, pairs, plan.certificate.big)
    certificate = replace(plan.certificate, objective=objective, proof="prices")
    facts = {"options": plan.options, "mode": plan.mode, "rounds": plan.rounds, "seconds": plan.seconds}
    return finished_plan(prepared, pairs, certificate, candidates=plan.candidates, **facts)


def _worth(plan: AssignmentPlan, pairs: list[tuple[int, int]]) -> int:
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return int(plan.problem.at(table[:, 0], table[:, 1])[0].sum())


Pairs = list[tuple[int, int]]


def _parts(one: AssignmentPlan, other: AssignmentPlan) -> list[tuple[Pairs, Pairs]]:
    """The differences of two plans, split where no proposal and no reviewer connects them."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    mine = {tuple(pair) for pair in one.pairs.tolist()}
    theirs = {tuple(pair) for pair in other.pairs.tolist()}
    differing = sorted(mine ^ theirs)
    if not differing:
        return []
    proposals, reviewers = one.problem.shape
    p, r = np.array(differing).T
    graph = csr_matrix((np.ones(len(p)), (p, r + proposals)), shape=(proposals + reviewers,) * 2)
    _, part = connected_components(graph, directed=False)
    found: dict[int, tuple[Pairs, Pairs]] = {}
    for pair in differing:
        ours_theirs = found.setdefault(int(part[pair[0]]), ([], []))
        ours_theirs[pair in theirs].append(pair)
    return list(found.values())


def _before_and_kept(problem: AssignmentProblem, plan: AssignmentPlan, gone: Sequence[int]) -> tuple[Ints, Ints]:
    before = known_pairs(problem, plan)
    return before, before[~np.isin(before[:, 1], np.array(sorted(set(gone)), dtype=np.int64))]


def without(problem: AssignmentProblem, gone_reviewers: Sequence[int]) -> AssignmentProblem:
    """The problem after people left: no load, and no pins; reviews that they wrote stay."""
    gone = {int(r) for r in gone_reviewers}
    for r in sorted(gone):
        if not 0 <= r < problem.shape[1]:
            raise ProblemError("gone_reviewers", sentence("Reviewer %(r)s does not exist.", r=r))
    out = np.zeros(problem.shape[1], dtype=bool)
    out[sorted(gone)] = True
    return replace(
        problem,
        load_max=np.where(out, 0, problem.load_max),
        load_min=np.where(out, 0, problem.lows),
        pinned=tuple(pair for pair in problem.pinned if pair[1] not in gone),
    )


def known_pairs(problem: AssignmentProblem, plan: AssignmentPlan) -> Ints:
    """The plan's pairs that still exist in this problem, matched by reference."""
    if plan.problem is problem:
        return plan.pairs
    proposals = {ref: p for p, ref in enumerate(problem.proposals)}
    reviewers = {ref: r for r, ref in enumerate(problem.reviewers)}
    refs = [(plan.problem.proposals[p], plan.problem.reviewers[r]) for p, r in plan.pairs.tolist()]
    pairs = [(proposals[p], reviewers[r]) for p, r in refs if p in proposals and r in reviewers]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _compared(found: AssignmentPlan, bonus: int, before: Ints, kept: Ints, best: int) -> Repair:
    width = len(found.problem.reviewers)
    now = found.pairs[:, 0] * width + found.pairs[:, 1]
    old, stay = (pairs[:, 0] * width + pairs[:, 1] for pairs in (before, kept))
    added, dropped = np.setdiff1d(now, old), np.setdiff1d(stay, now)
    lost = len(np.setdiff1d(old, now)) - len(dropped)
    return Repair(
        plan=found,
        bonus=bonus,
        lost=lost,
        added=len(added),
        dropped=len(dropped),
        loss=(best - found.total) / max(1, abs(best)),
        people_told=len(np.union1d(added % width, dropped % width)),
    )
