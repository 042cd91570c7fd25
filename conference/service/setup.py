"""Making and changing communities and conferences: dates, languages, tracks, types, rooms, going live."""

import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import available_timezones

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from conference import policy
from conference.models import (
    LOCALES,
    Chapter,
    Community,
    Conference,
    Membership,
    Role,
    Room,
    RoomClosure,
    SessionType,
    Track,
)
from conference.palette import TRACK_COLOURS
from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, require
from plumbing.db import SLUG
from plumbing.refs import new_ref
from plumbing.sentences import sentence

DAYS_MAX = 31
ROWS_MAX = 200
CAPACITY_MAX = 200_000
FEATURES_MAX = 20
# First parts of addresses that are not conferences.
RESERVED_SLUGS = frozenset(
    "account admin api communities community conferences dev favicon healthz invitation jobs language new readyz "
    "static".split()
)


@dataclass(frozen=True, slots=True)
class ConferenceDraft:
    slug: str
    name: str
    acronym: str
    description: str
    venue: str
    city: str
    zone: str
    locales: tuple[str, ...]
    starts_on: date
    ends_on: date
    accent: str
    contact_email: str
    chapter_id: int | None = None


@dataclass(frozen=True, slots=True)
class TrackDraft:
    name: str
    description: str
    colour: str
    is_special: bool
    position: int


@dataclass(frozen=True, slots=True)
class SessionTypeDraft:
    name: str
    kind: str
    length_minutes: int
    closes_at: datetime | None
    position: int


@dataclass(frozen=True, slots=True)
class RoomDraft:
    name: str
    capacity: int | None
    features: tuple[str, ...]
    position: int


@dataclass(frozen=True, slots=True)
class ClosureDraft:
    room_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str


