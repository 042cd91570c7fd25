"""Wishes about people and about what was promised to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from plumbing.sentences import Sentence, counted, sentence
from schedule.clashes.kinds import Id, Words
from schedule.clashes.problem import Placement
from schedule.solve.free.terms import Elsewhere, Limit, Term, Told
from schedule.solve.free.wishes.base import STABILITY, Fault, Wish, whole
from schedule.solve.free.world import World


@dataclass(frozen=True)
class TalksPerDay(Wish):
    """Each talk of a person in a day beyond ``most`` counts; ``people`` None means everybody."""

    most: int = 1
    people: tuple[Id, ...] | None = None

    name: ClassVar[str] = "talks-per-day"

    def sentence(self) -> Sentence:
        return counted("Nobody speaks more than once a day.", "Nobody speaks more than %(num)s times a day.", self.most)

    def terms(self, world: World) -> Iterable[Term]:
        for person in world.table.people if self.people is None else self.people:
            theirs = tuple(number for number in world.talks if person in world.blocks[number].people)
            if len(theirs) > self.most:
                for day in range(len(world.days)):
                    yield Limit(theirs, self.most, day=day)

    def faults(self, world: World) -> Iterator[Fault]:
        yield from super().faults(world)
        if not whole(self.most) or self.most < 0:
            yield f"wish {self.name}", sentence("%(value)s is not a whole number from 0.", value=repr(self.most))
        for person in self.people or ():
            if person not in world.table.people:
                yield f"wish {self.name}, person {person}", sentence("The person does not exist.")


@dataclass(frozen=True)
class KindsPerDay(Wish):
    """At most ``most`` talks of these presenter kinds in a day; each beyond counts."""

    label: Words = ""
    presenter_kinds: frozenset[str] = frozenset()
    most: int = 1

    name: ClassVar[str] = "kinds-per-day"

    def sentence(self) -> Sentence:
        return counted(
            "%(label)s: at most %(num)s talk a day.",
            "%(label)s: at most %(num)s talks a day.",
            self.most,
            label=self.label,
        )

    def terms(self, world: World) -> Iterable[Term]:
        group = tuple(number for number in world.talks if world.blocks[number].presenter_kind in self.presenter_kinds)
        return [Limit(group, self.most, day=day) for day in range(len(world.days)) if len(group) > self.most]

    def faults(self, world: World) -> Iterator[Fault]:
        yield from super().faults(world)
        if not whole(self.most) or self.most < 0:
            yield f"wish {self.name}", sentence("%(value)s is not a whole number from 0.", value=repr(self.most))


@dataclass(frozen=True)
class FewMoved(Wish):
    """Each talk counts that is not where the released plan has it. Stands above quality, below hard rules."""

    released: tuple[Placement, ...] = ()

    name: ClassVar[str] = "few-moved"
    soft_level: ClassVar[int] = STABILITY

    def sentence(self) -> Sentence:
        return sentence("Talks stay where the released plan has them.")

    def terms(self, world: World) -> Iterable[Term]:
        return _promises(self.released, world)

    def faults(self, world: World) -> Iterator[Fault]:
        yield from self._weight_faults()


@dataclass(frozen=True)
class FewTold(FewMoved):
    """Each person counts who must be told because one of their talks is not where the released plan has it."""

    name: ClassVar[str] = "few-told"
    soft_level: ClassVar[int] = STABILITY + 1

    def sentence(self) -> Sentence:
        return sentence("Few people must be told of a change.")

    def terms(self, world: World) -> Iterable[Term]:
        theirs: dict[Id, list[Elsewhere]] = {}
        for place in _promises(self.released, world):
            for person in world.required(place.talk):
                theirs.setdefault(person, []).append(place)
        return [Told(tuple(places)) for places in theirs.values()]


def _promises(released: Iterable[Placement], world: World) -> list[Elsewhere]:
    """Talks that left need no place; breaks and plenaries do not move."""
    kept = [placement for placement in released if placement.block in world.table.position]
    seats = {world.number(placement.block): world.seat(placement) for placement in kept}
    return [Elsewhere(number, *seat) for number, seat in seats.items() if not world.blocks[number].closes_all]
