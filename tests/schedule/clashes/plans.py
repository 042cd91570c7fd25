"""Random small problems and plans, crowded enough that every rule speaks up often."""

from hypothesis import strategies as st

from schedule.clashes import (
    Block,
    ClashKind,
    ClashProblem,
    Day,
    Person,
    Placement,
    Quota,
    Room,
    Severity,
    Span,
    Track,
)

PEOPLE = ("ada", "ben", "cleo")
ROOMS = (1, 2, "hall")
TRACKS = ("core", "web")
FEATURES = ("projector", "piano")
KINDS = ("user", "vendor")

some = st.sampled_from
minutes = some([0, 5, 10, 15, 20, 60, 65, 70, 75, 80, 90, 17, 42, 110, 130, -10])


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    found = []
    for _ in range(draw(some([0, 0, 1, 2]))):
        start = draw(minutes)
        found.append(Span(start, start + draw(st.integers(1, 70))))
    return tuple(found)


def few(values: tuple, most: int = 2) -> st.SearchStrategy[tuple]:
    return st.lists(some(values), max_size=most).map(tuple)


def rooms(room: int | str) -> st.SearchStrategy[Room]:
    return st.builds(
        Room,
        id=st.just(room),
        name=st.just(f"Room {room}"),
        capacity=st.none() | some([10, 20]),
        features=some([frozenset(FEATURES), frozenset({"projector"})]),
        open=some([None, None, (Span(0, 40), Span(40, 100)), (Span(-20, 15),), ()]),
        parallel_items=some([False, False, True]),
        venue=some([None, "annex"]),
    )


def blocks(number: int) -> st.SearchStrategy[Block]:
    earlier = tuple(range(number))
    return st.builds(
        Block,
        id=st.just(number),
        title=st.just(f"Talk {number}"),
        length_minutes=some([20, 30, 20, 15, 7, 0]),
        people=few(PEOPLE),
        chairs=few(PEOPLE, 1),
        track=some([*TRACKS, *TRACKS, None]),
        order=some([None, 0, 1, 2, 3]),
        after=few(earlier, 1) if earlier else st.just(()),
        needs=some([frozenset(), frozenset(), frozenset({"piano"})]),
        interest=st.none() | some([5, 15, 25]),
        presenter_kind=some([*KINDS, None]),
        closes_all=some([*[False] * 7, True]),
    )


@st.composite
def quotas(draw: st.DrawFn) -> Quota:
    per = draw(some(["programme", "day", "track"]))
    blocks_max, percent_max = draw(some([(1, None), (0, None), (2, 50), (None, 30), (None, 0), (None, 100)]))
    only = {"programme": None, "day": draw(some([None, "mon"])), "track": draw(some([None, "web"]))}[per]
    kinds = draw(some([frozenset(KINDS), frozenset({"vendor"})]))
    return Quota("q", "vendors", kinds, per, blocks_max, percent_max, only)


@st.composite
def problems(draw: st.DrawFn) -> ClashProblem:
    people = [Person(name, name.title(), draw(spans()), draw(st.none() | st.integers(0, 2))) for name in PEOPLE]
    tracks = [Track(name, name, (draw(some(PEOPLE)),), draw(some([False, False, True]))) for name in TRACKS]
    return ClashProblem(
        rooms=tuple(draw(rooms(room)) for room in ROOMS),
        days=(Day("tue", "Tuesday", 60, 120), Day("mon", "Monday", 0, 50)),
        blocks=tuple(draw(blocks(number)) for number in range(draw(st.integers(3, 8)))),
        people=tuple(people),
        tracks=tuple(tracks),
        quotas=tuple(draw(st.lists(quotas(), max_size=1))),
        talks_per_day_max=draw(st.none() | st.integers(1, 2)),
        changeover_minutes=draw(some([30, 12, 0])),
        venue_change_minutes=draw(some([None, None, 0, 45])),
        severities=draw(some([(), ((ClashKind.TRACK_ORDER, Severity.FATAL),)])),
    )


seats = st.tuples(some([*ROOMS, *ROOMS, *ROOMS, None, "nowhere"]), minutes)


@st.composite
def placements(draw: st.DrawFn, problem: ClashProblem) -> tuple[Placement, ...]:
    found = []
    for block in problem.blocks:
        seat = draw(st.one_of(seats, seats, seats, st.none()))
        if seat is not None:
            found.append(Placement(block.id, *seat))
    return tuple(draw(st.permutations(found)))
