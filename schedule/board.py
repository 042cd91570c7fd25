"""What the editor shows of a plan: one day as a grid, the talks that wait, and every clash in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from cfp.accepted import AcceptedTalk
from conference.actor import Actor
from conference.locale import date_words
from conference.work import Work
from plumbing.answers import require
from schedule import policy
from schedule.clashes import Clash, Severity, to_minute
from schedule.grid import ROOMS_PER_GRID, Frame, clock_words, frame_of, lanes
from schedule.history import Steps
from schedule.names import language_tag
from schedule.plan import Plan, PlanSlot, load_plan, talk_length, waiting_id

CLASHES_SHOWN_MAX = 100
NOTES_SHOWN_MAX = 2


@dataclass(frozen=True, slots=True)
class Card:
    """``block`` is what the acts call it: the number of a slot, or ``t…`` for a talk without one."""

    block: str
    version: int
    title: str
    lang: str | None
    href: str
    people_text: str
    track: str
    track_id: int | None
    colour: str | None
    kind: str
    state: str | None
    notes: tuple[str, ...]
    length: int
    is_pinned: bool
    may_move: bool
    is_everywhere: bool = False
    time_text: str = ""
    room_text: str = ""
    row: int = 1
    span: int = 1
    col: int = 1
    colspan: int = 1
    lane: int = 0


@dataclass(frozen=True, slots=True)
class BoardRoom:
    id: int
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class DayTab:
    id: int
    label: str
    iso: str
    href: str
    is_current: bool
    count: int


@dataclass(frozen=True, slots=True)
class ClashLine:
    key: str
    tone: str
    words: str
    href: str | None
    block: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Board:
    version: str
    day: DayTab | None
    days: tuple[DayTab, ...]
    rooms: tuple[BoardRoom, ...]
    room_pages: tuple[tuple[str, str, bool], ...]
    closed: tuple[tuple[int, int, int, str], ...]
    """(col, row, span, why) of times in which a room cannot be used."""
    times: tuple[tuple[int, str, bool], ...]
    row_count: int
    start_minute: int
    is_cut: bool
    cards: tuple[Card, ...]
    waiting: tuple[Card, ...]
    tracks: tuple[tuple[int, str, str], ...]
    clashes: tuple[ClashLine, ...]
    fatal_count: int
    warning_count: int
    waived_count: int
    placed_count: int
    steps: Steps
    may_set_up: bool
    may_release: bool

    @property
    def tabs(self) -> list[tuple[str, str, bool, int | None]]:
        return [(tab.label, tab.href, tab.is_current, tab.count) for tab in self.days]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for."""

    day_id: int | None = None
    room_page: int = 1
    whole: bool = False


def board_of(work: Work, *, conference_id: int, zone: ZoneInfo, wanted: Wanted) -> Board:
    """The page of the editor. Raises Refused."""
    require(policy.can_see_editor(work.actor, conference_id, work.now))
    plan = load_plan(work, conference_id)
    return _Drawing(plan, work.actor, work.now, zone, wanted).board()


