"""What the release pages print."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from conference.current import ConferenceFacts
from conference.locale import LOCALE_NAMES
from plumbing.outbox import Letter
from reviews.service.releasing import ReleaseDraft, Untold


@dataclass(frozen=True, slots=True)
class WordsField:
    """One text: what everybody with this verdict is told in this language."""

    name: str
    label: str
    lang: str
    value: str


@dataclass(frozen=True, slots=True)
class VerdictPart:
    verdict: str
    label: str
    count: int
    fields: tuple[WordsField, ...]


@dataclass(frozen=True, slots=True)
class LetterLine:
    number: int
    recipient: str
    name: str
    subject: str
    text: str
    html: str
    lang: str


@dataclass(frozen=True, slots=True)
class ReleasePage:
    parts: tuple[VerdictPart, ...]
    count: int
    includes_reviews: bool
    fingerprint: str = ""
    letters: tuple[LetterLine, ...] = ()
    warning: str = ""


def verdict_words() -> dict[str, str]:
    return {"accept": _("Accepted"), "waitlist": _("Waiting list"), "reject": _("Rejected")}


def write_page(news: Untold, where: ConferenceFacts, draft: ReleaseDraft) -> ReleasePage:
    counts = Counter(news.verdicts.values())
    names = dict(LOCALE_NAMES)
    parts = tuple(
        VerdictPart(
            verdict,
            label,
            counts[verdict],
            tuple(
                WordsField(
                    f"words-{verdict}-{locale}",
                    names[locale],
                    locale,
                    draft.words.get(verdict, {}).get(locale, ""),
                )
                for locale in where.locales
            ),
        )
        for verdict, label in verdict_words().items()
    )
    return ReleasePage(parts, len(news.verdicts), draft.includes_reviews, news.fingerprint)


def release_page(
    news: Untold,
    letters: Mapping[int, list[Letter]],
    draft: ReleaseDraft,
    where: ConferenceFacts,
    warning: str,
) -> ReleasePage:
    page = write_page(news, where, draft)
    flat = [letter for number in sorted(letters) for letter in letters[number]]
    lines = tuple(
        LetterLine(at, letter.recipient, letter.recipient_name, letter.subject, letter.text, letter.html, letter.locale)
        for at, letter in enumerate(flat)
    )
    return ReleasePage(page.parts, page.count, page.includes_reviews, page.fingerprint, lines, warning)
