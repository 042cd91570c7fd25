"""The public side's shelf: which release is shown, its document, and pages ready to be sent.

A request costs one look-up of the newest release's digest. Everything made of a release is kept in this process
under (release, language, templates, address), with its compressed form and a strong ETag; a release never changes,
so nothing on the shelf can be out of date.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, request
from sqlalchemy import Select, func, select

from conference.current import current_actor
from conference.models import Conference
from conference.work import Work, reading
from plumbing.answers import Missing, require
from schedule import policy
from schedule.document import Index
from schedule.models import Programme, Release
from schedule.release import unpack

DOCUMENTS_MAX = 8
BYTES_MAX = 96 * 1024 * 1024
GZIP_LEVEL = 6
GZIP_BYTES_MIN = 700
ETAG_CHARS = 32
PLACES_OF_LOOKS = ("templates/schedule/agenda", "templates/_macros", "templates/base.html", "static/css", "static/js")


@dataclass(frozen=True, slots=True)
class Shown:
    """A release that the public may read. ``newest`` is the number of the newest, ``programmes`` a key of its PDFs,
    ``looked_at`` the instant of the request."""

    id: int
    conference_id: int
    slug: str
    number: int
    name: str
    released_at: datetime
    digest: str
    newest: int
    programmes: str
    is_public: bool
    looked_at: datetime

    @property
    def is_old(self) -> bool:
        return self.number != self.newest


@dataclass(frozen=True, slots=True)
class Kept:
    plain: bytes
    packed: bytes | None

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.packed or b"")


_documents: OrderedDict[str, Index] = OrderedDict()
_pages: OrderedDict[str, Kept] = OrderedDict()
_lock = threading.Lock()


def shown(slug: str, number: int | None = None) -> Shown | None:
    """The newest release, or the one of that number; None when nothing was released yet. One query.

    Raises Missing for a conference that is not there or not live, and for a number that is not there.
    """
    with reading(current_actor()) as work:
        row = work.db.execute(_query(slug, number)).first()
        if row is None:
            raise Missing()
        require(policy.can_read_agenda(work.actor, row.conference_id, row.live_at, work.now))
        is_public, looked_at = row.live_at is not None and row.live_at <= work.now, work.now
    if row.id is None:
        if number is not None:
            raise Missing()
        return None
    return Shown(
        id=row.id,
        conference_id=row.conference_id,
        slug=slug,
        number=row.number,
        name=row.name,
        released_at=row.released_at,
        digest=row.digest,
        newest=row.newest,
        programmes=f"{row.programmes}",
        is_public=is_public,
        looked_at=looked_at,
    )


def index_of(release: Shown) -> Index:
    """The release's document with its look-ups; loaded once for each process."""
    with _lock:
        found = _documents.get(release.digest)
        if found is not None:
            _documents.move_to_end(release.digest)
            return found
    with reading(current_actor()) as work:
        made = Index(unpack(_document(work, release.id)))
    with _lock:
        _documents[release.digest] = made
        while len(_documents) > DOCUMENTS_MAX:
            _documents.popitem(last=False)
    return made


def serve(
    release: Shown, key: str, make: Callable[[], str | bytes], *, content_type: str, locale: str = ""
) -> Response:
    """The answer for ``key``: made once, then sent from the shelf; 304 to whoever has it already."""
    parts = (release.digest, str(release.newest), release.programmes, locale, _looks(current_app.root_path), key)
    name = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:ETAG_CHARS]
    wants_packed = request.accept_encodings["gzip"] > 0
    if _has(name, wants_packed):
        return _dressed(Response(status=304), release, _etag(name, packed=wants_packed), content_type)
    kept = _kept(name, make)
    packed = wants_packed and kept.packed is not None
    response = Response(kept.packed if packed else kept.plain, content_type=content_type)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return _dressed(response, release, _etag(name, packed=packed), content_type)


def empty() -> None:
    """Forgets everything (tests, and measurements of the first request)."""
    with _lock:
        _documents.clear()
        _pages.clear()


def _query(slug: str, number: int | None) -> Select[Any]:
    newest = (
        select(func.max(Release.number))
        .where(Release.conference_id == Conference.id)
        .correlate(Conference)
        .scalar_subquery()
    )
    programmes = (
        select(func.coalesce(func.max(Programme.id), 0)).where(Programme.release_id == Release.id).correlate(Release)
    )
    wanted = Release.number == (newest if number is None else number)
    return (
        select(
            Conference.id.label("conference_id"),
            Conference.live_at,
            *(Release.id, Release.number, Release.name, Release.released_at, Release.digest),
            newest.label("newest"),
            programmes.scalar_subquery().label("programmes"),
        )
        .outerjoin(Release, (Release.conference_id == Conference.id) & wanted)
        .where(Conference.slug == slug)
    )


def _document(work: Work, release_id: int) -> bytes:
    data = work.db.scalar(select(Release.document).where(Release.id == release_id))
    if data is None:
        raise Missing()
    return data


def _has(name: str, wants_packed: bool) -> bool:
    """Whether the browser has this very page, in either form. A proxy on the way may have made the ETag a weak one."""
    asked = request.if_none_match
    forms = (False, True) if wants_packed else (False,)
    return any(asked.contains_weak(_etag(name, packed=packed)) for packed in forms)


def _etag(name: str, *, packed: bool) -> str:
    return f"{name}-gz" if packed else name


def _kept(name: str, make: Callable[[], str | bytes]) -> Kept:
    with _lock:
        found = _pages.get(name)
        if found is not None:
            _pages.move_to_end(name)
            return found
    made = make()
    plain = made.encode() if isinstance(made, str) else made
    packed = gzip.compress(plain, GZIP_LEVEL, mtime=0) if len(plain) >= GZIP_BYTES_MIN else None
    kept = Kept(plain, packed)
    with _lock:
        _pages[name] = kept
        total = sum(page.size for page in _pages.values())
        while total > BYTES_MAX and len(_pages) > 1:
            total -= _pages.popitem(last=False)[1].size
    return kept


def _dressed(response: Response, release: Shown, etag: str, content_type: str) -> Response:
    response.set_etag(etag)
    response.vary.update(("Accept-Encoding",))
    if content_type.startswith("text/html"):
        response.vary.update(("Accept-Language", "Cookie"))
    # The body is the same for everybody, but a browser must ask each time whether a newer release is out.
    response.headers["Cache-Control"] = (
        "public, max-age=0, must-revalidate" if release.is_public else "private, no-store"
    )
    return response


@cache
def _looks(root: str) -> str:
    """Digest of everything that shapes a public page besides the release."""
    digest = hashlib.sha256()
    folder = Path(root)
    for place in (*PLACES_OF_LOOKS, "translations"):
        start = folder / place
        for file in [start] if start.is_file() else sorted(start.rglob("*")):
            if file.is_file():
                digest.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
