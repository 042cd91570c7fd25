"""Forms of this floor. They check shape and make frozen drafts; the domain checks truth."""

from collections.abc import Mapping
from datetime import UTC
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from plumbing.answers import Invalid
from plumbing.forms import Chars, Form, stripped
from plumbing.sentences import sentence
from reviews.plans import FIT_PERCENT, Options
from reviews.queries.committee import CriterionSetUp, PhaseSetUp
from reviews.service.people import LOAD_MAX, WORDS_CHARS_MAX, ProfileDraft
from reviews.service.reviewing import ReviewDraft
from reviews.service.setup import (
    GUIDANCE_CHARS_MAX,
    HELP_CHARS_MAX,
    LINE_CHARS_MAX,
    REVIEWS_WANTED_MAX,
    WEIGHT_MAX,
    CriterionDraft,
    PhaseDraft,
)

SCORE_PREFIX = "score-"
MINUTES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


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


class PhaseForm(Form):
    """Times are typed and shown in the zone of the conference."""

    opens_at = DateTimeLocalField(_l("Reviewing begins"), format=MINUTES, validators=[InputRequired()])
    closes_at = DateTimeLocalField(_l("Reviewing ends"), format=MINUTES, validators=[InputRequired()])
    reviews_wanted = IntegerField(
        _l("Reviews wanted for each proposal"),
        validators=[InputRequired(), NumberRange(1, REVIEWS_WANTED_MAX)],
        default=3,
    )
    guidance = TextAreaField(
        _l("To the reviewers"), filters=[stripped], validators=[Optional(), Chars(GUIDANCE_CHARS_MAX)]
    )
    version = HiddenField()

    def to_draft(self, zone: ZoneInfo) -> PhaseDraft:
        return PhaseDraft(
            opens_at=self.opens_at.data.replace(tzinfo=zone).astimezone(UTC),
            closes_at=self.closes_at.data.replace(tzinfo=zone).astimezone(UTC),
            reviews_wanted=self.reviews_wanted.data,
            guidance=self.guidance.data or "",
            version=self.base_version,
        )


def phase_values(stored: PhaseSetUp | None, zone: ZoneInfo) -> dict[str, object]:
    if stored is None:
        return {}
    return {
        "opens_at": stored.opens_at.astimezone(zone).replace(tzinfo=None),
        "closes_at": stored.closes_at.astimezone(zone).replace(tzinfo=None),
        "reviews_wanted": stored.reviews_wanted,
        "guidance": stored.guidance,
        "version": stored.version,
    }


class CriterionForm(Form):
    name = StringField(_l("Criterion"), filters=[stripped], validators=[DataRequired(), Chars(LINE_CHARS_MAX)])
    help = StringField(_l("What it means"), filters=[stripped], validators=[Optional(), Chars(HELP_CHARS_MAX)])
    weight = IntegerField(_l("Weight"), validators=[InputRequired(), NumberRange(0, WEIGHT_MAX)], default=1)
    position = IntegerField(_l("Place in the form"), validators=[InputRequired(), NumberRange(0, 99)], default=0)
    label_1 = StringField(_l("Word for 1"), filters=[stripped], validators=[Chars(LINE_CHARS_MAX)])
    label_2 = StringField(_l("Word for 2"), filters=[stripped], validators=[Chars(LINE_CHARS_MAX)])
    label_3 = StringField(_l("Word for 3"), filters=[stripped], validators=[Chars(LINE_CHARS_MAX)])
    label_4 = StringField(_l("Word for 4"), filters=[stripped], validators=[Chars(LINE_CHARS_MAX)])
    label_5 = StringField(_l("Word for 5"), filters=[stripped], validators=[Chars(LINE_CHARS_MAX)])
    version = HiddenField()

    def to_draft(self) -> CriterionDraft:
        labels = (self.label_1, self.label_2, self.label_3, self.label_4, self.label_5)
        return CriterionDraft(
            name=self.name.data,
            help=self.help.data or "",
            weight=self.weight.data,
            labels=tuple(label.data or "" for label in labels),
            position=self.position.data,
        )


def criterion_values(stored: CriterionSetUp) -> dict[str, object]:
    labels = {f"label_{at}": label for at, label in enumerate(stored.labels, start=1)}
    return {
        "name": stored.name,
        "help": stored.help,
        "weight": stored.weight,
        "position": stored.position,
        "version": stored.version,
        **labels,
    }


class PlanForm(Form):
    reviews_wanted = IntegerField(
        _l("Reviews for each proposal"), validators=[InputRequired(), NumberRange(1, REVIEWS_WANTED_MAX)], default=3
    )
    fit_percent = IntegerField(
        _l("Weight of knowledge against even loads"),
        validators=[InputRequired(), NumberRange(0, 100)],
        default=FIT_PERCENT,
    )

    def to_options(self) -> Options:
        return Options(self.reviews_wanted.data, self.fit_percent.data)


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
