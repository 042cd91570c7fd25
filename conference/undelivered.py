"""Letters that the mail server has not taken, as chairs see them: to whom, since when, and what it said.

Never what a letter is about: neither subject nor kind. And a floor above may keep letters from a reader altogether,
count and all, since that somebody gets a letter at a certain moment may tell what is behind a wall.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from conference import policy
from conference.current import current_actor, current_conference
from conference.work import Work, reading
from plumbing.answers import require
from plumbing.outbox import Delivery, Outbox

LETTERS_SHOWN_MAX = 200
WORDS_SHOWN_MAX = 160
REMINDED_FOR = timedelta(days=14)
"""So long other pages remind of a letter that was refused for good; its list does for ever."""

LetterWall = Callable[[Work, int], ColumnElement[bool]]
_walls: list[LetterWall] = []

WAITS = and_(
    Delivery.state == "waiting",
    Outbox.delivered_at.is_(None),
    or_(Outbox.last_error.is_not(None), Delivery.last_error.is_not(None)),
)
"""Tried, and not taken: what is only just on its way is no trouble."""
REFUSED = Delivery.state == "failed"
UNWRITTEN = and_(Outbox.delivered_at.is_(None), Outbox.composed_at.is_(None), Outbox.last_error.is_not(None))
"""Something happened that is told by mail, and the letters could not be made of it."""


@dataclass(frozen=True, slots=True)
class UndeliveredLetter:
    """``key`` names it in a form and tells nothing, not even which letter came before it."""

    key: str
    name: str
    address: str
    written_at: datetime
    tried_at: datetime | None
    due_at: datetime
    words: str
    """Of the mail server, in one line."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many letters wait, were refused, or could not be written; since when, and when the next try is."""

    waiting: int = 0
    refused: int = 0
    unwritten: int = 0
    since: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UndeliveredPage:
    trouble: Trouble
    waiting: tuple[UndeliveredLetter, ...]
    refused: tuple[UndeliveredLetter, ...]
    words: str
    """What the mail server said last to those that wait."""


def on_letters_read(wall: LetterWall) -> LetterWall:
    """Registers which rows of the outbox a floor above lets the reader know of: ``(work, conference_id) -> condition``.
    All count. No statement: pages that only remind of letters ask as well.
    """
    if wall not in _walls:
        _walls.append(wall)
    return wall


def known_to(work: Work, conference_id: int) -> list[ColumnElement[bool]]:
    """Conditions on the outbox: what happened in this conference and may be known to the actor."""
    return [Outbox.conference_id == conference_id, *(wall(work, conference_id) for wall in _walls)]


def reminder() -> Trouble | None:
    """For other pages of chairs: what is wrong with letters now; None while all is well. One statement."""
    actor, where = current_actor(), current_conference().id
    if not policy.can_look_after_letters(actor, conference_id=where):
        return None
    with reading(actor) as work:
        found = trouble(work, where, refused_after=work.now - REMINDED_FOR)
    return found if found.waiting or found.refused or found.unwritten else None


def trouble(work: Work, conference_id: int, *, refused_after: datetime | None = None) -> Trouble:
    """One statement. Raises Refused."""
    require(policy.can_look_after_letters(work.actor, conference_id=conference_id))
    return _trouble(work, conference_id, known_to(work, conference_id), refused_after)


def undelivered_page(work: Work, conference_id: int) -> UndeliveredPage:
    """Three statements. Raises Refused."""
    require(policy.can_look_after_letters(work.actor, conference_id=conference_id))
    known = known_to(work, conference_id)
    waiting = _letters(work, conference_id, known, WAITS)
    tried = [letter for letter in waiting if letter.tried_at is not None]
    latest = max(tried, key=lambda letter: letter.tried_at or letter.written_at, default=None)
    return UndeliveredPage(
        trouble=_trouble(work, conference_id, known, None),
        waiting=waiting,
        refused=_letters(work, conference_id, known, REFUSED),
        words=latest.words if latest is not None else "",
    )


def _trouble(
    work: Work, conference_id: int, known: list[ColumnElement[bool]], refused_after: datetime | None
) -> Trouble:
    refused = REFUSED if refused_after is None else and_(REFUSED, Delivery.tried_at > refused_after)
    unwritten = select(func.count()).select_from(Outbox).where(UNWRITTEN, *known).scalar_subquery()
    counted = (
        select(
            func.count(Delivery.id).filter(WAITS),
            func.count(Delivery.id).filter(refused),
            unwritten.correlate(None),
            func.min(Delivery.created_at).filter(WAITS),
            func.min(Outbox.due_at).filter(WAITS),
        )
        .join(Outbox, Outbox.id == Delivery.outbox_id)
        .where(Delivery.conference_id == conference_id, Delivery.state.in_(("waiting", "failed")), *known)
    )
    return Trouble(*work.db.execute(counted).one())


def _letters(
    work: Work, conference_id: int, known: list[ColumnElement[bool]], which: ColumnElement[bool]
) -> tuple[UndeliveredLetter, ...]:
    """The latest first."""
    columns = (
        *(Delivery.message_id, Delivery.recipient_name, Delivery.recipient, Delivery.created_at, Delivery.tried_at),
        *(Outbox.due_at, Delivery.last_error),
    )
    rows = work.db.execute(
        select(*columns)
        .join(Outbox, Outbox.id == Delivery.outbox_id)
        .where(Delivery.conference_id == conference_id, which, *known)
        .order_by(Delivery.created_at.desc(), Delivery.recipient, Delivery.message_id)
        .limit(LETTERS_SHOWN_MAX)
    )
    return tuple(_letter(*row) for row in rows)


def _letter(key: str, name: str | None, address: str, *rest: Any) -> UndeliveredLetter:
    written_at, tried_at, due_at, words = rest
    return UndeliveredLetter(key, name or "", address, written_at, tried_at, due_at, one_line(words or ""))


def one_line(words: str) -> str:
    """What a mail server said may hold anything: one line of letters that can be seen, and not for ever."""
    seen = " ".join("".join(char if char.isprintable() else " " for char in words).split())
    return seen if len(seen) <= WORDS_SHOWN_MAX else f"{seen[: WORDS_SHOWN_MAX - 1]}…"
