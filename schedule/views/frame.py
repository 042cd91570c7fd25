"""Set-up of what the plan stands in: days, and times in which rooms are closed."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from conference import guards
from conference.current import current_actor, current_conference
from conference.locale import date_words, time_words
from conference.work import reading, writing
from plumbing.answers import Invalid, Missing, require
from plumbing.forms import options
from schedule import policy
from schedule.forms import ClosureForm, DayForm, local_instant
from schedule.plan import Plan, load_plan
from schedule.service import frame
from schedule.views import blueprint


@blueprint.route("/<event_slug>/schedule/days", methods=["GET", "POST"])
@guards.team("chair")
def days() -> Any:
    where = current_conference()
    plan = _plan()
    form = DayForm(data={"date": _next_date(plan)})
    if form.validate_on_submit():
        try:
            starts_at, ends_at = form.window(form.date.data, where.tz)
            with writing(current_actor()) as work:
                frame.add_day(work, conference_id=where.id, day=form.date.data, starts_at=starts_at, ends_at=ends_at)
            flash(_("The day was added."), "success")
            return redirect(url_for("schedule.days"), 303)
        except Invalid as error:
            form.blame(error)
    return render_template("schedule/setup/days.html", form=form, days=_day_lines(plan)), 422 if form.errors else 200


@blueprint.route("/<event_slug>/schedule/days/<int:day_id>", methods=["GET", "POST"])
@guards.team("chair")
def day(day_id: int) -> Any:
    where = current_conference()
    known = _plan().day_by_id.get(day_id)
    if known is None:
        raise Missing()
    times = {"starts": known.starts_at.astimezone(where.tz).time(), "ends": known.ends_at.astimezone(where.tz).time()}
    form = DayForm(data=times)
    del form.date
    if form.validate_on_submit():
        try:
            starts_at, ends_at = form.window(known.date, where.tz)
            with writing(current_actor()) as work:
                frame.change_day(work, conference_id=where.id, day_id=day_id, starts_at=starts_at, ends_at=ends_at)
            flash(_("Saved."), "success")
            return redirect(url_for("schedule.days"), 303)
        except Invalid as error:
            form.blame(error)
    status = 422 if form.errors else 200
    return render_template("schedule/setup/day.html", form=form, label=date_words(known.date)), status


@blueprint.post("/<event_slug>/schedule/days/<int:day_id>/remove")
@guards.team("chair")
def remove_day(day_id: int) -> Any:
    try:
        with writing(current_actor()) as work:
            frame.remove_day(work, conference_id=current_conference().id, day_id=day_id)
        flash(_("The day was removed."), "success")
    except Invalid as error:
        flash(str(error.reason), "error")
    return redirect(url_for("schedule.days"), 303)


@blueprint.route("/<event_slug>/schedule/closures", methods=["GET", "POST"])
@guards.team("chair")
def closures() -> Any:
    where = current_conference()
    plan = _plan()
    form = ClosureForm()
    form.room.choices = options((room.id, room.name) for room in plan.rooms)
    if form.validate_on_submit():
        try:
            _close(form)
            flash(_("The room is closed at that time."), "success")
            return redirect(url_for("schedule.closures"), 303)
        except Invalid as error:
            form.blame(error)
    names = {room.id: room.name for room in plan.rooms}
    lines = [(each.id, names[each.room_id], _span(each, where.zone, where.tz), each.reason) for each in plan.closures]
    status = 422 if form.errors else 200
    return render_template(
        "schedule/setup/closures.html", form=form, closures=lines, has_rooms=bool(plan.rooms)
    ), status


@blueprint.post("/<event_slug>/schedule/closures/<int:closure_id>/remove")
@guards.team("chair")
def open_room(closure_id: int) -> Any:
    with writing(current_actor()) as work:
        frame.open_room(work, conference_id=current_conference().id, closure_id=closure_id)
    flash(_("The room is open again."), "success")
    return redirect(url_for("schedule.closures"), 303)


def _close(form: ClosureForm) -> None:
    where = current_conference()
    with writing(current_actor()) as work:
        frame.close_room(
            work,
            conference_id=where.id,
            room_id=form.room.data,
            starts_at=local_instant(form.starts_at.data, where.tz),
            ends_at=local_instant(form.ends_at.data, where.tz),
            reason=form.reason.data or "",
        )


def _plan() -> Plan:
    where = current_conference()
    with reading(current_actor()) as work:
        require(policy.can_set_up(work.actor, where.id, work.now))
        return load_plan(work, where.id)


def _next_date(plan: Plan) -> date:
    """The first date from the beginning of the conference on that has no day yet."""
    starts_on, taken = current_conference().starts_on, {each.date for each in plan.days}
    return next(day for day in (starts_on + timedelta(days=more) for more in count()) if day not in taken)


def _day_lines(plan: Plan) -> list[dict[str, Any]]:
    zone = current_conference().zone
    counts: dict[int | None, int] = {}
    for slot in plan.placed:
        counts[slot.day_id] = counts.get(slot.day_id, 0) + 1
    return [
        {
            "id": each.id,
            "label": date_words(each.date),
            "hours": f"{time_words(each.starts_at, zone)}–{time_words(each.ends_at, zone)}",
            "after_midnight": each.ends_at.astimezone(current_conference().tz).date() > each.date,
            "count": counts.get(each.id, 0),
        }
        for each in plan.days
    ]


def _span(closure: Any, zone: str, tz: Any) -> str:
    begin, end = closure.starts_at.astimezone(tz), closure.ends_at.astimezone(tz)
    first = f"{date_words(begin.date(), pattern='medium')}, {time_words(closure.starts_at, zone)}"
    if begin.date() == end.date():
        return f"{first}–{time_words(closure.ends_at, zone)}"
    return f"{first} – {date_words(end.date(), pattern='medium')}, {time_words(closure.ends_at, zone)}"
