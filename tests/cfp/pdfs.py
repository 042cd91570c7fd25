"""PDFs for tests, made here: clean ones, and one that says who wrote it in every place that a PDF has."""

import io
from datetime import UTC, datetime

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

CANARY = "Canary-Lovelace"


def plain_pdf(pages: int = 1, size: tuple[int, int] = (595, 842)) -> bytes:
    with Pdf.new() as pdf:
        for _number in range(pages):
            pdf.add_blank_page(page_size=size)
        return _saved(pdf)


def described_pdf(words: str) -> bytes:
    """One picture in the reading order, described by these words."""
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        figure = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Figure, Alt=String(words)))
        pdf.Root["/StructTreeRoot"] = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=figure))
        return _saved(pdf)


def telling_pdf() -> bytes:
    """The canary stands in metadata, attachments, scripts, links, comments, forms, threads, layers and a picture."""
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.add_blank_page(page_size=(595, 842))
        page = pdf.pages[0].obj
        pdf.docinfo["/Author"] = CANARY
        with pdf.open_metadata() as xmp:
            xmp["dc:creator"] = [CANARY]
        pdf.attachments[f"{CANARY}.txt"] = b"written by " + CANARY.encode()
        _in_the_catalog(pdf)
        page["/Annots"] = Array([pdf.make_indirect(mark) for mark in _marks(pdf)])
        page["/PieceInfo"] = Dictionary(Maker=Dictionary(Private=String(CANARY)))
        page["/Thumb"] = pdf.make_stream(CANARY.encode())
        page["/AA"] = Dictionary(O=_script())
        page["/LastModified"] = String(datetime(2026, 1, 1, tzinfo=UTC).isoformat() + CANARY)
        page["/Resources"] = Dictionary(XObject=Dictionary(Im0=_picture(pdf), Fm0=_figure(pdf)))
        return _saved(pdf)


def locked_pdf() -> bytes:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        target = io.BytesIO()
        pdf.save(target, encryption=pikepdf.Encryption(owner="o", user="u"))
        return target.getvalue()


def half_locked_pdf() -> bytes:
    """Opens without a password, but is encrypted all the same."""
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        target = io.BytesIO()
        pdf.save(target, encryption=pikepdf.Encryption(owner="o", user=""))
        return target.getvalue()


def everything_in(data: bytes) -> bytes:
    """All objects and streams of a PDF, unpacked, so that a canary cannot hide behind compression."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        target = io.BytesIO()
        pdf.save(
            target,
            compress_streams=False,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        )
        return target.getvalue()


def _in_the_catalog(pdf: Pdf) -> None:
    pdf.Root["/OpenAction"] = _script()
    pdf.Root["/URI"] = Dictionary(Base=String(f"https://{CANARY}.example/"))
    pdf.Root["/Names"]["/JavaScript"] = Dictionary(Names=Array([String("run"), _script()]))
    field = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String(CANARY), V=String(CANARY)))
    pdf.Root["/AcroForm"] = Dictionary(Fields=Array([field]), XFA=pdf.make_stream(CANARY.encode()))
    # The reading order still refers to the form field after the form is gone.
    element = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, K=Dictionary(Type=Name.OBJR, Obj=field)))
    pdf.Root["/StructTreeRoot"] = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([element])))
    pdf.Root["/Threads"] = Array([pdf.make_indirect(Dictionary(I=Dictionary(Author=String(CANARY))))])
    layer = Dictionary(
        Type=Name.OCG, Name=String("Layer"), Usage=Dictionary(CreatorInfo=Dictionary(Creator=String(CANARY)))
    )
    pdf.Root["/OCProperties"] = Dictionary(OCGs=Array([pdf.make_indirect(layer)]), D=Dictionary())
    pdf.Root["/PageLabels"] = Dictionary(Nums=Array([0, Dictionary(P=String(f"{CANARY}-"), S=Name.D)]))
    outline = pdf.make_indirect(Dictionary(Title=String("Page"), A=_link()))
    pdf.Root["/Outlines"] = pdf.make_indirect(Dictionary(Type=Name.Outlines, First=outline, Last=outline, Count=1))


def _marks(pdf: Pdf) -> list[Dictionary]:
    box = Array([0, 0, 10, 10])
    inner = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=box, Dest=Array([pdf.pages[1].obj, Name.Fit]), T=String(CANARY)
    )
    return [
        inner,
        Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box, A=_link()),
        Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=box, T=String(CANARY), Contents=String(CANARY)),
        Dictionary(Type=Name.Annot, Subtype=Name.Widget, Rect=box, T=String(CANARY), FT=Name.Tx),
    ]


def _script() -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String(f"app.alert('{CANARY}')"))


def _link() -> Dictionary:
    return Dictionary(Type=Name.Action, S=Name.URI, URI=String(f"https://{CANARY}.example/"))


def picture_pdf(packed: bytes, filters: list[str]) -> bytes:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        names = Array([Name(f"/{name}") for name in filters])
        picture = pdf.make_stream(packed, {"/Type": Name.XObject, "/Subtype": Name.Image, "/Filter": names})
        pdf.pages[0].obj["/Resources"] = Dictionary(XObject=Dictionary(Im0=picture))
        return _saved(pdf)


def jpeg() -> bytes:
    exif = b"Exif\0\0" + CANARY.encode()
    return b"\xff\xd8\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + b"\xff\xda\0\x02pixels\xff\xd9"


def _picture(pdf: Pdf) -> pikepdf.Object:
    return pdf.make_stream(
        jpeg(),
        Dictionary(
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=1,
            Height=1,
            BitsPerComponent=8,
            ColorSpace=Name.DeviceGray,
            Filter=Name.DCTDecode,
            Metadata=pdf.make_stream(CANARY.encode()),
        ),
    )


def _figure(pdf: Pdf) -> pikepdf.Object:
    """As pdfTeX takes a figure out of another PDF: with the name of that file and what it says of its author."""
    return pdf.make_stream(
        b"q Q",
        {
            "/Type": Name.XObject,
            "/Subtype": Name.Form,
            "/BBox": Array([0, 0, 1, 1]),
            "/PTEX.FileName": String(f"./{CANARY}.pdf"),
            "/PTEX.PageNumber": 1,
            "/PTEX.InfoDict": pdf.make_indirect(Dictionary(Author=String(CANARY))),
        },
    )


def _saved(pdf: Pdf) -> bytes:
    target = io.BytesIO()
    pdf.save(target, deterministic_id=True)
    return target.getvalue()
