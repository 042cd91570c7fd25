"""Setting up calls: window, words and limits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cfp import policy
from cfp.models import Call
from conference.models import Track
from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, require
from plumbing.db import SLUG
from plumbing.sentences import sentence

ABSTRACT_CHARS = (100, 20_000)
PER_PERSON = (1, 100)
PAPER_PAGES = (1, 200)


@dataclass(frozen=True, slots=True)
class CallDraft:
    slug: str
    title: str
    text: str
    opens_at: datetime
    closes_at: datetime
    track_id: int | None
    proposals_per_person_max: int
    abstract_chars_max: int
    paper_pages_max: int


def create_call(work: Work, *, conference_id: int, draft: CallDraft) -> str:
    """Returns the slug."""
    require(policy.can_manage_calls(work.actor, conference_id, work.now))
    _require_valid(work, conference_id, draft)
    if _slug_taken(work, conference_id, draft.slug):
        raise Invalid("slug", "taken", sentence("Another call has this address already."))
    call = Call(conference_id=conference_id, slug=draft.slug, created_at=work.now, **_values(draft))
    work.db.add(call)
    work.db.flush()
    work.audit("call.create", conference_id=conference_id, subject=("call", call.id), after=_logged(call))
    return call.slug


def change_call(work: Work, *, conference_id: int, slug: str, version: int, draft: CallDraft) -> None:
    """The address of a call stays as it is, since links to it are out in the world."""
    require(policy.can_manage_calls(work.actor, conference_id, work.now))
    call = work.db.scalars(
        select(Call).where(Call.conference_id == conference_id, Call.slug == slug).with_for_update()
    ).one_or_none()
    if call is None:
        raise Missing()
    if call.version != version:
        raise Conflict()
    _require_valid(work, conference_id, draft)
    before = _logged(call)
    for name, value in _values(draft).items():
        setattr(call, name, value)
    work.audit(
        "call.change", conference_id=conference_id, subject=("call", call.id), before=before, after=_logged(call)
    )


def _values(draft: CallDraft) -> dict[str, object]:
    return {
        "title": draft.title,
        "text": draft.text,
        "opens_at": draft.opens_at,
        "closes_at": draft.closes_at,
        "track_id": draft.track_id,
        "proposals_per_person_max": draft.proposals_per_person_max,
        "abstract_chars_max": draft.abstract_chars_max,
        "paper_pages_max": draft.paper_pages_max,
    }


def _logged(call: Call) -> dict[str, object]:
    return {
        "title": call.title,
        "opens_at": call.opens_at.isoformat(),
        "closes_at": call.closes_at.isoformat(),
        "track": call.track_id,
        "proposals_per_person_max": call.proposals_per_person_max,
        "abstract_chars_max": call.abstract_chars_max,
        "paper_pages_max": call.paper_pages_max,
    }


def _require_valid(work: Work, conference_id: int, draft: CallDraft) -> None:
    if not SLUG.fullmatch(draft.slug):
        raise Invalid("slug", "shape", sentence("Use small letters, digits and hyphens."))
    if not draft.title:
        raise Invalid("title", "missing", sentence("Give it a title."))
    if draft.opens_at >= draft.closes_at:
        raise Invalid("closes_at", "order", sentence("The call must close after it opens."))
    for field, value, (least, most) in (
        ("abstract_chars_max", draft.abstract_chars_max, ABSTRACT_CHARS),
        ("proposals_per_person_max", draft.proposals_per_person_max, PER_PERSON),
        ("paper_pages_max", draft.paper_pages_max, PAPER_PAGES),
    ):
        if not least <= value <= most:
            raise Invalid(field, "range", sentence("Between %(least)s and %(most)s, please.", least=least, most=most))
    if draft.track_id is not None:
        query = select(Track.id).where(Track.conference_id == conference_id, Track.id == draft.track_id)
        if work.db.scalars(query).first() is None:
            raise Invalid("track", "unknown", sentence("This track does not exist."))


def _slug_taken(work: Work, conference_id: int, slug: str) -> bool:
    query = select(Call.id).where(Call.conference_id == conference_id, Call.slug == slug)
    return work.db.scalars(query).first() is not None
