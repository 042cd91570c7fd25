"""Reads proposals from JSONL and CSV: which column is what, and what is wrong in which line. Pure: text in, values out.

Nothing is written here; ``cfp.importing`` takes the rows, all or none of them.
"""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from plumbing.sentences import Sentence, sentence

ROWS_MAX = 20_000
TITLE_CHARS_MAX = 300
TEXT_CHARS_MAX = 20_000
ADDRESS_CHARS_MAX = 254
AFFILIATION_CHARS_MAX = NAME_CHARS_MAX = 200
AUTHORS_MAX = 30

FIELDS = ("id", "title", "abstract", "notes", "authors", "emails", "affiliation", "biography", "track", "type",
          "language", "presenter_kind", "length")  # fmt: skip
# Headers that people use for each field, in small letters without anything but letters and digits.
HEADERS: dict[str, tuple[str, ...]] = {
    "id": ("id", "guid", "uuid", "code", "ref", "submissionid", "paper", "number", "talkid", "proposalid", "nr"),
    "title": ("title", "titel", "titolo", "name", "talk", "proposaltitle", "papertitle"),
    "abstract": ("abstract", "description", "beschreibung", "summary", "zusammenfassung", "text", "descrizione",
                 "proposal", "content"),
    "notes": ("notes", "notizen", "note", "comments", "submissionnotes", "messagetocommittee"),
    "authors": ("speakers", "speaker", "authors", "author", "presenters", "presenter", "autoren", "vortragende",
                "speakernames", "autori", "relatori"),
    "emails": ("emails", "email", "mail", "speakeremail", "speakeremails", "authoremail", "emailaddress"),
    "affiliation": ("affiliation", "company", "organisation", "organization", "institution", "firma", "azienda"),
    "biography": ("biography", "bio", "speakerbio", "biografie", "aboutme", "tagline"),
    "track": ("track", "topic", "theme", "category", "thema", "traccia"),
    "type": ("type", "sessiontype", "format", "sessionformat", "submissiontype", "typ", "tipo"),
    "language": ("language", "sprache", "lingua", "lang", "locale"),
    "presenter_kind": ("presenterkind", "presenter", "role", "rolle", "ruolo"),
    "length": ("length", "duration", "minutes", "dauer", "durata"),
}  # fmt: skip
LANGUAGES = {"english": "en", "englisch": "en", "inglese": "en", "eng": "en", "german": "de", "deutsch": "de",
             "tedesco": "de", "deu": "de", "ger": "de", "italian": "it", "italienisch": "it", "italiano": "it",
             "ita": "it", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "pol": "pl", "rus": "ru", "jpn": "ja",
             "ces": "cs", "cze": "cs", "nld": "nl", "dut": "nl", "zho": "zh", "chi": "zh", "kor": "ko", "ukr": "uk",
             "cat": "ca", "slk": "sk", "slo": "sk", "tur": "tr", "swe": "sv", "fin": "fi"}  # fmt: skip
SECONDS_ABOVE = 480
"""When a column of lengths holds more than this, it counts seconds: no talk lasts eight hours."""
LONGEST = {"title": TITLE_CHARS_MAX, "abstract": TEXT_CHARS_MAX, "notes": TEXT_CHARS_MAX,
           "affiliation": AFFILIATION_CHARS_MAX, "biography": TEXT_CHARS_MAX}  # fmt: skip
KINDS = ("user", "partner", "vendor", "sponsor", "organiser")
SPLIT = re.compile(r"\s*[;|\n]\s*")
SPLIT_COMMA = re.compile(r"\s*[;,|\n]\s*")
JSON_START = re.compile(r"\s*(\{|\[\s*\{)")
LONE_SURROGATES = re.compile("[\ud800-\udfff]")
"""Halves of a sign, which JSON can name and no text can hold."""
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class ImportedAuthor:
    name: str
    email: str | None
    affiliation: str = ""
    biography: str = ""


