"""The editor and the agenda in a real browser: drag, keyboard, undo, several chairs, no script, axe."""

import re
from datetime import timedelta

import pytest

from conference.actor import SYSTEM
from conference.models import Room
from conference.work import writing
from schedule.service import places
from schedule.service.places import Place, Seen
from tests.schedule.stage import SATURDAY
from tests.servers.chromium import awake, axe_in_both, reach

EDITOR = "/pyfest27/schedule/"
CARD = '.talk-card[data-block="{}"]'


@pytest.fixture
def editor(stage, live, new_page):
    def open_page(address=EDITOR, account=stage.cast.cleo, **options):
        page = new_page(**options)
        if account is not None:
            live.sign_in(page, account)
        page.goto(live.url + address)
        if options.get("javascript", True):
            awake(page)
        return page

    return open_page


def cell(page, column, hours):
    """The middle of the first row of this time in this room, on the screen."""
    row = int(hours * 12) + 1
    mark = page.evaluate(
        """([column, row]) => {
          const head = document.querySelector(`.schedule-grid__room[data-col="${column}"]`).getBoundingClientRect();
          const rules = [...document.querySelectorAll('.schedule-grid__rule')];
          const [first, last] = [rules[0], rules[rules.length - 1]];
          const top = first.getBoundingClientRect().top;
          const step = (last.getBoundingClientRect().top - top) / (last.dataset.row - first.dataset.row);
          return [head.left + head.width / 2, top + (row - first.dataset.row + 0.5) * step];
        }""",
        [column, row],
    )
    return mark


def drag(page, selector, target):
    card = page.locator(selector)
    card.scroll_into_view_if_needed()
    box = card.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 6
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8, steps=2)
    page.mouse.move(*target, steps=8)
    page.wait_for_selector(".plan-fit, [data-unscheduled].is-drop-target")
    page.mouse.move(target[0], target[1] + 2)
    page.mouse.up()


def place_of(stage, talk):
    return next((slot.room_id, slot.begin) for slot in stage.plan().live if slot.talk_id == talk)


def settled(page, selector):
    page.wait_for_selector(selector)
    page.wait_for_selector("#plan:not([aria-busy])")


def test_a_talk_is_dragged_into_the_plan_moved_undone_and_dragged_out(stage, editor, new_page):
    page = editor()
    x, y = cell(page, 1, 1)
    drag(page, CARD.format(f"t{stage.talks[0]}"), (x, y + 8))
    settled(page, ".schedule-grid .talk-card")
    assert place_of(stage, stage.talks[0]) == (stage.aula, SATURDAY + timedelta(hours=1))
    x, y = cell(page, 2, 2)
    drag(page, ".schedule-grid .talk-card", (x, y + 6))
    settled(page, '.schedule-grid .talk-card[data-col="2"]')
    assert place_of(stage, stage.talks[0]) == (stage.lab, SATURDAY + timedelta(hours=2))
    page.keyboard.press("Control+z")
    settled(page, '.schedule-grid .talk-card[data-col="1"]')
    assert place_of(stage, stage.talks[0]) == (stage.aula, SATURDAY + timedelta(hours=1))
    box = page.locator("[data-unscheduled]").bounding_box()
    drag(page, ".schedule-grid .talk-card", (box["x"] + 40, box["y"] + 40))
    settled(page, f".unscheduled {CARD.format(1)}, .unscheduled {CARD.format(f't{stage.talks[0]}')}")
    assert stage.plan().live == ()
    assert new_page.errors == []


def test_the_keyboard_alone_places_moves_leaves_and_undoes(stage, editor, new_page):
    page = editor()
    reach(page, CARD.format(f"t{stage.talks[0]}"))
    page.keyboard.press("Enter")
    page.wait_for_selector(".plan-ghost")
    start = int(page.locator(".plan-ghost").get_attribute("data-row"))
    assert "picked up" in page.locator("#plan-says").text_content()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.wait_for_selector(".plan-fit")
    page.keyboard.press("ArrowDown")
    assert "Lab: fits" in page.locator("#plan-says").text_content()
    page.keyboard.press("Enter")
    settled(page, ".schedule-grid .talk-card")
    expected = SATURDAY + timedelta(minutes=5 * (start + 7))
    assert place_of(stage, stage.talks[0]) == (stage.lab, expected)
    # The focus stays on the talk, so that it can go on moving.
    assert "Accepted 0" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert "stays where it was" in page.locator("#plan-says").text_content()
    assert place_of(stage, stage.talks[0]) == (stage.lab, expected)
    page.keyboard.press("Delete")
    settled(page, ".unscheduled .talk-card >> nth=2")
    assert stage.plan().live == ()
    page.keyboard.press("Control+z")
    settled(page, ".schedule-grid .talk-card")
    assert place_of(stage, stage.talks[0]) == (stage.lab, expected)
    page.keyboard.press("Control+z")
    page.wait_for_selector(".schedule-grid .talk-card", state="detached")
    assert new_page.errors == []


