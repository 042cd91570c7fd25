"""What can be wrong with a schedule problem, each with its place; and what can end a run."""

from plumbing.sentences import Sentence


class ProblemError(Exception):
    """A problem that cannot be meant: ``place`` names the talk, the cell or the sheet, ``sentence`` says why."""

    def __init__(self, place: str, sentence: Sentence) -> None:
        super().__init__(place, sentence)
        self.place = place
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else str(self.sentence)


class Infeasible(Exception):
    """No plan keeps every hard rule. ``explain.py`` finds out which rules collide."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class NoPlanYet(Exception):
    """The time was over, or the run was stopped, before any plan was found."""


class CheckError(Exception):
    """The independent evaluator refused a plan: a fault in this package, never in the input."""
