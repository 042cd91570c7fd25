"""The compiled part: what one step would change, and how it is taken.

Everything here is ``numba`` code without the interpreter lock: threads run side by side. Costs are whole numbers on
three levels that are never added to each other; only the *willingness* to accept a worse step weighs the levels.
``FIELD``[level, item, time] holds what an item would pay for relations about time at every time, so such a step is
judged by one subtraction; it is brought up to date when a step is taken. ``NEAR`` and ``BASE`` do the same for rooms:
the cost is minutes × near + base. ``c`` and ``s`` are the blocks of ``layout``.
"""

from numba import njit

from schedule.solve.anneal.layout import (
    AMOUNT,
    AT,
    BASE,
    BUSY,
    BY_BOTH,
    BY_ROOM,
    BY_TIME,
    COUNTS,
    COUNTS_WIDTH,
    DAY,
    FIELD,
    FIRST,
    GROUP_COSTS,
    GROUP_FIRST,
    GROUP_LEVEL,
    GROUP_MINUTES,
    GROUP_OF,
    GROUP_PER,
    GROUP_TOP,
    HAS_FIELD,
    HOLDS,
    IN_ROOM,
    IN_ROOM_COUNT,
    IS_MEMBER,
    ITEMS,
    LENGTH,
    LEVEL,
    MINUTES,
    MIRRORED,
    NEAR,
    OUT,
    PARTNER,
    PAUSE,
    PLACE_COST,
    QUESTION,
    ROOM,
    ROOM_CONFLICT,
    ROOMS,
    SEAT,
    START,
    TIME,
    TIMES,
    VALUE,
    WEIGHT,
    WHEN,
    WIDEST,
)
from schedule.solve.anneal.tables import HARD, LEVELS, Ints

compiled = njit(cache=True, nogil=True, boundscheck=False, error_model="numpy")


@compiled
def minutes_of(c: Ints, item: int, time: int) -> int:
    """How long an item lasts at a time."""
    own = c[c[LENGTH] + item]
    return own if own > 0 else c[c[MINUTES] + time]


@compiled
def amount_of(c: Ints, question: int, mine: int, my_time: int, other: int, other_time: int) -> int:
    """The amount where the condition on the times holds, 0 where not."""
    if c[HAS_FIELD]:
        return c[c[VALUE] + (question * c[TIMES] + my_time) * c[TIMES] + other_time]
    if c[c[MIRRORED] + question]:
        mine, my_time, other, other_time = other, other_time, mine, my_time
    start, begin = c[c[START] + my_time], c[c[START] + other_time]
    end, finish = start + minutes_of(c, mine, my_time), begin + minutes_of(c, other, other_time)
    same_day = c[c[DAY] + my_time] == c[c[DAY] + other_time]
    gap = max(start, begin) - min(end, finish)
    if not is_so(c, question, my_time == other_time, same_day, gap, end > begin):
        return 0
    amount = c[c[AMOUNT] + question]
    if amount == 1:
        return max(-gap, 0)
    if amount == 2:
        return end - start + finish - begin
    if amount == 3:
        return max(gap, 0) if same_day else 0
    return 1


@compiled
def is_so(c: Ints, question: int, same_time: bool, same_day: bool, gap: int, not_before: bool) -> bool:
    """Whether the condition on the times holds; the numbers are those of ``When``."""
    when = c[c[WHEN] + question]
    if when == 1:
        return gap < 0
    if when == 2:
        return same_time
    if when == 3:
        return same_day
    if when == 4:
        return not same_day
    if when == 5:
        return gap < 0 or (same_day and gap < c[c[PAUSE] + question])
    return not_before or when != 6


@compiled
def crossing(c: Ints, one: int, time: int, other: int, other_time: int) -> int:
    """Minutes for which two items claim a room at once."""
    start, begin = c[c[START] + time], c[c[START] + other_time]
    end = start + minutes_of(c, one, time) + c[BUSY]
    finish = begin + minutes_of(c, other, other_time) + c[BUSY]
    return max(0, min(end, finish) - max(start, begin))


