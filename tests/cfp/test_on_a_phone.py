"""On a small phone, far from the venue: words without an end, and the zone of the one who signs up."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from cfp.authors import Authorship
from cfp.invitations import invitation_token
from cfp.loading import call_rules
from cfp.models import ProposalEdit
from cfp.service import account_owner, keep_unsent
from conference.actor import SYSTEM
from conference.models import Account
from conference.work import reading, writing
from tests import factories
from tests.cfp.acts import NEW, everything
from tests.fixtures.live import Live
from tests.servers.chromium import Pages, awake

if TYPE_CHECKING:
    from playwright.sync_api import Page

WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
SHOWN_AGAIN = "() => void window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
OVER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def long_words(cast: factories.Cast) -> tuple[str, str]:
    """A proposal of Ada with a co-author, a history and a second text; its reference and the co-author's token."""
    with writing(SYSTEM) as work:
        db = work.db
        row = factories.proposal(db, cast, title=WORD, abstract=WORD, notes=WORD, withdraw_reason=WORD, edit=1)
        texts = {"title": WORD, "abstract": WORD, "notes": WORD, "type": WORD, "track": WORD}
        db.add(ProposalEdit(conference_id=cast.conference, proposal_id=row.id, number=1, at=work.now, content=texts))
        owner = db.scalars(select(Authorship).where(Authorship.proposal_id == row.id)).one()
        owner.name, owner.affiliation, owner.biography = WORD[:120], WORD, WORD
        address = {"account_id": None, "email": f"{WORD[:60]}@looms.example", "name": WORD[:120]}
        waiting = {"is_owner": False, "accepted_at": None, "invited_at": work.now}
        invited = factories.authorship(db, row, cast.eve, position=1)
        for name, value in {**address, **waiting}.items():
            setattr(invited, name, value)
        call = call_rules(db, cast.conference, call_id=cast.call)
        raw = {"title": [f"{WORD} again"], "abstract": [WORD], "conflicts": [WORD], "row": [invited.ref, owner.ref]}
        keep_unsent(
            work,
            owner=account_owner(cast.ada),
            call=call,
            raw=raw,
            version=None,
            proposal_id=row.id,
            base_version=row.version,
        )
        return row.ref, invitation_token(invited.ref, work.now)


def too_wide(page: "Page", paths: list[str]) -> dict[str, int]:
    """By how many pixels, of the pages that are."""
    found = {}
    for path in paths:
        answer = page.goto(path)
        awake(page)
        assert (path, answer.status if answer else None) == (path, 200)
        found[path] = page.evaluate(OVER)
    return {path: pixels for path, pixels in found.items() if pixels > 0}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
def test_a_word_without_an_end_makes_no_page_wider_than_a_phone(
    live: Live, new_page: Pages, cast: factories.Cast
) -> None:
    ref, token = long_words(cast)
    mine = f"/pyfest27/cfp/proposals/mine/{ref}/"
    page = new_page(320, 640, base_url=live.url)
    live.sign_in(page, cast.ada)
    own = [mine, f"{mine}edit", f"{mine}history", f"{mine}compare", "/pyfest27/cfp/mine", "/account/proposals"]
    assert too_wide(page, [*own, f"/pyfest27/cfp/invitation/{token}"]) == {}
    live.sign_in(page, cast.cleo)
    assert too_wide(page, ["/pyfest27/cfp/proposals", f"/pyfest27/cfp/proposals/{ref}"]) == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
def test_a_new_account_lives_in_the_zone_of_its_browser(live: Live, new_page: Pages, cast: factories.Cast) -> None:
    page = new_page(360, 740, base_url=live.url, timezone="America/New_York")
    page.goto("/account/sign-up")
    awake(page)
    for name, typed in {"name": "Fay New", "email": "fay@new.example", "password": "a long enough one"}.items():
        page.fill(f"#{name}", typed)
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    with reading(SYSTEM) as work:
        zone = work.db.scalars(select(Account.zone).where(Account.email == "fay@new.example")).all()
    assert zone == ["America/New_York"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
def test_a_file_that_is_too_large_does_not_travel(
    live: Live, new_page: Pages, cast: factories.Cast, tmp_path: Path
) -> None:
    large = tmp_path / "looms.pdf"
    large.write_bytes(b"%PDF-1.7" + bytes(15_000_000))
    page = new_page(360, 740, base_url=live.url)
    live.sign_in(page, cast.ada)
    page.goto(NEW)
    awake(page)
    page.press(f"[name=session_type][value='{cast.paper_type}']", "Space")
    page.set_input_files("#paper", large)
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.is_navigation_request() else None)
    page.get_by_role("button", name="Save as a draft").click()
    page.wait_for_function("document.activeElement.id === 'paper'")
    assert "too large" in (page.text_content(".file-state") or "")
    page.press(f"[name=session_type][value='{cast.talk_type}']", "Space")
    page.set_input_files("#paper", [])
    with page.expect_navigation():
        page.get_by_role("button", name="Save as a draft").click()
    assert [url.removeprefix(live.url) for url in posted][:1] == [NEW]
    assert len(everything()) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
def test_a_page_that_the_browser_shows_again_is_written_on_or_fetched(
    live: Live, new_page: Pages, cast: factories.Cast
) -> None:
    page = new_page(360, 740, base_url=live.url)
    live.sign_in(page, cast.ada)
    page.goto(NEW)
    awake(page)
    page.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")
    page.fill("#title", "Sent in a tunnel")
    page.get_by_role("button", name="Save as a draft").click()
    page.evaluate(SHOWN_AGAIN)
    page.wait_for_selector("[data-save-state][data-state=saved]")
    page.get_by_role("button", name="Save as a draft").click()
    page.evaluate("sessionStorage.clear()")
    with page.expect_navigation():
        page.evaluate(SHOWN_AGAIN)
    assert page.input_value("#title") == "Sent in a tunnel"
