"""Forms that come back, refusals and error pages: what they answer holds nothing of somebody else either."""

import pytest

from tests.house.blindness.crawl import Crawl, Walker
from tests.house.blindness.routes import posts
from tests.house.blindness.world import Plan

NOT_SENT = {
    "conference.sign_out": "ends the browser that the test needs",
    "conference.end_session": "the same",
    "cfp.submit": "sends the draft in: then others may read it",
    "reviews.release_now": "tells decisions: then they may be known",
    "schedule.release": "publishes: then titles and names may be known",
}
NONSENSE = {"title": "x" * 400, "email": "no address", "name": "", "verdict": "nonsense", "version": "x", "q": "-"}
# Those who may do most come last, since what they change may show more to others afterwards.
POSTING = ("visitor", "eve", "bea", "ben", "dan", "uma", "ada", "gus", "kurt", "vera", "cleo")
FILL_NOTHING = ("ada", "ben", "kurt", "cleo")
"""These send each form empty as well."""


@pytest.fixture(scope="module")
def posted(worlds) -> Crawl:
    """Every POST route as everybody, empty and with nonsense, in a world of its own that may break."""
    world, found = worlds.again(Plan()), Crawl()
    wanted = [each for each in posts(world) if each.endpoint not in NOT_SENT]
    for role in POSTING:
        walker = Walker(world, role, found)
        for each in wanted:
            walker.post(each.path, NONSENSE)
            if role in FILL_NOTHING:
                walker.post(each.path, {})
    return found


def test_no_answer_to_a_form_holds_what_is_not_the_askers(posted):
    assert posted.leaks == []


def test_no_form_breaks_a_page(posted):
    assert sorted({(each.role, each.path) for each in posted.fetched if each.status >= 500}) == []


def test_forms_were_refused_shown_again_and_taken(posted):
    """The positive control: each kind of answer was among them."""
    statuses = {each.status for each in posted.fetched}
    assert statuses >= {303, 401, 403, 404, 422}
    again = {key for each in posted.fetched if each.status == 422 for key in each.seen}
    assert again != set()