def slug_of(name: str) -> str:
    """“Süd & Nord” → “sud-nord”: letters, digits and single hyphens; “x” when nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "x"


def make_community(work: Work, *, name: str, slug: str, description: str) -> int:
    require(policy.can_make_community(work.actor))
    _check_slug(slug)
    if work.db.scalar(select(Community.id).where(Community.slug == slug)):
        raise Invalid("slug", "taken", sentence("This address is taken."))
    community = Community(name=name, slug=slug, description=description, created_at=work.now)
    work.db.add(community)
    work.db.flush()
    work.audit("community.make", conference_id=None, subject=("community", community.id), after={"slug": slug})
    return community.id


def make_chapter(work: Work, *, community_id: int, name: str, city: str) -> int:
    require(policy.can_make_conference(work.actor, is_organiser=is_organiser(work, community_id)))
    chapter = Chapter(community_id=community_id, slug=slug_of(name), name=name, city=city)
    work.db.add(chapter)
    try:
        work.db.flush()
    except IntegrityError as error:
        raise Conflict(sentence("There is a chapter of this name already.")) from error
    work.audit("chapter.make", conference_id=None, subject=("chapter", chapter.id), after={"name": name})
    return chapter.id


def join(work: Work, *, community_id: int, chapter_id: int | None) -> None:
    """Makes the person a member, or moves the member to another chapter."""
    require(policy.can_join_community(work.actor))
    _check_chapter(work, community_id, chapter_id)
    known = _membership(work, community_id)
    if known is None:
        known = Membership(community_id=community_id, account_id=work.actor.account_id, joined_at=work.now)
        work.db.add(known)
    known.chapter_id = chapter_id
    work.audit("community.join", conference_id=None, subject=("community", community_id), after={"chapter": chapter_id})


def leave(work: Work, *, community_id: int) -> None:
    require(policy.can_join_community(work.actor))
    known = _membership(work, community_id)
    if known is None:
        raise Missing()
    work.db.delete(known)
    work.audit("community.leave", conference_id=None, subject=("community", community_id))


def is_organiser(work: Work, community_id: int) -> bool:
    known = _membership(work, community_id)
    return known is not None and known.is_organiser


def make_conference(work: Work, *, community_id: int, draft: ConferenceDraft) -> int:
    """A conference that is not live yet, with the one who made it as chair."""
    require(policy.can_make_conference(work.actor, is_organiser=is_organiser(work, community_id)))
    _check(draft)
    _check_chapter(work, community_id, draft.chapter_id)
    if work.db.scalar(select(Conference.id).where(Conference.slug == draft.slug)):
        raise Invalid("slug", "taken", sentence("This address is taken."))
    conference = Conference(community_id=community_id, created_at=work.now, **_columns(draft))
    work.db.add(conference)
    work.db.flush()
    if work.actor.account_id is not None:
        role = Role(conference_id=conference.id, account_id=work.actor.account_id, kind="chair", since=work.now)
        work.db.add(role)
    _log(work, conference.id, "conference.make", ("conference", conference.id), after=_loggable(draft))
    return conference.id


def change_conference(work: Work, *, conference_id: int, version: int, draft: ConferenceDraft) -> None:
    """Raises ``Conflict`` when another chair was faster."""
    require(policy.can_set_up(work.actor, conference_id=conference_id))
    _check(draft)
    conference = work.db.get_one(Conference, conference_id)
    if conference.version != version:
        raise Conflict(stored=conference)
    _check_chapter(work, conference.community_id, draft.chapter_id)
    columns = _columns(draft) | {"slug": conference.slug}
    before = {name: getattr(conference, name) for name in columns}
    for name, value in columns.items():
        setattr(conference, name, value)
    changed = {name for name, value in columns.items() if before[name] != value}
    _log(
        work,
        conference_id,
        "conference.change",
        ("conference", conference_id),
        before={name: _plain(before[name]) for name in changed},
        after={name: _plain(columns[name]) for name in changed},
    )


def go_live(work: Work, *, conference_id: int, live: bool) -> None:
    """Shows the conference to the public, or hides it again."""
    require(policy.can_set_up(work.actor, conference_id=conference_id))
    conference = work.db.get_one(Conference, conference_id)
    if live == (conference.live_at is not None):
        return
    conference.live_at = work.now if live else None
    _log(work, conference_id, "conference.live", ("conference", conference_id), after={"live": live})


def save_track(work: Work, *, conference_id: int, track_id: int | None, draft: TrackDraft, version: int = 0) -> int:
    """Adds (``track_id`` None) or changes a track, as session types and rooms below.

    A change is made on ``version``, the one that was shown: raises ``Conflict`` when another chair was faster.
    """
    if draft.colour not in TRACK_COLOURS:
        raise Invalid("colour", "unknown", sentence("Please choose one of the colours."))
    values = (
        asdict(draft) if track_id else {**asdict(draft), "slug": _free_slug(work, Track, conference_id, draft.name)}
    )
    return _save(work, Track, conference_id, track_id, values, "name", version)


def save_session_type(
    work: Work, *, conference_id: int, type_id: int | None, draft: SessionTypeDraft, version: int = 0
) -> int:
    if not 1 <= draft.length_minutes <= 24 * 60:
        raise Invalid("length_minutes", "range", sentence("A length is between 1 minute and 24 hours."))
    values = asdict(draft)
    if type_id is None:
        values["slug"] = _free_slug(work, SessionType, conference_id, draft.name)
    return _save(work, SessionType, conference_id, type_id, values, "name", version)


def save_room(work: Work, *, conference_id: int, room_id: int | None, draft: RoomDraft, version: int = 0) -> int:
    if draft.capacity is not None and not 0 <= draft.capacity <= CAPACITY_MAX:
        raise Invalid("capacity", "range", sentence("A room has between 0 and %(most)s seats.", most=CAPACITY_MAX))
    values: dict[str, Any] = {**asdict(draft), "features": list(draft.features[:FEATURES_MAX])}
    if room_id is None:
        values["guid"] = str(uuid5(NAMESPACE_URL, f"room/{new_ref()}/{new_ref()}/{new_ref()}"))
    same = select(Room.id).where(
        Room.conference_id == conference_id, Room.name == draft.name, Room.id != (room_id or 0)
    )
    if work.db.scalar(same):
        raise Invalid("name", "taken", sentence("There is a room of this name already."))
    return _save(work, Room, conference_id, room_id, values, "name", version)


def save_closure(work: Work, *, conference_id: int, draft: ClosureDraft) -> int:
    """A time in which a room is closed."""
    if draft.starts_at >= draft.ends_at:
        raise Invalid("ends_at", "order", sentence("The end must be after the start."))
    _row(work, Room, conference_id, draft.room_id)
    return _save(work, RoomClosure, conference_id, None, asdict(draft), "reason")


def remove(work: Work, *, conference_id: int, kind: str, row_id: int) -> None:
    """Removes a track, type, room or closure that nothing uses yet. Raises ``Conflict`` when something does."""
    require(policy.can_set_up(work.actor, conference_id=conference_id))
    row = _row(work, REMOVABLE[kind], conference_id, row_id)
    before = {"name": getattr(row, "name", "")}
    try:
        with work.db.begin_nested():
            work.db.delete(row)
    except IntegrityError as error:
        raise Conflict(sentence("It is in use and cannot be removed.")) from error
    _log(work, conference_id, f"{kind}.remove", (kind, row_id), before=before)


REMOVABLE: dict[str, Any] = {"track": Track, "session_type": SessionType, "room": Room, "room_closure": RoomClosure}


def _save(
    work: Work,
    model: Any,
    conference_id: int,
    row_id: int | None,
    values: dict[str, Any],
    label: str,
    version: int = 0,
) -> int:
    require(policy.can_set_up(work.actor, conference_id=conference_id))
    before = None
    if row_id is None:
        count = select(func.count()).select_from(model).where(model.conference_id == conference_id)
        if (work.db.scalar(count) or 0) >= ROWS_MAX:
            raise Invalid(label, "too_many", sentence("There are %(most)s already; that is the most.", most=ROWS_MAX))
        row = model(conference_id=conference_id, **values)
        work.db.add(row)
    else:
        row = _row(work, model, conference_id, row_id)
        if row.version != version:
            raise Conflict()
        before = {name: _plain(getattr(row, name)) for name in values}
        for name, value in values.items():
            setattr(row, name, value)
    work.db.flush()
    kind = model.__tablename__
    after = {name: _plain(value) for name, value in values.items()}
    _log(work, conference_id, f"{kind}.{'change' if before else 'add'}", (kind, row.id), before=before, after=after)
    return int(row.id)


def _row(work: Work, model: Any, conference_id: int, row_id: int) -> Any:
    row = work.db.scalar(select(model).where(model.conference_id == conference_id, model.id == row_id))
    if row is None:
        raise Missing()
    return row


def _free_slug(work: Work, model: Any, conference_id: int, name: str) -> str:
    wanted = slug_of(name)
    taken = set(work.db.scalars(select(model.slug).where(model.conference_id == conference_id)))
    return next(slug for slug in [wanted, *(f"{wanted}-{n}" for n in range(2, ROWS_MAX + 2))] if slug not in taken)


def _membership(work: Work, community_id: int) -> Membership | None:
    return work.db.scalar(
        select(Membership).where(
            Membership.community_id == community_id, Membership.account_id == work.actor.account_id
        )
    )


def _check(draft: ConferenceDraft) -> None:
    _check_slug(draft.slug)
    if draft.zone not in available_timezones():
        raise Invalid("zone", "unknown", sentence("This time zone is not known."))
    if not draft.locales or not set(draft.locales) <= set(LOCALES):
        raise Invalid("locales", "unknown", sentence("Please choose at least one language."))
    if draft.ends_on < draft.starts_on:
        raise Invalid("ends_on", "order", sentence("The last day must not be before the first."))
    if (draft.ends_on - draft.starts_on).days >= DAYS_MAX:
        raise Invalid("ends_on", "too_long", sentence("A conference has at most %(most)s days.", most=DAYS_MAX))


def _check_chapter(work: Work, community_id: int, chapter_id: int | None) -> None:
    """Raises ``Missing`` for a chapter of another community."""
    chapter = None if chapter_id is None else work.db.get(Chapter, chapter_id)
    if chapter_id is not None and (chapter is None or chapter.community_id != community_id):
        raise Missing()


def _check_slug(slug: str) -> None:
    if not SLUG.fullmatch(slug) or slug in RESERVED_SLUGS:
        said = sentence("An address has lower-case letters, digits and hyphens, and must not be a reserved word.")
        raise Invalid("slug", "bad", said)


def _columns(draft: ConferenceDraft) -> dict[str, Any]:
    return {**asdict(draft), "locales": list(draft.locales)}


def _loggable(draft: ConferenceDraft) -> dict[str, Any]:
    return {name: _plain(value) for name, value in asdict(draft).items()}


def _plain(value: Any) -> Any:
    return (
        value.isoformat() if isinstance(value, (date, datetime)) else list(value) if isinstance(value, tuple) else value
    )


def _log(work: Work, conference_id: int, action: str, subject: tuple[str, int | None], **facts: Any) -> None:
    work.audit(action, conference_id=conference_id, subject=subject, **facts)
