"""The one folder that a test run shares, and the promise that nothing outlives the run.

The pytest process that the person started (the controller) makes the folder; xdist workers learn its
path. A server that the whole run shares is started by the first worker that asks, under a file lock, and
is the child of a *keeper* (``keeper.py``): a small process that watches the controller and stops the server
when the controller ends, however it ends.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

START_SECONDS_MAX = 90
STOP_SECONDS_MAX = 250
KEEPER = Path(__file__).with_name("keeper.py")


class ServerDidNotStart(RuntimeError):
    """A test server could not be started; the message carries the end of its log."""


@dataclass(frozen=True, slots=True)
class RunDir:
    """The shared folder (its path is short, for unix sockets) and the process whose end ends all servers."""

    path: Path
    controller_pid: int

    @classmethod
    def create(cls) -> "RunDir":
        base = "/tmp" if os.access("/tmp", os.W_OK) else None
        path = Path(tempfile.mkdtemp(prefix="rostrum-", dir=base))
        path.chmod(0o711)  # a server that runs as another user must be able to walk through
        return cls(path, os.getpid())

    def to_json(self) -> str:
        return json.dumps([str(self.path), self.controller_pid])

    @classmethod
    def from_json(cls, text: str) -> "RunDir":
        path, controller_pid = json.loads(text)
        return cls(Path(path), controller_pid)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold a lock that all processes of the run share."""
        with open(self.path / f"{name}.lock", "w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def keep(self, name: str, command: list[str], *, stop_signal: signal.Signals, user: str | None) -> None:
        """Start ``command`` under a keeper that ends with the run; ``log(name)`` is what it writes."""
        keeper = start_keeper(
            command,
            log=self.log_path(name),
            stop_signal=stop_signal,
            user=user,
            watch_pid=self.controller_pid,
            sweep=self.path,
        )
        (self.path / f"{name}.keeper").write_text(str(keeper.pid))

    def log_path(self, name: str) -> Path:
        return self.path / f"{name}.log"

    def log(self, name: str) -> str:
        path = self.log_path(name)
        return path.read_text(errors="replace")[-4000:] if path.exists() else "(no log)"

    def close(self) -> None:
        """Stop every kept server, wait until it is gone, remove the folder. Only the controller calls it."""
        keepers = [int(file.read_text()) for file in self.path.glob("*.keeper")]
        for pid in keepers:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        while any(_alive(pid) for pid in keepers) and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self.path, ignore_errors=True)


def start_keeper(
    command: list[str],
    *,
    log: Path,
    stop_signal: signal.Signals,
    user: str | None,
    watch_pid: int,
    sweep: Path | None,
) -> "subprocess.Popen[bytes]":
    """Start ``command`` below a keeper; ``sweep`` is removed if ``watch_pid`` ends without stopping it."""
    settings = {
        "command": command,
        "log": str(log),
        "stop_signal": int(stop_signal),
        "user": user,
        "watch_pid": watch_pid,
        "sweep": None if sweep is None else str(sweep),
    }
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(KEEPER), json.dumps(settings)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for(ready: Callable[[], bool], *, what: str, log: Callable[[], str]) -> None:
    """Ask ``ready`` until it says yes; ServerDidNotStart with the log when it never does."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while not ready():
        if time.monotonic() > deadline:
            raise ServerDidNotStart(f"{what} did not start within {START_SECONDS_MAX} s:\n{log()}")
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    with suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
