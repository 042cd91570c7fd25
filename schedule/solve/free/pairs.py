"""Pairs of free talks in CP-SAT: who may not share a minute, who comes first, who needs time to change rooms."""

from typing import TYPE_CHECKING, Any

import numpy as np
from ortools.sat.python import cp_model

from schedule.solve.free.layout import Pair

if TYPE_CHECKING:
    from schedule.solve.free.model import FreeModel


def encode_pairs(free: "FreeModel") -> None:
    """Every pair with both talks free, once."""
    pairs = _Pairs(free)
    for number in free.free:
        for pair in free.layout.pairs.get(number, ()):
            if pair.one == number and pair.other in free.talks:
                pairs.add(pair)


class _Pairs:
    def __init__(self, free: "FreeModel") -> None:
        self.free, self.model = free, free.model
        self._first: dict[tuple[int, int, int], cp_model.IntVar] = {}
        self._same: dict[tuple[int, int], cp_model.IntVar] = {}

    def add(self, pair: Pair) -> None:
        if pair.kind == "before":
            self._before(pair)
        elif not self._never_near(pair):
            if pair.kind == "meet":
                self._meet(pair)
            else:
                self._close(pair)

    def _before(self, pair: Pair) -> None:
        one, other = self.free.talks[pair.one], self.free.talks[pair.other]
        there = [*one.if_placed, *other.if_placed]
        if pair.weight is not None:
            kept = self.model.new_bool_var("kept")
            self.free.sums.add(2, kept, -pair.weight)
            self.free.sums.bases[2] += pair.weight
            there.append(kept)
        self.model.add(other.start >= one.start + one.length).only_enforce_if(there)

    def _never_near(self, pair: Pair) -> bool:
        """Whether the domains alone keep them apart."""
        one, other = self.free.talks[pair.one], self.free.talks[pair.other]
        if not one.rooms or not other.rooms:
            return True
        reach = self.free.layout.longest_change if pair.kind == "close" else 0
        if one.ticks[-1] + one.length + reach <= other.ticks[0]:
            return True
        if other.ticks[-1] + other.length + reach <= one.ticks[0]:
            return True
        return len(one.rooms) == 1 and one.rooms.keys() == other.rooms.keys() and self._exclusive(next(iter(one.rooms)))

    def _exclusive(self, room: int) -> bool:
        return bool(self.free.layout.exclusive[room])

    def _meet(self, pair: Pair) -> None:
        """One is first, or they stand side by side in a poster hall, or they meet."""
        if (pair.one, pair.other) in self.free.apart:
            return
        literals = [self._is_first(pair.one, pair.other, 0), self._is_first(pair.other, pair.one, 0)]
        halls = {room for room in self.free.talks[pair.one].rooms if self.free.layout.halls[room]}
        for room in halls & self.free.talks[pair.other].rooms.keys():
            literals.append(self._both_in(pair, room))
        self._clause(pair, literals)

    def _both_in(self, pair: Pair, room: int) -> cp_model.IntVar:
        both = self.model.new_bool_var("both")
        for number in (pair.one, pair.other):
            self.model.add_implication(both, self.free.talks[number].rooms[room])
        return both

    def _clause(self, pair: Pair, literals: list[Any]) -> None:
        for number in (pair.one, pair.other):
            literals.extend(literal.negated() for literal in self.free.talks[number].if_placed)
        if pair.weight is not None:
            broken = self._broken(pair)
            literals.append(broken)
        self.model.add_bool_or(literals)

    def _broken(self, pair: Pair) -> cp_model.IntVar:
        key = (pair.one, pair.other)
        if pair.kind == "meet":
            literal = self.model.new_bool_var("meets")
            self.free.sums.add(2, literal, pair.weight or 0)
            return literal
        if key not in self._same:
            self._same[key] = self.model.new_bool_var("close")
            self.free.sums.add(2, self._same[key], pair.weight or 0)
        return self._same[key]

    def _is_first(self, one: int, other: int, gap: int) -> cp_model.IntVar:
        """A literal that implies that the first ends ``gap`` minutes before the second starts."""
        key = (one, other, gap)
        if key not in self._first:
            literal = self.model.new_bool_var(f"first{one}_{other}")
            first, second = self.free.talks[one], self.free.talks[other]
            self.model.add(second.start >= first.start + first.length + gap).only_enforce_if(literal)
            self._first[key] = literal
        return self._first[key]

    def _close(self, pair: Pair) -> None:
        """One room, or overlapping (which is another rule's affair), or far enough: the least way is needed
        between any two rooms, the longer one where the venues say so."""
        ways = self.free.layout.change_minutes
        rooms_one, rooms_other = (sorted(self.free.talks[number].rooms) for number in (pair.one, pair.other))
        block = ways[np.ix_(rooms_one, rooms_other)]
        for gap in sorted({int(way) for way in np.unique(block) if way > 0}):
            literals = [self._is_first(pair.one, pair.other, gap), self._is_first(pair.other, pair.one, gap)]
            literals += [self._overlap(pair), self._nearer(pair, gap)]
            self._clause(pair, literals)

    def _overlap(self, pair: Pair) -> cp_model.IntVar:
        over = self.model.new_bool_var("over")
        one, other = self.free.talks[pair.one], self.free.talks[pair.other]
        self.model.add(one.start < other.start + other.length).only_enforce_if(over)
        self.model.add(other.start < one.start + one.length).only_enforce_if(over)
        return over

    def _nearer(self, pair: Pair, gap: int) -> cp_model.IntVar:
        """Implies rooms between which less than ``gap`` minutes are needed."""
        ways = self.free.layout.change_minutes
        near = self.model.new_bool_var("near")
        one, other = self.free.talks[pair.one], self.free.talks[pair.other]
        for room, literal in one.rooms.items():
            partners = [at for there, at in other.rooms.items() if ways[room, there] < gap]
            self.model.add_bool_or([*partners, literal.negated(), near.negated()])
        return near