@dataclass(frozen=True, slots=True)
class ImportedProposal:
    """One row. ``source_id`` is the other system's, or made of title and authors where there is none."""

    line: int
    source_id: str
    title: str
    abstract: str
    notes: str
    authors: tuple[ImportedAuthor, ...]
    track: str
    type: str
    language: str
    presenter_kind: str
    length_minutes: int | None

    def guid(self, conference_guid: str) -> str:
        """The same for the same row of the same conference, so that a repeated import updates."""
        return str(uuid5(NAMESPACE_URL, f"{conference_guid}/import/{self.source_id}"))


@dataclass(frozen=True, slots=True)
class Problem:
    """``column`` is as the file names it; None when the whole line cannot be read."""

    line: int
    column: str | None
    reason: Sentence

    def __str__(self) -> str:
        place = f"{self.line}" if self.column is None else f"{self.line}, {self.column}"
        return f"{place}: {self.reason}"


@dataclass(slots=True)
class Reading:
    """What a file holds: rows that can be taken, problems that keep all of it from being taken."""

    mapping: dict[str, str]
    unused: tuple[str, ...]
    length_unit: int = 1
    """60 when lengths are seconds."""
    rows: list[ImportedProposal] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_proposals(
    data: bytes,
    *,
    file_name: str = "",
    mapping: Mapping[str, str] | None = None,
    guess: bool = True,
    limit: int | None = None,
) -> Reading:
    """Reads JSONL or CSV (told apart by content). ``mapping`` says field → column where guessing is wrong.

    Without ``guess`` only what ``mapping`` says is read. What follows ``limit`` proposals is not looked at.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _unreadable(line, sentence("This is not UTF-8 text (byte %(byte)s of the file).", byte=error.start))
    if not text.strip():
        return _unreadable(1, sentence("The file is empty."))
    is_json = JSON_START.match(text) is not None
    problems: list[Problem] = []
    found = _json_records(text, problems) if is_json else _csv_records(text, problems)
    records = list(islice(found, limit))
    if len(records) > ROWS_MAX:
        return _unreadable(ROWS_MAX + 1, sentence("More than %(most)s rows; please split the file.", most=ROWS_MAX))
    columns = list(dict.fromkeys(column for _line, record in records for column in record))
    chosen, wrong = _mapping(columns, mapping or {}, HEADERS if guess else {})
    unused = tuple(each for each in columns if each not in chosen.values())
    reading = Reading(chosen, unused, _length_unit(records, chosen), [], [*wrong, *problems])
    if "title" not in chosen and records:
        reading.problems.append(Problem(1, None, sentence("No column looks like a title; say which one it is.")))
    if not reading.problems or "title" in chosen:
        _take_rows(reading, records)
    reading.problems.sort(key=lambda each: each.line)
    return reading


def _take_rows(reading: Reading, records: list[tuple[int, dict[str, Any]]]) -> None:
    seen: dict[str, int] = {}
    for line, record in records:
        row = _row(line, record, reading)
        if row is None:
            continue
        if row.source_id in seen:
            column = reading.mapping.get("id", reading.mapping["title"])
            reason = sentence("The same proposal stands in line %(line)s already.", line=seen[row.source_id])
            reading.problems.append(Problem(line, column, reason))
        else:
            seen[row.source_id] = line
            reading.rows.append(row)


def _json_records(text: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    """One object on each line; other signs that end a line elsewhere may stand inside of strings."""
    for line, words in enumerate(text.split("\n"), start=1):
        if not words.strip():
            continue
        try:
            record = json.loads(words)
        except json.JSONDecodeError as error:
            problems.append(_no_json(line, error.msg, error.colno))
            continue
        except RecursionError:
            problems.append(_no_json(line, "nested too deeply", 1))
            continue
        except ValueError:
            problems.append(_no_json(line, "a number is too long", 1))
            continue
        if isinstance(record, dict):
            yield line, {_text(column): value for column, value in record.items()}
        else:
            problems.append(Problem(line, None, sentence("Each line must be an object in braces.")))


def _no_json(line: int, said: str, column: int) -> Problem:
    reason = sentence("This is not JSON: %(said)s at column %(column)s.", said=said, column=column)
    return Problem(line, None, reason)


def _csv_records(text: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, Any]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    header: list[str] = []
    start = 1
    try:
        named = next((cells for cells in reader if any(cell.strip() for cell in cells)), [])
        header = [" ".join(_text(name).split()) for name in named]
        twice = dict.fromkeys(name for name in header if name and header.count(name) > 1)
        problems += [Problem(reader.line_num, name, sentence("Several columns have this name.")) for name in twice]
        start = reader.line_num + 1
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                reason = sentence(
                    "%(found)s cells where the header has %(wanted)s.", found=len(cells), wanted=len(header)
                )
                problems.append(Problem(line, None, reason))
                continue
            yield line, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        problems.append(_no_csv(text.split("\n"), start, delimiter, reader.line_num, str(error)))


def _no_csv(lines: list[str], start: int, delimiter: str, read_to: int, said: str) -> Problem:
    """The record that begins in line ``start`` cannot be read; the line of the problem is the one to look at."""
    place = _open_quote(lines, start, delimiter)
    if place is None:
        return Problem(read_to, None, sentence("This is not CSV: %(said)s.", said=said))
    line, column = place
    return Problem(line, None, sentence("This is not CSV: %(said)s at column %(column)s.", said=said, column=column))


def _open_quote(lines: list[str], start: int, delimiter: str) -> tuple[int, int] | None:
    """Line and column, from 1, of what stands behind a closing quote, or of a quote that is never closed."""
    opened: tuple[int, int] | None = None
    for number, words in enumerate(lines[start - 1 :], start=start):
        begins, column = opened is None, 0
        while column < len(words):
            sign, after = words[column], words[column + 1 : column + 2]
            column += 1
            if opened is None:
                opened = (number, column) if begins and sign == '"' else None
                begins = sign == delimiter
            elif sign == '"' and after == '"':
                column += 1
            elif sign == '"' and after not in ("", "\r", delimiter):
                return number, column + 1
            elif sign == '"':
                opened = None
        if opened is None:
            return None
    return opened


def _mapping(
    columns: list[str], wanted: Mapping[str, str], headers_of: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, str], list[Problem]]:
    chosen: dict[str, str] = {}
    problems = []
    for name, column in wanted.items():
        if name not in FIELDS:
            reason = sentence("“%(name)s” is no field; there are: %(fields)s.", name=name, fields=", ".join(FIELDS))
            problems.append(Problem(1, column, reason))
        elif column not in columns:
            problems.append(Problem(1, column, sentence("There is no such column.")))
        else:
            chosen[name] = column
    plain = {re.sub(r"[^a-z0-9]", "", column.lower()): column for column in reversed(columns)}
    for name, headers in headers_of.items():
        guess = next((plain[header] for header in headers if header in plain), None)
        if name not in chosen and guess is not None and guess not in chosen.values():
            chosen[name] = guess
    return chosen, problems


def _row(line: int, record: dict[str, Any], reading: Reading) -> ImportedProposal | None:
    """None with a problem noted when the line cannot be taken."""
    before = len(reading.problems)

    def wrong(name: str, reason: Sentence) -> None:
        reading.problems.append(Problem(line, reading.mapping.get(name, name), reason))

    text = {name: _text(record.get(column)) for name, column in reading.mapping.items()}
    if not text.get("title"):
        wrong("title", sentence("There is no title."))
    for name, most in LONGEST.items():
        if len(text.get(name, "")) > most:
            wrong(name, sentence("At most %(most)s characters; this has %(has)s.", most=most, has=len(text[name])))
    language = _language(text.get("language", ""))
    if language is None:
        wrong("language", sentence("“%(typed)s” is no language that is known here.", typed=text["language"]))
    kind = text.get("presenter_kind", "").lower() or "user"
    if kind not in KINDS:
        wrong("presenter_kind", sentence("One of these, please: %(kinds)s.", kinds=", ".join(KINDS)))
    minutes = _minutes(text.get("length", ""), reading.length_unit)
    if text.get("length") and minutes is None:
        wrong("length", sentence("“%(typed)s” is no length of a talk.", typed=text["length"]))
    authors = _authors(record, reading.mapping, wrong)
    if len(reading.problems) > before:
        return None
    return ImportedProposal(
        line=line,
        source_id=text.get("id") or _made_id(text["title"], authors),
        title=" ".join(text["title"].split()),
        abstract=text.get("abstract", ""),
        notes=text.get("notes", ""),
        authors=authors,
        track=text.get("track", ""),
        type=text.get("type", ""),
        language=language or "en",
        presenter_kind=kind,
        length_minutes=minutes,
    )


def _authors(record: dict[str, Any], mapping: Mapping[str, str], wrong: Any) -> tuple[ImportedAuthor, ...]:
    names = _names(record.get(mapping.get("authors", ""), ""))
    typed = _names(record.get(mapping.get("emails", ""), ""), SPLIT_COMMA)
    emails = [address.lower() for address in typed]
    for address in emails:
        if not ADDRESS.fullmatch(address) or len(address) > ADDRESS_CHARS_MAX:
            wrong("emails", sentence("“%(typed)s” is no e-mail address.", typed=address))
    if len(emails) > len(names) or (emails and 0 < len(emails) < len(names)):
        wrong("emails", sentence("%(emails)s addresses for %(names)s authors.", emails=len(emails), names=len(names)))
    if len(names) > AUTHORS_MAX or any(len(name) > NAME_CHARS_MAX for name in names):
        wrong("authors", sentence("Too many authors, or a name that is too long."))
    about = {name: _text(record.get(mapping.get(name, ""))) for name in ("affiliation", "biography")}
    alone = about if len(names) == 1 else {"affiliation": about["affiliation"], "biography": ""}
    return tuple(
        ImportedAuthor(name, emails[at] if at < len(emails) else None, **alone) for at, name in enumerate(names)
    )


def _names(value: Any, split: re.Pattern[str] = SPLIT) -> list[str]:
    if isinstance(value, list):
        parts = [_text(each.get("name") if isinstance(each, dict) else each) for each in value]
    else:
        text = _text(value)
        parts = split.split(text) if split.search(text) else SPLIT_COMMA.split(text)
    return list(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))


def _text(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return LONE_SURROGATES.sub("\N{REPLACEMENT CHARACTER}", text).strip()


def _minutes(text: str, unit: int) -> int | None:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        return None
    minutes = round(int(text) / unit)
    return minutes if 1 <= minutes <= 1440 else None


def _length_unit(records: list[tuple[int, dict[str, Any]]], mapping: Mapping[str, str]) -> int:
    lengths = [_text(record.get(mapping.get("length", ""))) for _line, record in records]
    return 60 if any(each.isascii() and each.isdigit() and int(each[:9]) > SECONDS_ABOVE for each in lengths) else 1


def _language(typed: str) -> str | None:
    code = typed.strip().lower()
    if not code:
        return "en"
    if code in LANGUAGES:
        return LANGUAGES[code]
    return code[:2] if re.fullmatch(r"[a-z]{2}([-_][a-z]{2,4})?", code) else None


def _made_id(title: str, authors: tuple[ImportedAuthor, ...]) -> str:
    words = "\n".join([title.casefold(), *sorted(author.name.casefold() for author in authors)])
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _unreadable(line: int, reason: Sentence) -> Reading:
    return Reading({}, (), problems=[Problem(line, None, reason)])
