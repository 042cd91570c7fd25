"""Files by content: what went in comes out, or it is said that it cannot."""

import hashlib
import threading
from pathlib import Path

import pytest

from plumbing.answers import Missing
from plumbing.blobs import Blobs
from plumbing.db import Busy


def test_a_file_comes_back_under_the_hash_of_its_bytes(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "not" / "there" / "yet")
    key = blobs.put(b"paper")
    assert (key, blobs.get(key), blobs.has(key)) == (hashlib.sha256(b"paper").hexdigest(), b"paper", True)


def test_storing_it_again_keeps_one_file_and_no_leftovers(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    threads = [threading.Thread(target=blobs.put, args=(b"paper",)) for _thread in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    key = hashlib.sha256(b"paper").hexdigest()
    assert found == sorted([".lock", key, key[2:]])


@pytest.mark.parametrize("key", ["0" * 64, "", "../../etc/passwd", "G" * 64, "a" * 63], ids=repr)
def test_a_key_that_names_nothing_is_missing(tmp_path: Path, key: str) -> None:
    with pytest.raises(Missing):
        Blobs(tmp_path).get(key)


def test_a_damaged_file_is_never_handed_out(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    key = blobs.put(b"paper")
    (tmp_path / key[:2] / key[2:]).write_bytes(b"pap3r")
    with pytest.raises(ValueError, match="damaged"):
        blobs.get(key)


@pytest.mark.parametrize("name", ["", "unsettled"], ids=["the folder", "the marks"])
def test_a_folder_that_cannot_be_written_is_said_to_be_busy(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "blobs"
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).touch()
    with pytest.raises(Busy, match="a file cannot be stored: "):
        Blobs(folder).put(b"paper")
