"""The proposal form and the small ones around it. They check shape; what a call asks for is checked by the service."""

from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import (
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, NumberRange

from cfp.content import Raw
from cfp.drafts import (
    AFFILIATION_CHARS_MAX,
    BIOGRAPHY_CHARS_MAX,
    NAME_CHARS_MAX,
    NOTES_CHARS_MAX,
    TITLE_CHARS_MAX,
    CallRules,
)
from cfp.service.calls import ABSTRACT_CHARS, PAPER_PAGES, PER_PERSON
from cfp.words import LANGUAGES, PRESENTER_KINDS
from plumbing.forms import Chars, Form, options, stripped


class ProposalForm(Form):
    """Filled from raw fields in every case: posted, kept on the server, or made of what is stored."""

    title = StringField(_l("Title"), filters=[stripped])
    session_type = RadioField(_l("Session type"), validate_choice=False)
    track = SelectField(_l("Track"), validate_choice=False)
    language = SelectField(_l("Language of the session"), validate_choice=False)
    presenter_kind = RadioField(_l("In which role do you present?"), validate_choice=False)
    abstract = TextAreaField(_l("Abstract"), filters=[stripped])
    notes = TextAreaField(_l("Notes to the committee"), filters=[stripped])
    paper = FileField(_l("Your paper as PDF"))
    name = StringField(_l("Your name"), filters=[stripped])
    affiliation = StringField(_l("Company or institution"), filters=[stripped])
    biography = TextAreaField(_l("About you"), filters=[stripped])
    conflicts = TextAreaField(_l("Who must not review this?"), filters=[stripped])


LIMITS = {
    "title": TITLE_CHARS_MAX,
    "notes": NOTES_CHARS_MAX,
    "name": NAME_CHARS_MAX,
    "affiliation": AFFILIATION_CHARS_MAX,
    "biography": BIOGRAPHY_CHARS_MAX,
}


def proposal_form(call: CallRules, raw: Raw) -> ProposalForm:
    form = ProposalForm(formdata=MultiDict([(name, value) for name, values in raw.items() for value in values]))
    form.session_type.choices = options((str(each.id), each.name) for each in call.types)
    form.track.choices = options([("", _l("Choose a track")), *((str(each.id), each.name) for each in call.tracks)])
    form.language.choices = options((code, LANGUAGES.get(code, code)) for code in call.languages)
    form.presenter_kind.choices = options((key, label) for key, (label, _help) in PRESENTER_KINDS.items())
    return form


class PlainForm(Form):
    """A form of nothing but its CSRF token."""


class ReasonForm(Form):
    reason = TextAreaField(_l("Reason"), filters=[stripped])


class ProfileForm(Form):
    name = StringField(_l("Your name"), [InputRequired(_l("Say your name.")), Chars(NAME_CHARS_MAX)], [stripped])
    affiliation = StringField(_l("Company or institution"), [Chars(AFFILIATION_CHARS_MAX)], [stripped])
    biography = TextAreaField(_l("About you"), [Chars(BIOGRAPHY_CHARS_MAX)], [stripped])


def _number(label: Any, between: tuple[int, int]) -> IntegerField:
    reason = _l("A whole number between %(least)s and %(most)s, please.", least=between[0], most=between[1])
    return IntegerField(label, [InputRequired(reason), NumberRange(*between, message=reason)])


class CallForm(Form):
    slug = StringField(_l("Address"), [DataRequired(_l("Give it an address.")), Chars(60)], [stripped])
    """Typed for a new call only; afterwards it is that of the page."""
    title = StringField(_l("Title"), [InputRequired(_l("Give it a title.")), Chars(200)], [stripped])
    text = TextAreaField(_l("What you look for"), [Chars(10_000)], [stripped])
    opens_at = StringField(_l("Opens"), [InputRequired(_l("Say when it opens."))])
    closes_at = StringField(_l("Closes"), [InputRequired(_l("Say when it closes."))])
    track = SelectField(_l("Tracks"), validate_choice=False)
    abstract_chars_max = _number(_l("Characters of an abstract, at most"), ABSTRACT_CHARS)
    proposals_per_person_max = _number(_l("Proposals of one person, at most"), PER_PERSON)
    paper_pages_max = _number(_l("Pages of a paper, at most"), PAPER_PAGES)
    version = HiddenField()


class ImportForm(Form):
    """Which call takes the proposals of which file."""

    call = SelectField(_l("Call"), validate_choice=False)
    file = FileField(_l("File with proposals"))
