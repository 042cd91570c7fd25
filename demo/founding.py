"""Setting up a conference as its chair would: dates, tracks, types, rooms, call, team, review phase."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cfp.service import CallDraft, create_call
from conference.models import TeamInvitation
from conference.service import setup, team
from demo.making import Making, guid
from demo.people import Person
from reviews.service import (
    CriterionDraft,
    PhaseDraft,
    ProfileDraft,
    add_criterion,
    change_profile,
    ensure_reviewer,
    save_phase,
)

INVITATION_LASTS = timedelta(days=30)
A_WHILE = timedelta(minutes=3)
"""Between two entries of the same kind."""


@dataclass(frozen=True, slots=True)
class TrackPlan:
    slug: str
    areas: tuple[str, ...]
    draft: setup.TrackDraft


@dataclass(slots=True)
class Founded:
    """Numbers of what was set up, by the names that the demo's parts use."""

    id: int
    slug: str
    chair: int
    zone: str
    tracks: dict[str, int] = field(default_factory=dict)
    areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, int] = field(default_factory=dict)
    calls: dict[str, CallDraft] = field(default_factory=dict)
    criteria: list[int] = field(default_factory=list)
    reviewers: dict[int, int] = field(default_factory=dict)
    """Account → number of the reviewer."""


def found(making: Making, *, chair: int, at: datetime, draft: setup.ConferenceDraft) -> Founded:
    """A conference that is public a week after it was begun."""
    number = setup.make_conference(making.work(chair, at), community_id=making.community_id, draft=draft)
    making.forget_roles()
    setup.go_live(making.work(chair, at + timedelta(days=7)), conference_id=number, live=True)
    return Founded(number, draft.slug, chair, draft.zone)


def add_tracks(making: Making, event: Founded, at: datetime, plans: list[TrackPlan]) -> None:
    for step, plan in enumerate(plans):
        work = making.work(event.chair, at + step * A_WHILE)
        event.tracks[plan.slug] = setup.save_track(work, conference_id=event.id, track_id=None, draft=plan.draft)
        event.areas[plan.slug] = plan.areas


def add_types(making: Making, event: Founded, at: datetime, drafts: list[setup.SessionTypeDraft]) -> None:
    for step, draft in enumerate(drafts):
        work = making.work(event.chair, at + step * A_WHILE)
        event.types[draft.name] = setup.save_session_type(work, conference_id=event.id, type_id=None, draft=draft)


def add_rooms(making: Making, event: Founded, at: datetime, drafts: list[setup.RoomDraft]) -> None:
    for step, draft in enumerate(drafts):
        work = making.work(event.chair, at + step * A_WHILE)
        event.rooms[draft.name] = setup.save_room(work, conference_id=event.id, room_id=None, draft=draft)


def add_call(making: Making, event: Founded, at: datetime, draft: CallDraft) -> None:
    create_call(making.work(event.chair, at), conference_id=event.id, draft=draft)
    event.calls[draft.slug] = draft


def add_phase(making: Making, event: Founded, at: datetime, draft: PhaseDraft, criteria: list[CriterionDraft]) -> None:
    save_phase(making.work(event.chair, at), conference_id=event.id, draft=draft)
    for step, criterion in enumerate(criteria, start=1):
        work = making.work(event.chair, at + step * A_WHILE)
        event.criteria.append(add_criterion(work, conference_id=event.id, draft=criterion))


def grant(making: Making, event: Founded, at: datetime, account_id: int, kind: str, track: str | None = None) -> None:
    work = making.work(event.chair, at)
    team.grant(work, event.id, account_id, kind, event.tracks[track] if track else None)
    making.forget_roles()


def add_reviewer(
    making: Making, event: Founded, at: datetime, account_id: int, *, words: str, load: tuple[int, int]
) -> None:
    """Somebody takes the role and says what they know and how much they take."""
    grant(making, event, at, account_id, "reviewer")
    number = ensure_reviewer(making.work(event.chair, at), conference_id=event.id, account_id=account_id)
    work = making.work(account_id, at + timedelta(days=2))
    draft = ProfileDraft(words, load_min=load[0], load_max=load[1])
    change_profile(work, conference_id=event.id, reviewer_id=number, draft=draft)
    event.reviewers[account_id] = number


def invite(making: Making, event: Founded, at: datetime, person: Person, *, answer: str | None = None) -> None:
    """An invitation that is open, or that was declined. Its link was never mailed and opens nothing."""
    making.db.add(
        TeamInvitation(
            conference_id=event.id,
            email=person.email,
            name=person.name,
            kind="reviewer",
            locale=person.locale,
            token=None,
            token_hash=f"demo/{guid(event.slug, 'invitation', person.email)}",
            invited_by_id=event.chair,
            created_at=at,
            expires_at=at + INVITATION_LASTS,
            declined_at=at + timedelta(days=2) if answer == "declined" else None,
        )
    )
    making.db.flush()
