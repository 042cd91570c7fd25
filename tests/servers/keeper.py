"""Run one server and stop it when the test run is over. A program of its own: it imports no project code.

The keeper lives in its own session, so Ctrl-C in the terminal does not reach it or its server. It ends when
told to (SIGTERM), when the watched process is gone (even by SIGKILL), or when the server ends by itself.
"""

import json
import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
from types import FrameType
from typing import Any

STOP_SECONDS_MAX = 10


def main(settings: dict[str, Any]) -> None:
    try:
        watched = os.pidfd_open(settings["watch_pid"])
    except ProcessLookupError:
        _sweep(settings["sweep"])
        return
    wake = _wake_on_sigterm()
    with open(settings["log"], "ab") as log:
        server = subprocess.Popen(
            settings["command"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=settings["user"],
            group=_group_of(settings["user"]),
            extra_groups=[] if settings["user"] else None,
            cwd="/",
        )
    try:
        _wait(wake, watched, server)
    finally:
        _stop(server, settings["stop_signal"])
    if select.select([watched], [], [], 0)[0]:  # readable as soon as that process has ended
        _sweep(settings["sweep"])


def _wake_on_sigterm() -> int:
    """A descriptor that becomes readable when somebody asks the keeper to stop."""
    wake_read, wake_write = os.pipe()

    def wake(_signal: int, _frame: FrameType | None) -> None:
        os.write(wake_write, b".")

    signal.signal(signal.SIGTERM, wake)
    return wake_read


def _wait(wake: int, watched: int, server: "subprocess.Popen[bytes]") -> None:
    """Until SIGTERM, the end of the watched process, or the end of the server."""
    poll = select.poll()
    for descriptor in (wake, watched, os.pidfd_open(server.pid)):
        poll.register(descriptor, select.POLLIN)
    poll.poll()


def _stop(server: "subprocess.Popen[bytes]", stop_signal: int) -> None:
    if server.poll() is None:
        server.send_signal(stop_signal)
    try:
        server.wait(STOP_SECONDS_MAX)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _group_of(user: str | None) -> int | None:
    return None if user is None else pwd.getpwnam(user).pw_gid


def _sweep(folder: str | None) -> None:
    """The watched process died without cleaning up: the folder has no other owner now."""
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
