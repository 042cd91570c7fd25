"""The screens in a real browser: by keyboard alone, without JavaScript, and looked at by axe in light and dark."""

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from cfp.blind import proposals_for_review
from cfp.models import Proposal
from conference import sessions
from conference.actor import SYSTEM
from conference.work import reading, writing
from reviews import service
from reviews.models import Assignment, AssignmentPlanRow, Decision, Review, Reviewer, ReviewPhase, ReviewScore
from reviews.plans import Options
from reviews.service import Pick, assigning
from tests import factories
from tests.factories import Cast
from tests.fixtures.live import Live
from tests.plumbing.parts import wait_until
from tests.reviews import builders
from tests.servers.chromium import awake, axe_in_both

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.servers.chromium import Pages

pytestmark = pytest.mark.browser
REVIEWS, DECISIONS, COMMITTEE = "/pyfest27/reviews", "/pyfest27/decisions", "/pyfest27/committee"
ABSTRACT = "What we **learned**.\n\n## Who should come\n\nPeople with a database."


def assigned(cast: Cast, count: int) -> list[Any]:
    with writing(SYSTEM) as work:
        made = [
            factories.proposal(work.db, cast, author=cast.eve, title=f"Engines {number}", abstract=ABSTRACT)
            for number in range(count)
        ]
        builders.assign(work.db, cast, cast.ben_reviewer, *made)
        return made


def stored(cast: Cast) -> list[tuple[str, list[int], int | None, str]]:
    with reading(SYSTEM) as work:
        rows = work.db.execute(
            select(Review.id, Review.state, Review.confidence, Review.text).order_by(Review.id)
        ).all()
        return [(row.state, _values(work.db, row.id), row.confidence, row.text) for row in rows]


def _values(db: Any, review_id: int) -> list[int]:
    query = select(ReviewScore.value).where(ReviewScore.review_id == review_id).order_by(ReviewScore.criterion_id)
    return list(db.scalars(query))


def saved(page: "Page") -> None:
    page.wait_for_selector("[data-save-state][data-state=saved]")


def test_three_reviews_by_keyboard_alone(live: Live, new_page: "Pages", cast: Cast) -> None:
    assigned(cast, 3)
    page = new_page()
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{REVIEWS}/")
    awake(page)
    page.keyboard.press("n")
    for number in range(3):
        page.wait_for_selector(f"text={number} sent")
        awake(page)
        for key in "453":
            page.keyboard.press(key)
        assert page.text_content("[data-score-mean]") == "4.5"
        page.keyboard.press("t")
        page.keyboard.type(f"Review {number}, in which 1 and j are letters.")
        page.keyboard.press("Control+Enter")
    page.wait_for_selector("text=3 of 3")
    words = [f"Review {number}, in which 1 and j are letters." for number in range(3)]
    assert stored(cast) == [("submitted", [4, 5], 3, text) for text in words]
    assert new_page.errors == []


def test_j_and_k_go_on_and_back_and_what_was_typed_is_kept(live: Live, new_page: "Pages", cast: Cast) -> None:
    assigned(cast, 2)
    page = new_page()
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{REVIEWS}/next")
    first = page.url
    awake(page)
    page.keyboard.press("t")
    page.keyboard.type("Half a thought")
    saved(page)
    page.keyboard.press("Escape")
    forward = page.locator("[data-shortcut=j]").count() == 1
    page.keyboard.press("j" if forward else "k")
    page.wait_for_url(lambda url: url != first)
    awake(page)
    page.keyboard.press("k" if forward else "j")
    page.wait_for_url(first)
    assert page.input_value("textarea[name=text]") == "Half a thought"
    assert stored(cast) == [("draft", [], None, "Half a thought")]


def test_the_last_key_before_going_on_counts(live: Live, new_page: "Pages", cast: Cast) -> None:
    """Changes of a sent review are kept as they are made, so nobody waits before the next proposal."""
    proposals = assigned(cast, 2)
    with writing(SYSTEM) as work:
        for proposal in proposals:
            builders.review(work.db, cast, cast.ben_reviewer, proposal.id, (1, 1))
    page = new_page()
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{REVIEWS}/{proposals[0].ref}/")
    awake(page)
    onward = "j" if page.locator("[data-shortcut=j]").count() else "k"
    page.focus("[data-score-group] input")
    page.keyboard.press("5")
    page.keyboard.press(onward)
    page.wait_for_url(lambda url: proposals[1].ref in url)
    wait_until(lambda: stored(cast)[0][1] == [5, 1], "the score that was given last")


