"""All the text that is in some bytes: also inside archives, office files, PDFs and mails."""

import email
import email.policy
import gzip
import html
import io
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pikepdf
import pypdf
from pikepdf import Array, Dictionary, Pdf, Stream, String

DEPTH_MAX = 4


@lru_cache(maxsize=512)
def text_in(data: bytes, depth: int = 0) -> str:
    """Readable text, entities resolved; of containers, names and contents of everything inside."""
    if depth < DEPTH_MAX:
        if data.startswith(b"\x1f\x8b"):
            return text_in(gzip.decompress(data), depth + 1)
        if data.startswith(b"PK\x03\x04"):
            return "\n".join(_zip_parts(data, depth))
        if b"%PDF-" in data[:1024]:
            return "\n".join(_pdf_parts(data, depth))
    plain = data.decode("utf-8", "replace")
    return f"{plain}\n{html.unescape(plain)}" if "&" in plain else plain


def decoded(data: bytes, encoding: str) -> bytes:
    """The body behind its Content-Encoding."""
    if encoding == "gzip":
        return gzip.decompress(data)
    if encoding == "deflate":
        return zlib.decompress(data)
    if encoding not in ("", "identity"):
        raise ValueError(f"a coding that this crawl cannot read: {encoding}")
    return data


def mail_text(message: bytes) -> str:
    """Every header, decoded, and every part of a mail."""
    parsed = email.message_from_bytes(message, policy=email.policy.default)
    parts = [f"{name}: {value}" for part in parsed.walk() for name, value in part.items()]
    for part in parsed.walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            parts.append(text_in(content))
    return "\n".join(parts)


def _zip_parts(data: bytes, depth: int) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        yield archive.comment.decode("utf-8", "replace")
        for member in archive.infolist():
            yield f"{member.filename} {member.comment.decode('utf-8', 'replace')}"
            yield text_in(archive.read(member), depth + 1)


def _pdf_parts(data: bytes, depth: int) -> Iterator[str]:
    """Every string and stream of the file, whether something refers to it or not, and the text of the pages."""
    yield data.decode("latin-1")
    with Pdf.open(io.BytesIO(data)) as pdf:
        yield from _strings(pdf.trailer, 0)
        for thing in pdf.objects:
            yield from _strings(thing, 0)
            if isinstance(thing, Stream):
                try:
                    content = thing.read_bytes()
                except pikepdf.PdfError:
                    content = thing.read_raw_bytes()
                yield text_in(content, depth + 1)
    for page in pypdf.PdfReader(io.BytesIO(data)).pages:
        yield page.extract_text()


def _strings(thing: Any, depth: int) -> Iterator[str]:
    if depth > 20:
        return
    if isinstance(thing, String):
        yield str(thing)
        yield bytes(thing).decode("utf-16-be", "replace")
    elif isinstance(thing, Dictionary | Stream):
        for key, value in thing.items():
            yield str(key)
            if not getattr(value, "is_indirect", False):
                yield from _strings(value, depth + 1)
    elif isinstance(thing, Array):
        for value in thing:
            if not getattr(value, "is_indirect", False):
                yield from _strings(value, depth + 1)
