"""Another try for letters that the mail server did not take, or took from nobody."""

from sqlalchemy import ColumnElement, and_, or_, select

from conference import policy
from conference.undelivered import REFUSED, UNWRITTEN, WAITS, known_to
from conference.work import Work
from plumbing import outbox
from plumbing.answers import Missing, require
from plumbing.outbox import Delivery, Outbox

ROWS_AT_ONCE = 5_000


def try_waiting_letters(work: Work, *, conference_id: int) -> int:
    """Makes everything due that waits for the mail server or to be written; returns how much. Raises Refused."""
    require(policy.can_look_after_letters(work.actor, conference_id=conference_id))
    return _try(work, conference_id, or_(WAITS, UNWRITTEN), "letter.try_now")


def send_refused_letters(work: Work, *, conference_id: int) -> int:
    """Another try for everything that was refused for good or given up; returns how many letters. Raises Refused."""
    require(policy.can_look_after_letters(work.actor, conference_id=conference_id))
    return _try(work, conference_id, REFUSED, "letter.send_again")


def send_refused_letter(work: Work, *, conference_id: int, key: str) -> None:
    """Another try for this one. Raises Refused; Missing when it was not refused, or nobody may tell the actor of it."""
    require(policy.can_look_after_letters(work.actor, conference_id=conference_id))
    if not _try(work, conference_id, and_(REFUSED, Delivery.message_id == key), "letter.send_again"):
        raise Missing()


def _try(work: Work, conference_id: int, which: ColumnElement[bool], action: str) -> int:
    """What the actor may not know of is neither tried nor counted. Four statements."""
    rows = work.db.execute(
        select(Outbox.id, Delivery.id)
        .outerjoin(Delivery, Delivery.outbox_id == Outbox.id)
        .where(which, *known_to(work, conference_id))
        .order_by(Outbox.id, Delivery.id)
        .limit(ROWS_AT_ONCE)
    ).all()
    letters = [letter for _row, letter in rows if letter]
    if rows:
        outbox.try_again(work.db, {row for row, _letter in rows}, letters, now=work.now)
        subject = ("letter", letters[0] if len(rows) == len(letters) == 1 else None)
        work.audit(action, conference_id=conference_id, subject=subject, after={"count": len(rows)})
        work.has_news = True
    return len(rows)
