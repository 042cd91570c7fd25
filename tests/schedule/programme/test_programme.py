import logging
import re
from collections import Counter
from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdf
import pytest

from plumbing.jobs import Cancelled
from schedule.document import ReleaseDocument
from schedule.programme import build_programme
from tests.schedule.programme.forum import forum, slot

POINTS = {"A5": (419.5, 595.3), "A4": (595.3, 841.9)}


class Printed:
    """A programme, read back."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(BytesIO(data))
        # Where it cannot find the encoding of a font, the reader gives two bytes for each letter.
        texts = [page.extract_text().replace("\0", "") for page in pypdf.PdfReader(BytesIO(data)).pages]
        self.pages = [" ".join(text.split()) for text in texts]
        self.text = "\n".join(self.pages)
        number_of = {page.objgen: number for number, page in enumerate(self.pdf.pages, start=1)}
        names = list(self.pdf.Root.Names.Dests.Names)
        self.page_of = {
            str(name): number_of[target[0].objgen] for name, target in zip(names[::2], names[1::2], strict=True)
        }

    def links(self) -> list[tuple[str, str]]:
        """Pairs (words, target) of all links inside of the document."""
        return [
            (str(link.Contents), str(link.Dest))
            for page in self.pdf.pages
            for link in page.get("/Annots", ())
            if "/Dest" in link
        ]


@pytest.fixture(scope="module")
def printed() -> Printed:
    return Printed(build_programme(forum()))


def small() -> ReleaseDocument:
    """One room, one day, four talks."""
    whole = forum(day_count=1)
    return replace(whole, slots=tuple(one for one in whole.slots if one.room in (None, whole.rooms[1].guid)))


def test_it_is_accessible_and_whole(printed):
    root = printed.pdf.Root
    assert str(root.Lang) == "en-GB"
    assert str(printed.pdf.docinfo["/Title"]) == "Forum 27 of the Tabula User Group – Programme"
    assert bool(root.MarkInfo.Marked) is True
    with printed.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
    kinds = {str(element.S) for element in _elements(root.StructTreeRoot.K[0])}
    assert {"/H1", "/H2", "/P", "/Art", "/Table", "/TH", "/TD", "/L", "/LI", "/Link", "/Figure"} <= kinds
    assert printed.pdf.check_pdf_syntax() == []


def test_the_cover_shows_the_description_as_it_was_meant():
    whole = small()
    about = replace(whole.conference, description="Two days **by members**.\n\nFor members.")
    cover = Printed(build_programme(replace(whole, conference=about))).pages[0]
    assert "Two days by members. For members." in cover


def test_pictures_have_words(printed):
    figures = [one for one in _elements(printed.pdf.Root.StructTreeRoot.K[0]) if one.S == "/Figure"]
    assert [str(figure.Alt)[:27] for figure in figures] == ["A picture of the timetable:"]


def test_all_fonts_are_embedded(printed):
    fonts = {str(font.BaseFont): font for page in printed.pdf.pages for font in page.Resources.Font.values()}
    assert any("Instrument-Sans" in name for name in fonts)
    assert any("Source-Serif" in name for name in fonts)
    for font in fonts.values():
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert any(str(key).startswith("/FontFile") for key in descriptor)


@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_pages_have_the_size_of_the_paper(paper):
    document = Printed(build_programme(small(), paper=paper)).pdf
    sizes = {tuple(round(float(edge), 1) for edge in page.mediabox[2:]) for page in document.pages}
    assert sizes == {POINTS[paper]}


def test_the_numbers_in_timetables_and_contents_are_the_right_pages(printed):
    numbered = [(int(found[0]), target) for words, target in printed.links() if (found := re.match(r"\d+", words))]
    assert len(numbered) > 80
    assert [(number, target) for number, target in numbered if printed.page_of[target] != number] == []


def test_the_index_of_speakers_names_the_pages_of_their_talks(printed):
    document = forum()
    index = "".join("".join(printed.pages[printed.page_of["speaker-index"] - 1 :]).split())
    for speaker in document.speakers:
        if not speaker.name.isascii():
            continue
        talks = {talk.ref for talk in document.talks if speaker.ref in talk.speakers}
        wanted = sorted({printed.page_of[f"slot-{one.number}"] for one in document.slots if one.talk in talks})
        numbers = ", ".join(map(str, wanted))
        assert "".join(f"{speaker.name}{speaker.affiliation}{numbers}".split()) in index


def test_each_day_has_its_timetable_then_its_talks(printed):
    for number, day in ((1, "Thursday, 18 March 2027"), (2, "Friday, 19 March 2027")):
        first = printed.page_of[f"day-{number}"]
        timetable, second_timetable, talks = printed.pages[first - 1 : first + 2]
        assert (day in timetable, "1 of 2" in timetable, "Lunch" in timetable) == (True, True, True)
        assert ("2 of 2" in second_timetable, "Lunch" in second_timetable) == (True, True)
        assert talks.count(day) == 3


def test_bookmarks_lead_to_days_and_talks(printed):
    with printed.pdf.open_outline() as outline:
        top = [str(item.title) for item in outline.root]
        assert top == [
            "Using this programme",
            "Contents",
            "Thursday, 18 March 2027",
            "Friday, 19 March 2027",
            "Talks by track",
            "Speakers",
        ]
        assert len(outline.root[2].children) == 32
        assert str(outline.root[2].children[1].title) == "Seven hours dark: what our outage taught us about backups"


def test_a_talk_tells_time_room_track_language_speakers_and_words():
    text = Printed(build_programme(small())).text
    assert (
        "09:30–10:15 · Sala Carducci · Data modelling · English Slowly changing dimensions, quickly explained "
        "Ilaria Szymańska We run the booking system of a regional railway."
    ) in text


def test_what_stands_beside_a_talk_is_printed_once_on_one_page():
    """Also where the head of a talk goes to the next page: beside it are lines that float."""
    whole = forum(day_count=2)
    talks = tuple(replace(talk, type_name=f"Kind {n:03} of so many") for n, talk in enumerate(whole.talks))
    read = Printed(build_programme(replace(whole, talks=talks), paper="A4"))
    found = Counter(re.findall(r"Kind (\d{3})", read.text))
    assert found == {f"{n:03}": 1 for n in range(len(talks)) if f"{n:03}" in found}
    assert len(found) > 50


def test_what_was_cancelled_is_left_out():
    document = small()
    cancelled = next(one for one in document.slots if one.talk)
    title = next(talk.title for talk in document.talks if talk.ref == cancelled.talk)
    slots = tuple(replace(one, cancelled=one.guid == cancelled.guid) for one in document.slots)
    with_it, without = (Printed(build_programme(one)).page_of for one in (document, replace(document, slots=slots)))
    assert f"slot-{cancelled.number}" in with_it
    assert f"slot-{cancelled.number}" not in without
    assert title not in Printed(build_programme(replace(document, slots=slots))).text


@pytest.mark.parametrize("again_on", [1, 2])
def test_a_talk_given_twice_is_described_once(again_on):
    document = forum()
    first = next(one for one in document.slots if one.room == document.rooms[1].guid)
    talk = next(one for one in document.talks if one.ref == first.talk)
    again = slot(900, document.days[again_on - 1], (18, 0), 30, talk=talk, room=document.rooms[3])
    printed = Printed(build_programme(replace(document, slots=(first, again))))
    assert printed.text.count("We run the booking system") == 1
    day = ("Thursday 18 March", "Friday 19 March")[again_on - 1]
    assert printed.text.count(f"Also: {day}, 18:00, Laboratorio 1") == 1
    assert printed.text.count("Also: Thursday 18 March, 09:30, Sala Carducci") == 1
    page = printed.page_of[f"slot-{first.number}"]
    assert ("Described earlier on this day", f"Described on page {page}")[again_on - 1] in printed.text


@pytest.mark.parametrize(
    ("locale", "day", "dates"),
    [
        ("en", "Thursday, 18 March 2027", "18–19 March 2027"),
        ("de", "Donnerstag, 18. März 2027", "18.–19. März 2027"),
        ("it", "Giovedì 18 marzo 2027", "18–19 marzo 2027"),
    ],
)
def test_dates_are_worded_in_the_language_of_the_print(locale, day, dates):
    document = forum()
    first_day = tuple(one for one in document.slots if one.day == 1 and one.room in (None, document.rooms[1].guid))
    printed = Printed(build_programme(replace(document, slots=first_day), locale=locale))
    assert dates in printed.pages[0]
    assert day in printed.pages[printed.page_of["day-1"] - 1]
    assert str(printed.pdf.Root.Lang)[:2] == locale


def test_markup_in_names_and_titles_is_printed_and_not_obeyed():
    document = small()
    evil = '<img src="file:///etc/passwd">'
    talks = tuple(replace(talk, title=f"{evil} {talk.ref}", subtitle=evil) for talk in document.talks)
    rooms = tuple(replace(room, name=f"{evil} {room.slug}") for room in document.rooms)
    printed = Printed(build_programme(replace(document, talks=talks, rooms=rooms)))
    assert evil in printed.text


def test_a_release_without_any_slot_is_a_cover_and_a_guide():
    printed_pages = pypdf.PdfReader(BytesIO(build_programme(replace(forum(), slots=())))).pages
    assert len(printed_pages) == 3


def test_the_style_sheets_hold_nothing_that_is_ignored(caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        build_programme(small())
        build_programme(small(), paper="A4")
    assert [record.getMessage() for record in caplog.records if "notdef" not in record.getMessage()] == []


def test_progress_rises_to_the_end_and_says_what_is_done():
    told = []
    build_programme(forum(), on_progress=lambda percent, words: told.append((percent, str(words))))
    percents = [percent for percent, _ in told]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    assert len(set(percents)) > 25
    phases = list(dict.fromkeys(words for _, words in told))
    assert phases[:-1] == [
        "Laying out the first pages",
        "Laying out day 1 of 2",
        "Laying out day 2 of 2",
        "Laying out the indexes",
        "Drawing the pages",
    ]


@pytest.mark.parametrize("step", [1, 8, 30])
def test_it_stops_soon_when_asked(step):
    asked = []

    def should_stop() -> bool:
        asked.append(1)
        return len(asked) >= step

    with pytest.raises(Cancelled):
        build_programme(forum(day_count=1), should_stop=should_stop)
    assert len(asked) == step


def _elements(element: pikepdf.Object) -> list[pikepdf.Object]:
    found = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            found.append(one)
            children = one.get("/K", pikepdf.Array())
            waiting += list(children) if isinstance(children, pikepdf.Array) else [children]
    return found
