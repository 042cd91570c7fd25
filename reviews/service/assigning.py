"""Assignment for chairs: a plan is proposed by a job, edited, applied, undone. ``assign_now`` does it in one step."""

from collections import Counter
from dataclasses import dataclass, replace

from sqlalchemy import select, update

from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, require
from plumbing.refs import new_ref
from plumbing.sentences import sentence
from reviews import policy
from reviews.conflicts import stands
from reviews.events import ReviewsAssigned
from reviews.matching import Matching, build_matching, describe_pair, plan_for, stored_form
from reviews.models import Assignment, AssignmentPlanRow, ConflictOfInterest, Review, ReviewPhase
from reviews.plans import FIT_PERCENT, REVIEWS_WANTED_MAX, Options, StoredPlan, read_options, read_plan
from reviews.service.finding import refresh_conflicts
from reviews.walls import walls_of_actor

JOB = "assign"
WANTED_WHEN_UNSET = 3
NOT_A_PREVIEW = sentence("This plan was applied, undone or replaced meanwhile.")


@dataclass(frozen=True, slots=True)
class Applied:
    """How many assignments are new, how many pairs were left out, since the reviewer is in conflict or gave them back
    by now, how many reviewers got a letter. What stands behind the asker's walls is in no number.
    """

    new: int
    left_out: int
    given_back: int
    reviewers: int


@dataclass(frozen=True, slots=True)
class Undone:
    """Without what stands behind the asker's walls, of which not even the number of begun reviews is told."""

    ended: int
    stayed: int
    """Assignments on which something is written already."""


@dataclass(frozen=True, slots=True)
class AssignedNow:
    plan_ref: str
    pairs: int
    missing: int
    """Reviews short of what was wanted."""


def start_planning(work: Work, *, conference_id: int, options: Options) -> str:
    """Hands the planning to a worker; returns the job's reference."""
    require(policy.can_assign(work.actor, conference_id, work.now))
    check_options(options)
    params = {"conference_id": conference_id, "options": options.to_json(), "account_id": work.actor.account_id}
    return work.start_job(JOB, params, conference_id=conference_id)


