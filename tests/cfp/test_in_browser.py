"""The form in a real browser: offline and back, a killed page, the keyboard, no script, and axe on every page."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error
from sqlalchemy import select

from cfp.authors import UnsentForm
from cfp.invitations import invitation_token
from cfp.models import Proposal
from cfp.service import account_owner
from cfp.uploads import keep_file
from conference.actor import SYSTEM
from conference.work import reading, writing
from tests import factories
from tests.cfp.acts import everything
from tests.fixtures.live import Live
from tests.servers.chromium import Pages, awake, axe_in_both

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

NEW = "/pyfest27/cfp/calls/main/new"
OFFLINE = "ERR_INTERNET_DISCONNECTED"
WRITTEN = "Written for hours, in two lines,\n\nand about looms: " + "every thread has its place and time. " * 12


def kept() -> list[str]:
    with reading(SYSTEM) as work:
        return [row["title"][0] for row in work.db.scalars(select(UnsentForm.content))]


def complaints(pages: Pages) -> list[str]:
    """Console errors but those that the test made itself by taking the network away."""
    return [error for error in pages.errors if OFFLINE not in error]


def kill(page: "Page") -> None:
    """Ends the page's process at once: a page that is closed comes back on line for a moment, and sends."""
    with page.expect_event("crash"), pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")
    page.close()


@pytest.mark.browser
def test_what_is_typed_survives_a_killed_page_and_a_lost_network(
    live: Live, new_page: Pages, cast: factories.Cast
) -> None:
    page = new_page(base_url=live.url)
    page.goto(NEW)
    awake(page)
    page.fill("#title", "Typed online")
    page.wait_for_selector("[data-save-state][data-state=saved]")
    assert kept() == ["Typed online"]
    page.context.set_offline(True)
    page.fill("#title", "Typed offline")
    page.wait_for_selector("[data-save-state][data-state=offline]")
    kill(page)
    again = page.context.new_page()
    again.context.set_offline(False)
    again.goto(NEW)
    awake(again)
    assert again.input_value("#title") == "Typed online"
    again.click("[data-save-state] button >> nth=0")
    assert again.input_value("#title") == "Typed offline"
    again.wait_for_selector("[data-save-state][data-state=saved]")
    assert kept() == ["Typed offline"]
    assert complaints(new_page) == []


@pytest.mark.browser
def test_what_is_typed_without_a_session_is_sent_after_the_log_in(
    live: Live, new_page: Pages, cast: factories.Cast
) -> None:
    with writing(SYSTEM) as work:
        ref = factories.proposal(work.db, cast, title="Before", stage="draft").ref
    page = new_page(base_url=live.url)
    live.sign_in(page, cast.ada)
    page.goto(f"/pyfest27/cfp/proposals/mine/{ref}/edit")
    awake(page)
    page.context.clear_cookies()
    page.fill("#title", "Typed without a session")
    page.wait_for_selector("[data-save-state][data-state=signin]")
    page.context.clear_cookies()
    live.sign_in(page, cast.ada)
    page.fill("#title", "Typed after the log-in")
    page.wait_for_selector("[data-save-state][data-state=saved]")
    page.goto(f"/pyfest27/cfp/proposals/mine/{ref}/edit")
    assert page.input_value("#title") == "Typed after the log-in"
    assert [error for error in new_page.errors if "401" not in error] == []


@pytest.mark.browser
def test_a_lost_answer_and_one_that_is_late_are_no_second_window(
    live: Live, new_page: Pages, cast: factories.Cast
) -> None:
    page = new_page(360, 740, base_url=live.url, has_touch=True, is_mobile=True)
    live.sign_in(page, cast.ada)
    page.goto(NEW)
    awake(page)
    autosave = "**/cfp/calls/main/autosave"

    def lose(route: "Route") -> None:
        """The server takes it, and its answer never arrives."""
        route.fetch()
        route.abort("connectionreset")

    page.route(autosave, lose, times=1)
    with page.expect_event("requestfailed"):
        page.fill("#title", "Typed before the tunnel")
    assert kept() == ["Typed before the tunnel"]
    page.fill("#title", "Typed in the tunnel")
    page.wait_for_selector("[data-save-state][data-state=saved]")
    assert kept() == ["Typed in the tunnel"]
    page.route(autosave, lambda _route: None, times=1)
    with page.expect_request(autosave):
        page.fill("#title", "Typed at last")
    with page.expect_navigation():
        page.get_by_role("button", name="Save as a draft").tap()
    assert [row.title for row in everything()] == ["Typed at last"]
    assert kept() == []


