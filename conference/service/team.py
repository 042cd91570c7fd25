"""Roles in a conference: invite by mail, accept, decline, withdraw, take away."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select, update

from conference import events, policy, sessions
from conference.models import ROLES, Role, TeamInvitation, Track
from conference.service.accounts import clean_address
from conference.work import Work
from plumbing.answers import Conflict, Invalid, Missing, Refused, no, require
from plumbing.refs import new_token
from plumbing.sentences import sentence

INVITATION_LASTS = timedelta(days=30)
INVITED_AT_ONCE_MAX = 200


@dataclass(frozen=True, slots=True)
class Invited:
    """One line of the form: a name and an address."""

    name: str
    email: str


RoleGranted = Callable[[Work, int, int, str], None]
_on_granted: list[RoleGranted] = []


def on_role_granted(then: RoleGranted) -> RoleGranted:
    """Registers what a floor above does when somebody gets a role: ``(work, conference_id, account_id, kind)``."""
    if then not in _on_granted:
        _on_granted.append(then)
    return then


def parse_invited(text: str) -> list[Invited]:
    """Lines like ``Ada Lovelace <ada@example.org>`` or the address alone. Raises ``Invalid`` with the line's number."""
    found: dict[str, Invited] = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, _bracket, rest = line.strip().strip(",;").rpartition("<")
        address = rest.rstrip(">").strip()
        if not address:
            continue
        try:
            email = clean_address(address)
        except Invalid as error:
            said = sentence("Line %(number)s is no mail address: %(line)s", number=number, line=line.strip()[:80])
            raise Invalid("people", "not_an_address", said) from error
        found.setdefault(email, Invited(name.strip().strip('"'), email))
    if not found:
        raise Invalid("people", "empty", sentence("Please name at least one person."))
    if len(found) > INVITED_AT_ONCE_MAX:
        said = sentence("At most %(most)s people at once, please.", most=INVITED_AT_ONCE_MAX)
        raise Invalid("people", "too_many", said)
    return list(found.values())


def invite(
    work: Work, *, conference_id: int, people: list[Invited], kind: str, track_id: int | None, locale: str
) -> list[int]:
    """Invites each; an open invitation for the same role is replaced, so that only the newest link works."""
    require(policy.can_manage_team(work.actor, conference_id=conference_id))
    _check_role(work, conference_id, kind, track_id)
    made = []
    for person in people:
        _withdraw_open(work, conference_id, person.email, kind, track_id)
        token = new_token()
        row = TeamInvitation(
            conference_id=conference_id,
            email=person.email,
            name=person.name,
            kind=kind,
            track_id=track_id,
            locale=locale,
            token=token,
            token_hash=sessions.hashed(token),
            invited_by_id=work.actor.account_id,
            created_at=work.now,
            expires_at=work.now + INVITATION_LASTS,
        )
        work.db.add(row)
        work.db.flush()
        work.emit(events.TeamInvited(row.id), conference_id=conference_id)
        work.audit(
            "team.invite",
            conference_id=conference_id,
            subject=("team_invitation", row.id),
            after={"email": person.email, "kind": kind, "track": track_id},
        )
        made.append(row.id)
    return made


def withdraw_invitation(work: Work, *, conference_id: int, invitation_id: int) -> None:
    require(policy.can_manage_team(work.actor, conference_id=conference_id))
    row = work.db.get(TeamInvitation, invitation_id)
    if row is None or row.conference_id != conference_id:
        raise Missing()
    if row.accepted_at or row.declined_at or row.withdrawn_at:
        raise Conflict(sentence("This invitation was answered or withdrawn already."))
    row.withdrawn_at, row.token = work.now, None
    work.audit("team.withdraw", conference_id=conference_id, subject=("team_invitation", row.id))


