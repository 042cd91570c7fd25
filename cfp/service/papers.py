"""The PDF of a paper. Files are checked, rewritten and stored before the transaction, which writes only their keys."""

from dataclasses import dataclass

from sqlalchemy import func, select

from cfp import policy
from cfp.authors import PaperOriginal
from cfp.files import rewrite
from cfp.loading import load_proposal
from cfp.models import Paper, Proposal
from conference.work import Work
from plumbing.answers import Missing, require
from plumbing.blobs import Blobs

FILE_NAME_CHARS_MAX = 200


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """Both files are in the store already: the one for reviewers and the one that was uploaded."""

    key: str
    original_key: str
    file_name: str
    bytes_count: int
    page_count: int
    page_size: str
    removed: tuple[str, ...]


def store_paper(blobs: Blobs, *, data: bytes, file_name: str, pages_max: int) -> StoredPaper:
    """Outside any transaction. Raises ``Invalid("paper", …)`` when the file cannot be taken."""
    clean = rewrite(data, pages_max=pages_max)
    return StoredPaper(
        key=blobs.put(clean.data),
        original_key=blobs.put(data),
        file_name=_plain(file_name),
        bytes_count=len(clean.data),
        page_count=clean.page_count,
        page_size=clean.page_size,
        removed=clean.removed,
    )


def attach_paper(work: Work, proposal: Proposal, paper: StoredPaper) -> int:
    """Makes it the newest version; returns its number. The caller has asked the policy."""
    newest = work.db.scalars(select(func.max(Paper.number)).where(Paper.proposal_id == proposal.id)).one() or 0
    row = Paper(
        conference_id=proposal.conference_id,
        proposal_id=proposal.id,
        number=newest + 1,
        blob_key=paper.key,
        bytes_count=paper.bytes_count,
        page_count=paper.page_count,
        page_size=paper.page_size,
        removed=list(paper.removed),
        uploaded_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    work.db.add(
        PaperOriginal(
            conference_id=proposal.conference_id,
            paper_id=row.id,
            blob_key=paper.original_key,
            file_name=paper.file_name,
        )
    )
    work.audit(
        "proposal.paper",
        conference_id=proposal.conference_id,
        subject=("proposal", proposal.id),
        after={"number": row.number, "pages": row.page_count},
    )
    return row.number


def is_newest(work: Work, proposal: Proposal, paper: StoredPaper) -> bool:
    """Whether this very file is the newest version already."""
    newest = (
        select(PaperOriginal.blob_key)
        .join(Paper, Paper.id == PaperOriginal.paper_id)
        .where(Paper.proposal_id == proposal.id)
        .order_by(Paper.number.desc())
        .limit(1)
    )
    return work.db.scalars(newest).first() == paper.original_key


def original_paper(work: Work, *, conference_id: int, ref: str) -> tuple[str, str]:
    """File name and key of the newest file as it was uploaded: for authors and chairs. Raises ``Missing``."""
    return _newest(work, conference_id, ref, original=True)


def reviewers_paper(work: Work, *, conference_id: int, ref: str) -> tuple[str, str]:
    """Reference-made name and key of the file as reviewers get it, for authors and chairs who want to look at it."""
    return _newest(work, conference_id, ref, original=False)


def _newest(work: Work, conference_id: int, ref: str, *, original: bool) -> tuple[str, str]:
    proposal, facts = load_proposal(work, conference_id, ref, lock=False)
    require(policy.can_see(work.actor, facts, work.now))
    row = work.db.execute(
        select(Paper.blob_key, PaperOriginal.blob_key.label("original_key"), PaperOriginal.file_name)
        .join(PaperOriginal, PaperOriginal.paper_id == Paper.id)
        .where(Paper.proposal_id == proposal.id)
        .order_by(Paper.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        raise Missing()
    return (row.file_name, row.original_key) if original else (f"paper-{ref}.pdf", row.blob_key)


def _plain(name: str) -> str:
    """The last part of what the browser called it, without anything that a header or a path could trip over."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(char for char in last if char.isprintable() and char not in '"<>|:*?').strip(". ")
    return kept[-FILE_NAME_CHARS_MAX:] or "paper.pdf"
