"""Takes private data out of JPEG and JPEG 2000 pictures without touching the picture. Pure: bytes in, bytes out."""

import struct
from collections.abc import Iterator

# APP1 (Exif, XMP), APP3 to APP13 (maker's data, IPTC), comments. APP0, APP2 (colour profile) and APP14 are needed.
PRIVATE_MARKERS = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}
START_OF_SCAN = 0xDA
STANDALONE = {0x01, *range(0xD0, 0xD9)}
PRIVATE_BOXES = {b"xml ", b"uuid", b"uinf", b"jp2i"}


def without_private_segments(data: bytes) -> bytes:
    """A JPEG without Exif, XMP, IPTC and comments; anything that is no JPEG comes back as it was."""
    if data[:2] != b"\xff\xd8":
        return data
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in STANDALONE or marker == 0xFF:
            length = 1 if marker == 0xFF else 2
        elif marker == START_OF_SCAN:
            break
        else:
            length = 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker not in PRIVATE_MARKERS:
            kept.append(data[at : at + length])
        at += length
    return b"".join([*kept, data[at:]])


def without_private_boxes(data: bytes) -> bytes:
    """A JPEG 2000 file without its XML and UUID boxes; a bare code stream comes back as it was."""
    if data[4:8] != b"jP  ":
        return data
    return b"".join(box for kind, box in _boxes(data) if kind not in PRIVATE_BOXES)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if length == 1 and at + 16 <= len(data):
            length = struct.unpack(">Q", data[at + 8 : at + 16])[0]
        if length < 8 or at + length > len(data):
            length = len(data) - at
        yield kind, data[at : at + length]
        at += length
    if at < len(data):
        yield b"", data[at:]
