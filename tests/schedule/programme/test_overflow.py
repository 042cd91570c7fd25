"""What is longer than usual: titles, descriptions, names of rooms, tracks and people."""

import re
from dataclasses import replace

import pytest

from schedule.programme import build_programme
from schedule.programme.build import COVERS
from schedule.programme.cover import cover_of
from tests.schedule.programme.forum import forum
from tests.schedule.programme.test_programme import Printed, small

LONG_ROOM = "Veranstaltungsraum Bürgermeister-Müller-Platz, Nebengebäude, {}. Stock links und hinterer Anbau mit Bühne"


def renamed(document, **names):
    """``rooms`` and ``tracks`` are patterns for the number of each."""
    changed = {
        kind: tuple(replace(thing, name=pattern.format(number)) for number, thing in enumerate(getattr(document, kind)))
        for kind, pattern in names.items()
    }
    return replace(document, **changed)


@pytest.mark.parametrize(
    ("title", "paragraphs", "step", "has_description"),
    [
        ("Circle Days 2027", ["Two days by members, for members."], 0, True),
        ("Circle Days 2027", [], 0, False),
        ("Circle Days 2027", ["A sentence of the usual length stands here. "] * 6, 0, True),
        ("Circle Days 2027", ["A sentence of the usual length stands here. " * 3] * 9, 0, False),
        ("The Forty-Seventh International Conference of Everybody Who Has Ever Asked " * 2, [], 2, False),
        ("word " * 120, [], 3, False),
    ],
)
@pytest.mark.parametrize("paper", ["A4", "A5"])
def test_the_cover_holds_what_fits_above_the_picture(paper, title, paragraphs, step, has_description):
    cover = cover_of(title, "\n\n".join(paragraphs), COVERS[paper])
    assert (cover.title_step, cover.has_description) == (step, has_description)


def test_a_description_too_long_for_the_cover_stands_whole_on_the_next_page():
    whole = small()
    about = "\n\n".join(f"Sentence {number} tells what this conference is about and for whom." for number in range(12))
    pages = Printed(build_programme(replace(whole, conference=replace(whole.conference, description=about)))).pages
    assert "Sentence" not in pages[0]
    assert re.findall(r"Sentence (\d+)", pages[1]) == [str(number) for number in range(12)]


def test_long_names_of_rooms_tear_no_timetable():
    document = renamed(forum(day_count=1), rooms=LONG_ROOM)
    wordy = tuple(replace(talk, title=f"{talk.title} with more words than anybody needs") for talk in document.talks)
    printed = Printed(build_programme(replace(document, talks=wordy)))
    first = printed.page_of["day-1"]
    talks = min(page for name, page in printed.page_of.items() if name.startswith("slot-"))
    told = [
        re.search(r"Timetable (\d of \d) · \d\d:\d\d–\d\d:\d\d", page) for page in printed.pages[first - 1 : talks - 1]
    ]
    assert [found and found[1] for found in told] == ["1 of 3", "2 of 3", "3 of 3"]


def test_a_track_of_one_long_word_is_cut_within_the_word():
    printed = Printed(build_programme(renamed(forum(day_count=1), tracks="Infrastrukturentwicklungskoordination {}")))
    assert "Infrastrukture" in printed.pages[printed.page_of["day-1"] - 1]


def test_days_begin_with_a_capital_letter_where_they_are_headings():
    printed = Printed(build_programme(small(), locale="it"))
    assert "Giovedì 18 marzo 2027" in printed.pages[printed.page_of["day-1"] - 1]
