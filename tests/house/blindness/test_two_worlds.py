"""Derived leaks: an order, a length, a count. Two worlds that differ in what somebody must not know look the same."""

import pytest

from tests.house.blindness.canaries import VISITOR
from tests.house.blindness.twins import differences, paths_of
from tests.house.blindness.world import Plan

BEFORE_RELEASE = Plan(has_schedule=False)
OTHER_AUTHORS = Plan(authors=2, has_schedule=False)
OTHER_COMMITTEE = Plan(committee=2, has_schedule=False)
LATE_NOT_JUDGED = Plan(is_late_judged=False, has_schedule=False)


@pytest.mark.parametrize("role", [VISITOR, "ben", "quin", "dan"])
def test_other_authors_change_nothing_for_reviewers_and_the_public(worlds, role):
    """The same proposals and conflicts, other names, mails, biographies, order of co-authors, files."""
    one, other = worlds.of(BEFORE_RELEASE), worlds.of(OTHER_AUTHORS)
    paths = paths_of(worlds.first, worlds.crawl, role)
    assert differences(role, paths, one, other) == []
    assert len(paths) >= 25


@pytest.mark.parametrize("role", ["ada", "bea", "uma"])
def test_another_committee_and_untold_decisions_change_nothing_for_authors(worlds, role):
    """Other reviewers with the same scores, and nothing decided where the chairs had decided in private."""
    one, other = worlds.of(BEFORE_RELEASE), worlds.of(OTHER_COMMITTEE)
    paths = paths_of(worlds.first, worlds.crawl, role)
    own = [path for path in paths if "/reviews/" not in path or role == "uma"]
    assert differences(role, own, one, other) == []


def test_what_is_judged_behind_the_wall_changes_nothing_for_a_conflicted_chair(worlds):
    """Row 21: no count, gap or rank tells Kurt whether his colleague's proposal was reviewed or decided on."""
    one, other = worlds.of(BEFORE_RELEASE), worlds.of(LATE_NOT_JUDGED)
    paths = [path for path in paths_of(worlds.first, worlds.crawl, "kurt") if "/schedule/" not in path]
    assert differences("kurt", paths, one, other) == []


def test_worlds_do_look_different_to_those_who_may_know(worlds):
    """The positive control."""
    one, authors, committee = (worlds.of(plan) for plan in (BEFORE_RELEASE, OTHER_AUTHORS, OTHER_COMMITTEE))
    names, decisions = "/blindfest/cfp/proposals", "/blindfest/decisions/"
    assert len(differences("cleo", [names], one, authors)) == 1
    assert len(differences("cleo", [decisions], one, committee)) == 1
    assert len(differences("ada", ["/account/"], one, authors)) == 1
