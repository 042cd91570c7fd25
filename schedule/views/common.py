"""What the pages of the editor share: the board for the address, and the answer to an act."""

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for

from conference.current import current_actor, current_conference
from conference.work import Work, reading, writing
from plumbing.answers import Conflict, Invalid
from plumbing.sentences import Sentence
from plumbing.web import wants_fragment
from schedule.board import Board, Wanted, board_of

TEAM = ("chair", "track_chair")


def wanted() -> Wanted:
    """The day, the group of rooms and whether the night is shown: in the address, also of a POST."""
    return Wanted(
        day_id=request.args.get("day", type=int),
        room_page=request.args.get("rooms", 1, type=int),
        whole=request.args.get("whole") == "1",
    )


def board() -> Board:
    where = current_conference()
    with reading(current_actor()) as work:
        return board_of(work, conference_id=where.id, zone=where.tz, wanted=wanted())


def board_page(status: int = 200, *, problem: Sentence | str = "", done: str = "") -> Any:
    """The whole page, or for the script only the part that changes. ``problem`` says why nothing was done."""
    name = "schedule/editor/_plan.html" if wants_fragment() else "schedule/editor/page.html"
    shown = {"q": request.args.get("q", "").strip(), "track": request.args.get("track", type=int)}
    page = render_template(
        name, board=board(), here=address(), problem=str(problem), done=done, whole=wanted().whole, **shown
    )
    return make_response(page, status)


def address(**more: Any) -> dict[str, Any]:
    """What must stay in every address of the editor so that it shows the same part of the plan."""
    kept = {name: request.args[name] for name in ("day", "rooms", "whole") if name in request.args}
    return {**kept, **more}


def acted(act: Callable[[Work], str]) -> Any:
    """Runs the act; shows the plan as it stands now, also when somebody was faster (409) or it cannot be (422)."""
    try:
        with writing(current_actor()) as work:
            done = act(work)
    except Conflict as error:
        return board_page(409, problem=error.reason)
    except Invalid as error:
        return board_page(422, problem=error.reason)
    if wants_fragment():
        return board_page(done=done)
    flash(done, "success")
    return redirect(url_for("schedule.editor", **address()), 303)
