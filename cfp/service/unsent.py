"""What was typed and not saved: kept on every pause, with or without an account, and never thrown away by itself."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select

from cfp import policy
from cfp.authors import UnsentForm
from cfp.content import UNSENT_BYTES_MAX, Raw, draft_of, has_words, size_of, unreadable
from cfp.drafts import CallRules, ProposalDraft
from cfp.loading import authors_of, call_rules, load_proposal
from cfp.queries import away
from cfp.service.papers import StoredPaper
from cfp.service.saving import Saved, create_draft, save_changes
from conference.models import Conference
from conference.work import Work
from plumbing.answers import Conflict, Invalid, Refused, no, require
from plumbing.sentences import sentence

ANONYMOUS_FORMS_MAX = 5000
"""For each call; past it nobody begins without an account until old ones are swept."""
KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Kept:
    """``is_rival``: another window was faster, and both texts are kept until the person chooses."""

    version: int
    is_rival: bool


def anonymous_owner(token: str) -> str:
    return hashlib.sha256(f"browser:{token}".encode()).hexdigest()


def account_owner(account_id: int) -> str:
    return hashlib.sha256(f"account:{account_id}".encode()).hexdigest()


def keep_unsent(
    work: Work,
    *,
    owner: str,
    call: CallRules,
    raw: Raw,
    version: int | None,
    proposal_id: int | None = None,
    base_version: int | None = None,
    window: str | None = None,
) -> Kept:
    """Keeps what stands in the form. ``version`` is the number that the window got last; None or 0 at first.

    ``window`` names the opened page: on a bad line its answers get lost, and its newer text is no rival of its own.
    Raises ``Invalid`` for far too much text and ``Refused`` when too many strangers write at once.
    """
    if size_of(raw) > UNSENT_BYTES_MAX:
        raise Invalid("abstract", "too_long", sentence("This is far too long to be kept."))
    row = find_unsent(work, owner=owner, call_id=call.id, proposal_id=proposal_id, lock=True)
    if row is None:
        row = _new_row(work, owner, call, proposal_id)
    elif raw != row.content and _is_behind(row, version, window):
        row.rival = raw
        return Kept(row.version, True)
    row.content = raw
    row.version = max(row.version or 0, version or 0) + 1
    row.base_version = base_version
    row.window = window
    row.saved_at = work.now
    return Kept(row.version, False)


def save_form(
    work: Work,
    *,
    owner: str,
    call: CallRules,
    ref: str | None,
    raw: Raw,
    draft: ProposalDraft,
    base_version: int | None,
    version: int | None,
    window: str | None = None,
    paper: StoredPaper | None = None,
) -> Saved:
    """Saves what the form says, as a new draft or as changes, and drops the unsent copy of it.

    Raises ``Conflict`` when another window kept another text meanwhile or somebody saved another one.
    """
    proposal_id = None
    if ref is not None:
        proposal, facts = load_proposal(work, call.conference_id, ref)
        require(policy.can_edit(work.actor, facts, work.now))
        proposal_id = proposal.id
    unsent = find_unsent(work, owner=owner, call_id=call.id, proposal_id=proposal_id, lock=True)
    if unsent is not None and unsent.content != raw and _is_behind(unsent, version, window):
        raise Conflict()
    if unsent is not None:
        work.db.delete(unsent)
    if ref is None:
        return create_draft(work, call=call, draft=draft, paper=paper)
    return save_changes(
        work,
        conference_id=call.conference_id,
        ref=ref,
        draft=draft,
        base_version=base_version or 0,
        paper=paper,
    )


def find_unsent(
    work: Work, *, owner: str, call_id: int, proposal_id: int | None = None, lock: bool = False
) -> UnsentForm | None:
    """One query. ``lock`` before a change, so that two windows take turns."""
    query = (
        select(UnsentForm)
        .where(UnsentForm.owner_hash == owner, UnsentForm.call_id == call_id)
        .where(UnsentForm.proposal_id.is_(None) if proposal_id is None else UnsentForm.proposal_id == proposal_id)
    )
    return work.db.scalars(query.with_for_update() if lock else query).one_or_none()


def calls_begun(work: Work, *, owner: str) -> frozenset[int]:
    """Numbers of the calls for which this owner has a new form that was not saved. One query."""
    query = select(UnsentForm.call_id).where(UnsentForm.owner_hash == owner, UnsentForm.proposal_id.is_(None))
    return frozenset(work.db.scalars(query))


def discard_unsent(work: Work, *, owner: str, call_id: int, proposal_id: int | None = None) -> None:
    row = find_unsent(work, owner=owner, call_id=call_id, proposal_id=proposal_id, lock=True)
    if row is not None:
        work.db.delete(row)
        work.db.flush()


def choose_text(
    work: Work, *, owner: str, call_id: int, proposal_id: int | None, take_other: bool, base_version: int | None
) -> None:
    """Ends a rivalry: goes on with the kept text or with the other one (of the second window, else the saved one)."""
    row = find_unsent(work, owner=owner, call_id=call_id, proposal_id=proposal_id, lock=True)
    if row is None:
        return
    if take_other and row.rival is None:
        work.db.delete(row)
        return
    if take_other and row.rival is not None:
        row.content = row.rival
    row.rival = row.window = None
    row.base_version = base_version
    row.version += 1
    row.saved_at = work.now


def adopt_unsent_forms(work: Work, *, token: str) -> list[str]:
    """What this browser typed without an account becomes ``work.actor``'s; returns references of the new drafts.

    New forms become drafts. Text for a proposal that exists goes to it if the person is one of its authors (the
    session had ended); otherwise it stays where it is.
    """
    if work.actor.account_id is None:
        raise Refused(policy.SIGN_IN_FIRST)
    rows = work.db.scalars(select(UnsentForm).where(UnsentForm.owner_hash == anonymous_owner(token))).all()
    made: list[str] = []
    for row in rows:
        if row.proposal_id is None:
            made += _adopt_new(work, row)
        elif work.actor.account_id in authors_of(work.db, row.proposal_id)["author_ids"]:
            _adopt_changes(work, row)
    return made


def _is_behind(row: UnsentForm, version: int | None, window: str | None) -> bool:
    """Whether another window wrote this text after the one that knows ``version``."""
    return version != row.version and (window is None or window != row.window)


def _new_row(work: Work, owner: str, call: CallRules, proposal_id: int | None) -> UnsentForm:
    if not work.actor.is_signed_in:
        _forget_old(work, call.id)
        count = work.db.scalars(select(func.count()).select_from(UnsentForm).where(UnsentForm.call_id == call.id)).one()
        if count >= ANONYMOUS_FORMS_MAX:
            raise Refused(no("Too many people write without an account just now; please sign in."))
    row = UnsentForm(
        conference_id=call.conference_id,
        call_id=call.id,
        proposal_id=proposal_id,
        account_id=work.actor.account_id,
        owner_hash=owner,
        version=0,
    )
    work.db.add(row)
    return row


def _forget_old(work: Work, call_id: int) -> None:
    """Strangers' forms to which nobody came back for ``KEPT``; those of accounts stay."""
    work.db.execute(
        delete(UnsentForm).where(
            UnsentForm.call_id == call_id,
            UnsentForm.account_id.is_(None),
            UnsentForm.saved_at < work.now - KEPT,
        )
    )


