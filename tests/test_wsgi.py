"""The application as a whole: it answers, and forgetting a guard closes a page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from plumbing.web import CSP
from tests import factories
from tests.fixtures.app import sign_in

ENGINES = ("numba", "openpyxl", "ortools", "scipy", "sklearn", "weasyprint")
STARTS = {
    "a command": "sys.argv[1:] = ['--help']; wsgi.main()",
    "the help of a solver": "sys.argv[1:] = ['bench', 'schedule', '--help']; wsgi.main()",
    "a web server or worker": "wsgi.app.test_client().get('/healthz')",
}


def test_the_start_page_answers_with_the_promised_headers(client: FlaskClient) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert len(answer.headers["X-Request-Id"]) == 10


def test_an_endpoint_without_a_guard_is_refused(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert app.test_client().get("/forgotten").status_code == 404


def test_a_conference_that_is_not_live_exists_for_its_team_only(app: Flask, cast: factories.Cast) -> None:
    from conference.actor import SYSTEM
    from conference.models import Conference
    from conference.work import writing

    with writing(SYSTEM) as work:
        work.db.get_one(Conference, cast.conference).live_at = None
    statuses = [app.test_client().get("/pyfest27/").status_code]
    statuses += [
        sign_in(app.test_client(), who).get("/pyfest27/").status_code for who in (cast.eve, cast.ben, cast.cleo)
    ]
    assert statuses == [404, 404, 200, 200]


def test_a_page_for_members_leads_to_the_log_in_and_back(client: FlaskClient) -> None:
    answer = client.get("/account/")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/account/sign-in?next=/account/"


@pytest.mark.parametrize("path", ["/%00/", "/pyfest27/cfp/proposals?q=%00", "/pyfest27/cfp/proposals?kind=%00"])
def test_an_address_that_no_database_can_be_asked_for_leads_nowhere(
    client: FlaskClient, cast: factories.Cast, path: str
) -> None:
    assert sign_in(client, cast.cleo).get(path).status_code == 404


@pytest.mark.parametrize("start", STARTS)
def test_starting_loads_no_solver_and_no_pdf_writer(start: str, tmp_path: Path) -> None:
    code = f"""
import atexit, sys
atexit.register(lambda: print("loaded:", *(name for name in {ENGINES} if name in sys.modules)))
import wsgi
{STARTS[start]}
"""
    environment = {"PATH": os.environ["PATH"], "ROSTRUM_INSTANCE_DIR": str(tmp_path), "ROSTRUM_DEMO": "0"}
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["loaded:"]), done.stderr
