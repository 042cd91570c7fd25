"""The guards that view functions declare: who may come through the door at all. The services ask the policy again."""

from collections.abc import Callable
from typing import Any

from conference.current import current_actor, current_conference
from plumbing.answers import HIDDEN, YES, Answer, no
from plumbing.web import guarded

SIGN_IN = "sign-in"


def _signed_in() -> Answer:
    return YES if current_actor().is_signed_in else no(SIGN_IN)


def _any_conference() -> Answer:
    current_conference()
    return YES


def _team(*kinds: str, administrators_too: bool) -> Callable[[], Answer]:
    def check() -> Answer:
        actor, where = current_actor(), current_conference().id
        if not actor.is_signed_in:
            return no(SIGN_IN)
        if administrators_too and actor.is_administrator:
            return YES
        held = {kind for conference_id, kind, _track in actor.roles if conference_id == where}
        if held & set(kinds):
            return YES
        return no("This page is for the committee of the conference.") if held else HIDDEN

    return check


def _administrator() -> Answer:
    if not current_actor().is_signed_in:
        return no(SIGN_IN)
    return YES if current_actor().is_administrator else HIDDEN


public = guarded("public", lambda: YES)
"""Everybody, signed in or not."""
public_event = guarded("public_event", _any_conference)
"""Everybody, once the conference is live (its team also before)."""
signed_in = guarded("signed_in", _signed_in)
administrators = guarded("administrators", _administrator)


def team(*kinds: str, administrators_too: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """People who hold one of these roles in the conference of the address (and, for its set-up, administrators)."""
    return guarded("team:" + "|".join(sorted(kinds)), _team(*kinds, administrators_too=administrators_too))


def event_member() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Signed-in people, in a conference that they may see."""

    def check() -> Answer:
        if not current_actor().is_signed_in:
            return no(SIGN_IN)
        return _any_conference()

    return guarded("event_member", check)