def answer_invitation(work: Work, *, token: str, accept: bool) -> int:
    """The signed-in person takes or declines what the link offers. Whoever holds the link may: it was mailed.

    Returns the number of the conference.
    """
    row = invitation_by(work, token)
    is_open = not (row.accepted_at or row.declined_at or row.withdrawn_at)
    require(policy.can_answer_invitation(work.actor, expires_at=row.expires_at, is_open=is_open, now=work.now))
    if accept and not work.actor.is_signed_in:
        raise Refused(no("Please sign in first."))
    taken = work.db.execute(
        update(TeamInvitation)
        .where(TeamInvitation.id == row.id, TeamInvitation.accepted_at.is_(None), TeamInvitation.declined_at.is_(None))
        .values(token=None, **({"accepted_at": work.now} if accept else {"declined_at": work.now}))
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Conflict()
    if accept and work.actor.account_id is not None:
        grant(work, row.conference_id, work.actor.account_id, row.kind, row.track_id)
    work.audit(
        "team.accept" if accept else "team.decline",
        conference_id=row.conference_id,
        subject=("team_invitation", row.id),
    )
    return row.conference_id


def invitation_by(work: Work, token: str) -> TeamInvitation:
    row = work.db.scalar(select(TeamInvitation).where(TeamInvitation.token_hash == sessions.hashed(token)))
    if row is None:
        raise Missing()
    return row


def grant(work: Work, conference_id: int, account_id: int, kind: str, track_id: int | None) -> None:
    """Gives a role; giving it twice changes nothing. Callers have asked the policy."""
    known = select(Role.id).where(Role.conference_id == conference_id, Role.account_id == account_id, Role.kind == kind)
    known = known.where(Role.track_id.is_(None) if track_id is None else Role.track_id == track_id)
    if work.db.scalar(known) is None:
        role = Role(conference_id=conference_id, account_id=account_id, kind=kind, track_id=track_id, since=work.now)
        work.db.add(role)
        work.db.flush()
        work.audit(
            "team.grant",
            conference_id=conference_id,
            subject=("account", account_id),
            after={"kind": kind, "track": track_id},
        )
    for then in _on_granted:
        then(work, conference_id, account_id, kind)


def revoke_role(work: Work, *, conference_id: int, role_id: int) -> None:
    """Takes a role away. The last chair stays, so that a conference is never without one."""
    require(policy.can_manage_team(work.actor, conference_id=conference_id))
    role = work.db.get(Role, role_id)
    if role is None or role.conference_id != conference_id:
        raise Missing()
    if role.kind == "chair":
        chairs = select(func.count()).select_from(Role).where(Role.conference_id == conference_id, Role.kind == "chair")
        if (work.db.scalar(chairs) or 0) <= 1:
            raise Refused(no("A conference needs at least one chair."))
    work.audit(
        "team.revoke",
        conference_id=conference_id,
        subject=("account", role.account_id),
        before={"kind": role.kind, "track": role.track_id},
    )
    work.db.delete(role)


def _check_role(work: Work, conference_id: int, kind: str, track_id: int | None) -> None:
    if kind not in ROLES:
        raise Invalid("kind", "unknown", sentence("Please choose one of the roles."))
    if (kind == "track_chair") != (track_id is not None):
        raise Invalid("track_id", "missing", sentence("Please choose the track that this person chairs."))
    if track_id is not None:
        track = work.db.get(Track, track_id)
        if track is None or track.conference_id != conference_id:
            raise Invalid("track_id", "unknown", sentence("Please choose one of the tracks."))


def _withdraw_open(work: Work, conference_id: int, email: str, kind: str, track_id: int | None) -> None:
    open_ones = update(TeamInvitation).where(
        TeamInvitation.conference_id == conference_id,
        TeamInvitation.email == email,
        TeamInvitation.kind == kind,
        TeamInvitation.accepted_at.is_(None),
        TeamInvitation.declined_at.is_(None),
        TeamInvitation.withdrawn_at.is_(None),
    )
    same_track = TeamInvitation.track_id.is_(None) if track_id is None else TeamInvitation.track_id == track_id
    work.db.execute(open_ones.where(same_track).values(withdrawn_at=work.now, token=None))
