"""The four ways in which an act can fail, and the answer that a policy gives.

Services raise one of these and nothing else; ``plumbing.web`` turns each into a page. A failure is
always an exception, so a failure always rolls the transaction back.
"""

from dataclasses import dataclass
from typing import Any

from plumbing.sentences import Sentence, sentence


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes, or no with the reason. Truthy when allowed.

    ``hidden`` says that the asker may not even learn that the thing exists (404 instead of 403).
    """

    allowed: bool
    reason: Sentence | None = None
    hidden: bool = False

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)


def no(text: str, **params: Any) -> Answer:
    """A refusal that gives its reason."""
    return Answer(False, sentence(text, **params))


HIDDEN = Answer(False, sentence("There is nothing here."), hidden=True)


class Refused(Exception):
    """The policy said no. ``answer`` carries the reason and whether the thing may be known at all."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.reason))
        self.answer = answer


class Invalid(Exception):
    """A value that the domain cannot take. ``field`` names the form field, ``code`` the rule, ``reason`` says it."""

    def __init__(self, field: str, code: str, reason: Sentence | None = None, **params: Any) -> None:
        self.field, self.code, self.params = field, code, params
        self.reason = reason or sentence("This value cannot be used here (%(code)s).", code=code)
        super().__init__(f"{field}: {code} {params or ''} {self.reason}")


class Conflict(Exception):
    """Somebody else was faster. ``stored`` is what stands now, so that both texts can be shown side by side."""

    def __init__(self, reason: Sentence | None = None, *, stored: object = None) -> None:
        self.reason = reason or sentence("This was changed meanwhile by someone else or in another window.")
        self.stored = stored
        super().__init__(str(self.reason))


class Missing(Exception):
    """The thing asked for does not exist (or may not be known to exist)."""


def require(answer: Answer) -> None:
    """Raises ``Refused`` unless the answer is yes. The one line between loading and acting."""
    if not answer:
        raise Refused(answer)
