"""A server under load on this machine: started like the real one, asked over HTTP, measured from outside.

Only loopback; request loops are bounded in number. See ``bench_web`` for what is asked.
"""

import http.client
import os
import signal
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plumbing import processes
from plumbing.settings import PREFIX, Settings

CLIENTS = 8
BOOT_SECONDS_MAX = 30

Request = Callable[[http.client.HTTPConnection, int], int]
"""Asks once (number of the request given) and returns the bytes of the answer; raises when it is not the right one."""


@dataclass(frozen=True, slots=True)
class Figures:
    name: str
    p50_ms: float
    p95_ms: float
    per_second: float
    answer_bytes: int
    memory_mb: float

    def row(self) -> str:
        return (
            f"| {self.name} | {self.p50_ms:.1f} | {self.p95_ms:.1f} | {self.per_second:.0f} "
            f"| {self.answer_bytes / 1000:.1f} | {self.memory_mb:.0f} |"
        )


HEADER = "| what | p50 ms | p95 ms | requests/s, 8 clients | kB | memory MB |\n|---|---|---|---|---|---|"


@contextmanager
def serving(settings: Settings, command: list[str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """The web server as a process group of its own; ended at the end of the block."""
    environment = {
        **os.environ,
        PREFIX + "SECRET_KEY": settings.secret_key,
        PREFIX + "INSTANCE_DIR": settings.instance_dir,
        PREFIX + "DATABASE_URL": settings.database,
        PREFIX + "BIND": settings.bind,
        PREFIX + "LOG_LEVEL": "ERROR",
        PREFIX + "SMTP_HOST": "127.0.0.1",
    }
    server = subprocess.Popen(
        command or processes.web_command(settings),
        env=environment,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    try:
        _wait(settings)
        yield server
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(20)


def connect(settings: Settings) -> http.client.HTTPConnection:
    host, _colon, port = settings.bind.partition(":")
    return http.client.HTTPConnection(host, int(port), timeout=60)


def measure(settings: Settings, server: subprocess.Popen[bytes], name: str, ask: Request, *, count: int) -> Figures:
    """``count`` requests one after the other for the times, then ``count`` by eight clients at once for the rate."""
    connection = connect(settings)
    size = ask(connection, 0)
    times = []
    for number in range(1, count + 1):
        start = time.perf_counter()
        ask(connection, number)
        times.append(1000 * (time.perf_counter() - start))
    connection.close()
    rate = _rate(settings, ask, first=count + 1, count=count)
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return Figures(name, statistics.median(times), cuts[18], rate, size, memory_mb(server.pid))


def _rate(settings: Settings, ask: Request, *, first: int, count: int) -> float:
    failures: list[BaseException] = []

    def client(number: int) -> None:
        connection = connect(settings)
        try:
            for request in range(first + number, first + count, CLIENTS):
                ask(connection, request)
        except (AssertionError, OSError, http.client.HTTPException) as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if failures:
        raise failures[0]
    return count / seconds


def memory_mb(group: int) -> float:
    """Proportional set size of all processes of the group, in MB (shared pages counted once)."""
    total = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _group_of(folder) == group:
            for line in (folder / "smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
    return total / 1000


def _group_of(folder: Path) -> int:
    try:
        return os.getpgid(int(folder.name))
    except ProcessLookupError:
        return -1


def _wait(settings: Settings) -> None:
    end = time.monotonic() + BOOT_SECONDS_MAX
    while time.monotonic() < end:
        try:
            connection = connect(settings)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the server did not answer")
