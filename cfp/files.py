"""Papers: checks what was uploaded, and rewrites it so that nothing in the file says who wrote it.

Pure: bytes in, bytes out. What stands in the text of the pages stays; everything around it that can name a person or
call home goes: metadata, attachments, scripts, remote links, comments, form fields, thumbnails, data of the programs
that made it, and the private segments of the images inside. The same file always gives the same bytes.
"""

import base64
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from cfp.images import without_private_boxes, without_private_segments
from plumbing.answers import Invalid
from plumbing.sentences import Sentence, sentence

PAPER_BYTES_MAX = 15_000_000
HEADER_WITHIN_BYTES = 1024
MEGABYTE = 1_000_000
POINTS_PER_MM = 72 / 25.4
PAPER_SIZES_MM = {"A4": (210, 297), "A5": (148, 210), "Letter": (215.9, 279.4)}
SIZE_TOLERANCE_MM = 2
NESTING_MAX = 100
PICTURE_BYTES_MAX = 2 * PAPER_BYTES_MAX

# Keys that may stand in any dictionary, and what they hold.
PRIVATE_KEYS = {
    "/Metadata": "metadata",
    "/PieceInfo": "metadata",
    "/LastModified": "metadata",
    "/CreatorInfo": "metadata",
    "/OPI": "links",
    "/AF": "attachments",
    "/Thumb": "thumbnails",
    "/AA": "scripts",
}
# pdfTeX notes by such keys which file a figure came from, and all that this file says of its author.
PRIVATE_PREFIX = "/PTEX"
# Word describes a picture by where it lay on the author's disk. A formula in TeX has backslashes too, and braces.
DESCRIPTION_KEYS = ("/Alt", "/ActualText", "/T")
PLACE_ON_DISK = re.compile(r"file:/|(^|[\s:/\\])(Users|home)[:/\\]\w|^\s*([A-Za-z]:|\\)[\\/][^{}]*\.\w{2,5}\s*$")
CATALOG_KEYS = {
    "/PageLabels": "metadata",
    "/OpenAction": "scripts",
    "/AcroForm": "forms",
    "/Perms": "forms",
    "/DSS": "forms",
    "/Legal": "metadata",
    "/Threads": "metadata",
    "/SpiderInfo": "metadata",
    "/Requirements": "scripts",
    "/Collection": "attachments",
    "/URI": "links",
}
NAME_TREES = {
    "/EmbeddedFiles": "attachments",
    "/JavaScript": "scripts",
    "/URLS": "links",
    "/IDS": "links",
    "/Pages": "scripts",
    "/Templates": "scripts",
    "/AlternatePresentations": "scripts",
    "/Renditions": "scripts",
}
INNER_ACTIONS = ("/GoTo", "/Named")
LINK_ACTIONS = ("/URI", "/GoToR", "/GoToE", "/Launch", "/SubmitForm", "/ImportData")
SCRIPT_ACTIONS = ("/JavaScript", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView")

REMOVED: dict[str, Sentence] = {
    "metadata": sentence("Metadata: author, title, program, dates and the like"),
    "attachments": sentence("Files that were attached"),
    "scripts": sentence("Scripts and actions"),
    "links": sentence("Links to other places; their text is still there"),
    "comments": sentence("Comments and other marks on the pages"),
    "forms": sentence("Form fields and signatures"),
    "thumbnails": sentence("Small preview pictures"),
    "images": sentence("Private data inside of pictures, such as camera and place"),
}


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The file for reviewers. ``removed`` are keys of ``REMOVED``, sorted."""

    data: bytes
    page_count: int
    page_size: str
    removed: tuple[str, ...]


def rewrite(data: bytes, *, pages_max: int) -> Rewritten:
    """Raises ``Invalid("paper", …)`` with the reason when the file cannot be taken."""
    if len(data) > PAPER_BYTES_MAX:
        raise _bad(
            "too_large",
            sentence(
                "This file has %(size)s MB; at most %(most)s MB, please.",
                size=round(len(data) / MEGABYTE, 1),
                most=PAPER_BYTES_MAX // MEGABYTE,
            ),
        )
    if not data:
        raise _bad("empty", sentence("This file is empty."))
    if b"%PDF-" not in data[:HEADER_WITHIN_BYTES]:
        raise _bad("no_pdf", sentence("This is not a PDF, whatever its name says. Export the paper as PDF."))
    try:
        with Pdf.open(io.BytesIO(data)) as pdf:
            return _rewritten(pdf, pages_max)
    except pikepdf.PasswordError:
        raise _encrypted() from None
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, RecursionError, ValueError, TypeError, KeyError, zlib.error):
        raise _bad("broken", sentence("This PDF is damaged and cannot be read. Export it again.")) from None


def _rewritten(pdf: Pdf, pages_max: int) -> Rewritten:
    if pdf.is_encrypted:
        raise _encrypted()
    count = len(pdf.pages)
    if count == 0:
        raise _bad("no_pages", sentence("This PDF has no pages."))
    if count > pages_max:
        raise _bad(
            "too_many_pages",
            sentence("This PDF has %(count)s pages; at most %(most)s, please.", count=count, most=pages_max),
        )
    size = _page_size(pdf)
    removed = set(_clean_catalog(pdf))
    for page in pdf.pages:
        removed |= _clean_page(page.obj)
    for thing in pdf.objects:
        removed |= _clean_deeply(thing)
    if "/Info" in pdf.trailer:
        if len(pdf.trailer["/Info"].keys()):
            removed.add("metadata")
        del pdf.trailer["/Info"]
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True, fix_metadata_version=False, static_id=False)
    return Rewritten(target.getvalue(), count, size, tuple(sorted(removed)))


def _clean_catalog(pdf: Pdf) -> Iterator[str]:
    for key, code in CATALOG_KEYS.items():
        if key in pdf.Root:
            thing = pdf.Root[key]
            del pdf.Root[key]
            _empty(thing)
            yield code
    names = pdf.Root.get("/Names")
    if names is not None:
        for key, code in NAME_TREES.items():
            if key in names:
                del names[key]
                yield code


def _clean_page(page: Any) -> set[str]:
    """Keeps links within the paper; everything else that lies on the page goes, also out of the reading order."""
    removed = set()
    kept = Array()
    for mark in _items(page.get("/Annots")):
        if _is_inner_link(mark):
            for key in ("/Contents", "/T", "/M", "/NM", "/AA"):
                if key in mark:
                    del mark[key]
            kept.append(mark)
        else:
            removed.add(_kind_of_mark(mark))
            _empty(mark)
    if "/Annots" in page:
        page["/Annots"] = kept
    for key in ("/B", "/Thumb", "/TemplateInstantiated", "/PresSteps"):
        if key in page:
            if key == "/Thumb":
                removed.add("thumbnails")
            del page[key]
    return removed


def _is_inner_link(mark: Any) -> bool:
    if not isinstance(mark, Dictionary) or mark.get("/Subtype") != Name.Link:
        return False
    action = mark.get("/A")
    return "/Dest" in mark or (isinstance(action, Dictionary) and str(action.get("/S")) in INNER_ACTIONS)


def _kind_of_mark(mark: Any) -> str:
    kind = str(mark.get("/Subtype")) if isinstance(mark, Dictionary) else ""
    return {"/Link": "links", "/Widget": "forms", "/FileAttachment": "attachments"}.get(kind, "comments")


def _clean_deeply(thing: Any, depth: int = 0) -> set[str]:
    """One object and what lies directly in it; objects that it refers to have their own turn."""
    removed: set[str] = set()
    if depth > NESTING_MAX:
        raise ValueError("nested too deeply")
    if isinstance(thing, Stream):
        removed |= _clean_stream(thing)
    if isinstance(thing, Dictionary | Stream):
        removed |= _clean_dictionary(thing)
        children = [thing[key] for key in thing.keys()]
    else:
        children = list(_items(thing))
    for child in children:
        if getattr(child, "is_indirect", True) is False:
            removed |= _clean_deeply(child, depth + 1)
    return removed


def _clean_dictionary(thing: Any) -> set[str]:
    removed = set()
    for key in [key for key in thing.keys() if key in PRIVATE_KEYS or key.startswith(PRIVATE_PREFIX)]:
        del thing[key]
        removed.add(PRIVATE_KEYS.get(key, "metadata"))
    for key in DESCRIPTION_KEYS:
        if key in thing and PLACE_ON_DISK.search(str(thing[key])):
            del thing[key]
            removed.add("metadata")
    action = str(thing.get("/S"))
    if "/P" not in thing and action in (*LINK_ACTIONS, *SCRIPT_ACTIONS):
        removed.add("links" if action in LINK_ACTIONS else "scripts")
        _empty(thing)
    if "/FT" in thing:
        removed.add("forms")
        _empty(thing)
    elif "/Rect" in thing and "/Subtype" in thing and not _is_inner_link(thing):
        # A mark that lies on no page, but that a reading order or another mark still refers to.
        removed.add(_kind_of_mark(thing))
        _empty(thing)
    if thing.get("/Type") == Name.Filespec or "/EF" in thing:
        removed.add("attachments")
        _empty(thing)
    if thing.get("/Type") == Name.XObject and "/Ref" in thing:
        del thing["/Ref"]
        removed.add("links")
    return removed


def _clean_stream(stream: Stream) -> set[str]:
    if stream.get("/Type") == Name.EmbeddedFile:
        stream.write(b"")
        return {"attachments"}
    filters = [str(each) for each in _items(stream.get("/Filter"))] or [str(stream.get("/Filter"))]
    cleaner = {"/DCTDecode": without_private_segments, "/JPXDecode": without_private_boxes}.get(filters[-1])
    before = None if cleaner is None else _unwrapped(stream.read_raw_bytes(), filters[:-1])
    if cleaner is None or before is None:
        return set()
    after = cleaner(before)
    if after == before:
        return set()
    parms: Any = stream.get("/DecodeParms")
    own = list(parms)[-1] if isinstance(parms, Array) and len(parms) else parms
    stream.write(after, filter=Name(filters[-1]), decode_parms=own if isinstance(own, Dictionary) else None)
    return {"images"}


def _unwrapped(data: bytes, filters: list[str]) -> bytes | None:
    """The picture inside of what some programs pack once more; None for a way of packing that no program uses there."""
    for name in filters:
        if name == "/FlateDecode":
            unpacker = zlib.decompressobj()
            data = unpacker.decompress(data, PICTURE_BYTES_MAX)
            if unpacker.unconsumed_tail:
                raise ValueError("a picture that unpacks to more than any picture has")
        elif name == "/ASCII85Decode":
            data = base64.a85decode(data.strip().removesuffix(b"~>"))
        else:
            return None
    return data


def _empty(thing: Any) -> None:
    """Takes everything out in place, since a reading order or another list may still refer to the object."""
    if isinstance(thing, Dictionary):
        for key in list(thing.keys()):
            del thing[key]
        thing["/Type"] = Name.Null


def _items(thing: Any) -> list[Any]:
    return list(thing) if isinstance(thing, Array) else []


def _page_size(pdf: Pdf) -> str:
    """“A4” and the like; millimetres when it is none that we know."""
    box = [float(each) for each in pdf.pages[0].mediabox]
    size = sorted((abs(box[2] - box[0]) / POINTS_PER_MM, abs(box[3] - box[1]) / POINTS_PER_MM))
    for name, (width, height) in PAPER_SIZES_MM.items():
        if abs(size[0] - width) <= SIZE_TOLERANCE_MM and abs(size[1] - height) <= SIZE_TOLERANCE_MM:
            return name
    return f"{round(size[0])} × {round(size[1])} mm"


def _encrypted() -> Invalid:
    return _bad("encrypted", sentence("This PDF is protected by a password. Export it without one."))


def _bad(code: str, reason: Sentence) -> Invalid:
    return Invalid("paper", code, reason)
