"""Everything that can be fetched, by everybody: nobody sees what is not theirs, and somebody sees each thing."""

import pytest

from tests.house.blindness.canaries import EVERYBODY, EXPECTATIONS, ROLES, found_in
from tests.house.blindness.crawl import in_guard
from tests.house.blindness.routes import CLOSED, get_endpoints

PUBLIC_GUARDS = ("public", "public_event")


def test_nobody_fetches_a_canary_of_somebody_else(worlds):
    assert worlds.crawl.leaks == []


def test_nobody_gets_a_mail_with_a_canary_of_somebody_else(worlds):
    assert worlds.letters.leaks == []


def test_queues_outbox_and_logs_carry_numbers_and_no_words(worlds):
    logged = "\n".join(worlds.crawl.logged)
    assert (found_in(worlds.letters.carried), found_in(logged)) == (set(), set())
    assert len(worlds.crawl.logged) >= len(worlds.crawl.fetched)


@pytest.mark.parametrize("kind", sorted({key.partition(".")[0] for key in EXPECTATIONS}))
def test_each_canary_is_seen_by_somebody_who_may(worlds, kind):
    """The positive control: a crawl that saw nothing would find nothing wrong."""
    seen = set().union(*(worlds.crawl.seen_by(role) | worlds.letters.seen_by(role) for role in EVERYBODY))
    assert {key for key in EXPECTATIONS if key.startswith(f"{kind}.")} - seen == set()


def test_every_page_answered_somebody(worlds):
    """A page that is new tomorrow is fetched, or this names it."""
    missing = get_endpoints(worlds.first) - worlds.crawl.answered() - CLOSED.keys()
    assert missing == set()


def test_the_list_of_pages_that_need_not_answer_names_real_pages(worlds):
    assert CLOSED.keys() - get_endpoints(worlds.first) == set()


def test_no_page_breaks(worlds):
    assert [(each.role, each.path) for each in worlds.crawl.fetched if each.status >= 500] == []


def test_everybody_who_can_ask_was_in_the_crawl(worlds):
    assert {each.role for each in worlds.crawl.fetched} == set(EVERYBODY)
    assert {
        role for role in ROLES if len({each.endpoint for each in worlds.crawl.fetched if each.role == role}) < 40
    } == set()


def test_mails_went_to_both_sides(worlds):
    assert {mail.role for mail in worlds.letters.mails} >= {
        "ada",
        "cory",
        "bea",
        "rob",
        "uma",
        "ben",
        "quin",
        "pia",
        "ivy",
        "nils",
    }


def test_what_is_not_public_is_not_kept_by_any_browser(worlds):
    """Row 31: the next user of the browser finds nothing behind the back button."""
    world = worlds.first
    guards = {name: in_guard(world, name) for name in world.app.view_functions}
    kept = {
        (each.endpoint, each.cache)
        for each in worlds.crawl.fetched
        if guards.get(each.endpoint) not in PUBLIC_GUARDS and each.cache != "private, no-store"
    }
    assert kept == set()
    checked = {each.endpoint for each in worlds.crawl.fetched if guards.get(each.endpoint) not in PUBLIC_GUARDS}
    assert len(checked) >= 40
