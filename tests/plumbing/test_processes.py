"""``rostrum run`` as somebody uses it who has just cloned the house, and ``rostrum`` with settings that cannot be."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from demo.log_ins import LOG_INS
from plumbing import processes
from plumbing.refs import new_ref
from plumbing.settings import PREFIX, Settings
from tests.house.checks.source import ROOT
from tests.plumbing.parts import wait_until
from tests.servers.ports import HOST, WEB_PORTS, free_port
from tests.servers.rundir import RunDir

STOP_SECONDS_MAX = 90
CHILDREN = 4


def clean_environment(**more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**clean, "PYTHONPATH": str(ROOT), **more}


def rostrum(*words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "import wsgi; wsgi.main()", *words]
    return subprocess.run(command, env=clean_environment(**more), cwd=ROOT, capture_output=True, text=True, check=False)


def descendants(pid: int) -> dict[int, str]:
    """Number → command line of every process below this one, sessions of their own included."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
    found: dict[int, str] = {}
    level = {pid}
    while level:
        level = {child for child, parent in parents.items() if parent in level}
        found |= {child: command_line(child) for child in level}
    return found


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def running(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str, Path]]:
    """``rostrum run`` on a free port: the process, its address, and the file that it writes to."""
    port, log = free_port(WEB_PORTS), folder / "run.log"
    environment = clean_environment(
        ROSTRUM_INSTANCE_DIR=str(folder / "instance"),
        ROSTRUM_BIND=f"127.0.0.1:{port}",
        ROSTRUM_BASE_URL=f"http://127.0.0.1:{port}",
        ROSTRUM_WEB_PROCESSES="1",
    )
    with log.open("w") as output:
        command = [sys.executable, "-c", "import wsgi; wsgi.main()", "run"]
        child = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=output, text=True)
    family: dict[int, str] = {}
    try:
        wait_until(lambda: child.poll() is not None or "Ctrl-C stops it" in log.read_text(), "it has started")
        assert child.poll() is None, log.read_text()
        family = descendants(child.pid)
        yield child, f"http://127.0.0.1:{port}", log
    finally:
        family |= descendants(child.pid)
        child.send_signal(signal.SIGINT)
        try:
            child.wait(STOP_SECONDS_MAX)
        finally:
            left = [words for pid, words in family.items() if words and command_line(pid) == words]
            child.kill()
    assert left == []


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_one_command_makes_the_demo_serves_it_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with running(tmp_path) as (child, url, log):
        assert answers(f"{url}/healthz") and answers(f"{url}/readyz")
        said = log.read_text()
        assert [address for _role, address, password in LOG_INS if f"{address}  " not in said] == []
        with urlopen(f"{url}/account/sign-in", timeout=20) as page:
            assert LOG_INS[0][1] in page.read().decode()
    assert (child.returncode, "Traceback" in log.read_text()) == (0, False)
    with running(tmp_path) as (child, url, log):
        assert LOG_INS[0][1] in log.read_text()
        worker = next(pid for pid, words in descendants(child.pid).items() if words.endswith(" worker "))
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda: "worker ended with -9; starting it again." in log.read_text(), "the worker is missed")
        wait_until(lambda: any(w.endswith(" worker ") for w in descendants(child.pid).values()), "there is another")
        second = rostrum("run", ROSTRUM_INSTANCE_DIR=str(tmp_path / "new"), ROSTRUM_BIND=url.removeprefix("http://"))
        assert (second.returncode, second.stderr, second.stdout.count("Address already in use")) == (1, "", 1)
    assert child.returncode == 0
    with running(tmp_path) as (child, url, log):
        family = descendants(child.pid)
        child.kill()
        wait_until(lambda: not any(command_line(pid) == words for pid, words in family.items()), "all have ended")
    assert len(family) >= CHILDREN


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_who_is_asked_to_stop_before_all_is_ready_leaves_nobody_behind(tmp_path: Path, number: signal.Signals) -> None:
    """As when the terminal is closed while the demo is made."""
    environment = clean_environment(
        ROSTRUM_INSTANCE_DIR=str(tmp_path), ROSTRUM_BIND=f"{HOST}:{free_port(WEB_PORTS)}", TMPDIR=str(tmp_path)
    )
    command = [sys.executable, "-c", "import wsgi; wsgi.main()", "run"]
    child = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=_on_a_terminal
    )
    try:
        wait_until(
            lambda: any(words.endswith(" demo ") for words in descendants(child.pid).values()), "it makes the demo"
        )
        family = descendants(child.pid)
        child.send_signal(number)
        said, _nothing = child.communicate()
    finally:
        child.kill()
    assert (child.returncode, b"Traceback" in said) == (1, False)
    assert [words for pid, words in family.items() if command_line(pid) == words] == []
    assert [path.name for path in tmp_path.glob("rostrum-*")] == []


