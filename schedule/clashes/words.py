"""What each clash says to a chair. No times: the page that shows a sentence knows the zone and the locale."""

from collections.abc import Iterable

from plumbing.sentences import Sentence, counted, sentence
from schedule.clashes.kinds import Words
from schedule.clashes.problem import Block, Day, Person, Quota, Room, Track


def person_words(person: Person) -> Words:
    return person.label or sentence("the same person")


def room_words(room: Room | None) -> Words:
    return sentence("no known room") if room is None else room.name


def unknown_room(block: Block, *, chosen: bool) -> Sentence:
    if chosen:
        return sentence("“%(title)s” is in a room that is not part of this event.", title=block.title)
    return sentence("“%(title)s” has a time but no room.", title=block.title)


def no_length(block: Block) -> Sentence:
    return sentence("“%(title)s” has no length.", title=block.title)


def outside_day(block: Block, day: Day | None) -> Sentence:
    """``day`` is the one in which the block starts."""
    if day is None:
        return sentence("“%(title)s” starts outside every day.", title=block.title)
    return sentence("“%(title)s” ends after the end of %(day)s.", title=block.title, day=day.label)


def across_plenary(block: Block, closing: Block) -> Sentence:
    return sentence(
        "“%(title)s” runs during “%(closing)s”, which closes all rooms.",
        title=block.title,
        closing=closing.title,
    )


def room_twice(first: Block, second: Block, room: Room) -> Sentence:
    return sentence(
        "“%(first)s” and “%(second)s” are in %(room)s at the same time.",
        first=first.title,
        second=second.title,
        room=room.name,
    )


def room_closed(block: Block, room: Room) -> Sentence:
    return sentence("“%(title)s” runs when %(room)s is not available.", title=block.title, room=room.name)


def missing_feature(block: Block, room: Room, missing: Iterable[str]) -> Sentence:
    return sentence(
        "“%(title)s” needs what %(room)s does not have: %(features)s.",
        title=block.title,
        room=room.name,
        features=", ".join(sorted(missing)),
    )


def too_small(block: Block, room: Room) -> Sentence:
    return sentence(
        "“%(title)s” needs seats for %(interest)s, but %(room)s has %(capacity)s.",
        title=block.title,
        interest=block.interest,
        room=room.name,
        capacity=room.capacity,
    )


def speaker_twice(first: Block, second: Block, rooms: tuple[Room | None, Room | None], person: Person) -> Sentence:
    return sentence(
        "“%(first)s” (%(first_room)s) and “%(second)s” (%(second_room)s) run at the same time,"
        " and both need %(person)s.",
        first=first.title,
        first_room=room_words(rooms[0]),
        second=second.title,
        second_room=room_words(rooms[1]),
        person=person_words(person),
    )


def track_chair_elsewhere(
    first: Block, second: Block, rooms: tuple[Room | None, Room | None], person: Person
) -> Sentence:
    return sentence(
        "“%(first)s” (%(first_room)s) and “%(second)s” (%(second_room)s) run at the same time,"
        " and both want %(person)s, who chairs a track.",
        first=first.title,
        first_room=room_words(rooms[0]),
        second=second.title,
        second_room=room_words(rooms[1]),
        person=person_words(person),
    )


def track_parallel(first: Block, second: Block, rooms: tuple[Room | None, Room | None], track: Track) -> Sentence:
    return sentence(
        "“%(first)s” (%(first_room)s) and “%(second)s” (%(second_room)s) run at the same time,"
        " and both are in the track %(track)s.",
        first=first.title,
        first_room=room_words(rooms[0]),
        second=second.title,
        second_room=room_words(rooms[1]),
        track=track.name,
    )


def changeover(
    first: Block, second: Block, rooms: tuple[Room | None, Room | None], person: Person, gap: int, needed: int
) -> Sentence:
    return sentence(
        "There are %(gap)s min between “%(first)s” (%(first_room)s) and “%(second)s” (%(second_room)s),"
        " but %(needed)s min are needed by %(person)s to change rooms.",
        gap=gap,
        first=first.title,
        first_room=room_words(rooms[0]),
        second=second.title,
        second_room=room_words(rooms[1]),
        needed=needed,
        person=person_words(person),
    )


def speaker_away(block: Block, person: Person) -> Sentence:
    return sentence(
        "“%(title)s” runs when %(person)s is not available.", title=block.title, person=person_words(person)
    )


def chair_speaks(block: Block, person: Person) -> Sentence:
    return sentence(
        "“%(title)s” is chaired by %(person)s, who also speaks in it.",
        title=block.title,
        person=person_words(person),
    )


def prerequisite(earlier: Block, later: Block) -> Sentence:
    return sentence(
        "“%(later)s” builds on “%(earlier)s” and cannot start before that has ended.",
        later=later.title,
        earlier=earlier.title,
    )


def track_order(earlier: Block, later: Block, track: Track) -> Sentence:
    return sentence(
        "In the track %(track)s, “%(later)s” follows “%(earlier)s” and should not start before that has ended.",
        track=track.name,
        later=later.title,
        earlier=earlier.title,
    )


def too_many_talks(person: Person, day: Day, count: int, most: int) -> Sentence:
    return counted(
        "On %(day)s, %(num)s talk needs %(person)s, more than the limit of %(most)s.",
        "On %(day)s, %(num)s talks need %(person)s, more than the limit of %(most)s.",
        count,
        day=day.label,
        person=person_words(person),
        most=most,
    )


def quota(rule: Quota, where: Day | Track | None, count: int, most: int) -> Sentence:
    if isinstance(where, Day):
        return counted(
            "On %(day)s, %(num)s talk counts as %(label)s; the quota allows %(most)s.",
            "On %(day)s, %(num)s talks count as %(label)s; the quota allows %(most)s.",
            count,
            day=where.label,
            label=rule.label,
            most=most,
        )
    if isinstance(where, Track):
        return counted(
            "In the track %(track)s, %(num)s talk counts as %(label)s; the quota allows %(most)s.",
            "In the track %(track)s, %(num)s talks count as %(label)s; the quota allows %(most)s.",
            count,
            track=where.name,
            label=rule.label,
            most=most,
        )
    return counted(
        "In the whole programme, %(num)s talk counts as %(label)s; the quota allows %(most)s.",
        "In the whole programme, %(num)s talks count as %(label)s; the quota allows %(most)s.",
        count,
        label=rule.label,
        most=most,
    )
