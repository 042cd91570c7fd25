"""From a template and a view to a letter: subject, text and HTML in the language of the one who gets it."""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app

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
    is put in with the filter ``plain`` (one line) or ``quoted`` (paragraphs), so that it cannot become markup.
    """
    locale = recipient.locale if recipient.locale in LOCALES else "en"
    with speaking(locale):
        page = current_app.jinja_env.get_template(f"mail/{template}.md")
        context = page.new_context({"base_url": kernel().settings.base_url, "name": recipient.name, **view})
        subject = " ".join("".join(page.blocks["subject"](context)).split())[:SUBJECT_CHARS_MAX]
        body = "".join(page.blocks["body"](context)).strip()
        frame = current_app.jinja_env.get_template("mail/frame.html")
        html = frame.render(subject=subject, body=to_html(body), locale=locale)
    return Letter(
        kind=kind,
        recipient=recipient.address,
        recipient_name=recipient.name,
        subject=_unescaped(subject),
        text=to_text(body),
        html=html,
        locale=locale,
        calendar=calendar,
        calendar_method=calendar_method,
    )


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
