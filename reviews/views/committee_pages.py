"""What the committee's pages print: words and shares made of query results."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for

from conference.current import ConferenceFacts
from conference.locale import date_words, instant_words
from reviews.queries.assignment import PlanPage
from reviews.queries.committee import Person, Progress
from reviews.walls import Hidden

SOON = timedelta(days=3)
HISTOGRAM_BARS_MAX = 24
LINES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Deadline:
    iso: str
    words: str
    state: str


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """``href`` leads to the reviews, or to the own one while it is owed."""

    href: str
    title: str
    lang: str
    track: str | None
    colour: str | None
    assigned: int
    sent: int
    wanted: int


@dataclass(frozen=True, slots=True)
class ProgressPage:
    people: tuple[Person, ...]
    late: tuple[Person, ...]
    proposals: tuple[ProposalLine, ...]
    more: int
    given_back: tuple[tuple[str, str, str, str], ...]
    """(name, reference, title, reason)"""
    by_day: list[tuple[str, int]]
    sent: int
    assigned: int
    complete: int
    total: int
    wanted: int
    deadline: Deadline | None
    hidden: Hidden
    is_chair: bool


@dataclass(frozen=True, slots=True)
class LoadsChart:
    """How many reviewers have how many reviews."""

    bars: list[tuple[str, int]]
    least: int
    most: int


def progress_page(
    progress: Progress, where: ConferenceFacts, now: datetime, show: str, *, is_chair: bool
) -> ProgressPage:
    """``show`` is "all" for every proposal; else the first ``LINES_SHOWN``, those with fewest reviews."""
    wanted = progress.phase.reviews_wanted if progress.phase else 0
    lines = [
        ProposalLine(
            url_for("reviews.review" if each.is_owed else "reviews.judge", ref=each.proposal.ref),
            each.proposal.title,
            each.proposal.language,
            each.proposal.track_name,
            each.proposal.track_colour,
            each.assigned,
            each.sent,
            wanted,
        )
        for each in progress.proposals
    ]
    shown = lines if show == "all" else lines[:LINES_SHOWN]
    return ProgressPage(
        people=progress.people,
        late=tuple(person for person in progress.people if person.sent < person.assigned)
        if _is_late(progress, now)
        else (),
        proposals=tuple(shown),
        more=len(lines) - len(shown),
        given_back=tuple(
            (each.name, each.proposal.ref, each.proposal.title, each.reason) for each in progress.given_back
        ),
        by_day=[(date_words(day, pattern="d MMM"), count) for day, count in progress.by_day],
        sent=sum(person.sent for person in progress.people),
        assigned=sum(person.assigned for person in progress.people),
        complete=sum(line.sent >= wanted for line in lines) if wanted else 0,
        total=len(lines),
        wanted=wanted,
        deadline=_deadline(progress, where, now),
        hidden=progress.hidden,
        is_chair=is_chair,
    )


def loads_chart(page: PlanPage) -> LoadsChart:
    loads = [load for _person, load in page.loads]
    if not loads:
        return LoadsChart([], 0, 0)
    least, most = min(loads), max(loads)
    width = max(1, -(-(most - least + 1) // HISTOGRAM_BARS_MAX))
    bars = []
    for start in range(least, most + 1, width):
        end = start + width - 1
        label = str(start) if width == 1 else f"{start}–{end}"
        bars.append((label, sum(start <= load <= end for load in loads)))
    return LoadsChart(bars, least, most)


def _is_late(progress: Progress, now: datetime) -> bool:
    return progress.phase is not None and now > progress.phase.closes_at - SOON


def _deadline(progress: Progress, where: ConferenceFacts, now: datetime) -> Deadline | None:
    if progress.phase is None:
        return None
    at = progress.phase.closes_at.astimezone(where.tz)
    state = "passed" if now >= at else "soon" if now > at - SOON else "open"
    return Deadline(at.isoformat(), instant_words(at, where.zone), state)
