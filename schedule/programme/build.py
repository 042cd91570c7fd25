"""From a frozen release to a bound PDF: chapters, their page numbers, and how far the work is.

Chapters that name pages of later chapters (contents, timetables) are laid out twice: first with placeholders,
to learn how many pages they take, and again when the numbers are known. The many pages of talks and the
indexes behind them are laid out once.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask import has_app_context
from flask_babel import gettext, ngettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from plumbing import pdf
from plumbing.jobs import Cancelled
from plumbing.markdown import to_html
from plumbing.sentences import Sentence, sentence
from schedule.document import DocDay, ReleaseDocument
from schedule.programme.colours import colour_rules
from schedule.programme.cover import CoverStyle, cover_of
from schedule.programme.dayplan import DayPlan, GridStyle, GridView
from schedule.programme.entries import Entries, Entry, first_of_each_hour
from schedule.programme.picture import picture_of
from schedule.programme.wording import Locale, Wording, spoken

Paper = Literal["A4", "A5"]
OnProgress = Callable[[int, Sentence], None]
ShouldStop = Callable[[], bool]

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "pdf"
GRIDS: dict[Paper, GridStyle] = {
    "A4": GridStyle(
        width=504.0,
        height=640.0,
        rooms_per_page=6,
        character_width=3.9,
        small_character_width=3.4,
        line_height=9.2,
        small_line_height=8.2,
    ),
    "A5": GridStyle(
        width=363.0,
        height=440.0,
        rooms_per_page=4,
        character_width=3.5,
        small_character_width=3.1,
        line_height=8.2,
        small_line_height=7.4,
    ),
}
COVERS: dict[Paper, CoverStyle] = {
    "A4": CoverStyle(
        height=315.0,
        title_steps=((19, 47.0), (27, 33.0), (37, 24.5), (48, 19.0)),
        description_characters=56,
        description_line_height=20.3,
        description_gap=23.0,
        paragraph_gap=9.0,
    ),
    "A5": CoverStyle(
        height=225.0,
        title_steps=((20, 31.7), (27, 23.5), (37, 17.4), (48, 13.3)),
        description_characters=54,
        description_line_height=14.9,
        description_gap=17.0,
        paragraph_gap=6.6,
    ),
}
# Characters of talks that fill a page, to foresee how long the work will take.
CHARACTERS_PER_PAGE: dict[Paper, int] = {"A4": 4200, "A5": 2300}
# Drawing a page takes about this part of the time of laying it out.
DRAWING_SHARE = 0.35
ROW_HEIGHT_MAX = 700
MISSING_SHOWN_MAX = 40


def build_programme(
    document: ReleaseDocument,
    *,
    paper: Paper = "A5",
    locale: Locale = "en",
    on_progress: OnProgress = lambda _percent, _words: None,
    should_stop: ShouldStop = lambda: False,
) -> bytes:
    """Minutes of work for a big event: a job, never a request. Raises Cancelled within a page after
    ``should_stop`` says so, and ``pdf.PdfError``."""
    wording = Wording(locale, ZoneInfo(document.conference.zone))
    entries = Entries(document, wording)
    progress = _Progress(on_progress, should_stop)
    with spoken(locale):
        title = str(sentence("%(title)s – Programme", title=document.conference.title))
    book = pdf.Book(
        title=title,
        language=wording.tag,
        stylesheets=_stylesheets(document, paper),
        on_page=progress.page_done,
    )
    return _Programme(document, entries, book, paper, progress).build()


class _Programme:
    def __init__(
        self, document: ReleaseDocument, entries: Entries, book: pdf.Book, paper: Paper, progress: "_Progress"
    ) -> None:
        self._document = document
        self._entries = entries
        self._book = book
        self._paper = paper
        self._progress = progress
        self._speakers = entries.speaker_index()
        self._tracks = entries.track_index()
        self._page_of: dict[str, int] = {}

    def build(self) -> bytes:
        days = [self._day(day) for day in self._entries.days()]
        self._progress.expect(sum(part.pages_expected for part in days) + self._front_pages_expected())
        self._progress.say(sentence("Laying out the first pages"))
        front = self._lay_out_front(days, {})
        chapters = [front]
        for number, part in enumerate(days, start=1):
            self._progress.say(sentence("Laying out day %(number)s of %(count)s", number=number, count=len(days)))
            chapters += self._lay_out_day(part, chapters[-1].next_page)
        if self._speakers or self._tracks:
            self._progress.say(sentence("Laying out the indexes"))
            chapters.append(self._lay_out_index(chapters[-1].next_page))
            self._page_of |= chapters[-1].page_of
        chapters[0] = self._again(front, lambda: self._lay_out_front(days, self._page_of))
        self._progress.draw(sum(len(chapter.pages) for chapter in chapters))
        bound = self._book.bind(chapters)
        self._progress.finish(self._book.missing_characters)
        return bound

    def _day(self, day: DocDay) -> "_DayPart":
        listed = self._entries.of_day(day)
        grids = DayPlan(self._entries, day, GRIDS[self._paper]).pages()
        expected = 2 * len(grids) + sum(entry.weight for entry in listed) // CHARACTERS_PER_PAGE[self._paper] + 1
        return _DayPart(day, grids, listed, expected)

    def _front_pages_expected(self) -> int:
        return 8 + len(self._entries.document.talks) // 60

    def _lay_out_front(self, days: list["_DayPart"], page_of: Mapping[str, int]) -> pdf.Chapter:
        conference = self._document.conference
        html = _render(
            "front.html",
            self._context(page_of),
            days=days,
            cover=cover_of(conference.title, conference.description, COVERS[self._paper]),
            about=to_html(conference.description),
            hours=first_of_each_hour,
            picture=picture_of(self._entries),
            zone=self._zone(),
            release_line=self._release_line(),
            has_track_index=bool(self._tracks),
            has_speaker_index=bool(self._speakers),
        )
        return self._book.lay_out(html)

    def _zone(self) -> str:
        days = self._document.days
        return self._entries.wording.zone_name(days[0].starts_at, days[-1].ends_at) if days else ""

    def _release_line(self) -> str:
        release = self._document.release
        on = self._entries.wording.local(release.released_at).date()
        return str(
            sentence(
                "Release %(number)s, %(name)s, %(date)s",
                number=release.number,
                name=release.name,
                date=self._entries.wording.long_date(on),
            )
        )

    def _lay_out_day(self, part: "_DayPart", first_page: int) -> list[pdf.Chapter]:
        """Talks come before the final timetable, which names their pages."""
        draft = self._lay_out_grid(part, first_page, {})
        talks = self._lay_out_talks(part, draft.next_page)
        grid = self._again(draft, lambda: self._lay_out_grid(part, first_page, talks.page_of))
        self._page_of |= {**grid.page_of, **talks.page_of}
        return [grid, talks]

    def _lay_out_talks(self, part: "_DayPart", first_page: int) -> pdf.Chapter:
        html = _render("talks.html", self._context(self._page_of), part=part)
        return self._book.lay_out(html, first_page=first_page)

    def _lay_out_grid(self, part: "_DayPart", first_page: int, page_of: Mapping[str, int]) -> pdf.Chapter:
        html = _render("grid.html", self._context(page_of), part=part)
        return self._book.lay_out(html, first_page=first_page)

    def _lay_out_index(self, first_page: int) -> pdf.Chapter:
        html = _render(
            "index.html",
            self._context(self._page_of),
            speakers=self._speakers,
            tracks=self._tracks,
        )
        return self._book.lay_out(html, first_page=first_page)

    def _again(self, draft: pdf.Chapter, lay_out: Callable[[], pdf.Chapter]) -> pdf.Chapter:
        """The chapter with its numbers; placeholders are as wide as numbers, so it takes the same pages."""
        final = lay_out()
        if len(final.pages) != len(draft.pages):
            raise pdf.PdfError(f"{len(draft.pages)} pages became {len(final.pages)} when they got their numbers")
        return final

    def _context(self, page_of: Mapping[str, int]) -> dict[str, Any]:
        return {
            "document": self._document,
            "entries": self._entries,
            "wording": self._entries.wording,
            "pages": page_of,
            "paper": self._paper,
        }


@dataclass(frozen=True, slots=True)
class _DayPart:
    day: DocDay
    grids: list[GridView]
    entries: list[Entry]
    pages_expected: int

    @property
    def anchor(self) -> str:
        return f"day-{self.day.index}"


class _Progress:
    """Counts pages against those expected, and speaks only when the percentage or the sentence changes."""

    def __init__(self, on_progress: OnProgress, should_stop: ShouldStop) -> None:
        self._on_progress = on_progress
        self._should_stop = should_stop
        self._expected = 1.0
        self._done = 0.0
        self._step = 1.0
        self._percent = -1
        self._words = sentence("Laying out the first pages")

    def expect(self, pages: int) -> None:
        self._expected = pages * (1 + DRAWING_SHARE)

    def say(self, words: Sentence) -> None:
        self._words = words
        self._tell()

    def draw(self, pages: int) -> None:
        """From here on each page is one drawn; what is left is spread over them."""
        share = max(self._done / self._expected, 1 - DRAWING_SHARE / (1 + DRAWING_SHARE))
        self._expected = pages / max(0.01, 1 - share) if share < 1 else self._expected
        self._done = self._expected - pages
        self._step = 1.0
        self.say(sentence("Drawing the pages"))

    def page_done(self) -> None:
        self._done += self._step
        percent = min(99, int(100 * self._done / self._expected))
        if percent > self._percent:
            self._percent = percent
            self._tell()

    def finish(self, missing_characters: set[str]) -> None:
        self._percent = 100
        if not missing_characters:
            return self.say(sentence("The programme is ready"))
        shown = " ".join(sorted(missing_characters)[:MISSING_SHOWN_MAX])
        self.say(sentence("Ready, but no font on this server has these characters: %(characters)s", characters=shown))

    def _tell(self) -> None:
        if self._should_stop():
            raise Cancelled()
        self._on_progress(max(0, self._percent), self._words)


def _stylesheets(document: ReleaseDocument, paper: Paper) -> Iterator[Path | str]:
    yield TEMPLATES / "print.css"
    yield TEMPLATES / "programme" / "programme.css"
    yield TEMPLATES / "programme" / "papers.css"
    yield TEMPLATES / "programme" / f"{paper.lower()}.css"
    yield colour_rules(document.conference.accent, document.tracks)
    yield _row_heights()


def _row_heights() -> str:
    """Rows take their height from a class, as no element carries a style of its own."""
    return "\n".join(f".high-{points} {{ height: {points}pt }}" for points in range(1, ROW_HEIGHT_MAX + 1))


def _render(template: str, context: Mapping[str, Any], **more: Any) -> str:
    with spoken(context["wording"].locale):
        html: str = _environment().get_template(f"programme/{template}").render(**context, **more)
        return html


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    return environment


def _gettext(text: str) -> str:
    return gettext(text) if has_app_context() else text


def _ngettext(singular: str, plural: str, count: int) -> str:
    if has_app_context():
        return ngettext(singular, plural, count)
    return singular if count == 1 else plural
