"""The rules: which clashes hang on one block, on a pair that it is of, on a group that a limit counts."""

from collections.abc import Iterator
from itertools import pairwise

from plumbing.sentences import Sentence
from schedule.clashes import words
from schedule.clashes.kinds import Clash, ClashKind, Id, clash_key, pair_key
from schedule.clashes.problem import Quota, Room
from schedule.clashes.state import Group, State
from schedule.clashes.table import Scope


def clashes_around(state: State, number: int) -> Iterator[Clash]:
    """All that can change when this block moves, but for groups. Also right for a block that is not placed:
    its absence makes its neighbours in the track's order follow each other."""
    if state.placed(number):
        yield from _unit(state, number)
        yield from _room_pairs(state, number)
        yield from _people_pairs(state, number)
        yield from _track_pairs(state, number)
        yield from _prerequisites(state, number)
    yield from _track_order(state, number)


def group_clash(state: State, scope: Scope) -> Clash | None:
    group = state.groups.get(scope)
    if group is None or not group.members:
        return None
    subject, number, where = scope
    if subject == "quota":
        return _quota(state, state.table.problem.quotas[int(number)], where, group)
    return None if where is None else _too_many_talks(state, number, where, group)


def quota_most(quota: Quota, total: int) -> int:
    """How many of ``total`` placed blocks may count; a share is rounded up."""
    share = total if quota.percent_max is None else -(-quota.percent_max * total // 100)
    return share if quota.blocks_max is None else min(share, quota.blocks_max)


def _unit(state: State, number: int) -> Iterator[Clash]:
    table = state.table
    block = table.blocks[number]
    start, end = state.starts[number], state.ends[number]
    if start == end:
        yield _alone(state, number, ClashKind.NO_LENGTH, words.no_length(block))
    day = table.day_at(start)
    if day is None or end > day.end:
        yield _alone(state, number, ClashKind.OUTSIDE_DAY, words.outside_day(block, day))
    for person in dict.fromkeys((*block.people, *block.chairs)):
        who = table.people[person]
        if any(max(span.start, start) < min(span.end, end) for span in who.away):
            yield _alone(state, number, ClashKind.SPEAKER_AWAY, words.speaker_away(block, who), person)
    for person in dict.fromkeys(block.chairs):
        if person in block.people:
            said = words.chair_speaks(block, table.people[person])
            yield _alone(state, number, ClashKind.CHAIR_SPEAKS, said, person)
    yield from _unit_room(state, number)


def _unit_room(state: State, number: int) -> Iterator[Clash]:
    table = state.table
    block, place = table.blocks[number], state.rooms[number]
    room = None if place is None else table.rooms.get(place)
    if room is None:
        if place is not None or not block.closes_all:
            yield _alone(state, number, ClashKind.UNKNOWN_ROOM, words.unknown_room(block, chosen=place is not None))
        return
    start, end = state.starts[number], state.ends[number]
    if room.id in table.open and not any(span.start <= start and end <= span.end for span in table.open[room.id]):
        yield _in_room(state, number, ClashKind.ROOM_CLOSED, words.room_closed(block, room))
    missing = block.needs - room.features
    if missing:
        yield _in_room(state, number, ClashKind.MISSING_FEATURE, words.missing_feature(block, room, missing))
    if block.interest is not None and room.capacity is not None and room.capacity < block.interest:
        yield _in_room(state, number, ClashKind.TOO_SMALL, words.too_small(block, room))


def _room_pairs(state: State, number: int) -> Iterator[Clash]:
    """A block that closes all rooms is told once as that, not again as using its own room twice."""
    table = state.table
    closes = table.blocks[number].closes_all
    for other in state.overlapping(number, range(len(table.blocks)) if closes else table.closers):
        closing, block = (number, other) if closes else (other, number)
        if closes and table.blocks[other].closes_all:
            block, closing = _by_start(state, number, other)
        said = words.across_plenary(table.blocks[block], table.blocks[closing])
        yield _pair(state, ClashKind.ACROSS_PLENARY, number, other, said)
    room = _room(state, number)
    if room is None or room.parallel_items or closes:
        return
    for other in state.overlapping(number, state.in_room[room.id]):
        if not table.blocks[other].closes_all:
            first, second = _by_start(state, number, other)
            said = words.room_twice(table.blocks[first], table.blocks[second], room)
            key = pair_key(ClashKind.ROOM_TWICE, table.blocks[number].id, table.blocks[other].id, room.id)
            yield _pair(state, ClashKind.ROOM_TWICE, number, other, said, key=key)


def _people_pairs(state: State, number: int) -> Iterator[Clash]:
    table = state.table
    for person, required in table.ties[number].items():
        others = table.tied[person]
        for other in state.overlapping(number, others):
            if required and table.ties[other][person]:
                if state.rooms[number] == state.rooms[other] and table.shares(state.rooms[number]):
                    continue
                yield _told_with_rooms(state, ClashKind.SPEAKER_TWICE, number, other, person)
            elif table.blocks[number].track != table.blocks[other].track and state.rooms[number] != state.rooms[other]:
                yield _told_with_rooms(state, ClashKind.TRACK_CHAIR_ELSEWHERE, number, other, person)
        if required:
            yield from _changeovers(state, number, person)


def _changeovers(state: State, number: int, person: Id) -> Iterator[Clash]:
    table = state.table
    room = _room(state, number)
    if room is None or not table.lengths[number]:
        return
    start, end = state.starts[number], state.ends[number]
    for other in table.tied[person]:
        there = _room(state, other)
        if there is None or there is room or not table.lengths[other] or not table.ties[other][person]:
            continue
        gap = max(state.starts[other] - end, start - state.ends[other])
        needed = table.change_minutes(room, there)
        if not 0 <= gap < needed:
            continue
        first, second = _by_start(state, number, other)
        said = words.changeover(
            table.blocks[first],
            table.blocks[second],
            (_room(state, first), _room(state, second)),
            table.people[person],
            gap,
            needed,
        )
        yield _pair(state, ClashKind.CHANGEOVER, number, other, said, person=person)


def _track_pairs(state: State, number: int) -> Iterator[Clash]:
    table = state.table
    track = table.blocks[number].track
    if track is None or table.tracks[track].may_run_parallel:
        return
    for other in state.overlapping(number, table.in_track[track]):
        if state.rooms[number] != state.rooms[other]:
            first, second = _by_start(state, number, other)
            rooms = (_room(state, first), _room(state, second))
            said = words.track_parallel(table.blocks[first], table.blocks[second], rooms, table.tracks[track])
            yield _pair(state, ClashKind.TRACK_PARALLEL, number, other, said)


def _prerequisites(state: State, number: int) -> Iterator[Clash]:
    table = state.table
    wanted = [(earlier, number) for earlier in table.before[number]]
    wanted += [(number, later) for later in table.behind[number]]
    for earlier, later in wanted:
        if state.placed(earlier) and state.placed(later) and state.starts[later] < state.ends[earlier]:
            said = words.prerequisite(table.blocks[earlier], table.blocks[later])
            yield _pair(state, ClashKind.PREREQUISITE, earlier, later, said)


def _track_order(state: State, number: int) -> Iterator[Clash]:
    """Only between neighbours among the placed ranks: a track in reverse is told once for each step, not
    once for each pair, and no step is told exactly when the whole track is in order."""
    table = state.table
    block = table.blocks[number]
    if block.track is None or block.order is None:
        return
    track = table.tracks[block.track]
    steps = [blocks for blocks in state.ranks[track.id].around(block.order) if blocks]
    for lower, higher in pairwise(steps):
        for earlier in lower:
            for later in higher:
                if state.starts[later] < state.ends[earlier]:
                    said = words.track_order(table.blocks[earlier], table.blocks[later], track)
                    yield _pair(state, ClashKind.TRACK_ORDER, earlier, later, said)


def _too_many_talks(state: State, who: Id, when: Id, group: Group) -> Clash | None:
    table = state.table
    person, day = table.people[who], table.days[when]
    most = table.talks_max(person.id)
    if most is None or len(group.members) <= most:
        return None
    key = clash_key(ClashKind.TOO_MANY_TALKS, person.id, day.id)
    return Clash(
        kind=ClashKind.TOO_MANY_TALKS,
        severity=table.severities[ClashKind.TOO_MANY_TALKS],
        blocks=tuple(table.blocks[number].id for number in sorted(group.members)),
        sentence=words.too_many_talks(person, day, len(group.members), most),
        key=key,
        person=person.id,
        start=day.start,
        end=day.end,
        waiver=table.waivers.get(key),
    )


def _quota(state: State, quota: Quota, where: Id | None, group: Group) -> Clash | None:
    table = state.table
    most = quota_most(quota, group.total)
    if len(group.members) <= most:
        return None
    day = table.days[where] if quota.per == "day" and where is not None else None
    track = table.tracks[where] if quota.per == "track" and where is not None else None
    key = clash_key(ClashKind.QUOTA, quota.id, where)
    return Clash(
        kind=ClashKind.QUOTA,
        severity=table.severities[ClashKind.QUOTA],
        blocks=tuple(table.blocks[number].id for number in sorted(group.members)),
        sentence=words.quota(quota, day or track, len(group.members), most),
        key=key,
        start=None if day is None else day.start,
        end=None if day is None else day.end,
        waiver=table.waivers.get(key),
    )


def _alone(state: State, number: int, kind: ClashKind, said: Sentence, person: Id | None = None) -> Clash:
    block = state.table.blocks[number]
    key = clash_key(kind, block.id) if person is None else clash_key(kind, block.id, person)
    return _unit_clash(state, number, kind, said, key, person)


def _in_room(state: State, number: int, kind: ClashKind, said: Sentence) -> Clash:
    key = clash_key(kind, state.table.blocks[number].id, state.rooms[number])
    return _unit_clash(state, number, kind, said, key, None)


def _unit_clash(state: State, number: int, kind: ClashKind, said: Sentence, key: str, person: Id | None) -> Clash:
    table = state.table
    return Clash(
        kind=kind,
        severity=table.severities[kind],
        blocks=(table.blocks[number].id,),
        sentence=said,
        key=key,
        person=person,
        room=state.rooms[number],
        start=state.starts[number],
        end=state.ends[number],
        waiver=table.waivers.get(key),
    )


def _told_with_rooms(state: State, kind: ClashKind, one: int, other: int, person: Id) -> Clash:
    first, second = _by_start(state, one, other)
    blocks, rooms = state.table.blocks, (_room(state, first), _room(state, second))
    tell = words.speaker_twice if kind is ClashKind.SPEAKER_TWICE else words.track_chair_elsewhere
    said = tell(blocks[first], blocks[second], rooms, state.table.people[person])
    return _pair(state, kind, one, other, said, person=person)


def _pair(
    state: State,
    kind: ClashKind,
    one: int,
    other: int,
    said: Sentence,
    *,
    person: Id | None = None,
    key: str | None = None,
) -> Clash:
    """Framed by the minutes that both share; without any, from the first start to the last end."""
    table = state.table
    first, second = _by_start(state, one, other)
    blocks = table.blocks[first].id, table.blocks[second].id
    if key is None:
        key = pair_key(kind, *blocks) if person is None else pair_key(kind, *blocks, person)
    start, end = state.starts[second], min(state.ends[first], state.ends[second])
    if start >= end:
        start, end = state.starts[first], max(state.ends[first], state.ends[second])
    same = state.rooms[first] == state.rooms[second]
    return Clash(
        kind=kind,
        severity=table.severities[kind],
        blocks=blocks,
        sentence=said,
        key=key,
        person=person,
        room=state.rooms[first] if same else None,
        start=start,
        end=end,
        waiver=table.waivers.get(key),
    )


def _by_start(state: State, one: int, other: int) -> tuple[int, int]:
    return (one, other) if (state.starts[one], one) < (state.starts[other], other) else (other, one)


def _room(state: State, number: int) -> Room | None:
    room = state.rooms[number]
    return None if room is None else state.table.rooms.get(room)
