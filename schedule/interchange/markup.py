"""HTML in descriptions becomes Markdown; text that is no HTML stays as it is.

The tokens are cut by an expression that needs linear time whatever the text is; the standard library's
parser takes minutes for some texts of a hundred kilobytes.
"""

import re
from html import unescape

from schedule.names import clean_text, web_address

LIST_DEPTH_MAX = 8

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_TAGS = "p|br|div|ul|ol|li|h[1-6]|strong|em|b|i|u|a|span|blockquote|pre|code|table|thead|tbody|tr|td|th|img|hr|font"
_TAG = re.compile(rf"(?<!\\)</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|div|ul|ol|li|h[1-6]|blockquote|pre|table)\b", re.IGNORECASE)
_TOKEN = re.compile(r"<!--[^<>]*-->|<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]*)?/?)>")
_ATTRIBUTE = re.compile(r"""\b(href|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)

_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}
_PARAGRAPHS = frozenset({"p", "div", "blockquote", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"script", "style", "head", "title"})
# Tags whose mark is dropped and whose text stays; any other word in angle brackets is text itself.
_DROPPED = frozenset(
    "abbr article aside body center cite dd del dl dt figcaption figure font html iframe ins kbd link main meta q s "
    "section small span sub sup tbody tfoot thead tt u video".split()
)
_MARKED = frozenset({*_MARKS, *_PARAGRAPHS, "li", "pre", "code", "a", "img", "br", "tr", "td", "th", "hr"})


def to_markdown(text: str) -> str:
    """Reading the result again changes nothing: it holds no tags outside code."""
    if not _TAG.search(_CODE.sub("", text)):
        return clean_text(text)
    writer = _Writer(keeps_lines=_BLOCK.search(text) is None)
    writer.read(text)
    lines = "".join(writer.parts).split("\n")
    tidy = "\n".join(line if line.strip() else "" for line in lines)
    markdown = clean_text(re.sub(r"\n{3,}", "\n\n", tidy))
    if _TAG.search(_CODE.sub("", markdown)):
        return re.sub(r"(?<!\\)<", r"\\<", markdown)
    return markdown


class _Writer:
    """Collects Markdown in ``parts``."""

    def __init__(self, *, keeps_lines: bool) -> None:
        self.parts: list[str] = []
        self._keeps_lines = keeps_lines
        self._lists: list[int | None] = []
        self._links: list[tuple[str | None, int]] = []
        self._verbatim = False
        self._code = False
        self._silent = ""

    def read(self, text: str) -> None:
        at = 0
        for token in _TOKEN.finditer(text):
            closing, tag, rest = token[1], (token[2] or "").lower(), token[3] or ""
            if tag and tag not in _SILENT and tag not in _DROPPED and tag not in _MARKED:
                continue
            self._data(text[at : token.start()])
            at = token.end()
            if tag in _SILENT:
                self._silent = "" if closing else tag
            elif not self._silent and (not self._verbatim or (closing and tag == "pre")):
                self._close(tag) if closing else self._open(tag, rest)
        self._data(text[at:])
        if self._verbatim:
            self.parts.append("\n```")

    def _open(self, tag: str, rest: str) -> None:
        if tag in _PARAGRAPHS:
            self._open_paragraph(tag)
        elif tag == "li":
            self._open_item()
        elif tag == "pre":
            self._verbatim = True
            self.parts.append("\n\n```\n")
        elif tag in _MARKS:
            self.parts.append(_MARKS[tag])
        elif tag == "code" and not self._code:
            self._code = True
            self.parts.append("`")
        elif tag == "a":
            self._links.append((web_address(_attribute(rest, "href")), len(self.parts)))
        elif tag == "img":
            self._data(_attribute(rest, "alt"))
        elif tag in ("br", "tr", "hr"):
            self.parts.append({"br": "  \n", "tr": "\n", "hr": "\n\n---\n\n"}[tag])

    def _close(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()
            self.parts.append("\n\n" if not self._lists else "\n")
        elif tag == "pre" and self._verbatim:
            self._verbatim = False
            self.parts.append("\n```\n\n")
        elif tag in _MARKS:
            self.parts.append(_MARKS[tag])
        elif tag == "code" and self._code:
            self._code = False
            self.parts.append("`")
        elif tag == "a" and self._links:
            self._close_link(*self._links.pop())
        elif tag in ("td", "th"):
            self.parts.append(" ")

    def _data(self, text: str) -> None:
        if self._silent or not text:
            return
        text = unescape(text)
        if self._verbatim:
            self.parts.append(text.replace("```", "~~~"))
            return
        if not self._keeps_lines:
            text = re.sub(r"\s+", " ", text)
            if not self.parts or self.parts[-1].endswith("\n"):
                text = text.lstrip()
        self.parts.append(text.replace("`", "'") if self._code else re.sub(r"<(?=[a-zA-Z/!?])", r"\\<", text))

    def _open_paragraph(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self.parts.append("\n" if self._lists else "\n\n")
            self._lists.append(0 if tag == "ol" else None)
        elif not self._lists:
            mark = "#" * int(tag[1]) + " " if tag[0] == "h" else "> " if tag == "blockquote" else ""
            self.parts.append("\n\n" + mark)

    def _open_item(self) -> None:
        depth = min(max(0, len(self._lists) - 1), LIST_DEPTH_MAX)
        count = self._lists[-1] if self._lists else None
        if count is not None:
            self._lists[-1] = count + 1
        self.parts.append("\n" + "    " * depth + ("- " if count is None else f"{count + 1}. "))

    def _close_link(self, address: str | None, start: int) -> None:
        words = "".join(self.parts[start:]).strip()
        if address is None:
            return
        del self.parts[start:]
        same = words in ("", address) or web_address(words) == address
        self.parts.append(address if same else f"[{words}]({address})")


def _attribute(rest: str, name: str) -> str:
    for match in _ATTRIBUTE.finditer(rest):
        if match[1].lower() == name:
            return unescape(match[2] or match[3] or match[4] or "")
    return ""
