"""The whole way by hand in a real browser: from a stranger's first letter to the printed programme.

The keyboard alone writes the proposal, reviews and schedules; a second reviewer has no JavaScript. axe looks at every
page that is met, in light and in dark.
"""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

import pikepdf
import pytest
from sqlalchemy import select

from cfp.models import Proposal
from conference.actor import SYSTEM
from conference.work import reading
from plumbing.clock import FixedClock
from plumbing.kernel import kernel
from plumbing.outbox import Delivery
from plumbing.queue import drain
from reviews.models import Review
from tests import factories
from tests.fixtures.live import Live
from tests.servers.chromium import Pages, awake, axe_in_both, reach

if TYPE_CHECKING:
    from playwright.sync_api import Page

TITLE = "What our payroll migration taught us"
ABSTRACT = "Twelve plants, one ledger: what we tried, what failed, and the order that worked in the end. " * 2 + "Come."

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1_800)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_first_letter_to_the_printed_programme(
    live: Live, cast: factories.Cast, new_page: Pages, clock: FixedClock
) -> None:
    author = new_page(width=360, height=780)
    ref = write_and_submit(author, live)
    chair = new_page()
    live.sign_in(chair, cast.cleo)
    assign(chair, live)
    review_by_keyboard(new_page, live, cast.ben, ref)
    review_without_script(new_page, live, cast.dan, ref)
    decide_and_tell(chair, live)
    confirm(author, live, ref)
    clock.advance(timedelta(hours=1))
    schedule_by_keyboard(chair, live)
    release(chair, live)
    read_agenda(new_page, live, ref)
    print_programme(chair, new_page, live)
    assert new_page.errors == []


def look(page: "Page") -> None:
    """axe finds nothing on the page as it stands, in light and in dark, and nothing hangs over the side."""
    awake(page)
    assert axe_in_both(page) == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url


def mailed_link(recipient: str, path: str) -> str:
    """The newest link of this kind in a letter to the address."""
    drain(kernel())
    with reading(SYSTEM) as work:
        rows = work.db.scalars(select(Delivery.message).where(Delivery.recipient == recipient).order_by(Delivery.id))
        texts = [message_from_bytes(row, policy=default).get_body(("plain",)).get_content() for row in rows]  # type: ignore[union-attr]
    found = re.findall(re.escape(path) + r"[\w-]{20,}", "\n".join(texts))
    return found[-1]


def letters_to(recipient: str) -> list[str]:
    drain(kernel())
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Delivery.kind).where(Delivery.recipient == recipient).order_by(Delivery.id)))


def follow(page: "Page", act: Callable[[], object]) -> None:
    """Does something that leads to another page (or the same one anew), and waits until it is there."""
    with page.expect_navigation():
        act()


def write_and_submit(page: "Page", live: Live) -> str:
    page.goto(live.url + "/pyfest27/")
    look(page)
    page.goto(live.url + "/pyfest27/cfp/")
    look(page)
    page.goto(live.url + "/pyfest27/cfp/calls/main/new")
    look(page)
    reach(page, "[name=title]")
    page.keyboard.type(TITLE)
    reach(page, "[name=abstract]")
    page.keyboard.type(ABSTRACT)
    page.wait_for_selector("[data-save-state][data-state=saved]")
    page.reload()
    awake(page)
    assert (page.input_value("[name=title]"), page.input_value("[name=abstract]")) == (TITLE, ABSTRACT)
    reach(page, "[name=name]")
    page.keyboard.type("Fay Newcomer")
    reach(page, "button[name=action][value=save]:not([aria-hidden])")
    follow(page, lambda: page.keyboard.press("Enter"))
    sign_up(page, live)
    page.goto(live.url + "/pyfest27/cfp/calls/main/go-on")
    look(page)
    assert page.input_value("[name=title]") == TITLE
    for radio in ("session_type", "presenter_kind"):
        if page.locator(f"[name={radio}]:checked").count() == 0:
            reach(page, f"[name={radio}]")
            page.keyboard.press("Space")
    reach(page, "[name=track]")
    page.keyboard.press("ArrowDown")
    reach(page, "button[name=action][value=submit]")
    follow(page, lambda: page.keyboard.press("Enter"))
    look(page)
    page.goto(live.url + "/pyfest27/cfp/mine")
    look(page)
    with reading(SYSTEM) as work:
        row = work.db.execute(select(Proposal.ref, Proposal.stage, Proposal.abstract)).one()
    assert (row.stage, row.abstract) == ("submitted", ABSTRACT)
    return str(row.ref)


