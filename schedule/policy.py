"""Who may do what with the schedule. Pure; ``docs/permissions/schedule.md`` is the same as a table."""

from collections.abc import Collection
from datetime import datetime

from conference.actor import Actor
from plumbing.answers import HIDDEN, YES, Answer, no

ONLY_CHAIRS = no("Only the chairs can do this.")
OTHER_TRACK = no("You can schedule the talks of your own track; ask the chairs for everything else.")


def can_see_editor(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Chairs, and track chairs, who see the whole plan that their talks must fit into."""
    if actor.is_chair(conference_id) or actor.chaired_tracks(conference_id):
        return YES
    return ONLY_CHAIRS if actor.is_on_team(conference_id) else HIDDEN


def can_schedule(actor: Actor, conference_id: int, tracks: Collection[int | None], now: datetime) -> Answer:
    """Place, move, swap, pin, take out: ``tracks`` are those of everything that is touched, None for breaks."""
    if actor.is_chair(conference_id):
        return YES
    own = actor.chaired_tracks(conference_id)
    if not own:
        return can_see_editor(actor, conference_id, now)
    return YES if tracks and all(track in own for track in tracks) else OTHER_TRACK


def can_set_up(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Days, breaks, plenaries, closures of rooms."""
    return _chairs(actor, conference_id)


def can_waive(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Say that a clash is meant to be."""
    return _chairs(actor, conference_id)


def can_release(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """See what would change, preview the mails, publish."""
    return _chairs(actor, conference_id)


def can_import(actor: Actor, conference_id: int, now: datetime) -> Answer:
    return _chairs(actor, conference_id)


def can_make_programme(actor: Actor, conference_id: int, now: datetime) -> Answer:
    """Ask for a PDF, which costs the worker minutes."""
    return _chairs(actor, conference_id)


def can_read_agenda(actor: Actor, conference_id: int, live_at: datetime | None, now: datetime) -> Answer:
    """Everybody once the conference is live; its team before."""
    if live_at is not None and live_at <= now:
        return YES
    return YES if actor.is_on_team(conference_id) or actor.is_administrator else HIDDEN


def _chairs(actor: Actor, conference_id: int) -> Answer:
    if actor.is_chair(conference_id):
        return YES
    return ONLY_CHAIRS if actor.is_on_team(conference_id) else HIDDEN
