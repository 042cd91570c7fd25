"""Every role, stage and action of this floor as values that the policy can be asked with."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from conference.actor import Actor
from plumbing.answers import Answer
from reviews import policy
from reviews.policy import ConflictFacts, PhaseFacts, ProposalFacts

HERE, TRACK, OTHER_TRACK = 1, 7, 8
NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ME = 42

STAGES = {
    "before": PhaseFacts(NOW + DAY, NOW + 2 * DAY),
    "open": PhaseFacts(NOW - DAY, NOW + DAY),
    "closed": PhaseFacts(NOW - 2 * DAY, NOW - DAY),
    "no dates": None,
    "withdrawn": PhaseFacts(NOW - DAY, NOW + DAY),
}
"""Of the reviewing; in "withdrawn" it is open, and the proposal is not in it any more."""


def _actor(*roles: tuple[int, str, int | None], account: int | None = ME, **values: bool) -> Actor:
    return Actor(account_id=account, roles=frozenset(roles), **values)


REVIEWER = (HERE, "reviewer", None)
CHAIR = (HERE, "chair", None)
TRACK_CHAIR = (HERE, "track_chair", TRACK)
ROLES: dict[str, tuple[Actor, dict[str, bool]]] = {
    "visitor": (Actor(), {}),
    "author": (_actor(), {"is_in_conflict": True}),
    "administrator": (_actor(is_administrator=True), {}),
    "chair of another conference": (_actor((2, "chair", None)), {}),
    "reviewer": (_actor(REVIEWER), {}),
    "reviewer, assigned": (_actor(REVIEWER), {"is_assigned": True}),
    "reviewer, review sent": (_actor(REVIEWER), {"is_assigned": True, "has_sent_review": True}),
    "reviewer in conflict": (_actor(REVIEWER), {"is_assigned": True, "has_sent_review": True, "is_in_conflict": True}),
    "track chair": (_actor((HERE, "track_chair", TRACK)), {}),
    "track chair in conflict": (_actor((HERE, "track_chair", TRACK)), {"is_in_conflict": True}),
    "track chair of another track": (_actor((HERE, "track_chair", OTHER_TRACK)), {}),
    "track chair who owes a review": (_actor(TRACK_CHAIR, REVIEWER), {"is_assigned": True}),
    "chair": (_actor((HERE, "chair", None)), {}),
    "chair who owes a review": (_actor(CHAIR, REVIEWER), {"is_assigned": True}),
    "chair, own review sent": (_actor(CHAIR, REVIEWER), {"is_assigned": True, "has_sent_review": True}),
    "chair who reviews, not assigned": (_actor(CHAIR, REVIEWER), {}),
    "chair in conflict": (_actor((HERE, "chair", None)), {"is_in_conflict": True}),
}

Ask = Callable[[Actor, ProposalFacts], Answer]
ACTIONS: dict[str, Ask] = {
    "set up the reviewing": lambda actor, _facts: policy.can_set_up(actor, HERE, NOW),
    "plan the assignment": lambda actor, _facts: policy.can_assign(actor, HERE, NOW),
    "see the progress": lambda actor, _facts: policy.can_see_progress(actor, HERE, NOW),
    "open the decision table": lambda actor, _facts: policy.can_open_table(actor, HERE, NOW),
    "release decisions": lambda actor, _facts: policy.can_release(actor, HERE, NOW),
    "see own assignments": lambda actor, _facts: policy.can_review_here(actor, HERE, NOW),
    "change own profile": lambda actor, _facts: policy.can_change_profile(actor, HERE, ME, NOW),
    "change another's profile": lambda actor, _facts: policy.can_change_profile(actor, HERE, ME + 1, NOW),
    "read without names": lambda actor, facts: policy.can_read_blind(actor, facts, NOW),
    "write a review": lambda actor, facts: policy.can_write_review(actor, facts, NOW),
    "give the assignment back": lambda actor, facts: policy.can_decline_assignment(actor, facts, NOW),
    "declare a conflict": lambda actor, facts: policy.can_declare_conflict(actor, facts, NOW),
    "read others' reviews": lambda actor, facts: policy.can_read_other_reviews(actor, facts, NOW),
    "see scores and reviewers": lambda actor, facts: policy.can_judge(actor, facts, NOW),
    "list conflicts": lambda actor, _facts: policy.can_list_conflicts(actor, HERE, NOW),
    "rule on a conflict": lambda actor, facts: policy.can_rule_on_conflict(actor, facts, ConflictFacts(), NOW),
    "rule on the conflict of who wrote it": lambda actor, facts: policy.can_rule_on_conflict(
        actor, facts, ConflictFacts(is_own_work=True), NOW
    ),
    "rule on the own conflict": lambda actor, facts: policy.can_rule_on_conflict(
        actor, facts, ConflictFacts(is_about_asker=True), NOW
    ),
    "decide": lambda actor, facts: policy.can_decide(actor, facts, NOW),
}


def ask(role: str, stage: str, action: str) -> Answer:
    actor, values = ROLES[role]
    facts = ProposalFacts(HERE, TRACK, is_submitted=stage != "withdrawn", phase=STAGES[stage], **values)
    return ACTIONS[action](actor, facts)


def words(answer: Answer) -> tuple[str, str]:
    if answer:
        return "yes", ""
    return "no", "hidden" if answer.hidden else str(answer.reason)


def cells() -> Iterator[tuple[str, str, str]]:
    for role in ROLES:
        for stage in STAGES:
            for action in ACTIONS:
                yield role, stage, action
