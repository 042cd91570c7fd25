"""Rules that tie pairs of different people or proposals: not nested, so found as rows when broken."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbing.sentences import Sentence, sentence
from reviews.assign.errors import ProblemError
from reviews.assign.rules.base import Ints, LazyRow, Rule

if TYPE_CHECKING:
    from reviews.assign.problem import AssignmentProblem


@dataclass(frozen=True, eq=False)
class NotTogether(Rule):
    """These people (co-authors, couples, a supervisor and a student) do not sit on the same proposal."""

    people: tuple[tuple[int, int], ...]

    def sentence(self) -> Sentence:
        return sentence("Co-authors do not review the same proposal.")

    def check(self, problem: "AssignmentProblem") -> None:
        for first, second in self.people:
            if not (0 <= first < problem.shape[1] and 0 <= second < problem.shape[1]):
                raise ProblemError("people", sentence("Reviewer %(r)s does not exist.", r=max(first, second)))
            if first == second:
                raise ProblemError("people", sentence("Nobody can be kept apart from themselves."))

    def lazy_rows(self, problem: "AssignmentProblem", index: int, pairs: Ints) -> list[LazyRow]:
        return [LazyRow(index, ((p, a), (p, b))) for p, a, b in self._met(pairs)]

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        words = "%(first)s and %(second)s meet on %(proposal)s."
        return [
            sentence(
                words,
                first=problem.reviewer(a),
                second=problem.reviewer(b),
                proposal=problem.proposal(p),
            )
            for p, a, b in self._met(pairs)
        ]

    def _met(self, pairs: Ints) -> list[tuple[int, int, int]]:
        apart = defaultdict(set)
        for first, second in self.people:
            apart[min(first, second)].add(max(first, second))
        panels = _panels(pairs)
        return [(p, a, b) for p, panel in panels.items() for a in sorted(panel) for b in sorted(apart[a] & panel)]


@dataclass(frozen=True, eq=False)
class NoTwoCycles(Rule):
    """No "you review mine and I review yours". ``authors`` lists (proposal, reviewer who wrote it)."""

    authors: tuple[tuple[int, int], ...]

    def sentence(self) -> Sentence:
        return sentence("No two people review each other's proposals.")

    def check(self, problem: "AssignmentProblem") -> None:
        for p, r in self.authors:
            if not (0 <= p < problem.shape[0] and 0 <= r < problem.shape[1]):
                raise ProblemError("authors", sentence("The pair (%(p)s, %(r)s) does not exist.", p=p, r=r))

    def lazy_rows(self, problem: "AssignmentProblem", index: int, pairs: Ints) -> list[LazyRow]:
        return [LazyRow(index, cycle) for cycle in self._cycles(pairs)]

    def broken(self, problem: "AssignmentProblem", pairs: Ints) -> list[Sentence]:
        words = "%(first)s and %(second)s review each other's proposals, %(one)s and %(other)s."
        return [
            sentence(
                words,
                first=problem.reviewer(first[1]),
                second=problem.reviewer(second[1]),
                one=problem.proposal(first[0]),
                other=problem.proposal(second[0]),
            )
            for first, second in self._cycles(pairs)
        ]

    def _cycles(self, pairs: Ints) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Two pairs (p, r) and (q, s) with s an author of p and r an author of q, each found once."""
        writes, written_by = defaultdict(set), defaultdict(set)
        for p, r in self.authors:
            writes[r].add(p)
            written_by[p].add(r)
        reviews = _panels(pairs[:, ::-1])
        found = set()
        for p, r in pairs.tolist():
            for s in written_by[p]:
                for q in writes[r] & reviews.get(s, set()):
                    if (q, s) != (p, r):
                        found.add(tuple(sorted(((p, r), (q, s)))))
        return sorted(found)  # type: ignore[arg-type]


def _panels(pairs: Iterable[Iterable[int]]) -> dict[int, set[int]]:
    panels: dict[int, set[int]] = defaultdict(set)
    for owner, member in pairs:
        panels[int(owner)].add(int(member))
    return panels
