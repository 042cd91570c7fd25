"""Rules about how much anybody writes."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from plumbing.sentences import Sentence, counted, sentence
from reviews.assign.errors import ProblemError
from reviews.assign.problem import UNIT
from reviews.assign.rules.base import Ints, Mask, Rule
from reviews.assign.rules.counts import check_members

if TYPE_CHECKING:
    from reviews.assign.problem import AssignmentProblem


@dataclass(frozen=True, eq=False)
class EvenLoad(Rule):
    """Each further review of a person costs ``step`` millionths more than the one before."""

    step: int

    def sentence(self) -> Sentence:
        return sentence("Load is shared evenly: each further review costs %(step)s more.", step=self.step / UNIT)

    def check(self, problem: "AssignmentProblem") -> None:
        if self.step < 0:
            raise ProblemError("step", sentence("The cost of a further review cannot fall."))

    def steps(self, problem: "AssignmentProblem") -> Ints | None:
        return np.arange(int(problem.load_max.max(initial=0)), dtype=np.int64) * self.step


@dataclass(frozen=True, eq=False)
class Reserve(Rule):
    """Emergency reviewers: each keeps ``kept`` reviews of the load free for those who drop out later."""

    members: Mask
    kept: int = 1_000_000

    def sentence(self) -> Sentence:
        return counted(
            "%(num)s reviewer is kept in reserve for emergencies.",
            "%(num)s reviewers are kept in reserve for emergencies.",
            int(np.count_nonzero(self.members)),
        )

    def check(self, problem: "AssignmentProblem") -> None:
        check_members("members", self.members, problem.shape[1])

    def loads(self, problem: "AssignmentProblem", low: Ints, high: Ints) -> tuple[Ints, Ints]:
        kept = np.where(self.members, np.maximum(high - self.kept, 0), high)
        return np.minimum(low, kept), kept

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        load = np.bincount(pairs[:, 1], minlength=problem.shape[1])
        most = np.maximum(problem.load_max - self.kept, 0)
        words = "%(reviewer)s is in reserve and cannot be used now."
        over = np.flatnonzero(np.asarray(self.members) & (load > most))
        return [sentence(words, reviewer=problem.reviewer(int(r))) for r in over]


@dataclass(frozen=True, eq=False)
class LateProposals(Rule):
    """Room for proposals that come late: ``reviews`` in all are left free, one each where load is largest."""

    reviews: int

    def sentence(self) -> Sentence:
        return counted(
            "Room for %(num)s review of late proposals is left free.",
            "Room for %(num)s reviews of late proposals is left free.",
            self.reviews,
        )

    def check(self, problem: "AssignmentProblem") -> None:
        spare = int(_room(problem, problem.lows, problem.load_max).sum())
        if not 0 <= self.reviews <= spare:
            words = sentence(
                "%(reviews)s reviews cannot be left free; %(spare)s can.", reviews=self.reviews, spare=spare
            )
            raise ProblemError("reviews", words)

    def loads(self, problem: "AssignmentProblem", low: Ints, high: Ints) -> tuple[Ints, Ints]:
        high = high.copy()
        for _ in range(self.reviews):
            room = _room(problem, low, high)
            r = int(np.argmax(np.where(room > 0, high, -1)))
            if room[r] <= 0:
                break
            high[r] -= 1
        return low, high

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        load = np.bincount(pairs[:, 1], minlength=problem.shape[1])
        free = int(np.maximum(problem.load_max - load, 0).sum())
        words = "Only %(free)s reviews are left free for late proposals."
        return [sentence(words, free=free)] if free < self.reviews else []


def _room(problem: "AssignmentProblem", low: Ints, high: Ints) -> Ints:
    """How many reviews of everybody neither the minimum load nor a pinned or written pair takes."""
    fixed = np.array(sorted({*problem.pinned, *problem.frozen}), dtype=np.int64).reshape(-1, 2)
    taken = np.bincount(fixed[:, 1], minlength=problem.shape[1])
    return np.maximum(high - np.maximum(low, taken), 0)
