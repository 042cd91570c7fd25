"""The frozen answer: who reviews what, what it is worth, what is missing and what proves it."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from plumbing.sentences import Sentence
from reviews.assign.certificate import Certificate
from reviews.assign.options import SolveOptions
from reviews.assign.problem import UNIT, AssignmentProblem, Ints

Mode = Literal["flow", "search"]


@dataclass(frozen=True)
class Unmet:
    """One wish that the plan does not meet: ``kind`` is "reviews", "load" or "rule".

    ``demanded`` is False for a wish that has a price and may give way to others; ``rule`` is its place in
    ``problem.rules``.
    """

    kind: str
    place: int
    missing: int
    sentence: Sentence
    demanded: bool = True
    rule: int | None = None


@dataclass(frozen=True)
class Flag:
    """A pair that a chair should look at, and why."""

    proposal: int
    reviewer: int
    sentence: Sentence


@dataclass(frozen=True, eq=False)
class AssignmentPlan:
    """``pairs`` is n × 2 (proposal, reviewer), sorted; ``total`` adds the scores as given, in millionths."""

    problem: AssignmentProblem
    pairs: Ints
    total: int
    certificate: Certificate
    unmet: tuple[Unmet, ...] = ()
    flags: tuple[Flag, ...] = ()
    causes: tuple[Sentence, ...] = ()
    options: SolveOptions = SolveOptions()
    mode: Mode = "flow"
    rounds: int = 0
    candidates: int = 0
    seconds: float = 0.0
    stopped: bool = False
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def loads(self) -> Ints:
        """How many reviews each reviewer has."""
        return np.bincount(self.pairs[:, 1], minlength=len(self.problem.reviewers))

    @property
    def totals(self) -> Ints:
        """The total score of each proposal, in millionths."""
        return proposal_totals(self.problem, self.pairs)

    @property
    def is_complete(self) -> bool:
        """Whether everything demanded is met; wishes that have a price may be open."""
        return not any(wish.demanded for wish in self.unmet)

    @property
    def rules_short(self) -> frozenset[int]:
        """The places of the rules that the plan cannot meet in full."""
        return frozenset(wish.rule for wish in self.unmet if wish.rule is not None)

    @property
    def lacks_reviews(self) -> bool:
        """Whether a proposal gets fewer reviews than it wants."""
        return any(wish.kind == "reviews" for wish in self.unmet)

    def reviewers_of(self, p: int) -> list[int]:
        """The panel of one proposal."""
        return [int(r) for r in self.pairs[self.pairs[:, 0] == p, 1]]

    def proposals_of(self, r: int) -> list[int]:
        """What one reviewer has."""
        return [int(p) for p in self.pairs[self.pairs[:, 1] == r, 0]]

    def report(self) -> dict[str, Any]:
        """Plain values for a page or a JSON file; scores in units, not millionths."""
        totals, loads = self.totals / UNIT, self.loads
        asked = totals[self.problem.wanted > 0]
        worst = asked if len(asked) else np.zeros(1)
        return {
            "proposals": len(self.problem.proposals),
            "reviewers": len(self.problem.reviewers),
            "pairs": len(self.pairs),
            "total": self.total / UNIT,
            "worst_proposal": float(worst.min()),
            "percentile_5": float(np.percentile(worst, 5)),
            "mean_proposal": float(worst.mean()),
            "load_least": int(loads.min()),
            "load_most": int(loads.max()),
            "load_deviation": float(loads.std()),
            "complete": self.is_complete,
            "unmet": [str(wish.sentence) for wish in self.unmet],
            "causes": [str(cause) for cause in self.causes],
            "flags": [str(flag.sentence) for flag in self.flags],
            "rules": [str(rule.sentence()) for rule in self.problem.rules],
            "mode": self.mode,
            "optimal": self.certificate.is_optimal,
            "proof": self.certificate.proof,
            "objective": self.certificate.objective / UNIT,
            "bound": self.certificate.bound / UNIT,
            "gap": self.certificate.gap / UNIT,
            "rounds": self.rounds,
            "candidates": self.candidates,
            "seconds": round(self.seconds, 3),
            "stopped": self.stopped,
            **self.notes,
        }


def proposal_totals(problem: AssignmentProblem, pairs: Ints) -> Ints:
    """The total score of each proposal under these pairs, in millionths."""
    scores, _ = problem.at(pairs[:, 0], pairs[:, 1])
    totals = np.zeros(len(problem.proposals), dtype=np.int64)
    np.add.at(totals, pairs[:, 0], scores)
    return totals