def sign_up(page: "Page", live: Live) -> None:
    """Signs up from the page that saving led to, and confirms the address by the mailed link."""
    look(page)
    if page.locator("[name=name]").count() == 0:
        follow(page, page.locator("a[href*='/account/sign-up']").first.click)
        look(page)
    page.fill("[name=name]", "Fay Newcomer")
    page.fill("[name=email]", "fay@newcomer.example")
    page.fill("[name=password]", "a long enough phrase")
    follow(page, page.locator("main button[type=submit]").click)
    look(page)
    page.goto(live.url + mailed_link("fay@newcomer.example", "/account/confirm/"))
    look(page)
    follow(page, page.locator("main form button").click)


def assign(page: "Page", live: Live) -> None:
    for path in ("committee/", "committee/reviewers", "committee/assignment"):
        page.goto(f"{live.url}/pyfest27/{path}")
        look(page)
    follow(page, page.locator("main form button[type=submit]").last.click)
    drain(kernel())
    page.goto(live.url + "/pyfest27/committee/assignment")
    follow(page, page.locator("main a[href*='/committee/assignment/']:not([href*='jobs'])").first.click)
    look(page)
    press_and_agree(page, "main form[action$='/apply'] button")
    assert "review.assigned" in "".join(letters_to("ben@mit.example")).replace("reviews.", "review.")


def press_and_agree(page: "Page", selector: str) -> None:
    """Presses a button that asks first (or not), and says yes."""
    button = page.locator(selector).first
    if button.get_attribute("data-confirm") or button.locator("xpath=ancestor::form[@data-confirm]").count():
        button.click()
        follow(page, page.locator("dialog[open] button[data-yes], dialog[open] .button--primary").first.click)
    else:
        follow(page, button.click)


