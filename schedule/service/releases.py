"""Publishing the plan: what would change, and the act itself."""

from dataclasses import dataclass

from conference.work import Work
from plumbing.answers import Conflict, Invalid, require
from plumbing.db import explain_constraint
from plumbing.sentences import sentence
from schedule import policy
from schedule.clashes import Clash
from schedule.document import DocRelease, ReleaseDocument, ScheduleDifference
from schedule.events import ScheduleReleased
from schedule.models import Release
from schedule.plan import Plan, load_plan
from schedule.release import changes, conference_and_newest, freeze, pack, summary

NAME_CHARS_MAX = 120
NOTES_CHARS_MAX = 5000

explain_constraint(
    "uq_release_conference_id_name", sentence("Another release of this conference has that name; choose a new one.")
)
explain_constraint("uq_release_conference_id_number", sentence("Somebody else released at the same moment."))


@dataclass(frozen=True, slots=True)
class ReleasePreview:
    """What a release made now would hold; ``fatal`` are clashes that nobody has waived."""

    plan: Plan
    before: ReleaseDocument | None
    after: ReleaseDocument
    difference: ScheduleDifference
    fatal: tuple[Clash, ...]
    number: int


def preview_release(work: Work, *, conference_id: int, name: str) -> ReleasePreview:
    """Nine queries. Raises Refused."""
    require(policy.can_release(work.actor, conference_id, work.now))
    plan = load_plan(work, conference_id)
    conference, stored = conference_and_newest(work, conference_id)
    before = stored.document if stored else None
    number = stored.number + 1 if stored else 1
    after = freeze(plan, conference=conference, release=DocRelease(number, name, work.now), before=before)
    fatal = tuple(clash for clash in plan.index.clashes() if clash.blocks_release)
    return ReleasePreview(plan, before, after, changes(before, after), fatal, number)


def release_schedule(
    work: Work,
    *,
    conference_id: int,
    name: str,
    notes: str = "",
    despite_fatal: bool = False,
    version: str | None = None,
) -> int:
    """Publishes the plan as it stands and tells those concerned; returns the number of the release.

    ``version`` is the plan that the chair looked at: another one is a ``Conflict``. Raises ``Invalid`` for fatal
    clashes that were not confirmed, a plan without a slot, a name that is empty or taken.
    """
    preview = preview_release(work, conference_id=conference_id, name=name.strip())
    if version is not None and version != preview.plan.version:
        raise Conflict(sentence("The plan was changed since you looked at it. Look at the differences once more."))
    _check(preview, name.strip(), notes, despite_fatal)
    data, digest = pack(preview.after)
    row = Release(
        conference_id=conference_id,
        number=preview.number,
        name=name.strip(),
        notes=notes,
        released_at=work.now,
        released_by_id=work.actor.account_id,
        digest=digest,
        document=data,
        difference=summary(preview.difference),
    )
    work.db.add(row)
    work.db.flush()
    work.emit(ScheduleReleased(row.id), conference_id=conference_id)
    after = {"number": row.number, "name": row.name, "slots": len(preview.after.slots), "fatal": len(preview.fatal)}
    work.audit("schedule.release", conference_id=conference_id, subject=("release", row.id), after=after)
    return row.number


def _check(preview: ReleasePreview, name: str, notes: str, despite_fatal: bool) -> None:
    if not name:
        raise Invalid("name", "empty", sentence("Give the release a name, such as “First draft”."))
    if len(name) > NAME_CHARS_MAX:
        raise Invalid("name", "too_long", sentence("At most %(most)s characters, please.", most=NAME_CHARS_MAX))
    if len(notes) > NOTES_CHARS_MAX:
        raise Invalid("notes", "too_long", sentence("At most %(most)s characters, please.", most=NOTES_CHARS_MAX))
    if not preview.plan.live and preview.before is None:
        raise Invalid("name", "nothing", sentence("Nothing is scheduled yet, so there is nothing to release."))
    if preview.fatal and not despite_fatal:
        words = sentence("The plan has clashes that must be solved, waived or confirmed first.")
        raise Invalid("despite_fatal", "fatal", words)
