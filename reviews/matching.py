"""The question that the assignment engine is asked: proposals and reviewers by reference, no name among them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from cfp.blind import BlindProposal, proposals_for_review
from conference.models import Role
from conference.work import Work
from plumbing.answers import Invalid
from plumbing.sentences import Sentence, sentence
from reviews.assign import UNIT, AssignmentPlan, AssignmentProblem, ProblemError, solve
from reviews.assign.rules import EvenLoad
from reviews.assign.similarity import Similarity, similarity
from reviews.conflicts import stands
from reviews.models import Assignment, ConflictOfInterest, Review, Reviewer
from reviews.plans import Options, Pair, StoredPlan

EVEN_STEP = UNIT // 20
"""What the second, third … review of a person costs more than the one before when only even loads count."""
REASONS = (
    sentence("They are in conflict of interest."),
    sentence("The reviewer gave this assignment back."),
)
IN_CONFLICT, GAVE_BACK = 1, 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reviewer as the engine knows one."""

    id: int
    words: str
    load_min: int
    load_max: int


@dataclass(frozen=True, eq=False)
class Matching:
    problem: AssignmentProblem
    proposals: tuple[BlindProposal, ...]
    reviewers: tuple[Candidate, ...]
    kept: frozenset[tuple[int, int]]
    """Places of the pairs that are assigned already."""
    likeness: Similarity | None
    """None when no reviewer has said anything."""

    def place_of(self, proposal_id: int, reviewer_id: int) -> tuple[int, int] | None:
        p = next((at for at, proposal in enumerate(self.proposals) if proposal.id == proposal_id), None)
        r = next((at for at, reviewer in enumerate(self.reviewers) if reviewer.id == reviewer_id), None)
        return None if p is None or r is None else (p, r)


def reviewer_reference(reviewer_id: int) -> str:
    """How the engine calls a reviewer; references of proposals are their own."""
    return f"reviewer-{reviewer_id}"