@compiled
def holds(c: Ints, question: int, room: int, other_room: int) -> bool:
    """Whether the condition on the rooms holds."""
    return c[c[HOLDS] + (question * c[ROOMS] + room) * c[ROOMS] + other_room] != 0


@compiled
def pair_in(c: Ints, s: Ints, family: int, i: int, ti: int, ri: int, j: int, tj: int, rj: int, sign: int) -> None:
    """Add sign × what the pair costs in one family to ``OUT``."""
    entry = c[c[family + AT] + i * c[ITEMS] + j]
    if entry < 0:
        return
    last = c[c[family + FIRST] + i + 1]
    while entry < last and c[c[family + PARTNER] + entry] == j:
        question = c[c[family + QUESTION] + entry]
        if holds(c, question, ri, rj):
            found = c[c[family + WEIGHT] + entry] * amount_of(c, question, i, ti, j, tj)
            s[s[OUT] + c[c[LEVEL] + question]] += sign * found
        entry += 1


@compiled
def pair_cost(c: Ints, s: Ints, i: int, ti: int, ri: int, j: int, tj: int, rj: int, sign: int) -> None:
    """Add sign × everything that the pair costs to ``OUT``, groups aside."""
    for family in (BY_TIME, BY_ROOM, BY_BOTH):
        pair_in(c, s, family, i, ti, ri, j, tj, rj, sign)
    if ri == rj:
        s[s[OUT] + HARD] += sign * c[ROOM_CONFLICT] * crossing(c, i, ti, j, tj)


@compiled
def walk(c: Ints, s: Ints, family: int, i: int, time: int, room: int, sign: int) -> None:
    """Add sign × what an item at a place pays towards all its partners in a family to ``OUT``."""
    times, rooms, out = s[TIME], s[ROOM], s[OUT]
    for entry in range(c[c[family + FIRST] + i], c[c[family + FIRST] + i + 1]):
        j = c[c[family + PARTNER] + entry]
        question = c[c[family + QUESTION] + entry]
        if holds(c, question, room, s[rooms + j]):
            found = c[c[family + WEIGHT] + entry] * amount_of(c, question, i, time, j, s[times + j])
            s[out + c[c[LEVEL] + question]] += sign * found


@compiled
def room_cost(c: Ints, s: Ints, i: int, time: int, room: int) -> int:
    """What an item pays on the hard level for meeting others in a room."""
    minutes = 0
    begin = s[IN_ROOM] + room * c[ITEMS]
    for at in range(begin, begin + s[s[IN_ROOM_COUNT] + room]):
        j = s[at]
        if j != i:
            minutes += crossing(c, i, time, j, s[s[TIME] + j])
    return minutes * c[ROOM_CONFLICT]


@compiled
def step_of(c: Ints, g: int, count: int) -> int:
    """What a count costs a group."""
    top, row = c[c[GROUP_TOP] + g], c[GROUP_COSTS] + g * c[WIDEST]
    if count <= top:
        return c[row + count]
    return c[row + top] + (count - top) * (c[row + top] - c[row + top - 1])


@compiled
def span_of(s: Ints, g: int, gone: int, come: int) -> int:
    """Days from the first to the last member, with one day's count lowered and another's raised."""
    first, last = -1, -1
    row = s[COUNTS] + g * s[COUNTS_WIDTH]
    for day in range(s[COUNTS_WIDTH]):
        if s[row + day] - (day == gone) + (day == come) > 0:
            first = day if first < 0 else first
            last = day
    return last - first


