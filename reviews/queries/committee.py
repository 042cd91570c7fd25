"""What chairs see of reviewers and of their work. Sums leave out every proposal that the asker may not judge."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from cfp.blind import BlindProposal, proposals_for_review
from conference.models import Account, Role
from conference.work import Work
from plumbing.answers import Missing, require
from reviews import policy
from reviews.models import Assignment, Criterion, Review, Reviewer, ReviewPhase
from reviews.walls import Hidden, walls_of_actor


@dataclass(frozen=True, slots=True)
class Person:
    """A reviewer with the name. ``sent`` and ``begun`` count reviews of what is ``assigned``."""

    id: int
    name: str
    words: str
    load_min: int
    load_max: int
    is_active: bool
    assigned: int = 0
    sent: int = 0
    begun: int = 0
    gave_back: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The proposals that the actor leads: those without a wall, those of which the own review is owed, and a count."""

    found: list[BlindProposal]
    owed: list[BlindProposal]
    conflicts: int

    @property
    def hidden(self) -> Hidden:
        return Hidden(self.conflicts, len(self.owed))


@dataclass(frozen=True, slots=True)
class Load:
    """One assignment that stands or was given back, with what became of it."""

    reviewer_id: int
    proposal_id: int
    state: str
    sent_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ProposalProgress:
    """``is_owed``: the asker's own review is missing. The numbers are shown all the same: they say who is late,
    not what was said, and nobody's name is with them.
    """

    proposal: BlindProposal
    assigned: int
    sent: int
    is_owed: bool


@dataclass(frozen=True, slots=True)
class GivenBack:
    name: str
    proposal: BlindProposal
    reason: str


@dataclass(frozen=True, slots=True)
class PhaseSetUp:
    opens_at: datetime
    closes_at: datetime
    reviews_wanted: int
    guidance: str
    version: int


@dataclass(frozen=True, slots=True)
class CriterionSetUp:
    id: int
    name: str
    help: str
    weight: int
    labels: tuple[str, ...]
    position: int
    version: int


@dataclass(frozen=True, slots=True)
class Progress:
    people: tuple[Person, ...]
    proposals: tuple[ProposalProgress, ...]
    given_back: tuple[GivenBack, ...]
    by_day: tuple[tuple[date, int], ...]
    phase: PhaseSetUp | None
    hidden: Hidden


def phase_set_up(work: Work, conference_id: int) -> PhaseSetUp | None:
    """One query."""
    row = work.db.execute(
        select(
            ReviewPhase.opens_at,
            ReviewPhase.closes_at,
            ReviewPhase.reviews_wanted,
            ReviewPhase.guidance,
            ReviewPhase.version,
        ).where(ReviewPhase.conference_id == conference_id)
    ).one_or_none()
    return None if row is None else PhaseSetUp(*row)


def criteria_set_up(work: Work, conference_id: int) -> tuple[CriterionSetUp, ...]:
    """One query."""
    columns = (
        *(Criterion.id, Criterion.name, Criterion.help, Criterion.weight, Criterion.labels),
        *(Criterion.position, Criterion.version),
    )
    rows = work.db.execute(
        select(*columns).where(Criterion.conference_id == conference_id).order_by(Criterion.position, Criterion.id)
    )
    return tuple(CriterionSetUp(*row[:4], tuple(row.labels), row.position, row.version) for row in rows)


def reviewers(work: Work, conference_id: int, loads: Collection[Load] = ()) -> tuple[Person, ...]:
    """Everybody who has the role, by name, with the sums of ``loads``. One query."""
    require(policy.can_see_progress(work.actor, conference_id, work.now))
    rows = work.db.execute(
        select(Reviewer.id, Account.name, Reviewer.words, Reviewer.load_min, Reviewer.load_max, Reviewer.is_active)
        .join(Account, Account.id == Reviewer.account_id)
        .join(Role, (Role.account_id == Account.id) & (Role.conference_id == Reviewer.conference_id))
        .where(Reviewer.conference_id == conference_id, Role.kind == "reviewer")
        .order_by(Account.name, Reviewer.id)
    ).all()
    counts = Counter((load.reviewer_id, load.state) for load in loads)
    return tuple(
        Person(
            *row,
            assigned=sum(counts[row.id, state] for state in ("todo", "draft", "sent")),
            sent=counts[row.id, "sent"],
            begun=counts[row.id, "draft"],
            gave_back=counts[row.id, "gave_back"],
        )
        for row in rows
    )