def test_two_windows_never_overwrite_each_other(live: Live, new_page: "Pages", cast: Cast) -> None:
    assigned(cast, 1)
    one, other = new_page(), new_page()
    for page in (one, other):
        live.sign_in(page, cast.ben)
        page.goto(f"{live.url}{REVIEWS}/next")
        awake(page)
    one.fill("textarea[name=text]", "From the first window")
    saved(one)
    other.fill("textarea[name=text]", "From the second window")
    other.wait_for_selector("[data-save-state][data-state=conflict]")
    assert other.input_value("textarea[name=text]") == "From the second window"
    other.click("button[value=draft]")
    other.wait_for_selector("[data-stored-text]")
    texts = [other.text_content(f"[data-{name}-text]") for name in ("stored", "typed")]
    assert texts == ["From the first window", "From the second window"]
    assert stored(cast)[0][3] == "From the first window"
    other.click("button[value=draft]")
    other.wait_for_selector("text=Draft saved.")
    assert stored(cast)[0][3] == "From the second window"


def test_a_session_that_ended_keeps_the_text_and_says_where_to_sign_in(
    live: Live, new_page: "Pages", cast: Cast
) -> None:
    assigned(cast, 1)
    page = new_page()
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{REVIEWS}/next")
    awake(page)
    with writing(SYSTEM) as work:
        sessions.revoke(work, account_id=cast.ben)
    page.fill("textarea[name=text]", "Not to be lost")
    page.wait_for_selector("[data-save-state][data-state=signin]")
    assert page.input_value("textarea[name=text]") == "Not to be lost"
    live.sign_in(page, cast.ben)
    page.reload()
    page.click("[data-save-state] button >> nth=0")
    assert page.input_value("textarea[name=text]") == "Not to be lost"


def test_text_that_came_back_in_its_form_is_offered_again_after_leaving(
    live: Live, new_page: "Pages", cast: Cast
) -> None:
    proposal = assigned(cast, 1)[0]
    page = new_page()
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{REVIEWS}/next")
    awake(page)
    with writing(SYSTEM) as work:
        builders.review(work.db, cast, cast.ben_reviewer, proposal.id, state="draft", submitted_at=None)
    page.fill("textarea[name=text]", "From this window")
    page.click("button[value=draft]")
    page.wait_for_selector("[data-typed-text]")
    awake(page)
    page.goto(f"{live.url}{REVIEWS}/{proposal.ref}/")
    page.click("[data-save-state][data-state=found] button >> nth=0")
    assert page.input_value("textarea[name=text]") == "From this window"


def test_the_next_person_at_a_computer_is_neither_offered_nor_given_what_was_typed(
    live: Live, new_page: "Pages", cast: Cast
) -> None:
    proposal = assigned(cast, 1)[0]
    with writing(SYSTEM) as work:
        builders.assign(work.db, cast, cast.dan_reviewer, proposal)
    live.app.config["WTF_CSRF_ENABLED"] = True
    page = new_page()
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{REVIEWS}/next")
    awake(page)
    page.context.set_offline(True)
    page.fill("textarea[name=text]", "What Ben thinks")
    page.wait_for_selector("[data-save-state][data-state=offline]")
    live.sign_in(page, cast.dan)
    page.context.set_offline(False)
    page.wait_for_selector("[data-save-state][data-state=signin]")
    page.reload()
    awake(page)
    assert page.locator("[data-save-state][data-state]").count() == 0
    assert (page.input_value("textarea[name=text]"), stored(cast)) == ("", [])
    live.sign_in(page, cast.ben)
    page.reload()
    page.wait_for_selector("[data-save-state][data-state=found]")
    copies = "Object.keys(localStorage).filter(key => key.startsWith('rostrum:'))"
    page.context.set_offline(True)
    page.click(".site-header__actor")
    page.click("form[data-sign-out] button")
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(f"{live.url}{REVIEWS}/next")
    page.wait_for_selector("[data-save-state][data-state=found]")
    assert len(page.evaluate(copies)) == 1
    page.click(".site-header__actor")
    page.click("form[data-sign-out] button")
    page.wait_for_selector("text=You are signed out.")
    awake(page)
    assert page.evaluate(copies) == []


def test_a_form_that_is_not_open_any_more_says_so_while_typing(live: Live, new_page: "Pages", cast: Cast) -> None:
    assigned(cast, 1)
    page = new_page()
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{REVIEWS}/next")
    awake(page)
    with writing(SYSTEM) as work:
        work.db.scalars(select(ReviewPhase)).one().closes_at = work.now
    page.fill("textarea[name=text]", "One sentence too late")
    page.wait_for_selector("[data-save-state][data-state=refused]")
    words = "Reviewing is over. Write to the chairs if something has to be changed. Kept in this browser"
    assert page.text_content("[data-save-state]") == words


