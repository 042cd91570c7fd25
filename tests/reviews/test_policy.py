"""The policy says in every cell what ``docs/permissions/reviews.md`` says, and the table has every cell."""

from pathlib import Path

import pytest

from plumbing.answers import Answer
from reviews.policy import can_have_member_row
from tests.reviews.permission_cells import ACTIONS, ROLES, STAGES, ask, cells, words

TABLE = Path(__file__).parents[2] / "docs" / "permissions" / "reviews.md"


def documented() -> dict[tuple[str, str, str], tuple[str, str]]:
    found: dict[tuple[str, str, str], tuple[str, str]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        parts = [part.strip() for part in line.strip().strip("|").split("|")]
        if not line.startswith("|") or parts[0] == "role" or set(parts[0]) <= {"-"}:
            continue
        role, stage, action, answer, reason = parts
        assert (role, stage, action) not in found, f"the row of {role}, {stage}, {action} stands twice"
        found[role, stage, action] = (answer, reason)
    return found


def test_the_table_has_every_cell_and_no_other() -> None:
    assert set(documented()) == set(cells())


@pytest.mark.parametrize("role", ROLES)
def test_the_policy_answers_as_documented(role: str) -> None:
    table = documented()
    wrong = {
        (stage, action): (words(ask(role, stage, action)), table[role, stage, action])
        for stage in STAGES
        for action in ACTIONS
        if words(ask(role, stage, action)) != table[role, stage, action]
    }
    assert wrong == {}


def test_every_action_is_allowed_to_somebody_and_refused_to_somebody() -> None:
    answers = {action: {bool(ask(role, stage, action)) for role in ROLES for stage in STAGES} for action in ACTIONS}
    never = ("rule on the conflict of who wrote it", "rule on the own conflict")
    assert answers == {action: {False} if action in never else {True, False} for action in ACTIONS}


def test_whoever_is_in_conflict_learns_no_more_than_about_a_made_up_reference() -> None:
    blind = ("read without names", "write a review", "declare a conflict", "read others' reviews")
    answers: set[Answer] = {ask("reviewer in conflict", stage, action) for stage in STAGES for action in blind}
    assert [(answer.allowed, answer.hidden) for answer in answers] == [(False, True)]


def test_only_who_holds_a_role_has_a_row_that_conflicts_are_kept_about() -> None:
    answers = [can_have_member_row(frozenset(roles)) for roles in ([], ["reviewer"], ["track_chair", "chair"])]
    assert [(answer.allowed, answer.hidden) for answer in answers] == [(False, True), (True, False), (True, False)]
