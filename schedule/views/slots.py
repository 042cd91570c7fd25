"""A form for each slot, talk and break: the editor without a script, and every detail with one."""

from collections.abc import Callable, Collection
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from cfp.accepted import AcceptedTalk
from conference import guards
from conference.current import current_actor, current_conference
from conference.locale import date_words, time_words
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid, Missing, require
from plumbing.forms import options
from schedule import policy
from schedule.forms import EVERYWHERE, AudienceForm, BlockForm, ShiftForm, SlotForm, SwapForm, WaiveForm, version_of
from schedule.grid import clock_words
from schedule.plan import Plan, PlanSlot, load_plan, talk_length
from schedule.service import frame, places
from schedule.service.audience import expect_audience
from schedule.service.places import Seen
from schedule.views import blueprint
from schedule.views.common import TEAM


@blueprint.route("/<event_slug>/schedule/slots/<int:slot_id>", methods=["GET", "POST"])
@guards.team(*TEAM)
def slot(slot_id: int) -> Any:
    """Everything about one slot."""
    plan = _plan(lambda plan: [plan.track_of(_placed(plan, slot_id))])
    row = _placed(plan, slot_id)
    form = _slot_form(plan, row)
    problem, status = "", 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _change(plan, row, form)
            except Invalid as error:
                form.blame(error)
            except Conflict as error:
                problem, status, plan = str(error.reason), 409, _plan()
    return _slot_page(plan, plan.slot_by_id[slot_id], form, problem), status


@blueprint.route("/<event_slug>/schedule/talks/<ref>", methods=["GET", "POST"])
@guards.team(*TEAM)
def talk_slot(ref: str) -> Any:
    """Places a talk that waits."""
    plan = _plan(lambda plan: [_talk_by(plan, ref).track_id])
    talk = _talk_by(plan, ref)
    had = plan.slot_of_talk.get(talk.proposal_id)
    if had is not None and had.is_placed:
        return redirect(url_for("schedule.slot", slot_id=had.id), 303)
    form = SlotForm(data={"length": talk_length(talk), "day": request.args.get("day", "")})
    _offer(form, plan, everywhere=False)
    del form.title, form.is_pinned
    if form.validate_on_submit():
        try:
            return _place(plan, talk.proposal_id, form)
        except Invalid as error:
            form.blame(error)
    status = 422 if form.errors else 200
    return render_template("schedule/editor/talk.html", form=form, talk=talk, plan_days=bool(plan.days)), status


@blueprint.route("/<event_slug>/schedule/talks/<ref>/audience", methods=["GET", "POST"])
@guards.team(*TEAM)
def talk_audience(ref: str) -> Any:
    """How many are expected to come to a talk, placed or not."""
    talk = _talk_by(_plan(lambda plan: [_talk_by(plan, ref).track_id]), ref)
    form = AudienceForm(data={"people": talk.interest})
    problem, status = "", 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            return _expect(talk, form)
        except Conflict as error:
            problem, status, talk = str(error.reason), 409, _talk_by(_plan(), ref)
    seen = "" if talk.interest is None else talk.interest
    return render_template("schedule/editor/audience.html", form=form, talk=talk, problem=problem, seen=seen), status


@blueprint.route("/<event_slug>/schedule/blocks/new", methods=["GET", "POST"])
@guards.team("chair")
def new_block() -> Any:
    """A break or a plenary."""
    plan = _plan()
    form = BlockForm(data={"length": 30, "room": EVERYWHERE, "day": request.args.get("day", "")})
    _offer(form, plan, everywhere=True)
    if form.validate_on_submit():
        try:
            where = current_conference()
            kind, title, place = form.kind.data, form.title.data, form.place(plan, where.tz)
            with writing(current_actor()) as work:
                places.add_block(work, conference_id=where.id, kind=kind, title=title, place=place)
            flash(_("Added."), "success")
            return redirect(url_for("schedule.editor", day=form.day.data), 303)
        except Invalid as error:
            form.blame(error)
    status = 422 if form.errors else 200
    return render_template("schedule/editor/block.html", form=form, plan_days=bool(plan.days)), status


@blueprint.route("/<event_slug>/schedule/clashes/<key>/waive", methods=["GET", "POST"])
@guards.team("chair")
def waive(key: str) -> Any:
    where = current_conference()
    form = WaiveForm()
    plan = _plan()
    clash = next((clash for clash in plan.index.clashes() if clash.key == key), None)
    if clash is None:
        raise Missing()
    if form.validate_on_submit():
        try:
            with writing(current_actor()) as work:
                frame.waive_clash(work, conference_id=where.id, key=key, note=form.note.data)
            flash(_("The clash is waived."), "success")
            return redirect(url_for("schedule.editor", day=request.args.get("day")), 303)
        except Invalid as error:
            form.blame(error)
    status = 422 if form.errors else 200
    return render_template("schedule/editor/waive.html", form=form, sentence=str(clash.sentence)), status