@compiled
def group_change(c: Ints, s: Ints, i: int, time: int, partner: int) -> None:
    """Add what moving an item to a time changes for its groups; a swap leaves those of ``partner`` alone."""
    for entry in range(c[c[GROUP_FIRST] + i], c[c[GROUP_FIRST] + i + 1]):
        g = c[c[GROUP_OF] + entry]
        if partner >= 0 and c[c[IS_MEMBER] + g * c[ITEMS] + partner]:
            continue
        gone, come, per = s[s[TIME] + i], time, c[c[GROUP_PER] + g]
        if per != 0:
            gone, come = c[c[DAY] + gone], c[c[DAY] + come]
        if gone == come:
            continue
        if per == 2:
            change = step_of(c, g, span_of(s, g, gone, come)) - step_of(c, g, span_of(s, g, -1, -1))
        else:
            row = s[COUNTS] + g * s[COUNTS_WIDTH]
            less = step_of(c, g, s[row + gone] - 1) - step_of(c, g, s[row + gone])
            more = step_of(c, g, s[row + come] + 1) - step_of(c, g, s[row + come])
            if c[c[GROUP_MINUTES] + g]:
                less, more = less * c[c[MINUTES] + gone], more * c[c[MINUTES] + come]
            change = less + more
        s[s[OUT] + c[c[GROUP_LEVEL] + g]] += change


@compiled
def single_change(c: Ints, s: Ints, i: int, time: int, room: int, partner: int) -> None:
    """Add to ``OUT`` what moving one item to a place changes, all others staying."""
    t, r = s[s[TIME] + i], s[s[ROOM] + i]
    times, rooms = c[TIMES], c[ROOMS]
    new, old = minutes_of(c, i, time), minutes_of(c, i, t)
    for level in range(LEVELS):
        at = level * c[ITEMS] + i
        field, near, base = s[FIELD] + at * times, s[NEAR] + at * rooms, s[BASE] + at * rooms
        place = c[PLACE_COST] + level * times * rooms
        change = s[field + time] - s[field + t] + c[place + time * rooms + room] - c[place + t * rooms + r]
        change += new * s[near + room] + s[base + room] - old * s[near + r] - s[base + r]
        s[s[OUT] + level] += change
    if not c[HAS_FIELD]:
        walk(c, s, BY_TIME, i, time, room, 1)
        walk(c, s, BY_TIME, i, t, r, -1)
    walk(c, s, BY_BOTH, i, time, room, 1)
    walk(c, s, BY_BOTH, i, t, r, -1)
    s[s[OUT] + HARD] += room_cost(c, s, i, time, room) - room_cost(c, s, i, t, r)
    group_change(c, s, i, time, partner)


@compiled
def swap_change(c: Ints, s: Ints, i: int, j: int) -> None:
    """Add to ``OUT`` what exchanging the places of two items changes.

    Each is judged as if the other stayed; the four terms correct what that gets wrong about the pair itself.
    """
    ti, ri, tj, rj = s[s[TIME] + i], s[s[ROOM] + i], s[s[TIME] + j], s[s[ROOM] + j]
    single_change(c, s, i, tj, rj, j)
    single_change(c, s, j, ti, ri, i)
    pair_cost(c, s, i, tj, rj, j, ti, ri, 1)
    pair_cost(c, s, i, ti, ri, j, tj, rj, 1)
    pair_cost(c, s, i, tj, rj, j, tj, rj, -1)
    pair_cost(c, s, i, ti, ri, j, ti, ri, -1)


@compiled
def put(c: Ints, s: Ints, i: int, time: int, room: int) -> None:
    """Move an item and bring everything but ``COST`` up to date."""
    t, r = s[s[TIME] + i], s[s[ROOM] + i]
    if c[HAS_FIELD] and time != t:
        tell_times(c, s, i, time, 1)
        tell_times(c, s, i, t, -1)
    if room != r or minutes_of(c, i, time) != minutes_of(c, i, t):
        tell_rooms(c, s, i, time, room, 1)
        tell_rooms(c, s, i, t, r, -1)
    count(c, s, i, t, -1)
    count(c, s, i, time, 1)
    if room != r:
        leave(c, s, i, r)
        enter(c, s, i, room)
    s[s[TIME] + i], s[s[ROOM] + i] = time, room


