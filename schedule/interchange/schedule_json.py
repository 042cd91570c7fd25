"""schedule.json: version 1 (rooms within days), the hub's version 2 (one list of events), pretalx's grid."""

import json
from collections.abc import Iterator
from typing import Any

from plumbing.sentences import sentence
from schedule.interchange.imported import (
    EVENTS_MAX,
    LINKS_PER_EVENT_MAX,
    PERSONS_PER_EVENT_MAX,
    UnreadableSchedule,
)
from schedule.interchange.pretalx_json import is_grid, read_grid
from schedule.interchange.raw import RawDay, RawEvent, RawPerson, RawRoom, RawSchedule, RawTrack
from schedule.interchange.values import listed, mapped, words


def read_json(data: bytes) -> RawSchedule:
    """Raises UnreadableSchedule where the JSON is broken or holds no schedule."""
    whole = _parsed(data)
    if is_grid(whole):
        return _limited(read_grid(whole))
    schedule = mapped(mapped(whole).get("schedule")) or mapped(whole)
    conference = mapped(schedule.get("conference"))
    if not conference:
        text = sentence("The file is JSON, but holds no “schedule” with a “conference”.")
        raise UnreadableSchedule(None, None, text)
    days = listed(conference.get("days"))
    events = (*_events_of_days(days), *_events_of_list(schedule))
    return _limited(
        RawSchedule(
            acronym=words(conference.get("acronym")),
            title=words(conference.get("title")),
            start=words(conference.get("start")),
            end=words(conference.get("end")),
            zone=words(conference.get("time_zone_name")),
            url=words(conference.get("url")) or words(conference.get("base_url")) or words(schedule.get("base_url")),
            colour=words(mapped(conference.get("colors")).get("primary")),
            rooms=tuple(_room(mapped(room)) for room in listed(conference.get("rooms"))),
            tracks=tuple(_track(mapped(track)) for track in listed(conference.get("tracks"))),
            days=tuple(_day(mapped(day), place) for place, day in enumerate(days)),
            events=events,
        )
    )


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        text = sentence("Line %(line)s, column %(column)s is not UTF-8, so this is no JSON.", line=line, column=column)
        raise UnreadableSchedule(line, column, text) from error
    except json.JSONDecodeError as error:
        text = sentence(
            "The JSON is broken in line %(line)s, column %(column)s: %(reason)s",
            line=error.lineno,
            column=error.colno,
            reason=error.msg,
        )
        raise UnreadableSchedule(error.lineno, error.colno, text) from error
    except (RecursionError, ValueError) as error:
        text = sentence("The JSON is nested too deeply or holds a number that is too long.")
        raise UnreadableSchedule(None, None, text) from error


def _limited(raw: RawSchedule) -> RawSchedule:
    if len(raw.events) > EVENTS_MAX:
        text = sentence("The file holds more than %(limit)s events.", limit=EVENTS_MAX)
        raise UnreadableSchedule(None, None, text)
    return raw


def _events_of_days(days: list[Any]) -> Iterator[RawEvent]:
    for place, day in enumerate(days):
        for room, cells in mapped(mapped(day).get("rooms")).items():
            for count, event in enumerate(listed(cells)):
                path = f"schedule.conference.days[{place}].rooms[{room!r}][{count}]"
                yield _event(mapped(event), path, place, room)


def _events_of_list(schedule: dict[str, Any]) -> Iterator[RawEvent]:
    for count, event in enumerate(listed(schedule.get("events"))):
        yield _event(mapped(event), f"schedule.events[{count}]", None, "")


def _event(event: dict[str, Any], path: str, day: int | None, room: str) -> RawEvent:
    start = words(event.get("start"))
    return RawEvent(
        line=None,
        place=path,
        day=day,
        rooms=tuple(filter(None, (room or words(event.get("room")),))),
        id=words(event.get("id")),
        guid=words(event.get("guid")),
        code=words(event.get("code")),
        slug=words(event.get("slug")),
        url=words(event.get("url")),
        title=words(event.get("title")),
        subtitle=words(event.get("subtitle")),
        abstract=words(event.get("abstract")),
        description=words(event.get("description")),
        language=words(event.get("language")),
        type_name=words(event.get("type")),
        track=words(event.get("track")),
        date=words(event.get("date")) or start,
        start=start,
        end=words(event.get("end")),
        duration=words(event.get("duration")),
        persons=tuple(_persons(event)),
        links=tuple(_links(event)),
    )


def _persons(event: dict[str, Any]) -> list[RawPerson]:
    found = listed(event.get("persons")) or listed(event.get("participants")) or listed(event.get("speakers"))
    persons = []
    for person in map(mapped, found[:PERSONS_PER_EVENT_MAX]):
        persons.append(
            RawPerson(
                name=words(person.get("name")) or words(person.get("public_name")),
                guid=words(person.get("guid")),
                id=words(person.get("code")) or words(person.get("id")),
                biography=words(person.get("biography")),
            )
        )
    return persons


def _links(event: dict[str, Any]) -> list[tuple[str, str]]:
    found = [*listed(event.get("links")), *listed(event.get("attachments"))]
    pairs = [(words(link.get("title")), words(link.get("url"))) for link in map(mapped, found)]
    return pairs[:LINKS_PER_EVENT_MAX]


def _room(room: dict[str, Any]) -> RawRoom:
    return RawRoom(
        name=words(room.get("name")),
        guid=words(room.get("guid")),
        slug=words(room.get("slug")),
        capacity=words(room.get("capacity")),
    )


def _track(track: dict[str, Any]) -> RawTrack:
    colours = mapped(track.get("colors"))
    return RawTrack(
        name=words(track.get("name")),
        slug=words(track.get("slug")),
        colour=words(track.get("color")) or words(colours.get("light")),
    )


def _day(day: dict[str, Any], place: int) -> RawDay:
    return RawDay(
        line=None,
        place=f"schedule.conference.days[{place}]",
        index=words(day.get("index")),
        date=words(day.get("date")),
        start=words(day.get("day_start")) or words(day.get("start")),
        end=words(day.get("day_end")) or words(day.get("end")),
    )
