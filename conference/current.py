"""The person and the conference of this request."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import g
from sqlalchemy import select

from conference.actor import NOBODY, Actor
from conference.models import Conference
from conference.work import reading
from plumbing.answers import Missing


@dataclass(frozen=True, slots=True)
class ConferenceFacts:
    """What every page of a conference may show of it."""

    id: int
    slug: str
    name: str
    acronym: str
    zone: str
    locales: tuple[str, ...]
    starts_on: date
    ends_on: date
    venue: str
    city: str
    accent: str
    contact_email: str
    description: str
    live_at: datetime | None

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


COLUMNS = (
    Conference.id,
    Conference.slug,
    Conference.name,
    Conference.acronym,
    Conference.zone,
    Conference.locales,
    Conference.starts_on,
    Conference.ends_on,
    Conference.venue,
    Conference.city,
    Conference.accent,
    Conference.contact_email,
    Conference.description,
    Conference.live_at,
)


def current_actor() -> Actor:
    """Who is signed in on this request; ``NOBODY`` without one."""
    actor: Actor = g.get("actor", NOBODY)
    return actor


def current_conference() -> ConferenceFacts:
    """The conference named in the address. Raises ``Missing`` when it does not exist or this person may not see it yet.

    One query the first time in a request.
    """
    facts: ConferenceFacts | None = g.get("conference")
    if facts is None:
        facts = conference_facts(g.get("event_slug"))
        actor = current_actor()
        if facts.live_at is None and not (actor.is_on_team(facts.id) or actor.is_administrator):
            raise Missing()
        g.conference = facts
    return facts


def conference_facts(slug: str | None) -> ConferenceFacts:
    with reading(NOBODY) as work:
        row = work.db.execute(select(*COLUMNS).where(Conference.slug == slug)).one_or_none()
    if row is None:
        raise Missing()
    values = row._asdict()
    return ConferenceFacts(**{**values, "locales": tuple(values["locales"])})
