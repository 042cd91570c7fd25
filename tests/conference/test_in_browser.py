"""Pages of the conference in a real browser, as axe sees them and without script."""

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading, writing
from plumbing.kernel import kernel
from plumbing.outbox import Delivery
from plumbing.queue import drain
from tests.factories import Cast
from tests.fixtures.live import Live
from tests.plumbing.parts import Rang, connected
from tests.servers.chromium import awake, axe_in_both
from tests.servers.smtp import SmtpServer

if TYPE_CHECKING:
    from tests.servers.chromium import Pages

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
LETTERS = "/pyfest27/setup/letters"
LONG = "a.very.long.name.that.nobody.can.break.but.has.to.fit"


@pytest.fixture
def unsent(live: Live, cast: Cast, smtp_server: SmtpServer) -> SmtpServer:
    """One letter was refused, two wait."""
    connected(live.app, smtp=smtp_server)
    for people in (["ada"], ["ben", LONG]):
        smtp_server.refuse(554 if people == ["ada"] else 451)
        with writing(SYSTEM) as work:
            work.emit(Rang(people), conference_id=cast.conference)
        drain(kernel())
    smtp_server.accept()
    return smtp_server


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_the_letters_and_nothing_is_wider_than_the_screen(
    live: Live, new_page: "Pages", cast: Cast, unsent: SmtpServer, width: int
) -> None:
    page = new_page(width, 800)
    live.sign_in(page, cast.cleo)
    found = []
    for path in (LETTERS, "/pyfest27/setup/", "/pyfest27/decisions/"):
        page.goto(f"{live.url}{path}")
        awake(page)
        found += [f"{path} {line}" for line in axe_in_both(page)]
        if page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{path} is too wide")
    assert found == []
    assert page.locator(".reminder").count() == 1


def test_letters_are_tried_again_without_javascript(
    live: Live, new_page: "Pages", cast: Cast, unsent: SmtpServer
) -> None:
    page = new_page(javascript=False)
    live.sign_in(page, cast.cleo)
    page.goto(f"{live.url}/pyfest27/")
    with page.expect_navigation():
        page.click(".reminder a")
    for button in ("Try now", "Try again: ada@example.org"):
        with page.expect_navigation():
            page.get_by_role("button", name=button).click()
    drain(kernel())
    with reading(SYSTEM) as work:
        assert set(work.db.scalars(select(Delivery.state))) == {"sent"}
    page.reload()
    assert page.get_by_text("All letters are sent").is_visible()
