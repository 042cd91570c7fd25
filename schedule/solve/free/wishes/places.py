"""Wishes about where and when single talks stand."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from plumbing.sentences import Sentence, sentence
from schedule.clashes.kinds import Id, Words
from schedule.clashes.problem import Day, Span, to_instant, to_minute
from schedule.solve.free.terms import Meet, Spot, Term
from schedule.solve.free.wishes.base import Fault, Wish, span_faults, whole
from schedule.solve.free.world import World


@dataclass(frozen=True)
class ZoneComfort(Wish):
    """Hours that are night for somebody: (person, spans). Each talk of the person that touches one counts."""

    hours: tuple[tuple[Id, tuple[Span, ...]], ...] = ()

    name: ClassVar[str] = "zone-comfort"

    def sentence(self) -> Sentence:
        return sentence("Nobody speaks at night by their own clock.")

    def terms(self, world: World) -> Iterable[Term]:
        for person, spans in self.hours:
            for number in world.table.tied.get(person, ()):
                if number in world.talks and person in world.required(number):
                    yield Spot(number, spans=spans)

    def faults(self, world: World) -> Iterator[Fault]:
        yield from super().faults(world)
        for person, spans in self.hours:
            if person not in world.table.people:
                yield f"wish {self.name}, person {person}", sentence("The person does not exist.")
            yield from span_faults(f"wish {self.name}, person {person}", spans)


def night_hours(zone: str, days: Iterable[Day], *, wakes: time, sleeps: time) -> tuple[Span, ...]:
    """The spans around these days that lie between ``sleeps`` and ``wakes`` of the zone (``wakes`` < ``sleeps``)."""
    here = ZoneInfo(zone)
    spans = set()
    for day in days:
        evening = to_instant(day.start).astimezone(here).date() - timedelta(days=1)
        last = to_instant(day.end).astimezone(here).date()
        while evening <= last:
            asleep, awake = _minute(evening, sleeps, here), _minute(evening + timedelta(days=1), wakes, here)
            if asleep < day.end and awake > day.start:
                spans.add(Span(asleep, awake))
            evening += timedelta(days=1)
    return tuple(sorted(spans))


def _minute(day: date, clock: time, zone: ZoneInfo) -> int:
    return to_minute(datetime.combine(day, clock.replace(second=0, microsecond=0), zone))


@dataclass(frozen=True)
class SeatsForWanted(Wish):
    """Each person counts who wants to hear a talk (its ``interest``) and finds no seat."""

    name: ClassVar[str] = "seats-for-wanted"

    def sentence(self) -> Sentence:
        return sentence("Talks that many want to hear are in big rooms.")

    def terms(self, world: World) -> Iterable[Term]:
        for number in world.talks:
            interest = world.blocks[number].interest or 0
            short = tuple(max(0, interest - (interest if r.capacity is None else r.capacity)) for r in world.rooms)
            if any(short):
                yield Spot(number, by_room=short)


@dataclass(frozen=True)
class KeynotesAlone(Wish):
    """Each talk counts that runs beside one of these."""

    keynotes: tuple[Id, ...] = ()

    name: ClassVar[str] = "keynotes-alone"

    def sentence(self) -> Sentence:
        return sentence("Nothing runs beside a keynote.")

    def blocks(self) -> Iterable[Id]:
        return self.keynotes

    def terms(self, world: World) -> Iterable[Term]:
        keynotes = list(dict.fromkeys(map(world.number, self.keynotes)))
        for place, keynote in enumerate(keynotes):
            for other in world.talks:
                if other not in keynotes[: place + 1]:
                    yield Meet(keynote, other)


@dataclass(frozen=True)
class SlotsFor(Wish):
    """These talks lie in these rooms (None: any) and within these times (None: any); each that does not counts.

    Meant for sponsors, members, prize winners. ``reserved`` keeps all other talks out of the place.
    """

    label: Words = ""
    talks: tuple[Id, ...] = ()
    rooms: tuple[Id, ...] | None = None
    spans: tuple[Span, ...] | None = None
    reserved: bool = False

    name: ClassVar[str] = "slots-for"

    def sentence(self) -> Sentence:
        return sentence("%(label)s: these talks are in the slots set aside for them.", label=self.label)

    def blocks(self) -> Iterable[Id]:
        return self.talks

    def terms(self, world: World) -> Iterable[Term]:
        meant = set(map(world.number, self.talks))
        inside = tuple(int(self.rooms is None or room.id in self.rooms) for room in world.rooms)
        outside = tuple(1 - there for there in inside)
        for number in sorted(meant):
            if any(outside):
                yield Spot(number, by_room=outside)
            if self.spans is not None:
                yield Spot(number, by_room=inside, spans=self.spans, reach="leaves")
        for number in world.talks if self.reserved else ():
            if number not in meant:
                yield Spot(number, by_room=inside, spans=self.spans)

    def faults(self, world: World) -> Iterator[Fault]:
        yield from super().faults(world)
        yield from span_faults(f"wish {self.name}", self.spans or ())
        for room in self.rooms or ():
            if room not in world.room_at:
                yield f"wish {self.name}, room {room}", sentence("The room does not exist.")


@dataclass(frozen=True)
class NotEarly(Wish):
    """Talks of first-timers that start in the first ``minutes`` of a day; each counts."""

    talks: tuple[Id, ...] = ()
    minutes: int = 60

    name: ClassVar[str] = "not-early"

    def sentence(self) -> Sentence:
        return sentence("First-timers do not speak in the first %(minutes)s minutes of a day.", minutes=self.minutes)

    def blocks(self) -> Iterable[Id]:
        return self.talks

    def terms(self, world: World) -> Iterable[Term]:
        early = tuple(Span(day.start, day.start + self.minutes) for day in world.days)
        return [Spot(number, spans=early, reach="starts") for number in dict.fromkeys(map(world.number, self.talks))]

    def faults(self, world: World) -> Iterator[Fault]:
        yield from super().faults(world)
        if not whole(self.minutes) or self.minutes < 1:
            yield f"wish {self.name}", sentence("%(value)s is no number of minutes.", value=repr(self.minutes))


@dataclass(frozen=True)
class HybridRooms(Wish):
    """Talks with remote speakers or listeners that are in a room without the feature; each counts."""

    talks: tuple[Id, ...] = ()
    feature: str = "hybrid"

    name: ClassVar[str] = "hybrid-rooms"

    def sentence(self) -> Sentence:
        return sentence("Hybrid talks are in rooms that are fit for it (%(feature)s).", feature=self.feature)

    def blocks(self) -> Iterable[Id]:
        return self.talks

    def terms(self, world: World) -> Iterable[Term]:
        lacking = tuple(int(self.feature not in room.features) for room in world.rooms)
        return [Spot(number, by_room=lacking) for number in dict.fromkeys(map(world.number, self.talks))]
