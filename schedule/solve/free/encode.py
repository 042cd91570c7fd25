"""Groups in CP-SAT: rooms, days and gaps of a track, limits, people to be told. The same terms as in ``terms.py``."""

from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

from schedule.solve.free.terms import Days, Idle, Limit, Rooms, Told
from schedule.solve.free.wishes import STABILITY

if TYPE_CHECKING:
    from schedule.solve.free.layout import GroupTerm
    from schedule.solve.free.model import FreeModel

Count = cp_model.IntVar | int
Linear = Any
"""An expression of CP-SAT or a number; the library's own type takes in numpy's numbers, which do not mix."""
Spread = tuple[list[Count], int]
"""Zero-one terms and a constant that they are added to."""


def encode_groups(free: "FreeModel") -> None:
    """Terms without any free talk cannot change and are left to the evaluator."""
    coder = _Groups(free)
    for weight, level, term in free.layout.groups:
        members = set(term.talks()) | (set(term.whole) if isinstance(term, Limit) else set())
        if members & free.talks.keys():
            coder.add(term, weight, 1 if level == STABILITY else 2)


class _Groups:
    def __init__(self, free: "FreeModel") -> None:
        self.free, self.model, self.world = free, free.model, free.world

    def add(self, term: "GroupTerm", weight: int | None, level: int) -> None:
        if isinstance(term, Idle):
            for day in range(len(self.world.days)):
                self._idle(term, day, weight, level)
        elif isinstance(term, Limit):
            self._limit(term, weight, level)
        elif isinstance(term, Told):
            self._told(term, weight, level)
        else:
            self._spread(self._used(term), weight, level)

    def _price(self, excess: Linear, most: int, weight: int | None, level: int) -> None:
        """Charge ``excess`` where it is positive; forbid that where the wish is hard."""
        if weight is None:
            self.model.add(excess <= 0)
            return
        over = self.model.new_int_var(0, max(0, most), "over")
        self.model.add(over >= excess)
        self.free.sums.add(level, over, weight)

    def _spread(self, used: Spread, weight: int | None, level: int) -> None:
        literals, base = used
        self._price(sum(literals) + base - 1, len(literals) + base - 1, weight, level)

    def _used(self, term: Rooms | Days) -> Spread:
        """The rooms or days that the group uses: those of talks that stand still count already."""
        free, still = self.free, [self.free.seats[talk] for talk in term.group if talk in self.free.seats]
        ours = [talk for talk in term.group if talk in free.talks]
        known: set[int | None]
        ways: dict[int, list[Count]] = {}
        if isinstance(term, Rooms):
            known = {room for room, _ in still}
            for talk in ours:
                for room, literal in free.talks[talk].rooms.items():
                    ways.setdefault(room, []).append(literal)
        else:
            known = {self.world.day(start) for _, start in still}
            for talk in ours:
                for day in range(len(self.world.days)):
                    ways.setdefault(day, []).append(free.on_day(talk, day))
        literals: list[Count] = []
        for place, chosen in ways.items():
            if place not in known:
                used = self.model.new_bool_var("used")
                for one in chosen:
                    self.model.add(used >= one)
                literals.append(used)
        return literals, len(known)

    def _idle(self, term: Idle, day: int, weight: int | None, level: int) -> None:
        free, frame = self.free, self.world.days[day]
        there = [(t, free.on_day(t, day)) for t in term.group if t in free.talks]
        ours = [(talk, on) for talk, on in there if not isinstance(on, int) or on]
        still = [t for t in term.group if t in free.seats and self.world.day(free.seats[t][1]) == day]
        if not ours:
            return
        first = self.model.new_int_var(frame.start, max(frame.end, free.layout.last_end), "first")
        last = self.model.new_int_var(frame.start, max(frame.end, free.layout.last_end), "last")
        self.model.add(first <= last)
        busy: Linear = sum(self.world.lengths[talk] for talk in still)
        for talk in still:
            self.model.add(first <= free.seats[talk][1])
            self.model.add(last >= self.world.end(talk, free.seats[talk]))
        for talk, on in ours:
            talk_vars = free.talks[talk]
            when = [] if isinstance(on, int) else [on]
            self.model.add(first <= talk_vars.start).only_enforce_if(when)
            self.model.add(last >= talk_vars.start + talk_vars.length).only_enforce_if(when)
            busy = busy + talk_vars.length * on
        for low, high in self.world.breaks:
            if frame.start <= low < frame.end:
                busy = busy + (high - low) * self._spans(first, last, low, high)
        self._price(last - first - busy, frame.end - frame.start, weight, level)

    def _spans(self, first: cp_model.IntVar, last: cp_model.IntVar, low: int, high: int) -> cp_model.IntVar:
        """A literal that implies that the break lies inside."""
        inside = self.model.new_bool_var("inside")
        self.model.add(first <= low - 1).only_enforce_if(inside)
        self.model.add(last >= high + 1).only_enforce_if(inside)
        return inside

    def _limit(self, term: Limit, weight: int | None, level: int) -> None:
        inside = self._number(term.group, term.day)
        bounds: list[Linear] = [] if term.most is None else [term.most]
        if term.percent is not None:
            whole = self._number(term.whole, term.day)
            share = self.model.new_int_var(0, len(term.whole), "share")
            self.model.add(100 * share >= term.percent * whole)
            self.model.add(100 * share <= term.percent * whole + 99)
            bounds.append(share)
        if weight is None:
            for bound in bounds:
                self.model.add(inside <= bound)
            return
        over = self.model.new_int_var(0, 1 if term.once else len(term.group), "over")
        for bound in bounds:
            self.model.add((len(term.group) if term.once else 1) * over >= inside - bound)
        self.free.sums.add(level, over, weight)

    def _number(self, group: tuple[int, ...], day: int | None) -> Linear:
        """How many of the group are placed, on this day or at all."""
        free = self.free
        still = [free.seats[talk][1] for talk in group if talk in free.seats]
        total: Linear = sum(1 for start in still if day is None or self.world.day(start) == day)
        for talk in group:
            if talk in free.talks:
                placed = free.talks[talk].placed
                total = total + ((1 if placed is None else placed) if day is None else free.on_day(talk, day))
        return total

    def _told(self, term: Told, weight: int | None, level: int) -> None:
        free = self.free
        if any(place.count(free.seats, self.world) for place in term.places):
            free.sums.bases[level] += weight or 0
            return
        told = self.model.new_bool_var("told")
        for place in term.places:
            if place.talk in free.talks:
                stays = free.stays(place.talk, (place.room, place.start))
                gone = [literal.negated() for literal in free.talks[place.talk].if_placed]
                self.model.add_bool_or([told, *([] if stays is None else [stays]), *gone])
        if weight is None:
            self.model.add(told == 0)
        else:
            free.sums.add(level, told, weight)
