"""docs/permissions/schedule.md and the policy say the same, cell by cell."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conference.actor import NOBODY, SYSTEM, Actor
from schedule import policy

TABLE = Path(__file__).parents[2] / "docs" / "permissions" / "schedule.md"
NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
HERE, ELSEWHERE, OWN, OTHER = 1, 2, 11, 12

ROLES = {
    "anonymous": NOBODY,
    "author": Actor(account_id=1),
    "reviewer": Actor(account_id=2, roles=frozenset({(HERE, "reviewer", None)})),
    "track chair": Actor(account_id=3, roles=frozenset({(HERE, "track_chair", OWN)})),
    "other track chair": Actor(account_id=4, roles=frozenset({(HERE, "track_chair", OTHER)})),
    "chair": Actor(account_id=5, roles=frozenset({(HERE, "chair", None)})),
    "administrator": Actor(account_id=6, is_administrator=True),
    "system": SYSTEM,
}
STAGES = {"preparing": None, "live": NOW - timedelta(days=1)}
ACTIONS = {
    "read agenda": lambda actor, live_at: policy.can_read_agenda(actor, HERE, live_at, NOW),
    "see editor": lambda actor, _: policy.can_see_editor(actor, HERE, NOW),
    "schedule own talk": lambda actor, _: policy.can_schedule(actor, HERE, [OWN], NOW),
    "schedule break": lambda actor, _: policy.can_schedule(actor, HERE, [None], NOW),
    "set up": lambda actor, _: policy.can_set_up(actor, HERE, NOW),
    "waive": lambda actor, _: policy.can_waive(actor, HERE, NOW),
    "release": lambda actor, _: policy.can_release(actor, HERE, NOW),
    "import": lambda actor, _: policy.can_import(actor, HERE, NOW),
    "make programme": lambda actor, _: policy.can_make_programme(actor, HERE, NOW),
}


def table():
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {(role, stage, action): (answer, reason) for role, stage, action, answer, reason in cells}


def test_the_table_has_every_cell_and_no_other():
    assert set(table()) == {(role, stage, action) for role in ROLES for stage in STAGES for action in ACTIONS}


@pytest.mark.parametrize("cell", sorted(table()), ids="/".join)
def test_the_policy_answers_as_the_table_says(cell):
    role, stage, action = cell
    answer = ACTIONS[action](ROLES[role], STAGES[stage])
    said = "yes" if answer else "hidden" if answer.hidden else "no"
    reason = "" if said != "no" else str(answer.reason)
    assert (said, reason) == table()[cell]


def test_a_chair_of_another_conference_is_nobody_here():
    stranger = Actor(account_id=9, roles=frozenset({(ELSEWHERE, "chair", None)}))
    assert not policy.can_see_editor(stranger, HERE, NOW)
    assert policy.can_release(stranger, HERE, NOW).hidden


def test_a_track_chair_may_not_swap_with_another_track():
    assert not policy.can_schedule(ROLES["track chair"], HERE, [OWN, OTHER], NOW)
    assert not policy.can_schedule(ROLES["track chair"], HERE, [], NOW)
