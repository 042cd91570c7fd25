"""HTML in descriptions becomes Markdown; text that is no HTML stays as it is."""

import re
from html.parser import HTMLParser

from schedule.names import clean_text, web_address

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_TAGS = (
    "p|br|div|ul|ol|li|h[1-6]|strong|em|b|i|u|a|span|blockquote|pre|code|"
    "table|thead|tbody|tr|td|th|img|hr|font"
)
_TAG = re.compile(rf"(?<!\\)</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|div|ul|ol|li|h[1-6]|blockquote|pre|table)\b", re.IGNORECASE)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*"}
_PARAGRAPHS = frozenset({"p", "div", "blockquote", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT = frozenset({"script", "style", "head", "title"})


def to_markdown(text: str) -> str:
    """Reading the result again changes nothing: it holds no tags outside code."""
    if not _TAG.search(_CODE.sub("", text)):
        return clean_text(text)
    writer = _Writer(keeps_lines=_BLOCK.search(text) is None)
    writer.feed(text)
    writer.close()
    lines = "".join(writer.parts).split("\n")
    tidy = "\n".join(line if line.strip() else "" for line in lines)
    markdown = clean_text(re.sub(r"\n{3,}", "\n\n", tidy))
    if _TAG.search(_CODE.sub("", markdown)):
        return re.sub(r"(?<!\\)<", r"\\<", markdown)
    return markdown


class _Writer(HTMLParser):
    """Collects Markdown in ``parts``. Tags that it does not know lose their marks, never their text."""

    def __init__(self, *, keeps_lines: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._keeps_lines = keeps_lines
        self._lists: list[int | None] = []
        self._links: list[tuple[str | None, int]] = []
        self._verbatim = False
        self._silent = 0
        self._code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if self._verbatim:
            return
        if tag in _SILENT:
            self._silent += 1
        elif tag in _PARAGRAPHS:
            self._open_paragraph(tag)
        elif tag == "li":
            self._open_item()
        elif tag == "pre":
            self._verbatim = True
            self._put("\n\n```\n")
        elif tag in _MARKS:
            self._put(_MARKS[tag])
        elif tag == "code" and not self._code:
            self._code = True
            self._put("`")
        elif tag == "a":
            self._links.append((web_address(values.get("href") or ""), len(self.parts)))
        elif tag == "img":
            self.handle_data(values.get("alt") or "")
        elif tag in ("br", "tr", "hr"):
            self._put({"br": "  \n", "tr": "\n", "hr": "\n\n---\n\n"}[tag])

    def handle_endtag(self, tag: str) -> None:
        if self._verbatim and tag != "pre":
            return
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _PARAGRAPHS:
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()
            self._put("\n\n" if not self._lists else "\n")
        elif tag == "pre" and self._verbatim:
            self._verbatim = False
            self._put("\n```\n\n")
        elif tag in _MARKS:
            self._put(_MARKS[tag])
        elif tag == "code" and self._code:
            self._code = False
            self._put("`")
        elif tag == "a" and self._links:
            self._close_link(*self._links.pop())
        elif tag in ("td", "th"):
            self._put(" ")

    def handle_data(self, data: str) -> None:
        if self._verbatim:
            self._put(data.replace("```", "~~~"))
            return
        if not self._keeps_lines:
            data = re.sub(r"\s+", " ", data)
            if not self.parts or self.parts[-1].endswith("\n"):
                data = data.lstrip()
        self._put(data.replace("`", "'") if self._code else re.sub(r"<(?=[a-zA-Z/!?])", r"\\<", data))

    def close(self) -> None:
        super().close()
        if self._verbatim:
            self._put("\n```")

    def _put(self, text: str) -> None:
        if not self._silent:
            self.parts.append(text)

    def _open_paragraph(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._put("\n" if self._lists else "\n\n")
            self._lists.append(0 if tag == "ol" else None)
        elif not self._lists:
            mark = "#" * int(tag[1]) + " " if tag[0] == "h" else "> " if tag == "blockquote" else ""
            self._put("\n\n" + mark)

    def _open_item(self) -> None:
        depth = max(0, len(self._lists) - 1)
        count = self._lists[-1] if self._lists else None
        if count is not None:
            self._lists[-1] = count + 1
        self._put("\n" + "  " * depth + ("- " if count is None else f"{count + 1}. "))

    def _close_link(self, address: str | None, start: int) -> None:
        words = "".join(self.parts[start:]).strip()
        if address is None:
            return
        del self.parts[start:]
        same = words in ("", address) or web_address(words) == address
        self._put(address if same else f"[{words}]({address})")
