"""The editor's page, and what its script asks while somebody drags."""

from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext as _

from conference import guards
from conference.actor import Actor
from conference.chrome import NavLine, navigation
from conference.current import ConferenceFacts, current_actor, current_conference
from conference.work import reading
from plumbing.answers import Missing, require
from schedule import policy
from schedule.clashes import ClashInputError, PlaceGrid
from schedule.plan import STEP_MINUTES, Plan, load_plan, plan_version
from schedule.views import blueprint
from schedule.views.common import TEAM, board_page

EDITOR_PAGES = (
    *("schedule.slot", "schedule.talk_slot", "schedule.new_block", "schedule.day", "schedule.days"),
    *("schedule.closures", "schedule.releases", "schedule.release", "schedule.release_mails"),
    *("schedule.waive", "schedule.programmes"),
)


@navigation
def editor_line(actor: Actor, facts: ConferenceFacts) -> list[NavLine]:
    if actor.is_chair(facts.id) or actor.chaired_tracks(facts.id):
        return [NavLine(_("Schedule"), "schedule.editor", 60, within=EDITOR_PAGES)]
    return []


@blueprint.get("/<event_slug>/schedule/")
@guards.team(*TEAM)
def editor() -> Any:
    return board_page()


@blueprint.get("/<event_slug>/schedule/version")
@guards.team(*TEAM)
def editor_version() -> Response:
    """Asked every few seconds by open editors: other than before means that somebody did something."""
    where = current_conference()
    with reading(current_actor()) as work:
        require(policy.can_see_editor(work.actor, where.id, work.now))
        return jsonify(version=plan_version(work, where.id))


@blueprint.get("/<event_slug>/schedule/fits")
@guards.team(*TEAM)
def fits() -> Response:
    """Where a block fits on a day: for each room a digit for each five minutes, 0 free, 1 warning, 2 clash.

    What stands in all rooms is told the same of each.
    """
    where = current_conference()
    block = request.args.get("block", "")
    first = request.args.get("first", 0, type=int)
    rows = min(request.args.get("rows", 0, type=int), 360)
    with reading(current_actor()) as work:
        require(policy.can_see_editor(work.actor, where.id, work.now))
        plan = load_plan(work, where.id)
    try:
        grid = _places(plan, int(block) if block.isdecimal() else block, request.args.get("day", 0, type=int))
    except ClashInputError as error:
        raise Missing() from error
    shown = [_shifted(row, grid.starts.start, first, rows) for row in grid.worst]
    if grid.rooms == (None,):
        return jsonify(rooms={str(room.id): shown[0] for room in plan.rooms})
    return jsonify(rooms={str(room): row for room, row in zip(grid.rooms, shown, strict=True)})


def _places(plan: Plan, block: int | str, day: int) -> PlaceGrid:
    slot = plan.slot_by_id.get(block) if isinstance(block, int) else None
    is_everywhere = slot is not None and slot.is_placed and slot.room_id is None
    return plan.index.free_places(block, day=day, rooms=(None,) if is_everywhere else None, step_minutes=STEP_MINUTES)


def _shifted(row: str, start: int, first: int, rows: int) -> str:
    """The same digits by the rows of the shown part; what lies outside the day is a clash."""
    found = []
    for place in range(rows):
        at = (first + place * STEP_MINUTES - start) // STEP_MINUTES
        found.append(row[at] if 0 <= at < len(row) else "2")
    return "".join(found)
