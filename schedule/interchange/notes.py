"""What the judging modules share: the list of warnings, and guids for things that have none."""

from uuid import NAMESPACE_URL, UUID, uuid5

from plumbing.sentences import Sentence, counted, sentence
from schedule.interchange.imported import WARNINGS_MAX, ImportWarning
from schedule.interchange.raw import RawSchedule
from schedule.names import clean_line


class Notes:
    """Warnings in the order of the file; past the limit they are only counted."""

    def __init__(self) -> None:
        self._warnings: list[ImportWarning] = []
        self._more = 0

    def add(self, line: int | None, place: str, text: Sentence) -> None:
        if len(self._warnings) < WARNINGS_MAX:
            self._warnings.append(ImportWarning(line, place, text))
        else:
            self._more += 1

    def limited(self, line: int | None, place: str, text: str, chars_max: int) -> str:
        """``text`` up to the limit, with a warning where something was cut off."""
        if len(text) > chars_max:
            self.add(line, place, sentence("A text was cut after %(limit)s characters.", limit=chars_max))
            return text[:chars_max].strip()
        return text

    def all(self) -> tuple[ImportWarning, ...]:
        if not self._more:
            return tuple(self._warnings)
        more = counted("%(num)s more warning is not shown.", "%(num)s more warnings are not shown.", self._more)
        return (*self._warnings, ImportWarning(None, "", more))


class Keys:
    """Guids from what stays the same when the file is made again: the conference and the thing's own key."""

    def __init__(self, raw: RawSchedule) -> None:
        dates = (day.date or day.start for day in raw.days)
        name = clean_line(raw.acronym) or clean_line(raw.title) or next(dates, "")
        self._scope = uuid5(NAMESPACE_URL, f"schedule:{name.casefold()}")

    def guid(self, kind: str, key: str) -> UUID:
        return uuid5(self._scope, f"{kind}:{key}")


def read_guid(text: str) -> UUID | None:
    """Only the usual form with hyphens, since some files put other keys there."""
    text = text.strip()
    try:
        return UUID(text) if len(text) == 36 and text.count("-") == 4 else None
    except ValueError:
        return None