def build_matching(work: Work, conference_id: int, options: Options) -> Matching:
    """Seven queries. Raises ``Invalid`` when there is nobody or nothing to assign, or when loads cannot be."""
    proposals = tuple(proposals_for_review(work, conference_id))
    reviewers = load_candidates(work, conference_id)
    at_p = {proposal.id: at for at, proposal in enumerate(proposals)}
    at_r = {reviewer.id: at for at, reviewer in enumerate(reviewers)}
    kept, written, given_back = _earlier(work, conference_id, at_p, at_r)
    forbidden = np.zeros((len(proposals), len(reviewers)), dtype=np.uint8)
    for place in given_back:
        forbidden[place] = GAVE_BACK
    for place in _conflicts(work, conference_id, at_p, at_r):
        forbidden[place] = IN_CONFLICT
    fixed = sorted(place for place in kept if not forbidden[place])
    held = np.bincount([r for _p, r in fixed], minlength=len(reviewers)) if reviewers else np.zeros(0, dtype=np.int64)
    likeness = _likeness(reviewers, proposals)
    try:
        problem = AssignmentProblem(
            proposals=tuple(proposal.ref for proposal in proposals),
            reviewers=tuple(reviewer_reference(reviewer.id) for reviewer in reviewers),
            scores=_scores(likeness, forbidden.shape, options),
            wanted=_wanted(len(proposals), fixed, options),
            load_max=np.maximum(np.array([each.load_max for each in reviewers], dtype=np.int64), held),
            load_min=np.array([each.load_min for each in reviewers], dtype=np.int64),
            forbidden=forbidden,
            reasons=REASONS,
            pinned=tuple(place for place in fixed if place not in written),
            frozen=tuple(place for place in fixed if place in written),
            rules=(EvenLoad(EVEN_STEP * (100 - options.fit_percent) // 100),),
        )
    except ProblemError as error:
        raise Invalid("options", "problem", error.sentence) from error
    return Matching(problem, proposals, reviewers, frozenset(fixed), likeness)


def plan_for(
    matching: Matching,
    *,
    on_progress: Callable[[int, Sentence], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> AssignmentPlan:
    return solve(matching.problem, on_progress=on_progress, should_stop=should_stop)


def stored_form(matching: Matching, plan: AssignmentPlan) -> StoredPlan:
    """The plan with, for each pair, why: how well it fits, at which rank, and by which words."""
    ranks = _ranks(matching)
    pairs = []
    for p, r in plan.pairs.tolist():
        pairs.append(describe_pair(matching, p, r, rank=int(ranks[p, r]), kept=(p, r) in matching.kept))
    return StoredPlan(
        pairs=tuple(pairs),
        causes=plan.causes,
        total=plan.total / UNIT,
        is_optimal=plan.certificate.is_optimal,
        proof=str(plan.certificate.proof),
        seconds=round(plan.seconds, 2),
        stopped=plan.stopped,
    )


def describe_pair(matching: Matching, p: int, r: int, *, rank: int | None = None, kept: bool = False) -> Pair:
    likeness = matching.likeness
    return Pair(
        proposal=matching.proposals[p].id,
        reviewer=matching.reviewers[r].id,
        fit=0.0 if likeness is None else round(float(likeness.scores[p, r]) / UNIT, 3),
        rank=int(_ranks(matching)[p, r]) if rank is None else rank,
        terms=() if likeness is None else tuple(term.term for term in likeness.shared_terms(p, r)),
        origin="kept" if kept else "solver",
    )


def load_candidates(work: Work, conference_id: int) -> tuple[Candidate, ...]:
    """Everybody who reviews: has the role and has not been put on hold. One query."""
    rows = work.db.execute(
        select(Reviewer.id, Reviewer.words, Reviewer.load_min, Reviewer.load_max)
        .join(Role, (Role.account_id == Reviewer.account_id) & (Role.conference_id == Reviewer.conference_id))
        .where(Reviewer.conference_id == conference_id, Reviewer.is_active, Role.kind == "reviewer")
        .order_by(Reviewer.id)
    )
    return tuple(Candidate(*row) for row in rows)


def _earlier(
    work: Work, conference_id: int, at_p: dict[int, int], at_r: dict[int, int]
) -> tuple[set[tuple[int, int]], set[tuple[int, int]], set[tuple[int, int]]]:
    """Places of the pairs that stand, that have something written, and that were given back."""
    rows = work.db.execute(
        select(
            Assignment.proposal_id, Assignment.reviewer_id, Assignment.ended_at, Assignment.declined_reason, Review.id
        )
        .outerjoin(
            Review,
            (Review.reviewer_id == Assignment.reviewer_id) & (Review.proposal_id == Assignment.proposal_id),
        )
        .where(Assignment.conference_id == conference_id)
    ).all()
    kept: set[tuple[int, int]] = set()
    written: set[tuple[int, int]] = set()
    given_back: set[tuple[int, int]] = set()
    for proposal_id, reviewer_id, ended_at, declined_reason, review_id in rows:
        if proposal_id not in at_p or reviewer_id not in at_r:
            continue
        place = at_p[proposal_id], at_r[reviewer_id]
        if ended_at is None:
            kept.add(place)
            if review_id is not None:
                written.add(place)
        elif declined_reason:
            given_back.add(place)
    return kept, written, given_back


def _conflicts(work: Work, conference_id: int, at_p: dict[int, int], at_r: dict[int, int]) -> list[tuple[int, int]]:
    rows = work.db.execute(
        select(ConflictOfInterest.proposal_id, ConflictOfInterest.reviewer_id).where(
            ConflictOfInterest.conference_id == conference_id, stands()
        )
    ).all()
    return [(at_p[p], at_r[r]) for p, r in rows if p in at_p and r in at_r]


def _likeness(reviewers: Sequence[Candidate], proposals: Sequence[BlindProposal]) -> Similarity | None:
    if not any(reviewer.words.strip() for reviewer in reviewers):
        return None
    texts = [[reviewer.words] if reviewer.words.strip() else [] for reviewer in reviewers]
    try:
        return similarity(texts, [f"{proposal.title}\n{proposal.abstract}" for proposal in proposals])
    except ProblemError:
        return None


def _scores(likeness: Similarity | None, shape: tuple[int, ...], options: Options) -> np.ndarray:
    if likeness is None:
        return np.zeros(shape, dtype=np.int64)
    return likeness.scores * options.fit_percent // 100


def _wanted(count: int, fixed: Sequence[tuple[int, int]], options: Options) -> np.ndarray:
    """As many as asked for, and never fewer than there are already."""
    there = np.bincount([p for p, _r in fixed], minlength=count)
    return np.maximum(there, options.reviews_wanted)


def _ranks(matching: Matching) -> np.ndarray:
    """Rank (from 1) of each reviewer for each proposal by fit; those in conflict come last and are not counted."""
    if matching.likeness is None:
        return np.ones(matching.problem.shape, dtype=np.int64)
    codes = matching.problem.block(0, len(matching.proposals))[1]
    scores = np.where(codes == 0, matching.likeness.scores, -1)
    ordered = np.sort(-scores, axis=1)
    return np.stack([np.searchsorted(ordered[p], -scores[p], side="left") + 1 for p in range(len(scores))])
