"""From a template and a view to a letter: subject, text and HTML in the language of the one who gets it."""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup

from conference.locale import speaking
from conference.models import LOCALES
from plumbing.kernel import kernel
from plumbing.markdown import to_html, to_text
from plumbing.outbox import Letter

SUBJECT_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class Recipient:
    address: str
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody's Markdown inside a letter, quoted and rendered by itself: nothing in it, neither an open mark nor the
    definition of a link, reaches the words around it. A template puts it alone between empty lines.
    """

    text: str
    place: str = field(default_factory=lambda: f"passage{secrets.token_hex(16)}")
    """What stands in the letter until it is rendered."""

    def __str__(self) -> str:
        return self.place


def compose_letter(
    kind: str,
    template: str,
    recipient: Recipient,
    *,
    calendar: bytes | None = None,
    calendar_method: str = "REQUEST",
    **view: Any,
) -> Letter:
    """Renders ``templates/mail/<template>.md``: its blocks ``subject`` and ``body``, the body as Markdown.

    A value that the template asks for and ``view`` lacks raises: a mail with a hole is not sent. What people typed
    is put in with the filter ``plain`` (one line) or ``quoted`` (paragraphs), so that it cannot become markup, or as
    a ``Passage`` where they were told that Markdown works.
    """
    locale = recipient.locale if recipient.locale in LOCALES else "en"
    with speaking(locale):
        page = current_app.jinja_env.get_template(f"mail/{template}.md")
        context = page.new_context({"base_url": kernel().settings.base_url, "name": recipient.name, **view})
        subject = " ".join("".join(page.blocks["subject"](context)).split())[:SUBJECT_CHARS_MAX]
        body = "".join(page.blocks["body"](context)).strip()
        frame = current_app.jinja_env.get_template("mail/frame.html")
        html = frame.render(subject=subject, body=_with_passages(to_html(body), view), locale=locale)
    return Letter(
        kind=kind,
        recipient=recipient.address,
        recipient_name=recipient.name,
        subject=_unescaped(subject),
        text=_with_quotes(to_text(body), view),
        html=html,
        locale=locale,
        calendar=calendar,
        calendar_method=calendar_method,
    )


def _passages(view: dict[str, Any]) -> Iterator[Passage]:
    for value in view.values():
        parts: Iterable[Any] = value if isinstance(value, tuple) else (value,)
        yield from (part for part in parts if isinstance(part, Passage))


def _with_passages(body: Markup, view: dict[str, Any]) -> Markup:
    for passage in _passages(view):
        quotation = Markup("<blockquote>{}</blockquote>").format(to_html(passage.text))
        body = body.replace(Markup(f"<p>{passage.place}</p>"), quotation)  # noqa: S704 (letters and digits)
    return body


def _with_quotes(text: str, view: dict[str, Any]) -> str:
    for passage in _passages(view):
        lines = to_text(passage.text).split("\n")
        text = text.replace(passage.place, "\n".join(f"> {line}".rstrip() for line in lines))
    return text


def plain(text: str) -> str:
    """Filter: somebody's words in one line, with everything that Markdown would read as markup made harmless."""
    return "".join("\\" + char if char in MARKUP else char for char in " ".join(text.split()))


def quoted(text: str) -> str:
    """Filter: somebody's paragraphs as a Markdown quotation."""
    return "\n".join("> " + plain(line) for line in text.strip().splitlines())


MARKUP = frozenset("\\`*_{}[]<>()#+-.!|~&")


def _unescaped(text: str) -> str:
    """A subject is text, not Markdown: takes the backslashes of ``plain`` out again."""
    return re.sub(r"\\([\\`*_{}\[\]<>()#+\-.!|~&])", r"\1", text)


def setup(app: Flask) -> None:
    app.jinja_env.filters.update(plain=plain, quoted=quoted)
