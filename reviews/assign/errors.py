"""What can be wrong with a problem, each with its place; and what can end a run."""

from plumbing.sentences import Sentence


class ProblemError(Exception):
    """A problem that cannot be meant: ``place`` names the field or the pair, ``sentence`` says why."""

    def __init__(self, place: str, sentence: Sentence) -> None:
        super().__init__(place, sentence)
        self.place = place
        self.sentence = sentence

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class Cancelled(Exception):
    """``should_stop`` answered yes before any plan existed."""


class CertificateError(Exception):
    """The independent check refused a plan: a fault in this package, never in the input."""
