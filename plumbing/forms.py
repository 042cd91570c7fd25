"""The base of all forms. A form checks shape and makes a frozen draft; the domain checks truth."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from plumbing.answers import Invalid


class Form(FlaskForm):
    """A form in the page's language; unknown fields are ignored, nothing is ever copied onto a row by name."""

    def blame(self, error: Invalid) -> None:
        """Shows what the domain said at the field it is about (or above the form when there is none of that name)."""
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(str(error.reason))
        else:
            field.errors = [*field.errors, str(error.reason)]


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
