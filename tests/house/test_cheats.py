"""Each check of the house is shown a planted fault and its honest neighbour: it names the fault alone."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Integer, MetaData, String, Table

from plumbing.db import NAMING
from tests.house.checks import asking, carried, pages, python, schema, services, stages, tables
from tests.house.checks.source import ROOT

LONG_BODY = "    a = 1\n" * 70
VIEW = "@pages.get('/')\ndef index():\n"

# check, file, a text that breaks the rule, a text that does not
PLANTED = [
    (python.long_functions, "cfp/service.py", f"def f():\n{LONG_BODY}", f"def f():\n{LONG_BODY[10:]}"),
    (python.long_views, "cfp/views.py", VIEW + "    a = 1\n" * 25, VIEW + "    a = 1\n" * 24),
    (
        python.long_views,
        "cfp/views/forms.py",
        VIEW + "    a = 1\n" * 25,
        "def helper():\n" + "    a = 1\n" * 40,
    ),
    (python.long_files, "cfp/service.py", "a = 1\n" * 601, "a = 1\n" * 600),
    (python.long_files, "templates/cfp/form.html", "<p>\n" * 601, "<p>\n" * 600),
    (python.domain_words_in_plumbing, "plumbing/db.py", "review_id = 1\n", "preview_id = 1\n"),
    (python.domain_words_in_plumbing, "plumbing/db.py", "class ProposalRow: ...\n", "class Row: ...\n"),
    (python.domain_words_in_plumbing, "plumbing/db.py", "# the tracks\n", "# the tracking\n"),
    (
        python.domain_words_in_plumbing,
        "plumbing/db.py",
        "slots = 3\n",
        "@dataclass(slots=True)\nclass A: ...\n",
    ),
    (python.other_clocks, "cfp/service.py", "datetime.now(UTC)\n", "work.now\n"),
    (
        python.other_clocks,
        "cfp/service.py",
        "datetime.datetime.utcnow()\n",
        "datetime.datetime(2027, 1, 1)\n",
    ),
    (python.other_clocks, "reviews/jobs.py", "dt.date.today()\n", "work.now.date()\n"),
    (python.other_clocks, "schedule/solve.py", "time.time()\n", "time.monotonic()\n"),
    (python.populate_obj, "cfp/views.py", "form.populate_obj(row)\n", "form.to_draft()\n"),
    (
        python.imports_of_the_roof,
        "plumbing/cli.py",
        "from wsgi import app\n",
        "from flask import current_app\n",
    ),
    (python.imports_of_the_roof, "cfp/jobs.py", "import tests.factories\n", "import testsuite\n"),
    (
        python.undeclared_imports,
        "cfp/files.py",
        "import pydantic\n",
        "import sqlalchemy.orm\nimport io, cfp\n",
    ),
    (pages.raw_colours_in_css, "static/css/base.css", "a { color: #FFF }", "#fade { color: var(--ink) }"),
    (
        pages.raw_colours_in_css,
        "static/css/base.css",
        "a{b:c;d:oklch(1 0 0);}",
        "a{b: color-mix(in srgb, var(--a));}",
    ),
    (
        pages.raw_colours_in_css,
        "static/css/base.css",
        "a { border: 1px solid red; }",
        "a { border: 0 } /* red */",
    ),
    (pages.raw_colours_in_css, "static/css/base.css", "a{b:url(data:i,%23abc)}", "a{white-space:nowrap}"),
    (
        pages.raw_colours_in_css,
        "static/css/base.css",
        "a { color: black; }",
        "@media (x: y) { a { color: CanvasText } }",
    ),
    (pages.raw_colours_in_templates, "templates/a.html", '<path fill="#abc">', '<a href="#abc">&#x27;</a>'),
    (
        pages.raw_colours_in_templates,
        "templates/a.html",
        '<svg stroke="rgb(1,2,3)">',
        '<svg stroke="currentColor">',
    ),
    (pages.inline_code, "templates/a.html", "<p style='top:0'>", '<p class="style">{# <style> #}'),
    (
        pages.inline_code,
        "templates/a.html",
        "<p {% if a %}onclick='f()'{% endif %}>",
        "<p data-onclick='{{ f }}'>",
    ),
    (pages.inline_code, "templates/a.html", "<script>f()</script>", "<script src='{{ url('a') }}'></script>"),
    (
        pages.inline_code,
        "templates/a.html",
        "<style>p{}</style>",
        "<script type='application/json'>{}</script>",
    ),
    (pages.inline_code, "templates/a.html", "<a href=' JavaScript:f()'>", "<a href='{{ javascript }}'>"),
    (pages.unfinished_words, "static/js/a.js", "// TODO later\n", "// to do with it\n"),
]

ASK = "    require(policy.can_edit(work.actor))\n"
ACT = "def rename(work, *, title):\n"
# file, an act that changes rows without having asked, one that has asked before
UNASKED = [
    ("cfp/service.py", ACT + "    work.db.add(title)\n", ACT + ASK + "    work.db.add(title)\n"),
    ("cfp/importing.py", ACT + "    work.db.add(title)\n" + ASK, ACT + ASK + "    work.db.add(title)\n"),
    ("cfp/service.py", ACT + "    row.title = title\n", ACT + ASK + "    row.title = title\n"),
    ("reviews/rows.py", ACT + "    row.count += 1\n" + ASK, ACT + ASK + "    row.count += 1\n"),
    ("reviews/rows.py", ACT + "    one.a, two.b = 1, 2\n", ACT + "    one, two = 1, 2\n"),
    ("schedule/importer.py", ACT + "    row.title: str = title\n", ACT + "    line: str = title\n"),
    ("schedule/importer.py", ACT + "    setattr(row, 'title', title)\n", ACT + "    getattr(row, 'title')\n"),
    ("cfp/rows.py", ACT + "    work.db.execute(update(Row))\n", ACT + "    work.db.execute(select(Row))\n"),
    (
        "cfp/rows.py",
        ACT + "    query = delete(Row)\n    work.db.execute(query.where(a))\n",
        ACT + "    query = select(Row)\n    work.db.execute(query.where(a))\n",
    ),
    (
        "cfp/rows.py",
        ACT + "    session = work.db\n    session.add(title)\n",
        ACT + "    names = set()\n    names.add(title)\n",
    ),
    (
        "cfp/service.py",
        ACT + "    advance(work, title, 'submit')\n",
        ACT + ASK + "    advance(work, title, 'submit')\n",
    ),
    ("cfp/service.py", ACT + "    work.emit(title)\n", ACT + ASK + "    work.emit(title)\n"),
    (
        "cfp/service.py",
        ACT + "    require(machine.can(1, 'go'))\n    work.db.add(title)\n",
        ACT + ASK + "    require(machine.can(1, 'go'))\n    work.db.add(title)\n",
    ),
    (
        "cfp/service.py",
        ACT + "    if title:\n    " + ASK + "    work.db.add(title)\n",
        ACT + "    if title:\n    " + ASK + "    else:\n        return\n    work.db.add(title)\n",
    ),
    (
        "cfp/service.py",
        ACT + "    title and require(policy.can_edit(work.actor))\n    work.db.add(title)\n",
        ACT + "    title and print(title)\n" + ASK + "    work.db.add(title)\n",
    ),
    (
        "cfp/service.py",
        ACT + "    _save(work)\n" + ASK + "\n\ndef _save(work):\n    work.db.add(1)\n",
        ACT + "    _asked(work)\n    work.db.add(1)\n\n\ndef _asked(work):\n" + ASK,
    ),
    (
        "cfp/service.py",
        ACT + "    def save():\n        work.db.add(title)\n\n    run(save)\n",
        ACT + ASK + "    def save():\n        work.db.add(title)\n\n    run(save)\n",
    ),
    (
        "cfp/views.py",
        "def page():\n    with writing(actor) as work:\n        row.title = 1\n",
        "def page():\n    with writing(actor) as work:\n        service.rename(work, title=1)\n",
    ),
]


@pytest.mark.parametrize(("name", "bad", "good"), UNASKED)
def test_an_act_that_forgets_to_ask_is_named(tmp_path, name, bad, good):
    _plant(tmp_path, name, good)
    assert asking.writes_before_asking(tmp_path) == []
    _plant(tmp_path, name, bad)
    [line] = asking.writes_before_asking(tmp_path)
    assert line.startswith(f"{name}:")


def test_a_step_is_asked_about_by_whoever_takes_it_from_another_file(tmp_path):
    _plant(tmp_path, "cfp/steps.py", "def keep(work, row):\n    work.db.add(row)\n")
    _plant(tmp_path, "cfp/service/__init__.py", "from cfp.steps import keep\n")
    _plant(tmp_path, "cfp/acts.py", f"from cfp import service\n\n\n{ACT}    service.keep(work, title)\n")
    step = ["cfp/steps.py:keep"]
    [line] = asking.writes_before_asking(tmp_path, steps=step)
    assert line.startswith("cfp/acts.py:rename calls keep")
    _plant(tmp_path, "cfp/acts.py", f"from cfp import service\n\n\n{ACT}{ASK}    service.keep(work, title)\n")
    assert (asking.writes_before_asking(tmp_path, steps=step), asking.never_needed(tmp_path, step)) == ([], [])
    _plant(tmp_path, "cfp/steps.py", "def keep(work, row):\n    return row\n")
    assert asking.never_needed(tmp_path, step) == step


ROW = "class Talk(Base):\n    pass\n\n\n"
SIGNATURES = [
    (services.loose_signatures, "def rename(work, title):\n", "def rename(work, *, title):\n"),
    (services.loose_signatures, "def rename(work, ref, *, title):\n", "def _rename(work, ref, *, title):\n"),
    (services.rows_handed_out, "def begin(work) -> Talk:\n", "def begin(work) -> int:\n"),
    (services.rows_handed_out, "def begin(work) -> 'list[Talk] | None':\n", "def begin(work) -> 'list[TalkView]':\n"),
]


@pytest.mark.parametrize(("check", "bad", "good"), SIGNATURES)
def test_an_act_that_is_not_shaped_like_one_is_named(tmp_path, check, bad, good):
    for harmless in (f"{good}{ASK}    work.db.add(1)\n", f"{bad}{ASK}    return work.db.get(1)\n"):
        _plant(tmp_path, "cfp/imported.py", ROW + harmless)
        assert check(tmp_path) == []
    _plant(tmp_path, "cfp/imported.py", f"{ROW}{bad}{ASK}    work.db.add(1)\n")
    [line] = check(tmp_path)
    assert line.startswith("cfp/imported.py:5 ")


# a stage that is assigned past ``advance``, and a line that only looks like it
UNADVANCED = [
    ("proposal.stage = 'submitted'\n", "stage = proposal.stage\n"),
    ("proposal.outcome: str = 'accepted'\n", "outcome: str = 'accepted'\n"),
    ("proposal.title, proposal.answer = 'a', 'confirmed'\n", "proposal.title, answer = 'a', 'confirmed'\n"),
    ("for row.stage in ('draft',): ...\n", "for stage in (row.stage,): ...\n"),
    ("setattr(proposal, 'stage', 'submitted')\n", "setattr(proposal, 'title', 'submitted')\n"),
    ("setattr(proposal, name, value)\n", "getattr(proposal, name, value)\n"),
    ("update(Proposal).values(stage='withdrawn')\n", "select(Proposal).where(Proposal.stage == 'withdrawn')\n"),
    ("update(Proposal).values({Proposal.stage: 'withdrawn'})\n", "update(Proposal).values({'title': 'withdrawn'})\n"),
    ("values = {'outcome': 'accepted'}\n", "values = {'accepted': 'outcome'}\n"),
    ("values = dict(answer='confirmed')\n", "values = dict(title='confirmed')\n"),
    ("values['stage'] = 'submitted'\n", "value = values['stage']\n"),
    ("Proposal(title='a', stage='submitted')\n", "Proposal(title='a', stage='draft')\n"),
    ("Proposal(outcome=told)\n", "Proposal(outcome='undecided')\n"),
    ("db.execute(text('UPDATE proposal SET x = 1'))\n", "db.execute(text('SELECT x FROM proposal'))\n"),
]


@pytest.mark.parametrize("name", ["cfp/service.py", "schedule/importer.py"])
@pytest.mark.parametrize(("bad", "good"), UNADVANCED)
def test_a_stage_that_is_assigned_past_the_life_cycle_is_named(tmp_path, name, bad, good):
    _plant(tmp_path, name, good)
    assert stages.stages_not_advanced(tmp_path) == []
    _plant(tmp_path, name, bad)
    [line] = stages.stages_not_advanced(tmp_path)
    assert line.startswith(f"{name}:1 ")


def test_a_question_that_no_cell_asks_is_named(tmp_path, monkeypatch):
    asked = "def can_see(actor):\n    return can_hide(actor)\n\n\ndef can_hide(actor):\n    return actor\n"
    _plant(tmp_path, "cfp/planted_policy.py", asked)
    monkeypatch.setattr("cfp.__path__", [str(tmp_path / "cfp")])
    names = tables.questions(tmp_path)["cfp"]
    can_see, can_hide = (tables.function(name) for name in names)
    monkeypatch.delitem(sys.modules, "cfp.planted_policy")

    def ask_one():
        can_see("Ada")

    def ask_both():
        return can_see("Ada"), can_hide("Ada")

    found = [tables.never_asked(names, ask, "test_cheats.py") for ask in (ask_both, ask_one)]
    assert found == [[], ["cfp.planted_policy.can_hide"]]


def _pair(*columns):
    return ForeignKeyConstraint(columns, [f"track.{name.removeprefix('track_')}" for name in columns])


TRACK = ("track_id", Integer)
SCHEMAS = [
    (schema.free_choices, lambda: [Column("kind", String)], lambda: [Column("kindness", String)]),
    (
        schema.free_choices,
        lambda: [Column("presenter_kind", String), CheckConstraint("kind IN ('a')", name="a")],
        lambda: [Column("presenter_kind", String), CheckConstraint("presenter_kind IN ('a')", name="a")],
    ),
    (
        schema.links_across_conferences,
        lambda: [Column(*TRACK), _pair("track_id")],
        lambda: [Column(*TRACK), _pair("conference_id", "track_id")],
    ),
    (
        schema.loose_numbers,
        lambda: [Column(*TRACK)],
        lambda: [Column(*TRACK), _pair("conference_id", "track_id")],
    ),
]


@pytest.mark.parametrize(("check", "bad", "good"), SCHEMAS)
def test_a_table_that_takes_anything_is_named(check, bad, good):
    def found(parts):
        metadata = MetaData(naming_convention=NAMING)
        Table("track", metadata, Column("conference_id", Integer), Column("id", Integer))
        Table("talk", metadata, Column("conference_id", Integer), *parts())
        return [line for line in check(metadata) if not line.startswith(("track.", "talk.conference_id "))]

    assert found(good) == []
    [line] = found(bad)
    assert line.startswith("talk.")


def test_a_constraint_without_a_name_is_named():
    def found(metadata):
        Table("talk", metadata, Column("id", Integer, primary_key=True))
        return schema.unnamed_constraints(metadata)

    assert found(MetaData(naming_convention=NAMING)) == []
    assert found(MetaData()) == ["talk has a PrimaryKeyConstraint without a name"]


def _plant(root: Path, name: str, text: str) -> Path:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(("check", "name", "bad", "good"), PLANTED)
def test_check_names_the_fault_and_spares_its_neighbour(tmp_path, check, name, bad, good):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    _plant(tmp_path, name, good)
    assert check(tmp_path) == []
    _plant(tmp_path, name, bad)
    [line] = check(tmp_path)
    assert line.startswith(name)


@pytest.mark.parametrize("place", pages.RAW_COLOURS_ALLOWED)
def test_colours_have_their_places(tmp_path, place):
    name = f"{place}a.html" if place.endswith("/") else place
    _plant(tmp_path, name, "<p bgcolor='#abc'>" if name.endswith("html") else "a { color: #abc }")
    assert pages.raw_colours_in_css(tmp_path) + pages.raw_colours_in_templates(tmp_path) == []


def test_mail_may_carry_its_style_and_the_clock_may_look_at_the_clock(tmp_path):
    _plant(tmp_path, "templates/mail/cfp/a.html", "<p style='top:0'>")
    _plant(tmp_path, "plumbing/clock.py", "datetime.now(UTC)\n")
    assert pages.inline_code(tmp_path) + python.other_clocks(tmp_path) == []


def test_line_numbers_survive_jinja_and_comments(tmp_path):
    _plant(tmp_path, "templates/a.html", "{#\n\n#}\n<p style=''>")
    _plant(tmp_path, "static/css/a.css", "/*\n\n*/\na { color: #abc }")
    assert pages.inline_code(tmp_path) == ["templates/a.html:4 has the attribute style="]
    assert pages.raw_colours_in_css(tmp_path) == ["static/css/a.css:4 has the raw colour #abc"]


def test_vendored_file_that_changed_vanished_or_slipped_in_is_named(tmp_path):
    for name in ("a.js", "fonts/b.woff2"):
        _plant(tmp_path, name, name)
    sums = [f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in ("a.js", "fonts/b.woff2")]
    _plant(tmp_path, "SHA256SUMS", "".join(sums))
    assert carried.changed_vendor_files(tmp_path) == []
    _plant(tmp_path, "a.js", "a.js;")
    (tmp_path / "fonts/b.woff2").unlink()
    _plant(tmp_path, "c.js", "c")
    assert carried.changed_vendor_files(tmp_path) == [
        "a.js is not the file that was vendored",
        "fonts/b.woff2 is missing",
        "c.js is not in SHA256SUMS",
    ]


GOOD_LOCK = (
    "flask==3.1.3 \\\n    --hash=sha256:aa\n    # via rostrum\n"
    "rq==3.0 ; python_version < '3.12' \\\n    --hash=sha256:bb\n"
)


@pytest.mark.parametrize(
    ("lock", "fault"),
    [
        (GOOD_LOCK.replace("==3.0", ">=3.0"), "rq>=3.0 ; python_version < '3.12' is not pinned"),
        (GOOD_LOCK.replace("    --hash=sha256:bb\n", ""), "rq==3.0 ; python_version < '3.12' has no hash"),
        (GOOD_LOCK + "    # https://example.org\n", "line 6 names an address"),
        (GOOD_LOCK + "    # from -r /home/somebody/requirements.in\n", "line 6 names an address"),
    ],
)
def test_loose_lock_is_named(lock, fault):
    assert carried.loose_requirements(GOOD_LOCK) == []
    [line] = carried.loose_requirements(lock)
    assert line.startswith(fault)


FLOORS = {
    "plumbing": {"sentences.py": "import flask\n", "db.py": "import sqlalchemy\n"},
    "conference": {"models.py": "import plumbing.db\n"},
    "cfp": {
        "models.py": "import conference.models\n",
        "blind.py": "import cfp.models\n",
        "outcomes.py": "",
        "events.py": "",
        "authors.py": "import cfp.models\n",
    },
    "reviews": {"assign.py": "import plumbing.sentences\n", "service.py": "import cfp.blind, cfp.events\n"},
    "schedule": {"solve.py": "import plumbing.sentences\n", "service.py": "import cfp.authors\n"},
}
BREAKS = [
    ("plumbing/db.py", "import conference.models\n"),
    ("cfp/models.py", "def late():\n    import reviews.service\n"),
    ("reviews/service.py", "from cfp.models import Proposal\n"),
    ("reviews/service.py", "from cfp import authors\n"),
    ("reviews/service.py", "import cfp\n"),
    ("reviews/assign.py", "from flask import g\n"),
    ("reviews/assign.py", "from plumbing import db\n"),
    ("schedule/solve.py", "import conference.models\n"),
]


@pytest.fixture
def floors(tmp_path):
    """A small house with the real contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package, modules in FLOORS.items():
        for name, text in {"__init__.py": "", **modules}.items():
            _plant(tmp_path, f"{package}/{name}", text)
    return tmp_path


