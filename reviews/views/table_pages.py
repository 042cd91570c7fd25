"""What the decision pages print: words, shares, addresses made of query results."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from conference.current import ConferenceFacts
from conference.locale import day_words
from conference.models import PRESENTER_KINDS
from reviews.queries.judging import JudgedProposal, JudgedReview
from reviews.queries.table import SORTS, VERDICT_FILTERS, Filter, Row, Scores, Wall, chosen_rows
from reviews.scale import SCORE_MAX, SCORE_MIN
from reviews.views.prose import prose
from reviews.views.shown import kind_words, number_words, score_words
from reviews.walls import Hidden

ROWS_ON_PAGE = 100
ROWS_CHOICES = (50, 100, 250, 1000)


@dataclass(frozen=True, slots=True)
class ScoreCells:
    """Everything about scores in one row, in words and places for the small pictures."""

    count: int
    mean: float | None
    mean_words: str
    low: float | None
    high: float | None
    dots: tuple[float, ...]
    dots_words: str
    spread: str
    agreement: str
    confidence: str
    pitches: int


@dataclass(frozen=True, slots=True)
class RowShown:
    ref: str
    href: str
    verdict_href: str
    title: str
    lang: str
    track: str | None
    colour: str | None
    kind: str
    presenter: str
    wall: Wall
    review_href: str
    scores: ScoreCells | None
    verdict: str | None
    version: int
    waitlist_position: int | None
    is_private: bool
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class Share:
    """One bar: how many of the accepted ones, and of all, are of this kind."""

    label: str
    accepted: int
    of_accepted: int
    proposed: int
    of_proposed: int


@dataclass(frozen=True, slots=True)
class Sums:
    accept: int
    waitlist: int
    reject: int
    undecided: int
    private: int
    hidden: Hidden
    by_presenter: tuple[Share, ...]
    by_track: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class TablePage:
    rows: tuple[RowShown, ...]
    sums: Sums
    found: int
    total: int
    asked: Filter
    number: int
    pages: int
    per_page: int
    tracks: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    choices: tuple[tuple[int, str], ...]
    here: str
    can_release: bool

    def sort_href(self, key: str) -> str:
        """Where a click on a column leads: the other way round when it is sorted by it already."""
        text_first = key in ("title", "track", "kind", "verdict")
        descending = not self.asked.descending if key == self.asked.sort else not text_first
        return _address(self.asked, self.per_page, sort=key, descending=descending)

    def page_pattern(self) -> str:
        return _address(self.asked, self.per_page) + "&page={page}"


@dataclass(frozen=True, slots=True)
class ReviewShown:
    name: str
    day: str
    overall: str
    confidence: int | None
    scores: tuple[tuple[str, str], ...]
    html: Markup
    note: str
    is_sales_pitch: bool
    is_void: bool


@dataclass(frozen=True, slots=True)
class JudgedPage:
    row: RowShown
    abstract: Markup
    notes: Markup | None
    facts: tuple[tuple[str, str], ...]
    has_paper: bool
    reviews: tuple[ReviewShown, ...]
    note: str


def presenter_words() -> dict[str, str]:
    return {
        "user": _("User"),
        "partner": _("Partner"),
        "vendor": _("Vendor"),
        "sponsor": _("Sponsor"),
        "organiser": _("Organiser"),
    }


def read_filter(values: Mapping[str, str]) -> Filter:
    """From the address; what does not make sense is as if it were not there."""
    sort = values.get("sort", "mean")
    track = values.get("track", "")
    return Filter(
        words=values.get("q", "").strip(),
        track=int(track) if track.isascii() and track.isdigit() and len(track) < 18 else None,
        kind=values["kind"] if values.get("kind") in PRESENTER_KINDS else "",
        verdict=values["verdict"] if values.get("verdict") in VERDICT_FILTERS else "",
        sort=sort if sort in SORTS else "mean",
        descending=values.get("dir", "desc") != "asc",
    )


def table_page(rows: list[Row], asked: Filter, number: int, per_page: int, *, can_release: bool) -> TablePage:
    found = chosen_rows(rows, asked)
    per_page = per_page if per_page in ROWS_CHOICES else ROWS_ON_PAGE
    pages = max(1, -(-len(found) // per_page))
    number = min(max(1, number), pages)
    start = (number - 1) * per_page
    tracks = {row.proposal.track_id: row.proposal.track_name or "" for row in rows if row.proposal.track_id}
    return TablePage(
        rows=rows_shown(found[start : start + per_page]),
        sums=sums(rows),
        found=len(found),
        total=len(rows),
        asked=asked,
        number=number,
        pages=pages,
        per_page=per_page,
        tracks=tuple(sorted(((str(key), name) for key, name in tracks.items()), key=lambda pair: pair[1].casefold())),
        kinds=tuple(presenter_words().items()),
        choices=tuple((count, str(count)) for count in ROWS_CHOICES),
        can_release=can_release,
        here=_address(asked, per_page) + f"&page={number}",
    )


def rows_shown(rows: Iterable[Row]) -> tuple[RowShown, ...]:
    """Words and addresses are made once for all rows: a thousand of them are shown at a time."""
    presenters, table = presenter_words(), url_for("reviews.decisions")
    return tuple(_row_shown(row, presenters, table) for row in rows)


def row_shown(row: Row) -> RowShown:
    return rows_shown([row])[0]


def _row_shown(row: Row, presenters: dict[str, str], table: str) -> RowShown:
    proposal = row.proposal
    version = 0 if row.decision is None else row.decision.version
    return RowShown(
        ref=proposal.ref,
        href=f"{table}{proposal.ref}/",
        verdict_href=f"{table}{proposal.ref}/verdict?version={version}",
        title=proposal.title,
        lang=proposal.language,
        track=proposal.track_name,
        colour=proposal.track_colour,
        kind=kind_words(proposal),
        presenter=presenters[proposal.presenter_kind],
        wall=row.wall,
        review_href=url_for("reviews.review", ref=proposal.ref) if row.wall == "owed" else "",
        scores=None if row.scores is None else score_cells(row.scores),
        verdict=row.verdict,
        version=version,
        waitlist_position=None if row.decision is None else row.decision.waitlist_position,
        is_private=row.is_private,
        outcome=row.outcome,
        answer=row.answer,
    )


def score_cells(scores: Scores) -> ScoreCells:
    summary = scores.summary
    error = summary.error or 0.0
    return ScoreCells(
        count=summary.count,
        mean=summary.mean,
        mean_words=number_words(summary.mean),
        low=None if summary.mean is None else max(SCORE_MIN, summary.mean - error),
        high=None if summary.mean is None else min(SCORE_MAX, summary.mean + error),
        dots=summary.overalls,
        dots_words=", ".join(number_words(value) for value in summary.overalls) or _("no scores"),
        spread=number_words(summary.spread),
        agreement="–" if summary.agreement is None else f"{100 * summary.agreement:.0f} %",
        confidence=number_words(summary.confidence),
        pitches=scores.pitches,
    )


def sums(rows: Iterable[Row]) -> Sums:
    """Of everything that the chair may judge. What stands behind a wall is in no number."""
    rows = list(rows)
    judged = [row for row in rows if not row.is_walled]
    walls = Counter(row.wall for row in rows)
    verdicts = Counter(row.verdict for row in judged)
    accepted = [row for row in judged if row.verdict == "accept"]
    return Sums(
        accept=verdicts["accept"],
        waitlist=verdicts["waitlist"],
        reject=verdicts["reject"],
        undecided=verdicts[None],
        private=sum(row.is_private for row in judged),
        hidden=Hidden(walls["conflict"], walls["owed"]),
        by_presenter=_shares(judged, accepted, [row.proposal.presenter_kind for row in judged], presenter_words()),
        by_track=_shares(judged, accepted, [row.proposal.track_name or "" for row in judged], {"": _("No track")}),
    )


def _shares(judged: list[Row], accepted: list[Row], keys: list[str], labels: dict[str, str]) -> tuple[Share, ...]:
    proposed = Counter(keys)
    taken = Counter(key for row, key in zip(judged, keys, strict=True) if row.verdict == "accept")
    return tuple(
        Share(labels.get(key, key), taken[key], len(accepted), proposed[key], len(judged))
        for key in sorted(proposed, key=lambda key: (-proposed[key], key))
    )


def judged_page(found: JudgedProposal, where: ConferenceFacts) -> JudgedPage:
    proposal = found.proposal
    row = Row(proposal, "", found.scores, found.decision, found.told.outcome, found.told.answer)
    return JudgedPage(
        row=row_shown(row),
        abstract=prose(proposal.abstract),
        notes=prose(proposal.notes) if proposal.notes else None,
        facts=(
            (_("Type"), kind_words(proposal)),
            (_("Language"), proposal.language.upper()),
            (_("Presented by"), presenter_words()[proposal.presenter_kind]),
        ),
        has_paper=proposal.paper is not None,
        reviews=tuple(_review(review, where) for review in found.reviews),
        note="" if found.decision is None else found.decision.note,
    )


def _review(review: JudgedReview, where: ConferenceFacts) -> ReviewShown:
    return ReviewShown(
        name=review.name,
        day=day_words(review.sent_at, where.zone),
        overall=number_words(review.overall),
        confidence=review.confidence,
        scores=tuple((name, score_words(value, label)) for name, value, label in review.scores),
        html=prose(review.text),
        note=review.note,
        is_sales_pitch=review.is_sales_pitch,
        is_void=review.is_void,
    )


def _address(asked: Filter, per_page: int, *, sort: str | None = None, descending: bool | None = None) -> str:
    down = asked.descending if descending is None else descending
    values = {
        "q": asked.words,
        "track": asked.track,
        "kind": asked.kind,
        "verdict": asked.verdict,
        "sort": sort or asked.sort,
        "dir": "desc" if down else "asc",
        "per": per_page if per_page != ROWS_ON_PAGE else None,
    }
    return "?" + urlencode({key: value for key, value in values.items() if value not in ("", None)})
