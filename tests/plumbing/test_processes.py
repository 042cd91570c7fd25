"""``rostrum run`` as somebody uses it who has just cloned the house, and ``rostrum`` with settings that cannot be."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from demo.log_ins import LOG_INS
from plumbing import processes
from plumbing.settings import PREFIX, Settings
from tests.house.checks.source import ROOT
from tests.plumbing.parts import wait_until
from tests.servers.ports import WEB_PORTS, free_port

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
    assert child.returncode == 0


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
