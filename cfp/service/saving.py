"""Writing a proposal's content: new drafts, changes, submission. Every saved state of what was submitted is kept."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from cfp import policy
from cfp.authors import Authorship
from cfp.drafts import (
    AFFILIATION_CHARS_MAX,
    BIOGRAPHY_CHARS_MAX,
    NAME_CHARS_MAX,
    NOTES_CHARS_MAX,
    CallRules,
    Content,
    ProposalDraft,
    problems,
)
from cfp.events import ProposalSubmitted
from cfp.lifecycle import advance
from cfp.loading import call_rules, load_proposal, submitted_by
from cfp.models import Paper, Proposal, ProposalEdit
from cfp.people import new_guid
from cfp.policy import ProposalFacts
from cfp.service.authors import arrange_authors, own_authorship, set_profile
from cfp.service.papers import StoredPaper, attach_paper, is_newest
from cfp.service.wishes import set_away, set_conflicts
from conference.models import Account
from conference.work import Work
from plumbing.answers import YES, Conflict, Invalid, Refused, no, require
from plumbing.refs import new_ref
from plumbing.sentences import counted, sentence

STORED_TITLE_CHARS_MAX = 300
STORED_TEXT_CHARS_MAX = 20_000
DRAFTS_PER_PERSON_MAX = 30


@dataclass(frozen=True, slots=True)
class Saved:
    id: int
    ref: str
    stage: str
    version: int


def create_draft(work: Work, *, call: CallRules, draft: ProposalDraft, paper: StoredPaper | None = None) -> Saved:
    """A new draft of ``work.actor``. Allowed after the deadline too: then it can wait there while one asks for help.

    A form that comes twice (a double click, a page sent again after its answer got lost) makes one proposal.
    """
    require(YES if work.actor.is_signed_in else policy.SIGN_IN_FIRST)
    if work.now < call.opens_at:
        raise Refused(policy.NOT_OPEN_YET)
    require_storable(draft)
    known = _same_text(work, call, draft)
    if known is not None:
        return _once_more(work, call, known, draft, paper)
    _require_few_drafts(work, call)
    proposal = Proposal(
        conference_id=call.conference_id,
        ref=new_ref(),
        guid=new_guid(),
        call_id=call.id,
        stage="draft",
        links=[],
        created_at=work.now,
        changed_at=work.now,
        **_content(draft, call),
    )
    work.db.add(proposal)
    work.db.flush()
    work.db.add(own_authorship(work, proposal, draft.profile))
    work.db.flush()
    _set_people(work, proposal, draft)
    work.audit("proposal.begin", conference_id=call.conference_id, subject=("proposal", proposal.id))
    if paper is not None:
        attach_paper(work, proposal, paper)
    return Saved(proposal.id, proposal.ref, proposal.stage, proposal.version)


def save_changes(
    work: Work,
    *,
    conference_id: int,
    ref: str,
    draft: ProposalDraft,
    base_version: int,
    paper: StoredPaper | None = None,
) -> Saved:
    """Writes changes of a draft or of a submitted proposal; the latter must stay complete and gets a history row.

    Raises ``Conflict`` when somebody saved since ``base_version``, ``Invalid`` for what cannot be taken.
    """
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_edit(work.actor, facts, work.now))
    if proposal.version != base_version:
        raise Conflict(sentence("Somebody saved another text since you opened this page."))
    require_storable(draft)
    call = call_rules(work.db, conference_id, call_id=proposal.call_id)
    before = snapshot(work, proposal, call)
    for name, value in _content(draft, call).items():
        if getattr(proposal, name) != value:
            setattr(proposal, name, value)
    _set_people(work, proposal, draft)
    if paper is not None:
        attach_paper(work, proposal, paper)
    if proposal.stage == "submitted":
        _require_complete(work, proposal, call)
        _require_open(work, proposal, call)
    _note_edit(work, proposal, call, before)
    work.db.flush()
    return Saved(proposal.id, proposal.ref, proposal.stage, proposal.version)


def submit_proposal(work: Work, *, conference_id: int, ref: str) -> Saved:
    """Hands the draft in. Raises ``Refused`` after the deadline and over the limit, ``Invalid`` if not complete."""
    owner = select(Authorship.account_id).join(Proposal, Proposal.id == Authorship.proposal_id)
    _take_turns(work, owner.where(Proposal.conference_id == conference_id, Proposal.ref == ref, Authorship.is_owner))
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_submit(work.actor, facts, work.now))
    call = call_rules(work.db, conference_id, call_id=proposal.call_id)
    _require_complete(work, proposal, call)
    _require_below_limit(work, call, facts)
    advance(work, proposal, "submit")
    proposal.submitted_at = work.now
    _add_history(work, proposal, call)
    work.emit(ProposalSubmitted(proposal.id), conference_id=conference_id)
    work.db.flush()
    return Saved(proposal.id, proposal.ref, proposal.stage, proposal.version)


def missing_for_submit(
    work: Work, proposal: Any, call: CallRules, *, known: tuple[str, bool] | None = None
) -> list[Invalid]:
    """What keeps the stored draft from being submitted. Two queries, unless owner's name and paper are ``known``."""
    name, has_paper = known or _name_and_paper(work, proposal.id)
    content = Content(
        title=proposal.title,
        abstract=proposal.abstract,
        notes=proposal.notes,
        session_type_id=proposal.session_type_id,
        track_id=proposal.track_id,
        language=proposal.language,
        presenter_kind=proposal.presenter_kind,
        author_name=name,
        has_paper=has_paper,
    )
    return list(problems(content, call))


