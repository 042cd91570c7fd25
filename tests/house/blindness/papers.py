"""A PDF that says who wrote it in every place where a PDF can."""

import io

import pikepdf
from pikepdf import Array, AttachedFileSpec, Dictionary, Name, Pdf, String

from tests.house.blindness.canaries import Words


def poisoned_paper(words: Words) -> bytes:
    """One page; its author in Info (the own and a figure's), XMP, attachment, link, comment, form field, action."""
    pdf = Pdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        xmp["dc:creator"] = [words.word("file.xmp")]
        xmp["pdf:Producer"] = words.word("file.xmp")
    pdf.docinfo["/Author"] = words.word("file.info")
    attachment = words.word("file.attachment")
    pdf.attachments[f"{attachment}.txt"] = AttachedFileSpec(pdf, attachment.encode(), filename=f"{attachment}.txt")
    page = pdf.pages[0].obj
    page["/Annots"] = Array([_link(words), _comment(words)])
    page["/Resources"] = Dictionary(XObject=Dictionary(Fm0=_figure(pdf, words)))
    pdf.Root["/OpenAction"] = Dictionary(S=Name.URI, URI=String(_address(words)))
    pdf.Root["/AcroForm"] = Dictionary(Fields=Array([Dictionary(T=String("a"), V=String(words.word("file.form")))]))
    made = io.BytesIO()
    pdf.save(made, deterministic_id=True)
    return made.getvalue()


def _figure(pdf: Pdf, words: Words) -> pikepdf.Object:
    """Taken from another PDF by pdfTeX, which notes whose that was."""
    info = pdf.make_indirect(Dictionary(Author=String(words.word("file.info"))))
    return pdf.make_stream(b"", {"/Type": Name.XObject, "/Subtype": Name.Form, "/PTEX.InfoDict": info})


def _address(words: Words) -> str:
    return f"https://{words.word('file.annotation')}.example/home"


def _link(words: Words) -> pikepdf.Object:
    action = Dictionary(S=Name.URI, URI=String(_address(words)))
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 10, 10]), A=action)


def _comment(words: Words) -> pikepdf.Object:
    who = String(words.word("file.annotation"))
    return Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 10, 10]), Contents=who, T=who)
