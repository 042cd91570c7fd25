"""No question, no role and no stage is missing from the truth tables. Each floor's own test asks the cells."""

from collections.abc import Callable, Iterable

import pytest

from cfp.models import OUTCOMES, STAGES
from conference.actor import NOBODY, Actor
from conference.models import ROLES
from tests.cfp import test_policy as cfp
from tests.conference import test_policy as conference
from tests.house.checks.source import ROOT
from tests.house.checks.tables import never_asked, questions
from tests.reviews import permission_cells as reviews
from tests.schedule import test_policy as schedule

# Questions without a table: their answer hangs on other things than role and stage, and the test beside them asks all.
ELSEWHERE = {
    "cfp.policy.can_be_told": "tests/cfp/test_policy.py",
    "conference.policy.can_answer_invitation": "tests/conference/test_policy.py",
    "conference.views.jobs.can_see_job": "tests/conference/test_policy.py",
    "reviews.policy.can_have_member_row": "tests/reviews/test_policy.py",
}


def ask_reviews() -> None:
    for cell in reviews.cells():
        reviews.ask(*cell)


def ask_schedule() -> None:
    for ask in schedule.ACTIONS.values():
        ask(schedule.ROLES["chair"], None)


# floor: what asks every cell, the file that it asks from, and whom it asks about
TABLES: dict[str, tuple[Callable[[], object], str, Iterable[Actor]]] = {
    "conference": (conference.asked, "conference/test_policy.py", conference.ROLES.values()),
    "cfp": (cfp.asked, "cfp/test_policy.py", cfp.ROLES.values()),
    "reviews": (ask_reviews, "permission_cells.py", [actor for actor, _facts in reviews.ROLES.values()]),
    "schedule": (ask_schedule, "test_policy.py", schedule.ROLES.values()),
}


def test_every_floor_that_answers_questions_has_a_table() -> None:
    assert questions(ROOT).keys() == TABLES.keys()


@pytest.mark.parametrize("floor", TABLES)
def test_every_question_stands_in_the_table(floor: str) -> None:
    ask, asker, _actors = TABLES[floor]
    missing = never_asked(questions(ROOT)[floor], ask, asker)
    assert missing == sorted(name for name in ELSEWHERE if name.startswith(f"{floor}."))


@pytest.mark.parametrize("question", ELSEWHERE)
def test_a_question_without_a_table_is_asked_by_a_test(question: str) -> None:
    assert f"{question.rpartition('.')[2]}(" in (ROOT / ELSEWHERE[question]).read_text(encoding="utf-8")


@pytest.mark.parametrize("floor", TABLES)
def test_every_role_stands_in_the_table(floor: str) -> None:
    actors = list(TABLES[floor][2])
    held = {kind for actor in actors for _conference, kind, _track in actor.roles}
    assert held == set(ROLES)
    assert any(actor.is_administrator for actor in actors)
    assert any(actor.is_signed_in and not actor.roles and not actor.is_administrator for actor in actors)
    assert any(not actor.is_signed_in and not actor.is_system and actor == NOBODY for actor in actors)


def test_every_stage_and_outcome_of_a_proposal_stands_in_the_table() -> None:
    stages, outcomes, _times = (set(column) for column in zip(*cfp.PROPOSALS.values(), strict=True))
    assert (stages, outcomes) == (set(STAGES), set(OUTCOMES))
