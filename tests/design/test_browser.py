"""The style guide in a real browser: accessibility, width, and what each script does."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string, request
from playwright.sync_api import Page

from tests.design.render import bare_app, served
from tests.servers.chromium import Pages, awake, axe_in_both

ERRORS = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)
FIRST_VIEW_BYTES_MAX = 100_000
TARGET_PIXELS = 24
FORM = """{% extends "base.html" %}{% from "_macros/forms.html" import csrf, plain_textarea, plain_checkbox, save_state,
autosave_attrs, submit_row %}{% from "_macros/ui.html" import post_button, dialog, dialog_opener %}
{% block content %}<form method="post" action="/send" id="form" {{ autosave_attrs("/autosave", "one") }}>
{{ csrf() }}<input type="hidden" name="version" value="1">{{ save_state() }}
{{ plain_textarea("words", "Words", counter=20) }}{{ plain_checkbox("agreed", "Agreed") }}
{{ submit_row("Send") }}</form>
{{ post_button("Delete 3", "/delete", kind="danger", confirm="Delete 3 drafts?") }}{{ dialog_opener("Open", "more") }}
{% call dialog("more", "More") %}<p>Inside</p>{% endcall %}<a href="/sent" data-shortcut="j">Next one</a>
<time datetime="2027-05-03T09:00-07:00" data-localtime
data-localtime-text="{time} your time">9:00</time>{% endblock %}"""


class Answers:
    """What the server of the test says to an autosave, and what it got."""

    def __init__(self) -> None:
        self.status = 200
        self.saved: list[tuple[str, str]] = []
        self.deleted = 0


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def address(answers: Answers) -> Iterator[str]:
    """Of a server of this test alone: what a closed page sends last reaches no other one."""
    app = bare_app()
    _add_form(app, answers)
    with served(app) as url:
        yield url


def _add_form(app: Flask, answers: Answers) -> None:
    def autosave() -> tuple[dict[str, int], int]:
        if answers.status == 200:
            answers.saved.append((request.form["words"], request.headers["X-CSRFToken"]))
        return {"version": 7}, answers.status

    def delete() -> str:
        answers.deleted += 1
        return "deleted"

    def page(text: str) -> str:
        return render_template_string('{% extends "base.html" %}{% block content %}' + text + "{% endblock %}")

    app.add_url_rule("/form", "form", lambda: render_template_string(FORM))
    app.add_url_rule("/autosave", "autosave", autosave, methods=["POST"])
    app.add_url_rule("/delete", "delete", delete, methods=["POST"])
    app.add_url_rule("/send", "send", lambda: page("<p>Thank you</p>"), methods=["POST"])
    app.add_url_rule("/sent", "sent", lambda: page("<p>Next</p>"))


@pytest.mark.parametrize("width", [360, 1280])
def test_the_style_guide_is_accessible(new_page: Pages, address: str, width: int) -> None:
    page = new_page(width)
    page.goto(f"{address}/styleguide")
    awake(page)
    assert axe_in_both(page) == []
    assert new_page.errors == []


@pytest.mark.parametrize("status", ERRORS)
def test_error_pages_are_accessible_and_name_the_request(new_page: Pages, address: str, status: int) -> None:
    page = new_page(360)
    page.goto(f"{address}/error/{status}")
    awake(page)
    assert page.get_by_text("k3f9a2").count() == 1
    assert axe_in_both(page) == []


@pytest.mark.parametrize("path", ["/styleguide", "/error/404"])
def test_nothing_is_wider_than_a_small_phone(new_page: Pages, address: str, path: str) -> None:
    page = new_page(320)
    page.goto(address + path)
    awake(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_targets_are_large_enough(new_page: Pages, address: str) -> None:
    page = new_page(360)
    page.goto(f"{address}/styleguide")
    awake(page)
    small = page.evaluate(
        """least => [...document.querySelectorAll('button, summary, select, input:not([type=hidden]), .button, nav a')]
            .filter(e => e.checkVisibility() && !e.closest('.visually-hidden, .breadcrumbs'))
            .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect().width, e.getBoundingClientRect().height])
            .filter(([, width, height]) => width < least || height < least)""",
        TARGET_PIXELS,
    )
    assert small == []


def test_a_first_view_is_light(new_page: Pages, address: str) -> None:
    import gzip

    page = new_page()
    bodies: list[int] = []

    def weigh(response: object) -> None:
        body = response.body()  # type: ignore[attr-defined]
        is_packed = response.url.split("?")[0].endswith("woff2")  # type: ignore[attr-defined]
        bodies.append(len(body) if is_packed else len(gzip.compress(body)))

    page.on("response", weigh)
    page.goto(f"{address}/error/404", wait_until="networkidle")
    assert len(bodies) > 10
    assert sum(bodies) < FIRST_VIEW_BYTES_MAX


def test_the_font_is_fetched_once(new_page: Pages, address: str) -> None:
    page = new_page()
    fonts: list[str] = []
    page.on("request", lambda asked: fonts.append(asked.url) if "woff2" in asked.url else None)
    page.goto(f"{address}/error/404", wait_until="networkidle")
    assert [url.rpartition("/")[2] for url in fonts] == ["instrument-sans-latin-wght-normal.woff2"]


def _form(new_page: Pages, address: str, **options: object) -> Page:
    page = new_page(**options)  # type: ignore[arg-type]
    page.goto(f"{address}/form")
    if options.get("javascript", True):
        awake(page)
    return page


def test_what_is_typed_is_saved_with_the_token(new_page: Pages, address: str, answers: Answers) -> None:
    page = _form(new_page, address)
    page.get_by_label("Words").fill("Grüße")
    page.get_by_text("Saved", exact=False).wait_for()
    assert answers.saved == [("Grüße", "token")]
    assert page.locator("[name=version]").input_value() == "7"
    assert page.evaluate("localStorage.getItem('rostrum:one')") is None


def test_text_survives_a_crash_and_can_be_restored(new_page: Pages, address: str, answers: Answers) -> None:
    answers.status = 503
    page = _form(new_page, address)
    page.get_by_label("Words").fill("not lost")
    page.get_by_label("Agreed").check()
    page.get_by_text("Not saved yet; trying again").wait_for()
    page.reload()
    awake(page)
    assert page.get_by_label("Words").input_value() == ""
    answers.status = 200
    page.get_by_role("button", name="Restore it").click()
    assert page.get_by_label("Words").input_value() == "not lost"
    assert page.get_by_label("Agreed").is_checked()
    page.locator("[data-state=saved]").wait_for()
    assert answers.saved == [("not lost", "token")]


def test_a_lost_session_keeps_the_text_and_offers_to_sign_in(new_page: Pages, address: str, answers: Answers) -> None:
    answers.status = 401
    page = _form(new_page, address)
    page.get_by_label("Words").fill("kept")
    page.locator("[data-state=signin]").wait_for()
    assert page.locator("[data-save-state] a").get_attribute("href") == "/sign-in"
    assert "kept" in page.evaluate("localStorage.getItem('rostrum:one')")


def test_a_second_window_is_told_of_the_conflict(new_page: Pages, address: str, answers: Answers) -> None:
    answers.status = 409
    page = _form(new_page, address)
    page.get_by_label("Words").fill("mine")
    page.locator("[data-state=conflict]").wait_for()
    assert page.get_by_label("Words").input_value() == "mine"


def test_offline_text_is_sent_when_the_line_is_back(new_page: Pages, address: str, answers: Answers) -> None:
    page = _form(new_page, address)
    page.context.set_offline(True)
    page.get_by_label("Words").fill("from the train")
    page.locator("[data-state=offline]").wait_for()
    page.context.set_offline(False)
    page.locator("[data-state=saved]").wait_for()
    assert answers.saved == [("from the train", "token")]


def test_the_copy_is_dropped_after_a_submit_that_arrived(new_page: Pages, address: str, answers: Answers) -> None:
    answers.status = 503
    page = _form(new_page, address)
    page.get_by_label("Words").fill("sent by hand")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Thank you").wait_for()
    awake(page)
    assert page.evaluate("localStorage.getItem('rostrum:one')") is None


def test_the_counter_counts_and_never_cuts(new_page: Pages, address: str) -> None:
    page = _form(new_page, address)
    page.get_by_label("Words").fill("x" * 23)
    assert page.locator("#f-words-count").inner_text() == "3 too many"
    assert len(page.get_by_label("Words").input_value()) == 23


def test_a_destructive_button_asks_first(new_page: Pages, address: str, answers: Answers) -> None:
    page = _form(new_page, address)
    page.get_by_role("button", name="Delete 3").click()
    page.get_by_role("dialog").get_by_text("Delete 3 drafts?").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert answers.deleted == 0
    page.get_by_role("button", name="Delete 3").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 3").click()
    page.get_by_text("deleted").wait_for()
    assert answers.deleted == 1


def test_keys_follow_links_but_not_while_typing(new_page: Pages, address: str) -> None:
    page = _form(new_page, address)
    page.get_by_label("Words").press("j")
    assert page.url.endswith("/form")
    page.keyboard.press("Escape")
    page.get_by_label("Words").blur()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").get_by_text("Next one").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_url("**/sent")


def test_dialogs_open_with_and_without_scripts(new_page: Pages, address: str) -> None:
    for javascript in (True, False):
        page = _form(new_page, address, javascript=javascript)
        assert not page.get_by_text("Inside").is_visible()
        page.get_by_role("link", name="Open", exact=True).click()
        page.get_by_text("Inside").wait_for()
        page.get_by_role("link", name="Close").click()
        page.get_by_text("Inside").wait_for(state="hidden")


def test_the_own_time_is_shown_when_the_clocks_differ(new_page: Pages, address: str) -> None:
    page = _form(new_page, address, timezone="Europe/Rome")
    assert "18:00" in page.locator(".when__own").inner_text()
    away = _form(new_page, address, timezone="America/Los_Angeles")
    assert away.locator(".when__own").count() == 0


def test_items_move_by_keyboard_and_carry_their_order(new_page: Pages, address: str) -> None:
    page = new_page()
    page.goto(f"{address}/styleguide")
    awake(page)
    page.get_by_role("button", name="Move down: Ada Lovelace").press("Enter")
    order = page.locator("input[name=author]").evaluate_all("found => found.map(input => input.value)")
    assert order == ["2", "1", "3"]
    assert page.get_by_text("Ada Lovelace is now number 2 of 3").count() == 1


def test_a_theme_is_remembered(new_page: Pages, address: str) -> None:
    page = new_page()
    page.goto(f"{address}/error/404")
    awake(page)
    page.get_by_label("Appearance").select_option("dark")
    page.reload()
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_bulk_boxes_are_counted(new_page: Pages, address: str) -> None:
    page = new_page()
    page.goto(f"{address}/styleguide")
    awake(page)
    page.get_by_label("Choose all").check()
    assert page.locator("[data-select-count]").inner_text() == "12"


def test_headers_of_a_grid_stay_in_sight(new_page: Pages, address: str) -> None:
    page = new_page(700, 500)
    page.goto(f"{address}/styleguide")
    awake(page)
    box = page.locator(".schedule-scroll").first
    box.evaluate("box => { box.scrollIntoView(); box.scrollTo(120, 300); }")
    top, left = box.evaluate("box => [box.getBoundingClientRect().top, box.getBoundingClientRect().left]")
    room = page.locator(".schedule-grid__room").first.evaluate("e => e.getBoundingClientRect().top")
    time = page.locator(".schedule-grid__time").nth(4).evaluate("e => e.getBoundingClientRect().left")
    assert (round(room - top), round(time - left)) == (1, 1)
