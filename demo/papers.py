"""Small real papers as PDF: title, authors, sections, a table. The names on the first page are for readers to find."""

import random
from collections.abc import Sequence

from markupsafe import escape

from demo.writing import Words
from plumbing.pdf import ROOT, render

FONTS = (ROOT / "static" / "vendor" / "fonts" / "instrument-sans").as_uri()
# Two faces only: reading fonts is most of the work.
FACES = "".join(
    f'@font-face {{ font-family: "Paper"; font-weight: {weight}; '
    f'src: url("{FONTS}/instrument-sans-latin-{weight}-normal.woff2") }}'
    for weight in (400, 700)
)
STYLE = """
@page { size: A4; margin: 25mm 22mm; @bottom-center { content: counter(page); font: 9pt "Paper" } }
body { font: 10.5pt/1.45 "Paper"; hyphens: auto }
h1 { font-size: 18pt; line-height: 1.2; margin: 0 0 4mm }
h2 { font-size: 12.5pt; margin: 6mm 0 2mm }
p { margin: 0 0 2.5mm; text-align: justify }
table { width: 100%; border-collapse: collapse; margin: 4mm 0 }
th, td { padding: 1.2mm 2mm; border-bottom: 0.3pt solid; text-align: right }
th:first-child, td:first-child { text-align: left }
"""
MEASURES = ("Lead time in days", "Rework in per cent", "Questions for each order", "Hours for each case")
SECTIONS = ("Question", "Method and material", "Results and limits")


def paper_pdf(lot: random.Random, words: Words, authors: Sequence[str]) -> bytes:
    """Two or three pages about what the abstract promises."""
    paragraphs = words.abstract.split("\n\n")
    parts = [f"<h1>{escape(words.title)}</h1>", f"<p>{escape(', '.join(authors))}</p>"]
    for number, (title, text) in enumerate(zip(SECTIONS, paragraphs, strict=False), start=1):
        parts.append(f"<h2>{number} {title}</h2><p>{escape(text)}</p>")
        if number == len(SECTIONS):
            parts.append(_table(lot))
    pdf: bytes = render("".join(parts), title=words.title, language=words.language, stylesheets=[FACES, STYLE])
    return pdf


def _table(lot: random.Random) -> str:
    rows = ""
    for measure in MEASURES:
        before = lot.uniform(4, 40)
        after = before * lot.uniform(0.45, 0.98)
        rows += f"<tr><td>{measure}</td><td>{before:.1f}</td><td>{after:.1f}</td><td>± {before * 0.06:.1f}</td></tr>"
    return f"<table><tr><th>Measure</th><th>Before</th><th>After</th><th>Range</th></tr>{rows}</table>"
