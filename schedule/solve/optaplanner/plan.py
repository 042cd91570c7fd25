"""A conference plan: where each talk stands, its score, and how it was found."""

from dataclasses import dataclass

from schedule.solve.optaplanner.problem import ConferenceProblem, Place, Score
from schedule.solve.outcome import Course


@dataclass(frozen=True, slots=True)
class ConferencePlan:
    """``places`` stand in the order of the talks. ``steps`` is how many steps all workers tried."""

    problem: ConferenceProblem
    places: tuple[Place, ...]
    score: Score
    course: Course
    steps: int = 0
