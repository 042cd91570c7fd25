"""What a rule can do: close pairs, change scores or loads, or count pairs in groups.

A rule is a frozen object with its own sentence. The solver reads ``closes``, ``adjust``, ``loads`` and
``families``; ``broken`` judges a finished plan from the rule's own fields alone, so that the checker
shares nothing with the solver.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from plumbing.sentences import Sentence, sentence

if TYPE_CHECKING:
    from reviews.assign.problem import AssignmentProblem

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Side = Literal["proposal", "reviewer"]

NO_LABEL = -1
UNBOUNDED = 1 << 40


@dataclass(frozen=True, eq=False)
class Family:
    """Groups of pairs that are counted: for each owner and label, the pairs whose other end has the label.

    ``side`` owns the groups; ``label`` belongs to the other side (``NO_LABEL`` is in no group).
    ``low`` and ``high`` have the shape (owners, labels). A shortfall costs ``weight`` millionths for each
    missing pair; ``None`` makes it a demand (it then weighs as much as a missing review). ``high`` is hard
    unless ``over`` gives a price for each pair beyond it.
    """

    rule: int
    side: Side
    label: Ints
    low: Ints
    high: Ints
    weight: int | None = None
    over: int | None = None


@dataclass(frozen=True)
class LazyRow:
    """At most ``most`` of these pairs: a rule that is not nested, found when a plan breaks it."""

    rule: int
    pairs: tuple[tuple[int, int], ...]
    most: int = 1


class Rule:
    """Base of all rules: does nothing until a subclass says so."""

    def sentence(self) -> Sentence:
        """The rule in words, for the chair."""
        raise NotImplementedError

    def check(self, problem: "AssignmentProblem") -> None:
        """Raise ``ProblemError`` when the rule does not fit the problem."""

    def closes(self, problem: "AssignmentProblem", p: Ints, r: Ints, scores: Ints) -> Mask | None:
        """Which of these pairs (index arrays that broadcast) the rule shuts; None is none."""
        return None

    def why_closed(self, problem: "AssignmentProblem", p: int, r: int) -> Sentence:
        """Why ``closes`` shut this pair."""
        return self.sentence()

    def adjust(self, problem: "AssignmentProblem", p: Ints, r: Ints, scores: Ints) -> Ints:
        """The scores that count, from the scores as given."""
        return scores

    @property
    def adjusts(self) -> bool:
        """Whether ``adjust`` changes anything (else blocks need no copy)."""
        return type(self).adjust is not Rule.adjust

    def loads(self, problem: "AssignmentProblem", low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """The loads that count, from the loads so far."""
        return low, high

    def steps(self, problem: "AssignmentProblem") -> Ints | None:
        """What the first, second … review of any reviewer costs (not falling); None is nothing."""
        return None

    def families(self, problem: "AssignmentProblem", index: int) -> list[Family]:
        """Groups to count; ``index`` is the place of the rule in ``problem.rules``."""
        return []

    def lazy_rows(self, problem: "AssignmentProblem", index: int, pairs: Ints) -> list[LazyRow]:
        """Rows that this plan breaks and that no family can say."""
        return []

    @property
    def is_lazy(self) -> bool:
        """Whether the rule needs rows found by ``lazy_rows``."""
        return type(self).lazy_rows is not Rule.lazy_rows

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        """Everything in a plan that breaks the rule, pinned and frozen pairs apart."""
        return []

    def flags(self, problem: "AssignmentProblem", pairs: Ints) -> list[tuple[int, int, Sentence]]:
        """Pairs of a plan that a chair should look at."""
        return []


def labels(values: Sequence[int] | NDArray[np.generic]) -> Ints:
    """A label for each proposal or reviewer; ``NO_LABEL`` is none."""
    array = np.array(values, dtype=np.int64)
    array.setflags(write=False)
    return array


def counts_by(owner: Ints, label: Ints, owners: int, label_count: int) -> Ints:
    """How many entries each (owner, label) has; entries without a label are left out."""
    inside = label >= 0
    flat = np.bincount(owner[inside] * label_count + label[inside], minlength=owners * label_count)
    return flat.reshape(owners, label_count).astype(np.int64)


def shape_is(found: Sentence, place: str) -> Sentence:
    """A wrong shape inside a rule, with the rule's field."""
    return sentence("%(place)s: %(found)s", place=place, found=found)
