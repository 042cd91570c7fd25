"""The text of a review in the letter of decision: the Markdown that its writer saw, and nothing beyond it."""

import pytest

from cfp.outcomes import DecisionParts, preview_letters
from conference.actor import SYSTEM
from conference.work import writing
from plumbing.outbox import Letter
from tests import factories
from tests.factories import Cast

FORMATTED = "**Strong** talk:\n\n- one\n- two\n\nSee [the docs](https://docs.example/x)."


def letter(cast: Cast, *texts: str, outcome: str = "rejected") -> Letter:
    with writing(SYSTEM) as work:
        made = factories.proposal(work.db, cast, title="Engines")
        parts = DecisionParts(note="A *note*", review_texts=texts, words="")
        found: Letter = preview_letters(work, cast.conference, {made.id: outcome}, {made.id: parts})[made.id][0]
    return found


@pytest.mark.parametrize("outcome", ["accepted", "waitlisted", "rejected"])
def test_markdown_is_rendered_in_both_parts(cast: Cast, outcome: str) -> None:
    mail = letter(cast, FORMATTED, "Fine.", outcome=outcome)
    assert "<strong>Strong</strong> talk:" in mail.html and "<li>two</li>" in mail.html
    assert '<a href="https://docs.example/x" rel="nofollow noopener">the docs</a>' in mail.html
    assert "> Strong talk:\n>\n> - one\n> - two\n>\n> See the docs (https://docs.example/x)." in mail.text
    assert "> Fine." in mail.text and "passage" not in mail.text + mail.html


def test_the_parts_stand_in_order_and_apart(cast: Cast) -> None:
    mail = letter(cast, "First.", "Second.")
    places = [mail.text.index(words) for words in ("Review 1", "> First.", "Review 2", "> Second.")]
    assert places == sorted(places)
    assert "<blockquote><p>First.</p>\n</blockquote>" in mail.html


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("<script>alert(1)</script>", "<script"),
        ('<img src="https://evil.example/x.png">', "<img"),
        ("![track](https://evil.example/x.png)", "evil.example"),
        ("[click](javascript:alert(1))", 'href="javascript'),
        ("</blockquote></td></table><h1>Accepted</h1>", "<h1>"),
        ('<a href="https://evil.example" style="x">y</a>', ">y</a>"),
        ("{{ 7 * 191 }}{% if true %}yes{% endif %}", "1337"),
    ],
)
def test_nothing_but_safe_markdown_comes_through(cast: Cast, text: str, absent: str) -> None:
    assert absent not in letter(cast, text).html


@pytest.mark.parametrize(
    "text", ["```\nopen code", "<!-- open", "**open _marks", "> > nested", "- list\n  - deep", "    code"]
)
def test_an_open_mark_does_not_reach_the_words_below(cast: Cast, text: str) -> None:
    mail = letter(cast, text, "Plain words.")
    assert "<blockquote><p>Plain words.</p>\n</blockquote>" in mail.html
    assert '">Your proposal</a>' in mail.html and "team@example.org" in mail.html


def test_a_link_that_one_review_defines_is_none_in_another_or_in_the_letter(cast: Cast) -> None:
    mail = letter(cast, "[Questions]: https://evil.example\n[docs]: https://evil.example\n\nText", "Read [docs].")
    assert "evil.example" not in mail.html + mail.text
    assert "Read [docs]." in mail.html
