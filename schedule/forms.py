"""Forms of the schedule floor: shape only. Times are typed by the clock of the venue."""

from datetime import UTC, datetime, time, timedelta
from datetime import date as CalendarDay
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from plumbing.answers import Invalid
from plumbing.forms import Chars, Form, options, stripped
from plumbing.sentences import sentence
from schedule.models import LENGTH_MINUTES_MAX
from schedule.plan import Plan, PlanDay
from schedule.service.audience import AUDIENCE_MAX
from schedule.service.frame import NOTE_CHARS_MAX, REASON_CHARS_MAX
from schedule.service.places import TITLE_CHARS_MAX, Place
from schedule.service.releases import NAME_CHARS_MAX, NOTES_CHARS_MAX

EVERYWHERE = "all"


class PlaceForm(Form):
    """Day, start, room and length; the base of every form that puts something into the plan."""

    day = SelectField(_("Day"))
    start = TimeField(_("Start"), validators=[InputRequired(_("When does it start? Like 10:30."))])
    room = SelectField(_("Room"))
    length = IntegerField(
        _("Length in minutes"),
        validators=[
            InputRequired(_("How many minutes does it take?")),
            NumberRange(1, LENGTH_MINUTES_MAX, _("A length is between 1 and 1440 minutes.")),
        ],
    )

    def offer(self, plan: Plan, *, day_names: dict[int, str], everywhere: bool) -> None:
        self.day.choices = options((str(day.id), day_names[day.id]) for day in plan.days)
        rooms = [(str(room.id), room.name) for room in plan.rooms]
        self.room.choices = options([(EVERYWHERE, _("All rooms")), *rooms] if everywhere else rooms)

    def place(self, plan: Plan, zone: ZoneInfo, had: datetime | None = None) -> Place:
        """Raises Invalid at the field ``start`` for a time that the day does not have. ``had`` is where it stands."""
        day = plan.day_by_id[int(self.day.data)]
        starts_at = instant_in(day, self.start.data, zone, had)
        room_id = None if self.room.data == EVERYWHERE else int(self.room.data)
        return Place(room_id, starts_at, self.length.data)


class SlotForm(PlaceForm):
    is_pinned = BooleanField(_("Pinned"), description=_("Stays where it is when others are shifted or dragged."))
    title = StringField(_("Title"), filters=[stripped], validators=[Chars(TITLE_CHARS_MAX)])
    version = HiddenField()


class BlockForm(PlaceForm):
    kind = SelectField(_("What is it?"), choices=options([("break", _("Break")), ("plenary", _("Plenary"))]))
    title = StringField(
        _("Title"),
        filters=[stripped],
        validators=[InputRequired(_("Say what it is, such as “Coffee”.")), Chars(TITLE_CHARS_MAX)],
    )


class AudienceForm(Form):
    """``seen`` is the number that the page showed."""

    people = IntegerField(
        _("Expected audience"),
        validators=[
            Optional(),
            NumberRange(0, AUDIENCE_MAX, _("Please say how many people, up to 100,000, or nothing.")),
        ],
        description=_("People. A room with fewer seats is shown as a clash. Leave it empty when nobody knows."),
    )
    seen = HiddenField()


class SwapForm(Form):
    other = SelectField(_("Swap with"))


class ShiftForm(Form):
    minutes = IntegerField(_("By how many minutes"), validators=[InputRequired(_("By how many minutes?"))], default=5)


class DayForm(Form):
    date = DateField(_("Day"), validators=[InputRequired(_("Which day?"))])
    starts = TimeField(_("Begins"), validators=[InputRequired(_("When does the day begin? Like 09:00."))])
    ends = TimeField(
        _("Ends"),
        validators=[InputRequired(_("When does the day end? Like 18:00."))],
        description=_("An hour before the beginning means after midnight."),
    )

    def window(self, day: CalendarDay, zone: ZoneInfo) -> tuple[datetime, datetime]:
        begin = datetime.combine(day, self.starts.data, zone)
        end = datetime.combine(day, self.ends.data, zone)
        if self.ends.data <= self.starts.data:
            end = datetime.combine(day + timedelta(days=1), self.ends.data, zone)
        return begin.astimezone(UTC), end.astimezone(UTC)


class ClosureForm(Form):
    room = SelectField(_("Room"), coerce=int)
    starts_at = DateTimeLocalField(_("From"), validators=[InputRequired(_("From when?"))])
    ends_at = DateTimeLocalField(_("Until"), validators=[InputRequired(_("Until when?"))])
    reason = StringField(
        _("Why"), filters=[stripped], validators=[Chars(REASON_CHARS_MAX)], description=_("Only the chairs see it.")
    )


class WaiveForm(Form):
    note = StringField(
        _("Why may it stand?"),
        filters=[stripped],
        validators=[InputRequired(_("Say in a few words why it may stand.")), Chars(NOTE_CHARS_MAX)],
    )


class ReleaseForm(Form):
    name = StringField(
        _("Name of the release"),
        filters=[stripped],
        validators=[InputRequired(_("Give the release a name, such as “First draft”.")), Chars(NAME_CHARS_MAX)],
        description=_("Shown to everybody, with the date."),
    )
    notes = TextAreaField(
        _("What visitors should know"),
        filters=[stripped],
        validators=[Chars(NOTES_CHARS_MAX)],
        description=_("Optional; shown in the list of changes."),
    )
    despite_fatal = BooleanField(_("Release although these clashes are not solved"))
    version = HiddenField()


class ProgrammeForm(Form):
    paper = SelectField(_("Paper size"), choices=options([("A4", _("A4")), ("A5", _("A5"))]))
    locale = SelectField(_("Language"), choices=options([("en", "English"), ("de", "Deutsch"), ("it", "Italiano")]))


def instant_in(day: PlanDay, clock: time, zone: ZoneInfo, had: datetime | None = None) -> datetime:
    """The instant of this clock time within the programme day, which may run past midnight. Raises Invalid.

    Where the clocks go back, a time comes twice: ``had`` if it is one of the two, else the first.
    """
    first = day.starts_at.astimezone(zone).date()
    dates = (first + timedelta(days=more) for more in range(3))
    twice = [
        datetime.combine(date, clock, zone).replace(fold=fold).astimezone(UTC) for date in dates for fold in (0, 1)
    ]
    within = [instant for instant in twice if day.starts_at <= instant < day.ends_at]
    found = [instant for instant in within if instant.astimezone(zone).time() == clock]
    if found:
        return had if had in found else found[0]
    if within:
        # The clocks go forward and leave it out.
        raise Invalid("start", "outside", sentence("The programme has no day at that time."))
    hours = f"{day.starts_at.astimezone(zone):%H:%M}–{day.ends_at.astimezone(zone):%H:%M}"
    raise Invalid("start", "outside", sentence("This day runs %(hours)s; that start is outside.", hours=hours))


def local_instant(value: datetime, zone: ZoneInfo) -> datetime:
    return value.replace(tzinfo=zone).astimezone(UTC)


def version_of(value: Any) -> int | None:
    return int(value) if str(value or "").isdigit() else None
