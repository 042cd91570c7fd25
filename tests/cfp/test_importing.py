"""Proposals from files: what is read, what is refused and where, and that a second time changes nothing."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from cfp.authors import Authorship
from cfp.commands import import_proposals_command
from cfp.importer import read_proposals
from cfp.importing import ImportCount, import_proposals, preview_import
from conference.actor import SYSTEM, load_actor
from conference.work import reading, writing
from plumbing.answers import Invalid, Refused
from plumbing.outbox import Outbox
from tests import factories
from tests.cfp.acts import everything

DATA = Path(__file__).parents[3] / "shared" / "data" / "cfp" / "pyvideo_talks_cc0.jsonl"
CSV = """Titel;Beschreibung;Vortragende;E-Mail;Sprache;Track;Dauer
Weben;Wie man webt;Ada Lovelace;ada@acme.example;Deutsch;Data;45
Knit;How to knit;Zoe Z. | Yan Y.;zoe@x.example, yan@x.example;English;Web;30
"""


def take(data: str, cast: factories.Cast) -> ImportCount:
    read = read_proposals(data.encode())
    assert [str(problem) for problem in read.problems] == []
    with writing(SYSTEM) as work:
        return import_proposals(work, conference_id=cast.conference, call_slug="main", rows=read.rows)


def test_german_headers_are_understood() -> None:
    read = read_proposals(CSV.encode())
    assert read.mapping == {
        "title": "Titel",
        "abstract": "Beschreibung",
        "authors": "Vortragende",
        "emails": "E-Mail",
        "track": "Track",
        "language": "Sprache",
        "length": "Dauer",
    }
    first, second = read.rows
    assert (first.title, first.language, first.length_minutes) == ("Weben", "de", 45)
    assert [(author.name, author.email) for author in second.authors] == [
        ("Zoe Z.", "zoe@x.example"),
        ("Yan Y.", "yan@x.example"),
    ]


def test_a_column_can_be_named(cast: factories.Cast) -> None:
    read = read_proposals(b"Was,Wer\nWeben,Ada\n", mapping={"title": "Was", "authors": "Wer"})
    assert [(row.title, row.authors[0].name) for row in read.rows] == [("Weben", "Ada")]
    wrong = read_proposals(b"Was,Wer\nWeben,Ada\n", mapping={"titel": "Was", "title": "Wo"})
    assert [problem.column for problem in wrong.problems] == ["Was", "Wo", None]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "1: The file is empty."),
        ('{"title": "x"}\n{"title": \n', "2: This is not JSON: Expecting value at column 11."),
        ("title,language\nA,klingon\n", "2, language: “klingon” is no language that is known here."),
        ("title,abstract\n,only text\n", "2, title: There is no title."),
        ("title,abstract\nA\n", "2: 1 cells where the header has 2."),
        ("title,email,speaker\nA,nonsense,Zoe\n", "2, email: “nonsense” is no e-mail address."),
        ("title\nA\nA\n", "3, title: The same proposal stands in line 2 already."),
        ("title,duration\nA,long\n", "2, duration: “long” is no length of a talk."),
        ("first,second\nA,B\n", "1: No column looks like a title; say which one it is."),
        ('title\nA\n"B ""quoted\n\n', "3: This is not CSV: unexpected end of data at column 1."),
        ('title,text\nA,"b\nc" d\nE,f\n', "3: This is not CSV: ',' expected after '\"' at column 3."),
        ('title;text\n"A";"b"c"\n', "2: This is not CSV: ';' expected after '\"' at column 8."),
        ('[{"title": "x"}]', "1: Each line must be an object in braces."),
        ('{"title": ' + "[" * 100_000 + "]" * 100_000 + "}", "1: This is not JSON: nested too deeply at column 1."),
        ('{"title": ' + "9" * 5000 + "}", "1: This is not JSON: a number is too long at column 1."),
        ("title,speaker,speaker\nA,Zoe,Yan\n", "1, speaker: Several columns have this name."),
        (
            f"title,company,speaker\nA,{'c' * 201},Zoe\n",
            "2, company: At most 200 characters; this has 201.",
        ),
        (
            f"title,bio,speaker\nA,{'b' * 20_001},Zoe\n",
            "2, bio: At most 20000 characters; this has 20001.",
        ),
        (
            f"title,email,speaker\nA,{'m' * 250}@x.example,Zoe\n",
            f"2, email: “{'m' * 250}@x.example” is no e-mail address.",
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_is_told_with_line_and_column(data: str, said: str) -> None:
    assert [str(problem) for problem in read_proposals(data.encode()).problems] == [said]


def test_with_a_limit_the_rest_is_not_looked_at() -> None:
    """A cell may go over several lines."""
    csv = 'title,abstract\nOne,"first\nsecond\nthird"\nTwo,x\nno cells\n'
    json = '{"title": "One"}\n\n{"title": "Two"}\nnonsense\n'
    for data in (csv, json):
        read = read_proposals(data.encode(), limit=2)
        assert ([row.title for row in read.rows], read.problems) == (["One", "Two"], [])


def test_signs_that_end_a_line_elsewhere_may_stand_in_a_text(cast: factories.Cast) -> None:
    data = '{"title": "One", "abstract": "a\u2028b\x85c"}\r\n{"title": "Half \\ud83d", "\\ud83d": 1}\n'
    read = read_proposals(data.encode())
    assert ([str(problem) for problem in read.problems], read.unused) == ([], ("\N{REPLACEMENT CHARACTER}",))
    assert [row.title for row in read.rows] == ["One", "Half \N{REPLACEMENT CHARACTER}"]
    assert read.rows[0].abstract == "a\u2028b\x85c"
    assert take(data, cast) == ImportCount(new=2, changed=0, same=0)


def test_empty_lines_before_the_header_do_not_count() -> None:
    read = read_proposals(b"\n;;\ntitle;speaker\nWeben;Ada\n")
    assert ([str(problem) for problem in read.problems], [row.line for row in read.rows]) == ([], [4])
    assert read_proposals(b";;\n").rows == []


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    (problem,) = read_proposals(b"title\nok\n\xff\xfe").problems
    assert str(problem) == "3: This is not UTF-8 text (byte 9 of the file)."


def test_rows_become_submitted_proposals_and_nobody_gets_a_letter(cast: factories.Cast) -> None:
    assert take(CSV, cast) == ImportCount(new=2, changed=0, same=0)
    assert [(row.title, row.stage, row.track_id, row.length_minutes) for row in everything()] == [
        ("Weben", "submitted", cast.tracks[0], 45),
        ("Knit", "submitted", cast.tracks[1], 30),
    ]
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Outbox.id)).all() == []
        owner = work.db.scalars(select(Authorship).where(Authorship.email == "ada@acme.example")).one()
    assert (owner.account_id, owner.is_owner) == (cast.ada, True)


def test_the_same_file_again_changes_nothing(cast: factories.Cast) -> None:
    take(CSV, cast)
    before = [(row.id, row.ref, row.version, row.edit) for row in everything()]
    assert take(CSV, cast) == ImportCount(new=0, changed=0, same=2)
    assert [(row.id, row.ref, row.version, row.edit) for row in everything()] == before


def test_a_changed_row_updates_its_proposal(cast: factories.Cast) -> None:
    rows = [{"id": "a", "title": "One", "abstract": "x", "speakers": ["Zoe"]}]
    take("\n".join(json.dumps(row) for row in rows), cast)
    rows[0] |= {"title": "Two", "speakers": ["Yan"]}
    assert take("\n".join(json.dumps(row) for row in rows), cast) == ImportCount(new=0, changed=1, same=0)
    assert [(row.title, row.edit) for row in everything()] == [("Two", 2)]
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Authorship.name)).all() == ["Yan"]


def test_one_person_in_two_proposals_has_one_name(cast: factories.Cast) -> None:
    take("title,speaker\nOne,Zoe Z.\nTwo,Zoe Z.\n", cast)
    with reading(SYSTEM) as work:
        guids = work.db.scalars(select(Authorship.person_guid)).all()
    assert (len(guids), len(set(guids))) == (2, 1)


def test_an_unknown_track_stops_everything(cast: factories.Cast) -> None:
    read = read_proposals(b"title,track\nOne,Data\nTwo,Knitting\n")
    with pytest.raises(Invalid) as error, writing(SYSTEM) as work:
        import_proposals(work, conference_id=cast.conference, call_slug="main", rows=read.rows)
    assert str(error.value.reason) == "Line 3, track: This call has no track “Knitting”, only “Data”, “Web”."
    assert everything() == []


def test_the_new_address_of_an_account_is_the_same_author(cast: factories.Cast) -> None:
    take("id,title,speaker,email\n1,One,Ada,old@acme.example\n", cast)
    with writing(SYSTEM) as work:
        row = work.db.scalars(select(Authorship)).one()
        row.account_id, guid = cast.ada, row.person_guid
    assert take("id,title,speaker,email\n1,One,Ada,ada@acme.example\n", cast) == ImportCount(0, 1, 0)
    assert take("id,title,speaker,email\n1,One,Ada,ada@acme.example\n", cast) == ImportCount(0, 0, 1)
    with reading(SYSTEM) as work:
        (row,) = work.db.scalars(select(Authorship)).all()
    assert (row.email, row.account_id, row.person_guid) == ("ada@acme.example", cast.ada, guid)


TWO_ADDRESSES = "id,title,speaker,email\n1,One,Ada | Ada L.,old@acme.example | ada@acme.example\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            TWO_ADDRESSES,
            "2, emails: “old@acme.example” and “ada@acme.example” are one person, who writes this proposal already; "
            "keep one of them.",
        ),
        (
            "id,title,speaker,email\n2,Two,Zoe | Yan,zoe@x.example | ZOE@x.example\n",
            "2, emails: “zoe@x.example” stands twice among the authors.",
        ),
        ("id,title,speaker\n2,Two,Zoe Z. | zoe z.\n", "2, authors: “zoe z.” stands twice among the authors."),
    ],
)
def test_one_person_as_two_authors_of_a_proposal_is_told_by_line(cast: factories.Cast, data: str, said: str) -> None:
    take("id,title,speaker,email\n1,One,Ada,old@acme.example\n", cast)
    with writing(SYSTEM) as work:
        work.db.scalars(select(Authorship)).one().account_id = cast.ada
    rows = read_proposals(data.encode()).rows
    with reading(SYSTEM) as work:
        shown = preview_import(work, conference_id=cast.conference, call_slug="main", rows=rows)
    assert [str(problem) for problem in shown.problems] == [said]
    with pytest.raises(Invalid) as error, writing(SYSTEM) as work:
        import_proposals(work, conference_id=cast.conference, call_slug="main", rows=rows)
    assert str(error.value.reason) == f"Line {said}"
    with reading(SYSTEM) as work:
        assert work.db.scalars(select(Authorship.email)).all() == ["old@acme.example"]


def test_only_chairs_import(cast: factories.Cast) -> None:
    with reading(SYSTEM) as work:
        ben = load_actor(work.db, cast.ben)
    assert ben is not None
    with pytest.raises(Refused), writing(ben) as work:
        import_proposals(work, conference_id=cast.conference, call_slug="main", rows=[])


def test_the_command_previews_and_imports(app: Flask, cast: factories.Cast, tmp_path: Path) -> None:
    path = tmp_path / "talks.csv"
    path.write_text(CSV)
    words = [str(path), "--event", "pyfest27", "--call", "main"]
    dry = CliRunner().invoke(import_proposals_command, [*words, "--dry-run"], obj=None)
    assert (dry.exit_code, everything()) == (0, [])
    assert "Weben  (Ada Lovelace)" in dry.output
    done = CliRunner().invoke(import_proposals_command, words)
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "2 new, 0 changed, 0 as they were.")
    path.write_text(CSV + "x\n")
    bad = CliRunner().invoke(import_proposals_command, words)
    assert (bad.exit_code, "line 4: 1 cells where the header has 7." in bad.output) == (1, True)


def test_real_talks_are_imported(cast: factories.Cast) -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA.name} is not beside the repository")
    lines = DATA.read_bytes().splitlines(keepends=True)[:300]
    read = read_proposals(b"".join(lines))
    with writing(SYSTEM) as work:
        count = import_proposals(work, conference_id=cast.conference, call_slug="main", rows=read.rows)
    assert (read.problems, count) == ([], ImportCount(new=300, changed=0, same=0))
