"""The base of all forms. A form checks shape and makes a frozen draft; the domain checks truth."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from plumbing.answers import Invalid


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of which two texts differ, in words."""

    label: str
    typed: str
    stored: str


class Form(FlaskForm):
    """A form in the page's language; unknown fields are ignored, nothing is ever copied onto a row by name."""

    @property
    def base_version(self) -> int:
        """The version that the person saw, from the hidden field ``version``; 0, which no row has, without one."""
        typed = str(self["version"].data or "")
        return int(typed) if typed.isdecimal() else 0

    def give_way(self, stored: "Form") -> list[Difference]:
        """After a lost race: where the text typed here differs from what is ``stored`` by now.

        The form takes the stored version over: who was shown both and saves again replaces what was shown, and
        nothing that came later.
        """
        self["version"].data = stored["version"].data
        pairs = [(field, stored[field.name]) for field in self if not isinstance(field, HiddenField)]
        return [
            Difference(str(mine.label.text), _in_words(mine), _in_words(theirs))
            for mine, theirs in pairs
            if _filled(mine.data) != _filled(theirs.data)
        ]

    def blame(self, error: Invalid) -> None:
        """Shows what the domain said at the field it is about (or above the form when there is none of that name)."""
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(str(error.reason))
        else:
            field.errors = [*field.errors, str(error.reason)]


def _filled(value: Any) -> Any:
    """A field left empty is None or an empty text."""
    return "" if value is None else value


def _in_words(field: Field) -> str:
    value = field.data
    if isinstance(field, SelectField):
        labels = {str(choice.value): str(choice.label) for choice in field.iter_choices()}
        chosen = value if isinstance(value, list) else [str(_filled(value))]
        return ", ".join(labels.get(str(each), str(each)) for each in chosen)
    if isinstance(field, BooleanField):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return format_datetime(value, "medium", rebase=False)
    return format_date(value, "long", rebase=False) if isinstance(value, date) else str(_filled(value))


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """The choices of a select or radio field out of (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


def stripped(value: Any) -> Any:
    """Filter for text fields: no white space at the ends, one kind of line end, no NUL; a field not sent is empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    return value


class Chars:
    """At most ``most`` characters (code points after trimming); the message names the limit and what was typed."""

    def __init__(self, most: int, least: int = 0) -> None:
        self.most, self.least = most, least
        self.field_flags = {"maxlength": most, "minlength": least} if least else {"maxlength": most}

    def __call__(self, form: Any, field: Field) -> None:
        length = len(field.data or "")
        if length > self.most:
            raise StopValidation(
                _("At most %(most)s characters, please; this has %(length)s.", most=self.most, length=length)
            )
        if length < self.least:
            raise StopValidation(_("At least %(least)s characters, please.", least=self.least))
