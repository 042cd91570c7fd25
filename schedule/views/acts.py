"""Acts of the editor: what drag and keyboard send, and what buttons send without a script."""

from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from conference import guards
from conference.current import current_conference
from conference.work import Work
from plumbing.answers import Invalid, Missing
from plumbing.sentences import sentence
from schedule.clashes import to_instant
from schedule.forms import version_of
from schedule.service import log, places
from schedule.service.frame import unwaive_clash
from schedule.service.places import Place, Seen
from schedule.views import blueprint
from schedule.views.common import TEAM, acted

MINUTE_MAX = 1 << 31


@blueprint.post("/<event_slug>/schedule/acts/put")
@guards.team(*TEAM)
def put() -> Any:
    """A card was dropped: a talk gets its slot, or a slot moves."""
    where, block = current_conference().id, request.form.get("block", "")

    def act(work: Work) -> str:
        place = Place(_number("room"), _start())
        if block.startswith("t"):
            places.place_talk(work, conference_id=where, talk_id=_id(block[1:]), place=place)
            return _("Placed.")
        places.move_slot(work, conference_id=where, seen=_seen(), place=place)
        return _("Moved.")

    return acted(act)


@blueprint.post("/<event_slug>/schedule/acts/remove")
@guards.team(*TEAM)
def remove() -> Any:
    def act(work: Work) -> str:
        places.remove_slot(work, conference_id=current_conference().id, seen=_seen())
        return _("Taken out of the plan.")

    return acted(act)


@blueprint.post("/<event_slug>/schedule/acts/swap")
@guards.team(*TEAM)
def swap() -> Any:
    def act(work: Work) -> str:
        other = Seen(_id(request.form.get("other", "")), version_of(request.form.get("other_version")))
        places.swap_slots(work, conference_id=current_conference().id, one=_seen(), other=other)
        return _("Swapped.")

    return acted(act)


@blueprint.post("/<event_slug>/schedule/acts/pin")
@guards.team(*TEAM)
def pin() -> Any:
    is_pinned = request.form.get("pinned") == "1"

    def act(work: Work) -> str:
        places.pin_slot(work, conference_id=current_conference().id, seen=_seen(), is_pinned=is_pinned)
        return _("Pinned.") if is_pinned else _("Loosened.")

    return acted(act)


@blueprint.post("/<event_slug>/schedule/acts/shift")
@guards.team(*TEAM)
def shift() -> Any:
    def act(work: Work) -> str:
        where, minutes = current_conference().id, _number("minutes") or 0
        count = places.shift_following(work, conference_id=where, seen=_seen(), minutes=minutes)
        return ngettext("%(num)s slot was shifted.", "%(num)s slots were shifted.", count)

    return acted(act)


@blueprint.post("/<event_slug>/schedule/acts/copy")
@guards.team("chair")
def copy() -> Any:
    def act(work: Work) -> str:
        count = places.copy_block(work, conference_id=current_conference().id, seen=_seen())
        return ngettext("Copied to %(num)s room.", "Copied to %(num)s rooms.", count)

    return acted(act)


@blueprint.post("/<event_slug>/schedule/acts/undo")
@guards.team(*TEAM)
def undo() -> Any:
    def act(work: Work) -> str:
        log.undo(work, conference_id=current_conference().id)
        return _("Undone.")

    return acted(act)


@blueprint.post("/<event_slug>/schedule/acts/redo")
@guards.team(*TEAM)
def redo() -> Any:
    def act(work: Work) -> str:
        log.redo(work, conference_id=current_conference().id)
        return _("Done again.")

    return acted(act)


@blueprint.post("/<event_slug>/schedule/acts/unwaive")
@guards.team("chair")
def unwaive() -> Any:
    def act(work: Work) -> str:
        unwaive_clash(work, conference_id=current_conference().id, key=request.form.get("key", ""))
        return _("The clash counts again.")

    return acted(act)


def _seen() -> Seen:
    return Seen(_id(request.form.get("block", "")), version_of(request.form.get("version")))


def _start() -> datetime:
    minute = _number("start")
    if minute is None or not 0 < minute < MINUTE_MAX:
        raise Invalid("start", "missing", sentence("The start is missing."))
    return to_instant(minute)


def _number(name: str) -> int | None:
    """A whole number of the form; None when it is left out. Raises Invalid for anything else."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not text.lstrip("-").isdecimal() or len(text) > 12:
        raise Invalid(name, "number", sentence("“%(typed)s” is no whole number.", typed=text[:40]))
    return int(text)


def _id(text: str) -> int:
    if not text.isdecimal() or len(text) > 12:
        raise Missing()
    return int(text)