def _same_text(work: Work, call: CallRules, draft: ProposalDraft) -> str | None:
    """Reference of the person's proposal that says the same already."""
    _take_turns(work, select(Account.id).where(Account.id == work.actor.account_id))
    return work.db.scalars(
        select(Proposal.ref)
        .join(Authorship, Authorship.proposal_id == Proposal.id)
        .where(Proposal.call_id == call.id, Proposal.stage != "withdrawn")
        .where(Authorship.account_id == work.actor.account_id, Authorship.is_owner)
        .where(*(getattr(Proposal, name) == value for name, value in _content(draft, call).items()))
        .order_by(Proposal.id)
        .limit(1)
    ).first()


def _take_turns(work: Work, accounts: Select[Any]) -> None:
    """Two forms of one person, one after the other: by a lock that other rows about the account do not wait for.

    Always before the lock on a proposal, or two forms would wait for each other.
    """
    query = select(Account.id).where(Account.id.in_(accounts.scalar_subquery())).order_by(Account.id)
    work.db.execute(query.with_for_update(key_share=True))


def _once_more(work: Work, call: CallRules, ref: str, draft: ProposalDraft, paper: StoredPaper | None) -> Saved:
    """Saves what the form says beside the text. Once the deadline has passed, what came first stands as it is."""
    proposal, facts = load_proposal(work, call.conference_id, ref)
    if not policy.can_edit(work.actor, facts, work.now):
        return Saved(proposal.id, proposal.ref, proposal.stage, proposal.version)
    if paper is not None and is_newest(work, proposal, paper):
        paper = None
    return save_changes(
        work,
        conference_id=call.conference_id,
        ref=ref,
        draft=draft,
        base_version=proposal.version,
        paper=paper,
    )


def _name_and_paper(work: Work, proposal_id: int) -> tuple[str, bool]:
    paper = work.db.scalars(select(Paper.id).where(Paper.proposal_id == proposal_id).limit(1)).first()
    name = work.db.scalars(
        select(Authorship.name).where(Authorship.proposal_id == proposal_id, Authorship.is_owner).limit(1)
    ).first()
    return name or "", paper is not None


def require_storable(draft: ProposalDraft) -> None:
    """A draft may break the call's limits, but not those of what can be stored at all."""
    for field, length, most in _too_long(draft):
        raise Invalid(
            field,
            "too_long",
            counted("%(num)s character is too much.", "%(num)s characters are too much.", length - most),
        )


def snapshot(work: Work, proposal: Any, call: CallRules) -> dict[str, Any]:
    """What the history keeps, with names instead of numbers, so that it stays readable. One query."""
    paper = work.db.scalars(select(func.max(Paper.number)).where(Paper.proposal_id == proposal.id)).one()
    chosen, track = call.type(proposal.session_type_id), call.track(proposal.track_id)
    return {
        "title": proposal.title,
        "abstract": proposal.abstract,
        "notes": proposal.notes,
        "type": chosen.name if chosen else "",
        "track": track.name if track else "",
        "language": proposal.language,
        "presenter_kind": proposal.presenter_kind,
        "paper": paper or 0,
    }


