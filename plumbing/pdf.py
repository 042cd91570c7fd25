"""HTML into accessible PDF (PDF/UA-1) with WeasyPrint; nothing outside our own files is ever opened.

A document of hundreds of pages is laid out in chapters and bound at the end. Page numbers of one chapter
are then plain text in the next (``Chapter.page_of``): no page is laid out twice to look them up, and the
box tree of a chapter is gone before the next one is made.
"""

import gc
import logging
import mimetypes
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pydyf
from markupsafe import escape
from weasyprint import CSS, HTML, Document, Page
from weasyprint.logger import LOGGER, PROGRESS_LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from plumbing.pdf_headers import name_headers

ROOT = Path(__file__).resolve().parent.parent
READABLE_FOLDERS = (ROOT / "static", ROOT / "templates" / "pdf")
PAGES_MAX = 5000
LONG_PAGES_MIN = 50
VARIANT = "pdf/ua-1"

# What the library writes to its progress log once for every page that it lays out.
_PAGE_LAID_OUT = "Step 5 - Creating layout - Page %d"
# The beginning of what it writes to its main log for a character that no font has.
_NO_GLYPH = ".notdef glyph rendered"

OnPage = Callable[[], None]


class PdfError(Exception):
    """The document cannot be printed; the text says why."""


class AddressRefused(PdfError):
    """The document asks for something that is not one of our own files."""


class TooManyPages(PdfError):
    """Longer than ``PAGES_MAX``."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Pages laid out and not yet drawn. ``page_of`` gives the printed page number of an ``id``."""

    document: Document
    first_page: int
    page_of: Mapping[str, int]

    @property
    def pages(self) -> Sequence[Page]:
        pages: Sequence[Page] = self.document.pages
        return pages

    @property
    def next_page(self) -> int:
        return self.first_page + len(self.pages)


class Book:
    """Chapters that share a title, a language and style sheets.

    Style sheets are paths of our own files or CSS text. ``on_page`` is called for every page laid out and for
    every page drawn; what it raises stops the work. ``missing_characters`` are those that were drawn as empty
    boxes, because no font of this machine has them.
    """

    def __init__(
        self, *, title: str, language: str, stylesheets: Iterable[Path | str], on_page: OnPage | None = None
    ) -> None:
        self._title = title
        self._language = language
        self._on_page = on_page or _nothing
        self.missing_characters: set[str] = set()
        self._fonts = FontConfiguration()
        self._files = _OwnFiles()
        with self._files.refusals_named():
            self._styles = [self._style(source) for source in stylesheets]

    def lay_out(self, body: str, *, first_page: int = 1) -> Chapter:
        """``body`` is the inner HTML of the body. An odd first page is a right-hand one."""
        html = _whole(body, self._title, self._language)
        styles = [*self._styles, self._numbering(first_page)]
        with self._files.refusals_named(), _listening(PROGRESS_LOGGER, self._heard):
            source = HTML(string=html, base_url=_base_url(), url_fetcher=self._files)
            document = source.render(font_config=self._fonts, stylesheets=styles, pdf_variant=VARIANT)
        page_of: dict[str, int] = {}
        for number, page in enumerate(document.pages, start=first_page):
            for anchor in page.anchors:
                page_of.setdefault(anchor, number)
        return Chapter(document, first_page, page_of)

    def bind(self, chapters: Sequence[Chapter]) -> bytes:
        """Draws the chapters in this order into one tagged PDF and uses them up: they have no pages afterwards.

        Raises TooManyPages.
        """
        page_count = sum(len(chapter.pages) for chapter in chapters)
        if page_count > PAGES_MAX:
            raise TooManyPages(f"{page_count} pages are more than {PAGES_MAX}")
        pages = chain.from_iterable(chapter.pages for chapter in chapters)
        document = chapters[0].document.copy([_DrawnPage(page, self._on_page) for page in pages])
        for chapter in chapters:
            chapter.document.pages.clear()
        with self._files.refusals_named(), _listening(LOGGER, self._heard):
            pdf: bytes = document.write_pdf(pdf_variant=VARIANT, finisher=_finish)
        return pdf

    def _heard(self, record: logging.LogRecord) -> None:
        if record.msg == _PAGE_LAID_OUT:
            self._on_page()
        elif str(record.msg).startswith(_NO_GLYPH) and isinstance(record.args, tuple):
            self.missing_characters.add(str(record.args[0]))

    def _style(self, source: Path | str) -> CSS:
        if isinstance(source, str):
            origin = {"string": source, "base_url": _base_url()}
        else:
            origin = {"url": source.resolve().as_uri()}
        return CSS(**origin, url_fetcher=self._files, font_config=self._fonts)

    def _numbering(self, first_page: int) -> CSS:
        side = "right" if first_page % 2 else "left"
        return CSS(string=f"@page :first {{ counter-reset: page {first_page} }} html {{ break-before: {side} }}")


