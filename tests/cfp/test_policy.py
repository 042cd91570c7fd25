"""docs/permissions/cfp.md is the truth table of this floor: every cell is asked, and none may be missing."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfp import policy
from cfp.policy import CallFacts, ProposalFacts
from conference.actor import NOBODY, SYSTEM, Actor
from plumbing.answers import Answer

TABLE = Path(__file__).parents[2] / "docs" / "permissions" / "cfp.md"
NOW = datetime(2027, 1, 11, 9, tzinfo=UTC)
DAY = timedelta(days=1)
HERE, TRACK, OTHER_TRACK = 1, 10, 11
AUTHOR, COAUTHOR = 100, 101

ROLES = {
    "stranger": NOBODY,
    "member": Actor(account_id=1),
    "author": Actor(account_id=AUTHOR),
    "co-author": Actor(account_id=COAUTHOR),
    "reviewer": Actor(account_id=2, roles=frozenset({(HERE, "reviewer", None)})),
    "track chair": Actor(account_id=3, roles=frozenset({(HERE, "track_chair", TRACK)})),
    "chair of another track": Actor(account_id=4, roles=frozenset({(HERE, "track_chair", OTHER_TRACK)})),
    "chair": Actor(account_id=5, roles=frozenset({(HERE, "chair", None)})),
    "chair who is the author": Actor(account_id=AUTHOR, roles=frozenset({(HERE, "chair", None)})),
    "chair of another conference": Actor(account_id=6, roles=frozenset({(2, "chair", None)})),
    "administrator": Actor(account_id=7, is_administrator=True),
    "the system": SYSTEM,
}
PROPOSALS = {
    "draft, open": ("draft", "undecided", DAY),
    "draft, closed": ("draft", "undecided", -DAY),
    "submitted, open": ("submitted", "undecided", DAY),
    "submitted, closed": ("submitted", "undecided", -DAY),
    "accepted": ("submitted", "accepted", -DAY),
    "waitlisted": ("submitted", "waitlisted", -DAY),
    "rejected": ("submitted", "rejected", -DAY),
    "withdrawn, open": ("withdrawn", "undecided", DAY),
    "withdrawn, closed": ("withdrawn", "undecided", -DAY),
}
CALLS = {"call to come": (DAY, 2 * DAY), "call open": (-DAY, DAY), "call closed": (-2 * DAY, -DAY)}
Asked = Callable[[Actor, ProposalFacts, datetime], Answer]
ABOUT_PROPOSALS: dict[str, Asked] = {
    "see": policy.can_see,
    "edit": policy.can_edit,
    "submit": policy.can_submit,
    "manage authors": policy.can_manage_authors,
    "withdraw": policy.can_withdraw,
    "restore": policy.can_restore,
    "confirm or decline": policy.can_answer,
    "extend": policy.can_extend,
}
ABOUT_CONFERENCES = {
    "list proposals": policy.can_list,
    "manage calls": policy.can_manage_calls,
    "import": policy.can_import,
    "tell outcomes": policy.can_tell_outcomes,
}
Cell = tuple[str, str, str]


def facts(stage: str, outcome: str, closes: timedelta) -> ProposalFacts:
    return ProposalFacts(
        id=1,
        conference_id=HERE,
        track_id=TRACK,
        stage=stage,
        outcome=outcome,
        answer="unanswered",
        closes_at=NOW + closes,
        author_ids=frozenset({AUTHOR, COAUTHOR}),
        owner_ids=frozenset({AUTHOR}),
    )


def asked() -> dict[Cell, Answer]:
    """Every question that the policy answers, in every role and stage."""
    found: dict[Cell, Answer] = {}
    for role, actor in ROLES.items():
        for (stage, values), (action, ask) in itertools.product(PROPOSALS.items(), ABOUT_PROPOSALS.items()):
            found[role, stage, action] = ask(actor, facts(*values), NOW)
        for stage, (opens, closes) in CALLS.items():
            call = CallFacts(1, HERE, None, NOW + opens, NOW + closes)
            found[role, stage, "begin"] = policy.can_begin(actor, call, NOW)
        for action, question in ABOUT_CONFERENCES.items():
            found[role, "any", action] = question(actor, HERE, NOW)
    return found


def words(answer: Answer) -> tuple[str, str]:
    if answer:
        return "yes", ""
    return ("hidden", "") if answer.hidden else ("no", str(answer.reason))


def written() -> dict[Cell, tuple[str, str]]:
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and cells[0] not in ("role", "---"):
            role, stage, action, answer, reason = cells
            assert (role, stage, action) not in found, f"{role}, {stage}, {action} stands twice"
            found[role, stage, action] = (answer, reason)
    return found


def test_the_table_says_of_every_cell_what_the_policy_says() -> None:
    said = {cell: words(answer) for cell, answer in asked().items()}
    table = written()
    assert table.keys() - said.keys() == set()
    assert said.keys() - table.keys() == set()
    assert {cell: (table[cell], answer) for cell, answer in said.items() if table[cell] != answer} == {}


def test_every_public_question_of_the_policy_is_in_the_table() -> None:
    questions = {name for name in vars(policy) if name.startswith("can_")}
    listed = {ask.__name__ for ask in (*ABOUT_PROPOSALS.values(), *ABOUT_CONFERENCES.values())}
    assert questions - listed == {"can_begin", "can_be_told"}


@pytest.mark.parametrize(("stage", "allowed"), [("submitted", True), ("draft", False), ("withdrawn", False)])
def test_only_what_is_submitted_is_told_an_outcome(stage: str, allowed: bool) -> None:
    assert policy.can_be_told(stage).allowed is allowed


@given(st.sampled_from(sorted(ROLES)), st.sampled_from(sorted(PROPOSALS)))
def test_nobody_may_do_anything_with_what_they_may_not_see(role: str, stage: str) -> None:
    actor, proposal = ROLES[role], facts(*PROPOSALS[stage])
    if not policy.can_see(actor, proposal, NOW):
        answers = [ask(actor, proposal, NOW) for action, ask in ABOUT_PROPOSALS.items() if action != "extend"]
        assert [answer.hidden for answer in answers] == [True] * len(answers)
