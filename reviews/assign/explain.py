"""Why this pair, why not that one, and who is contested: every answer a sentence."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from plumbing.sentences import Sentence, counted, sentence
from reviews.assign.check import objective_of
from reviews.assign.errors import ProblemError
from reviews.assign.plan import AssignmentPlan
from reviews.assign.prepare import Prepared, prepare
from reviews.assign.problem import UNIT, AssignmentProblem, Ints
from reviews.assign.rules.base import Family
from reviews.assign.solve import solve
from reviews.assign.words import refs

Kind = Literal["frozen", "pinned", "chosen", "conflict", "rule", "group", "full", "price"]


@dataclass(frozen=True)
class PairReason:
    """Why a pair is, or is not, in the plan.

    ``kind`` is the first rule that holds; ``price`` is what forcing the pair would cost (None when the
    pair is in the plan, shut, or was not to be priced). ``surplus`` is score less the prices of both ends.
    """

    kind: Kind
    chosen: bool
    score: float
    surplus: float
    price: float | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, eq=False)
class PriceList:
    """What the last review of a proposal and the last free hour of a reviewer are worth, in units."""

    proposals: np.ndarray
    reviewers: np.ndarray


def prices(plan: AssignmentPlan) -> PriceList:
    """Prices of the certificate: a high price means scarce (proposal) or contested (reviewer)."""
    return PriceList(plan.certificate.proposal / UNIT, plan.certificate.reviewer / UNIT)


def explain_pair(
    problem: AssignmentProblem, plan: AssignmentPlan, p: int, r: int, *, with_price: bool = True
) -> PairReason:
    """The first rule that holds for this pair, and the exact price of forcing it (one more run)."""
    if not (0 <= p < problem.shape[0] and 0 <= r < problem.shape[1]):
        raise ProblemError("pair", sentence("The pair (%(p)s, %(r)s) does not exist.", p=p, r=r))
    prepared = prepare(problem, keep=plan.options.keep, softness=plan.options.softness)
    score = float(problem.at(np.array([p]), np.array([r]))[0][0]) / UNIT
    surplus = _surplus(prepared, plan, p, r)
    if ((plan.pairs[:, 0] == p) & (plan.pairs[:, 1] == r)).any():
        kind, words = _why_chosen(problem, plan, p, r, score)
        return PairReason(kind, True, score, surplus, None, tuple(words))
    shut = _why_shut(prepared, p, r)
    if shut is not None:
        return PairReason(shut[0], False, score, surplus, None, (shut[1],))
    kind, words = _why_left_out(prepared, plan, p, r)
    price = None
    if with_price:
        price, price_words = _price_of_forcing(prepared, plan, p, r)
        words = [*words, *price_words]
    return PairReason(kind, False, score, surplus, price, tuple(words))


def _surplus(prepared: Prepared, plan: AssignmentPlan, p: int, r: int) -> float:
    worth = int(prepared.values_at(np.array([p]), np.array([r]))[0])
    cost = int(plan.certificate.proposal[p] + plan.certificate.reviewer[r])
    for family, found in zip(prepared.families, plan.certificate.groups, strict=True):
        owner, other = (p, r) if family.side == "proposal" else (r, p)
        cost += int(found.price[(found.owner == owner) & (found.column == family.label[other])].sum())
    cost += sum(price for row, price in plan.certificate.rows if (p, r) in row.pairs)
    if plan.certificate.floor_prices is not None:
        score = int(prepared.problem.at(np.array([p]), np.array([r]))[0][0])
        cost -= score * int(plan.certificate.floor_prices[p]) // UNIT
    return (worth - cost) / UNIT


def _why_chosen(
    problem: AssignmentProblem, plan: AssignmentPlan, p: int, r: int, score: float
) -> tuple[Kind, list[Sentence]]:
    names = {"proposal": problem.proposal(p), "reviewer": problem.reviewer(r)}
    if (p, r) in problem.frozen:
        return "frozen", [sentence("%(reviewer)s has already written a review of %(proposal)s.", **names)]
    if (p, r) in problem.pinned:
        return "pinned", [sentence("A chair pinned %(reviewer)s to %(proposal)s.", **names)]
    scores, codes = problem.block(p, p + 1)
    better = int(((scores[0] > scores[0, r]) & (codes[0] == 0)).sum())
    eligible = int((codes[0] == 0).sum())
    words = "%(reviewer)s fits %(proposal)s with %(score)s: number %(rank)s of %(eligible)s without a conflict."
    rank = sentence(words, **names, score=_shown(score), rank=better + 1, eligible=eligible)
    contested = sentence(
        "In this plan an hour of %(reviewer)s is worth %(reviewer_price)s, "
        "a review of %(proposal)s %(proposal_price)s.",
        **names,
        reviewer_price=_shown(plan.certificate.reviewer[r] / UNIT),
        proposal_price=_shown(plan.certificate.proposal[p] / UNIT),
    )
    return "chosen", [rank, contested]


def _why_shut(prepared: Prepared, p: int, r: int) -> tuple[Kind, Sentence] | None:
    problem = prepared.problem
    at_p, at_r = np.array([p]), np.array([r])
    scores, codes = problem.at(at_p, at_r)
    if codes[0]:
        return "conflict", problem.reason(int(codes[0]))
    for rule in problem.rules:
        shut = rule.closes(problem, at_p, at_r, scores)
        if shut is not None and shut[0]:
            return "rule", rule.why_closed(problem, p, r)
    return None


def _why_left_out(prepared: Prepared, plan: AssignmentPlan, p: int, r: int) -> tuple[Kind, list[Sentence]]:
    problem = prepared.problem
    names = {"proposal": problem.proposal(p), "reviewer": problem.reviewer(r)}
    has = plan.proposals_of(r)
    room = int(prepared.high[r] + prepared.fixed_load[r])
    if room == 0:
        return "full", [sentence("%(reviewer)s takes no reviews in this round.", **names)]
    if len(has) >= room:
        words = counted(
            "%(reviewer)s is full with %(num)s review: %(others)s.",
            "%(reviewer)s is full with %(num)s reviews: %(others)s.",
            len(has),
            reviewer=names["reviewer"],
            others=refs(problem.proposals[other] for other in has),
        )
        return "full", [words]
    for family in prepared.families:
        met = _group_is_full(problem, family, plan.pairs, p, r)
        if met is not None:
            return "group", [met]
    return "price", [sentence("Others are worth more for %(proposal)s in the best plan.", **names)]


def _group_is_full(problem: AssignmentProblem, family: Family, pairs: Ints, p: int, r: int) -> Sentence | None:
    """The rule whose group would be over full, with those who fill it."""
    own, other, owner, member = (0, 1, p, r) if family.side == "proposal" else (1, 0, r, p)
    label = int(family.label[member])
    if label < 0 or family.over is not None:
        return None
    mates = pairs[(pairs[:, own] == owner) & (family.label[pairs[:, other]] == label), other]
    rule = problem.rules[family.rule].families(problem, family.rule)
    high = next((f.high[owner, label] for f in rule if f.side == family.side and label < f.high.shape[1]), None)
    if high is None or len(mates) < high:
        return None
    names = problem.reviewers if family.side == "proposal" else problem.proposals
    return sentence(
        "%(rule)s It is taken by %(others)s.",
        rule=problem.rules[family.rule].sentence(),
        others=refs(names[mate] for mate in mates),
    )


def _price_of_forcing(prepared: Prepared, plan: AssignmentPlan, p: int, r: int) -> tuple[float | None, list[Sentence]]:
    """One more run with the pair pinned; both plans weighed alike."""
    problem = prepared.problem
    names = {"proposal": problem.proposal(p), "reviewer": problem.reviewer(r)}
    try:
        forced = solve(replace(problem, pinned=(*problem.pinned, (p, r))), options=replace(plan.options, check=False))
    except ProblemError as refused:
        return None, [sentence("It cannot be forced: %(why)s", why=refused.sentence)]
    missing = sum(wish.missing for wish in forced.unmet) - sum(wish.missing for wish in plan.unmet)
    lost = objective_of(prepared, plan.pairs, 0) - objective_of(prepared, forced.pairs, 0)
    words = [sentence("Forcing the pair costs %(price)s of the total.", price=_shown(lost / UNIT), **names)]
    if missing > 0:
        words.append(counted("It leaves %(num)s more wish unmet.", "It leaves %(num)s more wishes unmet.", missing))
    else:
        moved = len({tuple(pair) for pair in forced.pairs.tolist()} - {tuple(pair) for pair in plan.pairs.tolist()})
        words.append(counted("%(num)s pair changes.", "%(num)s pairs change.", moved))
    return lost / UNIT, words


def _shown(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
