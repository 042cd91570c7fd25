"""Text on its way into and out of files: what may stand in XML, in a line, in a slug, in an address, in a list."""

import re
import unicodedata
from functools import cache
from urllib.parse import quote, urlsplit, urlunsplit

from babel import Locale, UnknownLocaleError

URL_CHARS_MAX = 2000

# XML 1.0 forbids them, iCalendar too; lone surrogates cannot be written as UTF-8.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_HOST = re.compile(r"([a-z0-9]([a-z0-9.\-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def clean_text(text: str) -> str:
    """Text of several lines without forbidden characters; lines end in LF, the ends are stripped."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def clean_line(text: str) -> str:
    """One line: all white space, line breaks included, becomes single spaces."""
    return " ".join(_FORBIDDEN.sub("", text).split())


def ascii_slug(text: str, *, chars_max: int = 60) -> str:
    """Lower-case ``a-z0-9`` and single hyphens, starting and ending with a letter or digit; may be empty."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:chars_max].strip("-")


def web_address(text: str) -> str | None:
    """A valid absolute http or https address, percent-encoded where it must be; None for anything else.

    Addresses with a user part are refused: they hide where they lead, or are e-mail addresses.
    """
    text = _FORBIDDEN.sub("", text).strip()
    if len(text) > URL_CHARS_MAX:
        return None
    try:
        parts = urlsplit(text)
        host = parts.netloc.lower().encode("idna").decode("ascii")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return None
    safe = "/:@!$&'()*+,;=~%-._?"
    path, query, fragment = (_encoded(part, safe) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host, path, query, fragment))


def _encoded(part: str, safe: str) -> str:
    """Percent-encoded once: an escape that is there stays, a lone percent sign becomes one."""
    return quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", part), safe=safe)


def language_tag(code: str) -> str | None:
    """The code as a ``lang`` attribute, if screen readers know it; imported files say all sorts of things."""
    known = _LANGUAGE_TAG.fullmatch(code) and code.partition("-")[0] in _language_codes()
    return code if known else None


def language_name(code: str, locale: str) -> str:
    """“German” for ``de`` in the language of ``locale``; the code itself when it has no name there."""
    try:
        return Locale.parse(code, sep="-").get_language_name(locale) or code
    except (ValueError, UnknownLocaleError):
        return code


def sort_key(name: str) -> str:
    """Letters with marks stand with their plain letter, whatever the case."""
    plain = unicodedata.normalize("NFKD", name)
    return "".join(character for character in plain if not unicodedata.combining(character)).casefold()


def initial(name: str) -> str:
    """The heading under which a list puts the name: its plain first letter, or ``#``."""
    letter = sort_key(name)[:1].upper()
    return letter if letter.isalpha() else "#"


@cache
def _language_codes() -> frozenset[str]:
    return frozenset(code for code in map(str, Locale("en").languages) if len(code) in (2, 3) and code.isalpha())
