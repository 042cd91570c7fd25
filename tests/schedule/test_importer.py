"""Foreign schedule files become conferences, and coming again changes nothing."""

import json
from datetime import UTC

import jsonschema
import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from lxml import etree
from sqlalchemy import func, select

import schedule
from cfp.authors import Authorship
from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.models import Conference, Room, SessionType, Track
from conference.work import reading, writing
from plumbing import cli
from schedule.document import Index
from schedule.exports import EXPORTS
from schedule.importer import import_schedule
from schedule.interchange import read_schedule
from schedule.models import Day, Release, Slot
from schedule.release import newest
from tests.schedule.shared_data import shared_file
from tests.servers.chromium import VENDOR

TABLES = (Conference, Room, Track, SessionType, Day, Slot, Proposal, Authorship)
FILES = {
    "fosdem2024": "fosdem2024.xml",
    "debconf23": "debconf23.xml",
    "mrmcd2019": "mrmcd2019.xml",
    "camp2019": "camp2019.xml",
    "emf2024": "emf2024_schedule.frab",
    "europython2014": "europython2014_schedule.xml",
}
INSTANT = "%Y-%m-%dT%H:%M:%S.000Z"
BROKEN = "<schedule>\n<conference><title>x</conference>"
SMALL = """<?xml version="1.0"?><schedule><version>1</version>
<conference><title>Small</title><acronym>small27</acronym><start>2027-03-27</start><end>2027-03-27</end><days>1</days>
<time_zone_name>Europe/Rome</time_zone_name></conference>
<day index="1" date="2027-03-27" start="2027-03-27T09:00:00+01:00" end="2027-03-27T18:00:00+01:00">
<room name="Aula"><event id="7" guid="5f7c1c9e-0000-4000-8000-000000000007"><date>2027-03-27T10:00:00+01:00</date>
<start>10:00</start><duration>00:45</duration><room>Aula</room><title>{title}</title><subtitle/><track>Data</track>
<type>Talk</type><language>en</language><abstract>Words.</abstract><persons><person id="1">Ada L.</person></persons>
</event></room></day></schedule>"""


@pytest.fixture
def rostrum(app):
    """Runs the ``rostrum`` command in this process, against the test's application."""
    schedule.add_commands()

    def run(*words):
        return CliRunner().invoke(cli.main, list(words), obj=ScriptInfo(create_app=lambda: app))

    return run


def rows():
    """Every row of what an import writes, as plain values."""
    with reading(SYSTEM) as work:
        return {
            table.__tablename__: sorted(map(repr, work.db.execute(select(*table.__table__.columns))))
            for table in TABLES
        }


@pytest.mark.parametrize("slug", FILES)
def test_an_export_imported_again_changes_no_row(rostrum, slug):
    path = shared_file(f"schedules/{FILES[slug]}")
    done = rostrum("import", "schedule", str(path), "--event", slug)
    assert done.exit_code == 0, done.output
    assert rostrum("release", "--event", slug, "--name", "First", "--despite-clashes").exit_code == 0
    before = rows()
    with reading(SYSTEM) as work:
        conference_id = work.db.scalar(select(Conference.id).where(Conference.slug == slug))
        document = newest(work, conference_id).document
    assert complaints(EXPORTS["schedule.xml"].make(document), EXPORTS["schedule.json"].make(document)) == []
    for filename in ("schedule.xml", "schedule.json"):
        again = read_schedule(EXPORTS[filename].make(document), filename)
        with writing(SYSTEM) as work:
            counts = import_schedule(work, slug=slug, schedule=again)
        assert (counts.new_slots, counts.changed_slots) == (0, 0)
        assert rows() == before


