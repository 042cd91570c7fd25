"""Long work of this floor: the assignment plan."""

from typing import Any

from conference.actor import SYSTEM, Actor, load_actor
from conference.work import reading, writing
from plumbing.answers import Missing
from plumbing.jobs import Cancelled, Progress, job
from plumbing.sentences import Sentence, sentence
from reviews import assign
from reviews.matching import build_matching, plan_for, stored_form
from reviews.plans import read_options
from reviews.service.assigning import JOB, store_plan
from reviews.service.finding import refresh_conflicts

READ_PERCENT, SOLVE_PERCENT = 20, 90


@job(JOB)
def plan_assignment(params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Looks for conflicts, asks the engine, stores the plan as a preview. Repeating it makes a new preview."""
    conference_id, options = params["conference_id"], read_options(params["options"])
    actor = _actor(params["account_id"])
    progress(0, sentence("Looking for conflicts"))
    with writing(SYSTEM) as work:
        refresh_conflicts(work, conference_id=conference_id)
    progress(5, sentence("Comparing what reviewers know with what is proposed"))
    with reading(SYSTEM) as work:
        matching = build_matching(work, conference_id, options)

    def told(percent: int, words: Sentence) -> None:
        progress(READ_PERCENT + percent * (SOLVE_PERCENT - READ_PERCENT) // 100, words)

    try:
        plan = plan_for(matching, on_progress=told)
    except assign.Cancelled as error:
        raise Cancelled() from error
    progress(SOLVE_PERCENT, sentence("Writing down why each pair was chosen"))
    stored = stored_form(matching, plan)
    with writing(actor) as work:
        ref = store_plan(work, conference_id=conference_id, options=options, plan=stored)
    return {"plan": ref, "pairs": len(stored.pairs)}


def _actor(account_id: int | None) -> Actor:
    """Who started it, with the roles of this moment: whoever is no chair any more gets no plan."""
    if account_id is None:
        return SYSTEM
    with reading(SYSTEM) as work:
        actor = load_actor(work.db, account_id)
    if actor is None:
        raise Missing()
    return actor
