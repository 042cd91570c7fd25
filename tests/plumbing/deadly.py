"""The application for a real web server whose processes die between the commit and the poke: as in a power cut."""

import os
import signal
from dataclasses import replace

from plumbing.kernel import EXTENSION
from plumbing.settings import Settings
from wsgi import create_app


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


app = create_app(Settings.from_environment())
app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], poke=_die)