def _on_a_terminal() -> None:
    """Whoever runs the tests may have been told by nohup to survive its terminal, and children inherit that."""
    for number in processes.STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)


@pytest.mark.parametrize("bind", ["192.0.2.1:8000", "[2001:db8::1]:8000"])
def test_an_address_that_cannot_be_had_is_named(bind: str) -> None:
    with pytest.raises(processes.CannotStart, match=re.escape(f"cannot listen at {bind}: ")):
        processes.require_free(bind)


@pytest.fixture
def web_on_a_socket(run_dir: RunDir) -> Iterator[str]:
    """Where a web server listens that answers everything with 200."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/healthz" else 404)
            self.end_headers()

        def address_string(self) -> str:
            return "somebody"

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    path = run_dir.path / f"{new_ref()}.sock"
    with ThreadingUnixStreamServer(str(path), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"unix:{path}"
        server.shutdown()


def test_a_web_server_on_a_unix_socket_is_asked_there(web_on_a_socket: str, tmp_path: Path) -> None:
    with pytest.raises(processes.CannotStart, match="already"):
        processes.require_free(web_on_a_socket)
    processes.require_free(f"unix:{tmp_path}/nobody")
    settings = Settings(bind=web_on_a_socket)
    with subprocess.Popen(["sleep", "60"]) as web:
        children = [processes.Child("web", [], process=web)]
        assert processes._wait_until_it_answers(settings, children, []) is True
        web.kill()


@pytest.mark.parametrize("ran_seconds, goes_on", [(0, False), (processes.WELL_AFTER_SECONDS + 1, True)])
def test_a_child_that_ran_well_for_long_is_forgiven_what_it_died_of_before(ran_seconds: int, goes_on: bool) -> None:
    child = processes.Child("sleeper", ["true"], restarts=processes.RESTARTS_MAX)
    processes._start(child, dict(os.environ))
    assert child.process is not None
    child.process.wait()
    child.started -= ran_seconds
    assert processes._keep_alive(child, dict(os.environ), str) is goes_on
    child.process.wait()


@pytest.mark.parametrize("words", [("run",), ("db", "upgrade")], ids=" ".join)
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()
    done = rostrum(*words, ROSTRUM_INSTANCE_DIR=str(tmp_path / "file" / "folder"))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"ROSTRUM_INSTANCE_DIR: {tmp_path}/file/folder cannot be used: Not a directory." in done.stderr


def test_a_fresh_folder_becomes_a_demo_and_remembers_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ROSTRUM_DEMO", raising=False)
    settings = Settings(instance_dir=str(tmp_path))
    assert processes._as_demo(settings).demo is True
    (tmp_path / "rostrum.sqlite3").touch()
    assert processes._as_demo(settings).demo is True
    (tmp_path / processes.DEMO_MARK).unlink()
    assert processes._as_demo(settings).demo is False


def test_a_named_database_and_a_no_are_never_a_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = Settings(instance_dir=str(tmp_path), database_url="postgresql+psycopg://x/y")
    assert processes._as_demo(named).demo is False
    monkeypatch.setenv("ROSTRUM_DEMO", "0")
    assert processes._as_demo(Settings(instance_dir=str(tmp_path))).demo is False
    assert list(tmp_path.iterdir()) == []


def test_it_does_not_start_with_bad_settings_and_says_why() -> None:
    done = rostrum("run", ROSTRUM_SMTP_PORT="none", ROSTRUM_COLOUR="red")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "ROSTRUM_COLOUR is not a setting." in done.stderr
    assert "ROSTRUM_SMTP_PORT: 'none' is not a whole number." in done.stderr


def test_the_demo_is_not_made_where_nobody_asked_for_it(tmp_path: Path) -> None:
    done = rostrum("demo", ROSTRUM_INSTANCE_DIR=str(tmp_path))
    assert (done.returncode, "Set ROSTRUM_DEMO=1" in done.stderr) == (1, True)


def test_the_private_redis_listens_on_a_socket_and_keeps_nothing() -> None:
    command = " ".join(processes.redis_command("redis-server", Path("/run/x/s")))
    assert re.search(r"--port 0 --unixsocket /run/x/s --unixsocketperm 700 --save  --appendonly no", command)


@pytest.mark.parametrize("words", [("worker",), ("db", "upgrade")], ids=" ".join)
def test_no_command_answers_bad_settings_with_a_traceback(words: tuple[str, ...]) -> None:
    done = rostrum(*words, ROSTRUM_LOG_LEVEL="loud")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "ROSTRUM_LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR." in done.stderr


@pytest.mark.parametrize("url, remembered", [("", True), ("postgresql+psycopg://x/y", False)])
def test_a_demo_that_was_made_by_hand_is_remembered_beside_its_database(
    tmp_path: Path, url: str, remembered: bool
) -> None:
    processes.remember_demo(Settings(instance_dir=str(tmp_path), database_url=url))
    assert (tmp_path / processes.DEMO_MARK).exists() is remembered
