"""What every wish has: a weight (None makes it hard), a name, a sentence, its terms, and what is wrong with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from plumbing.sentences import Sentence, sentence
from schedule.clashes.kinds import Id
from schedule.clashes.problem import Span

if TYPE_CHECKING:
    from schedule.solve.free.terms import Term
    from schedule.solve.free.world import World

WEIGHT_MAX = 1_000_000
HARD, STABILITY, QUALITY = 0, 1, 2
Fault = tuple[str, Sentence]


@dataclass(frozen=True)
class Wish:
    """``weight`` counts for each unit that the sentence names; None means that no plan may break the wish."""

    weight: int | None = None

    name: ClassVar[str] = ""
    soft_level: ClassVar[int] = QUALITY

    @property
    def level(self) -> int:
        return HARD if self.weight is None else self.soft_level

    def sentence(self) -> Sentence:
        """The wish in words, for a chair."""
        raise NotImplementedError

    def terms(self, world: "World") -> "Iterable[Term]":
        """What is counted; ids that the world does not know were refused before."""
        return ()

    def blocks(self) -> Iterable[Id]:
        """The talks that the wish names, which must exist."""
        return ()

    def faults(self, world: "World") -> Iterator[Fault]:
        """What is wrong with the wish in this world; the first is told."""
        yield from self._weight_faults()
        for block in self.blocks():
            if block not in world.table.position:
                yield f"wish {self.name}, talk {block}", sentence("The talk does not exist.")
            elif world.blocks[world.number(block)].closes_all:
                yield f"wish {self.name}, talk {block}", sentence("This is a break or a plenary, not a talk.")

    def _weight_faults(self) -> Iterator[Fault]:
        weight = self.weight
        if weight is None:
            return
        if not whole(weight):
            yield f"wish {self.name}", sentence("The weight %(value)s is not a whole number.", value=repr(weight))
        elif weight < 0:
            yield f"wish {self.name}", sentence("The weight is negative: %(value)s.", value=weight)
        elif weight > WEIGHT_MAX:
            text = sentence("The weight %(value)s is above %(most)s.", value=weight, most=WEIGHT_MAX)
            yield f"wish {self.name}", text


def whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def span_faults(place: str, spans: Iterable[Span]) -> Iterator[Fault]:
    for start, end in spans:
        if not (whole(start) and whole(end)):
            yield place, sentence("A time is not a whole minute.")
        elif end <= start:
            yield place, sentence("A time ends before it starts.")
