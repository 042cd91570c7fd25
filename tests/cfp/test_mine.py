"""“My proposals” over all conferences: everything of the own, nothing of anybody else's."""

import re

from flask import Flask
from flask.testing import FlaskClient

from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.work import writing
from tests import factories
from tests.cfp.acts import NEW_AUTOSAVE, begin, fields, submit
from tests.fixtures.app import sign_in

EVERYWHERE = "/account/proposals"


def lines(page: str) -> list[str]:
    return re.findall(r'<h2 class="cfp-line__title"><a href="([^"]+)"', page)


def test_the_page_lists_the_own_proposals_of_every_conference(client: FlaskClient, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        other = factories.conference(work.db, "other28", name="Other 28")
        call = factories.call(work.db, other.id)
        there = Proposal(
            conference_id=other.id, ref="otherdraft", guid="g-1", call_id=call.id, stage="draft", edit=0, links=[],
            title="Looms", kind="talk", language="en", created_at=work.now, changed_at=work.now,
        )  # fmt: skip
        work.db.add(there)
        work.db.flush()
        factories.authorship(work.db, there, cast.ada)
    sign_in(client, cast.ada)
    ref = submit(client, cast)
    page = client.get(EVERYWHERE).text
    assert lines(page) == ["/other28/cfp/proposals/mine/otherdraft/", f"/pyfest27/cfp/proposals/mine/{ref}/"]
    assert ("Other 28" in page, "/other28/cfp/proposals/mine/otherdraft/edit" in page) == (True, True)
    assert lines(client.get("/pyfest27/cfp/mine").text) == [f"/pyfest27/cfp/proposals/mine/{ref}/"]


def test_what_was_begun_and_invitations_stand_there_too(app: Flask, client: FlaskClient, cast: factories.Cast) -> None:
    more = {"row": ["me", "new1"], "row-new1-name": "Eve", "row-new1-email": "eve@nowhere.example"}
    submit(sign_in(client, cast.ada), cast, **more)
    eve = sign_in(app.test_client(), cast.eve)
    eve.post(NEW_AUTOSAVE, data=fields(cast, title="Half a ti"))
    page = eve.get(EVERYWHERE).text
    assert lines(page) == ["/pyfest27/cfp/calls/main/new"]
    assert ("Half a ti" in page, "/pyfest27/cfp/invitation/" in page) == (True, True)


def test_nobody_sees_the_proposals_of_another(app: Flask, client: FlaskClient, cast: factories.Cast) -> None:
    begin(sign_in(client, cast.ada), cast)
    for other in (cast.ben, cast.cleo, cast.eve):
        page = sign_in(app.test_client(), other).get(EVERYWHERE).text
        assert (lines(page), "You have not proposed anything yet" in page) == ([], True)


def test_somebody_without_a_session_signs_in_and_comes_back(client: FlaskClient, cast: factories.Cast) -> None:
    answer = client.get(EVERYWHERE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/sign-in?next=/account/proposals")
    assert EVERYWHERE not in client.get("/").text


def test_the_menu_and_the_start_page_lead_there(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.ada)
    assert client.get("/").text.count(f'href="{EVERYWHERE}"') == 2
    assert client.get("/pyfest27/").text.count(f'href="{EVERYWHERE}"') == 1
