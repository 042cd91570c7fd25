"""Tells the floor above, inside the same transaction, what changed that decides who is in conflict with what.

Nobody has to remember a call: whatever adds, changes or removes an authorship or an author's declared conflict, or
gives a person another name or address, is noticed when it is flushed, and the watchers run once before the commit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import get_history

from cfp.authors import AuthorConflict, Authorship
from conference.models import Account

CHANGED = "cfp.authors_changed"

DECIDES: dict[type[Any], frozenset[str]] = {
    Authorship: frozenset({"person_guid", "account_id", "email", "declined_at"}),
    AuthorConflict: frozenset({"account_id", "typed"}),
    Account: frozenset({"email", "name"}),
}
"""The columns by which a conflict comes or goes; a new biography, for one, is no reason to look again."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Proposals, by conference, of which an author or a declared conflict changed; accounts whose person did."""

    proposals: dict[int, set[int]] = field(default_factory=dict)
    accounts: set[int] = field(default_factory=set)


AuthorsWatcher = Callable[[Session, Changes], None]
_watchers: list[AuthorsWatcher] = []


def on_authors_changed(watcher: AuthorsWatcher) -> AuthorsWatcher:
    """Registers ``(db, changes) -> None``, called once before a commit that changed something."""
    if watcher not in _watchers:
        _watchers.append(watcher)
    return watcher


def _note(_mapper: Any, _connection: Any, row: Authorship | AuthorConflict | Account) -> None:
    session = object_session(row)
    if session is None:
        return
    changes: Changes = session.info.setdefault(CHANGED, Changes())
    if isinstance(row, Account):
        changes.accounts.add(row.id)
    else:
        changes.proposals.setdefault(row.conference_id, set()).add(row.proposal_id)


def _note_update(mapper: Any, connection: Any, row: Authorship | AuthorConflict | Account) -> None:
    if any(get_history(row, name).has_changes() for name in DECIDES[type(row)]):
        _note(mapper, connection, row)


def _tell(session: Session) -> None:
    session.flush()
    changes: Changes | None = session.info.pop(CHANGED, None)
    if changes is None:
        return
    if changes.accounts:
        query = select(Authorship.conference_id, Authorship.proposal_id)
        for conference_id, proposal_id in session.execute(query.where(Authorship.account_id.in_(changes.accounts))):
            changes.proposals.setdefault(conference_id, set()).add(proposal_id)
    for watcher in _watchers:
        watcher(session, changes)


for _model in (Authorship, AuthorConflict):
    event.listen(_model, "after_insert", _note)
    event.listen(_model, "after_delete", _note)
for _model in DECIDES:
    event.listen(_model, "after_update", _note_update)
event.listen(Session, "before_commit", _tell)
