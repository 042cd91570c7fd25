"""What the proposal form makes: frozen values that cross from the web to the services. And what is wrong with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cfp.deadlines import deadline_of
from conference.models import PRESENTER_KINDS
from plumbing.answers import Invalid
from plumbing.sentences import Sentence, sentence

TITLE_CHARS_MIN = 3
TITLE_CHARS_MAX = 200
NOTES_CHARS_MAX = 2000
NAME_CHARS_MAX = 120
AFFILIATION_CHARS_MAX = 200
BIOGRAPHY_CHARS_MAX = 1000
CONFLICTS_MAX = 20
COAUTHORS_MAX = 12
AWAY_MAX = 12


@dataclass(frozen=True, slots=True)
class CoauthorDraft:
    """One row of the form. ``ref`` names the co-author who is there already; empty for a new one."""

    ref: str
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ConflictDraft:
    typed: str
    reason: str


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """What the author says about himself or herself in this proposal; never seen by reviewers."""

    name: str
    affiliation: str
    biography: str


@dataclass(frozen=True, slots=True)
class ProposalDraft:
    title: str
    abstract: str
    notes: str
    session_type_id: int | None
    track_id: int | None
    language: str
    presenter_kind: str
    profile: ProfileDraft
    coauthors: tuple[CoauthorDraft, ...] = ()
    removed: tuple[str, ...] = ()
    """References of co-authors to be taken off."""
    conflicts: tuple[ConflictDraft, ...] = ()
    away: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class TypeRules:
    id: int
    name: str
    kind: str
    length_minutes: int
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class TrackChoice:
    id: int
    name: str
    description: str
    colour: str


@dataclass(frozen=True, slots=True)
class CallRules:
    """What a call asks for. ``tracks`` are those that can be chosen; one alone is not asked about."""

    id: int
    conference_id: int
    slug: str
    title: str
    text: str
    track_id: int | None
    opens_at: datetime
    closes_at: datetime
    proposals_per_person_max: int
    abstract_chars_max: int
    paper_pages_max: int
    types: tuple[TypeRules, ...]
    tracks: tuple[TrackChoice, ...]
    languages: tuple[str, ...]

    @property
    def last_closes_at(self) -> datetime:
        return deadline_of(self.closes_at, *(each.closes_at for each in self.types))

    def deadline(self, type_id: int | None, extended_until: datetime | None = None) -> datetime:
        """The date that counts for a session type; the call's own while none is chosen."""
        chosen = self.type(type_id)
        return deadline_of(self.closes_at, chosen.closes_at if chosen else None, extended_until)

    def type(self, type_id: int | None) -> TypeRules | None:
        return next((each for each in self.types if each.id == type_id), None)

    def track(self, track_id: int | None) -> TrackChoice | None:
        return next((each for each in self.tracks if each.id == track_id), None)


@dataclass(frozen=True, slots=True)
class Content:
    """What is checked before something is submitted, whether it comes from the form or from the database."""

    title: str
    abstract: str
    notes: str
    session_type_id: int | None
    track_id: int | None
    language: str
    presenter_kind: str
    author_name: str
    has_paper: bool


def problems(content: Content, call: CallRules) -> Iterator[Invalid]:
    """Everything that keeps this from being submitted, each at its field. The deadline is the policy's business."""
    yield from _title(content)
    yield from _choices(content, call)
    yield from _texts(content, call)
    if not content.author_name.strip():
        yield Invalid("name", "missing", sentence("Say your name; reviewers do not see it."))


def _title(content: Content) -> Iterator[Invalid]:
    length = len(content.title)
    if not length:
        yield Invalid("title", "missing", sentence("Give it a title."))
    elif length < TITLE_CHARS_MIN:
        yield Invalid("title", "too_short", sentence("This title is too short to say anything."))
    elif length > TITLE_CHARS_MAX:
        yield Invalid("title", "too_long", too_long(length, TITLE_CHARS_MAX))


def _choices(content: Content, call: CallRules) -> Iterator[Invalid]:
    if call.types and call.type(content.session_type_id) is None:
        yield Invalid("session_type", "missing", sentence("Choose one of the session types."))
    if call.tracks and call.track(content.track_id) is None:
        yield Invalid("track", "missing", sentence("Choose a track; the chairs can move it later."))
    if content.language not in call.languages:
        yield Invalid("language", "unknown", sentence("Choose one of the languages of the conference."))
    if content.presenter_kind not in PRESENTER_KINDS:
        yield Invalid("presenter_kind", "unknown", sentence("Say in which role you present."))


def _texts(content: Content, call: CallRules) -> Iterator[Invalid]:
    if not content.abstract:
        yield Invalid("abstract", "missing", sentence("Describe what it is about."))
    elif len(content.abstract) > call.abstract_chars_max:
        yield Invalid("abstract", "too_long", too_long(len(content.abstract), call.abstract_chars_max))
    if len(content.notes) > NOTES_CHARS_MAX:
        yield Invalid("notes", "too_long", too_long(len(content.notes), NOTES_CHARS_MAX))
    chosen = call.type(content.session_type_id)
    if chosen is not None and chosen.kind == "paper" and not content.has_paper:
        yield Invalid("paper", "missing", sentence("A paper needs its PDF."))


def too_long(length: int, most: int) -> Sentence:
    return sentence(
        "At most %(most)s characters, please; this has %(length)s, so %(over)s are too many.",
        most=most,
        length=length,
        over=length - most,
    )
