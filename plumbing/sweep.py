"""Deletes stored files that nobody needs any more: a day after they were put, no row names them.

The columns that name a file are called ``blob_key``, on whatever floor; two rows may name one file, so all are asked.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import String, column, inspect, select, table
from sqlalchemy.orm import Session

from plumbing.kernel import Kernel

log = logging.getLogger(__name__)

NAMING_COLUMN = "blob_key"
KEPT_UNNAMED = timedelta(days=1)
"""Much longer than any transaction, and time enough to look at an uploaded file before it is taken."""
FILES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Swept:
    files: int
    bytes: int


def sweep_files(kernel: Kernel) -> Swept:
    """Settles every file whose newest put is more than ``KEPT_UNNAMED`` ago; says what was deleted.

    A query for each table that names files, for each ``FILES_AT_ONCE``. Safe to run twice at once.
    """
    before = kernel.clock.now() - KEPT_UNNAMED
    files = size = 0
    while keys := kernel.blobs.unsettled(before=before, most=FILES_AT_ONCE):
        with kernel.database.session("read") as db:
            named = _named(db, keys)
        for key in keys:
            freed = kernel.blobs.settle(key, is_named=key in named, before=before)
            files, size = files + bool(freed), size + freed
    if files:
        log.info("swept %d stored files (%d bytes) that no row has named for a day", files, size)
    return Swept(files, size)


def _named(db: Session, keys: list[str]) -> set[str]:
    """Asks the tables that are there, not the models that happen to be loaded: a table unheard of is no reason."""
    tables = inspect(db.connection()).get_multi_columns()
    naming = [name for (_schema, name), found in tables.items() if NAMING_COLUMN in {each["name"] for each in found}]
    key = column(NAMING_COLUMN, String())
    return {
        found
        for name in sorted(naming)
        for found in db.scalars(select(key).select_from(table(name)).where(key.in_(keys)))
    }
