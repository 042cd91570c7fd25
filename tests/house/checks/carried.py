"""Rules about what the repository carries for others: vendored files and locked requirements."""

import hashlib
import re
from pathlib import Path

VENDOR_FOLDERS = ("static/vendor", "tests/servers/vendor")
SUMS = "SHA256SUMS"
NOT_LISTED = {SUMS, "README.md"}
LOCKS = ("requirements.txt", "requirements-test.txt")


def changed_vendor_files(folder: Path) -> list[str]:
    """Files that differ from the folder's list, are missing, or are not on it."""
    listed = {}
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        digest, name = line.split(maxsplit=1)
        listed[name.lstrip("*").removeprefix("./")] = digest
    there = {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*")
        if file.is_file() and file.name not in NOT_LISTED
    }
    changed = [
        f"{name} is not the file that was vendored"
        for name in sorted(there & set(listed))
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]
    ]
    missing = [f"{name} is missing" for name in sorted(set(listed) - there - NOT_LISTED)]
    unlisted = [f"{name} is not in {SUMS}" for name in sorted(there - set(listed))]
    return changed + missing + unlisted


def loose_requirements(text: str) -> list[str]:
    """Lines of a lock that name an address or a path, are not pinned, or have no hash."""
    found = [
        f"line {number} names an address or an option: {line}"
        for number, line in enumerate(text.splitlines(), start=1)
        if "://" in line
        or re.search(r"(^|\s)(/|file:|-{1,2}(index|extra-index|find-links|trusted-host|e\b|r\b))", line)
    ]
    for requirement in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        name = requirement.split("\n", 1)[0].rstrip(" \\")
        if not re.match(r"[A-Za-z0-9._-]+(\[[\w,-]+\])?==\S+", name):
            found.append(f"{name} is not pinned")
        if "--hash=sha256:" not in requirement:
            found.append(f"{name} has no hash")
    return found