@pytest.mark.browser
def test_a_double_click_is_one(live: Live, new_page: Pages, cast: factories.Cast) -> None:
    with writing(SYSTEM) as work:
        ref = factories.proposal(work.db, cast, outcome="accepted").ref
    page = new_page(base_url=live.url)
    live.sign_in(page, cast.ada)
    page.goto(f"/pyfest27/cfp/proposals/mine/{ref}/")
    awake(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    with page.expect_navigation():
        page.dblclick("#answer button >> nth=0")
    awake(page)
    assert (sent.count("POST"), [row.answer for row in everything()]) == (1, ["confirmed"])


@pytest.mark.browser
def test_a_form_without_script_and_without_its_token_is_sent_once_more(
    live: Live, new_page: Pages, cast: factories.Cast
) -> None:
    page = new_page(base_url=live.url, javascript=False)
    live.sign_in(page, cast.ada)
    page.goto("/account/")
    page.fill("#biography", "Written for hours,\nin two lines.")
    page.context.clear_cookies()
    with page.expect_navigation():
        page.click("form[action='/account/'] button[type=submit]")
    assert "You are signed out" in (page.text_content("h1") or "")
    assert "Written for hours,\nin two lines." in page.locator(".kept-text").all_text_contents()
    page.context.clear_cookies()
    live.sign_in(page, cast.ada)
    for _try in range(2):
        with page.expect_navigation():
            page.click("form[data-resend] button")
    assert page.input_value("#biography") == "Written for hours,\nin two lines."


@pytest.mark.browser
def test_a_proposal_is_written_and_submitted_by_keyboard_alone(
    live: Live, new_page: Pages, cast: factories.Cast
) -> None:
    page = new_page(base_url=live.url)
    live.sign_in(page, cast.ada)
    page.goto(NEW)
    awake(page)
    keys = page.keyboard
    for _step in range(80):
        keys.press("Tab")
        where = page.evaluate("document.activeElement.name + '|' + document.activeElement.value")
        name, _bar, value = where.partition("|")
        if name == "title":
            keys.type("By keyboard")
        elif name == "session_type":
            keys.press("Space")
        elif name == "track":
            keys.press("ArrowDown")
        elif name == "abstract":
            keys.type("No mouse was near.")
        elif (name, value) == ("action", "submit"):
            keys.press("Enter")
            break
    page.wait_for_url("**/cfp/proposals/mine/*/")
    assert [(row.title, row.stage) for row in everything()] == [("By keyboard", "submitted")]
    assert complaints(new_page) == []


@pytest.mark.browser
def test_a_paper_is_submitted_without_script(live: Live, new_page: Pages, cast: factories.Cast) -> None:
    from tests.cfp import pdfs

    page = new_page(base_url=live.url, javascript=False)
    live.sign_in(page, cast.ada)
    page.goto(NEW)
    page.fill("#title", "Without script")
    page.click("label[for=session_type-1]")
    page.select_option("#track", str(cast.tracks[0]))
    page.fill("#abstract", "It works **anyway**.")
    page.set_input_files("#paper", {"name": "p.pdf", "mimeType": "application/pdf", "buffer": pdfs.plain_pdf(2)})
    page.click("button[value=preview]")
    assert page.locator("#preview strong").text_content() == "anyway"
    page.set_input_files("#paper", {"name": "p.pdf", "mimeType": "application/pdf", "buffer": pdfs.plain_pdf(2)})
    with page.expect_navigation():
        page.click("button[value=submit]")
    assert "Submitted" in (page.text_content("main") or "")
    assert [(row.title, row.stage, row.kind) for row in everything()] == [("Without script", "submitted", "paper")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_any_page(live: Live, new_page: Pages, cast: factories.Cast, width: int) -> None:
    with writing(SYSTEM) as work:
        db = work.db
        rows = {
            name: factories.proposal(db, cast, title=name, **values)
            for name, values in {
                "draft": {"stage": "draft"},
                "submitted": {},
                "accepted": {"outcome": "accepted"},
                "withdrawn": {"stage": "withdrawn"},
            }.items()
        }
        mine = {name: f"/pyfest27/cfp/proposals/mine/{row.ref}/" for name, row in rows.items()}
        seen = f"/pyfest27/cfp/proposals/{rows['submitted'].ref}"
    visits: list[tuple[int | None, str]] = [(None, path) for path in ("/pyfest27/cfp/", NEW)]
    visits += [(cast.ada, path) for path in ("/pyfest27/cfp/mine", *mine.values(), f"{mine['draft']}edit")]
    visits += [(cast.ada, f"{mine['submitted']}history")]
    visits += [(cast.cleo, path) for path in ("/pyfest27/cfp/proposals", seen, "/pyfest27/cfp/set-up/")]
    visits += [(cast.cleo, path) for path in ("/pyfest27/cfp/set-up/main", "/pyfest27/cfp/proposals?q=nothing")]
    assert _looked_at(live, new_page, visits, width) == {}
    assert complaints(new_page) == []
    with reading(SYSTEM) as work:
        assert len(work.db.scalars(select(Proposal.id)).all()) == 4


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_where_people_come_seldom(
    live: Live, new_page: Pages, cast: factories.Cast, width: int
) -> None:
    text = {"title": ["Looms"], "abstract": ["How we wove."]}
    good, bad = b"title,speaker\nOne,Ada\nTwo,Zoe\n", b"title,language\nOne,klingon\n"
    with writing(SYSTEM) as work:
        row = factories.proposal(work.db, cast, title="Together")
        asked = factories.authorship(work.db, row, cast.eve, invited_at=work.now, accepted_at=None, position=1)
        invitation = invitation_token(asked.ref, work.now)
        two = UnsentForm(
            conference_id=cast.conference, call_id=cast.call, account_id=cast.ada, owner_hash=account_owner(cast.ada),
            content=text, rival={**text, "title": ["Engines"]}, version=2, saved_at=work.now,
        )  # fmt: skip
        work.db.add(two)
    files = [
        keep_file(conference_id=cast.conference, call_slug="main", file_name="talks.csv", data=data)
        for data in (good, bad)
    ]
    begin = "/pyfest27/cfp/proposals/import"
    visits = [(cast.ada, "/pyfest27/cfp/calls/main/compare"), (cast.ada, "/account/proposals"), (cast.ada, "/account/")]
    visits += [(cast.eve, f"/pyfest27/cfp/invitation/{invitation}"), (cast.cleo, "/pyfest27/cfp/set-up/new")]
    visits += [(cast.cleo, path) for path in (begin, *(f"{begin}/{token}" for token in files))]
    visits += [(cast.cleo, path) for path in ("/pyfest27/setup/team", "/pyfest27/setup/log")]
    assert _looked_at(live, new_page, visits, width) == {}
    assert complaints(new_page) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_where_a_form_is_kept(live: Live, new_page: Pages, cast: factories.Cast, width: int) -> None:
    """The page that holds what was typed: without a session, with an old token, and where a password must not stand."""
    page = new_page(width=width, base_url=live.url)
    found = {}
    for name, path, form, begin, leave in (
        ("signed out", "/account/", "[name=biography]", cast.ada, None),
        ("old token", "/account/", "[name=biography]", cast.ada, cast.ada),
        ("password", "/account/sign-in", "[name=email]", None, None),
    ):
        sign_in_as(live, page, begin)
        page.goto(path)
        page.locator(form).fill(WRITTEN)
        sign_in_as(live, page, leave)
        send_without_script(page, form)
        awake(page)
        found[name] = ([page.text_content("h1"), page.locator(".kept-text").count()], faults(page))
    assert found == {
        "signed out": (["You are signed out", 3], []),
        "old token": (["Please send it once more", 3], []),
        "password": (["Please fill it in once more", 0], []),
    }


def sign_in_as(live: Live, page: "Page", who: int | None) -> None:
    """Another session than the one before, or none: a form that is open has the token of another."""
    page.context.clear_cookies()
    if who is not None:
        live.sign_in(page, who)


def send_without_script(page: "Page", field: str) -> None:
    """Sends the form of the field as a browser does by itself, whatever the page's scripts listen to."""
    with page.expect_navigation():
        page.locator(field).evaluate("field => HTMLFormElement.prototype.submit.call(field.form)")


def _looked_at(
    live: Live, new_page: Pages, visits: Sequence[tuple[int | None, str]], width: int
) -> dict[str, list[str]]:
    """What axe, and an eye on the width, find on the pages, by address; empty when all is well."""
    page = new_page(width=width, base_url=live.url)
    found = {}
    for who, path in visits:
        if who is not None:
            live.sign_in(page, who)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        awake(page)
        found[path] = faults(page)
    return {path: problems for path, problems in found.items() if problems}


def faults(page: "Page") -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return axe_in_both(page) + (["scrolls sideways"] if wide else [])
