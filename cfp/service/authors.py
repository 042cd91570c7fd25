"""Authors: own profile, co-authors invited, ordered, removed, and their answers."""

from collections.abc import Sequence
from datetime import timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from cfp import policy
from cfp.authors import Authorship
from cfp.drafts import COAUTHORS_MAX, NAME_CHARS_MAX, CoauthorDraft, ProfileDraft
from cfp.events import CoauthorInvited
from cfp.invitations import is_genuine, ref_of
from cfp.loading import load_proposal
from cfp.models import Proposal
from cfp.people import join_account, person_guid
from conference.work import Work
from plumbing.answers import Invalid, Missing, Refused, no, require
from plumbing.refs import new_ref
from plumbing.sentences import sentence

RESEND_AFTER = timedelta(hours=1)
ME = "me"
"""The key of one's own row in a form for a proposal that does not exist yet."""


def own_authorship(work: Work, proposal: Proposal, profile: ProfileDraft) -> Authorship:
    """The row of the one who begins a proposal."""
    actor = work.actor
    return Authorship(
        conference_id=proposal.conference_id,
        ref=new_ref(),
        proposal_id=proposal.id,
        person_guid=person_guid(work.db, proposal.conference_id, account_id=actor.account_id, email=actor.email),
        account_id=actor.account_id,
        email=actor.email,
        name=profile.name or actor.name,
        affiliation=profile.affiliation,
        biography=profile.biography,
        position=0,
        is_owner=True,
        locale=actor.locale,
        accepted_at=work.now,
    )


def set_profile(work: Work, proposal: Proposal, profile: ProfileDraft) -> str:
    """Writes the actor's own words about the own person; returns the stable name of the person."""
    row = work.db.scalars(
        select(Authorship).where(Authorship.proposal_id == proposal.id, Authorship.account_id == work.actor.account_id)
    ).one()
    for name in ("name", "affiliation", "biography"):
        value = getattr(profile, name)
        if getattr(row, name) != value:
            setattr(row, name, value)
    return row.person_guid


def arrange_authors(work: Work, proposal: Proposal, rows: Sequence[CoauthorDraft], removed: Sequence[str] = ()) -> None:
    """Invites who is new, takes off who is ``removed``, takes the order of ``rows``. Only the owner's rows count."""
    authors = list(_authors(work, proposal))
    owner = next((row for row in authors if row.account_id == work.actor.account_id and row.is_owner), None)
    if owner is None or not (rows or removed):
        return
    for row in [row for row in authors if row.ref in removed and not row.is_owner]:
        _take_off(work, proposal, row)
        authors.remove(row)
    by_ref = {row.ref: row for row in authors} | {ME: owner}
    ordered: list[Authorship] = []
    for draft in rows:
        everybody = [*authors, *(row for row in ordered if row not in authors)]
        found = by_ref.get(draft.ref) if draft.ref else _invite(work, proposal, everybody, draft)
        if found is not None and found not in ordered:
            ordered.append(found)
    for position, row in enumerate([*ordered, *(row for row in authors if row not in ordered)]):
        if row.position != position:
            row.position = position
    work.db.flush()


def add_coauthor(work: Work, *, conference_id: int, ref: str, name: str, email: str) -> None:
    """One more author, invited by mail. Raises ``Invalid`` for what is no address."""
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_manage_authors(work.actor, facts, work.now))
    _invite(work, proposal, _authors(work, proposal), CoauthorDraft("", name, email))


def remove_coauthor(work: Work, *, conference_id: int, ref: str, author_ref: str) -> None:
    """Takes a co-author off. The owner cannot take off himself or herself."""
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_manage_authors(work.actor, facts, work.now))
    row = _author(work, proposal, author_ref)
    if row.is_owner:
        raise Refused(no("The one who sent it in stays an author. Withdraw the proposal instead."))
    _take_off(work, proposal, row)


