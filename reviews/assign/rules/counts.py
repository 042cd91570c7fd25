"""Rules that count: who sits together on a proposal, and what one reviewer collects."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plumbing.sentences import Sentence, counted, sentence
from reviews.assign.errors import ProblemError
from reviews.assign.problem import shape_words
from reviews.assign.rules.base import NO_LABEL, UNBOUNDED, Family, Ints, Mask, Rule, counts_by
from reviews.assign.words import Refs

if TYPE_CHECKING:
    from reviews.assign.problem import AssignmentProblem


@dataclass(frozen=True, eq=False)
class PerInstitution(Rule):
    """At most ``most`` reviewers of one institution on a proposal. ``institution`` labels reviewers."""

    institution: Ints
    most: int = 1

    def sentence(self) -> Sentence:
        return counted(
            "At most %(num)s reviewer of the same institution on a proposal.",
            "At most %(num)s reviewers of the same institution on a proposal.",
            self.most,
        )

    def check(self, problem: "AssignmentProblem") -> None:
        check_labels("institution", self.institution, problem.shape[1])

    def families(self, problem: "AssignmentProblem", index: int) -> list[Family]:
        size = problem.shape[0], _label_count(self.institution)
        return [Family(index, "proposal", self.institution, np.zeros(size, np.int64), np.full(size, self.most))]

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        counts = _counts(problem, pairs, self.institution)
        words = "%(proposal)s has %(count)s reviewers of one institution."
        return [
            sentence(words, proposal=problem.proposal(int(p)), count=int(counts[p, label]))
            for p, label in np.argwhere(counts > self.most)
        ]


@dataclass(frozen=True, eq=False)
class AtLeast(Rule):
    """At least ``least`` of some reviewers on each proposal, for example one senior.

    ``weight`` None makes it a demand that outweighs every score; a number of millionths makes it a wish.
    """

    members: Mask
    least: int = 1
    weight: int | None = None
    words: Sentence = sentence("At least one senior reviewer on each proposal.")

    def sentence(self) -> Sentence:
        return self.words

    def check(self, problem: "AssignmentProblem") -> None:
        check_members("members", self.members, problem.shape[1])

    def families(self, problem: "AssignmentProblem", index: int) -> list[Family]:
        size = problem.shape[0], 1
        low = np.minimum(self.least, problem.wanted).astype(np.int64)[:, None]
        return [Family(index, "proposal", mask_label(self.members), low, np.full(size, UNBOUNDED), self.weight)]

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        if self.weight is not None:
            return []
        short = _counts(problem, pairs, mask_label(self.members))[:, 0] < np.minimum(self.least, problem.wanted)
        return [_proposal_breaks(problem, int(p), self) for p in np.flatnonzero(short)]


@dataclass(frozen=True, eq=False)
class AtMost(Rule):
    """At most ``most`` of some reviewers on each proposal, for example one novice."""

    members: Mask
    most: int = 1
    words: Sentence = sentence("At most one novice on each proposal.")

    def sentence(self) -> Sentence:
        return self.words

    def check(self, problem: "AssignmentProblem") -> None:
        check_members("members", self.members, problem.shape[1])

    def families(self, problem: "AssignmentProblem", index: int) -> list[Family]:
        size = problem.shape[0], 1
        low = np.zeros(size, np.int64)
        return [Family(index, "proposal", mask_label(self.members), low, np.full(size, self.most))]

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        over = _counts(problem, pairs, mask_label(self.members))[:, 0] > self.most
        return [_proposal_breaks(problem, int(p), self) for p in np.flatnonzero(over)]


@dataclass(frozen=True, eq=False)
class Roles(Rule):
    """How many reviewers of each role a proposal has. ``role`` labels reviewers, bounds are per role."""

    role: Ints
    names: tuple[str, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]

    def sentence(self) -> Sentence:
        bounds = [f"{name} {low}–{high}" for name, low, high in zip(self.names, self.low, self.high, strict=True)]
        return sentence("Reviewers per proposal by role: %(roles)s.", roles=Refs(bounds))

    def check(self, problem: "AssignmentProblem") -> None:
        check_labels("role", self.role, problem.shape[1])
        if not len(self.names) == len(self.low) == len(self.high):
            raise ProblemError("role", sentence("Each role needs a name, a minimum and a maximum."))
        if _label_count(self.role) > len(self.names):
            raise ProblemError("role", sentence("A reviewer has a role that has no name."))
        for name, low, high in zip(self.names, self.low, self.high, strict=True):
            if low > high:
                raise ProblemError("role", sentence("The minimum of %(role)s is above its maximum.", role=name))

    def families(self, problem: "AssignmentProblem", index: int) -> list[Family]:
        low = np.tile(np.array(self.low, np.int64), (problem.shape[0], 1))
        high = np.tile(np.array(self.high, np.int64), (problem.shape[0], 1))
        return [Family(index, "proposal", self.role, low, high)]

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        counts = counts_by(pairs[:, 0], self.role[pairs[:, 1]], problem.shape[0], len(self.names))
        few, many = (counts < np.array(self.low)).any(axis=1), (counts > np.array(self.high)).any(axis=1)
        words = "%(proposal)s has too many reviewers of one role."
        over = [sentence(words, proposal=problem.proposal(int(p))) for p in np.flatnonzero(many)]
        return over + [_proposal_breaks(problem, int(p), self) for p in np.flatnonzero(few)]


@dataclass(frozen=True, eq=False)
class TopicCoverage(Rule):
    """Each topic of a proposal shall be known to one of its reviewers; a wish worth ``weight`` millionths.

    ``proposal_topics`` and ``reviewer_topics`` are tables of yes and no with one column per topic.
    """

    proposal_topics: Mask
    reviewer_topics: Mask
    weight: int | None = 100_000

    def sentence(self) -> Sentence:
        return sentence("Each topic of a proposal is known to at least one of its reviewers.")

    def check(self, problem: "AssignmentProblem") -> None:
        topics = self.proposal_topics.shape[-1]
        for place, table, rows in (
            ("proposal_topics", self.proposal_topics, problem.shape[0]),
            ("reviewer_topics", self.reviewer_topics, problem.shape[1]),
        ):
            if np.asarray(table).shape != (rows, topics):
                raise ProblemError(place, shape_words(np.asarray(table).shape, (rows, topics)))

    def families(self, problem: "AssignmentProblem", index: int) -> list[Family]:
        high = np.full((problem.shape[0], 1), UNBOUNDED)
        return [
            Family(index, "proposal", mask_label(knows), has.astype(np.int64)[:, None], high, self.weight)
            for has, knows in zip(self.proposal_topics.T, self.reviewer_topics.T, strict=True)
            if has.any()
        ]

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        if self.weight is not None:
            return []
        known = np.zeros(self.proposal_topics.shape, dtype=bool)
        np.logical_or.at(known, pairs[:, 0], self.reviewer_topics[pairs[:, 1]])
        missing = (self.proposal_topics & ~known).any(axis=1)
        return [_proposal_breaks(problem, int(p), self) for p in np.flatnonzero(missing)]


@dataclass(frozen=True, eq=False)
class PerTrack(Rule):
    """At most ``most`` proposals of one track for a reviewer. ``track`` labels proposals."""

    track: Ints
    most: int

    def sentence(self) -> Sentence:
        return counted(
            "At most %(num)s proposal of the same track for a reviewer.",
            "At most %(num)s proposals of the same track for a reviewer.",
            self.most,
        )

    def check(self, problem: "AssignmentProblem") -> None:
        check_labels("track", self.track, problem.shape[0])

    def families(self, problem: "AssignmentProblem", index: int) -> list[Family]:
        size = problem.shape[1], _label_count(self.track)
        return [Family(index, "reviewer", self.track, np.zeros(size, np.int64), np.full(size, self.most))]

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        size = _label_count(self.track)
        counts = counts_by(pairs[:, 1], self.track[pairs[:, 0]], problem.shape[1], size)
        words = "%(reviewer)s has %(count)s proposals of one track."
        return [
            sentence(words, reviewer=problem.reviewer(int(r)), count=int(counts[r, label]))
            for r, label in np.argwhere(counts > self.most)
        ]


def mask_label(members: Mask) -> Ints:
    """One group: label 0 for members, none for the others."""
    return np.where(members, 0, NO_LABEL).astype(np.int64)


def check_members(place: str, members: NDArray[np.generic], size: int) -> None:
    """One yes or no for each."""
    if np.asarray(members).shape != (size,):
        raise ProblemError(place, shape_words(np.asarray(members).shape, (size,)))


def check_labels(place: str, label: NDArray[np.generic], size: int) -> None:
    """One label for each, none below ``NO_LABEL``."""
    check_members(place, label, size)
    low = np.flatnonzero(np.asarray(label) < NO_LABEL)
    if len(low):
        raise ProblemError(f"{place}[{low[0]}]", sentence("A label cannot be below -1."))


def _label_count(label: Ints) -> int:
    return int(label.max(initial=NO_LABEL)) + 1


def _counts(problem: "AssignmentProblem", pairs: Ints, label: Ints) -> Ints:
    return counts_by(pairs[:, 0], label[pairs[:, 1]], problem.shape[0], max(1, _label_count(label)))


def _proposal_breaks(problem: "AssignmentProblem", p: int, rule: Rule) -> Sentence:
    return sentence("%(proposal)s breaks a rule: %(rule)s", proposal=problem.proposal(p), rule=rule.sentence())
