"""schedule.xml in the dialects met in the wild: pentabarf's heirs, and EuroPython's ``entry`` lists."""

from lxml import etree

from plumbing.sentences import sentence
from schedule.interchange.imported import (
    EVENTS_MAX,
    LINKS_PER_EVENT_MAX,
    PERSONS_PER_EVENT_MAX,
    UnreadableSchedule,
)
from schedule.interchange.raw import RawDay, RawEvent, RawPerson, RawRoom, RawSchedule, RawTrack


def read_xml(data: bytes) -> RawSchedule:
    """Raises UnreadableSchedule where the XML is broken, declares entities, or is no schedule."""
    root = _parsed(data)
    if _name(root) != "schedule":
        text = sentence("The file is XML, but its root is “%(name)s” where “schedule” was expected.", name=_name(root))
        raise UnreadableSchedule(root.sourceline, None, text)
    conference = _child(root, "conference")
    events = [event for place, day in enumerate(_children(root, "day")) for event in _events(day, place)]
    if len(events) > EVENTS_MAX:
        text = sentence("The file holds more than %(limit)s events.", limit=EVENTS_MAX)
        raise UnreadableSchedule(root.sourceline, None, text)
    return RawSchedule(
        acronym=_text(conference, "acronym"),
        title=_text(conference, "title"),
        start=_text(conference, "start"),
        end=_text(conference, "end"),
        zone=_text(conference, "time_zone_name"),
        url=_text(conference, "url") or _text(conference, "base_url"),
        colour=_colour(conference),
        day_change=_text(conference, "day_change"),
        rooms=tuple(_rooms(root)),
        tracks=tuple(_tracks(root, conference)),
        days=tuple(_day(day, place) for place, day in enumerate(_children(root, "day"))),
        events=tuple(events),
    )


def _parsed(data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        text = sentence(
            "The XML is broken in line %(line)s, column %(column)s: %(reason)s",
            line=line,
            column=column,
            reason=str(error.msg),
        )
        raise UnreadableSchedule(line, column, text) from error
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and next(iter(declared.iterentities()), None) is not None:
        text = sentence("The file declares XML entities. They are never needed here, and can be an attack.")
        raise UnreadableSchedule(1, None, text)
    return root


def _events(day: etree._Element, place: int) -> list[RawEvent]:
    events = []
    for at, room in enumerate(_children(day, "room"), start=1):
        for count, event in enumerate(_children(room, "event"), start=1):
            path = f"day[{place + 1}]/room[{at}]/event[{count}]"
            events.append(_event(event, place, path, (room.get("name") or _text(event, "room"),)))
    for count, entry in enumerate(_children(day, "entry"), start=1):
        rooms = tuple(name.strip() for name in _text(entry, "room").split(","))
        events.append(_event(entry, place, f"day[{place + 1}]/entry[{count}]", rooms))
    return events


def _event(event: etree._Element, day: int, path: str, rooms: tuple[str, ...]) -> RawEvent:
    return RawEvent(
        line=event.sourceline,
        place=path,
        day=day,
        rooms=tuple(filter(None, rooms)),
        id=event.get("id", ""),
        guid=event.get("guid", "") or _text(event, "guid"),
        code=event.get("code", ""),
        slug=_text(event, "slug"),
        url=_text(event, "url"),
        title=_text(event, "title"),
        subtitle=_text(event, "subtitle"),
        abstract=_text(event, "abstract"),
        description=_text(event, "description"),
        language=_text(event, "language"),
        type_name=_text(event, "type") or _text(event, "category"),
        track=_text(event, "track"),
        date=_text(event, "date"),
        start=_text(event, "start"),
        end=_text(event, "end"),
        duration=_text(event, "duration"),
        persons=tuple(_persons(event)),
        links=tuple(_links(event)),
    )


def _persons(event: etree._Element) -> list[RawPerson]:
    persons = [
        RawPerson(name=_words(person), guid=person.get("guid", ""), id=person.get("id", ""))
        for person in _grandchildren(event, "persons", "person")
    ]
    for speaker in _grandchildren(event, "speakers", "speaker"):
        biography = _text(speaker, "description")
        profile = _text(speaker, "profile")
        if not biography and not profile.startswith(("http://", "https://")):
            biography = profile
        persons.append(RawPerson(name=_text(speaker, "name"), id=speaker.get("id", ""), biography=biography))
    return persons[:PERSONS_PER_EVENT_MAX]


def _links(event: etree._Element) -> list[tuple[str, str]]:
    found = [*_grandchildren(event, "links", "link"), *_grandchildren(event, "attachments", "attachment")]
    return [(_words(link), link.get("href", "")) for link in found][:LINKS_PER_EVENT_MAX]


def _rooms(root: etree._Element) -> list[RawRoom]:
    """In order of appearance; the elements of the days first, then the names that entries use."""
    return [
        RawRoom(name=room.get("name", ""), guid=room.get("guid", ""), slug=room.get("slug", ""))
        for day in _children(root, "day")
        for room in _children(day, "room")
    ]


def _tracks(root: etree._Element, conference: etree._Element | None) -> list[RawTrack]:
    found = _children(conference, "track") if conference is not None else []
    found += _grandchildren(root, "tracks", "track")
    return [
        RawTrack(name=track.get("name") or _words(track), slug=track.get("slug", ""), colour=track.get("color", ""))
        for track in found
    ]


def _day(day: etree._Element, place: int) -> RawDay:
    return RawDay(
        line=day.sourceline,
        place=f"day[{place + 1}]",
        index=day.get("index", ""),
        date=day.get("date", ""),
        start=day.get("start", ""),
        end=day.get("end", ""),
    )


def _colour(conference: etree._Element | None) -> str:
    colour = _child(conference, "color")
    return colour.get("primary", "") if colour is not None else ""


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _children(parent: etree._Element, name: str) -> list[etree._Element]:
    return list(parent.iterchildren(f"{{*}}{name}"))


def _grandchildren(parent: etree._Element, group: str, name: str) -> list[etree._Element]:
    return [child for element in _children(parent, group) for child in _children(element, name)]


def _child(parent: etree._Element | None, name: str) -> etree._Element | None:
    return next(parent.iterchildren(f"{{*}}{name}"), None) if parent is not None else None


def _text(parent: etree._Element | None, name: str) -> str:
    child = _child(parent, name)
    return _words(child) if child is not None else ""


def _words(element: etree._Element) -> str:
    """All text inside, so that stray inline tags lose nothing."""
    return (
        "".join(element.itertext(etree.Element, with_tail=True)).strip()
        if len(element)
        else (element.text or "").strip()
    )
