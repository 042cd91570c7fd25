"""Programme days and the moments of events, in instants."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from plumbing.sentences import sentence
from schedule.interchange.imported import ImportedDay
from schedule.interchange.notes import Notes
from schedule.interchange.raw import RawDay, RawEvent, RawSchedule
from schedule.interchange.times import (
    read_clock,
    read_date,
    read_instant,
    read_minutes,
    read_zone,
    zone_of_offsets,
)

DAY_CHANGE = time(6, 0)
LENGTH_MINUTES_ASSUMED = 30


class Clock:
    """Reads the file's times in its zone. ``certain`` tells whether the zone was named or is a guess."""

    def __init__(self, raw: RawSchedule, assumed_zone: str, notes: Notes) -> None:
        named, assumed = read_zone(raw.zone), read_zone(assumed_zone)
        self.certain = bool(named or assumed)
        self.name = named or assumed or zone_of_offsets(_times(raw))
        self.zone = ZoneInfo(self.name)
        self.day_change = read_clock(raw.day_change)
        self._notes = notes
        if not self.certain:
            text = sentence("The file names no time zone; its times were read as %(zone)s.", zone=self.name)
            notes.add(None, "conference", text)

    def date_of(self, day: RawDay) -> date | None:
        """The day's name. A start in a known zone wins: one exporter writes the date of UTC there."""
        written, start = read_date(day.date), read_instant(day.start, self.zone)
        if start is None or (written and not self.certain):
            return written
        local = start.astimezone(self.zone).date()
        if written is not None and written != local:
            text = sentence(
                "The day says %(written)s, but begins on %(local)s in %(zone)s; that date was taken.",
                written=written.isoformat(),
                local=local.isoformat(),
                zone=self.name,
            )
            self._notes.add(day.line, day.place, text)
        return local

    def moment_of(self, event: RawEvent, day: RawDay | None) -> datetime | None:
        """The start: of the full date where there is one, else the day and the clock."""
        moment = read_instant(event.date, self.zone)
        clock = read_clock(event.start)
        if moment is not None:
            if clock is not None and clock != read_clock(event.date[11:16]) and clock != self._local(moment):
                text = sentence("Date and start differ; the date was taken.")
                self._notes.add(event.line, event.place, text)
            return moment
        on = read_date(event.date) or (self.date_of(day) if day else None)
        if on is None or clock is None:
            return None
        change = self.day_change
        if change is None and day is not None and (start := read_instant(day.start, self.zone)):
            change = self._local(start)
        late = change is not None and clock < change and read_date(event.date) is None
        return self.at(on + timedelta(days=1) if late else on, clock)

    def length_of(self, event: RawEvent, starts_at: datetime) -> int:
        minutes = read_minutes(event.duration)
        if minutes is None and (end := read_instant(event.end, self.zone)):
            minutes = read_minutes(str(int((end - starts_at).total_seconds()) // 60))
        if minutes is None:
            minutes = LENGTH_MINUTES_ASSUMED
            text = sentence(
                "The length “%(length)s” cannot be read; %(minutes)s minutes were assumed.",
                length=event.duration[:40],
                minutes=minutes,
            )
            self._notes.add(event.line, event.place, text)
        return minutes

    def at(self, on: date, clock: time) -> datetime:
        return datetime.combine(on, clock, self.zone).astimezone(UTC)

    def _local(self, moment: datetime) -> time:
        return moment.astimezone(self.zone).time().replace(second=0, microsecond=0)


class Days:
    """The file's days with an index each, or days made from the events where it lists none."""

    def __init__(
        self, raw: RawSchedule, clock: Clock, moments: Iterable[tuple[RawEvent, datetime]], notes: Notes
    ) -> None:
        self._clock = clock
        self._notes = notes
        self._of_place: dict[int, ImportedDay] = {}
        held: dict[int | None, list[datetime]] = {}
        for event, moment in moments:
            held.setdefault(event.day, []).append(moment)
        taken: set[int] = set()
        for place, day in enumerate(raw.days):
            if found := self._day(day, self._index(day, place, taken), held.get(place, [])):
                taken.add(found.index)
                self._of_place[place] = found
        self._days = list(self._of_place.values())

    def of(self, event: RawEvent, moment: datetime) -> ImportedDay:
        """The day that the file puts the event in, else the one that holds the moment, else a new one."""
        if event.day is not None and event.day in self._of_place:
            return self._of_place[event.day]
        local = (moment.astimezone(self._clock.zone) - timedelta(hours=DAY_CHANGE.hour)).date()
        for day in self._days:
            if day.starts_at <= moment < day.ends_at:
                return day
        for day in self._days:
            if day.date == local:
                return day
        start = self._clock.at(local, DAY_CHANGE)
        index = max((day.index for day in self._days), default=0) + 1
        self._days.append(ImportedDay(index, local, start, start + timedelta(days=1)))
        return self._days[-1]

    def all(self) -> tuple[ImportedDay, ...]:
        return tuple(self._days)

    def _day(self, day: RawDay, index: int, moments: list[datetime]) -> ImportedDay | None:
        on = self._clock.date_of(day)
        if on is None and moments:
            on = min(moments).astimezone(self._clock.zone).date()
        if on is None:
            text = sentence("The day has neither a date nor events and was left out.")
            self._notes.add(day.line, day.place, text)
            return None
        start = read_instant(day.start, self._clock.zone)
        if start is None:
            start = min([self._clock.at(on, self._clock.day_change or DAY_CHANGE), *moments])
        end = read_instant(day.end, self._clock.zone)
        if end is None or end <= start:
            end = max([start + timedelta(days=1), *(moment + timedelta(minutes=1) for moment in moments)])
        return ImportedDay(index, on, start, end)

    def _index(self, day: RawDay, place: int, taken: set[int]) -> int:
        index = int(day.index) if day.index.isdecimal() and len(day.index) < 6 else 0
        if index < 1 or index in taken:
            if day.index:
                text = sentence("The index “%(index)s” of the day was replaced.", index=day.index[:40])
                self._notes.add(day.line, day.place, text)
            index = max([place, *taken]) + 1
        return index


def _times(raw: RawSchedule) -> Iterable[str]:
    for day in raw.days:
        yield from (day.start, day.end)
    for event in raw.events:
        yield event.date
