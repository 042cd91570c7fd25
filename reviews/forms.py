"""Forms of this floor. They check shape and make frozen drafts; the domain checks truth."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from plumbing.answers import Invalid
from plumbing.forms import Chars, Form, stripped
from plumbing.sentences import sentence
from reviews.service.people import LOAD_MAX, WORDS_CHARS_MAX, ProfileDraft
from reviews.service.reviewing import ReviewDraft

SCORE_PREFIX = "score-"


class ProfileForm(Form):
    words = TextAreaField(_l("What you know"), filters=[stripped], validators=[Optional(), Chars(WORDS_CHARS_MAX)])
    load_min = IntegerField(
        _l("Reviews you want at least"), validators=[InputRequired(), NumberRange(0, LOAD_MAX)], default=0
    )
    load_max = IntegerField(
        _l("Reviews you can do at most"), validators=[InputRequired(), NumberRange(0, LOAD_MAX)], default=30
    )

    def to_draft(self, *, is_active: bool) -> ProfileDraft:
        return ProfileDraft(self.words.data or "", self.load_min.data, self.load_max.data, is_active)


class ReviewerForm(ProfileForm):
    is_active = BooleanField(_l("Reviews for this conference"))


class DeclineForm(Form):
    reason = StringField(_l("Why?"), filters=[stripped])


def read_review(values: Mapping[str, str]) -> ReviewDraft:
    """The review form, whose fields depend on the criteria. Raises ``Invalid`` for what no browser sends."""
    scores = tuple(
        sorted(
            (_number(name.removeprefix(SCORE_PREFIX), name), _number(value, name))
            for name, value in values.items()
            if name.startswith(SCORE_PREFIX) and value
        )
    )
    confidence = values.get("confidence", "")
    return ReviewDraft(
        scores=scores,
        text=stripped(values.get("text", "")),
        note=stripped(values.get("note", "")),
        confidence=_number(confidence, "confidence") if confidence else None,
        is_sales_pitch=values.get("is_sales_pitch") == "1",
        version=_number(values.get("version", "0"), "version"),
    )


def _number(text: str, field: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise Invalid(field, "number", sentence("A number, please."))
    return int(text)
