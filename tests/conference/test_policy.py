"""The conference floor's rows of the truth table, asked cell by cell."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from conference import policy
from conference.actor import NOBODY, SYSTEM, Actor
from conference.views.jobs import can_see_job
from plumbing.answers import Answer
from tests.house.truth import Cell, truth_table

HERE, TRACK = 7, 3
NOW = datetime(2027, 1, 11, tzinfo=UTC)


def person(*roles: tuple[int, str, int | None], is_administrator: bool = False) -> Actor:
    return Actor(account_id=1, ref="r", name="P", is_administrator=is_administrator, roles=frozenset(roles))


ROLES: dict[str, Actor] = {
    "visitor": NOBODY,
    "member": person(),
    "chair elsewhere": person((99, "chair", None)),
    "reviewer": person((HERE, "reviewer", None)),
    "track chair": person((HERE, "track_chair", TRACK)),
    "chair": person((HERE, "chair", None)),
    "administrator": person(is_administrator=True),
    "system": SYSTEM,
}
STAGES: dict[str, datetime | None] = {"hidden": None, "live": NOW}
ACTIONS: dict[str, Callable[[Actor, datetime | None], Answer]] = {
    "see conference": lambda actor, live: policy.can_see_conference(actor, conference_id=HERE, live_at=live),
    "set up": lambda actor, _live: policy.can_set_up(actor, conference_id=HERE),
    "manage team": lambda actor, _live: policy.can_manage_team(actor, conference_id=HERE),
    "read log": lambda actor, _live: policy.can_read_audit_log(actor, conference_id=HERE),
    "look after letters": lambda actor, _live: policy.can_look_after_letters(actor, conference_id=HERE),
    "manage own account": lambda actor, _live: policy.can_manage_own_account(actor),
    "join community": lambda actor, _live: policy.can_join_community(actor),
    "make community": lambda actor, _live: policy.can_make_community(actor),
    "appoint": lambda actor, _live: policy.can_appoint(actor),
    "make conference": lambda actor, _live: policy.can_make_conference(actor, is_organiser=False),
}


def asked() -> list[Cell]:
    cells = []
    for role, actor in ROLES.items():
        for stage, live_at in STAGES.items():
            for action, ask in ACTIONS.items():
                answer = ask(actor, live_at)
                cells.append(Cell(role, stage, action, bool(answer), words(answer)))
    return cells


def words(answer: Answer) -> str:
    return "" if answer else "hidden" if answer.hidden else str(answer.reason)


def test_the_policy_says_what_the_table_says() -> None:
    assert asked() == truth_table("conference")


def test_an_organiser_of_the_community_makes_conferences() -> None:
    assert policy.can_make_conference(ROLES["member"], is_organiser=True)


def test_an_invitation_is_answered_once_and_in_time() -> None:
    def ask(*, is_open: bool, days: int) -> bool:
        expires_at = NOW + timedelta(days=days)
        return bool(policy.can_answer_invitation(NOBODY, expires_at=expires_at, is_open=is_open, now=NOW))

    assert [ask(is_open=True, days=1), ask(is_open=False, days=1), ask(is_open=True, days=0)] == [True, False, False]


def test_a_job_is_seen_by_whoever_asked_for_it_and_by_the_chairs() -> None:
    def who(account_id: int | None) -> dict[str, str]:
        answers = {role: can_see_job(actor, conference_id=HERE, account_id=account_id) for role, actor in ROLES.items()}
        return {role: words(answer) for role, answer in answers.items() if role != "visitor"}

    hidden = {role: "hidden" for role in ROLES if role != "visitor"}
    assert who(1) == dict.fromkeys(hidden, "") | {"system": ""}
    assert who(2) == who(None) == hidden | {"chair": "", "system": ""}
    assert [can_see_job(NOBODY, conference_id=HERE, account_id=whose).hidden for whose in (1, None)] == [True, True]
