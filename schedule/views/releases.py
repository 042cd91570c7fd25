"""Releasing: what would change, every mail that would go out, and the act; the releases so far."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from conference import guards
from conference.current import current_actor, current_conference
from conference.locale import date_words, instant_words, time_words
from conference.undelivered import reminder
from conference.work import reading, writing
from plumbing.answers import Conflict, Invalid
from schedule.document import DocSlot, Index
from schedule.forms import ReleaseForm
from schedule.letters import letters, news_of, recipients, unreachable
from schedule.notices import people_to_tell
from schedule.queries import release_lines
from schedule.service.releases import ReleasePreview, preview_release, release_schedule
from schedule.views import blueprint

MAILS_SHOWN_MAX = 50
LINES_SHOWN_MAX = 200


@blueprint.get("/<event_slug>/schedule/releases")
@guards.team("chair")
def releases() -> Any:
    where = current_conference()
    with reading(current_actor()) as work:
        lines = release_lines(work, conference_id=where.id)
    shown = [(line, instant_words(line.released_at, where.zone)) for line in lines]
    return render_template("schedule/release/list.html", lines=shown, undelivered=reminder())


@blueprint.route("/<event_slug>/schedule/release", methods=["GET", "POST"])
@guards.team("chair")
def release() -> Any:
    form, status, problem = ReleaseForm(), 200, ""
    if form.validate_on_submit():
        try:
            number = _release(form)
            flash(_("Release %(number)s is public. The mails are on their way.", number=number), "success")
            return redirect(url_for("schedule.releases"), 303)
        except Invalid as error:
            form.blame(error)
        except Conflict as error:
            problem, status = str(error.reason), 409
    status = 422 if form.errors else status
    return _page(form, problem), status


@blueprint.get("/<event_slug>/schedule/release/mails")
@guards.team("chair")
def release_mails() -> Any:
    """Every mail that the release would send, exactly as it would be sent."""
    where = current_conference()
    page = max(1, request.args.get("page", 1, type=int))
    with reading(current_actor()) as work:
        preview = preview_release(work, conference_id=where.id, name=request.args.get("name") or _("Preview"))
        people = people_to_tell(work.db, where.id)
    every = recipients(news_of(preview.difference, preview.before, preview.after), people)
    count = max(1, -(-len(every) // MAILS_SHOWN_MAX))
    page = min(page, count)
    shown = list(letters(preview.after, every[(page - 1) * MAILS_SHOWN_MAX : page * MAILS_SHOWN_MAX]))
    return render_template("schedule/release/mails.html", letters=shown, total=len(every), page=page, count=count)


def _release(form: ReleaseForm) -> int:
    where = current_conference()
    with writing(current_actor()) as work:
        return release_schedule(
            work,
            conference_id=where.id,
            name=form.name.data,
            notes=form.notes.data or "",
            despite_fatal=form.despite_fatal.data,
            version=form.version.data or None,
        )


def _page(form: ReleaseForm, problem: str) -> str:
    where = current_conference()
    with reading(current_actor()) as work:
        preview = preview_release(work, conference_id=where.id, name=form.name.data or _("Next"))
        people = people_to_tell(work.db, where.id)
    news = news_of(preview.difference, preview.before, preview.after)
    return render_template(
        "schedule/release/release.html",
        form=form,
        problem=problem,
        version=preview.plan.version,
        number=preview.number,
        fatal=[str(clash.sentence) for clash in preview.fatal],
        groups=_groups(preview),
        shown_max=LINES_SHOWN_MAX,
        mails=len(recipients(news, people)),
        silent=unreachable(news, people),
        waiting=len(preview.plan.waiting),
        gone=len(preview.plan.gone),
        is_empty=preview.difference.is_empty,
        is_first=preview.before is None,
        has_slots=bool(preview.plan.live),
    )


def _groups(preview: ReleasePreview) -> list[dict[str, Any]]:
    """The difference in words, one list for each kind of change."""
    after, found = Index(preview.after), preview.difference
    before = Index(preview.before) if preview.before is not None else after
    zone = preview.after.conference.zone

    def place(index: Index, slot: DocSlot) -> str:
        room = index.room_of(slot)
        day = date_words(index.day_by_index[slot.day].date, pattern="EEE d MMM")
        return ", ".join(filter(None, (f"{day} {time_words(slot.starts_at, zone)}", room.name if room else "")))

    moved = [
        (after.title_of(move.new), place(before, move.old), place(after, move.new), move.new.length_minutes)
        for move in found.moved
    ]
    return [
        {
            "key": "new",
            "title": _("New"),
            "lines": [(after.title_of(slot), "", place(after, slot), slot.length_minutes) for slot in found.new],
        },
        {"key": "moved", "title": _("Moved"), "lines": moved},
        {
            "key": "cancelled",
            "title": _("Cancelled"),
            "lines": [(before.title_of(slot), place(before, slot), "", 0) for slot in found.cancelled],
        },
        {
            "key": "reworded",
            "title": _("Other title or speakers"),
            "lines": [(word.new_title, word.old_title, ", ".join(word.new_speakers), 0) for word in found.reworded],
        },
    ]
