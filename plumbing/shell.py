"""What long commands share: a stop that keeps the best so far, numbers that are numbers, and files that can be written.

Whatever can be refused is refused before the work begins, not after minutes of it.
"""

import errno
import math
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import click

STOPS = (signal.SIGINT, signal.SIGTERM)
STOPPED = 130  # the exit code of what was ended by force


class Finite(click.FloatRange):
    """A range that takes no "nan" and no "inf", which every comparison would let pass."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a number to work with.", param, ctx)
        return number


def refuse_unwritable(*paths: Path | None) -> None:
    """Ends the command with the place and the reason when one of these files cannot be written."""
    for path in paths:
        if path is None or (path.exists() and not path.is_dir() and not path.is_file()):
            continue
        fault = None
        if path.is_dir():
            fault = errno.EISDIR
        elif not path.parent.is_dir():
            fault = errno.ENOENT
        elif not os.access(path.parent, os.W_OK | os.X_OK):
            fault = errno.EACCES
        if fault is not None:
            raise click.ClickException(f"{path}: {os.strerror(fault)}")


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM set the event, so that the work can end with the best so far; a second one ends at once.

    A thread is woken by them, since a main thread inside a solver hears nothing before the solver is done. Solvers
    that catch Ctrl-C by themselves must be told not to.
    """
    stop = threading.Event()
    heard, woken = socket.socketpair()
    woken.setblocking(False)
    listener = threading.Thread(target=_listen, args=(heard, stop), daemon=True)
    listener.start()
    before = {number: signal.signal(number, _only_wake) for number in STOPS}
    fd = signal.set_wakeup_fd(woken.fileno(), warn_on_full_buffer=False)
    try:
        yield stop
    finally:
        signal.set_wakeup_fd(fd)
        for number, handler in before.items():
            signal.signal(number, handler)
        woken.close()
        listener.join()
        heard.close()


def _only_wake(_number: int, _frame: FrameType | None) -> None:
    """What a signal does is done by the thread that it wakes."""


def _listen(heard: socket.socket, stop: threading.Event) -> None:
    while number := heard.recv(1):
        if number[0] not in STOPS:
            continue
        if stop.is_set():
            os._exit(STOPPED)
        stop.set()
        click.echo("Stopping with the best so far; once more ends it at once.", err=True)
