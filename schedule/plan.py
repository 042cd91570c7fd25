"""The plan as it stands: loaded once into frozen values, for the editor, for services and for releases.

Only this floor reads who speaks, and only of accepted talks. A block is a slot, or a talk that has no slot yet.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Date, String, cast, func, literal, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from cfp.accepted import AcceptedTalk, Away, accepted_talks, unavailabilities
from cfp.models import Proposal
from conference.models import Room, RoomClosure, Track
from conference.work import Work
from plumbing.db import UtcDateTime
from schedule import clashes as finder
from schedule.history import Steps, redoable, undoable
from schedule.models import ClashWaiver, Day, ScheduleEdit, Slot

FAR = 1 << 40
STEP_MINUTES = 5
FRAME_DIGEST_CHARS = 12
DAY_HOURS = timedelta(hours=10)
"""What one room holds in a day at most; imported days often last from morning to morning."""


@dataclass(frozen=True, slots=True)
class PlanDay:
    id: int
    date: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlanRoom:
    id: int
    guid: str
    name: str
    capacity: int | None
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanTrack:
    id: int
    slug: str
    name: str
    colour: str
    is_special: bool
    description: str


@dataclass(frozen=True, slots=True)
class PlanClosure:
    id: int
    room_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PlanSlot:
    """``starts_at`` is None for what was taken out of the plan; ``talk_id`` is None for breaks and plenaries."""

    id: int
    number: int
    guid: str
    kind: str
    title: str
    talk_id: int | None
    room_id: int | None
    day_id: int | None
    starts_at: datetime | None
    length_minutes: int
    is_pinned: bool
    version: int

    @property
    def is_placed(self) -> bool:
        return self.starts_at is not None

    @property
    def begin(self) -> datetime:
        """The start of a slot that is known to be placed."""
        if self.starts_at is None:
            raise ValueError(f"slot {self.id} is not placed")
        return self.starts_at

    @property
    def end(self) -> datetime:
        return self.begin + timedelta(minutes=self.length_minutes)


@dataclass(frozen=True, slots=True)
class PlanWaiver:
    key: str
    note: str


@dataclass(frozen=True)
class Plan:
    """Everything that a plan is judged by. Talks are accepted and not declined."""

    conference_id: int
    days: tuple[PlanDay, ...]
    rooms: tuple[PlanRoom, ...]
    tracks: tuple[PlanTrack, ...]
    closures: tuple[PlanClosure, ...]
    talks: Mapping[int, AcceptedTalk]
    slots: tuple[PlanSlot, ...]
    waivers: tuple[PlanWaiver, ...]
    away: tuple[Away, ...]
    version: str
    steps: Steps

    @cached_property
    def day_by_id(self) -> dict[int, PlanDay]:
        return {day.id: day for day in self.days}

    @cached_property
    def room_by_id(self) -> dict[int, PlanRoom]:
        return {room.id: room for room in self.rooms}

    @cached_property
    def track_by_id(self) -> dict[int, PlanTrack]:
        return {track.id: track for track in self.tracks}

    @cached_property
    def slot_by_id(self) -> dict[int, PlanSlot]:
        return {slot.id: slot for slot in self.slots}

    @cached_property
    def placed(self) -> tuple[PlanSlot, ...]:
        return tuple(slot for slot in self.slots if slot.is_placed)

    @cached_property
    def live(self) -> tuple[PlanSlot, ...]:
        """Placed, and the talk is still given."""
        return tuple(slot for slot in self.placed if slot.talk_id is None or slot.talk_id in self.talks)

    @cached_property
    def gone(self) -> tuple[PlanSlot, ...]:
        """Placed, but the talk was declined, withdrawn or taken back: shown so that the chair clears them."""
        return tuple(slot for slot in self.placed if slot.talk_id is not None and slot.talk_id not in self.talks)

    @cached_property
    def waiting(self) -> tuple[AcceptedTalk, ...]:
        """Talks without any place."""
        placed = {slot.talk_id for slot in self.placed}
        return tuple(talk for talk in self.talks.values() if talk.proposal_id not in placed)

    @cached_property
    def slot_of_talk(self) -> dict[int, PlanSlot]:
        """The slot that a talk goes back into: a placed one first, else the one it had."""
        found: dict[int, PlanSlot] = {}
        for slot in sorted(self.slots, key=lambda slot: (not slot.is_placed, slot.number)):
            if slot.talk_id is not None:
                found.setdefault(slot.talk_id, slot)
        return found

    @cached_property
    def index(self) -> finder.ClashIndex:
        """Of everything that takes place; talks that wait are blocks without a placement."""
        return finder.ClashIndex(_problem(self), [_placement(slot) for slot in self.live])

    def title_of(self, slot: PlanSlot) -> str:
        talk = self.talks.get(slot.talk_id) if slot.talk_id is not None else None
        return talk.title if talk else slot.title

    def track_of(self, slot: PlanSlot) -> int | None:
        talk = self.talks.get(slot.talk_id) if slot.talk_id is not None else None
        return talk.track_id if talk else None

    def day_of(self, instant: datetime) -> PlanDay | None:
        """The programme day that this instant belongs to, which may have begun on the date before."""
        return next((day for day in self.days if day.starts_at <= instant < day.ends_at), None)


def load_plan(work: Work, conference_id: int) -> Plan:
    """Eight queries, whatever the size."""
    talks = accepted_talks(work, conference_id)
    days, waivers = _days_and_waivers(work, conference_id)
    rooms, closures = _rooms_and_closures(work, conference_id)
    version, steps = _state(work, conference_id)
    version = f"{version}.{_frame_digest(days, rooms, closures)}"
    return Plan(
        conference_id=conference_id,
        days=days,
        rooms=rooms,
        tracks=_tracks(work, conference_id),
        closures=closures,
        talks={talk.proposal_id: talk for talk in talks if talk.answer != "declined"},
        slots=_slots(work, conference_id),
        waivers=waivers,
        away=tuple(unavailabilities(work, conference_id)),
        version=version,
        steps=steps,
    )


def plan_version(work: Work, conference_id: int) -> str:
    """Changes with every act in the editor, with every change of a proposal, and with days, rooms and closures. Three
    queries."""
    days, _waivers = _days_and_waivers(work, conference_id)
    rooms, closures = _rooms_and_closures(work, conference_id)
    return f"{_state(work, conference_id)[0]}.{_frame_digest(days, rooms, closures)}"


def _frame_digest(*parts: tuple[PlanDay, ...] | tuple[PlanRoom, ...] | tuple[PlanClosure, ...]) -> str:
    """Of what the plan stands in."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:FRAME_DIGEST_CHARS]


