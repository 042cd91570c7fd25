"""State as data: a table of steps, and the one function that may assign a stage."""

from dataclasses import dataclass

from plumbing.answers import Answer, no


@dataclass(frozen=True, slots=True)
class Step:
    """``action`` leads from one of ``sources`` to ``target``; ``who`` takes it, in words; ``event`` is what is told."""

    action: str
    sources: tuple[str, ...]
    target: str
    who: str
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """All steps of one field of one thing."""

    thing: str
    field: str
    stages: tuple[str, ...]
    initial: str
    steps: tuple[Step, ...]

    def step(self, action: str) -> Step:
        return next(step for step in self.steps if step.action == action)

    def can(self, stage: str, action: str) -> Answer:
        step = self.step(action)
        if stage in step.sources:
            return Answer(True)
        return no("This cannot be done any more: its state is now “%(stage)s”.", stage=stage)
