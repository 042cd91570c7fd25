"""schedule.json in version 1 of the public schema."""

import json
import re
from typing import Any

from schedule.document import DocDay, ReleaseDocument
from schedule.exports.facts import GENERATOR, TIMESLOT_DURATION, Event, Facts, Person, colour_of
from schedule.names import ascii_slug, clean_line

SCHEMA = "https://c3voc.de/schedule/schema.json"

_SCHEMA_ZONE = re.compile(r"([A-Z][a-z]+/[A-Z][a-z]+)|.*UTC$")


def schedule_json(document: ReleaseDocument) -> bytes:
    """The whole programme in UTF-8, without breaks and cancelled slots (see ``facts``)."""
    facts = Facts(document)
    schedule: dict[str, Any] = {"version": facts.version}
    if facts.base_url:
        schedule |= {"base_url": facts.base_url, "url": facts.base_url}
    schedule["conference"] = _conference(facts)
    whole = {"$schema": SCHEMA, "generator": {"name": GENERATOR}, "schedule": schedule}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _conference(facts: Facts) -> dict[str, Any]:
    document = facts.document
    conference = document.conference
    values: dict[str, Any] = {
        "acronym": facts.acronym,
        "title": clean_line(conference.title),
        "description": conference.description,
        "start": conference.starts_on.isoformat(),
        "end": conference.ends_on.isoformat(),
        "daysCount": len(document.days),
        "timeslot_duration": TIMESLOT_DURATION,
        "tracks": _tracks(facts),
        "rooms": _rooms(facts),
        "days": _days(facts),
    }
    if _SCHEMA_ZONE.match(conference.zone):
        values["time_zone_name"] = conference.zone
    if facts.base_url:
        values["url"] = facts.base_url
    if facts.accent:
        values["colors"] = {"primary": facts.accent}
    return values


def _tracks(facts: Facts) -> list[dict[str, str]]:
    tracks = []
    for track in facts.document.tracks:
        values = {"name": clean_line(track.name)}
        slug = ascii_slug(track.slug)
        if len(slug) > 1:
            values["slug"] = slug
        if colour := colour_of(track.colour):
            values["color"] = colour
        tracks.append(values)
    return tracks


def _rooms(facts: Facts) -> list[dict[str, Any]]:
    rooms = []
    for room in facts.document.rooms:
        values: dict[str, Any] = {
            "name": facts.room_names[room.guid],
            "guid": str(room.guid),
            "capacity": room.capacity,
        }
        slug = ascii_slug(room.slug)
        if len(slug) > 1:
            values["slug"] = slug
        rooms.append(values)
    return rooms


def _days(facts: Facts) -> list[dict[str, Any]]:
    events = facts.events()
    return [_day(facts, day, [event for event in events if event.day == day.index]) for day in facts.document.days]


def _day(facts: Facts, day: DocDay, events: list[Event]) -> dict[str, Any]:
    names = [facts.room_names[room.guid] for room in facts.document.rooms] or [facts.room_names[None]]
    rooms: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for event in events:
        rooms[event.room].append(_event(event))
    return {
        "index": day.index,
        "date": day.date.isoformat(),
        "day_start": facts.local(day.starts_at).isoformat(timespec="seconds"),
        "day_end": facts.local(day.ends_at).isoformat(timespec="seconds"),
        "rooms": {name: cells for name, cells in rooms.items() if cells},
    }


def _event(event: Event) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": event.number,
        "guid": str(event.guid),
        "date": event.date,
        "start": event.start,
        "end": event.end,
        "duration": event.duration,
        "room": event.room,
        "slug": event.slug,
        # The schema wants an address of every event; without a public page it is only a name.
        "url": event.url or f"urn:uuid:{event.guid}",
        "title": event.title,
        "subtitle": event.subtitle,
        "track": event.track or None,
        "type": event.type_name,
        "language": event.language or None,
        "abstract": event.abstract,
        "persons": [_person(person) for person in event.persons],
        "links": [{"title": title, "url": url} for title, url in event.links],
    }
    return values | ({"code": event.code} if event.code else {})


def _person(person: Person) -> dict[str, Any]:
    """``public_name`` for older clients; beside it a number would match two shapes of the schema's oneOf."""
    return {
        "guid": str(person.guid),
        "name": person.name,
        "public_name": person.name,
        "biography": person.biography,
    }
