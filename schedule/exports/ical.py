"""iCalendar feeds (RFC 5545) and invitations by mail (iTIP, RFC 5546).

A slot keeps one UID for ever: it is the guid with a host part that no move of the site changes. Feeds
hold cancelled slots and breaks; e-mail addresses stand in invitations only.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText

from schedule.document import DocSlot, ReleaseDocument
from schedule.exports.facts import GENERATOR, Facts, talk_address
from schedule.exports.vtimezone import vtimezone
from schedule.names import clean_line, clean_text

UID_HOST = "slots.rostrum.invalid"
REFRESH_INTERVAL = timedelta(hours=1)

_UTC_ZONES = frozenset({"UTC", "Etc/UTC"})


def calendar(document: ReleaseDocument) -> bytes:
    """Every slot of the release."""
    facts = Facts(document)
    return _feed(facts, facts.index.slots, document.conference.title)


def speaker_calendar(document: ReleaseDocument, ref: str) -> bytes:
    """The slots of one speaker. Raises KeyError for an unknown ref."""
    facts = Facts(document)
    name = facts.index.speaker_by_ref[ref].name
    return _feed(facts, facts.index.slots_of_speaker(ref), f"{document.conference.title}: {name}")


def talk_calendar(document: ReleaseDocument, ref: str) -> bytes:
    """The slots of one talk. Raises KeyError for an unknown ref."""
    facts = Facts(document)
    title = facts.index.talk_by_ref[ref].title
    return _feed(facts, facts.index.slots_of_talk(ref), f"{document.conference.title}: {title}")


def chosen_calendar(document: ReleaseDocument, guids: Iterable[UUID], name: str) -> bytes:
    """A person's own choice of slots under ``name``; guids that the release does not hold are passed over."""
    facts = Facts(document)
    wanted = set(guids)
    return _feed(facts, tuple(slot for slot in facts.index.slots if slot.guid in wanted), name)


def itip_request(
    document: ReleaseDocument,
    slot: DocSlot,
    *,
    attendee_email: str,
    attendee_name: str,
    organiser_email: str,
    sequence: int,
) -> bytes:
    """For ``text/calendar; method=REQUEST``: the attendee is the one recipient of the mail.

    ``sequence`` must grow with every message about the slot to that person.
    """
    people = (attendee_email, attendee_name, organiser_email)
    return _message(document, slot, "REQUEST", people, sequence)


def itip_cancel(
    document: ReleaseDocument,
    slot: DocSlot,
    *,
    attendee_email: str,
    attendee_name: str,
    organiser_email: str,
    sequence: int,
) -> bytes:
    """For ``text/calendar; method=CANCEL``; the UID is that of the request that it takes back."""
    people = (attendee_email, attendee_name, organiser_email)
    return _message(document, slot, "CANCEL", people, sequence)


def uid_of(slot: DocSlot) -> str:
    return f"{slot.guid}@{UID_HOST}"


def _feed(facts: Facts, slots: tuple[DocSlot, ...], name: str) -> bytes:
    whole = _calendar("PUBLISH")
    name = clean_line(name)
    whole.add("name", name)
    whole.add("x-wr-calname", name)
    whole.add("x-wr-timezone", facts.document.conference.zone)
    whole.add("refresh-interval", REFRESH_INTERVAL, parameters={"VALUE": "DURATION"})
    _add_events(whole, facts, [(slot, _event(facts, slot)) for slot in slots])
    return bytes(whole.to_ical())


def _message(
    document: ReleaseDocument, slot: DocSlot, method: str, people: tuple[str, str, str], sequence: int
) -> bytes:
    facts = Facts(document)
    attendee_email, attendee_name, organiser_email = people
    event = _event(facts, slot)
    event["sequence"] = sequence
    event.pop("status")
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    organiser = _address(organiser_email, document.conference.title)
    event.add("organizer", organiser, encode=False)
    attendee = _address(attendee_email, attendee_name)
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE" if method == "REQUEST" else "FALSE")
    event.add("attendee", attendee, encode=False)
    whole = _calendar(method)
    _add_events(whole, facts, [(slot, event)])
    return bytes(whole.to_ical())


def _calendar(method: str) -> Calendar:
    whole = Calendar()
    whole.add("prodid", f"-//{GENERATOR}//{GENERATOR}//EN")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole.add("method", method)
    return whole


def _add_events(whole: Calendar, facts: Facts, events: list[tuple[DocSlot, Event]]) -> None:
    zone = facts.document.conference.zone
    if events and zone not in _UTC_ZONES:
        first = min(slot.starts_at for slot, _event in events)
        last = max(slot.ends_at for slot, _event in events)
        whole.add_component(vtimezone(zone, first, last))
    for _slot, event in events:
        whole.add_component(event)


def _event(facts: Facts, slot: DocSlot) -> Event:
    index, conference = facts.index, facts.document.conference
    talk, track = index.talk_of(slot), index.track_of(slot)
    url = talk_address(conference, talk) if talk else facts.base_url
    changed_at = slot.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", uid_of(slot))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", slot.sequence)
    event.add("dtstart", _local(facts, slot.starts_at))
    event.add("dtend", _local(facts, slot.ends_at))
    event.add("summary", clean_line(index.title_of(slot)))
    event.add("location", _location(facts, slot))
    event.add("status", "CANCELLED" if slot.cancelled else "CONFIRMED")
    if slot.kind == "break":
        event.add("transp", "TRANSPARENT")
    if description := _description(facts, slot, url):
        event.add("description", description)
    if url:
        event.add("url", url)
    category = clean_line(track.name if track else talk.type_name if talk else "") or slot.kind
    event.add("categories", [category])
    return event


def _local(facts: Facts, instant: datetime) -> datetime:
    """With the zone's TZID, except where a local time would be ambiguous: there in UTC."""
    local = facts.local(instant.replace(microsecond=0))
    return local.astimezone(UTC) if local.fold or facts.document.conference.zone in _UTC_ZONES else local


def _location(facts: Facts, slot: DocSlot) -> str:
    conference = facts.document.conference
    room = facts.room_names[slot.room] if slot.room is not None else ""
    places = dict.fromkeys(filter(None, (room, clean_line(conference.venue), clean_line(conference.city))))
    return ", ".join(places) or clean_line(conference.title) or facts.acronym


def _description(facts: Facts, slot: DocSlot, url: str | None) -> str:
    talk = facts.index.talk_of(slot)
    if talk is None:
        return ""
    names = ", ".join(clean_line(speaker.name) for speaker in facts.index.speakers_of(talk))
    return "\n\n".join(filter(None, (names, clean_line(talk.subtitle), clean_text(talk.abstract), url)))


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{clean_line(email)}")
    if name := clean_line(name).replace('"', "'"):
        address.params["CN"] = vText(name)
    return address
