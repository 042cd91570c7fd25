"""However a test run ends, its servers and its folder are gone."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
END_SECONDS_MAX = 250  # no measure of speed: what takes this long does not end

RUN_OF_TWO_TESTS = """
import os, time, pathlib

def note(number, run_dir, postgres_server, redis_server, own_redis):
    assert postgres_server.answers() and redis_server.answers() and own_redis.answers()
    here = pathlib.Path(__file__).parent
    (here / f"folder-{number}").write_text(str(run_dir.path))
    if os.environ.get("HANG"):
        time.sleep(3600)
    if os.environ.get("FAIL"):
        os._exit(3)

def test_one(run_dir, postgres_server, redis_server, own_redis):
    note(1, run_dir, postgres_server, redis_server, own_redis)

def test_two(run_dir, postgres_server, redis_server, own_redis):
    note(2, run_dir, postgres_server, redis_server, own_redis)
"""


@contextmanager
def _run(folder: Path, *options: str, **variables: str):
    (folder / "test_inner.py").write_text(RUN_OF_TWO_TESTS)
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "tests.servers.fixtures", "-c", os.devnull),
            *(f"--rootdir={folder}", "-o", f"pythonpath={ROOT}", *options, str(folder / "test_inner.py")),
        ],
        cwd=ROOT,
        env={**plain, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=_on_a_terminal,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _on_a_terminal() -> None:
    """A run in the background may have been told to pass over these signals, and children inherit that."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _until(condition, what: str) -> None:
    deadline = time.monotonic() + END_SECONDS_MAX
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def _folders(folder: Path) -> set[str]:
    return {file.read_text() for file in folder.glob("folder-*") if file.read_text()}


def _processes_in(run_folder: str) -> list[int]:
    """Processes whose command line names the run's folder: servers and keepers."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if run_folder.encode() in command:
            found.append(int(entry.name))
    return found


def _expect_nothing_left(run_folder: str) -> None:
    _until(lambda: not _processes_in(run_folder), f"processes are left: {_processes_in(run_folder)}")
    _until(lambda: not Path(run_folder).exists(), f"{run_folder} is left")


@pytest.mark.parametrize("options", [("-p", "no:xdist"), ("-n", "2")], ids=["one process", "two workers"])
def test_a_run_shares_its_servers_and_leaves_nothing(tmp_path, options):
    with _run(tmp_path, *options) as process:
        output = process.communicate(timeout=END_SECONDS_MAX)[0]
        assert process.returncode == 0, output
    [run_folder] = _folders(tmp_path)
    assert _processes_in(run_folder) == []
    assert not Path(run_folder).exists()


@pytest.mark.parametrize(
    ("ending", "workers"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, 0), (signal.SIGKILL, 2)]
)
def test_a_run_that_is_ended_leaves_nothing(tmp_path, ending, workers):
    with _run(tmp_path, "-n", str(workers), HANG="1") as process:
        notes = max(workers, 1)
        _until(lambda: len(list(tmp_path.glob("folder-*"))) == notes and _folders(tmp_path), "it did not start")
        [run_folder] = _folders(tmp_path)
        assert len(_processes_in(run_folder)) >= 6, "the check below would see nothing"
        process.send_signal(ending)
        _expect_nothing_left(run_folder)


def test_a_worker_that_dies_leaves_nothing(tmp_path):
    with _run(tmp_path, "-n", "2", "--max-worker-restart=0", FAIL="1") as process:
        output = process.communicate(timeout=END_SECONDS_MAX)[0]
        assert process.returncode == 1, output
    [run_folder] = _folders(tmp_path)
    _expect_nothing_left(run_folder)