def _plan(touched: Callable[[Plan], Collection[int | None]] | None = None) -> Plan:
    """The plan for somebody who may change what has the ``touched`` tracks: nobody fills in a form in vain."""
    where = current_conference()
    with reading(current_actor()) as work:
        require(policy.can_see_editor(work.actor, where.id, work.now))
        plan = load_plan(work, where.id)
        if touched is not None:
            require(policy.can_schedule(work.actor, where.id, touched(plan), work.now))
        return plan


def _placed(plan: Plan, slot_id: int) -> PlanSlot:
    row = plan.slot_by_id.get(slot_id)
    if row is None or not row.is_placed:
        raise Missing()
    return row


def _talk_by(plan: Plan, ref: str) -> AcceptedTalk:
    talk = next((talk for talk in plan.talks.values() if talk.ref == ref), None)
    if talk is None:
        raise Missing()
    return talk


def _expect(talk: AcceptedTalk, form: AudienceForm) -> Any:
    where, seen = current_conference().id, form.seen.data or ""
    with writing(current_actor()) as work:
        expect_audience(
            work,
            conference_id=where,
            talk_id=talk.proposal_id,
            people=form.people.data,
            seen=int(seen) if seen.isdecimal() else None,
        )
    flash(_("Saved."), "success")
    return redirect(url_for("schedule.talk_slot", ref=talk.ref), 303)


def _offer(form: Any, plan: Plan, *, everywhere: bool) -> None:
    form.offer(plan, day_names={day.id: date_words(day.date) for day in plan.days}, everywhere=everywhere)


def _slot_form(plan: Plan, row: PlanSlot) -> SlotForm:
    zone = current_conference().tz
    form = SlotForm(
        data={
            "day": str(row.day_id),
            "start": row.begin.astimezone(zone).time(),
            "room": str(row.room_id) if row.room_id is not None else EVERYWHERE,
            "length": row.length_minutes,
            "is_pinned": row.is_pinned,
            "title": row.title,
            "version": row.version,
        }
    )
    _offer(form, plan, everywhere=row.talk_id is None)
    if row.talk_id is not None:
        del form.title
    return form


def _change(plan: Plan, row: PlanSlot, form: SlotForm) -> Any:
    where = current_conference()
    with writing(current_actor()) as work:
        places.change_slot(
            work,
            conference_id=where.id,
            seen=Seen(row.id, version_of(form.version.data)),
            place=form.place(plan, where.tz, had=row.begin),
            is_pinned=form.is_pinned.data,
            title=form.title.data if row.talk_id is None else None,
        )
    flash(_("Saved."), "success")
    return redirect(url_for("schedule.editor", day=form.day.data, _anchor=f"slot-{row.id}"), 303)


def _place(plan: Plan, talk_id: int, form: SlotForm) -> Any:
    where = current_conference()
    with writing(current_actor()) as work:
        places.place_talk(work, conference_id=where.id, talk_id=talk_id, place=form.place(plan, where.tz))
    flash(_("Placed."), "success")
    return redirect(url_for("schedule.editor", day=form.day.data), 303)


def _slot_page(plan: Plan, row: PlanSlot, form: SlotForm, problem: str) -> str:
    where = current_conference()
    talk = plan.talks.get(row.talk_id) if row.talk_id is not None else None
    room = plan.room_by_id.get(row.room_id or 0)
    clashes = [str(clash.sentence) for clash in plan.index.of(row.id) if not clash.waived] if row in plan.live else []
    swap = SwapForm(formdata=None)
    swap.other.choices = options(_others(plan, row))
    day = plan.day_by_id[row.day_id or 0]
    return render_template(
        "schedule/editor/slot.html",
        form=form,
        swap=swap if talk is not None and swap.other.choices else None,
        shift=ShiftForm(formdata=None),
        slot_id=row.id,
        version=row.version,
        title=plan.title_of(row) or _("Withdrawn or declined"),
        lang=talk.language if talk else None,
        people=", ".join(person.name for person in talk.speakers) if talk else "",
        audience=talk.interest if talk else None,
        talk_ref=talk.ref if talk else None,
        now_words=f"{date_words(day.date)}, {clock_words(row.begin, row.length_minutes, where.tz)}",
        room=room.name if room else _("All rooms"),
        clashes=clashes,
        problem=problem,
        is_block=row.talk_id is None,
        in_one_room=row.room_id is not None,
        is_pinned=row.is_pinned,
        day_id=row.day_id,
    )


def _others(plan: Plan, row: PlanSlot) -> list[tuple[str, str]]:
    zone = current_conference().zone
    return [
        (
            str(other.id),
            f"{date_words(plan.day_by_id[other.day_id or 0].date, pattern='EEE')} "
            f"{time_words(other.begin, zone)} · {plan.title_of(other)}",
        )
        for other in sorted(plan.live, key=lambda slot: (slot.begin, slot.number))
        if other.talk_id is not None and other.id != row.id and not other.is_pinned
    ]
