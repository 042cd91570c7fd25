"""The decision table: every proposal with what its reviews say together. For chairs; without authors.

A chair in conflict, or one who owes a review of it, sees the row and nothing else of it: no score, no verdict, and
neither a filter, an order nor a sum that would tell them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal

from sqlalchemy import func, select

from cfp.blind import BlindProposal, proposals_for_review
from cfp.outcomes import OutcomeFacts, outcomes_of
from conference.work import Work
from plumbing.answers import require
from reviews import policy, scoring
from reviews.conflicts import reviewer_in_conflict
from reviews.models import Criterion, Decision, Review, ReviewScore
from reviews.walls import Walls, walls_of_actor

OUTCOMES = {"accept": "accepted", "reject": "rejected", "waitlist": "waitlisted"}
"""What a verdict becomes when it is told."""

Sort = Literal["title", "track", "kind", "count", "mean", "spread", "confidence", "verdict"]
SORTS: tuple[Sort, ...] = ("title", "track", "kind", "count", "mean", "spread", "confidence", "verdict")
Wall = Literal["", "conflict", "owed"]
"""Why the actor sees no more than the row: nothing, in conflict, or the own review is owed."""
VERDICT_FILTERS = ("none", "accept", "waitlist", "reject", "private")
VERDICT_ORDER = {"accept": 0, "waitlist": 1, "reject": 2}


@dataclass(frozen=True, slots=True)
class Scores:
    """The sent reviews of one proposal in numbers."""

    summary: scoring.Summary
    pitches: int


@dataclass(frozen=True, slots=True)
class DecisionFacts:
    verdict: str
    waitlist_position: int | None
    version: int
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """One proposal. ``scores`` and ``decision`` are None behind a wall."""

    proposal: BlindProposal
    wall: Wall
    scores: Scores | None
    decision: DecisionFacts | None
    outcome: str
    answer: str

    @property
    def is_walled(self) -> bool:
        return self.wall != ""

    @property
    def verdict(self) -> str | None:
        return None if self.decision is None else self.decision.verdict

    @property
    def is_private(self) -> bool:
        """Decided, and the authors have not been told just that."""
        return self.verdict is not None and OUTCOMES[self.verdict] != self.outcome


@dataclass(frozen=True, slots=True)
class Filter:
    words: str = ""
    track: int | None = None
    kind: str = ""
    verdict: str = ""
    sort: Sort = "mean"
    descending: bool = True


NO_SCORES = Scores(scoring.summary((), ()), 0)


def load_rows(work: Work, conference_id: int) -> list[Row]:
    """All proposals that the actor leads, by reference. Eight queries, however many."""
    require(policy.can_open_table(work.actor, conference_id, work.now))
    walls = walls_of_actor(work, conference_id)
    scores = load_scores(work, conference_id)
    decisions = _decisions(work, conference_id)
    outcomes = outcomes_of(work, conference_id)
    return [
        _row(proposal, wall, scores, decisions, outcomes)
        for proposal in proposals_for_review(work, conference_id)
        if (wall := _wall(work, walls, proposal)) is not None
    ]


def load_scores(work: Work, conference_id: int, proposal_id: int | None = None) -> dict[int, Scores]:
    """Sent reviews by proposal; those of reviewers in conflict count for nothing. One query.

    The weighted mean of a review is Σ w·s / Σ w, added up by the database in whole numbers (see ``scoring.overall``).
    """
    query = (
        select(
            Review.proposal_id,
            Review.confidence,
            Review.is_sales_pitch,
            func.sum(ReviewScore.value * Criterion.weight).label("total"),
            func.sum(Criterion.weight).label("weight"),
        )
        .outerjoin(ReviewScore, ReviewScore.review_id == Review.id)
        .outerjoin(Criterion, Criterion.id == ReviewScore.criterion_id)
        .where(Review.conference_id == conference_id, Review.state == "submitted", ~reviewer_in_conflict())
        .group_by(Review.id)
    )
    if proposal_id is not None:
        query = query.where(Review.proposal_id == proposal_id)
    overalls: dict[int, list[float]] = defaultdict(list)
    confidences: dict[int, list[int]] = defaultdict(list)
    pitches: dict[int, int] = defaultdict(int)
    for row in work.db.execute(query):
        if row.weight:
            overalls[row.proposal_id].append(int(row.total) / int(row.weight))
        if row.confidence is not None:
            confidences[row.proposal_id].append(row.confidence)
        pitches[row.proposal_id] += bool(row.is_sales_pitch)
    return {
        number: Scores(scoring.summary(overalls[number], confidences[number]), count)
        for number, count in pitches.items()
    }


def chosen_rows(rows: Iterable[Row], wanted: Filter) -> list[Row]:
    """Filtered and sorted. What stands behind a wall matches no filter on verdicts and always comes last."""
    words = wanted.words.casefold().split()
    found = [row for row in rows if _fits(row, wanted, words)]
    keyed = [(_key(row, wanted.sort), row) for row in found]
    known = sorted(((key, row) for key, row in keyed if key is not None), key=itemgetter(0), reverse=wanted.descending)
    return [row for _key, row in known] + [row for key, row in keyed if key is None]


def _row(
    proposal: BlindProposal,
    wall: Wall,
    scores: dict[int, Scores],
    decisions: dict[int, DecisionFacts],
    outcomes: dict[int, OutcomeFacts],
) -> Row:
    if wall:
        return Row(proposal, wall, None, None, "", "")
    told = outcomes.get(proposal.id, OutcomeFacts("undecided", "unanswered"))
    return Row(
        proposal,
        wall,
        scores.get(proposal.id, NO_SCORES),
        decisions.get(proposal.id),
        told.outcome,
        told.answer,
    )


def _decisions(work: Work, conference_id: int) -> dict[int, DecisionFacts]:
    rows = work.db.execute(
        select(
            Decision.proposal_id, Decision.verdict, Decision.waitlist_position, Decision.version, Decision.note
        ).where(Decision.conference_id == conference_id)
    )
    return {row.proposal_id: DecisionFacts(row.verdict, row.waitlist_position, row.version, row.note) for row in rows}


def _wall(work: Work, walls: Walls, proposal: BlindProposal) -> Wall | None:
    """Which one stands before this proposal; None when the actor does not lead it, so that there is no row."""
    answer = walls.answer(work, proposal)
    if answer.hidden:
        return None
    if answer:
        return ""
    return "owed" if answer == policy.OWN_FIRST else "conflict"


def _fits(row: Row, wanted: Filter, words: list[str]) -> bool:
    proposal = row.proposal
    return (
        (not words or _has_words(proposal, words))
        and wanted.track in (None, proposal.track_id)
        and wanted.kind in ("", proposal.presenter_kind)
        and _fits_verdict(row, wanted.verdict)
    )


def _has_words(proposal: BlindProposal, words: list[str]) -> bool:
    text = f"{proposal.ref} {proposal.title} {proposal.abstract}".casefold()
    return all(word in text for word in words)


def _fits_verdict(row: Row, wanted: str) -> bool:
    if not wanted:
        return True
    if row.is_walled:
        return False
    if wanted == "private":
        return row.is_private
    return row.verdict == (None if wanted == "none" else wanted)


def _key(row: Row, sort: Sort) -> tuple[object, ...] | None:
    """What a row is sorted by, with the reference last so that the order is always the same; None goes to the end."""
    proposal, scores = row.proposal, row.scores
    value: object
    if sort == "title":
        value = proposal.title.casefold()
    elif sort == "track":
        value = (proposal.track_name or "").casefold()
    elif sort == "kind":
        value = proposal.presenter_kind
    elif scores is None:
        return None
    elif sort == "verdict":
        value = (
            None
            if row.verdict is None
            else (VERDICT_ORDER[row.verdict], row.decision and row.decision.waitlist_position or 0)
        )
    else:
        value = getattr(scores.summary, sort)
    return None if value is None else (value, proposal.ref)
