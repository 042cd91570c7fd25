"""Forms of this floor: they check shape and make frozen drafts."""

from zoneinfo import available_timezones

from flask_babel import lazy_gettext as _
from wtforms import EmailField, HiddenField, PasswordField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired

from conference.locale import LOCALE_NAMES
from conference.service.accounts import NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN, Profile, SignUp
from plumbing.forms import Chars, Form, stripped

BIOGRAPHY_CHARS_MAX = 2000
ADDRESS_CHARS_MAX = 254


def zones() -> list[str]:
    """Names of zones that a person may live in, sorted."""
    return sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix", "right"))
    )


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
    locale = SelectField(_("Language of pages and mails"), choices=list(LOCALE_NAMES))
    zone = SelectField(_("Time zone"), choices=lambda: [(name, name.replace("_", " ")) for name in ["UTC", *zones()]])
    version = HiddenField()

    def to_draft(self) -> Profile:
        version = int(self.version.data) if str(self.version.data).isdigit() else 0
        return Profile(
            self.name.data, self.affiliation.data, self.biography.data, self.locale.data, self.zone.data, version
        )