def _content(draft: ProposalDraft, call: CallRules) -> dict[str, Any]:
    chosen = call.type(draft.session_type_id)
    track = call.track(draft.track_id)
    if track is None and len(call.tracks) == 1:
        track = call.tracks[0]
    return {
        "title": draft.title,
        "abstract": draft.abstract,
        "notes": draft.notes,
        "kind": chosen.kind if chosen else "talk",
        "session_type_id": chosen.id if chosen else None,
        "track_id": track.id if track else None,
        "language": draft.language,
        "presenter_kind": draft.presenter_kind,
    }


def _set_people(work: Work, proposal: Proposal, draft: ProposalDraft) -> None:
    guid = set_profile(work, proposal, draft.profile)
    arrange_authors(work, proposal, draft.coauthors, draft.removed)
    set_conflicts(work, proposal, draft.conflicts)
    set_away(work, proposal.conference_id, guid, draft.away)


def _too_long(draft: ProposalDraft) -> list[tuple[str, int, int]]:
    limits = (
        ("title", draft.title, STORED_TITLE_CHARS_MAX),
        ("abstract", draft.abstract, STORED_TEXT_CHARS_MAX),
        ("notes", draft.notes, max(NOTES_CHARS_MAX, STORED_TEXT_CHARS_MAX)),
        ("name", draft.profile.name, NAME_CHARS_MAX),
        ("affiliation", draft.profile.affiliation, AFFILIATION_CHARS_MAX),
        ("biography", draft.profile.biography, BIOGRAPHY_CHARS_MAX),
    )
    return [(field, len(text), most) for field, text, most in limits if len(text) > most]


def _require_complete(work: Work, proposal: Proposal, call: CallRules) -> None:
    for problem in missing_for_submit(work, proposal, call):
        raise problem


def _require_open(work: Work, proposal: Proposal, call: CallRules) -> None:
    """Somebody who changes to a session type whose date has passed would otherwise edit past the deadline."""
    if work.now > call.deadline(proposal.session_type_id, proposal.extended_until):
        raise Invalid("session_type", "closed", sentence("The deadline of this session type has passed."))


def _require_below_limit(work: Work, call: CallRules, facts: ProposalFacts) -> None:
    """The caller has taken turns, so that two windows cannot submit one too many."""
    account_id = min(facts.owner_ids)
    if submitted_by(work.db, call.id, account_id) >= call.proposals_per_person_max:
        raise Refused(
            no(
                "You have sent in %(most)s already, which is as many as one person may. Withdraw one first.",
                most=call.proposals_per_person_max,
            )
        )


def _require_few_drafts(work: Work, call: CallRules) -> None:
    mine = work.db.scalars(
        select(Proposal.id)
        .join(Authorship, Authorship.proposal_id == Proposal.id)
        .where(Proposal.call_id == call.id, Proposal.stage == "draft")
        .where(Authorship.account_id == work.actor.account_id, Authorship.is_owner)
    ).all()
    if len(mine) >= DRAFTS_PER_PERSON_MAX:
        raise Refused(no("You have %(count)s drafts already; finish or withdraw one first.", count=len(mine)))


def _note_edit(work: Work, proposal: Proposal, call: CallRules, before: dict[str, Any]) -> None:
    after = snapshot(work, proposal, call)
    changed = sorted(name for name in after if after[name] != before[name])
    if not changed:
        return
    proposal.changed_at = work.now
    work.audit(
        "proposal.edit",
        conference_id=proposal.conference_id,
        subject=("proposal", proposal.id),
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    if proposal.stage == "submitted":
        _add_history(work, proposal, call)


def _add_history(work: Work, proposal: Proposal, call: CallRules) -> None:
    proposal.edit += 1
    work.db.add(
        ProposalEdit(
            conference_id=proposal.conference_id,
            proposal_id=proposal.id,
            number=proposal.edit,
            at=work.now,
            content=snapshot(work, proposal, call),
        )
    )
