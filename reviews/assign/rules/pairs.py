"""Rules about single pairs: what shuts a pair, and what changes its score."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plumbing.sentences import Sentence, sentence
from reviews.assign.errors import ProblemError
from reviews.assign.problem import UNIT, shape_words
from reviews.assign.rules.base import NO_LABEL, Ints, Mask, Rule

if TYPE_CHECKING:
    from reviews.assign.problem import AssignmentProblem

BID_NO = -1
BID_NONE = 0
BID_MAYBE = 1
BID_YES = 2


@dataclass(frozen=True, eq=False)
class ScoreFloor(Rule):
    """No pair below a score: better a missing review than one by somebody who cannot judge."""

    lowest: int

    def sentence(self) -> Sentence:
        return sentence("No reviewer below a fit of %(lowest)s.", lowest=self.lowest / UNIT)

    def closes(self, problem: "AssignmentProblem", p: Ints, r: Ints, scores: Ints) -> Mask | None:
        return scores < self.lowest

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        scores, _ = problem.at(pairs[:, 0], pairs[:, 1])
        return [_pair_breaks(problem, pair, self) for pair in pairs[scores < self.lowest]]


@dataclass(frozen=True, eq=False)
class TrackPools(Rule):
    """Reviewers of a pool review only proposals of their track; reviewers without a pool review all.

    ``track`` labels proposals, ``pool`` labels reviewers (``NO_LABEL``: in every pool).
    """

    track: Ints
    pool: Ints

    def sentence(self) -> Sentence:
        return sentence("Reviewers of a track's pool review only that track.")

    def check(self, problem: "AssignmentProblem") -> None:
        _check_shape("track", self.track, (problem.shape[0],))
        _check_shape("pool", self.pool, (problem.shape[1],))

    def closes(self, problem: "AssignmentProblem", p: Ints, r: Ints, scores: Ints) -> Mask | None:
        pool: Ints = self.pool[r]
        shut: Mask = (pool != NO_LABEL) & (pool != self.track[p])
        return shut

    def why_closed(self, problem: "AssignmentProblem", p: int, r: int) -> Sentence:
        words = "%(reviewer)s belongs to the pool of another track."
        return sentence(words, reviewer=problem.reviewer(r))

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        outside = [pair for pair in pairs if self.pool[pair[1]] not in (NO_LABEL, self.track[pair[0]])]
        return [_pair_breaks(problem, pair, self) for pair in outside]


@dataclass(frozen=True, eq=False)
class BidPolicy(Rule):
    """Never assign a "no"; a bid adds to the fit, but never more than ``most``; bids alone are flagged.

    ``bids`` holds BID_NO … BID_YES for each proposal and reviewer; ``yes`` and ``maybe`` are millionths
    added to the score. A pair whose score without the bid is below ``alone_below`` rests on the bid alone:
    a bid can be bought, expertise cannot (Wu and others, "Making paper reviewing robust to bid manipulation
    attacks", ICML 2021).
    """

    bids: NDArray[np.int8]
    yes: int = UNIT // 4
    maybe: int = UNIT // 8
    most: int = UNIT // 4
    alone_below: int = 0
    never_no: bool = True

    def sentence(self) -> Sentence:
        if self.never_no:
            words = "Nobody reviews what they declined, and a bid adds at most %(most)s to the fit."
        else:
            words = "A bid adds at most %(most)s to the fit."
        return sentence(words, most=self.most / UNIT)

    def check(self, problem: "AssignmentProblem") -> None:
        _check_shape("bids", self.bids, problem.shape)
        if min(self.yes, self.maybe, self.most) < 0:
            raise ProblemError("bids", sentence("The weight of a bid cannot be negative."))

    def closes(self, problem: "AssignmentProblem", p: Ints, r: Ints, scores: Ints) -> Mask | None:
        return self.bids[p, r] == BID_NO if self.never_no else None

    def why_closed(self, problem: "AssignmentProblem", p: int, r: int) -> Sentence:
        pair = {"reviewer": problem.reviewer(r), "proposal": problem.proposal(p)}
        return sentence("%(reviewer)s declined %(proposal)s when bidding.", **pair)

    def adjust(self, problem: "AssignmentProblem", p: Ints, r: Ints, scores: Ints) -> Ints:
        bids = self.bids[p, r]
        bonus = np.where(bids == BID_YES, self.yes, np.where(bids == BID_MAYBE, self.maybe, 0))
        return scores + np.minimum(bonus, self.most).astype(np.int64)

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        if not self.never_no:
            return []
        declined = pairs[self.bids[pairs[:, 0], pairs[:, 1]] == BID_NO]
        return [_pair_breaks(problem, pair, self) for pair in declined]

    def flags(self, problem: "AssignmentProblem", pairs: Ints) -> list[tuple[int, int, Sentence]]:
        scores, _ = problem.at(pairs[:, 0], pairs[:, 1])
        alone = (self.bids[pairs[:, 0], pairs[:, 1]] > 0) & (scores < self.alone_below)
        words = "%(reviewer)s has %(proposal)s because of the bid alone."
        return [
            (int(p), int(r), sentence(words, reviewer=problem.reviewer(r), proposal=problem.proposal(p)))
            for p, r in pairs[alone]
        ]


@dataclass(frozen=True, eq=False)
class ProbabilityCap(Rule):
    """No pair is drawn with a higher probability than ``most``: nobody can count on getting a proposal.

    Binds in the randomised mode (``randomise``); ``only`` (proposals × reviewers) restricts it to
    pairs that need it. Jecmen and others, "Mitigating manipulation in peer review", NeurIPS 2020.
    """

    most: float
    only: Mask | None = field(default=None)

    def sentence(self) -> Sentence:
        share = round(self.most * 100)
        return sentence("No pair is drawn with a probability above %(share)s %%.", share=share)

    def check(self, problem: "AssignmentProblem") -> None:
        if not 0.0 < self.most <= 1.0:
            raise ProblemError("q", sentence("A probability lies above 0 and is at most 1."))
        if self.only is not None:
            _check_shape("only", self.only, problem.shape)


def _check_shape(place: str, array: NDArray[np.generic], expected: tuple[int, ...]) -> None:
    if np.asarray(array).shape != expected:
        raise ProblemError(place, shape_words(np.asarray(array).shape, expected))


def _pair_breaks(problem: "AssignmentProblem", pair: Ints, rule: Rule) -> Sentence:
    return sentence(
        "%(reviewer)s for %(proposal)s breaks a rule: %(rule)s",
        reviewer=problem.reviewer(int(pair[1])),
        proposal=problem.proposal(int(pair[0])),
        rule=rule.sentence(),
    )