def _state(work: Work, conference_id: int) -> tuple[str, Steps]:
    edits = select(func.max(ScheduleEdit.id)).where(ScheduleEdit.conference_id == conference_id)
    undone = select(func.count(ScheduleEdit.undone_at)).where(ScheduleEdit.conference_id == conference_id)
    waived = select(func.max(ClashWaiver.id)).where(ClashWaiver.conference_id == conference_id)
    waivers = select(func.count(ClashWaiver.id)).where(ClashWaiver.conference_id == conference_id)
    proposals = select(func.sum(Proposal.version)).where(Proposal.conference_id == conference_id)
    account_id = work.actor.account_id
    undo = undoable(account_id, conference_id, ScheduleEdit.action)
    redo = redoable(account_id, conference_id, ScheduleEdit.action)
    parts = (edits, undone, waived, waivers, proposals, undo, redo)
    *numbers, undo_name, redo_name = work.db.execute(select(*(part.scalar_subquery() for part in parts))).one()
    return ".".join(str(int(value or 0)) for value in numbers), Steps(undo_name, redo_name)


def waiting_id(talk: AcceptedTalk) -> str:
    """Name of a block that has no slot yet."""
    return f"t{talk.proposal_id}"


def _rows(work: Work, conference_id: int, *columns: Any, by: InstrumentedAttribute[Any]) -> list[Any]:
    table = columns[0].class_
    query = select(*columns).where(table.conference_id == conference_id).order_by(by, table.id)
    return list(work.db.execute(query))


def _days_and_waivers(work: Work, conference_id: int) -> tuple[tuple[PlanDay, ...], tuple[PlanWaiver, ...]]:
    """Two short lists in one query."""
    days = select(
        *(Day.id, Day.date, Day.starts_at, Day.ends_at),
        *(literal("", String).label("key"), literal("", String).label("note")),
    ).where(Day.conference_id == conference_id)
    waivers = select(
        *(ClashWaiver.id, cast(null(), Date), cast(null(), UtcDateTime), cast(null(), UtcDateTime)),
        *(ClashWaiver.key, ClashWaiver.note),
    ).where(ClashWaiver.conference_id == conference_id)
    rows: list[Any] = list(work.db.execute(union_all(days, waivers)))
    found = sorted((PlanDay(*row[:4]) for row in rows if row[1] is not None), key=lambda day: day.date)
    return tuple(found), tuple(PlanWaiver(row[4], row[5]) for row in rows if row[1] is None)


def _rooms_and_closures(work: Work, conference_id: int) -> tuple[tuple[PlanRoom, ...], tuple[PlanClosure, ...]]:
    """Rooms in the order of the page, each with its closures. One query."""
    rows = work.db.execute(
        select(
            *(Room.id, Room.guid, Room.name, Room.capacity, Room.features),
            *(RoomClosure.id, RoomClosure.room_id, RoomClosure.starts_at, RoomClosure.ends_at, RoomClosure.reason),
        )
        .outerjoin(RoomClosure, (RoomClosure.room_id == Room.id) & (RoomClosure.conference_id == Room.conference_id))
        .where(Room.conference_id == conference_id)
        .order_by(Room.position, Room.id, RoomClosure.starts_at, RoomClosure.id)
    )
    rooms: dict[int, PlanRoom] = {}
    closures = []
    for number, guid, name, seats, features, *closure in rows:
        rooms[number] = PlanRoom(id=number, guid=guid, name=name, capacity=seats, features=tuple(features))
        if closure[0] is not None:
            closures.append(PlanClosure(*closure))
    return tuple(rooms.values()), tuple(closures)


