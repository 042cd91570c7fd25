import pytest

from plumbing.markdown import to_html, to_text


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("# Big\n\n### Small", "<h4>Big</h4>\n<h6>Small</h6>\n"),
        ("one\ntwo", "<p>one<br>\ntwo</p>\n"),
        ("**a** *b* `c` ~~d~~", "<p><strong>a</strong> <em>b</em> <code>c</code> <s>d</s></p>\n"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>\n'),
        ("", ""),
    ],
)
def test_markdown_becomes_html_below_the_headings_of_a_page(typed, html):
    assert to_html(typed) == html


def test_links_are_marked_as_not_ours():
    linked = '<a href="https://a.example/x" rel="nofollow noopener">'
    assert to_html("[x](https://a.example/x)") == f"<p>{linked}x</a></p>\n"
    assert to_html("see https://a.example/x.") == f"<p>see {linked}https://a.example/x</a>.</p>\n"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "file:///etc/passwd",
        "/logout",
        "//evil.example",
    ],
)
def test_other_addresses_stay_text(address):
    assert "<a" not in to_html(f"[x]({address})")


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        '<b onclick="x">y</b>',
        "<style>*{}</style>",
        '<img src="x">',
        "<!-- x -->",
    ],
)
def test_raw_html_is_shown_and_not_obeyed(typed):
    html = to_html(typed)
    assert html == f"<p>{typed.replace('<', '&lt;').replace('>', '&gt;')}</p>\n"


def test_an_image_is_replaced_by_its_description():
    assert to_html("![a *red* fox](https://a.example/f.png)") == "<p>a red fox</p>\n"
    assert to_text("![a *red* fox](https://a.example/f.png)") == "a red fox"


def test_plain_text_keeps_the_words_the_lists_and_the_addresses():
    typed = (
        "# Title\n\nSome **bold** [link](https://b.example) and https://c.example\nnext line\n\n"
        "- one\n- two\n  1. deep\n  2. deeper\n\n> said\n\n```py\nx < 2\n```\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n---\nend"
    )
    assert to_text(typed) == (
        "Title\n\nSome bold link (https://b.example) and https://c.example\nnext line\n\n"
        "- one\n- two\n  1. deep\n  2. deeper\n\n> said\n\n    x < 2\n\na | b\n1 | 2\n\n* * *\n\nend"
    )


def test_loose_lists_stay_loose_in_plain_text():
    assert to_text("- one\n\n  more\n- two") == "- one\n\n  more\n\n- two"


def test_characters_that_html_minds_come_back_whole_in_plain_text():
    assert to_text("a < b & c &amp; d") == "a < b & c & d"
    assert to_html("a < b & c") == "<p>a &lt; b &amp; c</p>\n"