def _tool(name: str, *words: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).with_name(name)), *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def test_contracts_pass_an_honest_house(floors):
    done = _tool("lint-imports", "--no-cache", "--no-logo", cwd=floors)
    assert (done.returncode, "3 kept, 0 broken" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize(("name", "text"), BREAKS)
def test_contracts_break_on_a_forbidden_import(floors, name, text):
    _plant(floors, name, text)
    done = _tool("lint-imports", "--no-cache", "--no-logo", cwd=floors)
    assert (done.returncode, "BROKEN" in done.stdout) == (1, True), done.stdout + done.stderr


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("import datetime\n\nnow = datetime.datetime.now(datetime.UTC)\n", "TID251"),
        ("try:\n    a = 1\nexcept Exception:\n    a = 2\n", "BLE001"),
        ("def f():\n    pass  # TODO: write it\n", "FIX002"),
        ("import os\n", "F401"),
    ],
)
def test_ruff_names_the_fault(floors, text, rule):
    _plant(floors, "cfp/service.py", text)
    done = _tool("ruff", "check", "--output-format=concise", "cfp/service.py", cwd=floors)
    assert (done.returncode, rule in done.stdout) == (1, True), done.stdout + done.stderr


def test_mypy_wants_types(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    _plant(tmp_path, "cfp/service.py", "def f(a):\n    return a\n")
    done = _tool("mypy", "cfp/service.py", cwd=tmp_path)
    assert (done.returncode, "[no-untyped-def]" in done.stdout) == (1, True), done.stdout + done.stderr
