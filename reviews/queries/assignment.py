"""The chairs' view of a plan, with reviewers' names and without anything about proposals behind the asker's walls."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from cfp.blind import BlindProposal
from conference.work import Work
from plumbing.answers import Missing, require
from plumbing.jobs import Job
from plumbing.sentences import Sentence, counted
from reviews import policy
from reviews.assign import explain_pair
from reviews.assign.words import with_names
from reviews.matching import build_matching, plan_for, reviewer_reference
from reviews.models import AssignmentPlanRow
from reviews.plans import Options, Pair, StoredPlan, read_options, read_plan, references_of
from reviews.queries.committee import Person, judged_proposals, reviewers
from reviews.service.assigning import JOB
from reviews.walls import Hidden

PLANS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan of the past."""

    ref: str
    state: str
    created_at: datetime
    options: Options


@dataclass(frozen=True, slots=True)
class JobLine:
    ref: str
    state: str
    progress: int
    sentence: str
    error: str
    plan: str | None


@dataclass(frozen=True, slots=True)
class Panel:
    """One proposal with the reviewers that the plan gives it, the best fit first."""

    proposal: BlindProposal
    pairs: tuple[tuple[Pair, str], ...]
    """(pair, name of the reviewer)"""
    missing: int


@dataclass(frozen=True, slots=True)
class PlanPage:
    ref: str
    state: str
    created_at: datetime
    options: Options
    plan: StoredPlan
    panels: tuple[Panel, ...]
    loads: tuple[tuple[Person, int], ...]
    """(reviewer, reviews in this plan), by name"""
    unmet: tuple[Sentence, ...]
    causes: tuple[Sentence, ...]
    hidden: Hidden


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """Somebody who is, or could be, on the panel. ``state``: chosen, kept, free, full or shut (with ``reason``)."""

    reviewer: Person
    fit: float
    rank: int
    load: int
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class PanelPage:
    ref: str
    state: str
    panel: Panel
    candidates: tuple[CandidateLine, ...]
    price_of: str
    """Name of the reviewer whose price was asked for."""
    price: tuple[str, ...]


def plan_lines(work: Work, conference_id: int) -> list[PlanLine]:
    """The newest plans. One query."""
    require(policy.can_assign(work.actor, conference_id, work.now))
    rows = work.db.execute(
        select(AssignmentPlanRow.ref, AssignmentPlanRow.state, AssignmentPlanRow.created_at, AssignmentPlanRow.options)
        .where(AssignmentPlanRow.conference_id == conference_id)
        .order_by(AssignmentPlanRow.id.desc())
        .limit(PLANS_SHOWN)
    )
    return [PlanLine(row.ref, row.state, row.created_at, read_options(row.options)) for row in rows]


