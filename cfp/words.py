"""A proposal's state in words: what stage, outcome and answer together mean for the one who reads it."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from plumbing.sentences import Sentence, sentence

PRESENTER_KINDS = {
    "user": (_l("User"), _l("I use the product or method in my own work.")),
    "partner": (_l("Partner"), _l("My company advises users or builds upon the product.")),
    "vendor": (_l("Vendor"), _l("I work for the maker of what I present.")),
    "sponsor": (_l("Sponsor"), _l("The session is part of a sponsorship.")),
    "organiser": (_l("Organiser"), _l("I belong to the team of the conference.")),
}
LANGUAGES = {"en": _l("English"), "de": _l("German"), "it": _l("Italian")}
KINDS = {"talk": _l("Talk"), "paper": _l("Paper")}
FIELDS = {
    "title": _l("Title"),
    "abstract": _l("Abstract"),
    "notes": _l("Notes to the committee"),
    "type": _l("Session type"),
    "track": _l("Track"),
    "language": _l("Language"),
    "presenter_kind": _l("Presenter"),
    "paper": _l("PDF, version"),
}


@dataclass(frozen=True, slots=True)
class State:
    """``key`` for filters and tests; ``label`` and ``next`` for people; ``tone`` as in the design language."""

    key: str
    label: Sentence
    tone: str
    next: Sentence


def state_of(*, stage: str, outcome: str, answer: str, closes_at: datetime, now: datetime) -> State:
    """For its authors: what it is now, and what comes next."""
    if stage == "submitted":
        return _after_decision(outcome, answer) or _submitted(now <= closes_at)
    if stage == "withdrawn":
        return State("withdrawn", sentence("Withdrawn"), "neutral", sentence("Nothing; it is kept for you."))
    if now <= closes_at:
        return State("draft", sentence("Draft"), "warning", sentence("Complete it and submit it before the deadline."))
    return State(
        "late_draft",
        sentence("Draft, not submitted"),
        "neutral",
        sentence("The deadline has passed; your text is kept."),
    )


STATES = (
    ("draft", sentence("Draft")),
    ("late_draft", sentence("Draft, not submitted")),
    ("submitted", sentence("Submitted")),
    ("in_review", sentence("In review")),
    ("accepted", sentence("Accepted, to be confirmed")),
    ("confirmed", sentence("Accepted and confirmed")),
    ("declined", sentence("Declined by its authors")),
    ("waitlisted", sentence("On the waiting list")),
    ("rejected", sentence("Not accepted")),
    ("withdrawn", sentence("Withdrawn")),
)
LABELS = dict(STATES)


def _submitted(is_open: bool) -> State:
    if is_open:
        return State(
            "submitted",
            LABELS["submitted"],
            "positive",
            sentence("You can change it until the deadline; then the committee reviews it."),
        )
    return State(
        "in_review",
        LABELS["in_review"],
        "info",
        sentence("The committee reads it without knowing who wrote it. You hear from us by mail."),
    )


def _after_decision(outcome: str, answer: str) -> State | None:
    if outcome == "accepted":
        return _accepted(answer)
    if outcome == "waitlisted":
        return State(
            "waitlisted",
            LABELS["waitlisted"],
            "warning",
            sentence("We write to you when a place becomes free. You need not do anything."),
        )
    if outcome == "rejected":
        return State("rejected", LABELS["rejected"], "neutral", sentence("Nothing; thank you for having proposed it."))
    return None


def _accepted(answer: str) -> State:
    if answer == "confirmed":
        return State(
            "confirmed", LABELS["confirmed"], "positive", sentence("We write to you when it has a room and a time.")
        )
    if answer == "declined":
        return State(
            "declined", LABELS["declined"], "neutral", sentence("Nothing. If that was a mistake, confirm it again.")
        )
    return State("accepted", LABELS["accepted"], "positive", sentence("Please say whether you will come."))
