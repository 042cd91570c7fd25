"""Derived leaks: an order, a length, a count. Two worlds that differ in what somebody must not know look the same."""

import re

import pytest
from sqlalchemy import select

from conference.actor import SYSTEM
from conference.work import reading
from reviews.models import AssignmentPlanRow
from tests.house.blindness.canaries import VISITOR
from tests.house.blindness.twins import act, ask, differences, paths_of
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


def test_what_a_conflicted_chair_does_tells_nothing_of_what_is_behind_the_wall(worlds):
    """Counts in the answer to a form: letters, assignments taken back, those that stay since somebody has written."""
    told = [_done_by_kurt(worlds.again(plan)) for plan in (BEFORE_RELEASE, LATE_NOT_JUDGED)]
    assert told[0] == told[1]
    said = [re.findall(r"\d+ assignments? (?:was|were|stays?)", each.body.decode()) for each in told[0]]
    assert said == [[], ["2 assignments were", "6 assignments stay"], []]
    assert b"Letters to be sent" in told[0][0].body


def _done_by_kurt(world):
    """After Cleo has looked at the letters, Kurt looks too, and takes the assignment back."""
    kurt, preview = world.client("kurt"), "/blindfest/decisions/release/preview"
    world.client("cleo").post(preview, data={"includes_reviews": "1"})
    with world.app.app_context(), reading(SYSTEM) as work:
        plan = work.db.scalars(select(AssignmentPlanRow.ref).where(AssignmentPlanRow.state == "applied")).one()
    letters = act(kurt, preview, {"includes_reviews": "1"})
    undone = act(kurt, f"/blindfest/committee/assignment/{plan}/undo", {})
    return letters, undone, ask(kurt, "/blindfest/setup/log")


def test_worlds_do_look_different_to_those_who_may_know(worlds):
    """The positive control."""
    one, authors, committee = (worlds.of(plan) for plan in (BEFORE_RELEASE, OTHER_AUTHORS, OTHER_COMMITTEE))
    names, decisions = "/blindfest/cfp/proposals", "/blindfest/decisions/"
    assert len(differences("cleo", [names], one, authors)) == 1
    assert len(differences("cleo", [decisions], one, committee)) == 1
    assert len(differences("ada", ["/account/"], one, authors)) == 1
