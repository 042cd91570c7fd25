"""The programme of two days: blocks for all, talks into rooms by track, and what changed between two releases."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from demo.founding import Founded
from demo.making import Making, local
from demo.submitting import Planned
from schedule.models import Slot
from schedule.service.frame import add_day, close_room
from schedule.service.places import Place, Seen, add_block, move_slot, pin_slot, place_talk, remove_slot

TALK_STARTS = ((10, 30), (11, 20), (13, 20), (14, 10), (15, 20), (16, 10))
"""Begins of the six talk times of a day; the first of each pair leaves ten minutes before the second."""
PAIR_MINUTES = 90
TALK_MINUTES = 40
# Hour and minute, length in minutes, kind, title.
FIRST_DAY = (
    (8, 30, 30, "break", "Registration and coffee"),
    (9, 0, 80, "plenary", "Opening: what we want from the next five years"),
    (10, 20, 10, "break", "Change of rooms"),
    (12, 0, 80, "break", "Lunch"),
    (14, 50, 30, "break", "Coffee and cake"),
    (17, 0, 60, "plenary", "General meeting of the Circle"),
    (19, 0, 150, "plenary", "Evening by the river, with music"),
)
SECOND_DAY = (
    (8, 45, 15, "break", "Coffee"),
    (9, 0, 75, "plenary", "The vendor answers: forty wishes from the working groups"),
    (12, 0, 80, "break", "Lunch"),
    (14, 50, 30, "break", "Coffee and fruit"),
    (17, 0, 30, "plenary", "Closing and the talk that you liked best"),
)


@dataclass(slots=True)
class Board:
    """Which talk times are taken: by room, and by people."""

    rooms: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """(day, time, room) → minutes that are used."""
    people: set[tuple[int, int, str]] = field(default_factory=set)


def add_days(making: Making, event: Founded, at: datetime, first: date) -> None:
    """Two days, their blocks, and a morning in which a workshop room is not ours."""
    for offset, (ends, blocks) in enumerate((((22, 0), FIRST_DAY), ((18, 0), SECOND_DAY))):
        day = first + timedelta(days=offset)
        begins, finishes = local(day, 8, 30, event.zone), local(day, *ends, event.zone)
        work = making.work(event.chair, at)
        add_day(work, conference_id=event.id, day=day, starts_at=begins, ends_at=finishes)
        for hour, minute, length, kind, title in blocks:
            place = Place(None, local(day, hour, minute, event.zone), length)
            add_block(making.work(event.chair, at), conference_id=event.id, kind=kind, title=title, place=place)
    room = list(event.rooms.values())[-1]
    begins = local(first, 8, 30, event.zone)
    close_room(
        making.work(event.chair, at),
        conference_id=event.id,
        room_id=room,
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        reason="The room is set up for the exhibition.",
    )


def place_talks(
    making: Making, event: Founded, at: datetime, first: date, plans: Sequence[Planned], homes: dict[str, list[str]]
) -> list[int]:
    """Talks into the rooms of their tracks, ``homes``, best rooms first; returns the numbers of the slots."""
    board = Board()
    slots = []
    for step, plan in enumerate(plans):
        found = _find(event, board, plan, homes[plan.track])
        if found is None:
            continue
        day, time, room, begin = found
        starts = local(first + timedelta(days=day), *TALK_STARTS[time], event.zone) + timedelta(minutes=begin)
        work = making.work(event.chair, at + timedelta(minutes=2 * step))
        slots.append(
            place_talk(work, conference_id=event.id, talk_id=plan.id, place=Place(room, starts, minutes_of(plan)))
        )
    return slots


def change_after_release(making: Making, event: Founded, at: datetime) -> None:
    """What happens in the weeks after a first release: three talks move, one is taken out, one is pinned."""
    talks = _talks(making, event)
    free = _free_places(making, event)
    for number, slot in enumerate(talks[4:40:12]):
        room, starts = free[number]
        work = making.work(event.chair, at + timedelta(hours=number))
        move_slot(
            work, conference_id=event.id, seen=Seen(slot.id), place=Place(room, starts, min(slot.length_minutes, 40))
        )
    remove_slot(making.work(event.chair, at + timedelta(days=1)), conference_id=event.id, seen=Seen(talks[20].id))
    pin_slot(
        making.work(event.chair, at + timedelta(days=1)),
        conference_id=event.id,
        seen=Seen(talks[0].id),
        is_pinned=True,
    )


def leave_unreleased(making: Making, event: Founded, at: datetime) -> None:
    """One more move that nobody has published yet, so that the next release has something to show."""
    room, starts = _free_places(making, event)[0]
    slot = _talks(making, event)[9]
    place = Place(room, starts, min(slot.length_minutes, TALK_MINUTES))
    move_slot(making.work(event.chair, at), conference_id=event.id, seen=Seen(slot.id), place=place)


def minutes_of(plan: Planned) -> int:
    return {"Short talk": 20, "Workshop": PAIR_MINUTES, "Paper": 30}.get(plan.type_name, TALK_MINUTES)


def _find(event: Founded, board: Board, plan: Planned, homes: list[str]) -> tuple[int, int, int, int] | None:
    """Day, talk time, room and minutes after its begin: the first place that is free for room and people."""
    needed = minutes_of(plan)
    people = [plan.owner.email, *(person.email for person in plan.coauthors)]
    for name in homes:
        room = event.rooms[name]
        for day, time in [(day, time) for time in range(len(TALK_STARTS)) for day in (0, 1)]:
            if needed == PAIR_MINUTES and time % 2:
                continue
            times = (time, time + 1) if needed == PAIR_MINUTES else (time,)
            used = [board.rooms.get((day, each, room), 0) for each in times]
            if needed == PAIR_MINUTES and any(used) or used[0] + needed > TALK_MINUTES and needed != PAIR_MINUTES:
                continue
            if any((day, each, person) in board.people for each in times for person in people):
                continue
            for each in times:
                board.rooms[day, each, room] = TALK_MINUTES if needed == PAIR_MINUTES else used[0] + needed
                board.people |= {(day, each, person) for person in people}
            return day, time, room, used[0]
    return None


def _talks(making: Making, event: Founded) -> list[Slot]:
    query = select(Slot).where(Slot.conference_id == event.id, Slot.kind == "talk", Slot.day_id.is_not(None))
    return list(making.db.scalars(query.order_by(Slot.number)))


def _free_places(making: Making, event: Founded) -> list[tuple[int, datetime]]:
    """Rooms and talk times in which nothing runs, largest rooms last so that talks do not lose by moving."""
    rows = making.db.scalars(select(Slot).where(Slot.conference_id == event.id, Slot.day_id.is_not(None))).all()
    days = sorted({row.starts_at.date() for row in rows if row.starts_at is not None})
    taken = [(row.room_id, row.starts_at, row.length_minutes) for row in rows if row.starts_at is not None]
    found = []
    for day in days:
        for hours, minutes in TALK_STARTS:
            begin = local(day, hours, minutes, event.zone)
            end = begin + timedelta(minutes=TALK_MINUTES)
            for room in list(event.rooms.values())[:-1]:
                if not any(
                    where in (room, None) and starts < end and begin < starts + timedelta(minutes=length)
                    for where, starts, length in taken
                ):
                    found.append((room, begin))
    return found
