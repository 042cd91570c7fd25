"""Wishes about tracks: together, in one room, one after the other, and apart from those alike."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from plumbing.sentences import Sentence, sentence
from schedule.clashes.kinds import Id
from schedule.solve.free.terms import Days, Idle, Meet, Rooms, Term
from schedule.solve.free.wishes.base import Fault, Wish, whole
from schedule.solve.free.world import World


@dataclass(frozen=True)
class _TrackWish(Wish):
    """``tracks`` None means all."""

    tracks: tuple[Id, ...] | None = None

    def groups(self, world: World) -> Iterator[tuple[int, ...]]:
        for track in world.table.tracks if self.tracks is None else self.tracks:
            talks = tuple(world.track_talks(track))
            if len(talks) > 1:
                yield talks

    def faults(self, world: World) -> Iterator[Fault]:
        yield from super().faults(world)
        for track in self.tracks or ():
            if track not in world.table.tracks:
                yield f"wish {self.name}, track {track}", sentence("The track does not exist.")


@dataclass(frozen=True)
class TrackOnOneDay(_TrackWish):
    """Each day of a track beyond its first counts."""

    name: ClassVar[str] = "track-one-day"

    def sentence(self) -> Sentence:
        return sentence("The talks of a track are on one day.")

    def terms(self, world: World) -> Iterable[Term]:
        return [Days(group) for group in self.groups(world)]


@dataclass(frozen=True)
class TrackInOneRoom(_TrackWish):
    """Each room of a track beyond its first counts."""

    name: ClassVar[str] = "track-one-room"

    def sentence(self) -> Sentence:
        return sentence("The talks of a track are in one room.")

    def terms(self, world: World) -> Iterable[Term]:
        return [Rooms(group) for group in self.groups(world)]


@dataclass(frozen=True)
class TrackConsecutive(_TrackWish):
    """Each minute of a day between a track's first and last talk counts that neither it nor a break fills."""

    name: ClassVar[str] = "track-consecutive"

    def sentence(self) -> Sentence:
        return sentence("The talks of a track follow each other without gaps.")

    def terms(self, world: World) -> Iterable[Term]:
        return [Idle(group) for group in self.groups(world)]


@dataclass(frozen=True)
class SimilarTracksApart(Wish):
    """Each pair of talks at the same time counts whose tracks are a pair of ``pairs``."""

    pairs: tuple[tuple[Id, Id], ...] = ()

    name: ClassVar[str] = "similar-tracks-apart"

    def sentence(self) -> Sentence:
        return sentence("Tracks on similar topics do not run at the same time.")

    def terms(self, world: World) -> Iterable[Term]:
        for one, other in self.pairs:
            for first, second in product(world.track_talks(one), world.track_talks(other)):
                yield Meet(first, second)

    def faults(self, world: World) -> Iterator[Fault]:
        yield from super().faults(world)
        for one, other in self.pairs:
            for track in (one, other):
                if track not in world.table.tracks:
                    yield f"wish {self.name}, track {track}", sentence("The track does not exist.")
            if one == other:
                yield f"wish {self.name}, track {one}", sentence("A track cannot stand apart from itself.")


@dataclass(frozen=True)
class TopicsApart(Wish):
    """Pairs of talks with a likeness (a whole number); each pair at the same time counts its likeness."""

    pairs: tuple[tuple[Id, Id, int], ...] = ()

    name: ClassVar[str] = "topics-apart"

    def sentence(self) -> Sentence:
        return sentence("Talks on similar topics are not at the same time.")

    def blocks(self) -> Iterable[Id]:
        return [block for one, other, _ in self.pairs for block in (one, other)]

    def terms(self, world: World) -> Iterable[Term]:
        return [Meet(world.number(one), world.number(other), times) for one, other, times in self.pairs if times]

    def faults(self, world: World) -> Iterator[Fault]:
        yield from super().faults(world)
        for one, other, times in self.pairs:
            if one == other:
                yield f"wish {self.name}, talk {one}", sentence("A talk cannot stand apart from itself.")
            if not whole(times) or times < 0:
                place = f"wish {self.name}, talks {one} and {other}"
                yield place, sentence("%(value)s is not a whole number from 0.", value=repr(times))


@dataclass(frozen=True)
class WantedTogetherApart(TopicsApart):
    """Pairs of talks with the number of people who starred both; each pair at the same time counts them."""

    name: ClassVar[str] = "wanted-together-apart"

    def sentence(self) -> Sentence:
        return sentence("Talks that the same people want to hear are not at the same time.")
