"""Reading the schedule files of other systems: lenient with their mistakes, safe against malice."""

from plumbing.sentences import sentence
from schedule.interchange.imported import (
    FILE_BYTES_MAX,
    ImportedDay,
    ImportedRoom,
    ImportedSchedule,
    ImportedSlot,
    ImportedSpeaker,
    ImportedTalk,
    ImportedTrack,
    ImportWarning,
    UnreadableSchedule,
)
from schedule.interchange.schedule_json import read_json
from schedule.interchange.schedule_xml import read_xml
from schedule.interchange.settle import settle

__all__ = [
    "FILE_BYTES_MAX",
    "ImportWarning",
    "ImportedDay",
    "ImportedRoom",
    "ImportedSchedule",
    "ImportedSlot",
    "ImportedSpeaker",
    "ImportedTalk",
    "ImportedTrack",
    "UnreadableSchedule",
    "read_schedule",
]


def read_schedule(data: bytes, filename: str, *, assumed_zone: str = "") -> ImportedSchedule:
    """The file by its content, whatever it is called. ``assumed_zone`` serves where it names no zone.

    The same bytes always give the same value. Raises UnreadableSchedule for the file as a whole;
    everything smaller is repaired and told in ``warnings``.
    """
    if len(data) > FILE_BYTES_MAX:
        limit = FILE_BYTES_MAX // (1024 * 1024)
        text = sentence("“%(name)s” is larger than %(limit)s MB.", name=filename, limit=limit)
        raise UnreadableSchedule(None, None, text)
    start = data[:512].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \t\r\n")
    if start.startswith(b"<"):
        return settle(read_xml(data), assumed_zone=assumed_zone)
    if start.startswith((b"{", b"[")):
        return settle(read_json(data), assumed_zone=assumed_zone)
    text = sentence("“%(name)s” is neither XML nor JSON.", name=filename)
    raise UnreadableSchedule(1, 1, text)