def resend_invitation(work: Work, *, conference_id: int, ref: str, author_ref: str) -> None:
    """A new letter with a new link; the old link ends. Not more often than ``RESEND_AFTER``."""
    proposal, facts = load_proposal(work, conference_id, ref)
    require(policy.can_manage_authors(work.actor, facts, work.now))
    row = _author(work, proposal, author_ref)
    if row.accepted_at is not None:
        raise Refused(no("This author has accepted already."))
    if row.invited_at is not None and work.now - row.invited_at < RESEND_AFTER:
        raise Refused(no("The last letter went out less than an hour ago; give it some time."))
    row.invited_at, row.declined_at = work.now, None
    work.emit(CoauthorInvited(row.id), conference_id=conference_id)
    _log(work, proposal, "proposal.author_invited", row)


def find_invitation(work: Work, *, conference_id: int, token: str) -> Authorship:
    """The authorship that a link from a letter opens. Raises ``Missing`` for a wrong or old link. One query."""
    row = work.db.scalars(
        select(Authorship).where(Authorship.conference_id == conference_id, Authorship.ref == ref_of(token))
    ).one_or_none()
    if row is None or not is_genuine(token, row.ref, row.invited_at):
        raise Missing()
    return row


def accept_invitation(work: Work, *, conference_id: int, token: str, profile: ProfileDraft) -> None:
    """The link is the proof, so no account is needed; with one, the proposal joins the person's own."""
    row = find_invitation(work, conference_id=conference_id, token=token)
    if not profile.name:
        raise Invalid("name", "missing", sentence("Say your name."))
    row.name, row.affiliation, row.biography = profile.name, profile.affiliation, profile.biography
    if work.actor.account_id is not None and not _is_author_already(work, row):
        row.locale = work.actor.locale
        join_account(work.db, row, work.actor.account_id)
    row.accepted_at, row.declined_at = row.accepted_at or work.now, None
    _log(work, work.db.get_one(Proposal, row.proposal_id), "proposal.author_accepted", row)


def decline_invitation(work: Work, *, conference_id: int, token: str) -> None:
    row = find_invitation(work, conference_id=conference_id, token=token)
    row.declined_at, row.accepted_at, row.account_id = work.now, None, None
    _log(work, work.db.get_one(Proposal, row.proposal_id), "proposal.author_declined", row)


def _is_author_already(work: Work, row: Authorship) -> bool:
    found = work.db.scalars(
        select(Authorship.id).where(
            Authorship.proposal_id == row.proposal_id,
            Authorship.account_id == work.actor.account_id,
            Authorship.id != row.id,
        )
    ).first()
    return found is not None


def _authors(work: Work, proposal: Proposal) -> Sequence[Authorship]:
    return work.db.scalars(
        select(Authorship).where(Authorship.proposal_id == proposal.id).order_by(Authorship.position, Authorship.id)
    ).all()


def _take_off(work: Work, proposal: Proposal, row: Authorship) -> None:
    work.db.delete(row)
    work.db.flush()
    _log(work, proposal, "proposal.author_removed", row)


def _author(work: Work, proposal: Proposal, author_ref: str) -> Authorship:
    found = [row for row in _authors(work, proposal) if row.ref == author_ref]
    if not found:
        raise Missing()
    return found[0]


def _invite(work: Work, proposal: Proposal, authors: Sequence[Authorship], draft: CoauthorDraft) -> Authorship:
    email = _address(draft.email)
    known = [row for row in authors if row.email == email]
    if known:
        return known[0]
    if len(authors) > COAUTHORS_MAX:
        raise Invalid("coauthors", "too_many", sentence("At most %(most)s co-authors.", most=COAUTHORS_MAX))
    row = Authorship(
        conference_id=proposal.conference_id,
        ref=new_ref(),
        proposal_id=proposal.id,
        person_guid=person_guid(work.db, proposal.conference_id, email=email),
        email=email,
        name=draft.name[:NAME_CHARS_MAX] or email.partition("@")[0],
        position=len(authors),
        is_owner=False,
        locale=work.actor.locale,
        invited_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    work.emit(CoauthorInvited(row.id), conference_id=proposal.conference_id)
    _log(work, proposal, "proposal.author_invited", row)
    return row


def _address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise Invalid(
            "coauthors", "no_address", sentence("“%(typed)s” is no e-mail address.", typed=text or "–")
        ) from error


def _log(work: Work, proposal: Proposal, action: str, row: Authorship) -> None:
    work.audit(
        action,
        conference_id=proposal.conference_id,
        subject=("proposal", proposal.id),
        after={"authorship": row.id},
    )
