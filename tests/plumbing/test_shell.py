"""A command stops with the best so far, takes only real numbers, and leaves in its place what is no file."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from plumbing.files import write_whole
from plumbing.shell import STOPPED, Finite, refuse_unwritable, stopping

SLEEPER = """
import time
from plumbing.shell import stopping
with stopping() as stop:
    print("ready", flush=True)
    stop.wait()
    time.sleep(600)
"""
WAIT_SECONDS = 60


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_the_work_to_stop_and_the_old_manners_return(number: signal.Signals) -> None:
    before = signal.getsignal(number), signal.set_wakeup_fd(-1)
    with stopping() as stop:
        assert not stop.is_set()
        os.kill(os.getpid(), number)
        assert stop.wait(WAIT_SECONDS)
    assert (signal.getsignal(number), signal.set_wakeup_fd(-1)) == before


def test_a_second_signal_ends_a_command_that_does_not_listen() -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", SLEEPER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    assert child.stdout is not None and child.stderr is not None
    try:
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGINT)
        assert child.stderr.readline() == "Stopping with the best so far; once more ends it at once.\n"
        child.send_signal(signal.SIGINT)
        assert child.wait(WAIT_SECONDS) == STOPPED
    finally:
        child.kill()
        child.communicate()


@pytest.mark.parametrize(("given", "code"), [("nan", 2), ("inf", 2), ("-1", 2), ("x", 2), ("0.5", 0)])
def test_what_is_no_number_is_refused_as_a_number(given: str, code: int) -> None:
    @click.command()
    @click.option("--limit", type=Finite(min=0))
    def command(limit: float) -> None:
        click.echo(limit)

    assert CliRunner().invoke(command, [f"--limit={given}"]).exit_code == code


def test_a_file_that_cannot_be_written_is_refused_with_its_place(tmp_path: Path) -> None:
    refuse_unwritable(None, tmp_path / "new.csv")
    with pytest.raises(click.ClickException, match="Is a directory"):
        refuse_unwritable(tmp_path)
    with pytest.raises(click.ClickException, match="none/new.csv: No such file or directory"):
        refuse_unwritable(tmp_path / "none" / "new.csv")


def test_a_pipe_is_written_into_and_a_link_stays_a_link(tmp_path: Path) -> None:
    pipe, link, target = tmp_path / "pipe", tmp_path / "link", tmp_path / "target"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, "whole")
    assert (os.read(reader, 100), pipe.is_fifo()) == (b"whole", True)
    os.close(reader)
    link.symlink_to(target)
    write_whole(link, "whole")
    assert (link.is_symlink(), target.read_text()) == (True, "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "pipe", "target"]