def latest_job(work: Work, conference_id: int, ref: str | None = None) -> JobLine | None:
    """The newest planning of the conference, or the one of ``ref``. One query."""
    require(policy.can_assign(work.actor, conference_id, work.now))
    query = select(Job).where(Job.conference_id == conference_id, Job.kind == JOB)
    if ref is not None:
        query = query.where(Job.ref == ref)
    row = work.db.scalars(query.order_by(Job.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    plan = None if row.result is None else str(row.result["plan"])
    return JobLine(row.ref, row.state, row.progress, str(row.sentence or ""), str(row.error or ""), plan)


def plan_page(work: Work, conference_id: int, ref: str) -> PlanPage:
    """Eight queries. What stands behind the asker's walls is in no row, sum or sentence."""
    require(policy.can_assign(work.actor, conference_id, work.now))
    row = _plan_row(work, conference_id, ref)
    plan, options = read_plan(row.plan), read_options(row.options)
    judged = judged_proposals(work, conference_id)
    found = judged.found
    people = reviewers(work, conference_id)
    by_id = {proposal.id: proposal for proposal in found}
    pairs = tuple(pair for pair in plan.pairs if pair.proposal in by_id)
    names = {person.id: person.name for person in people}
    panels = _panels(found, pairs, names, options)
    load = Counter(pair.reviewer for pair in pairs)
    known = {proposal.ref for proposal in found} | {reviewer_reference(person.id) for person in people}
    words = _words(found, people)
    return PlanPage(
        ref=row.ref,
        state=row.state,
        created_at=row.created_at,
        options=options,
        plan=replace(plan, pairs=pairs),
        panels=panels,
        loads=tuple((person, load[person.id]) for person in people if person.is_active or load[person.id]),
        unmet=(*_missing_words(panels, options), *_light_words(people, load)),
        causes=tuple(with_names(cause, words) for cause in plan.causes if references_of(cause) <= known),
        hidden=judged.hidden,
    )


def panel_page(work: Work, conference_id: int, ref: str, proposal_ref: str, *, price: int | None = None) -> PanelPage:
    """One proposal of a plan with everybody who could review it; with ``price``, what that reviewer would cost.

    Asks the engine anew, since prices are not stored. Raises ``Missing`` behind a wall.
    """
    require(policy.can_assign(work.actor, conference_id, work.now))
    row = _plan_row(work, conference_id, ref)
    plan, options = read_plan(row.plan), read_options(row.options)
    found = judged_proposals(work, conference_id).found
    proposal = next((each for each in found if each.ref == proposal_ref), None)
    if proposal is None:
        raise Missing()
    people = reviewers(work, conference_id)
    names = {person.id: person.name for person in people}
    visible = {each.id for each in found}
    pairs = tuple(pair for pair in plan.pairs if pair.proposal in visible)
    (panel,) = _panels([proposal], tuple(pair for pair in pairs if pair.proposal == proposal.id), names, options)
    load = Counter(pair.reviewer for pair in pairs)
    candidates, words = _candidates(work, conference_id, options, panel, people, load, price)
    known = {each.ref for each in found} | {reviewer_reference(person.id) for person in people}
    shown = tuple(str(with_names(each, _words(found, people))) for each in words if references_of(each) <= known)
    return PanelPage(ref, row.state, panel, candidates, names.get(price or 0, ""), shown)


def _plan_row(work: Work, conference_id: int, ref: str) -> AssignmentPlanRow:
    row = work.db.scalar(
        select(AssignmentPlanRow).where(AssignmentPlanRow.conference_id == conference_id, AssignmentPlanRow.ref == ref)
    )
    if row is None:
        raise Missing()
    return row


def _panels(
    proposals: list[BlindProposal], pairs: tuple[Pair, ...], names: dict[int, str], options: Options
) -> tuple[Panel, ...]:
    by_proposal: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_proposal[pair.proposal].append(pair)
    panels = []
    for proposal in proposals:
        chosen = sorted(by_proposal[proposal.id], key=lambda pair: (-pair.fit, pair.reviewer))
        shown = tuple((pair, names.get(pair.reviewer, "–")) for pair in chosen)
        panels.append(Panel(proposal, shown, max(0, options.reviews_wanted - len(chosen))))
    return tuple(
        sorted(panels, key=lambda panel: (-panel.missing, panel.proposal.title.casefold(), panel.proposal.ref))
    )


def _missing_words(panels: tuple[Panel, ...], options: Options) -> list[Sentence]:
    return [
        counted(
            "“%(title)s” gets %(given)s of %(wanted)s reviews: %(num)s is missing.",
            "“%(title)s” gets %(given)s of %(wanted)s reviews: %(num)s are missing.",
            panel.missing,
            title=panel.proposal.title,
            given=len(panel.pairs),
            wanted=options.reviews_wanted,
        )
        for panel in panels
        if panel.missing
    ]


def _light_words(people: tuple[Person, ...], load: Counter[int]) -> list[Sentence]:
    return [
        counted(
            "%(name)s gets %(num)s review instead of at least %(least)s.",
            "%(name)s gets %(num)s reviews instead of at least %(least)s.",
            load[person.id],
            name=person.name,
            least=person.load_min,
        )
        for person in people
        if person.is_active and load[person.id] < person.load_min
    ]


def _words(proposals: list[BlindProposal], people: tuple[Person, ...]) -> dict[str, str]:
    """What stands for a reference in a sentence that this chair reads."""
    titles = {proposal.ref: f"“{proposal.title}”" for proposal in proposals}
    return titles | {reviewer_reference(person.id): person.name for person in people}


def _candidates(
    work: Work,
    conference_id: int,
    options: Options,
    panel: Panel,
    people: tuple[Person, ...],
    load: Counter[int],
    price: int | None,
) -> tuple[tuple[CandidateLine, ...], tuple[Sentence, ...]]:
    """Everybody, the best fit first, and the engine's words about the one whose price is asked for."""
    matching = build_matching(work, conference_id, options)
    by_id = {person.id: person for person in people}
    chosen = {pair.reviewer: pair for pair, _name in panel.pairs}
    lines: list[CandidateLine] = []
    words: tuple[Sentence, ...] = ()
    for each in matching.reviewers:
        place = matching.place_of(panel.proposal.id, each.id)
        if place is None or each.id not in by_id:
            continue
        code = int(matching.problem.block(place[0], place[0] + 1)[1][0, place[1]])
        fit = 0.0 if matching.likeness is None else float(matching.likeness.scores[place]) / 1_000_000
        state, reason = _state(chosen.get(each.id), load[each.id], by_id[each.id])
        if code:
            state, reason = "shut", str(matching.problem.reason(code))
        lines.append(CandidateLine(by_id[each.id], round(fit, 3), 0, load[each.id], state, reason))
        if each.id == price:
            words = explain_pair(matching.problem, plan_for(matching), *place).sentences
    ordered = sorted(lines, key=lambda line: (-line.fit, line.reviewer.name))
    return tuple(replace(line, rank=rank) for rank, line in enumerate(ordered, start=1)), words


def _state(pair: Pair | None, load: int, person: Person) -> tuple[str, str]:
    if pair is not None:
        return ("kept" if pair.origin == "kept" else "chosen"), ""
    return ("full" if load >= person.load_max else "free"), ""
