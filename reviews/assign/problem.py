"""The frozen question: who may review what, how well it would fit, and what the chair demands.

Scores are integers in millionths (``UNIT``): float costs would break the certificate of optimality.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plumbing.sentences import Sentence, counted, sentence
from reviews.assign.errors import ProblemError
from reviews.assign.words import Ref

if TYPE_CHECKING:
    from reviews.assign.rules.base import Rule

UNIT = 1_000_000
SCORE_MAX = 1_000 * UNIT
PAIRS_MAX = 200_000_000
WANTED_MAX = 1_000
LOAD_MAX = 10_000
UNKNOWN_CODE = 255  # a pair that a sparse problem does not list
REASONS_MAX = 250

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Codes = NDArray[np.uint8]

MARKED_AS_CONFLICT = sentence("This pair is marked as a conflict of interest.")


@dataclass(frozen=True, eq=False)
class SparseScores:
    """Scores of the listed pairs only; every other pair is out. Sorted by proposal, then reviewer."""

    shape: tuple[int, int]
    proposal: Ints
    reviewer: Ints
    score: Ints

    def __post_init__(self) -> None:
        columns = [np.asarray(column).astype(np.int64) for column in (self.proposal, self.reviewer, self.score)]
        if len({len(column) for column in columns}) != 1:
            raise ProblemError("scores", sentence("The lists of pairs and of scores differ in length."))
        p, r, s = columns
        if len(p) and (p.min() < 0 or r.min() < 0 or p.max() >= self.shape[0] or r.max() >= self.shape[1]):
            raise ProblemError("scores", sentence("A pair lies outside the table of proposals and reviewers."))
        order = np.argsort(p * self.shape[1] + r, kind="stable")
        key = (p * self.shape[1] + r)[order]
        if len(key) > 1 and (np.diff(key) == 0).any():
            raise ProblemError("scores", sentence("A pair is listed twice."))
        for name, column in zip(("proposal", "reviewer", "score"), (p, r, s), strict=True):
            object.__setattr__(self, name, _frozen(column[order]))
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_starts", np.searchsorted(self.proposal, np.arange(self.shape[0] + 1)))

    def block(self, first: int, last: int) -> tuple[Ints, Mask]:
        """Scores and "is listed" of proposals ``first`` to ``last`` (exclusive) against all reviewers."""
        starts: Ints = self._starts  # type: ignore[attr-defined]
        inside = slice(starts[first], starts[last])
        values = np.zeros((last - first, self.shape[1]), dtype=np.int64)
        listed = np.zeros(values.shape, dtype=bool)
        values[self.proposal[inside] - first, self.reviewer[inside]] = self.score[inside]
        listed[self.proposal[inside] - first, self.reviewer[inside]] = True
        return values, listed

    def at(self, p: Ints, r: Ints) -> tuple[Ints, Mask]:
        """Scores and "is listed" of single pairs."""
        key: Ints = self._key  # type: ignore[attr-defined]
        if not len(key):
            return np.zeros(len(p), dtype=np.int64), np.zeros(len(p), dtype=bool)
        wanted = p * self.shape[1] + r
        place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        listed = key[place] == wanted
        return np.where(listed, self.score[place], 0), listed


@dataclass(frozen=True, eq=False)
class AssignmentProblem:
    """Proposals × reviewers with scores, conflicts, wishes, loads, fixed pairs and rules.

    ``forbidden`` is a table of small codes: 0 is free, code k has the words ``reasons[k - 1]``
    (a table of booleans is code 1). ``wanted`` counts the reviews of each proposal, pinned and frozen
    ones included. ``pinned`` pairs were demanded by a chair, ``frozen`` pairs have a written review
    and stay whatever happens. ``lowest`` is the least score that the source can give; below it is an error.
    Raises ``ProblemError`` with the place when anything does not fit.
    """

    proposals: tuple[str, ...]
    reviewers: tuple[str, ...]
    scores: Ints | SparseScores
    wanted: Ints
    load_max: Ints
    load_min: Ints | None = None
    forbidden: NDArray[np.generic] | None = None
    reasons: tuple[Sentence, ...] = (MARKED_AS_CONFLICT,)
    pinned: tuple[tuple[int, int], ...] = ()
    frozen: tuple[tuple[int, int], ...] = ()
    rules: tuple["Rule", ...] = field(default=())
    lowest: int = 0

    def __post_init__(self) -> None:
        from reviews.assign.validate import validated

        for name, value in validated(self).items():
            object.__setattr__(self, name, value)

    @property
    def shape(self) -> tuple[int, int]:
        """(proposals, reviewers)"""
        return len(self.proposals), len(self.reviewers)

    @property
    def lows(self) -> Ints:
        """``load_min``, zeros where none was given."""
        return self.load_min if self.load_min is not None else np.zeros(len(self.reviewers), dtype=np.int64)

    def block(self, first: int, last: int) -> tuple[Ints, Codes]:
        """Scores and conflict codes of proposals ``first`` to ``last`` (exclusive) against all reviewers."""
        if isinstance(self.scores, SparseScores):
            values, listed = self.scores.block(first, last)
            codes = np.where(listed, 0, UNKNOWN_CODE).astype(np.uint8)
        else:
            values = self.scores[first:last]
            codes = np.zeros(values.shape, dtype=np.uint8)
        if self.forbidden is not None:
            given = self.forbidden[first:last].astype(np.uint8)
            codes = np.where(given > 0, given, codes)
        return values, codes

    def at(self, p: Ints, r: Ints) -> tuple[Ints, Codes]:
        """Scores and conflict codes of single pairs."""
        if isinstance(self.scores, SparseScores):
            values, listed = self.scores.at(p, r)
            codes = np.where(listed, 0, UNKNOWN_CODE).astype(np.uint8)
        else:
            values, codes = self.scores[p, r], np.zeros(len(p), dtype=np.uint8)
        if self.forbidden is not None:
            given = self.forbidden[p, r].astype(np.uint8)
            codes = np.where(given > 0, given, codes)
        return values, codes

    def reason(self, code: int) -> Sentence:
        """The words of a conflict code."""
        if code == UNKNOWN_CODE:
            return sentence("There is no score for this pair, so it is not a candidate.")
        return self.reasons[code - 1]

    def proposal(self, p: int) -> Ref:
        """The reference of a proposal, for a sentence."""
        return Ref(self.proposals[p])

    def reviewer(self, r: int) -> Ref:
        """The reference of a reviewer, for a sentence."""
        return Ref(self.reviewers[r])


def to_units(scores: NDArray[np.float64], *, lowest: float = 0.0) -> Ints:
    """Floats to millionths, rounded to the nearest. Raises ``ProblemError`` naming the first bad entry."""
    table = np.asarray(scores, dtype=np.float64)
    for bad, words in (
        (~np.isfinite(table), sentence("This score is not a number.")),
        (table < lowest, sentence("This score is below the lowest allowed, %(lowest)s.", lowest=lowest)),
        (table > SCORE_MAX / UNIT, sentence("This score is above %(highest)s.", highest=SCORE_MAX // UNIT)),
    ):
        if bad.any():
            place = "][".join(str(int(axis[0])) for axis in np.nonzero(bad))
            raise ProblemError(f"scores[{place}]", words)
    return np.rint(table * UNIT).astype(np.int64)


def shape_words(found: tuple[int, ...], expected: tuple[int, ...]) -> Sentence:
    """ "The shape is … instead of …"."""
    return sentence(
        "The shape is %(found)s instead of %(expected)s.",
        found=" × ".join(map(str, found)) or "0",
        expected=" × ".join(map(str, expected)),
    )


def reviews_words(count: int) -> Sentence:
    """ "3 reviews"."""
    return counted("%(num)s review", "%(num)s reviews", count)


def _frozen(array: NDArray[np.int64]) -> Ints:
    array.setflags(write=False)
    return array
