"""Random small conferences with everything in them, as strategies."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from schedule.solve.optaplanner import ConferenceProblem, Place, Room, Rule, Score, Speaker, Talk, Timeslot, Wishes

FIRST_DAY = date(2030, 1, 7)
TAGS = st.frozensets(st.sampled_from(["a", "b", "c"]), max_size=2)
WISHES = st.builds(Wishes, TAGS, TAGS, TAGS, TAGS)
WEIGHT = st.builds(Score, st.integers(0, 3), st.integers(0, 3), st.integers(0, 9))
TYPES = frozenset({"Talk", "Lab"})


@st.composite
def conferences(draw: st.DrawFn) -> ConferenceProblem:
    starts = draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 20)), min_size=2, max_size=5, unique=True))
    slots = []
    for day, at in starts:
        start, minutes = 600 + 5 * at, 15 * draw(st.integers(1, 4))
        slots.append(Timeslot(FIRST_DAY + timedelta(day), start, start + minutes, TYPES, draw(TAGS)))
    some = st.frozensets(st.integers(0, len(slots) - 1), max_size=2)
    rooms = [Room(f"R{at}", draw(st.integers(1, 3)) * 10, TYPES, draw(TAGS), draw(some)) for at in range(3)]
    speakers = [Speaker(f"P{at}", draw(WISHES), draw(WISHES), draw(some)) for at in range(3)]
    talks = [draw(_talk(at, len(slots))) for at in range(draw(st.integers(2, 7)))]
    weights = {rule: draw(WEIGHT) for rule in Rule}
    pause = draw(st.integers(0, 40))
    return ConferenceProblem("Tiny", pause, weights, tuple(slots), tuple(rooms), tuple(speakers), tuple(talks))


@st.composite
def _talk(draw: st.DrawFn, at: int, slots: int) -> Talk:
    slot, room = st.integers(0, slots - 1), st.integers(0, 2)
    talk = Talk(
        f"T{at}",
        "A talk",
        "Talk",
        tuple(draw(st.lists(st.integers(0, 2), max_size=2, unique=True))),
        draw(TAGS),
        draw(TAGS),
        draw(TAGS),
        draw(st.integers(1, 3)),
        draw(TAGS),
        draw(st.sampled_from(["de", "en", "it"])),
        draw(WISHES),
        draw(WISHES),
        draw(TAGS),
        draw(st.frozensets(st.integers(0, max(0, at - 1)), max_size=2)) - {at},
        draw(st.integers(0, 5)),
        draw(st.integers(0, 1)),
        published_timeslot=draw(st.none() | slot),
        published_room=draw(st.none() | room),
    )
    if at == 0 and draw(st.booleans()):
        return replace(talk, is_pinned=True, timeslot=draw(slot), room=draw(room))
    return talk


@st.composite
def planned(draw: st.DrawFn) -> tuple[ConferenceProblem, tuple[Place, ...]]:
    """A conference and a random plan that leaves pinned talks where they are."""
    problem = draw(conferences())
    places = tuple(
        Place(talk.timeslot, talk.room)
        if talk.is_pinned and talk.timeslot is not None and talk.room is not None
        else Place(draw(st.integers(0, len(problem.timeslots) - 1)), draw(st.integers(0, len(problem.rooms) - 1)))
        for talk in problem.talks
    )
    return problem, places