def _tracks(work: Work, conference_id: int) -> tuple[PlanTrack, ...]:
    columns = (Track.id, Track.slug, Track.name, Track.colour, Track.is_special, Track.description)
    return tuple(PlanTrack(*row) for row in _rows(work, conference_id, *columns, by=Track.position))


def _slots(work: Work, conference_id: int) -> tuple[PlanSlot, ...]:
    columns = (
        *(Slot.id, Slot.number, Slot.guid, Slot.kind, Slot.title, Slot.proposal_id, Slot.room_id, Slot.day_id),
        *(Slot.starts_at, Slot.length_minutes, Slot.is_pinned, Slot.version),
    )
    return tuple(PlanSlot(*row) for row in _rows(work, conference_id, *columns, by=Slot.number))


def _minute(instant: datetime) -> int:
    return finder.to_minute(instant.replace(second=0, microsecond=0))


def _placement(slot: PlanSlot) -> finder.Placement:
    return finder.Placement(slot.id, slot.room_id, _minute(slot.begin))


def _problem(plan: Plan) -> finder.ClashProblem:
    away: dict[str, list[finder.Span]] = defaultdict(list)
    for time in plan.away:
        if time.starts_at < time.ends_at:
            away[time.person_guid].append(finder.Span(_minute(time.starts_at), _minute(time.ends_at) + 1))
    people = {person.person_guid: person.name for talk in plan.talks.values() for person in talk.speakers}
    return finder.ClashProblem(
        rooms=tuple(_room(plan, room) for room in plan.rooms),
        days=tuple(
            finder.Day(day.id, day.date.isoformat(), _minute(day.starts_at), _minute(day.ends_at)) for day in plan.days
        ),
        blocks=(*_slot_blocks(plan), *_waiting_blocks(plan)),
        people=tuple(finder.Person(guid, name, tuple(away.get(guid, ()))) for guid, name in people.items()),
        tracks=tuple(
            finder.Track(track.id, track.name, may_run_parallel=_is_big(plan, track)) for track in plan.tracks
        ),
        waivers=tuple(finder.Waiver(waiver.key, waiver.note) for waiver in plan.waivers),
    )


def _track(plan: Plan, track: PlanTrack) -> finder.Track:
    return finder.Track(track.id, track.name, may_run_parallel=_is_big(plan, track))


def _is_big(plan: Plan, track: PlanTrack) -> bool:
    """A track with more minutes than all days together must run beside itself; nobody needs to be warned of that."""
    minutes = sum(talk_length(talk) for talk in plan.talks.values() if talk.track_id == track.id)
    return minutes > sum(min(day.ends_at - day.starts_at, DAY_HOURS).total_seconds() for day in plan.days) / 60


def _room(plan: Plan, room: PlanRoom) -> finder.Room:
    closed = sorted(
        (_minute(closure.starts_at), _minute(closure.ends_at))
        for closure in plan.closures
        if closure.room_id == room.id
    )
    spans, begin = [], -FAR
    for start, end in closed:
        if begin < start:
            spans.append(finder.Span(begin, start))
        begin = max(begin, end)
    spans.append(finder.Span(begin, FAR))
    return finder.Room(room.id, room.name, room.capacity, frozenset(room.features), tuple(spans) if closed else None)


def _slot_blocks(plan: Plan) -> list[finder.Block]:
    """Slots of talks that are not given any more are no blocks: they clash with nothing."""
    blocks = []
    for slot in plan.slots:
        if slot.talk_id is None and slot.is_placed:
            closes_all = slot.room_id is None
            blocks.append(finder.Block(slot.id, slot.title, slot.length_minutes, closes_all=closes_all))
        elif slot.talk_id is not None and slot.talk_id in plan.talks:
            blocks.append(_talk_block(slot.id, plan.talks[slot.talk_id], slot.length_minutes))
    return blocks


def _waiting_blocks(plan: Plan) -> list[finder.Block]:
    known = {slot.talk_id for slot in plan.slots}
    return [
        _talk_block(waiting_id(talk), talk, talk_length(talk))
        for talk in plan.talks.values()
        if talk.proposal_id not in known
    ]


def _talk_block(name: int | str, talk: AcceptedTalk, length_minutes: int) -> finder.Block:
    return finder.Block(
        id=name,
        title=talk.title,
        length_minutes=length_minutes,
        people=tuple(person.person_guid for person in talk.speakers),
        track=talk.track_id,
        interest=talk.interest,
        presenter_kind=talk.presenter_kind,
    )


def talk_length(talk: AcceptedTalk) -> int:
    return talk.length_minutes or DEFAULT_LENGTH_MINUTES


DEFAULT_LENGTH_MINUTES = 30


def utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
