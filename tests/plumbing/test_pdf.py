from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from plumbing import pdf

OWN_FONT = (pdf.ROOT / "static/vendor/fonts/instrument-sans/instrument-sans-latin-400-normal.woff2").as_uri()
FONT_RULE = f"@font-face {{ font-family: Own; src: url({OWN_FONT}) }} body {{ font-family: Own }}"


def printed(body: str, *stylesheets: str, title: str = "A title", language: str = "de-DE") -> pikepdf.Pdf:
    data = pdf.render(body, stylesheets=[FONT_RULE, *stylesheets], title=title, language=language)
    return pikepdf.open(BytesIO(data))


def structure(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """The element and all below it that are elements too."""
    yield element
    for child in element.get("/K", ()):
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield from structure(child)


def test_a_document_is_tagged_titled_and_says_its_language():
    document = printed("<h1>Hallo</h1><p>Welt</p>", title="Über <alles>")
    assert str(document.Root.Lang) == "de-DE"
    assert str(document.docinfo["/Title"]) == "Über <alles>"
    assert bool(document.Root.MarkInfo.Marked) is True
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle) is True
    with document.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Über <alles>"
    kinds = [str(element.S) for element in document.Root.StructTreeRoot.K[0].K]
    assert kinds == ["/H1", "/P"]


def test_fonts_are_embedded_and_ours():
    document = printed("<p>Hallo</p>")
    fonts = [font.DescendantFonts[0] for font in document.pages[0].Resources.Font.values()]
    assert [str(font.BaseFont).partition("+")[2] for font in fonts] == ["Own"]
    assert all(any(str(key).startswith("/FontFile") for key in font.FontDescriptor) for font in fonts)


def test_a_link_is_described_by_its_words():
    document = printed('<p><a href="https://a.example/">The <b>other</b> page</a></p>')
    assert str(document.pages[0].Annots[0].Contents) == "The other page"


def test_a_cell_is_told_the_heads_of_its_own_row_and_columns_where_others_reach_down():
    rows = (
        '<th>Time</th><th scope="col">Aula</th><th scope="col" colspan="2">Lab</th><th scope="col">Yard</th>',
        '<th scope="row">9</th><td rowspan="3">a</td><td>b</td><td>c</td><td>d</td>',
        '<td></td><td rowspan="2">e</td><td>f</td><td>g</td>',
        '<th scope="row">11</th><td>h</td><td>i</td>',
        '<th scope="row">12</th><td colspan="4">j</td>',
    )
    head, *body = (f"<tr>{row}</tr>" for row in rows)
    file = printed(f"<h1>x</h1><table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>")
    cells = [one for one in structure(file.Root.StructTreeRoot.K[0]) if one.S in ("/TH", "/TD")]
    names = dict(
        zip((str(one.ID) for one in cells if one.S == "/TH"), "Time Aula Lab Yard 9 11 12".split(), strict=True)
    )
    told = [" ".join(names[str(head)] for head in one.A.Headers) for one in cells if one.S == "/TD"]
    assert told == [
        *("9 Aula", "9 Lab", "9 Lab", "9 Yard"),
        *("Time", "Lab", "Lab", "Yard"),
        *("11 Lab", "11 Yard"),
        "12 Aula Lab Yard",
    ]


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="" src="file:///etc/passwd">',
        '<img alt="" src="http://a.example/x.png">',
        '<img alt="" src="https://a.example/x.png">',
        '<img alt="" src="data:image/png;base64,iVBORw0KGgo=">',
        '<img alt="" src="../../pyproject.toml">',
        '<img alt="" src="%2e%2e/%2e%2e/pyproject.toml">',
        '<img alt="" src="../../static/../plumbing/pdf.py">',
        '<img alt="" src="no-such-file.png">',
        '<link rel="stylesheet" href="../../pyproject.toml">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<object data="file:///etc/passwd"></object>',
        '<svg width="9" height="9"><image width="9" height="9" href="file:///etc/passwd"/></svg>',
        "<style>@import url(http://a.example/x.css)</style>",
        "<style>@font-face { font-family: x; src: url(file:///etc/passwd) } p { font-family: x }</style><p>x",
        '<p style="background: url(file://server/share/x.png)">x',
    ],
)
def test_nothing_but_our_own_files_is_opened(body):
    with pytest.raises(pdf.AddressRefused):
        printed(body)