@compiled
def tell_times(c: Ints, s: Ints, i: int, time: int, sign: int) -> None:
    """Add (or take away) what an item at a time means for its partners at every time."""
    times, items = c[TIMES], c[ITEMS]
    for entry in range(c[c[BY_TIME + FIRST] + i], c[c[BY_TIME + FIRST] + i + 1]):
        question, weight = c[c[BY_TIME + QUESTION] + entry], sign * c[c[BY_TIME + WEIGHT] + entry]
        row = s[FIELD] + (c[c[LEVEL] + question] * items + c[c[BY_TIME + PARTNER] + entry]) * times
        value = c[VALUE] + (question * times + time) * times
        for at in range(times):
            s[row + at] += weight * c[value + at]


@compiled
def tell_rooms(c: Ints, s: Ints, i: int, time: int, room: int, sign: int) -> None:
    """Add (or take away) what an item in a room means for its partners in every room."""
    rooms, items, minutes = c[ROOMS], c[ITEMS], minutes_of(c, i, time)
    for entry in range(c[c[BY_ROOM + FIRST] + i], c[c[BY_ROOM + FIRST] + i + 1]):
        question, weight = c[c[BY_ROOM + QUESTION] + entry], sign * c[c[BY_ROOM + WEIGHT] + entry]
        row = (c[c[LEVEL] + question] * items + c[c[BY_ROOM + PARTNER] + entry]) * rooms
        held = c[HOLDS] + (question * rooms + room) * rooms
        near, base = s[NEAR] + row, s[BASE] + row
        if c[c[AMOUNT] + question] == 2:
            for at in range(rooms):
                s[near + at] += weight * c[held + at]
                s[base + at] += weight * minutes * c[held + at]
        else:
            for at in range(rooms):
                s[base + at] += weight * c[held + at]


@compiled
def count(c: Ints, s: Ints, i: int, time: int, sign: int) -> None:
    """Count an item in its groups, or no longer."""
    for entry in range(c[c[GROUP_FIRST] + i], c[c[GROUP_FIRST] + i + 1]):
        g = c[c[GROUP_OF] + entry]
        bucket = time if c[c[GROUP_PER] + g] == 0 else c[c[DAY] + time]
        s[s[COUNTS] + g * s[COUNTS_WIDTH] + bucket] += sign


@compiled
def leave(c: Ints, s: Ints, i: int, room: int) -> None:
    """Take an item off the list of its room; the last one takes its seat."""
    seat = s[s[SEAT] + i]
    s[s[IN_ROOM_COUNT] + room] -= 1
    last = s[s[IN_ROOM] + room * c[ITEMS] + s[s[IN_ROOM_COUNT] + room]]
    s[s[IN_ROOM] + room * c[ITEMS] + seat] = last
    s[s[SEAT] + last] = seat


@compiled
def enter(c: Ints, s: Ints, i: int, room: int) -> None:
    """Put an item on the list of a room."""
    seat = s[s[IN_ROOM_COUNT] + room]
    s[s[IN_ROOM] + room * c[ITEMS] + seat] = i
    s[s[SEAT] + i] = seat
    s[s[IN_ROOM_COUNT] + room] += 1


@compiled
def settle(c: Ints, s: Ints) -> None:
    """Build what partners mean to each other, counts and lists, from ``TIME`` and ``ROOM`` and single costs."""
    for i in range(c[ITEMS]):
        time, room = s[s[TIME] + i], s[s[ROOM] + i]
        enter(c, s, i, room)
        count(c, s, i, time, 1)
        if c[HAS_FIELD]:
            tell_times(c, s, i, time, 1)
        tell_rooms(c, s, i, time, room, 1)