def test_by_key_two_talks_are_swapped_that_have_others_between_them(stage, editor):
    one, between, other = (
        stage.place(talk, stage.aula, hours) for talk, hours in zip(stage.talks, (0, 1, 2), strict=True)
    )
    page = editor()
    reach(page, CARD.format(one))
    page.keyboard.press("x")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(f"{CARD.format(between)}:focus")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector(f"{CARD.format(other)}:focus")
    page.keyboard.press("Enter")
    settled(page, f'{CARD.format(one)}[data-row="25"]')
    assert place_of(stage, stage.talks[0]) == (stage.aula, SATURDAY + timedelta(hours=2))
    assert place_of(stage, stage.talks[1]) == (stage.aula, SATURDAY + timedelta(hours=1))
    assert place_of(stage, stage.talks[2]) == (stage.aula, SATURDAY)


def test_a_click_on_its_title_chooses_the_talk_to_swap_with_and_leads_nowhere(stage, editor):
    one, other = stage.place(stage.talks[0]), stage.place(stage.talks[1], stage.lab, 2)
    page = editor()
    page.locator(CARD.format(one)).focus()
    page.click("[data-do=swap]")
    page.click(f"{CARD.format(other)} a")
    settled(page, f'{CARD.format(one)}[data-col="2"]')
    assert page.url.endswith(EDITOR)
    assert place_of(stage, stage.talks[0]) == (stage.lab, SATURDAY + timedelta(hours=2))
    assert place_of(stage, stage.talks[1]) == (stage.aula, SATURDAY)


def test_a_break_of_all_rooms_stays_in_all_of_them_when_it_is_moved(stage, editor):
    place = Place(None, SATURDAY + timedelta(hours=3), 30)
    with writing(SYSTEM) as work:
        lunch = places.add_block(work, conference_id=stage.where, kind="break", title="Lunch", place=place)
    page = editor()
    x, y = cell(page, 2, 1)
    drag(page, CARD.format(lunch), (x, y + 8))
    settled(page, f'{CARD.format(lunch)}[data-row="13"]')
    page.locator(CARD.format(lunch)).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    assert "All rooms" in page.locator("#plan-says").text_content()
    page.keyboard.press("Enter")
    settled(page, f'{CARD.format(lunch)}[data-row="14"]')
    (slot,) = stage.plan().live
    assert (slot.room_id, slot.begin) == (None, SATURDAY + timedelta(minutes=65))


def test_another_chairs_move_appears_and_a_stale_drop_overwrites_nothing(stage, editor):
    number = stage.place(stage.talks[0])
    page = editor()
    news = "**" + page.locator("#plan").get_attribute("data-version-url")
    # It looks every few seconds, and must not have looked before the drop.
    page.route(news, lambda route: route.abort())
    page.reload()
    awake(page)
    with writing(SYSTEM) as work:
        place = Place(stage.lab, SATURDAY + timedelta(hours=3))
        places.move_slot(work, conference_id=stage.where, seen=Seen(number), place=place)
    x, y = cell(page, 1, 5)
    drag(page, CARD.format(number), (x, y + 6))
    page.wait_for_selector(".notice >> text=Somebody has changed")
    settled(page, f'{CARD.format(number)}[data-col="2"]')
    assert place_of(stage, stage.talks[0]) == (stage.lab, SATURDAY + timedelta(hours=3))
    page.unroute(news)
    with writing(SYSTEM) as work:
        place = Place(stage.aula, SATURDAY + timedelta(hours=6))
        places.move_slot(work, conference_id=stage.where, seen=Seen(number), place=place)
    page.wait_for_selector(f'{CARD.format(number)}[data-col="1"][data-row="73"]')


def test_a_room_that_another_chair_renames_gets_its_new_name_in_open_editors(stage, editor):
    stage.place(stage.talks[0])
    page = editor()
    with writing(SYSTEM) as work:
        work.db.get_one(Room, stage.lab).name = "Great Hall"
    page.wait_for_selector('.schedule-grid__room[data-name="Great Hall"]')