def reviewer(work: Work, conference_id: int, reviewer_id: int) -> Person:
    """One of them, for the chairs' form. Raises ``Missing``."""
    found = [person for person in reviewers(work, conference_id) if person.id == reviewer_id]
    if not found:
        raise Missing()
    return found[0]


def judged_proposals(work: Work, conference_id: int) -> Judged:
    """Five queries."""
    walls = walls_of_actor(work, conference_id)
    found: list[BlindProposal] = []
    owed: list[BlindProposal] = []
    conflicts = 0
    for proposal in proposals_for_review(work, conference_id):
        answer = walls.answer(work, proposal)
        if answer:
            found.append(proposal)
        elif answer == policy.OWN_FIRST:
            owed.append(proposal)
        else:
            conflicts += not answer.hidden
    return Judged(found, owed, conflicts)


def loads_of(work: Work, conference_id: int, proposals: Collection[int]) -> list[Load]:
    """Assignments of these proposals that stand or were given back. One query."""
    wanted = set(proposals)
    rows = work.db.execute(
        select(
            Assignment.reviewer_id,
            Assignment.proposal_id,
            Assignment.ended_at,
            Assignment.declined_reason,
            Review.state,
            Review.submitted_at,
        )
        .outerjoin(
            Review,
            (Review.reviewer_id == Assignment.reviewer_id) & (Review.proposal_id == Assignment.proposal_id),
        )
        .where(Assignment.conference_id == conference_id)
        .order_by(Assignment.id)
    )
    states = {None: "todo", "draft": "draft", "submitted": "sent"}
    return [
        Load(
            row.reviewer_id,
            row.proposal_id,
            states[row.state] if row.ended_at is None else "gave_back",
            row.submitted_at,
            row.declined_reason,
        )
        for row in rows
        if row.proposal_id in wanted and (row.ended_at is None or row.declined_reason)
    ]


def progress(work: Work, conference_id: int, zone: str) -> Progress:
    """How far everybody is. Eight queries. A proposal of which the own review is owed counts in its own line only:
    the sums of reviewers less what is known of them would tell who reviews it.
    """
    require(policy.can_see_progress(work.actor, conference_id, work.now))
    judged = judged_proposals(work, conference_id)
    by_id = {proposal.id: proposal for proposal in judged.found}
    listed = [*judged.found, *judged.owed]
    all_loads = loads_of(work, conference_id, [proposal.id for proposal in listed])
    loads = [load for load in all_loads if load.proposal_id in by_id]
    people = reviewers(work, conference_id, loads)
    names = {person.id: person.name for person in people}
    sent = Counter(load.proposal_id for load in all_loads if load.state == "sent")
    assigned = Counter(load.proposal_id for load in all_loads if load.state != "gave_back")
    given_back = [load for load in loads if load.state == "gave_back"]
    return Progress(
        people=people,
        proposals=tuple(
            sorted(
                (ProposalProgress(each, assigned[each.id], sent[each.id], each.id not in by_id) for each in listed),
                key=lambda line: (line.sent, line.assigned, line.proposal.title.casefold(), line.proposal.ref),
            )
        ),
        given_back=tuple(
            GivenBack(names.get(load.reviewer_id, "–"), by_id[load.proposal_id], load.reason) for load in given_back
        ),
        by_day=_by_day(loads, zone),
        phase=phase_set_up(work, conference_id),
        hidden=judged.hidden,
    )


def _by_day(loads: Collection[Load], zone: str) -> tuple[tuple[date, int], ...]:
    """Sent reviews on each day from the first to the last on which one came, in the conference's zone."""
    days = Counter(
        load.sent_at.astimezone(ZoneInfo(zone)).date()
        for load in loads
        if load.state == "sent" and load.sent_at is not None
    )
    if not days:
        return ()
    first, last = min(days).toordinal(), max(days).toordinal()
    return tuple((day, days[day]) for day in map(date.fromordinal, range(first, last + 1)))
