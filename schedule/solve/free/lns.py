"""Large neighbourhood search: free some talks, place them anew as well as can be, keep what is not worse."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from plumbing.watch import Watch
from schedule.solve.free.cpsat import Effort, run_levels
from schedule.solve.free.evaluate import Evaluation, Evaluator
from schedule.solve.free.layout import Layout
from schedule.solve.free.model import FreeModel
from schedule.solve.free.world import Seat

FREE_MAX = 45
FREE_MIN = 12
FREE_CAP = 120
STEP_SECONDS = 4.0
STEP_WORK = 0.2
EXTRA_ROOMS = 2

OnBetter = Callable[[Evaluation, str], None]


@dataclass
class Search:
    """One run. ``seats`` is the best plan so far, ``found`` what it costs; talks may be missing from it."""

    layout: Layout
    evaluator: Evaluator
    seats: dict[int, Seat]
    effort: Effort
    seed: int = 0
    on_better: OnBetter | None = None
    found: Evaluation = field(init=False)
    size: int = FREE_MAX

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 - a search, not a secret
        self.found = self.evaluator(self.layout.world.placements(self.seats))
        self.movable = list(self.layout.free)
        self.odds = dict.fromkeys(_KINDS, 1.0)

    def run(self, watch: Watch, rounds: int | None = None) -> None:
        """Until the watch is over, so many rounds are done, or nothing can become better."""
        done = 0
        while self.movable and not watch.is_over() and (rounds is None or done < rounds):
            if not any(self.found.cost):
                return
            self.step(watch)
            done += 1

    def step(self, watch: Watch) -> bool:
        """One neighbourhood; says whether the plan became better."""
        kind = self._choose()
        free = self._cut(_KINDS[kind](self))
        if not free:
            return False
        seats, proven = self._solved(free, watch)
        better = self.take(seats, kind) if seats is not None else False
        self.odds[kind] = 0.8 * self.odds[kind] + (0.2 if better else 0.02)
        self._resize(proven)
        return better

    def take(self, seats: dict[int, Seat], kind: str) -> bool:
        """Keep a plan that is not worse."""
        found = self.evaluator(self.layout.world.placements(seats))
        better = found.cost < self.found.cost
        if found.cost <= self.found.cost:
            self.seats, self.found = seats, found
        if better and self.on_better is not None:
            self.on_better(found, kind)
        return better

    def _solved(self, free: set[int], watch: Watch) -> tuple[dict[int, Seat] | None, bool]:
        missing = {number for number in free if number not in self.seats}
        rooms = self._rooms(free)
        model = FreeModel(self.layout, free, self.seats, optional=missing, rooms=rooms)
        before = {number: self.seats[number] for number in free if number in self.seats}
        answer = run_levels(model, self.effort, watch, before)
        return (answer.seats, answer.state == "proven") if answer.found else (None, False)

    def _resize(self, proven: bool) -> None:
        """Proven neighbourhoods may grow, others shrink."""
        size = self.size * (1.04 if proven else 0.9)
        self.size = int(min(FREE_CAP, max(FREE_MIN, size + (1 if proven else 0))))

    def _rooms(self, free: set[int]) -> set[int] | None:
        """The rooms of the freed talks and a few more; all where a talk has none yet."""
        count = len(self.layout.world.rooms)
        if count <= 8 or (len(free) <= FREE_MIN and any(number not in self.seats for number in free)):
            return None
        used = {self.seats[number][0] for number in free if number in self.seats}
        return used | set(self.random.sample(range(count), min(count, EXTRA_ROOMS)))

    def _choose(self) -> str:
        if any(number not in self.seats for number in self.movable) and self.random.random() < 0.7:
            return "missing"
        kinds = list(self.odds)
        return self.random.choices(kinds, [self.odds[kind] for kind in kinds])[0]

    def _cut(self, wanted: Iterable[int]) -> set[int]:
        movable = set(self.movable)
        free: list[int] = [number for number in dict.fromkeys(wanted) if number in movable]
        return set(free[: self.size])

    def tracks(self) -> dict[object, list[int]]:
        """The movable talks by track."""
        found: dict[object, list[int]] = {}
        for number in self.movable:
            found.setdefault(self.layout.world.blocks[number].track, []).append(number)
        found.pop(None, None)
        return found

    def in_rooms(self, rooms: Sequence[int], day: int | None = None) -> list[int]:
        world = self.layout.world
        return [
            number
            for number in self.movable
            if number in self.seats
            and self.seats[number][0] in rooms
            and (day is None or world.day(self.seats[number][1]) == day)
        ]

    def partners(self, number: int) -> list[int]:
        """Talks tied to this one by people, order or wishes."""
        pairs = self.layout.pairs.get(number, ())
        return [pair.other if pair.one == number else pair.one for pair in pairs]

    def costly(self) -> list[int]:
        """Talks by what they cost now, dearest first."""
        number = self.layout.world.number
        ranked = sorted(self.found.by_talk.items(), key=lambda item: -item[1])
        movable = set(self.movable)
        return [number(block) for block, cost in ranked if cost and number(block) in movable]


def _missing(search: Search) -> list[int]:
    """A talk without a place, its track, its people's talks, and all in two rooms."""
    out = [number for number in search.movable if number not in search.seats]
    if not out:
        return _random(search)
    chosen = search.random.choice(out)
    same = search.layout.world.blocks[chosen].track
    track = [number for number in search.tracks().get(same, []) if same is not None]
    rooms = {search.seats[number][0] for number in track if number in search.seats}
    everywhere = range(len(search.layout.world.rooms))
    rooms |= set(search.random.sample(everywhere, min(2, len(everywhere))))
    return [chosen, *track, *search.partners(chosen), *search.in_rooms(sorted(rooms)), *out]