@pytest.mark.browser
def test_fosdem_is_imported_whole_and_its_exports_are_valid(rostrum, tmp_path, new_page):
    path = shared_file("schedules/fosdem2024.xml")
    done = rostrum("import", "schedule", str(path), "--event", "fosdem2024")
    assert "876 talks, 876 slots (876 new, 0 changed), 945 speakers, 35 rooms, 67 tracks, 2 days" in done.output
    assert rostrum("release", "--event", "fosdem2024", "--name", "First", "--despite-clashes").exit_code == 0
    for name in ("schedule.xml", "schedule.json", "ics"):
        assert rostrum("export", name, "--event", "fosdem2024", "-o", str(tmp_path / name)).exit_code == 0
    assert complaints(*((tmp_path / name).read_bytes() for name in ("schedule.xml", "schedule.json"))) == []
    with reading(SYSTEM) as work:
        index = Index(newest(work, work.db.scalar(select(Conference.id))).document)
    slots = [
        [f"{slot.guid}@", index.title_of(slot), f"{slot.starts_at:{INSTANT}}", f"{slot.ends_at:{INSTANT}}"]
        for slot in index.document.slots
    ]
    found = read_by_a_calendar(new_page, (tmp_path / "ics").read_text(encoding="utf-8"))
    assert len(found) == 876
    assert sorted([uid.partition("@")[0] + "@", *rest] for uid, *rest in found) == sorted(slots)


def complaints(xml, json_text):
    """What the published schemas of both formats say against the files."""
    schema = etree.XMLSchema(etree.parse(shared_file("schemas/voc_xsd_schedule.xml.xsd")))
    schema.validate(etree.fromstring(xml))
    rules = json.loads(shared_file("schemas/voc_json_schema.json").read_text(encoding="utf-8"))
    check = jsonschema.Draft6Validator(rules, format_checker=jsonschema.FormatChecker())
    return [str(error) for error in schema.error_log] + [
        error.message for error in check.iter_errors(json.loads(json_text))
    ]


def read_by_a_calendar(new_page, text):
    """All events as ical.js, on which Thunderbird is built, reads them, by a clock far from the conference."""
    page = new_page(timezone="America/New_York")
    return page.evaluate(
        """async ([source, text]) => {
            const ICAL = (await import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'})))).default;
            const calendar = new ICAL.Component(ICAL.parse(text));
            return calendar.getAllSubcomponents('vevent').map(each => new ICAL.Event(each)).map(event => [
                event.uid, event.summary,
                event.startDate.toJSDate().toISOString(), event.endDate.toJSDate().toISOString(),
            ]);
        }""",
        [(VENDOR / "ical.min.js").read_text(encoding="utf-8"), text],
    )


def test_a_broken_file_names_line_and_column_and_imports_nothing(rostrum, tmp_path):
    file = tmp_path / "broken.xml"
    file.write_text(BROKEN, encoding="utf-8")
    done = rostrum("import", "schedule", str(file), "--event", "broken")
    assert done.exit_code == 1
    assert "broken.xml:2:34:" in done.output
    assert "Nothing was imported." in done.output
    with reading(SYSTEM) as work:
        assert work.db.scalar(select(func.count(Conference.id))) == 0


def test_a_changed_talk_is_updated_and_not_doubled(rostrum, tmp_path):
    file = tmp_path / "small.xml"
    for title in ("Before", "After"):
        file.write_text(SMALL.format(title=title), encoding="utf-8")
        assert rostrum("import", "schedule", str(file), "--event", "small27").exit_code == 0
    with reading(SYSTEM) as work:
        assert list(work.db.scalars(select(Proposal.title))) == ["After"]
        assert list(work.db.scalars(select(Authorship.name))) == ["Ada L."]
        slot = work.db.scalars(select(Slot)).one()
    assert (slot.number, slot.length_minutes, slot.starts_at.astimezone(UTC).hour) == (7, 45, 9)


def test_release_of_nothing_and_export_without_release_say_what_to_do(rostrum, cast):
    empty = rostrum("release", "--event", cast.slug, "--name", "First")
    assert (empty.exit_code, "nothing to release" in empty.output) == (1, True)
    missing = rostrum("export", "schedule.xml", "--event", cast.slug)
    assert (missing.exit_code, "has no release yet" in missing.output) == (1, True)
    unknown = rostrum("export", "ics", "--event", "nowhere")
    assert (unknown.exit_code, "There is no conference" in unknown.output) == (1, True)


def test_fatal_clashes_stop_a_release_from_the_shell_until_they_are_confirmed(rostrum, stage):
    stage.place(stage.talks[0])
    stage.place(stage.talks[1])
    stopped = rostrum("release", "--event", stage.cast.slug, "--name", "First")
    assert (stopped.exit_code, "--despite-clashes" in stopped.output) == (1, True)
    with reading(SYSTEM) as work:
        assert work.db.scalar(select(func.count(Release.id))) == 0
    assert rostrum("release", "--event", stage.cast.slug, "--name", "First", "--despite-clashes").exit_code == 0
