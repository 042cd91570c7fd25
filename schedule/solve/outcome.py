"""What every solver of schedules answers: the course of the run, what each wish costs, and how sure it is.

A cost is a tuple of whole numbers, compared from left to right: (hard, stability, quality). Levels are never
mixed into one number by large factors, so a plan that breaks a hard rule is worse than any that does not.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from plumbing.sentences import Sentence
from schedule.clashes.kinds import Id

Cost = tuple[int, ...]


class Status(StrEnum):
    """``OPTIMAL`` is proven; ``FEASIBLE`` keeps all hard rules; ``BROKEN`` is the best found and breaks some."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One better plan or bound: ``seconds`` since the start; ``bound`` None while nothing is proven."""

    seconds: float
    cost: int | None
    bound: int | None
    phase: str


@dataclass(frozen=True, slots=True)
class WishCost:
    """What one wish costs in a plan. ``count`` times ``weight`` is ``cost``; ``sentence`` says it to a chair.

    ``level`` is the place in the cost tuple. ``talks`` are those concerned, worst first where that means something.
    """

    wish: str
    sentence: Sentence
    count: int
    weight: int
    cost: int
    level: int
    talks: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """How a run went. ``gap`` is (cost - bound) / max(1, |cost|) on the last level, None without a bound."""

    status: Status
    cost: Cost
    bound: int | None
    seconds: float
    log: tuple[LogLine, ...] = ()
    costs: tuple[WishCost, ...] = ()
    stopped: bool = False
    workers: int = 1
    seed: int = 0

    @property
    def gap(self) -> float | None:
        if self.bound is None:
            return None
        return (self.cost[-1] - self.bound) / max(1, abs(self.cost[-1]))


@dataclass(frozen=True, slots=True)
class SolveOptions:
    """``workers`` 0 takes a portfolio that fits the machine; 1 with a ``seed`` and a work limit is deterministic.

    ``time_limit_seconds`` bounds the whole run. ``on_better`` hears each log line as it comes (a thread of the
    solver may call it).
    """

    time_limit_seconds: float = 60.0
    workers: int = 0
    seed: int = 0
    on_better: Callable[[LogLine], None] | None = field(default=None, compare=False)