def test_a_link_out_of_our_folders_is_refused_although_it_lies_inside(tmp_path, monkeypatch):
    (tmp_path / "ours").mkdir()
    (tmp_path / "secret.css").write_text("p { color: red }")
    (tmp_path / "ours" / "link.css").symlink_to(tmp_path / "secret.css")
    monkeypatch.setattr(pdf, "READABLE_FOLDERS", (tmp_path / "ours", tmp_path / "ours"))
    with pytest.raises(pdf.AddressRefused):
        pdf.render("<p>x", stylesheets=[tmp_path / "ours" / "link.css"], title="x", language="en")


def test_a_style_sheet_elsewhere_is_refused():
    with pytest.raises(pdf.AddressRefused):
        pdf.render("<p>x", stylesheets=[Path("/etc/passwd")], title="x", language="en")


def test_chapters_are_numbered_through_and_linked():
    numbered = "@page { size: A6; @bottom-right { content: counter(page) } } h1 { break-before: page }"
    book = pdf.Book(title="x", language="en", stylesheets=[FONT_RULE, numbered])
    first = book.lay_out('<h1 id="a">A</h1><h1 id="b">B</h1><h1 id="c">C</h1>')
    second = book.lay_out('<h1 id="d">D</h1><p><a href="#b">back to B</a></p>', first_page=first.next_page)
    assert {**first.page_of, **second.page_of} == {"a": 1, "b": 2, "c": 3, "d": 4}
    document = pikepdf.open(BytesIO(book.bind([first, second])))
    assert len(document.pages) == 4
    assert [str(name) for name in document.Root.Names.Dests.Names[::2]] == ["a", "b", "c", "d"]
    assert str(document.pages[3].Annots[0].Dest) == "b"
    assert [str(item.title) for item in document.open_outline().root] == ["A", "B", "C", "D"]


def test_a_chapter_that_begins_on_an_even_page_begins_on_a_left_one():
    sides = "@page :left { size: 100pt 200pt } @page :right { size: 100pt 300pt }"
    book = pdf.Book(title="x", language="en", stylesheets=[sides])
    chapters = [book.lay_out("<p>1"), book.lay_out("<p>2", first_page=2), book.lay_out("<p>3", first_page=3)]
    document = pikepdf.open(BytesIO(book.bind(chapters)))
    assert [round(float(page.mediabox[3])) for page in document.pages] == [300, 200, 300]


def test_every_page_is_reported_when_laid_out_and_when_drawn():
    reports = []
    book = pdf.Book(
        title="x",
        language="en",
        stylesheets=["p { break-before: page }"],
        on_page=lambda: reports.append("page"),
    )
    chapter = book.lay_out("<p>1</p><p>2</p><p>3</p>")
    assert len(reports) == 3
    book.bind([chapter])
    assert len(reports) == 6


def test_what_the_listener_raises_stops_the_work():
    class Enough(Exception):
        pass

    seen = []

    def stop_at_the_second() -> None:
        seen.append(1)
        if len(seen) == 2:
            raise Enough

    book = pdf.Book(title="x", language="en", stylesheets=["p { break-before: page }"], on_page=stop_at_the_second)
    with pytest.raises(Enough):
        book.lay_out("<p>1</p><p>2</p><p>3</p>")
    assert len(seen) == 2


def test_characters_without_a_font_are_named():
    book = pdf.Book(title="x", language="en", stylesheets=[FONT_RULE])
    book.bind([book.lay_out("<p>plain \U00013000 \U00013001 words</p>")])
    assert book.missing_characters == {"\U00013000", "\U00013001"}


def test_too_many_pages_are_refused(monkeypatch):
    monkeypatch.setattr(pdf, "PAGES_MAX", 1)
    with pytest.raises(pdf.TooManyPages):
        printed("<p>1</p><p>2</p>", "p { break-before: page }")


def test_equal_documents_give_equal_bytes():
    once = pdf.render("<h1>A</h1><p>b", stylesheets=[FONT_RULE], title="x", language="en")
    assert pdf.render("<h1>A</h1><p>b", stylesheets=[FONT_RULE], title="x", language="en") == once
