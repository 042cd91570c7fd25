"""Who may do what with accounts, communities, conferences and teams. Pure: facts in, answer out."""

from datetime import datetime

from conference.actor import Actor
from plumbing.answers import HIDDEN, YES, Answer, no


def can_manage_own_account(actor: Actor) -> Answer:
    return YES if actor.is_signed_in else no("Please sign in first.")


def can_see_conference(actor: Actor, *, conference_id: int, live_at: datetime | None) -> Answer:
    if live_at is not None or actor.is_on_team(conference_id) or actor.is_administrator:
        return YES
    return HIDDEN


def can_set_up(actor: Actor, *, conference_id: int) -> Answer:
    """Dates, languages, tracks, types, rooms, going live."""
    if actor.is_chair(conference_id) or actor.is_administrator:
        return YES
    if actor.is_on_team(conference_id):
        return no("Only the chairs of the conference can change how it is set up.")
    return HIDDEN


def can_manage_team(actor: Actor, *, conference_id: int) -> Answer:
    if actor.is_chair(conference_id) or actor.is_administrator:
        return YES
    if actor.is_on_team(conference_id):
        return no("Only the chairs of the conference can invite or remove people.")
    return HIDDEN


def can_read_audit_log(actor: Actor, *, conference_id: int) -> Answer:
    if actor.is_chair(conference_id):
        return YES
    if actor.is_on_team(conference_id):
        return no("Only the chairs of the conference can read its log.")
    return HIDDEN


def can_look_after_letters(actor: Actor, *, conference_id: int) -> Answer:
    """Which letters the mail server has not taken, and another try for them."""
    if actor.is_chair(conference_id):
        return YES
    if actor.is_on_team(conference_id):
        return no("Only the chairs of the conference see which letters were not sent.")
    return HIDDEN


def can_make_community(actor: Actor) -> Answer:
    if actor.is_administrator or actor.is_system:
        return YES
    return no("Only an administrator can add a community.")


def can_make_conference(actor: Actor, *, is_organiser: bool) -> Answer:
    """``is_organiser``: of the community that holds the conference."""
    if actor.is_administrator or actor.is_system or is_organiser:
        return YES
    return no("Only the organisers of the community can add a conference.")


def can_appoint(actor: Actor) -> Answer:
    """Make somebody administrator of the installation or organiser of a community, or end that."""
    if actor.is_system:
        return YES
    return no("Administrators and organisers are appointed by whoever runs the server.")


def can_join_community(actor: Actor) -> Answer:
    return YES if actor.is_signed_in else no("Please sign in first.")


def can_answer_invitation(actor: Actor, *, expires_at: datetime, is_open: bool, now: datetime) -> Answer:
    """``is_open``: neither accepted, declined nor withdrawn."""
    if not is_open:
        return no("This invitation was answered or withdrawn already.")
    if now >= expires_at:
        return no("This invitation is too old. Please ask for a new one.")
    return YES