def store_plan(work: Work, *, conference_id: int, options: Options, plan: StoredPlan) -> str:
    """Keeps a plan as the one preview of the conference; earlier previews are discarded."""
    require(policy.can_assign(work.actor, conference_id, work.now))
    work.db.execute(
        update(AssignmentPlanRow)
        .where(AssignmentPlanRow.conference_id == conference_id, AssignmentPlanRow.state == "preview")
        .values(state="discarded")
    )
    row = AssignmentPlanRow(
        conference_id=conference_id,
        ref=new_ref(),
        made_by_id=work.actor.account_id,
        options=options.to_json(),
        plan=plan.to_json(),
        created_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    work.audit(
        "assignment_plan.make",
        conference_id=conference_id,
        subject=("assignment_plan", row.id),
        after={**options.to_json(), "pairs": len(plan.pairs)},
    )
    return row.ref


def add_pair(work: Work, *, conference_id: int, plan_ref: str, proposal_id: int, reviewer_id: int) -> None:
    """By hand, whatever the loads say; never against a conflict."""
    row, plan = _preview(work, conference_id, plan_ref)
    require(policy.can_assign(work.actor, conference_id, work.now))
    _check_wall(work, conference_id, proposal_id)
    if any((pair.proposal, pair.reviewer) == (proposal_id, reviewer_id) for pair in plan.pairs):
        raise Invalid("reviewer", "twice", sentence("This pair is in the plan already."))
    matching = build_matching(work, conference_id, read_options(row.options))
    place = matching.place_of(proposal_id, reviewer_id)
    if place is None:
        raise Missing()
    code = int(matching.problem.block(place[0], place[0] + 1)[1][0, place[1]])
    if code:
        raise Invalid("reviewer", "shut", matching.problem.reason(code))
    pair = replace(describe_pair(matching, *place), origin="chair")
    _edit(work, row, replace(plan, pairs=(*plan.pairs, pair), is_edited=True), "add", proposal_id, reviewer_id)


def remove_pair(work: Work, *, conference_id: int, plan_ref: str, proposal_id: int, reviewer_id: int) -> None:
    """Takes a pair out of the plan; one that is assigned already stays assigned and cannot be taken out here."""
    row, plan = _preview(work, conference_id, plan_ref)
    require(policy.can_assign(work.actor, conference_id, work.now))
    _check_wall(work, conference_id, proposal_id)
    found = [pair for pair in plan.pairs if (pair.proposal, pair.reviewer) == (proposal_id, reviewer_id)]
    if not found:
        raise Missing()
    if found[0].origin == "kept":
        raise Invalid("reviewer", "kept", sentence("This pair is assigned already; the plan only builds on it."))
    left = tuple(pair for pair in plan.pairs if pair is not found[0])
    _edit(work, row, replace(plan, pairs=left, is_edited=True), "remove", proposal_id, reviewer_id)


def swap_pair(
    work: Work, *, conference_id: int, plan_ref: str, proposal_id: int, reviewer_id: int, other_id: int
) -> None:
    """Another reviewer instead of this one; all or nothing."""
    require(policy.can_assign(work.actor, conference_id, work.now))
    pair = {"conference_id": conference_id, "plan_ref": plan_ref, "proposal_id": proposal_id}
    remove_pair(work, **pair, reviewer_id=reviewer_id)  # type: ignore[arg-type]
    work.db.flush()
    add_pair(work, **pair, reviewer_id=other_id)  # type: ignore[arg-type]


def discard_plan(work: Work, *, conference_id: int, plan_ref: str) -> None:
    row, _plan = _preview(work, conference_id, plan_ref)
    require(policy.can_assign(work.actor, conference_id, work.now))
    row.state = "discarded"
    work.audit("assignment_plan.discard", conference_id=conference_id, subject=("assignment_plan", row.id))


def apply_plan(work: Work, *, conference_id: int, plan_ref: str) -> Applied:
    """Makes the assignments and tells each reviewer once. Pairs that came into conflict or were given back since the
    plan was made are left out.
    """
    row, plan = _preview(work, conference_id, plan_ref)
    require(policy.can_assign(work.actor, conference_id, work.now))
    refresh_conflicts(work, conference_id=conference_id)
    walls = walls_of_actor(work, conference_id).numbers(work)
    shut = _pairs_in_conflict(work, conference_id)
    returned = _pairs_given_back(work, conference_id) - shut
    wanted = [(pair.reviewer, pair.proposal) for pair in plan.pairs]
    free = [pair for pair in wanted if pair not in shut | returned]
    new = _assign(work, row, free)
    for reviewer_id, count in sorted(Counter(reviewer for reviewer, _proposal in new).items()):
        work.emit(ReviewsAssigned(reviewer_id, count), conference_id=conference_id)
    row.state, row.applied_at = "applied", work.now
    work.audit(
        "assignment_plan.apply",
        conference_id=conference_id,
        subject=("assignment_plan", row.id),
        after={"new": len(new), "left_out": len(wanted) - len(free)},
    )
    told = [pair for pair in wanted if pair[1] not in walls]
    begun = [pair for pair in new if pair[1] not in walls]
    return Applied(
        new=len(begun),
        left_out=sum(pair in shut for pair in told),
        given_back=sum(pair in returned for pair in told),
        reviewers=len({reviewer for reviewer, _proposal in begun}),
    )


def undo_plan(work: Work, *, conference_id: int, plan_ref: str) -> Undone:
    """Ends what the plan began, except where a reviewer has written already."""
    row = _load(work, conference_id, plan_ref)
    require(policy.can_assign(work.actor, conference_id, work.now))
    if row.state != "applied":
        raise Conflict(NOT_A_PREVIEW)
    rows = work.db.scalars(
        select(Assignment).where(Assignment.plan_id == row.id, Assignment.ended_at.is_(None)).order_by(Assignment.id)
    ).all()
    written = {
        tuple(pair)
        for pair in work.db.execute(
            select(Review.reviewer_id, Review.proposal_id).where(Review.conference_id == conference_id)
        )
    }
    walls = walls_of_actor(work, conference_id).numbers(work)
    ending = [each for each in rows if (each.reviewer_id, each.proposal_id) not in written]
    for each in ending:
        each.ended_at = work.now
    row.state, row.undone_at = "undone", work.now
    work.audit(
        "assignment_plan.undo",
        conference_id=conference_id,
        subject=("assignment_plan", row.id),
        after={"ended": len(ending), "stayed": len(rows) - len(ending)},
    )
    ended = sum(each.proposal_id not in walls for each in ending)
    return Undone(ended, sum(each.proposal_id not in walls for each in rows) - ended)


def assign_now(work: Work, *, conference_id: int, options: Options | None = None) -> AssignedNow:
    """Plans and applies in this very transaction: for commands, the demo and tests."""
    require(policy.can_assign(work.actor, conference_id, work.now))
    options = options or default_options(work, conference_id)
    check_options(options)
    refresh_conflicts(work, conference_id=conference_id)
    matching = build_matching(work, conference_id, options)
    plan = plan_for(matching)
    ref = store_plan(work, conference_id=conference_id, options=options, plan=stored_form(matching, plan))
    apply_plan(work, conference_id=conference_id, plan_ref=ref)
    missing = sum(wish.missing for wish in plan.unmet if wish.kind == "reviews")
    return AssignedNow(ref, len(plan.pairs), missing)


def default_options(work: Work, conference_id: int) -> Options:
    """What the phase asks for. One query."""
    wanted = work.db.scalar(select(ReviewPhase.reviews_wanted).where(ReviewPhase.conference_id == conference_id))
    return Options(wanted or WANTED_WHEN_UNSET, FIT_PERCENT)


def check_options(options: Options) -> None:
    if not 1 <= options.reviews_wanted <= REVIEWS_WANTED_MAX:
        words = sentence("A number from 1 to %(most)s, please.", most=REVIEWS_WANTED_MAX)
        raise Invalid("reviews_wanted", "range", words)
    if not 0 <= options.fit_percent <= 100:
        raise Invalid("fit_percent", "range", sentence("A number from 0 to %(most)s, please.", most=100))


def matching_of(work: Work, *, conference_id: int, options: Options) -> Matching:
    """What the engine would be asked now: for the price of a pair."""
    require(policy.can_assign(work.actor, conference_id, work.now))
    return build_matching(work, conference_id, options)


def _load(work: Work, conference_id: int, plan_ref: str) -> AssignmentPlanRow:
    row = work.db.scalar(
        select(AssignmentPlanRow).where(
            AssignmentPlanRow.ref == plan_ref, AssignmentPlanRow.conference_id == conference_id
        )
    )
    if row is None:
        raise Missing()
    return row


def _preview(work: Work, conference_id: int, plan_ref: str) -> tuple[AssignmentPlanRow, StoredPlan]:
    row = _load(work, conference_id, plan_ref)
    if row.state != "preview":
        raise Conflict(NOT_A_PREVIEW)
    return row, read_plan(row.plan)


def _check_wall(work: Work, conference_id: int, proposal_id: int) -> None:
    """A chair behind a wall may not even know whether the pair is there."""
    if proposal_id in walls_of_actor(work, conference_id).numbers(work):
        raise Missing()


def _edit(
    work: Work, row: AssignmentPlanRow, plan: StoredPlan, action: str, proposal_id: int, reviewer_id: int
) -> None:
    row.plan = plan.to_json()
    work.audit(
        f"assignment_plan.{action}",
        conference_id=row.conference_id,
        subject=("assignment_plan", row.id),
        after={"proposal_id": proposal_id, "reviewer_id": reviewer_id},
    )


def _pairs_in_conflict(work: Work, conference_id: int) -> set[tuple[int, int]]:
    """(reviewer, proposal). One query."""
    rows = work.db.execute(
        select(ConflictOfInterest.reviewer_id, ConflictOfInterest.proposal_id).where(
            ConflictOfInterest.conference_id == conference_id, stands()
        )
    )
    return {(row.reviewer_id, row.proposal_id) for row in rows}


def _pairs_given_back(work: Work, conference_id: int) -> set[tuple[int, int]]:
    """(reviewer, proposal). One query."""
    rows = work.db.execute(
        select(Assignment.reviewer_id, Assignment.proposal_id).where(
            Assignment.conference_id == conference_id,
            Assignment.ended_at.is_not(None),
            Assignment.declined_reason != "",
        )
    )
    return {(row.reviewer_id, row.proposal_id) for row in rows}


def _assign(work: Work, row: AssignmentPlanRow, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs that were not assigned before. One that was ended begins again."""
    known = {
        (each.reviewer_id, each.proposal_id): each
        for each in work.db.scalars(select(Assignment).where(Assignment.conference_id == row.conference_id))
    }
    new = []
    for reviewer_id, proposal_id in pairs:
        found = known.get((reviewer_id, proposal_id))
        if found is not None and found.ended_at is None:
            continue
        if found is None:
            found = Assignment(
                conference_id=row.conference_id, reviewer_id=reviewer_id, proposal_id=proposal_id, plan_id=row.id
            )
            work.db.add(found)
        found.plan_id, found.assigned_at, found.ended_at, found.declined_reason = row.id, work.now, None, ""
        new.append((reviewer_id, proposal_id))
    work.db.flush()
    return new
