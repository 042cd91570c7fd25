"""Tells the floor above, inside the same transaction, that authors changed: its conflicts have to be looked for again.

Nobody has to remember a call: whatever adds, changes or removes an authorship or an author's declared conflict is
noticed when it is flushed, and the watchers run once before the commit.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, object_session

from cfp.authors import AuthorConflict, Authorship

CHANGED = "cfp.authors_changed"

AuthorsWatcher = Callable[[Session, int], None]
_watchers: list[AuthorsWatcher] = []


def on_authors_changed(watcher: AuthorsWatcher) -> AuthorsWatcher:
    """Registers ``(db, conference_id) -> None``, called once for each conference before a commit."""
    if watcher not in _watchers:
        _watchers.append(watcher)
    return watcher


def _note(_mapper: Any, _connection: Any, row: Authorship | AuthorConflict) -> None:
    session = object_session(row)
    if session is not None:
        session.info.setdefault(CHANGED, set()).add(row.conference_id)


def _tell(session: Session) -> None:
    session.flush()
    for conference_id in sorted(session.info.pop(CHANGED, ())):
        for watcher in _watchers:
            watcher(session, conference_id)


for _model in (Authorship, AuthorConflict):
    for _moment in ("after_insert", "after_update", "after_delete"):
        event.listen(_model, _moment, _note)
event.listen(Session, "before_commit", _tell)
