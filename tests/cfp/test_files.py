"""Papers: nothing that names somebody survives, and what cannot be taken is refused with the reason."""

import base64
import io
import zlib
from collections.abc import Callable

import pytest
from pikepdf import Pdf

from cfp.files import PAPER_BYTES_MAX, PICTURE_BYTES_MAX, REMOVED, rewrite
from cfp.images import without_private_boxes, without_private_segments
from plumbing.answers import Invalid
from tests.cfp import pdfs


def test_the_canary_is_in_the_upload_and_not_in_the_copy() -> None:
    upload = pdfs.telling_pdf()
    assert pdfs.CANARY.encode() in pdfs.everything_in(upload)
    copy = rewrite(upload, pages_max=5)
    assert pdfs.CANARY.encode() not in pdfs.everything_in(copy.data)
    assert pdfs.CANARY.encode("utf-16-be") not in pdfs.everything_in(copy.data)


def test_the_author_is_told_what_was_taken_out() -> None:
    copy = rewrite(pdfs.telling_pdf(), pages_max=5)
    assert set(copy.removed) == {
        "attachments",
        "comments",
        "forms",
        "images",
        "links",
        "metadata",
        "scripts",
        "thumbnails",
    }
    assert set(copy.removed) <= set(REMOVED)


def test_a_clean_paper_loses_nothing_and_says_its_size() -> None:
    copy = rewrite(pdfs.plain_pdf(3), pages_max=3)
    assert (copy.page_count, copy.page_size, copy.removed) == (3, "A4", ())
    assert rewrite(pdfs.plain_pdf(size=(612, 792)), pages_max=3).page_size == "Letter"
    assert rewrite(pdfs.plain_pdf(size=(100, 200)), pages_max=3).page_size == "35 × 71 mm"


@pytest.mark.parametrize(
    ("described", "kept"),
    [
        ("C:\\Users\\ada\\Pictures\\engine.png", False),
        ("Macintosh HD:Users:ada:engine.png", False),
        ("/home/ada/engine.png", False),
        ("file:///engine.png", False),
        ("\\\\server\\ada\\engine.png", False),
        ("D:\\paper\\engine 2.png", False),
        ("An engine at home: it has two wheels and/or three; Users: 40.", True),
        (r"f:\mathbb{R}\to\mathbb{R}, T:\Omega", True),
    ],
)
def test_a_picture_keeps_its_description_unless_that_is_a_place_on_a_disk(described: str, kept: bool) -> None:
    copy = rewrite(pdfs.described_pdf(described), pages_max=1)
    with Pdf.open(io.BytesIO(copy.data)) as pdf:
        figure = pdf.Root["/StructTreeRoot"]["/K"]
        assert (str(figure.get("/Alt", "")), copy.removed) == ((described, ()) if kept else ("", ("metadata",)))


@pytest.mark.parametrize(
    ("pack", "filters"),
    [
        (zlib.compress, ["FlateDecode", "DCTDecode"]),
        (lambda data: base64.a85encode(data) + b"~>", ["ASCII85Decode", "DCTDecode"]),
    ],
    ids=["deflated", "as letters"],
)
def test_a_picture_that_is_packed_twice_loses_its_private_data_too(
    pack: Callable[[bytes], bytes], filters: list[str]
) -> None:
    copy = rewrite(pdfs.picture_pdf(pack(pdfs.jpeg()), filters), pages_max=1)
    with Pdf.open(io.BytesIO(copy.data)) as pdf:
        picture = pdf.pages[0].obj["/Resources"]["/XObject"]["/Im0"]
        assert picture.read_raw_bytes() == without_private_segments(pdfs.jpeg())
        assert (str(picture["/Filter"]), copy.removed) == ("/DCTDecode", ("images",))


def test_a_picture_that_would_fill_the_memory_is_refused() -> None:
    bomb = zlib.compress(b"0" * (PICTURE_BYTES_MAX + 1))
    with pytest.raises(Invalid) as error:
        rewrite(pdfs.picture_pdf(bomb, ["FlateDecode", "DCTDecode"]), pages_max=1)
    assert error.value.code == "broken"


def test_links_within_the_paper_still_work() -> None:
    copy = rewrite(pdfs.telling_pdf(), pages_max=5)
    with Pdf.open(io.BytesIO(copy.data)) as pdf:
        marks = list(pdf.pages[0].obj["/Annots"])
        assert [str(mark["/Subtype"]) for mark in marks] == ["/Link"]
        assert marks[0]["/Dest"][0].objgen == pdf.pages[1].obj.objgen


def test_the_same_upload_gives_the_same_bytes() -> None:
    upload = pdfs.telling_pdf()
    assert rewrite(upload, pages_max=5).data == rewrite(upload, pages_max=5).data


def test_a_rewritten_paper_is_left_alone_when_it_is_rewritten_again() -> None:
    once = rewrite(pdfs.telling_pdf(), pages_max=5)
    assert rewrite(once.data, pages_max=5).removed == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 a word document", "no_pdf"),
        (b"%PDF-1.7\nnothing more", "broken"),
        (pdfs.plain_pdf()[:200], "broken"),
        (pdfs.plain_pdf(6), "too_many_pages"),
        (pdfs.locked_pdf(), "encrypted"),
        (pdfs.half_locked_pdf(), "encrypted"),
        (b"%PDF-" + b"0" * PAPER_BYTES_MAX, "too_large"),
    ],
    ids=["empty", "word", "stump", "cut off", "long", "locked", "half locked", "large"],
)
def test_what_cannot_be_taken_is_refused_at_the_field(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as error:
        rewrite(data, pages_max=5)
    assert (error.value.field, error.value.code) == ("paper", code)


def test_pictures_lose_their_private_segments_only() -> None:
    start, picture = b"\xff\xd8", b"\xff\xda\0\x02pixels\xff\xd9"
    jfif, exif, note = b"\xff\xe0\0\x04ok", b"\xff\xe1\0\x07Exif!", b"\xff\xfe\0\x04hi"
    assert without_private_segments(start + jfif + exif + note + picture) == start + jfif + picture
    assert without_private_segments(b"no picture") == b"no picture"


def test_jpeg_2000_loses_its_xml() -> None:
    head = b"\0\0\0\x0cjP  \r\n\x87\n"
    xml, code = b"\0\0\0\x0cxml name", b"\0\0\0\x0cjp2cdata"
    assert without_private_boxes(head + xml + code) == head + code
    assert without_private_boxes(b"\xffO\xffQ bare") == b"\xffO\xffQ bare"