def review_by_keyboard(new_page: Pages, live: Live, reviewer: int, ref: str) -> None:
    page = new_page()
    live.sign_in(page, reviewer)
    page.goto(live.url + "/pyfest27/reviews/")
    look(page)
    page.goto(f"{live.url}/pyfest27/reviews/{ref}/")
    look(page)
    assert "Fay" not in page.content()
    for _ in range(3):
        page.keyboard.press("4")
    page.keyboard.press("t")
    page.keyboard.type("Clear and honest. Say more about the order of the plants.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(lambda url: not url.endswith(f"/{ref}/"))
    look(page)


def review_without_script(new_page: Pages, live: Live, reviewer: int, ref: str) -> None:
    path = f"/pyfest27/reviews/{ref}/"
    look_without_script(new_page, live, reviewer, path)
    page = new_page(javascript=False)
    live.sign_in(page, reviewer)
    page.goto(live.url + path)
    for name in radio_names(page):
        page.locator(f"input[type=radio][name='{name}']").nth(2).check(force=True)
    page.fill("textarea[name=text]", "Good for beginners.")
    follow(page, page.locator("button[name=go][value=stay]").click)
    page.goto(live.url + path)
    look_without_script(new_page, live, reviewer, path)
    assert page.input_value("textarea[name=text]") == "Good for beginners."
    assert reviews() == ["submitted", "submitted"]


def look_without_script(new_page: Pages, live: Live, reviewer: int, path: str) -> None:
    """As ``look``, on the page as it stands without its scripts; they come empty, as axe itself needs to run."""
    page = new_page()
    live.sign_in(page, reviewer)
    page.route("**/*.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.goto(live.url + path)
    assert page.locator("html[data-enhanced]").count() == 0
    assert axe_in_both(page) == [], page.url
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), page.url


def reviews() -> list[str]:
    with reading(SYSTEM) as work:
        return list(work.db.scalars(select(Review.state)))


def radio_names(page: "Page") -> list[str]:
    radios = page.locator("form.review-form input[type=radio]")
    names = [radios.nth(number).get_attribute("name") or "" for number in range(radios.count())]
    return list(dict.fromkeys(names))


def decide_and_tell(page: "Page", live: Live) -> None:
    page.goto(live.url + "/pyfest27/committee/progress")
    look(page)
    page.goto(live.url + "/pyfest27/decisions/")
    look(page)
    page.locator("button[name=verdict][value=accept]").first.click()
    page.wait_for_selector("button[name=verdict][value=accept][aria-pressed=true]")
    assert "decision.accepted" not in letters_to("fay@newcomer.example")
    page.goto(live.url + "/pyfest27/decisions/release")
    look(page)
    follow(page, page.locator("main form button[type=submit]").last.click)
    look(page)
    assert TITLE in page.content()
    before = len(letters_to("fay@newcomer.example"))
    press_and_agree(page, "form[action$='/release/now'] button, form.inline-form button[data-confirm]")
    assert len(letters_to("fay@newcomer.example")) == before + 1


def confirm(page: "Page", live: Live, ref: str) -> None:
    page.goto(f"{live.url}/pyfest27/cfp/proposals/mine/{ref}/")
    look(page)
    press_and_agree(page, "form[action$='/confirm'] button")
    with reading(SYSTEM) as work:
        row = work.db.execute(select(Proposal.outcome, Proposal.answer).where(Proposal.ref == ref)).one()
    assert tuple(row) == ("accepted", "confirmed")


def schedule_by_keyboard(page: "Page", live: Live) -> None:
    page.goto(live.url + "/pyfest27/schedule/days")
    look(page)
    page.fill("[name=date]", "2027-03-27")
    page.fill("[name=starts]", "09:00")
    page.fill("[name=ends]", "18:00")
    follow(page, page.locator("main form button[type=submit]").last.click)
    page.goto(live.url + "/pyfest27/schedule/")
    look(page)
    block = page.locator(f".talk-card:has-text('{TITLE}')").first.get_attribute("data-block")
    reach(page, f'.talk-card[data-block="{block}"]')
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".schedule-grid .talk-card:has-text('{TITLE}')")
    page.wait_for_selector("#plan:not([aria-busy])")
    look(page)
    assert page.locator(f".schedule-grid .talk-card:has-text('{TITLE}')").count() == 1


def release(page: "Page", live: Live) -> None:
    page.goto(live.url + "/pyfest27/schedule/release")
    look(page)
    page.fill("[name=name]", "First plan")
    press_and_agree(page, "main form button[type=submit] >> nth=-1")
    page.goto(live.url + "/pyfest27/schedule/releases")
    look(page)
    assert "First plan" in page.content()
    assert [kind for kind in letters_to("fay@newcomer.example") if "slot" in kind] != []


def read_agenda(new_page: Pages, live: Live, ref: str) -> None:
    for width in (360, 1280):
        page = new_page(width=width, height=800)
        for path in ("", "?view=list", f"talks/{ref}", "speakers", "changes"):
            answer = page.goto(f"{live.url}/pyfest27/agenda/{path}")
            assert answer is not None and answer.status == 200, path
            look(page)
        page.goto(f"{live.url}/pyfest27/agenda/talks/{ref}")
        assert "Fay Newcomer" in page.content()


def print_programme(chair: "Page", new_page: Pages, live: Live) -> None:
    chair.goto(live.url + "/pyfest27/schedule/programmes")
    look(chair)
    follow(chair, chair.locator("main form button[type=submit]").last.click)
    drain(kernel())
    chair.goto(live.url + "/pyfest27/schedule/programmes")
    look(chair)
    visitor = new_page()
    visitor.goto(live.url + "/pyfest27/agenda/")
    href = visitor.locator("a[href$='.pdf']").first.get_attribute("href")
    assert href is not None
    answer = visitor.request.get(live.url + href)
    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.body())) as pdf:
        assert len(pdf.pages) >= 4
