"""A conference with accepted talks, days and slots, for the tests of this floor."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from conference.actor import SYSTEM, Actor, load_actor
from conference.work import reading, writing
from schedule.models import Day
from schedule.plan import Plan, load_plan
from schedule.service.places import Place, place_talk
from schedule.service.releases import release_schedule
from tests import factories
from tests.factories import Cast

# Saturday before the clock change, 09:00 to 00:30 in Rome; then the Sunday of the change.
SATURDAY = datetime(2027, 3, 27, 8, 0, tzinfo=UTC)
SUNDAY = datetime(2027, 3, 28, 7, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Stage:
    cast: Cast
    saturday: int
    sunday: int
    talks: tuple[int, ...]

    @property
    def where(self) -> int:
        return self.cast.conference

    @property
    def aula(self) -> int:
        return self.cast.rooms[0]

    @property
    def lab(self) -> int:
        return self.cast.rooms[1]

    def actor(self, account_id: int) -> Actor:
        with reading(SYSTEM) as work:
            found = load_actor(work.db, account_id)
        assert found is not None
        return found

    @property
    def cleo(self) -> Actor:
        return self.actor(self.cast.cleo)

    @property
    def gus(self) -> Actor:
        return self.actor(self.cast.gus)

    def plan(self) -> Plan:
        with reading(SYSTEM) as work:
            return load_plan(work, self.where)

    def place(self, talk: int, room: int | None = None, hours: float = 0, minutes: int | None = None) -> int:
        """Puts the talk into the room (the Aula) so many hours after Saturday's nine o'clock; the slot's id."""
        place = Place(room or self.aula, SATURDAY + timedelta(hours=hours), minutes)
        with writing(SYSTEM) as work:
            return place_talk(work, conference_id=self.where, talk_id=talk, place=place)

    def release(self, name: str, **more: object) -> int:
        with writing(SYSTEM) as work:
            return release_schedule(work, conference_id=self.where, name=name, despite_fatal=True, **more)


def accepted(db: Session, cast: Cast, title: str, **values: object) -> int:
    """An accepted talk of Ada, or of ``author``, whose outcome was told."""
    row = factories.proposal(db, cast, **{"title": title, "outcome": "accepted", "answer": "confirmed", **values})
    return row.id


def make_stage(cast: Cast, *, talks: int = 3) -> Stage:
    """Two days, two rooms, accepted talks of Ada, Dan and Eve in turn, the first track; nothing placed yet."""
    people = (cast.ada, cast.dan, cast.eve)
    with writing(SYSTEM) as work:
        days = [
            Day(
                conference_id=cast.conference,
                date=date(2027, 3, 27),
                starts_at=SATURDAY,
                ends_at=SATURDAY + timedelta(hours=15, minutes=30),
            ),
            Day(
                conference_id=cast.conference,
                date=date(2027, 3, 28),
                starts_at=SUNDAY,
                ends_at=SUNDAY + timedelta(hours=9),
            ),
        ]
        work.db.add_all(days)
        made = [
            accepted(work.db, cast, f"Accepted {number}", author=people[number % 3], track_id=cast.tracks[number % 2])
            for number in range(talks)
        ]
        work.db.flush()
        return Stage(cast, days[0].id, days[1].id, tuple(made))
