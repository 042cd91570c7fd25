import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedule.interchange.markup import to_markdown

PIECES = (
    "<p> </p> <br> <br/> <ul> </ul> <ol> <li> </li> <pre> </pre> <code> </code> <a\thref='https://a.example'> </a> "
    "<b> </b> <h2> </h2> <script> </script> <blockquote> <td> <!--x--> &lt;p&gt; &amp; ` ``` < > \\ * text word"
).split(" ")


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One</p><p>Two <b>three</b>\n four</p>", "One\n\nTwo **three** four"),
        ("<h2>Head</h2><p>text</p>", "## Head\n\ntext"),
        ("<ul><li>one</li><li>two</li></ul><p>after</p>", "- one\n- two\n\nafter"),
        ("<ol><li>one<ul><li>in</li></ul></li><li>two</li></ol>", "1. one\n\n    - in\n\n2. two"),
        ('<p><a href="https://a.example/x?y&amp;z">here</a></p>', "[here](https://a.example/x?y&z)"),
        ('<p><a href="https://a.example">https://a.example</a></p>', "https://a.example"),
        ('<p><a href="javascript:alert(1)">here</a></p>', "here"),
        ("<p>use <code>a &lt; b</code></p>", "use `a < b`"),
        ("<pre>a\n  &lt;b&gt;</pre>", "```\na\n  <b>\n```"),
        ("<p>a &lt;b&gt; c</p>", "a \\<b> c"),
        ("<p>List<String> and 1 < 2</p>", "List\\<String> and 1 < 2"),
        ("<p>a<script>evil()</script>b</p><!-- no -->", "ab"),
        ("first<br>second\n* item", "first  \nsecond\n* item"),
        ("<blockquote>said</blockquote><hr>", "> said\n\n---"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ('<p>see <img src="x" alt="a cat"></p>', "see a cat"),
        ("*Markdown* with `<b>code</b>`\r\nand 1 < 2", "*Markdown* with `<b>code</b>`\nand 1 < 2"),
        ("```\n<p>fenced</p>\n```", "```\n<p>fenced</p>\n```"),
        ("", ""),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert to_markdown(html) == markdown


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_reading_the_result_again_changes_nothing(text: str) -> None:
    once = to_markdown(text)
    assert to_markdown(once) == once