def _adopt_new(work: Work, row: UnsentForm) -> list[str]:
    """A draft of each text; what cannot be a draft (too long, too many, no date) stays in the unsent form."""
    made, kept = [], []
    zone = ZoneInfo(work.db.scalars(select(Conference.zone).where(Conference.id == row.conference_id)).one())
    call = call_rules(work.db, row.conference_id, call_id=row.call_id)
    for raw in [raw for raw in (row.content, row.rival) if raw and has_words(raw)]:
        try:
            for problem in unreadable(raw, zone):
                raise problem
            made.append(create_draft(work, call=call, draft=_with_known_times(work, call, draft_of(raw, zone))).ref)
        except (Invalid, Refused):
            kept.append(raw)
    if kept:
        row.content, row.rival = kept[0], kept[1] if len(kept) > 1 else None
        _hand_over(work, row)
    else:
        work.db.delete(row)
    return made


def _with_known_times(work: Work, call: CallRules, draft: ProposalDraft) -> ProposalDraft:
    """A form without an account could not show when this person is away, so it does not take that back either."""
    known = away(work, call.conference_id, work.actor.account_id)
    return replace(draft, away=tuple(sorted({*known, *draft.away})))


def _adopt_changes(work: Work, row: UnsentForm) -> None:
    owner = account_owner(work.actor.account_id or 0)
    own = find_unsent(work, owner=owner, call_id=row.call_id, proposal_id=row.proposal_id)
    if own is not None:
        row.rival = own.content if own.content != row.content else row.rival
        work.db.delete(own)
        work.db.flush()
    _hand_over(work, row)


def _hand_over(work: Work, row: UnsentForm) -> None:
    """Unless the account has such a form already: then this one stays with the browser."""
    owner = account_owner(work.actor.account_id or 0)
    if find_unsent(work, owner=owner, call_id=row.call_id, proposal_id=row.proposal_id) is None:
        row.owner_hash, row.account_id = owner, work.actor.account_id