def test_news_that_were_asked_for_before_an_own_move_do_not_take_it_back(stage, editor, new_page):
    mine, other = stage.place(stage.talks[0]), stage.place(stage.talks[1], stage.lab, 2)
    page = editor()
    plan = re.compile(re.escape(page.locator("#plan").get_attribute("data-plan-url")) + "$")
    old = []
    page.route(plan, lambda route: old.append((route, route.fetch())))
    with writing(SYSTEM) as work:
        places.move_slot(work, conference_id=stage.where, seen=Seen(other), place=Place(stage.lab, SATURDAY))
    until(page, lambda: old)
    page.locator(CARD.format(mine)).focus()
    page.keyboard.press("Delete")
    settled(page, f".unscheduled {CARD.format(f't{stage.talks[0]}')}")
    page.evaluate(
        """block => { window.back = 0; new MutationObserver(() => {
        window.back += document.querySelectorAll(`.schedule-grid .talk-card[data-block="${block}"]`).length;
    }).observe(document.getElementById("plan"), { childList: true, subtree: true }); }""",
        str(mine),
    )
    with page.expect_response(plan):
        for route, response in old:
            route.fulfill(response=response)
    page.unroute(plan)
    with writing(SYSTEM) as work:
        places.move_slot(work, conference_id=stage.where, seen=Seen(other), place=Place(stage.aula, SATURDAY))
    page.wait_for_selector(f'{CARD.format(other)}[data-col="1"]')
    assert page.evaluate("window.back") == 0
    assert new_page.errors == []


def until(page, ready):
    """Waits while the browser goes on."""
    while not ready():
        page.wait_for_timeout(50)


def test_without_a_script_the_forms_do_it_all(stage, editor):
    page = editor(javascript=False)
    page.get_by_role("link", name="Accepted 0").click()
    page.get_by_label("Start").fill("11:00")
    page.get_by_label("Room").select_option("Lab")
    with page.expect_navigation():
        page.get_by_role("button", name="Place").click()
    assert place_of(stage, stage.talks[0]) == (stage.lab, SATURDAY + timedelta(hours=2))
    with page.expect_navigation():
        page.get_by_role("button", name="Undo").click()
    assert stage.plan().live == ()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_axe_finds_nothing_on_any_page(stage, editor):
    stage.place(stage.talks[0])
    stage.place(stage.talks[1])
    stage.release("First")
    ref = stage.plan().talks[stage.talks[0]].ref
    pages = [EDITOR, f"{EDITOR}slots/1", f"{EDITOR}days", f"{EDITOR}closures", f"{EDITOR}release", f"{EDITOR}releases"]
    pages += [f"{EDITOR}blocks/new", f"{EDITOR}programmes", f"{EDITOR}release/mails", "/pyfest27/agenda/"]
    pages += ["/pyfest27/agenda/?view=list", f"/pyfest27/agenda/talks/{ref}", "/pyfest27/agenda/speakers/"]
    pages += ["/pyfest27/agenda/changes"]
    page = editor()
    found = {}
    for address in pages:
        page.goto(page.url.split("/pyfest27")[0] + address)
        awake(page)
        if problems := axe_in_both(page):
            found[address] = problems
    assert found == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_scrolls_sideways_but_the_grid(stage, editor, width):
    stage.place(stage.talks[0])
    stage.release("First")
    page = editor(width=width)
    for address in (EDITOR, f"{EDITOR}release", "/pyfest27/agenda/", "/pyfest27/agenda/?view=list"):
        page.goto(page.url.split("/pyfest27")[0] + address)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address


def test_a_printed_grid_says_which_day_it_is_and_no_other_clock_than_the_venues(stage, editor):
    stage.place(stage.talks[0])
    stage.release("First")
    page = editor("/pyfest27/agenda/", account=None, timezone="UTC")
    page.emulate_media(media="print")
    head = page.locator("[data-agenda-grid] h2")
    assert (head.inner_text(), head.bounding_box()["height"] > 10) == ("Programme of Saturday, 27 March 2027", True)
    page.emulate_media(media="screen")
    page.goto(page.url + "?view=list")
    page.wait_for_selector(".when__own:visible")
    page.emulate_media(media="print")
    assert page.locator(".when__own:visible").count() == 0