def test_a_review_without_javascript(live: Live, new_page: "Pages", cast: Cast) -> None:
    assigned(cast, 2)
    page = new_page(360, 780, javascript=False)
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{REVIEWS}/")
    page.click("text=Begin reviewing")
    for criterion, value in zip(cast.criteria, (2, 5), strict=True):
        page.check(f"#score-{criterion}-{value}")
    page.fill("textarea[name=text]", "Written without script")
    page.click("button[value=next]")
    assert page.text_content(".error-summary li") == "Please say how sure you are."
    assert page.input_value("textarea[name=text]") == "Written without script"
    page.check("#confidence-4")
    with page.expect_navigation():
        page.click("button[value=next]")
    assert "Review saved." in (page.text_content(".flashes") or "")
    assert stored(cast) == [("submitted", [2, 5], 4, "Written without script")]


def test_decisions_by_keyboard_change_the_row_and_the_sums(live: Live, new_page: "Pages", cast: Cast) -> None:
    assigned(cast, 3)
    page = new_page()
    live.sign_in(page, cast.cleo)
    page.goto(f"{live.url}{DECISIONS}/?sort=title&dir=asc")
    awake(page)
    for key, words in (("a", "1 accepted"), ("w", "1 on the waiting list"), ("r", "1 rejected")):
        page.keyboard.press("j")
        page.keyboard.press(key)
        page.wait_for_selector(f"#sums >> text={words}")
    with reading(SYSTEM) as work:
        verdicts = list(work.db.scalars(select(Decision.verdict).order_by(Decision.id)))
    assert verdicts == ["accept", "waitlist", "reject"]
    assert new_page.errors == []


def test_on_a_phone_the_navigation_begins_where_the_open_page_is(live: Live, new_page: "Pages", cast: Cast) -> None:
    page = new_page(360, 800)
    live.sign_in(page, cast.cleo)
    page.goto(f"{live.url}{DECISIONS}/")
    awake(page)
    box = page.locator(".site-nav [aria-current]").bounding_box()
    assert box is not None and (box["x"] >= 0, box["x"] + box["width"] <= 360) == (True, True)
    page.goto(f"{live.url}/pyfest27/cfp/")
    awake(page)
    assert page.locator(".site-nav").evaluate("row => row.scrollLeft") == 0


def test_decisions_without_javascript(live: Live, new_page: "Pages", cast: Cast) -> None:
    made = assigned(cast, 2)
    page = new_page(javascript=False)
    live.sign_in(page, cast.cleo)
    page.goto(f"{live.url}{DECISIONS}/?sort=title&dir=asc")
    with page.expect_navigation():
        page.click(f"#row-{made[0].ref} button[value=accept]")
    assert page.url.endswith(f"#row-{made[0].ref}") and "sort=title" in page.url
    page.check(f"#row-{made[1].ref} input[name=pick]")
    with page.expect_navigation():
        page.click(".bulk-bar button[value=reject]")
    with reading(SYSTEM) as work:
        rows = work.db.execute(select(Decision.proposal_id, Decision.verdict)).all()
    assert {row.proposal_id: row.verdict for row in rows} == {made[0].id: "accept", made[1].id: "reject"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    live: Live, new_page: "Pages", cast: Cast, width: int
) -> None:
    busy(cast)
    wrong: list[str] = []
    page = new_page(width, 800)
    for who, path in every_page(cast):
        live.sign_in(page, who)
        answer = page.goto(f"{live.url}{path}")
        assert answer is not None and answer.status == (403 if path in REFUSED else 200), path
        wrong += faults(page, path, width)
    wrong += faults_after_posts(live, page, cast, width)
    assert wrong == []
    assert [error for error in new_page.errors if "403" not in error and "409" not in error] == []


def faults(page: "Page", path: str, width: int) -> list[str]:
    awake(page)
    found = [f"{path} at {width} {line}" for line in axe_in_both(page)]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{path} is wider than {width}")
    return found


def faults_after_posts(live: Live, page: "Page", cast: Cast, width: int) -> list[str]:
    """Pages that only a form leads to: the letters of a release, and the comparison of two windows."""
    live.sign_in(page, cast.cleo)
    page.goto(f"{live.url}{DECISIONS}/release")
    page.click("form[action$=preview] button[type=submit]")
    page.locator("details.more").first.evaluate("each => each.open = true")
    found = faults(page, "letters of the release", width)
    live.sign_in(page, cast.ben)
    page.goto(f"{live.url}{ref_path('Engines 1')}")
    page.fill("[name=text]", f"Of this window, {width}")
    page.evaluate("document.querySelector('form[data-autosave] [name=version]').value = 99")
    page.evaluate("document.querySelector('form[data-autosave]').submit()")
    page.get_by_text("nothing is lost").first.wait_for()
    return found + faults(page, "two windows", width)


