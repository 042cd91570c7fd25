"""``tools/system-parts`` on machines that lack something: a PATH of links stands for the machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.checks.source import ROOT

NEEDED = ["bash", "cat", "dirname", "echo", "env", "grep", "mktemp", "rm", "sed", "uname", "xargs"]
PARTS = ["redis-server", "xmllint", "pdftotext", "qpdf"]
KNOWN_TO_APT = "#!/bin/bash\necho '  Candidate: 1.0'\n"
ADMINISTRATOR = {"id": "#!/bin/bash\necho 0\n", "apt-cache": KNOWN_TO_APT}


@pytest.fixture
def machine(tmp_path):
    """A folder of programs; everything that the tests need is there, apt is not."""
    links = tmp_path / "bin"
    links.mkdir()
    for name in [*NEEDED, *PARTS]:
        (links / name).symlink_to(shutil.which(name) or f"/usr/bin/{name}")
    (links / "python3").symlink_to(Path(sys.executable).resolve())
    _program(links / "chromium", "#!/bin/bash\n")
    _program(links / "id", "#!/bin/bash\necho 1000\n")
    return links


def _program(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    file.write_text(text)
    file.chmod(0o755)


def _system_parts(links: Path, level: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(ROOT / "tools/system-parts"), level],
        env={"PATH": str(links), "HOME": os.environ.get("HOME", "/")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("level", ["python", "run", "test"])
def test_a_machine_with_everything_is_left_alone(machine, level):
    done = _system_parts(machine, level)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_rights_the_one_line_is_printed_and_nothing_is_skipped(machine):
    for name in ("xmllint", "qpdf"):
        (machine / name).unlink()
    _program(machine / "apt-get", f"#!/bin/bash\ntouch {machine}/called\n")
    _program(machine / "sudo", "#!/bin/bash\necho 'sudo: a password is required' >&2\nexit 1\n")
    done = _system_parts(machine, "test")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "Rostrum needs system packages that are not installed. Run this, then try again:",
        "  sudo apt-get update && sudo apt-get install -y --no-install-recommends libxml2-utils qpdf",
    ]
    assert not (machine / "called").exists()
    assert _system_parts(machine, "run").returncode == 0


def test_with_rights_what_is_missing_is_installed_quietly(machine):
    (machine / "qpdf").unlink()
    installs = f'#!/bin/bash\necho noise\ncase "$*" in *"install -y"*qpdf*) echo >{machine}/qpdf ;; esac\n'
    _program(machine / "apt-get", installs + f"[ ! -e {machine}/qpdf ] || /bin/chmod +x {machine}/qpdf\n")
    for name, text in ADMINISTRATOR.items():
        _program(machine / name, text)
    done = _system_parts(machine, "test")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["Asking apt what it has", "Installing system packages: qpdf"]


@pytest.mark.parametrize("apt", ["echo broken; exit 100", "exit 0"], ids=["apt fails", "apt lies"])
def test_an_installation_that_did_not_help_fails(machine, apt):
    (machine / "qpdf").unlink()
    _program(machine / "apt-get", f"#!/bin/bash\n{apt}\n")
    for name, text in ADMINISTRATOR.items():
        _program(machine / name, text)
    done = _system_parts(machine, "test")
    assert done.returncode == 1
    assert ("broken" in done.stderr) == ("broken" in apt)
    assert "apt-get install -y --no-install-recommends qpdf" in done.stderr


def test_browser_that_only_asks_for_a_snap_is_missing(machine):
    _program(machine / "chromium", "#!/bin/bash\necho 'requires the chromium snap'\nexit 1\n")
    done = _system_parts(machine, "test")
    assert done.returncode == 1
    assert "chromium" in done.stderr
