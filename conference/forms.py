"""Forms of this floor: they check shape and make frozen drafts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Optional, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from conference.locale import LOCALE_NAMES
from conference.models import ROLES
from conference.palette import ACCENTS, TRACK_COLOURS
from conference.service.accounts import NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, Profile, SignUp
from conference.service.setup import ConferenceDraft, RoomDraft, SessionTypeDraft, TrackDraft
from plumbing.forms import Chars, Form, options, stripped

BIOGRAPHY_CHARS_MAX = 1000
ADDRESS_CHARS_MAX = 254
TEXT_CHARS_MAX = 10_000
YEARS = range(1900, 3000)
ROLE_NAMES = {"reviewer": _("Reviewer"), "track_chair": _("Track chair"), "chair": _("Chair")}
COLOUR_NAMES = {
    "petrol": _("petrol"),
    "blue": _("blue"),
    "indigo": _("indigo"),
    "violet": _("violet"),
    "plum": _("plum"),
    "crimson": _("crimson"),
    "rust": _("rust"),
    "forest": _("forest"),
    "graphite": _("graphite"),
    "red": _("red"),
    "brown": _("brown"),
    "orange": _("orange"),
    "amber": _("amber"),
    "olive": _("olive"),
    "lime": _("lime"),
    "green": _("green"),
    "mint": _("mint"),
    "teal": _("teal"),
    "sky": _("sky"),
    "pink": _("pink"),
    "slate": _("slate"),
}


def in_our_times(_form: object, field: Field) -> None:
    """Somebody who types “27” for a year means no year of antiquity, and no calendar has room for some of them."""
    if field.data is not None and field.data.year not in YEARS:
        raise StopValidation(_("This is no date and time."))


def in_utc(local: datetime | None, zone: str) -> datetime | None:
    """What a ``datetime-local`` field gave, read in the zone. A time that the clock skips moves on by the gap."""
    return None if local is None else local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def in_zone(instant: datetime | None, zone: str) -> datetime | None:
    """The other way: for showing an instant in a ``datetime-local`` field."""
    return None if instant is None else instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def zones() -> list[str]:
    """Names of zones that a person may live in, sorted."""
    return sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )


def zone_choices() -> list[SelectChoice]:
    return options((name, name.replace("_", " ")) for name in ["UTC", *zones()])


class SignInForm(Form):
    email = EmailField(_("Mail address"), [InputRequired(), Chars(ADDRESS_CHARS_MAX)], [stripped])
    password = PasswordField(_("Password"), [InputRequired(), Chars(PASSWORD_CHARS_MAX)])
    next = HiddenField()


class SignUpForm(Form):
    name = StringField(
        _("Your name"),
        [DataRequired(), Chars(NAME_CHARS_MAX)],
        [stripped],
        description=_("As it should stand in a programme."),
    )
    email = EmailField(_("Mail address"), [InputRequired(), Chars(ADDRESS_CHARS_MAX)], [stripped])
    password = PasswordField(
        _("Password"),
        [InputRequired(), Chars(PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN)],
        description=_("At least 10 characters; a few words are better than many signs."),
    )
    zone = HiddenField(default="UTC", render_kw={"data-own-zone": ""})
    next = HiddenField()

    def to_draft(self, locale: str) -> SignUp:
        zone = self.zone.data if self.zone.data in available_timezones() else "UTC"
        return SignUp(self.name.data, self.email.data, self.password.data, locale, zone)


class AddressForm(Form):
    email = EmailField(_("Mail address"), [InputRequired(), Chars(ADDRESS_CHARS_MAX)], [stripped])
    next = HiddenField()


class NewPasswordForm(Form):
    password = PasswordField(
        _("New password"),
        [InputRequired(), Chars(PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN)],
        description=_("At least 10 characters; a few words are better than many signs."),
    )


class ChangePasswordForm(NewPasswordForm):
    old = PasswordField(_("Present password"), [InputRequired(), Chars(PASSWORD_CHARS_MAX)])


class ProfileForm(Form):
    name = StringField(_("Your name"), [DataRequired(), Chars(NAME_CHARS_MAX)], [stripped])
    affiliation = StringField(_("Where you work or study"), [Chars(NAME_CHARS_MAX)], [stripped])
    biography = TextAreaField(
        _("About you"),
        [Chars(BIOGRAPHY_CHARS_MAX)],
        [stripped],
        description=_("Two or three sentences for the programme. New proposals start with it."),
    )
    locale = SelectField(_("Language of pages and mails"), choices=options(LOCALE_NAMES))
    zone = SelectField(_("Time zone"), choices=zone_choices)
    version = HiddenField()

    def to_draft(self) -> Profile:
        return Profile(
            *(self.name.data, self.affiliation.data, self.biography.data),
            *(self.locale.data, self.zone.data, self.base_version),
        )


class CommunityForm(Form):
    name = StringField(_("Name"), [DataRequired(), Chars(NAME_CHARS_MAX)], [stripped])
    slug = StringField(
        _("Address"), [DataRequired(), Chars(60)], [stripped], description=_("Lower-case letters, digits and hyphens.")
    )
    description = TextAreaField(_("Description"), [Chars(TEXT_CHARS_MAX)], [stripped])


class ChapterForm(Form):
    name = StringField(_("Name of the chapter"), [DataRequired(), Chars(NAME_CHARS_MAX)], [stripped])
    city = StringField(_("City"), [Chars(NAME_CHARS_MAX)], [stripped])


class ConferenceForm(Form):
    name = StringField(_("Name"), [DataRequired(), Chars(NAME_CHARS_MAX)], [stripped])
    slug = StringField(
        _("Address"),
        [DataRequired(), Chars(60)],
        [stripped],
        description=_(
            "Lower-case letters, digits and hyphens. It cannot be changed later, since calendars and links use it."
        ),
    )
    acronym = StringField(_("Short name"), [DataRequired(), Chars(30)], [stripped])
    description = TextAreaField(
        _("Description"), [Chars(TEXT_CHARS_MAX)], [stripped], description=_("Markdown works here.")
    )
    chapter_id = SelectField(_("Chapter"), choices=[], default="")
    starts_on = DateField(_("First day"), [InputRequired(), in_our_times])
    ends_on = DateField(_("Last day"), [InputRequired(), in_our_times])
    zone = SelectField(_("Time zone"), choices=zone_choices)
    venue = StringField(_("Venue"), [Chars(NAME_CHARS_MAX)], [stripped])
    city = StringField(_("City"), [Chars(NAME_CHARS_MAX)], [stripped])
    locales = SelectMultipleField(
        _("Languages"),
        [InputRequired()],
        choices=options(LOCALE_NAMES),
        description=_("Talks and pages; the first is the default."),
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    accent = SelectField(_("Colour"), choices=options((name, COLOUR_NAMES[name]) for name in ACCENTS))
    contact_email = EmailField(
        _("Contact address"),
        [InputRequired(), Chars(ADDRESS_CHARS_MAX)],
        [stripped],
        description=_("Shown wherever somebody may need to ask a person."),
    )
    version = HiddenField()

    def to_draft(self) -> ConferenceDraft:
        return ConferenceDraft(
            slug=self.slug.data.lower(),
            name=self.name.data,
            acronym=self.acronym.data,
            description=self.description.data,
            venue=self.venue.data,
            city=self.city.data,
            zone=self.zone.data,
            locales=tuple(self.locales.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            accent=self.accent.data,
            contact_email=self.contact_email.data,
            chapter_id=int(self.chapter_id.data) if self.chapter_id.data else None,
        )

    def offer(self, chapters: Iterable[tuple[int, str, str]], locales: Sequence[str] = ()) -> Self:
        """The chapters (number, name, city) of the community to choose from; the languages that the conference has come
        in its own order, so that its default stays the first."""
        names = dict(LOCALE_NAMES)
        self.locales.choices = options((code, names[code]) for code in dict.fromkeys([*locales, *names]))
        named = [(str(number), name) for number, name, _city in chapters]
        self.chapter_id.choices = options([("", _("No chapter")), *named])
        return self


class TrackForm(Form):
    name = StringField(_("Name"), [DataRequired(), Chars(NAME_CHARS_MAX)], [stripped])
    description = TextAreaField(_("Description"), [Chars(TEXT_CHARS_MAX)], [stripped])
    colour = SelectField(_("Colour"), choices=options((name, COLOUR_NAMES[name]) for name in TRACK_COLOURS))
    is_special = BooleanField(
        _("Special track"), description=_("Has a call of its own and stands beside the main programme.")
    )
    position = IntegerField(_("Place in lists"), [Optional()], default=0)
    version = HiddenField()

    def to_draft(self) -> TrackDraft:
        return TrackDraft(
            self.name.data, self.description.data, self.colour.data, self.is_special.data, self.position.data or 0
        )


class SessionTypeForm(Form):
    name = StringField(_("Name"), [DataRequired(), Chars(NAME_CHARS_MAX)], [stripped])
    kind = SelectField(_("Kind"), choices=options([("talk", _("Talk")), ("paper", _("Paper, with a PDF"))]))
    length_minutes = IntegerField(_("Length in minutes"), [InputRequired()])
    closes_at = DateTimeLocalField(
        _("Own deadline"),
        [Optional(), in_our_times],
        description=_("In the zone of the conference. When it is later than the call's, it wins."),
    )
    position = IntegerField(_("Place in lists"), [Optional()], default=0)
    version = HiddenField()

    def to_draft(self, zone: str) -> SessionTypeDraft:
        closes_at = in_utc(self.closes_at.data, zone)
        return SessionTypeDraft(
            self.name.data, self.kind.data, self.length_minutes.data, closes_at, self.position.data or 0
        )


class RoomForm(Form):
    name = StringField(_("Name"), [DataRequired(), Chars(NAME_CHARS_MAX)], [stripped])
    capacity = IntegerField(_("Seats"), [Optional()])
    features = StringField(
        _("Features"),
        [Chars(NAME_CHARS_MAX * 4)],
        [stripped],
        description=_("Words with commas between, such as: video, microphone, step-free."),
    )
    position = IntegerField(_("Place in lists"), [Optional()], default=0)
    version = HiddenField()

    def to_draft(self) -> RoomDraft:
        words = dict.fromkeys(word.strip() for word in (self.features.data or "").split(","))
        return RoomDraft(
            self.name.data, self.capacity.data, tuple(word for word in words if word), self.position.data or 0
        )


class InviteForm(Form):
    people = TextAreaField(
        _("Whom"),
        [DataRequired(), Chars(TEXT_CHARS_MAX * 4)],
        [stripped],
        description=_("One person a line: a name and the address in angle brackets, or only the address."),
        render_kw={"placeholder": "Ada Lovelace <ada@example.org>"},
    )
    kind = SelectField(_("As what"), choices=options((kind, ROLE_NAMES[kind]) for kind in ROLES))
    track_id = SelectField(_("Track, for a track chair"), coerce=str, choices=[])
    locale = SelectField(_("Language of the mail"), choices=options(LOCALE_NAMES))
