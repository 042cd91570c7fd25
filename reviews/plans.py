"""An assignment plan as it is stored: plain JSON of numbers, and sentences that keep their references. Pure.

No name is in it. Whoever shows a plan puts in the names that the reader may see.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from plumbing.sentences import Sentence, pack, unpack
from reviews.assign.words import Ref, Refs

REVIEWS_WANTED_MAX = 20
FIT_PERCENT = 70


@dataclass(frozen=True, slots=True)
class Options:
    """What a chair asks for. ``fit_percent``: 0 looks at even loads only, 100 at shared words only."""

    reviews_wanted: int
    fit_percent: int = FIT_PERCENT

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Pair:
    """``origin``: solver, kept (assigned before) or chair (added by hand). ``rank`` among those without a conflict."""

    proposal: int
    reviewer: int
    fit: float
    rank: int
    terms: tuple[str, ...] = ()
    origin: str = "solver"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    pairs: tuple[Pair, ...]
    causes: tuple[Sentence, ...]
    total: float
    is_optimal: bool
    proof: str
    seconds: float
    stopped: bool
    is_edited: bool = False

    def to_json(self) -> dict[str, Any]:
        return {
            "pairs": [[p.proposal, p.reviewer, p.fit, p.rank, list(p.terms), p.origin] for p in self.pairs],
            "causes": [pack(cause, _marked) for cause in self.causes],
            "total": self.total,
            "is_optimal": self.is_optimal,
            "proof": self.proof,
            "seconds": self.seconds,
            "stopped": self.stopped,
            "is_edited": self.is_edited,
        }


def read_plan(stored: Mapping[str, Any]) -> StoredPlan:
    values = dict(stored)
    pairs = tuple(Pair(p, r, fit, rank, tuple(terms), origin) for p, r, fit, rank, terms, origin in values["pairs"])
    causes = tuple(unpack(cause, _read) for cause in values["causes"])
    return StoredPlan(**{**values, "pairs": pairs, "causes": causes})


def read_options(stored: Mapping[str, Any]) -> Options:
    return Options(**stored)


def references_of(words: Sentence) -> set[str]:
    """All references that a sentence names, to know what it would give away."""
    found: set[str] = set()
    for _name, value in words.params:
        if isinstance(value, Ref):
            found.add(str(value))
        elif isinstance(value, Refs):
            found |= set(value)
        elif isinstance(value, Sentence):
            found |= references_of(value)
    return found


def _marked(value: Any) -> dict[str, Any] | None:
    """References stay marked, so that names can still be put in when a sentence is shown."""
    if isinstance(value, Ref):
        return {"ref": str(value)}
    return {"refs": list(value)} if isinstance(value, Refs) else None


def _read(marked: dict[str, Any]) -> Any:
    if "ref" in marked:
        return Ref(marked["ref"])
    if "refs" in marked:
        return Refs(marked["refs"])
    return unpack(marked["sentence"], _read)  # as plans of before wrote a sentence within another
