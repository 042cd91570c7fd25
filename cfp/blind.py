"""THE DOOR: all that reviewing may know of a proposal. ``reviews`` comes in here and nowhere else.

Everything is selected column by column into frozen values, so there is no row to ask for more, and the order
is that of the random references, so it tells nothing about who came first. The functions for proposals and
papers run under blind work, where the database itself refuses the tables that name people. Only
``conflict_pairs`` needs to know the authors: it runs under ordinary work and lets nothing out but pairs.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from cfp.authors import AuthorConflict, Authorship
from cfp.models import Paper, Proposal
from cfp.people import is_meant
from cfp.ties import Author, Ties
from cfp.watch import Changes as Changes
from cfp.watch import on_authors_changed as on_authors_changed
from conference.models import Account, SessionType, Track
from conference.work import Work
from plumbing.answers import Missing
from plumbing.kernel import kernel

CONFLICT_KINDS = ("own", "coauthor", "same_domain", "author_declared")


@dataclass(frozen=True, slots=True)
class BlindPaper:
    """The newest PDF, rewritten. ``number`` counts the versions."""

    number: int
    page_count: int
    bytes_count: int
    file_name: str


@dataclass(frozen=True, slots=True)
class BlindProposal:
    id: int
    ref: str
    kind: str
    title: str
    abstract: str
    notes: str
    track_id: int | None
    track_name: str | None
    track_colour: str | None
    type_name: str | None
    length_minutes: int | None
    language: str
    presenter_kind: str
    paper: BlindPaper | None


Pair = tuple[int, int, str]
"""(account of the reviewer, proposal, kind of ``CONFLICT_KINDS``)"""


def proposals_for_review(work: Work, conference_id: int, ids: Collection[int] | None = None) -> list[BlindProposal]:
    """Submitted proposals, all or those of ``ids``, in the order of their references. Two queries."""
    query = _contents().where(Proposal.conference_id == conference_id, Proposal.stage == "submitted")
    if ids is not None:
        query = query.where(Proposal.id.in_(ids))
    rows = work.db.execute(query.order_by(Proposal.ref)).all()
    papers = _newest_papers(work, conference_id, ids)
    return [_blind(row, papers.get(row.id)) for row in rows]


def proposal_for_review(work: Work, conference_id: int, ref: str) -> BlindProposal | None:
    """One submitted proposal by its reference; None for a reference that names nothing here. Two queries."""
    row = work.db.execute(
        _contents().where(Proposal.conference_id == conference_id, Proposal.ref == ref, Proposal.stage == "submitted")
    ).one_or_none()
    if row is None:
        return None
    return _blind(row, _newest_papers(work, conference_id, [row.id]).get(row.id))


def paper_bytes(work: Work, proposal_id: int) -> tuple[str, bytes]:
    """Name and content of the newest PDF of a submitted proposal. Raises ``Missing`` without one. One query."""
    row = work.db.execute(
        select(Proposal.ref, Paper.blob_key)
        .join(Paper, Paper.proposal_id == Proposal.id)
        .where(Proposal.id == proposal_id, Proposal.stage == "submitted")
        .order_by(Paper.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise Missing()
    return paper_file_name(row.ref), kernel().blobs.get(row.blob_key)


def paper_file_name(ref: str) -> str:
    """The name under which a paper leaves the house; it tells nothing that the reference does not."""
    return f"paper-{ref}.pdf"


def conflict_pairs(
    work: Work, conference_id: int, reviewers: Collection[int], proposals: Collection[int] | None = None
) -> set[Pair]:
    """Who of these accounts must not review what, and of which kind the reason is. Never says who the authors are.

    ``proposals`` asks about these alone (None: all); the answer about them is the same.
    Needs ordinary, not blind work. Counts authors that were invited and did not answer yet; not those who declined.
    Three queries, five for some ``proposals``.
    """
    people = _people(work, reviewers)
    ties = Ties(_authors(work, conference_id, proposals))
    declared = _declared(work, conference_id, proposals)
    return {
        (person.id, proposal_id, kind)
        for person in people
        for kind, tied in (
            *ties.of(person.id, person.email),
            ("author_declared", {row.proposal_id for row in declared if _means(row, person)}),
        )
        for proposal_id in tied
        if proposals is None or proposal_id in proposals
    }


def _contents() -> Any:
    return (
        select(
            Proposal.id,
            Proposal.ref,
            Proposal.kind,
            Proposal.title,
            Proposal.abstract,
            Proposal.notes,
            Proposal.track_id,
            Track.name.label("track_name"),
            Track.colour.label("track_colour"),
            SessionType.name.label("type_name"),
            func.coalesce(Proposal.length_minutes, SessionType.length_minutes).label("length_minutes"),
            Proposal.language,
            Proposal.presenter_kind,
        )
        .outerjoin(Track, Track.id == Proposal.track_id)
        .outerjoin(SessionType, SessionType.id == Proposal.session_type_id)
    )


def _blind(row: Any, paper: Any | None) -> BlindProposal:
    shown = None
    if paper is not None:
        shown = BlindPaper(paper.number, paper.page_count, paper.bytes_count, paper_file_name(row.ref))
    return BlindProposal(**row._asdict(), paper=shown)


def _newest_papers(work: Work, conference_id: int, ids: Collection[int] | None) -> dict[int, Any]:
    query = select(Paper.proposal_id, Paper.number, Paper.page_count, Paper.bytes_count).where(
        Paper.conference_id == conference_id
    )
    if ids is not None:
        query = query.where(Paper.proposal_id.in_(ids))
    return {row.proposal_id: row for row in work.db.execute(query.order_by(Paper.number))}


def _people(work: Work, accounts: Collection[int]) -> Sequence[Any]:
    return work.db.execute(select(Account.id, Account.email, Account.name).where(Account.id.in_(accounts))).all()


def _authors(work: Work, conference_id: int, proposals: Collection[int] | None) -> Iterator[Author]:
    """Of all proposals; or of ``proposals`` and of everything else that their authors wrote, which is all that can
    make somebody a fellow author of them.
    """
    query = (
        select(
            Authorship.proposal_id,
            Authorship.person_guid,
            Authorship.account_id,
            Authorship.email.label("address"),
            Account.email,
        )
        .outerjoin(Account, Account.id == Authorship.account_id)
        .where(Authorship.conference_id == conference_id, Authorship.declined_at.is_(None))
    )
    if proposals is not None:
        # Three plain questions: as one with two inside it, PostgreSQL took 0.6 s before it had counted the rows.
        people = set(work.db.scalars(select(Authorship.person_guid).where(Authorship.proposal_id.in_(proposals))))
        near = set(work.db.scalars(select(Authorship.proposal_id).where(Authorship.person_guid.in_(people))))
        query = query.where(Authorship.proposal_id.in_(near))
    return (Author(*row) for row in work.db.execute(query))


def _declared(work: Work, conference_id: int, proposals: Collection[int] | None) -> Sequence[Any]:
    query = select(AuthorConflict.proposal_id, AuthorConflict.account_id, AuthorConflict.typed).where(
        AuthorConflict.conference_id == conference_id
    )
    if proposals is not None:
        query = query.where(AuthorConflict.proposal_id.in_(proposals))
    return work.db.execute(query).all()


def _means(declared: Any, person: Any) -> bool:
    return is_meant(declared.account_id, declared.typed, account_id=person.id, email=person.email, name=person.name)