class _Drawing:
    def __init__(self, plan: Plan, actor: Actor, now: datetime, zone: ZoneInfo, wanted: Wanted) -> None:
        self.plan, self.zone, self.wanted = plan, zone, wanted
        self.is_chair = bool(policy.can_set_up(actor, plan.conference_id, now))
        self.own_tracks = actor.chaired_tracks(plan.conference_id)
        self.day = plan.day_by_id.get(wanted.day_id or 0) or (plan.days[0] if plan.days else None)
        first = (max(1, wanted.room_page) - 1) * ROOMS_PER_GRID
        self.rooms = plan.rooms[first : first + ROOMS_PER_GRID] or plan.rooms[:ROOMS_PER_GRID]
        self.column = {room.id: col for col, room in enumerate(self.rooms, start=1)}
        self.troubles = _troubles(plan.index.clashes())

    def board(self) -> Board:
        today = [slot for slot in self.plan.placed if self.day is not None and slot.day_id == self.day.id]
        frame = self._frame(today)
        lines = self._clash_lines()
        clashes = self.plan.index.clashes()
        return Board(
            version=self.plan.version,
            day=next((tab for tab in self._tabs() if tab.is_current), None),
            days=self._tabs(),
            rooms=tuple(BoardRoom(room.id, room.name, _seats(room.capacity)) for room in self.rooms),
            room_pages=self._room_pages(),
            closed=tuple(self._closed(frame)) if frame else (),
            times=tuple(frame.times()) if frame else (),
            row_count=frame.row_count if frame else 0,
            start_minute=to_minute(frame.starts_at) if frame else 0,
            is_cut=bool(
                frame and self.day and (frame.starts_at, frame.ends_at) != (self.day.starts_at, self.day.ends_at)
            ),
            cards=tuple(self._cards(today, frame)) if frame else (),
            waiting=tuple(self._waiting_card(talk) for talk in self._waiting()),
            tracks=tuple((track.id, track.name, track.colour) for track in self.plan.tracks),
            clashes=lines,
            fatal_count=sum(clash.blocks_release for clash in clashes),
            warning_count=sum(clash.severity is Severity.WARNING and not clash.waived for clash in clashes),
            waived_count=sum(clash.waived for clash in clashes),
            placed_count=len({slot.talk_id for slot in self.plan.live if slot.talk_id is not None}),
            steps=self.plan.steps,
            may_set_up=self.is_chair,
            may_release=self.is_chair,
        )

    def _frame(self, today: list[PlanSlot]) -> Frame | None:
        if self.day is None:
            return None
        used = [(slot.begin, slot.end) for slot in today]
        return frame_of(self.day.starts_at, self.day.ends_at, used, self.zone, whole=self.wanted.whole)

    def _tabs(self) -> tuple[DayTab, ...]:
        counts: dict[int | None, int] = {}
        for slot in self.plan.live:
            if slot.talk_id is not None:
                counts[slot.day_id] = counts.get(slot.day_id, 0) + 1
        return tuple(
            DayTab(
                id=day.id,
                label=date_words(day.date, pattern="EEE d MMM"),
                iso=day.date.isoformat(),
                href=url_for("schedule.editor", day=day.id),
                is_current=day is self.day,
                count=counts.get(day.id, 0),
            )
            for day in self.plan.days
        )

    def _room_pages(self) -> tuple[tuple[str, str, bool], ...]:
        rooms = self.plan.rooms
        if len(rooms) <= ROOMS_PER_GRID:
            return ()
        pages = range(0, len(rooms), ROOMS_PER_GRID)
        day_id = self.day.id if self.day else None
        return tuple(
            (
                f"{rooms[first].name} – {rooms[min(first + ROOMS_PER_GRID, len(rooms)) - 1].name}",
                url_for("schedule.editor", day=day_id, rooms=page),
                rooms[first] is self.rooms[0],
            )
            for page, first in enumerate(pages, start=1)
        )

    def _closed(self, frame: Frame) -> Iterable[tuple[int, int, int, str]]:
        for closure in self.plan.closures:
            begin, end = max(closure.starts_at, frame.starts_at), min(closure.ends_at, frame.ends_at)
            if closure.room_id in self.column and begin < end:
                minutes = int((end - begin).total_seconds() // 60)
                why = closure.reason or _("Closed")
                yield self.column[closure.room_id], frame.row(begin), frame.span(begin, minutes), why

    def _cards(self, today: list[PlanSlot], frame: Frame) -> Iterable[Card]:
        shown = [slot for slot in today if slot.room_id is None or slot.room_id in self.column]
        shown.sort(key=lambda slot: (slot.begin, self.column.get(slot.room_id or 0, 0), slot.number))
        places = [
            (
                self.column.get(slot.room_id or 0, 1),
                frame.row(slot.begin),
                frame.span(slot.begin, slot.length_minutes),
            )
            for slot in shown
        ]
        for slot, (col, row, span), lane in zip(shown, places, lanes(places), strict=True):
            yield self._slot_card(slot, row=row, span=span, col=col, lane=min(lane, 3))

    def _slot_card(self, slot: PlanSlot, *, row: int, span: int, col: int, lane: int) -> Card:
        talk = self.plan.talks.get(slot.talk_id) if slot.talk_id is not None else None
        is_gone = slot.talk_id is not None and talk is None
        room = self.plan.room_by_id.get(slot.room_id or 0)
        state, troubles = self.troubles.get(slot.id, (None, []))
        track = self.plan.track_by_id.get(talk.track_id or 0) if talk else None
        return Card(
            block=str(slot.id),
            version=slot.version,
            title=_("Withdrawn or declined") if is_gone else talk.title if talk else slot.title,
            lang=language_tag(talk.language) if talk else None,
            href=url_for("schedule.slot", slot_id=slot.id),
            people_text=_names(talk),
            track=track.name if track else "",
            track_id=track.id if track else None,
            colour=track.colour if track else None,
            kind="block" if is_gone else slot.kind,
            state=state,
            notes=tuple(str(clash.sentence) for clash in troubles[:NOTES_SHOWN_MAX]),
            length=slot.length_minutes,
            is_pinned=slot.is_pinned,
            may_move=self._may(talk),
            time_text=clock_words(slot.begin, slot.length_minutes, self.zone),
            room_text=room.name if room else _("All rooms"),
            row=row,
            span=span,
            col=col,
            is_everywhere=slot.room_id is None,
            colspan=1 if slot.room_id is not None else max(1, len(self.rooms)),
            lane=lane if slot.room_id is not None else 0,
        )

    def _waiting(self) -> list[AcceptedTalk]:
        place = {track.id: number for number, track in enumerate(self.plan.tracks)}
        return sorted(self.plan.waiting, key=lambda talk: (place.get(talk.track_id or 0, 999), talk.title.casefold()))

    def _waiting_card(self, talk: AcceptedTalk) -> Card:
        track = self.plan.track_by_id.get(talk.track_id or 0)
        return Card(
            block=waiting_id(talk),
            version=0,
            title=talk.title,
            lang=language_tag(talk.language),
            href=url_for("schedule.talk_slot", ref=talk.ref),
            people_text=_names(talk),
            track=track.name if track else "",
            track_id=talk.track_id,
            colour=track.colour if track else None,
            kind="talk",
            state=None,
            notes=(),
            length=talk_length(talk),
            is_pinned=False,
            may_move=self._may(talk),
            time_text=_("%(minutes)s min", minutes=talk_length(talk)),
        )

    def _may(self, talk: AcceptedTalk | None) -> bool:
        return self.is_chair or (talk is not None and talk.track_id in self.own_tracks)

    def _clash_lines(self) -> tuple[ClashLine, ...]:
        """What nobody has waived first, then the rest."""
        found = sorted(self.plan.index.clashes(), key=lambda clash: clash.waived)
        return tuple(self._clash_line(clash) for clash in found[:CLASHES_SHOWN_MAX])

    def _clash_line(self, clash: Clash) -> ClashLine:
        slot = next((self.plan.slot_by_id[block] for block in clash.blocks if isinstance(block, int)), None)
        tone = "waived" if clash.waived else "fatal" if clash.severity is Severity.FATAL else "warning"
        href = url_for("schedule.editor", day=slot.day_id, _anchor=f"slot-{slot.id}") if slot else None
        return ClashLine(clash.key, tone, str(clash.sentence), href, str(slot.id) if slot else None, clash.waiver or "")


def _troubles(clashes: Iterable[Clash]) -> dict[object, tuple[str, list[Clash]]]:
    """By block: the worst that nobody waived, and those clashes."""
    found: dict[object, tuple[str, list[Clash]]] = {}
    for clash in clashes:
        if clash.waived:
            continue
        tone = "fatal" if clash.severity is Severity.FATAL else "warning"
        for block in clash.blocks:
            known, others = found.get(block, (tone, []))
            found[block] = ("fatal" if "fatal" in (known, tone) else "warning", [*others, clash])
    return found


def _names(talk: AcceptedTalk | None) -> str:
    return ", ".join(person.name for person in talk.speakers) if talk else ""


def _seats(capacity: int | None) -> str:
    return _("%(count)s seats", count=capacity) if capacity else ""
