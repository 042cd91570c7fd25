"""Text on its way into and out of files: what may stand in XML, in a line, in a slug, in an address."""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

URL_CHARS_MAX = 2000

# XML 1.0 forbids them, iCalendar too; lone surrogates cannot be written as UTF-8.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_HOST = re.compile(r"([a-z0-9]([a-z0-9.\-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


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
