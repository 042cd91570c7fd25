"""The chairs' pages: who sees what, searching and sorting, acts on behalf of authors, setting up calls."""

import csv
import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from cfp import policy
from cfp.authors import Authorship
from cfp.loading import facts_of
from cfp.models import ANSWERS, OUTCOMES, STAGES, Call, Proposal
from cfp.visible import visible_proposals
from conference.actor import NOBODY, SYSTEM, load_actor
from conference.work import reading, writing
from plumbing.clock import FixedClock
from tests import factories
from tests.cfp.acts import begin, everything, fields, page_path, stored, submit
from tests.fixtures.app import StatementCounter, sign_in

LIST = "/pyfest27/cfp/proposals"


def titles(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(LIST + query).text
    with reading(SYSTEM) as work:
        known = work.db.scalars(select(Proposal.title)).all()
    return sorted((title for title in known if f">{title}</a>" in page), key=lambda title: page.index(f">{title}</a>"))


def test_chairs_see_names_and_nobody_else_sees_the_list(app: Flask, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        ref = factories.proposal(work.db, cast).ref
    answers = {}
    for name in ("cleo", "gus", "ben", "dan", "ada", "eve"):
        client = sign_in(app.test_client(), getattr(cast, name))
        answers[name] = [client.get(path).status_code for path in (LIST, f"{LIST}.csv", f"{LIST}/{ref}")]
    assert answers == {
        "cleo": [200, 200, 200],
        "gus": [200, 200, 200],
        "ben": [403, 403, 403],
        "dan": [403, 403, 403],
        "ada": [404, 404, 404],
        "eve": [404, 404, 404],
    }
    assert "Ada Lovelace" in sign_in(app.test_client(), cast.cleo).get(LIST).text


def test_a_track_chair_sees_the_own_track_and_nobody_sees_drafts(app: Flask, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        db = work.db
        factories.proposal(db, cast, title="In the track")
        other = factories.proposal(db, cast, title="Elsewhere", track_id=cast.tracks[1]).ref
        factories.proposal(db, cast, title="A draft", stage="draft")
    gus, cleo = (sign_in(app.test_client(), who) for who in (cast.gus, cast.cleo))
    assert titles(gus) == ["In the track"]
    assert sorted(titles(cleo)) == ["Elsewhere", "In the track"]
    assert gus.get(f"{LIST}/{other}").status_code == 404
    assert gus.post(f"{LIST}/{other}/withdraw").status_code == 404


def test_the_list_is_searched_filtered_and_sorted(client: FlaskClient, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        db = work.db
        factories.proposal(db, cast, title="Apples", presenter_kind="vendor", submitted_at=work.now)
        factories.proposal(db, cast, title="Pears 100%", outcome="accepted", submitted_at=work.now - timedelta(1))
        last = factories.proposal(db, cast, title="Cherries", author=cast.eve, track_id=cast.tracks[1])
        last.submitted_at = work.now - timedelta(2)
    sign_in(client, cast.cleo)
    assert titles(client) == ["Apples", "Pears 100%", "Cherries"]
    assert titles(client, "?sort=title&order=up") == ["Apples", "Cherries", "Pears 100%"]
    assert titles(client, "?q=elsewhere") == ["Cherries"]
    assert titles(client, "?q=100%25") == ["Pears 100%"]
    assert titles(client, "?q=cherr+eve") == ["Cherries"]
    assert titles(client, "?kind=vendor") == ["Apples"]
    assert titles(client, "?state=accepted") == ["Pears 100%"]
    assert titles(client, f"?track={cast.tracks[1]}") == ["Cherries"]
    assert titles(client, "?q=nothing+like+this") == []
    assert titles(client, "?track=x&sort=nonsense&page=-3") == ["Apples", "Pears 100%", "Cherries"]


@pytest.mark.parametrize("path", [LIST, "/pyfest27/cfp/mine", "/account/proposals", f"{LIST}.csv"])
def test_lists_cost_the_same_for_one_and_for_ten(
    client: FlaskClient, cast: factories.Cast, statements: StatementCounter, path: str
) -> None:
    with writing(SYSTEM) as work:
        factories.role(work.db, cast.conference, cast.ada, "chair")
    sign_in(client, cast.ada)
    counts = []
    for more in (1, 9):
        with writing(SYSTEM) as work:
            for _number in range(more):
                factories.proposal(work.db, cast)
        with statements() as seen:
            assert client.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 12


@pytest.mark.parametrize("path", ["", "edit", "history"])
def test_pages_of_a_proposal_keep_to_their_ceiling(
    client: FlaskClient, cast: factories.Cast, statements: StatementCounter, path: str
) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    with statements() as seen:
        assert client.get(page_path(ref, path)).status_code == 200
    assert len(seen) <= 12


def test_the_table_for_spreadsheets_is_complete_and_harmless(client: FlaskClient, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        factories.proposal(work.db, cast, title="=1+1", submitted_at=work.now)
    text = sign_in(client, cast.cleo).get(f"{LIST}.csv").data.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["title"], row["authors"], row["emails"]) == ("'=1+1", "Ada Lovelace", "ada@acme.example")


def test_chairs_withdraw_and_restore_on_behalf(client: FlaskClient, app: Flask, cast: factories.Cast) -> None:
    ref = submit(sign_in(app.test_client(), cast.ada), cast)
    sign_in(client, cast.cleo)
    assert client.post(f"{LIST}/{ref}/withdraw", data={"reason": "asked by phone"}).status_code == 303
    assert (stored(ref).stage, stored(ref).withdraw_reason) == ("withdrawn", "asked by phone")
    assert client.post(f"{LIST}/{ref}/restore").status_code == 303
    assert stored(ref).stage == "submitted"
    assert client.post(f"{LIST}/{ref}/restore").status_code == 403


def test_a_chair_gives_more_time_for_a_draft_by_its_reference(
    app: Flask, client: FlaskClient, cast: factories.Cast, clock: FixedClock
) -> None:
    ada = sign_in(app.test_client(), cast.ada)
    ref = begin(ada, cast)
    clock.advance(timedelta(days=21))
    sign_in(client, cast.cleo)
    data = {"ref": ref, "until": "2027-02-05T12:00"}
    assert client.post("/pyfest27/cfp/more-time", data={**data, "until": "soon"}).status_code == 422
    assert client.post("/pyfest27/cfp/more-time", data={**data, "until": "2027-01-01T12:00"}).status_code == 422
    assert client.post("/pyfest27/cfp/more-time", data={**data, "ref": "nope"}).status_code == 422
    assert client.post("/pyfest27/cfp/more-time", data=data).status_code == 303
    base = stored(ref).version
    answer = ada.post(page_path(ref, "edit"), data=fields(cast, action="submit", base=base))
    assert (answer.status_code, stored(ref).stage) == (303, "submitted")
    assert "5 Feb 2027, 12:00 CET" in ada.get(page_path(ref)).text


def test_an_author_answers_after_the_acceptance(client: FlaskClient, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        ref = factories.proposal(work.db, cast, outcome="accepted").ref
    sign_in(client, cast.ada)
    assert "Please say whether you will come." in client.get("/pyfest27/cfp/mine").text
    empty = client.post(page_path(ref, "decline"), data={"reason": " "})
    assert (empty.status_code, "Please say in a few words why" in empty.text) == (422, True)
    assert client.post(page_path(ref, "decline"), data={"reason": "I am ill"}).status_code == 303
    assert (stored(ref).answer, stored(ref).answer_reason) == ("declined", "I am ill")
    assert client.post(page_path(ref, "confirm")).status_code == 303
    assert (stored(ref).answer, stored(ref).answer_reason) == ("confirmed", "")


def test_an_author_withdraws_and_restores(client: FlaskClient, cast: factories.Cast, clock: FixedClock) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    draft = begin(client, cast, title="Another")
    for each, back in ((ref, "submitted"), (draft, "draft")):
        assert client.post(page_path(each, "withdraw"), data={"reason": ""}).status_code == 303
        assert client.get(page_path(each, "edit")).status_code == 403
        assert client.post(page_path(each, "restore")).status_code == 303
        assert stored(each).stage == back
    client.post(page_path(ref, "withdraw"))
    clock.advance(timedelta(days=21))
    assert client.post(page_path(ref, "restore")).status_code == 403


def test_an_undecided_proposal_looks_the_same_whatever_the_chairs_mean(
    client: FlaskClient, cast: factories.Cast
) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    assert client.post(page_path(ref, "confirm")).status_code == 403
    assert stored(ref).answer == "unanswered"


def test_the_rule_and_the_query_of_what_may_be_seen_agree(cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        for stage in STAGES:
            for outcome, answer in ((OUTCOMES[0], ANSWERS[0]), (OUTCOMES[1], ANSWERS[1])):
                for track in (*cast.tracks, None):
                    for author in (cast.ada, cast.cleo, cast.gus):
                        row = factories.proposal(
                            work.db, cast, stage=stage, outcome=outcome, answer=answer, track_id=track, author=author
                        )
                        if author == cast.ada:
                            values = {"declined_at": work.now} if track is None else {"accepted_at": None}
                            factories.authorship(work.db, row, cast.eve, position=1, **values)
    with reading(SYSTEM) as work:
        rows = work.db.scalars(select(Proposal)).all()
        facts = [facts_of(work.db, row) for row in rows]
        people = [load_actor(work.db, who) for who in (cast.ada, cast.ben, cast.cleo, cast.eve, cast.gus)]
        for actor in [*people, NOBODY, SYSTEM]:
            assert actor is not None
            by_rule = {fact.id for fact in facts if policy.can_see(actor, fact, work.now)}
            assert set(work.db.scalars(visible_proposals(actor, cast.conference))) == by_rule


def test_a_chair_makes_a_call_and_changes_it(client: FlaskClient, cast: factories.Cast) -> None:
    sign_in(client, cast.cleo)
    data = {
        "slug": "late",
        "title": "Late call",
        "text": "Quick *ones*.",
        "opens_at": "2027-01-01T00:00",
        "closes_at": "2027-02-20T23:59",
        "track": "",
        "abstract_chars_max": "500",
        "proposals_per_person_max": "2",
        "paper_pages_max": "4",
    }
    path = "/pyfest27/cfp/set-up/new"
    assert client.post(path, data={**data, "closes_at": "2026-01-01T00:00"}).status_code == 422
    assert client.post(path, data={**data, "closes_at": "tomorrow"}).status_code == 422
    assert client.post(path, data={**data, "abstract_chars_max": "many"}).status_code == 422
    assert client.post(path, data=data).status_code == 303
    assert client.post(path, data=data).status_code == 422
    page = client.get("/pyfest27/cfp/").text
    assert ("Late call" in page, "Call for talks and papers" in page) == (True, True)
    changed = {**data, "title": "Very late call", "version": "1"}
    assert client.post("/pyfest27/cfp/set-up/late", data=changed).status_code == 303
    assert client.post("/pyfest27/cfp/set-up/late", data=changed).status_code == 409
    with reading(SYSTEM) as work:
        titles_now = work.db.scalars(select(Call.title).where(Call.slug == "late")).all()
    assert titles_now == ["Very late call"]


def test_the_summary_above_a_call_says_all_that_is_missing(client: FlaskClient, cast: factories.Cast) -> None:
    answer = sign_in(client, cast.cleo).post("/pyfest27/cfp/set-up/new", data={"title": "Late call"})
    summary = BeautifulSoup(answer.text, "html.parser").select("#error-summary a")
    assert answer.status_code == 422
    assert [line.text for line in summary][:3] == [
        "Address: Give it an address.",
        "Opens: Say when it opens.",
        "Closes: Say when it closes.",
    ]


def test_only_chairs_set_up_calls(app: Flask, cast: factories.Cast) -> None:
    statuses = [
        sign_in(app.test_client(), who).get("/pyfest27/cfp/set-up/").status_code
        for who in (cast.cleo, cast.gus, cast.ben, cast.ada)
    ]
    assert statuses == [200, 403, 403, 404]


def test_a_co_author_with_an_account_has_the_proposal_among_the_own(
    app: Flask, client: FlaskClient, cast: factories.Cast
) -> None:
    more = {"row": ["me", "new1"], "row-new1-name": "Eve", "row-new1-email": "eve@nowhere.example"}
    ref = submit(sign_in(client, cast.ada), cast, **more)
    eve = sign_in(app.test_client(), cast.eve)
    page = eve.get("/pyfest27/cfp/mine").text
    link = page.split('href="/pyfest27/cfp/invitation/')[1].split('"')[0]
    assert eve.get(page_path(ref)).status_code == 404
    answer = eve.post(f"/pyfest27/cfp/invitation/{link}", data={"answer": "accept", "name": "Eve E."})
    assert answer.headers["Location"] == "/pyfest27/cfp/mine"
    assert "Engines that weave" in eve.get(page_path(ref)).text
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(Authorship).where(Authorship.account_id == cast.eve)).one()
    assert row.name == "Eve E."
    assert eve.post(page_path(ref, "authors"), data={"remove": row.ref}).status_code == 403
    assert client.post(page_path(ref, "authors"), data={"remove": row.ref}).status_code == 303
    assert eve.get(page_path(ref)).status_code == 404


def test_looking_at_an_invitation_answers_nothing(client: FlaskClient, cast: factories.Cast) -> None:
    more = {"row": ["me", "new1"], "row-new1-name": "Eve", "row-new1-email": "eve@nowhere.example"}
    submit(sign_in(client, cast.ada), cast, **more)
    for token in ("", "x", "abc-def"):
        assert client.get(f"/pyfest27/cfp/invitation/{token}").status_code == 404
    with reading(SYSTEM) as work:
        row = work.db.scalars(select(Authorship).where(Authorship.account_id.is_(None))).one()
    assert (row.accepted_at, row.declined_at) == (None, None)


def test_a_draft_of_another_conference_is_not_found(client: FlaskClient, cast: factories.Cast) -> None:
    ref = submit(sign_in(client, cast.ada), cast)
    with writing(SYSTEM) as work:
        factories.conference(work.db, "other28")
    assert client.get(f"/other28/cfp/proposals/mine/{ref}/").status_code == 404
    assert [row.stage for row in everything()] == ["submitted"]
