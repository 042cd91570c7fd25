"""Letters to speakers about their slots: one for each slot and speaker, with the calendar entry in it.

The chairs' preview and the real mail are composed by the same function.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from cfp.accepted import Speaker
from conference.letters import Recipient, compose_letter
from conference.locale import date_words, speaking, time_words
from plumbing.kernel import kernel
from plumbing.outbox import Letter
from schedule.document import DocSlot, Index, ReleaseDocument, ScheduleDifference
from schedule.exports.facts import talk_address
from schedule.exports.ical import itip_cancel, itip_request
from schedule.release import speaker_ref

News = Literal["new", "moved", "cancelled"]


@dataclass(frozen=True, slots=True)
class SlotNews:
    """What became of a slot; ``slot`` is as it stands in the new document, ``old`` as it stood before."""

    what: News
    slot: DocSlot
    old: DocSlot | None


def news_of(found: ScheduleDifference, after: ReleaseDocument) -> list[SlotNews]:
    """Slots of talks that are new, moved or cancelled, in order of time."""
    are = {slot.guid: slot for slot in after.slots}
    news = [SlotNews("new", slot, None) for slot in found.new]
    news += [SlotNews("moved", move.new, move.old) for move in found.moved]
    news += [SlotNews("cancelled", are.get(slot.guid, slot), slot) for slot in found.cancelled]
    return sorted((each for each in news if each.slot.talk is not None), key=lambda each: each.slot.starts_at)


def recipients(
    after: ReleaseDocument, news: list[SlotNews], people: dict[str, Speaker]
) -> list[tuple[SlotNews, Speaker]]:
    """``people`` by public ref: those who have an address. Others are told by nobody, and get no letter."""
    talks = {talk.ref: talk for talk in after.talks}
    return [(each, people[ref]) for each in news for ref in talks[each.slot.talk or ""].speakers if ref in people]


def letters(after: ReleaseDocument, told: Iterable[tuple[SlotNews, Speaker]]) -> Iterator[Letter]:
    """One for each pair."""
    index = Index(after)
    for news, person in told:
        yield _letter(index, news, person, person.email or "")


def by_ref(speakers: Iterable[Speaker]) -> dict[str, Speaker]:
    """Speakers with an address by public ref."""
    return {speaker_ref(person.person_guid): person for person in speakers if person.email}


def _letter(index: Index, news: SlotNews, person: Speaker, email: str) -> Letter:
    document, slot = index.document, news.slot
    zone = document.conference.zone
    room, talk = index.room_of(slot), index.talk_of(slot)
    old_room = index.room_of(news.old) if news.old is not None else None
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
        room=room.name if room is not None else "",
        old_room=old_room.name if old_room is not None else "",
        place=", ".join(filter(None, (document.conference.venue, document.conference.city))),
        zone=zone,
        minutes=slot.length_minutes,
        page=(talk_address(document.conference, talk) or "") if talk is not None else "",
        agenda=document.conference.url,
    )


def _when(slot: DocSlot, zone: str) -> str:
    day = slot.starts_at.astimezone(ZoneInfo(zone)).date()
    return f"{date_words(day)}, {time_words(slot.starts_at, zone)}–{time_words(slot.ends_at, zone)}"