def _tracks(search: Search) -> list[int]:
    """Two to four tracks, dear ones sooner."""
    tracks = search.tracks()
    if not tracks:
        return _random(search)
    price = {
        track: 1.0 + sum(search.found.by_talk.get(search.layout.world.blocks[n].id, 0) for n in talks)
        for track, talks in tracks.items()
    }
    names = list(tracks)
    first = search.random.choices(names, [price[name] for name in names])[0]
    others = search.random.sample(names, min(len(names), search.random.randint(1, 3)))
    return [number for name in dict.fromkeys([first, *others]) for number in tracks[name]]


def _rooms_day(search: Search) -> list[int]:
    """All of two or three rooms on one day, or of one room on all days."""
    count, days = len(search.layout.world.rooms), len(search.layout.world.days)
    if search.random.random() < 0.3:
        return search.in_rooms([search.random.randrange(count)])
    rooms = search.random.sample(range(count), min(count, search.random.randint(2, 3)))
    return search.in_rooms(rooms, search.random.randrange(days))


def _cluster(search: Search) -> list[int]:
    """A dear talk, those tied to it, and what stands in their rooms at about the same time."""
    dear = search.costly()
    if not dear:
        return _random(search)
    chosen = dear[min(len(dear) - 1, int(search.random.expovariate(1) * len(dear) / 5))]
    near = search.partners(chosen)
    search.random.shuffle(near)
    start = search.seats[chosen][1] if chosen in search.seats else 0
    beside = [n for n in search.movable if n in search.seats and abs(search.seats[n][1] - start) <= 60]
    search.random.shuffle(beside)
    return [chosen, *near[: search.size // 2], *beside]


def _random(search: Search) -> list[int]:
    """A random tenth, at least a handful."""
    count = max(FREE_MIN, len(search.movable) // 10)
    return search.random.sample(search.movable, min(count, len(search.movable)))


def _hours(search: Search) -> list[int]:
    """Everything that touches an hour or two of one day."""
    placed = [number for number in search.movable if number in search.seats]
    if not placed:
        return _random(search)
    middle = search.seats[search.random.choice(placed)][1]
    found = [number for number in placed if abs(search.seats[number][1] - middle) <= 90]
    search.random.shuffle(found)
    return found


_KINDS: dict[str, Callable[[Search], list[int]]] = {
    "missing": _missing,
    "tracks": _tracks,
    "rooms": _rooms_day,
    "cluster": _cluster,
    "random": _random,
    "hours": _hours,
}
