"""What must always hold for proposals; ``rostrum check`` asks. Every check reads and changes nothing."""

from sqlalchemy import func, select

from cfp.authors import Authorship, PaperOriginal
from cfp.models import Paper, Proposal
from plumbing.answers import Missing
from plumbing.cli import invariant
from plumbing.kernel import kernel


@invariant
def each_proposal_has_one_author_who_sent_it_in() -> list[str]:
    """Imported talks of speakers without an account have none, so more than one is what must not be."""
    with kernel().database.session("read") as db:
        rows = db.execute(
            select(Proposal.ref, func.count(Authorship.id))
            .join(Authorship, Authorship.proposal_id == Proposal.id)
            .where(Authorship.is_owner)
            .group_by(Proposal.ref)
            .having(func.count(Authorship.id) > 1)
        ).all()
    return [f"proposal {ref} has {count} owners" for ref, count in rows]


@invariant
def only_what_was_accepted_is_confirmed_or_declined() -> list[str]:
    with kernel().database.session("read") as db:
        refs = db.scalars(select(Proposal.ref).where(Proposal.answer != "unanswered", Proposal.outcome != "accepted"))
        return [f"proposal {ref} has an answer, but was not accepted" for ref in refs]


@invariant
def every_paper_is_in_the_store_and_whole() -> list[str]:
    """Reads every file, those for reviewers and those that were uploaded."""
    with kernel().database.session("read") as db:
        keys = sorted({*db.scalars(select(Paper.blob_key)), *db.scalars(select(PaperOriginal.blob_key))})
    return [f"file {key} {wrong}" for key in keys if (wrong := _wrong_with(key))]


def _wrong_with(key: str) -> str:
    try:
        kernel().blobs.get(key)
    except Missing:
        return "is missing"
    except ValueError:
        return "is damaged"
    return ""
