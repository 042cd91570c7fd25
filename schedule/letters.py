"""Letters to speakers about their slots: one for each slot and speaker, with the calendar entry in it.

The chairs' preview and the real mail are composed by the same function.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from cfp.accepted import Speaker
from conference.letters import Recipient, compose_letter
from conference.locale import date_words, speaking, time_words
from plumbing.kernel import kernel
from plumbing.outbox import Letter
from schedule.document import DocSlot, Index, ReleaseDocument, ScheduleDifference
from schedule.exports.facts import talk_address
from schedule.exports.ical import itip_cancel, itip_request
from schedule.release import empty_like

News = Literal["new", "moved", "cancelled"]


@dataclass(frozen=True, slots=True)
class SlotNews:
    """What became of a slot; ``slot`` is as it stands in the new document, ``old`` as it stood before.

    ``told`` are the public refs of the speakers whom it concerns: of a slot that stays, those who came and who left.
    ``old_room`` is a name, since the room may have gone with the old document.
    """

    what: News
    slot: DocSlot
    old: DocSlot | None
    told: tuple[str, ...]
    old_room: str = ""

    @property
    def has_left(self) -> bool:
        """The talk is still given, by others."""
        return self.what == "cancelled" and not self.slot.cancelled


@dataclass(frozen=True, slots=True)
class People:
    """Those who have an address, by public ref: who speaks, and everybody who is or was named with a talk."""

    speakers: Mapping[str, Speaker]
    everybody: Mapping[str, Speaker]

    def find(self, news: SlotNews, ref: str) -> Speaker | None:
        """What was taken back is told to whoever heard of it; anything else to speakers alone."""
        return self.speakers.get(ref) or (self.everybody.get(ref) if news.what == "cancelled" else None)


def news_of(found: ScheduleDifference, before: ReleaseDocument | None, after: ReleaseDocument) -> list[SlotNews]:
    """Slots of talks that are new, moved or cancelled, for all their speakers or for one, in order of time."""
    old, new = Index(before if before is not None else empty_like(after)), Index(after)
    news = [SlotNews("new", slot, None, _speakers(new, slot)) for slot in found.new]
    for move in found.moved:
        stayed = tuple(ref for ref in _speakers(new, move.new) if ref in _speakers(old, move.old))
        news.append(SlotNews("moved", move.new, move.old, stayed, _room(old, move.old)))
    for slot in found.cancelled:
        gone = new.slot_by_guid.get(slot.guid, slot)
        news.append(SlotNews("cancelled", gone, slot, _speakers(old, slot), _room(old, slot)))
    touched = [*(move.new.guid for move in found.moved), *(word.slot.guid for word in found.reworded)]
    for guid in dict.fromkeys(touched):
        news += _comings_and_goings(old, new, guid)
    return sorted((each for each in news if each.told), key=lambda each: each.slot.starts_at)


def _comings_and_goings(old: Index, new: Index, guid: UUID) -> list[SlotNews]:
    """Of a slot that stays."""
    was, slot = old.slot_by_guid[guid], new.slot_by_guid[guid]
    had, has = _speakers(old, was), _speakers(new, slot)
    came = tuple(ref for ref in has if ref not in had)
    left = tuple(ref for ref in had if ref not in has)
    return [SlotNews("new", slot, None, came), SlotNews("cancelled", slot, was, left, _room(old, was))]


def recipients(news: list[SlotNews], people: People) -> list[tuple[SlotNews, Speaker]]:
    """Whoever has no address is told by nobody, and gets no letter."""
    return [(each, person) for each in news for ref in each.told if (person := people.find(each, ref)) is not None]


def unreachable(news: list[SlotNews], people: People) -> int:
    """How many should be told and have no address."""
    return len({ref for each in news for ref in each.told if people.find(each, ref) is None})


def letters(after: ReleaseDocument, told: Iterable[tuple[SlotNews, Speaker]]) -> Iterator[Letter]:
    """One for each pair."""
    index = Index(after)
    for news, person in told:
        yield _letter(index, news, person, person.email or "")


def _speakers(index: Index, slot: DocSlot) -> tuple[str, ...]:
    talk = index.talk_of(slot)
    return talk.speakers if talk is not None else ()


def _room(index: Index, slot: DocSlot) -> str:
    room = index.room_of(slot)
    return room.name if room is not None else ""


def _letter(index: Index, news: SlotNews, person: Speaker, email: str) -> Letter:
    document, slot = index.document, news.slot
    zone = document.conference.zone
    talk = index.talk_of(slot)
    make = itip_cancel if news.what == "cancelled" else itip_request
    calendar = make(
        document,
        slot,
        attendee_email=email,
        attendee_name=person.name,
        organiser_email=document.conference.contact or kernel().settings.mail_from,
        sequence=slot.sequence,
    )
    with speaking(person.locale):
        when = _when(slot, zone)
        old_when = _when(news.old, zone) if news.old is not None else ""
    return compose_letter(
        # One letter for each slot and speaker: the kind tells them apart, so that none is taken for a repeat.
        f"slot.{news.what}.{slot.number}",
        f"schedule/{news.what}",
        Recipient(email, person.name, person.locale),
        calendar=calendar,
        calendar_method="CANCEL" if news.what == "cancelled" else "REQUEST",
        conference=document.conference.title,
        contact=document.conference.contact,
        title=talk.title if talk is not None else "",
        when=when,
        old_when=old_when,
        room=_room(index, slot),
        old_room=news.old_room,
        has_left=news.has_left,
        place=", ".join(filter(None, (document.conference.venue, document.conference.city))),
        zone=zone,
        minutes=slot.length_minutes,
        page=(talk_address(document.conference, talk) or "") if talk is not None else "",
        agenda=document.conference.url,
    )


def _when(slot: DocSlot, zone: str) -> str:
    day = slot.starts_at.astimezone(ZoneInfo(zone)).date()
    return f"{date_words(day)}, {time_words(slot.starts_at, zone)}–{time_words(slot.ends_at, zone)}"
