"""Markdown as people type it, turned into safe HTML for pages and PDFs or plain text for mail.

Two walls stand behind each other: the parser never passes raw HTML through, and nh3 then lets only the
tags below survive. A line break that was typed stays a line break.
"""

from collections.abc import Sequence

import nh3
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markupsafe import Markup

HEADING_SHIFT = 3
HEADING_LEVEL_MAX = 6
LINK_SCHEMES = {"http", "https", "mailto"}

_TAGS = set("p br hr em strong s code pre blockquote ul ol li a h4 h5 h6 table thead tbody tr th td".split())
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_CODE_INDENT = "    "
_RULE = "* * *"


def to_html(text: str) -> Markup:
    """Safe HTML. Headings begin at h4 (pages own h1 to h3), images become their description, links are
    absolute http, https or mailto and carry ``rel="nofollow noopener"``."""
    return Markup(_CLEANER.clean(_PARSER.render(text)))  # noqa: S704 (this is the sanitiser)


def to_text(text: str) -> str:
    """Plain text for mail, feeds and calendars: marks are gone, addresses of links stay in brackets."""
    return _text(SyntaxTreeNode(_PARSER.parse(text)))


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        scheme, colon, _rest = url.strip().partition(":")
        return bool(colon) and scheme.lower() in LINK_SCHEMES


def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False, "breaks": True, "linkify": True})
    parser.enable(["table", "strikethrough", "linkify"])
    parser.linkify = LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.core.ruler.push("shift_headings", _shift_headings)
    parser.core.ruler.push("describe_images", _describe_images)
    return parser


def _shift_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + HEADING_SHIFT, HEADING_LEVEL_MAX)}"


def _describe_images(state: StateCore) -> None:
    for token in state.tokens:
        for child in token.children or ():
            if child.type == "image":
                child.content = _inline_text(child.children or ())
                child.type, child.tag, child.children = "text", "", None


def _inline_text(tokens: Sequence[Token]) -> str:
    words: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            words.append("\n")
        elif token.type == "link_open":
            links.append((str(token.attrGet("href")), len(words)))
        elif token.type == "link_close":
            address, start = links.pop()
            if address.removeprefix("mailto:") != "".join(words[start:]):
                words.append(f" ({address})")
        else:
            words.append(token.content)
    return "".join(words)


def _text(node: SyntaxTreeNode) -> str:
    match node.type:
        case "inline":
            token = node.token
            return _inline_text(token.children or ()) if token else ""
        case "fence" | "code_block":
            return _indented(node.content.rstrip("\n"), _CODE_INDENT, _CODE_INDENT)
        case "hr":
            return _RULE
        case "blockquote":
            return _indented(_joined(node, "\n\n"), "> ", "> ")
        case "bullet_list" | "ordered_list":
            return _list_text(node)
        case "table" | "thead" | "tbody":
            return _joined(node, "\n")
        case "tr":
            return _joined(node, " | ")
        case _:
            return _joined(node, "\n\n")


def _list_text(node: SyntaxTreeNode) -> str:
    is_tight = any(child.type == "paragraph" and child.hidden for item in node.children for child in item.children)
    gap = "\n" if is_tight else "\n\n"
    items, number = [], int(node.attrs.get("start", 1))
    for item in node.children:
        mark = "- " if node.type == "bullet_list" else f"{number}. "
        items.append(_indented(_joined(item, gap), mark, " " * len(mark)))
        number += 1
    return gap.join(items)


def _joined(node: SyntaxTreeNode, gap: str) -> str:
    return gap.join(_text(child) for child in node.children)


def _indented(text: str, first: str, rest: str) -> str:
    head, *tail = text.split("\n")
    return "\n".join([first + head, *((rest + line).rstrip() for line in tail)])


_PARSER = _parser()
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    url_schemes=LINK_SCHEMES,
    url_relative="deny",
    link_rel="nofollow noopener",
)
