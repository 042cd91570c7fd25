"""Letters and files of two worlds that differ in what the reader must not know: the same to the byte."""

import pytest

from tests.house.blindness.canaries import VISITOR
from tests.house.blindness.letters import letters_of
from tests.house.blindness.twins import differences, unlike_letters
from tests.house.blindness.world import Plan

WORLD = Plan(has_schedule=False)
OTHER_AUTHORS = Plan(authors=2, has_schedule=False)
OTHER_COMMITTEE = Plan(committee=2, has_schedule=False)
LATE_NOT_JUDGED = Plan(is_late_judged=False, has_schedule=False)
# who must not be able to tell the world from which other one
UNKNOWING = [
    *((role, OTHER_AUTHORS) for role in ("ben", "quin", "pia", "vera")),
    *((role, OTHER_COMMITTEE) for role in ("ada", "bea", "uma")),
]
# what of the agenda can be read, followed or taken away
PUBLISHED = ("", "schedule.ics", "schedule.json", "schedule.xml", "programme-A5-en.pdf", "changes", "speakers/")


@pytest.mark.parametrize(("role", "plan"), UNKNOWING, ids=lambda value: value if isinstance(value, str) else "")
def test_letters_tell_nothing_that_their_reader_must_not_know(worlds, role, plan):
    """Which there are, in which order, their length, and every header but the signature of the links."""
    one, other = letters_of(worlds.of(WORLD)), letters_of(worlds.of(plan))
    assert unlike_letters(role, one, other) == []
    assert any(mail.role == role for mail in one.mails)


def test_letters_do_look_different_to_those_whom_they_tell(worlds):
    """The positive control: their own names, and what they were given to read."""
    one, authors, committee, late = (
        letters_of(worlds.of(plan)) for plan in (WORLD, OTHER_AUTHORS, OTHER_COMMITTEE, LATE_NOT_JUDGED)
    )
    told = [unlike_letters(*each) for each in (("ada", one, authors), ("ben", one, committee), ("quin", one, late))]
    assert [len(lines) > 0 for lines in told] == [True, True, True]


@pytest.mark.parametrize("role", [VISITOR, "ada"])
def test_published_files_tell_nothing_of_the_committee(worlds, role):
    """Agenda, feed, exports and printed programme of a released schedule, with another committee behind it."""
    one, other = worlds.first, worlds.of(Plan(committee=2))
    paths = [f"/blindfest/agenda/{path}" for path in PUBLISHED]
    assert [one.client(role).get(path).status_code for path in paths] == [200] * len(paths)
    assert differences(role, paths, one, other) == []
