"""The grid that one conference site made from pretalx's API: day → minute → room id → talk.

Beside ``schedule`` stand ``rooms`` with names in several languages, ``sprints`` in the same shape, and
``extra``: day → minute → a break for everyone.
"""

from collections.abc import Iterator
from typing import Any

from schedule.interchange.imported import PERSONS_PER_EVENT_MAX
from schedule.interchange.raw import RawDay, RawEvent, RawPerson, RawRoom, RawSchedule
from schedule.interchange.times import read_date
from schedule.interchange.values import listed, mapped, words

BREAK_MINUTES = 30


def is_grid(whole: Any) -> bool:
    days = mapped(mapped(whole).get("schedule"))
    return bool(days) and all(read_date(day) is not None and len(day) == 10 for day in days)


def read_grid(whole: Any) -> RawSchedule:
    dates = sorted({*_days(whole, "schedule"), *_days(whole, "sprints"), *_days(whole, "extra")})
    rooms = sorted(map(mapped, listed(whole.get("rooms"))), key=_position)
    return RawSchedule(
        rooms=tuple(
            RawRoom(
                name=words(room.get("name")),
                guid=words(room.get("guid")),
                capacity=words(room.get("capacity")),
            )
            for room in rooms
        ),
        days=tuple(
            RawDay(line=None, place=f"schedule[{date!r}]", index=str(index), date=date, start="", end="")
            for index, date in enumerate(dates, start=1)
        ),
        events=(
            *_talks(whole, "schedule", dates),
            *_talks(whole, "sprints", dates),
            *_breaks(whole, dates),
        ),
    )


def _days(whole: Any, part: str) -> dict[str, Any]:
    return {day: cells for day, cells in mapped(whole.get(part)).items() if read_date(day) is not None}


def _position(room: dict[str, Any]) -> int:
    position = room.get("position")
    return position if isinstance(position, int) else 0


def _talks(whole: Any, part: str, dates: list[str]) -> Iterator[RawEvent]:
    for date, minutes in _days(whole, part).items():
        for minute, cells in mapped(minutes).items():
            for room_id, talk in mapped(cells).items():
                yield _talk(mapped(talk), f"{part}[{date!r}][{minute}][{room_id}]", dates.index(date))


def _talk(talk: dict[str, Any], place: str, day: int) -> RawEvent:
    slot = mapped(talk.get("slot"))
    return RawEvent(
        line=None,
        place=place,
        day=day,
        rooms=tuple(filter(None, (words(slot.get("room")),))),
        code=words(talk.get("code")),
        title=words(talk.get("title")),
        abstract=words(talk.get("abstract")),
        description=words(talk.get("description")),
        language=words(talk.get("content_locale")),
        type_name=words(talk.get("submission_type")),
        track=words(talk.get("track")),
        date=words(slot.get("start")),
        end=words(slot.get("end")),
        duration=words(talk.get("duration")) if not slot.get("end") else "",
        persons=tuple(_persons(talk)),
        links=tuple(
            (words(resource.get("description")), words(resource.get("resource")))
            for resource in map(mapped, listed(talk.get("resources")))
        ),
    )


def _persons(talk: dict[str, Any]) -> Iterator[RawPerson]:
    for person in map(mapped, listed(talk.get("speakers"))[:PERSONS_PER_EVENT_MAX]):
        yield RawPerson(
            name=words(person.get("name")),
            id=words(person.get("code")),
            biography=words(person.get("biography")),
        )


def _breaks(whole: Any, dates: list[str]) -> Iterator[RawEvent]:
    """A break has no length in the file; it ends where the next thing of its day begins."""
    for date, minutes in _days(whole, "extra").items():
        begun = {minute for part in ("schedule", "sprints") for minute in _begun(whole, part, date)}
        for minute, entry in mapped(minutes).items():
            if not minute.isdecimal() or int(minute) >= 24 * 60:
                continue
            at = int(minute)
            following = min((other for other in begun if other > at), default=at + BREAK_MINUTES)
            yield RawEvent(
                line=None,
                place=f"extra[{date!r}][{minute}]",
                day=dates.index(date),
                rooms=(),
                slug=words(mapped(entry).get("id")),
                title=words(mapped(entry).get("title")),
                start=f"{at // 60:02d}:{at % 60:02d}",
                duration=str(following - at),
                is_break=True,
            )


def _begun(whole: Any, part: str, date: str) -> set[int]:
    """Minutes of the day at which something begins; empty cells do not count."""
    minutes = mapped(_days(whole, part).get(date))
    return {int(minute) for minute, cells in minutes.items() if minute.isdecimal() and mapped(cells)}