REFUSED: set[str] = set()
"""Pages that explain why they show nothing; filled by ``every_page``."""


def ref_path(title: str) -> str:
    """Address of the review of the proposal with this title."""
    with reading(SYSTEM) as work:
        ref = work.db.scalars(select(Proposal.ref).where(Proposal.title == title)).one()
    return f"{REVIEWS}/{ref}/"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_numbers_of_the_table_stand_clear_of_their_pictures(live: Live, new_page: "Pages", cast: Cast) -> None:
    busy(cast)
    page = new_page(1280, 800)
    live.sign_in(page, cast.cleo)
    page.goto(f"{live.url}{DECISIONS}/")
    gaps = page.evaluate("""() => [...document.querySelectorAll('.score-dots svg')].map(dots => {
        const words = document.createRange();
        words.selectNodeContents(dots.closest('td').nextElementSibling);
        return words.getBoundingClientRect().left - dots.getBoundingClientRect().right;
    })""")
    title = page.locator("tbody .cell-title").first.bounding_box()
    assert title is not None
    assert (len(gaps), min(gaps) >= 12, title["width"] >= 280) == (1, True, True)


def busy(cast: Cast) -> None:
    """Something of everything: drafts, sent reviews, verdicts of each kind, an applied plan."""
    made = assigned(cast, 4)
    with writing(SYSTEM) as work:
        _account, other = builders.another_reviewer(work.db, cast, "Ira Oduya")
        builders.assign(work.db, cast, other, *made[:2])
        builders.review(work.db, cast, other, made[0].id, (1, 5), is_sales_pitch=True, note="Sold us a pump.")
        builders.review(work.db, cast, cast.ben_reviewer, made[0].id, (4, 4))
        builders.review(work.db, cast, cast.ben_reviewer, made[1].id, (), state="draft", submitted_at=None)
        row = work.db.scalars(select(Assignment).where(Assignment.proposal_id == made[3].id)).one()
        row.ended_at, row.declined_reason = factories.now(), "No time"
        builders.conflict(work.db, cast, cast.dan_reviewer, made[2].id)
        factories.role(work.db, cast.conference, cast.cleo, "reviewer")
        chair = service.ensure_reviewer(work, conference_id=cast.conference, account_id=cast.cleo)
        work.db.get_one(Reviewer, chair).load_max = 0
        owed = factories.proposal(work.db, cast, author=cast.eve, title="Owed by the chair")
        builders.assign(work.db, cast, chair, owed)
    with writing(SYSTEM) as work:
        service.assign_now(work, conference_id=cast.conference, options=Options(2))
    for proposal, verdict in zip(made, ("accept", "waitlist", "reject"), strict=False):
        with writing(SYSTEM) as work:
            service.decide(work, conference_id=cast.conference, picks=[Pick(proposal.ref, 0)], verdict=verdict)


def every_page(cast: Cast) -> list[tuple[int, str]]:
    with reading(SYSTEM) as work:
        refs = {each.title: each.ref for each in proposals_for_review(work, cast.conference)}
        plan = work.db.scalars(select(AssignmentPlanRow.ref)).one()
    with writing(SYSTEM) as work:
        job = assigning.start_planning(work, conference_id=cast.conference, options=Options(2))
    ben = ["/", "/proposals", "/profile", *(f"/{refs[f'Engines {number}']}/" for number in range(3))]
    cleo = [f"{DECISIONS}{path}" for path in ("/", "/waitlist", "/release", f"/{refs['Engines 0']}/")]
    committee = ("/", "/criteria/new", f"/criteria/{cast.criteria[0]}", "/reviewers", f"/reviewers/{cast.ben_reviewer}")
    cleo += [f"{COMMITTEE}{path}" for path in (*committee, "/assignment", f"/assignment/{plan}/", "/progress")]
    cleo += [f"{COMMITTEE}/assignment/{plan}/{refs['Engines 0']}", f"{COMMITTEE}/conflicts"]
    cleo += [f"{COMMITTEE}/assignment/jobs/{job}", f"{DECISIONS}/{refs['Owed by the chair']}/"]
    REFUSED.add(cleo[-1])
    return [(cast.ben, f"{REVIEWS}{path}") for path in ben] + [(cast.cleo, path) for path in cleo]
