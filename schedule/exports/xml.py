"""schedule.xml, valid against the public schema for every release document.

Every room stands in every day, empty ones too: the format has no other list of rooms.
"""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta

from lxml import etree

from schedule.document import DocDay, ReleaseDocument
from schedule.exports.facts import GENERATOR, TIMESLOT_DURATION, Event, Facts, colour_of
from schedule.names import ascii_slug, clean_line


def schedule_xml(document: ReleaseDocument) -> bytes:
    """The whole programme in UTF-8, without breaks and cancelled slots (see ``facts``)."""
    facts = Facts(document)
    root = etree.Element("schedule")
    etree.SubElement(root, "generator", name=GENERATOR)
    _text(root, "version", facts.version)
    _conference(root, facts)
    cells: dict[tuple[int, str], list[Event]] = defaultdict(list)
    for event in facts.events():
        cells[event.day, event.room].append(event)
    coded: set[str] = set()
    for day in document.days or (_only_day(facts),):
        _day(root, facts, day, cells, coded)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True))


def _conference(root: etree._Element, facts: Facts) -> None:
    conference = facts.document.conference
    element = etree.SubElement(root, "conference")
    _text(element, "title", clean_line(conference.title))
    _text(element, "acronym", facts.acronym)
    _text(element, "start", conference.starts_on.isoformat())
    _text(element, "end", conference.ends_on.isoformat())
    _text(element, "days", str(len(facts.document.days) or 1))
    _text(element, "timeslot_duration", TIMESLOT_DURATION)
    if facts.base_url:
        _text(element, "base_url", facts.base_url)
        _text(element, "url", facts.base_url)
    _text(element, "time_zone_name", conference.zone)
    if facts.accent:
        etree.SubElement(element, "color", primary=facts.accent)
    for track in facts.document.tracks:
        name = clean_line(track.name)
        child = _text(element, "track", name)
        child.set("name", name)
        if colour := colour_of(track.colour):
            child.set("color", colour)
        slug = ascii_slug(track.slug)
        if len(slug) > 1 and slug[0].isalpha():
            child.set("slug", slug)


def _day(
    root: etree._Element,
    facts: Facts,
    day: DocDay,
    cells: dict[tuple[int, str], list[Event]],
    coded: set[str],
) -> None:
    element = etree.SubElement(root, "day", index=str(day.index), date=day.date.isoformat())
    element.set("start", facts.local(day.starts_at).isoformat(timespec="seconds"))
    element.set("end", facts.local(day.ends_at).isoformat(timespec="seconds"))
    rooms: list[tuple[str, str | None]] = [
        (facts.room_names[room.guid], str(room.guid)) for room in facts.document.rooms
    ]
    for name, guid in rooms or [(facts.room_names[None], None)]:
        room = etree.SubElement(element, "room", name=name)
        if guid:
            room.set("guid", guid)
        for event in cells.get((day.index, name), ()):
            _event(room, event, coded)


def _event(room: etree._Element, event: Event, coded: set[str]) -> None:
    element = etree.SubElement(room, "event", id=str(event.number), guid=str(event.guid))
    if event.code and event.code not in coded:
        # The code must be unique in the file: a talk's further slots go without, and share its address.
        element.set("code", event.code)
        coded.add(event.code)
    for name in ("room", "title", "subtitle", "type_name", "date", "start", "duration", "abstract", "slug"):
        _text(element, name.removesuffix("_name"), getattr(event, name))
    _text(element, "track", event.track)
    if event.language:
        _text(element, "language", event.language)
    if event.url:
        _text(element, "url", event.url)
    persons = etree.SubElement(element, "persons")
    for person in event.persons:
        child = _text(persons, "person", person.name)
        child.set("id", str(person.number))
        child.set("guid", str(person.guid))
    links = etree.SubElement(element, "links")
    for title, url in event.links:
        _text(links, "link", title).set("href", url)


def _only_day(facts: Facts) -> DocDay:
    """The schema wants one day at least, even of a release that holds nothing yet."""
    date = facts.document.conference.starts_on
    starts_at = datetime.combine(date, time(), facts.zone).astimezone(UTC)
    return DocDay(index=1, date=date, starts_at=starts_at, ends_at=starts_at + timedelta(days=1))


def _text(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, name)
    element.text = text
    return element
