"""What every request, job and command of one process shares, made once by the application factory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app

from plumbing.blobs import Blobs
from plumbing.clock import Clock
from plumbing.db import Database
from plumbing.settings import Settings

EXTENSION = "rostrum"


@dataclass(frozen=True, slots=True)
class Kernel:
    settings: Settings
    clock: Clock
    database: Database
    blobs: Blobs
    poke: Callable[[], None]
    """Wakes the relay after a commit. Never raises: a poke that is lost is made good by the sweep."""
    log_ins: tuple[tuple[str, str, str], ...] = ()
    """Of the demo: (role, mail address, password). Empty on every other server."""


def kernel() -> Kernel:
    """The kernel of the running application. Needs an application context."""
    return cast(Kernel, current_app.extensions[EXTENSION])