def render(
    body: str, *, stylesheets: Iterable[Path | str], title: str, language: str, on_page: OnPage | None = None
) -> bytes:
    """One document that needs no chapters, as PDF/UA-1. Raises PdfError."""
    book = Book(title=title, language=language, stylesheets=stylesheets, on_page=on_page)
    return book.bind([book.lay_out(body)])


def _whole(body: str, title: str, language: str) -> str:
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title></head><body>{body}</body></html>"
    )


def _base_url() -> str:
    return READABLE_FOLDERS[1].as_uri() + "/"


def _nothing() -> None:
    """For callers who do not ask how far it is."""


class _Refusal(FatalURLFetchingError):
    """Not an Exception for the library, which would log an ordinary one and print without the thing."""


class _OwnFiles(URLFetcher):
    """Reads our own files, and remembers the first refusal: inside of SVG the library swallows even that."""

    def __init__(self) -> None:
        super().__init__()
        self._refusal: _Refusal | None = None

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        try:
            path = _own_file(url)
        except _Refusal as refusal:
            self._refusal = self._refusal or refusal
            raise
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    @contextmanager
    def refusals_named(self) -> Iterator[None]:
        try:
            yield
        except FatalURLFetchingError as error:
            raise AddressRefused(str(error)) from error
        if self._refusal:
            raise AddressRefused(str(self._refusal)) from self._refusal


def _own_file(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        raise _Refusal(f"only our own files may be printed, not {url[:200]}")
    path = Path(unquote(parts.path)).resolve()
    if not any(path.is_relative_to(folder) for folder in READABLE_FOLDERS):
        raise _Refusal(f"the file lies outside of our own folders: {url[:200]}")
    if not path.is_file():
        raise _Refusal(f"there is no such file: {url[:200]}")
    return path


class _Ear(logging.Handler):
    """Hands over what the library logs in this thread; exceptions go through on purpose."""

    def __init__(self, heard: Callable[[logging.LogRecord], None]) -> None:
        super().__init__(logging.INFO)
        self._heard = heard
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self._heard(record)


@contextmanager
def _listening(logger: logging.Logger, heard: Callable[[logging.LogRecord], None]) -> Iterator[None]:
    ear = _Ear(heard)
    logger.addHandler(ear)
    try:
        yield
    finally:
        logger.removeHandler(ear)


class _QuickPdf(pydyf.PDF):
    """The tagger asks for the references of all pages once per tag; made anew each time, they would cost the
    square of the number of pages (a quarter of the whole work at 500 pages)."""

    def __init__(self) -> None:
        super().__init__()
        self._references: tuple[bytes, ...] = ()

    @property
    def page_references(self) -> tuple[bytes, ...]:
        if len(self._references) != self.pages["Count"]:
            self._references = super().page_references
        return self._references


# The library makes its PDF by this name.
pydyf.PDF = _QuickPdf

# Its progress is for us alone: a line per page is nothing for the log of the process.
PROGRESS_LOGGER.setLevel(logging.INFO)
PROGRESS_LOGGER.propagate = False


class _DrawnPage:
    """A page that says when it is drawn."""

    def __init__(self, page: Page, on_page: OnPage) -> None:
        self._page = page
        self._on_page = on_page

    def __getattr__(self, name: str) -> Any:
        return getattr(self._page, name)

    def paint(self, stream: Any, scale: float = 1) -> None:
        self._page.paint(stream, scale)
        self._on_page()


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    """All is drawn and tagged, nothing is written yet: the box trees make room for the bytes of the file.

    For a few pages that is not worth a walk over all objects of the process.
    """
    _describe_links(document, pdf)
    for page in document.pages:
        name_headers(page._page_box)
    is_long = len(document.pages) >= LONG_PAGES_MIN
    document.pages.clear()
    if is_long:
        gc.collect()


def _describe_links(document: Document, pdf: pydyf.PDF) -> None:
    """PDF/UA wants a description of every link; the library writes its target, which nobody can listen to."""
    for page in document.pages:
        for kind, _target, _rectangle, box in page.links:
            words = " ".join("".join(_texts(box)).split())
            if kind in ("internal", "external") and words:
                box.link_annotation["Contents"] = pydyf.String(words)


def _texts(box: Any) -> Iterator[str]:
    if hasattr(box, "text"):
        yield box.text
    for child in getattr(box, "children", ()):
        yield from _texts(child)
